// The week as a picture to tap, draw over or walk through by keyboard. It only ticks the choices of the form below it,
// which works without this, and sends them by itself once its reader pauses.
"use strict";

const form = document.getElementById("week");
const told = document.getElementById("painting");
const cells = [...document.querySelectorAll("td[data-at]")];
const LOOKS = { 2: "g", 1: "m", 0: "n", unknown: "q" };
const PAUSE_MS = 1200;

class Cell {
  constructor(td) {
    this.td = td;
    this.name = td.dataset.at;
    this.radios = [...form.elements[this.name]];
    const chosen = this.choice();
    this.rota = chosen === "rota" ? { look: td.className, word: td.textContent } : null;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.textContent = td.textContent;
    const column = [...td.parentElement.cells].indexOf(td);
    this.label = td.closest("table").tHead.rows[0].cells[column].textContent + ", " + td.parentElement.cells[0].textContent;
    this.say(td.textContent);
    td.replaceChildren(this.button);
  }

  choice() {
    return this.radios.find((radio) => radio.checked)?.value;
  }

  // What comes next: the three states that people know, without the one that the rota gives, then the rota's word.
  next() {
    const states = ["2", "1", "0"].filter((value) => !this.rota || LOOKS[value] !== this.rota.look);
    const ring = this.rota ? [...states, "rota"] : states;
    return ring[(ring.indexOf(this.choice()) + 1) % ring.length];
  }

  take(value) {
    if (value === "rota" && !this.rota) return;
    this.radios.find((radio) => radio.value === value).checked = true;
    this.show();
    saveSoon();
  }

  show() {
    const value = this.choice();
    const looks = value === "rota" ? this.rota : { look: LOOKS[value], word: form.dataset[LOOKS[value]] };
    this.td.className = looks?.look ?? "";
    this.say(looks?.word ?? form.dataset.rota);
  }

  say(word) {
    this.button.textContent = word;
    this.button.setAttribute("aria-label", this.label + ": " + word);
  }
}

let waiting;
function saveSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(save, PAUSE_MS);
}

async function save() {
  try {
    const sent = new FormData(form);
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent) });
    if (answer.status === 409 || answer.status === 422) {
      form.submit(); // changed elsewhere meanwhile: the page that comes back shows both
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    for (const [name, choice] of sent) {
      const was = form.elements["was-" + name];
      if (was) was.value = choice;
    }
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    told.textContent = told.dataset.saved + " " + time;
  } catch {
    told.textContent = told.dataset.failed;
  }
}

function paint(known) {
  let brush = null;
  const at = (event) => known.get(document.elementFromPoint(event.clientX, event.clientY)?.closest("td[data-at]"));
  for (const cell of known.values()) {
    cell.button.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      cell.button.releasePointerCapture(event.pointerId);
      brush = { value: cell.next(), from: cell, moved: false };
    });
    // A tap and the space bar both end in a click; one that ended a stroke has painted already.
    cell.button.addEventListener("click", () => {
      if (!brush?.moved) cell.take(cell.next());
      brush = null;
    });
    cell.radios.forEach((radio) => radio.addEventListener("change", () => cell.show()));
  }
  document.addEventListener("pointermove", (event) => {
    const cell = brush && at(event);
    if (!cell || (cell === brush.from && !brush.moved)) return;
    if (!brush.moved) brush.from.take(brush.value);
    brush.moved = true;
    if (cell.choice() !== brush.value) cell.take(brush.value);
  });
  document.addEventListener("pointerup", () => setTimeout(() => { brush = null; }));
  document.addEventListener("pointercancel", () => { brush = null; });
}

function walk(known) {
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  document.querySelector(".week table").addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const td = event.target.closest("td[data-at]");
    if (!step || !td) return;
    event.preventDefault();
    const mirrored = getComputedStyle(td).direction === "rtl" ? -1 : 1;
    let [row, column] = [td.parentElement.rowIndex, td.cellIndex];
    const table = td.closest("table");
    do {
      row += step[0];
      column += step[1] * mirrored;
    } while (table.rows[row]?.cells[column] && !known.has(table.rows[row].cells[column]));
    known.get(table.rows[row]?.cells[column])?.button.focus();
  });
}

if (form && cells.length) {
  const known = new Map(cells.map((td) => [td, new Cell(td)]));
  paint(known);
  walk(known);
  told.textContent = told.dataset.hint;
  told.hidden = false;
}
