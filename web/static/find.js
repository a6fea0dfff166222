// One comfort: a slash leads to the box at the top in which anything can be found. Without this it works as well.
"use strict";

const box = document.getElementById("find");

document.addEventListener("keydown", (event) => {
  const within = event.target instanceof Element && event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || within || event.ctrlKey || event.metaKey || event.altKey || !box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
