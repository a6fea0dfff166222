// Two comforts; every page works without them. Names are offered while somebody types, and nothing is sent while the
// line is down, so that what was typed stays on the page.
"use strict";

function offerNames(input) {
  const list = document.createElement("datalist");
  list.id = input.id + "-names";
  input.after(list);
  input.setAttribute("list", list.id);
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (input.value.trim().length < 2) return;
    waiting = setTimeout(async () => {
      try {
        const answer = await fetch(input.dataset.names + "?q=" + encodeURIComponent(input.value.trim()));
        const names = answer.ok ? await answer.json() : [];
        list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
      } catch { /* the line is down: Find still works once it is back */ }
    }, 300);
  });
}

function keepWhileOffline(form) {
  form.addEventListener("submit", (event) => {
    const words = document.getElementById("kept");
    if (navigator.onLine || !words) return;
    event.preventDefault();
    words.textContent = words.dataset.offline || words.textContent;
    words.classList.add("say");
    words.scrollIntoView({ block: "nearest" });
  });
}

document.querySelectorAll("input[data-names]").forEach(offerNames);
document.querySelectorAll("form[data-keep]").forEach(keepWhileOffline);
