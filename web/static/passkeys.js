// Passkeys, where the browser has them: a form asks the browser before it is sent, and sends along what that answers.
// Without this, or in an older browser, the forms stay hidden, and people sign in by a link.
"use strict";

const known = window.PublicKeyCredential;
const works = Boolean(known && known.parseCreationOptionsFromJSON && known.parseRequestOptionsFromJSON);

async function answerOf(form) {
  const options = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!options.ok) throw new Error(String(options.status));
  const told = await options.json();
  const answer = form.dataset.passkey === "add"
    ? await navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(told) })
    : await navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(told) });
  return JSON.stringify(answer);
}

function ask(form) {
  const [button, failed] = [form.querySelector("button"), form.querySelector("[role=status]")];
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = failed.hidden = true;
    try {
      form.elements.answer.value = await answerOf(form);
      form.submit();
    } catch { // called off, no passkey here, or the line is down: the browser has said which
      failed.hidden = false;
      button.disabled = false;
    }
  });
}

if (works) {
  document.querySelectorAll("form[data-passkey]").forEach(ask);
  document.querySelectorAll("[data-passkey-none]").forEach((words) => { words.hidden = true; });
}
