// The board on which a draft is changed: what is chosen shows beside it without leaving the page, names are dragged by
// mouse, finger or keyboard. Nothing is kept by dragging: it only asks what would be, and a form's button keeps it. Every
// link and form works without this.
"use strict";

const heard = document.getElementById("heard");
const PAUSE_MS = 150;
const FAR_ENOUGH_PX = 6;
const EDGE_PX = 70;

const desk = () => document.getElementById("desk");
const panel = () => document.getElementById("panel");
const say = (...words) => { heard.textContent = words.filter(Boolean).join(" "); };

// ---- The panel: links and forms that only ask

let asked = 0;

function piece(address, name) {
  const found = new URL(address, location.href);
  found.pathname = found.pathname.replace(/\/edit(\/\w+)?$/, "/edit/" + name);
  found.hash = "";
  return found;
}

async function fetchPiece(address, name, signal) {
  const answer = await fetch(piece(address, name), { signal });
  if (answer.redirected || !answer.ok) {
    location.assign(address);
    return null;
  }
  return answer.text();
}

async function show(address, { focus = true, push = true } = {}) {
  const mine = ++asked;
  say(); // what was said before is over
  panel().classList.add("is-busy");
  try {
    const text = await fetchPiece(address, "panel");
    if (text === null || mine !== asked) return;
    panel().outerHTML = text;
    reveal();
    if (push) goTo(address);
    markChosen();
    if (focus) (document.getElementById("keep") ?? panel()).focus({ preventScroll: true });
  } catch {
    say(heard.dataset.failed);
    panel().classList.remove("is-busy");
  }
}

function noHash(address) {
  const found = new URL(address, location.href);
  found.hash = "";
  return found.href;
}

// ---- The history: what the desk shows, without its fragment. A preview is left behind by whatever comes after it: Back
// must not lead to a change that was made meanwhile.

let shown = noHash(location.href);

const isPreview = (address) => new URL(address).searchParams.has("act");

function goTo(address, isInstead = isPreview(shown)) {
  shown = noHash(address);
  history[isInstead ? "replaceState" : "pushState"](null, "", shown);
}

function markChosen() {
  const chosen = new URLSearchParams(location.search);
  for (const row of desk().querySelectorAll("tr[data-person]")) {
    const inside = chosen.get("in");
    const here = row.dataset.person === chosen.get("person");
    row.classList.toggle("held", here && (!inside || inside === row.closest("[data-group]")?.dataset.group));
  }
  for (const card of desk().querySelectorAll("[data-group]")) {
    card.classList.toggle("chosen", card.dataset.group === chosen.get("group") || card.querySelector("tr.held") !== null);
  }
}

function leave(link) {
  const row = desk().querySelector("tr.held a") ?? desk().querySelector(".chosen h2 a");
  show(link.href, { focus: false }).then(() => row?.focus({ preventScroll: true }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if ("leave" in link.dataset) leave(link);
  else show(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-panel]")) {
    event.preventDefault();
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form, event.submitter)).toString();
    show(address.href);
  } else if (form.matches("form[data-kept]")) {
    event.preventDefault();
    keep(form);
  }
});

window.addEventListener("popstate", () => {
  if (noHash(location.href) === shown) return; // a link within the page, as the one that skips to the content
  shown = noHash(location.href);
  show(shown, { push: false });
});

// ---- Keeping a change: the desk comes back where it was

let isKeeping = false;

async function keep(form) {
  if (isKeeping) return;
  isKeeping = true;
  say();
  panel().classList.add("is-busy");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("desk");
    if (!next) {
      location.assign(answer.url);
      return;
    }
    const top = window.scrollY;
    const said = "#main > .say, #main > #refused";
    document.querySelectorAll(said).forEach((old) => old.remove());
    desk().before(...page.querySelectorAll(said));
    desk().replaceWith(next);
    if (answer.redirected) goTo(answer.url, true);
    window.scrollTo(0, top);
    reveal();
    (document.getElementById("refused") ?? document.getElementById("done") ?? panel()).focus({ preventScroll: true });
  } catch {
    say(heard.dataset.failed);
    panel().classList.remove("is-busy");
  } finally {
    isKeeping = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  const kind = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
  if (!kind || event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  event.preventDefault();
  const form = desk().querySelector(`form[data-step=${kind}]`);
  if (form && !held) keep(form);
});

// ---- Where something that is held could go

// A person over a group moves, over a person exchanges, over those without a group is taken out.
function targetOf(row, element) {
  const home = row.closest("[data-group]");
  const other = element?.closest("tr[data-person]");
  const card = element?.closest("[data-group]");
  if (other && other !== row && card && card !== home && home && !("stays" in other.dataset)) {
    return { at: other, name: heard.dataset.exchange + " " + other.dataset.name, act: { act: "exchange", other: other.dataset.person } };
  }
  if (card && card !== home) return { at: card, name: card.dataset.name, act: { act: "move", to: card.dataset.group } };
  const tray = element?.closest("[data-tray]");
  if (tray && home) return { at: tray, name: tray.querySelector("h2").textContent, act: { act: "out" } };
  return null;
}

function addressOf(row, target) {
  const found = new URL(row.querySelector("a[data-panel]").href);
  found.hash = "";
  for (const [name, value] of Object.entries(target.act)) found.searchParams.set(name, value);
  return found.href;
}

// What is held, by a pointer or by keys.
class Held {
  constructor(row) {
    this.row = row;
    this.before = panel().outerHTML;
    this.target = null;
    this.aborting = null;
    row.classList.add("lifted");
  }

  over(target) {
    if (target?.at === this.target?.at) return;
    this.unmark();
    this.target = target;
    clearTimeout(this.waiting);
    this.aborting?.abort();
    if (!target) return;
    target.at.classList.add("target");
    this.promise(target);
    this.waiting = setTimeout(() => this.ask(target), PAUSE_MS);
  }

  // A row in the card that says who would be there.
  promise(target) {
    const body = target.act.act === "move" && target.at.querySelector("tbody");
    if (!body) return;
    const ghost = body.insertRow();
    ghost.className = "ghost";
    ghost.insertCell().textContent = this.row.dataset.name;
    ghost.cells[0].colSpan = 2;
  }

  async ask(target) {
    this.aborting = new AbortController();
    try {
      const text = await fetchPiece(addressOf(this.row, target), "effect", this.aborting.signal);
      if (text === null || this.target !== target) return;
      panel().innerHTML = text;
      panel().classList.add("open");
      target.at.classList.toggle("refused", panel().querySelector(".is-refused") !== null);
      say(target.name + ".", panel().querySelector(".big")?.textContent);
    } catch (error) {
      if (error.name !== "AbortError") say(heard.dataset.failed);
    }
  }

  unmark() {
    desk().querySelectorAll(".ghost").forEach((ghost) => ghost.remove());
    this.target?.at.classList.remove("target", "refused");
  }

  end() {
    clearTimeout(this.waiting);
    this.aborting?.abort();
    this.unmark();
    this.row.classList.remove("lifted");
    held = null;
  }

  // The whole panel with what it would do; its button has the focus, and nothing is kept yet.
  drop() {
    const { row, target } = this;
    this.end();
    if (target) show(addressOf(row, target));
    else this.putBack();
  }

  putBack() {
    this.end();
    panel().outerHTML = this.before;
    say(heard.dataset.back);
  }
}

let held = null;

// ---- By mouse and finger

let pressed = null;

function press(event) {
  const grip = event.target.closest(".grip");
  if (!grip || event.button || held) return;
  event.preventDefault();
  grip.focus({ preventScroll: true });
  grip.setPointerCapture(event.pointerId);
  pressed = { grip, id: event.pointerId, x: event.clientX, y: event.clientY, carried: null };
}

function move(event) {
  if (!pressed || event.pointerId !== pressed.id) return;
  const { clientX: x, clientY: y } = event;
  if (!pressed.carried) {
    if (Math.hypot(x - pressed.x, y - pressed.y) < FAR_ENOUGH_PX) return;
    lift();
  }
  pressed.x = x;
  pressed.y = y;
  pressed.carried.style.transform = `translate(${x + 12}px, ${y - 18}px)`;
  held?.over(targetOf(held.row, document.elementFromPoint(x, y)));
}

function lift() {
  held = new Held(pressed.grip.closest("tr"));
  pressed.carried = document.createElement("div");
  pressed.carried.className = "carried";
  pressed.carried.textContent = held.row.dataset.name;
  document.body.append(pressed.carried);
  document.documentElement.classList.add("dragging");
  say(heard.dataset.held, held.row.dataset.name);
  requestAnimationFrame(scrollAtEdge);
}

// Held near the window's upper or lower edge, the page moves on.
function scrollAtEdge() {
  if (!pressed?.carried) return;
  const step = pressed.y < EDGE_PX ? -10 : pressed.y > window.innerHeight - EDGE_PX ? 10 : 0;
  if (step) {
    window.scrollBy(0, step);
    held?.over(targetOf(held.row, document.elementFromPoint(pressed.x, pressed.y)));
  }
  requestAnimationFrame(scrollAtEdge);
}

function letGo(event, isDropped) {
  if (!pressed || event.pointerId !== pressed.id) return;
  const { grip, carried } = pressed;
  pressed = null;
  carried?.remove();
  document.documentElement.classList.remove("dragging");
  if (!carried) {
    if (isDropped) show(grip.closest("tr").querySelector("a[data-panel]").href);
  } else if (isDropped) held?.drop();
  else held?.putBack();
}

document.addEventListener("pointerdown", press);
document.addEventListener("pointermove", move);
document.addEventListener("pointerup", (event) => letGo(event, true));
document.addEventListener("pointercancel", (event) => letGo(event, false));

// ---- By keyboard: Space or Enter picks up, arrows choose, Enter shows what it would do, Escape puts back

function places(row) {
  const home = row.closest("[data-group]");
  return [...desk().querySelectorAll("[data-group], [data-tray]")].filter((card) => card !== home && (home || !("tray" in card.dataset)));
}

function step(event) {
  const mirrored = getComputedStyle(desk()).direction === "rtl" ? -1 : 1;
  const sideways = { ArrowLeft: -mirrored, ArrowRight: mirrored }[event.key];
  const within = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!sideways && !within) return false;
  const all = places(held.row);
  if (!all.length) return true;
  if (sideways) {
    held.place = ((held.place ?? (sideways > 0 ? -1 : 0)) + sideways + all.length) % all.length;
    held.line = -1;
  } else {
    held.place ??= 0;
    held.line = Math.max(-1, (held.line ?? (within > 0 ? -2 : 0)) + within);
  }
  const card = all[held.place];
  const rows = [...card.querySelectorAll("tr[data-person]:not([data-stays])")];
  held.line = "tray" in card.dataset || !held.row.closest("[data-group]") ? -1 : Math.min(held.line, rows.length - 1);
  const at = held.line < 0 ? card : rows[held.line];
  at.scrollIntoView({ block: "center" });
  held.over(targetOf(held.row, at));
  say(held.target?.name);
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && held) {
    event.preventDefault();
    const { row } = held;
    if (pressed) letGo({ pointerId: pressed.id }, false);
    else held.putBack();
    take(row.querySelector(".grip"), false);
    return;
  }
  const grip = event.target.closest(".grip");
  if (!grip) {
    if (event.key === "Escape" && panel().contains(event.target)) panel().querySelector("a[data-leave]")?.click();
    return;
  }
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (pressed || event.repeat) return;
    if (held) {
      take(grip, false);
      held.drop();
    } else {
      held = new Held(grip.closest("tr"));
      take(grip, true);
      say(heard.dataset.held, held.row.dataset.name + ".", heard.dataset.hint);
    }
  } else if (held && !pressed && step(event)) event.preventDefault();
});

function take(grip, isTaken) {
  grip?.setAttribute("aria-pressed", String(isTaken));
}

document.addEventListener("focusout", (event) => {
  if (!held || pressed || !event.target.matches(".grip")) return;
  take(event.target, false);
  held.putBack();
});

// ---- What only works with this

function reveal() {
  for (const hint of desk().querySelectorAll(".scripted")) hint.hidden = false;
  for (const row of desk().querySelectorAll("tr[data-person]:not([data-stays])")) {
    if (row.querySelector(".grip")) continue;
    const grip = document.createElement("button");
    grip.type = "button";
    grip.className = "grip";
    grip.textContent = "⠿";
    grip.setAttribute("aria-label", heard.dataset.grip + " " + row.dataset.name);
    grip.setAttribute("aria-pressed", "false");
    row.cells[0].prepend(grip);
  }
}

reveal();
