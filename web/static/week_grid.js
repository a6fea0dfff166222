// The week as a picture to draw on: by mouse, finger or keyboard. It only writes into the list of times below it, which
// works without this and is what is sent.
"use strict";

const grid = document.getElementById("grid");
const drawing = document.getElementById("drawing");
const list = document.querySelector("#rows tbody");
const blank = document.getElementById("row");
const HALF_HOUR = 30;

const minutesOf = (text) => (/^\d\d:\d\d/.test(text) ? Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5)) : null);
const clockOf = (minute) => String(Math.floor(minute / 60)).padStart(2, "0") + ":" + String(minute % 60).padStart(2, "0");
const lastMinute = (minute) => Math.min(minute, 24 * 60 - 1);

// One row of the list, as fields of the form.
class Row {
  constructor(tr) {
    this.tr = tr;
    const field = (part) => tr.querySelector(`[name$="-${part}"]`);
    [this.day, this.opens, this.closes] = [field("weekday"), field("opens_at"), field("closes_at")];
    [this.step, this.kept, this.removed] = [field("step_minutes"), field("protected"), field("remove")];
  }

  span() {
    const [from, until] = [minutesOf(this.opens.value), minutesOf(this.closes.value)];
    if (from === null || until === null || until <= from || this.removed.checked) return null;
    return { day: Number(this.day.value), from, until, look: this.kept.checked ? "protected" : "open", step: this.step.value };
  }

  take(span) {
    this.day.value = span ? String(span.day) : "0";
    this.opens.value = span ? clockOf(span.from) : "";
    this.closes.value = span ? clockOf(span.until) : "";
    this.step.value = span ? span.step : "";
    this.kept.checked = span?.look === "protected";
    this.removed.checked = false;
  }
}

const rows = () => [...list.rows].map((tr) => new Row(tr));

function another() {
  const number = Math.max(-1, ...[...list.rows].map((tr) => Number(tr.dataset.row))) + 1;
  const made = blank.content.firstElementChild.cloneNode(true);
  made.dataset.row = number;
  for (const each of made.querySelectorAll("[name], [for]")) {
    for (const name of ["name", "id", "htmlFor"]) {
      if (each[name]) each[name] = each[name].replace("windows-0-", `windows-${number}-`);
    }
  }
  for (const words of made.querySelectorAll("label, .hidden")) {
    words.lastChild.textContent = words.lastChild.textContent.replace(/\b0\b/, String(list.rows.length + 1));
  }
  list.append(made);
  return new Row(made);
}

// What is left of the spans of a day beside this half hour, and this half hour with its neighbours of the same look.
function without(spans, day, from, until) {
  return spans.flatMap((span) => {
    if (span.day !== day || span.until <= from || until <= span.from) return [span];
    const before = { ...span, until: from };
    const after = { ...span, from: until };
    return [before, after].filter((part) => part.from < part.until);
  });
}

function withHalfHour(spans, day, from, look) {
  const until = lastMinute(from + HALF_HOUR);
  const left = without(spans, day, from, until);
  if (!look) return left;
  const touches = (span) => span.day === day && span.look === look && (span.until === from || span.from === until);
  const beside = left.filter(touches);
  const joined = {
    day, look,
    from: Math.min(from, ...beside.map((span) => span.from)),
    until: Math.max(until, ...beside.map((span) => span.until)),
    step: beside[0]?.step ?? drawing.dataset.step,
  };
  return [...left.filter((span) => !touches(span)), joined];
}

// Spans stay in the rows that they have; what is new gets a row that is free.
function write(spans) {
  const wanted = [...spans];
  const free = [];
  for (const row of rows()) {
    const span = row.span();
    const at = span ? wanted.findIndex((each) => each.day === span.day && each.look === span.look && each.from < span.until && span.from < each.until) : -1;
    if (at >= 0) row.take(wanted.splice(at, 1)[0]);
    else if (span || !(row.opens.value || row.closes.value)) free.push(row);
  }
  for (const row of free) row.take(wanted.shift());
  for (const span of wanted) another().take(span);
}

class Cell {
  constructor(td) {
    this.td = td;
    this.day = Number(td.dataset.day);
    this.minute = Number(td.dataset.minute);
    const column = grid.tHead.rows[0].cells[td.cellIndex].querySelector("abbr").title;
    this.label = column + ", " + td.parentElement.cells[0].textContent;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.tabIndex = -1;
    td.replaceChildren(this.button);
  }

  show(spans) {
    const here = spans.filter((span) => span.day === this.day && span.from < this.minute + HALF_HOUR && this.minute < span.until);
    this.look = here.some((span) => span.look === "protected") ? "protected" : here.length ? "open" : "";
    this.td.className = this.look;
    this.button.setAttribute("aria-label", this.label + ": " + (this.look ? drawing.dataset[this.look] : drawing.dataset.shut));
  }
}

const brush = () => document.querySelector("[name=brush]:checked").value;
const spans = () => rows().map((row) => row.span()).filter(Boolean);

function draw(cells) {
  let [stroke, last] = [null, null];
  const showAll = () => { const now = spans(); cells.forEach((cell) => cell.show(now)); };
  const put = (cell, look) => {
    if (cell.look === look) return;
    write(withHalfHour(spans(), cell.day, cell.minute, look));
    showAll();
  };
  const under = (event) => cells.get(document.elementFromPoint(event.clientX, event.clientY)?.closest("#grid td"));
  const at = (row, column) => cells.get(grid.tBodies[0].rows[row].cells[column]);
  const place = (cell) => [cell.td.parentElement.sectionRowIndex, cell.td.cellIndex];
  // A quick stroke is told of in jumps: every half hour on the way is drawn as well.
  function between(from, to) {
    const [[row, column], [lastRow, lastColumn]] = [place(from), place(to)];
    const steps = Math.max(Math.abs(lastRow - row), Math.abs(lastColumn - column));
    return Array.from({ length: steps }, (_, n) => at(
      row + Math.round(((lastRow - row) * (n + 1)) / steps), column + Math.round(((lastColumn - column) * (n + 1)) / steps),
    ));
  }
  const begin = (cell) => (cell.look === brush() ? "" : brush());

  grid.addEventListener("pointerdown", (event) => {
    const cell = under(event);
    if (!cell || event.button) return;
    event.target.releasePointerCapture?.(event.pointerId);
    event.preventDefault();
    stroke = begin(cell);
    last = cell;
    focusOn(cell);
    put(cell, stroke);
  });
  document.addEventListener("pointermove", (event) => {
    const cell = stroke === null ? null : under(event);
    if (!cell || cell === last) return;
    for (const each of between(last, cell)) put(each, stroke);
    last = cell;
  });
  // What presses a button without a pointer or a key, such as a screen reader.
  grid.addEventListener("click", (event) => {
    const cell = event.detail === 0 && cells.get(event.target.closest("td"));
    if (cell) put(cell, begin(cell));
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { stroke = null; });

  let held = "";
  function focusOn(cell) {
    for (const each of cells.values()) each.button.tabIndex = -1;
    cell.button.tabIndex = 0;
    cell.button.focus();
  }
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  grid.addEventListener("keydown", (event) => {
    const cell = cells.get(event.target.closest("td"));
    if (!cell) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      held = begin(cell);
      put(cell, held);
    }
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const mirrored = getComputedStyle(grid).direction === "rtl" ? -1 : 1;
    const row = grid.tBodies[0].rows[cell.td.parentElement.sectionRowIndex + step[0]];
    const next = row && cells.get(row.cells[cell.td.cellIndex + step[1] * mirrored]);
    if (!next) return;
    focusOn(next);
    if (event.shiftKey) put(next, held);
  });
  list.addEventListener("change", showAll);
  cells.values().next().value.button.tabIndex = 0;
  showAll();
}

if (grid && list && blank) {
  drawing.hidden = false;
  draw(new Map([...grid.querySelectorAll("td")].map((td) => [td, new Cell(td)])));
}
