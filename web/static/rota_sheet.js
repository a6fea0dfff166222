// A comfort; the page works without it. The head of a row or column says what it holds as it is tapped, and two taps on
// cells choose a part, of which a bar below asks what it is. It only writes into the form, which is what is sent.
"use strict";

(() => {
  const sheet = document.querySelector("table.sheet");
  const bar = document.getElementById("part-bar");
  if (!sheet || !bar) return;
  const form = sheet.closest("form");
  const lines = [...sheet.tBodies[0].rows];
  const squares = (row) => [...lines[row].cells].slice(1);
  const columnNames = [...sheet.tHead.rows[0].cells].slice(1).map((head) => head.firstChild.textContent.trim());
  let first = null;
  let chosen = null;

  // What is said of each line, drawn on its cells: of a row and a column that cross, what leaves the cell out wins.
  function draw() {
    const columns = [...sheet.tHead.querySelectorAll("select")].map((select) => select.value);
    lines.forEach((line, row) => {
      const said = line.querySelector("select").value;
      squares(row).forEach((cell, column) => {
        const both = [said, columns[column]];
        const shown = both.includes("ignored") ? "ignored" : both.find(Boolean);
        if (shown) cell.dataset.said = shown;
        else delete cell.dataset.said;
      });
    });
  }

  function asButton(select) {
    const button = document.createElement("button");
    button.type = "button";
    const show = () => {
      const words = select.selectedOptions[0].textContent;
      button.textContent = words;
      button.className = select.value;
      button.setAttribute("aria-label", `${select.getAttribute("aria-label")}: ${words}`);
    };
    button.addEventListener("click", () => {
      select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
      show();
      draw();
    });
    select.hidden = true;
    select.after(button);
    show();
  }

  // Two taps on cells are the corners of a part.
  function placeOf(cell) {
    const row = lines.indexOf(cell.parentElement);
    return { row, column: cell.cellIndex - 1 };
  }

  function rangeOf(one, other) {
    const [top, bottom] = [one.row, other.row].sort((a, b) => a - b);
    const [left, right] = [one.column, other.column].sort((a, b) => a - b);
    return { top, bottom, left, right };
  }

  const nameOf = (part) => {
    const from = columnNames[part.left] + (part.top + 1);
    const to = columnNames[part.right] + (part.bottom + 1);
    return from === to ? from : `${from}:${to}`;
  };

  function choose(part) {
    chosen = part;
    lines.forEach((_line, row) =>
      squares(row).forEach((cell, column) => {
        const inside = part && row >= part.top && row <= part.bottom && column >= part.left && column <= part.right;
        cell.classList.toggle("chosen", Boolean(inside));
      }),
    );
    bar.hidden = !part;
    if (part) bar.querySelector("b").textContent = nameOf(part);
  }

  sheet.tBodies[0].addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (!cell) return;
    const place = placeOf(cell);
    const is_second = first !== null && chosen !== null;
    choose(rangeOf(is_second ? first : place, place));
    first = is_second ? null : place;
  });

  const acts = {
    codes: () => (form.querySelector("[name=cells][value=codes]").checked = true),
    names: () => (form.querySelector("[name=cells][value=names]").checked = true),
    ignore: () => {
      const parts = form.elements.parts;
      parts.value = parts.value.trim() ? `${parts.value.trim()}, ${nameOf(chosen)}` : nameOf(chosen);
    },
    cancel: () => {},
  };
  bar.addEventListener("click", (event) => {
    const act = event.target.closest("button")?.dataset.act;
    if (!act) return;
    acts[act]();
    first = null;
    choose(null);
  });

  sheet.querySelectorAll("select").forEach(asButton);
  document.getElementById("tap-hint").hidden = false;
  draw();
})();
