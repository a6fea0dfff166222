// One comfort: Ctrl+K, or Cmd+K, leads to the box at the top in which anything can be found. Without this it works as
// well, and a single key alone does nothing, so that nobody who speaks or slips gets there unawares.
"use strict";

const box = document.getElementById("find");

document.addEventListener("keydown", (event) => {
  const modifier = event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey;
  if (event.key.toLowerCase() !== "k" || !modifier || !box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
