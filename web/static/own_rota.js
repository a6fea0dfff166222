// A comfort; the page works without it. Each day's choice becomes a button that goes on to the next kind of duty when
// tapped. A day that was not touched yet begins with what was chosen last, so a run of one duty is one tap a day.
"use strict";

(() => {
  const form = document.getElementById("grid");
  if (!form) return;
  const selects = [...form.querySelectorAll(".duties select")];
  const repeat = form.elements.repeat;
  const touched = new Set();
  let last = null;

  const code = (select) => select.selectedOptions[0].textContent.trim().split(/\s/)[0];
  const length = () => Number(repeat.value) || selects.length;

  function draw() {
    selects.forEach((select, number) => {
      const source = selects[number % length()];
      const cell = select.closest("li");
      const button = cell.querySelector("button");
      const day = cell.querySelector("label").textContent.trim();
      button.disabled = number >= length();
      button.lastChild.textContent = code(source);
      button.setAttribute("aria-label", day + ": " + source.selectedOptions[0].textContent);
      cell.dataset.kind = source.value;
    });
  }

  function tap(select) {
    const options = [...select.options].map((option) => option.value);
    const fresh = !touched.has(select) && last !== null && select.value !== last;
    select.value = fresh ? last : options[(options.indexOf(select.value) + 1) % options.length];
    touched.add(select);
    last = select.value;
    draw();
  }

  for (const select of selects) {
    const cell = select.closest("li");
    const button = document.createElement("button");
    const label = cell.querySelector("label");
    const day = Object.assign(document.createElement("span"), { textContent: label.firstChild.textContent.trim() });
    button.type = "button";
    button.append(day, document.createTextNode(""));
    button.addEventListener("click", () => tap(select));
    select.hidden = label.hidden = true;
    cell.append(button);
  }
  const hint = document.getElementById("tapping");
  hint.textContent = hint.dataset.hint;
  hint.hidden = false;
  repeat.addEventListener("change", draw);
  draw();
})();
