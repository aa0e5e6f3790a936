// Conveniences only: every form works without this file.
"use strict";

// A photo too large is told of before it is sent for minutes in vain.
const LARGEST = 10e6, TOGETHER = 20e6;
const heavy = (form) => {
  const chosen = [...form.querySelectorAll("input[data-heavy]")];
  const sizes = chosen.flatMap((input) => [...input.files].map((file) => file.size));
  const over = sizes.some((size) => size > LARGEST) || sizes.reduce((a, b) => a + b, 0) > TOGETHER;
  for (const input of chosen) input.setCustomValidity(over && input.files.length ? input.dataset.heavy : "");
  return over && !chosen.every((input) => input.reportValidity());
};
for (const form of document.querySelectorAll('form[enctype="multipart/form-data"]')) {
  form.addEventListener("change", (event) => { if (event.target.files) heavy(form); });
  form.addEventListener("submit", (event) => {
    if (heavy(form)) { event.preventDefault(); event.stopImmediatePropagation(); }
  });
}

// What is typed is kept on the server every few seconds; in this tab too until the server has it,
// so that neither a lost connection nor an ended session loses it.
const NEVER = new Set(["guard", "version", "more"]);
const texts = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");
const typed = (form) => JSON.stringify(texts(form).filter(([name]) => !NEVER.has(name)));
const drafts = [...document.querySelectorAll("form[data-draft]")];

for (const form of drafts) {
  const place = `draft ${form.dataset.keeper} ${form.dataset.draft}`;
  const address = "/drafts/" + form.dataset.draft.split("/").map(encodeURIComponent).join("/");
  let waiting = null;
  let sent = false;

  const keep = () => {
    clearTimeout(waiting);
    waiting = null;
    if (sent) return;
    const now = typed(form);
    fetch(address, {
      method: "POST", body: new URLSearchParams(texts(form)), credentials: "same-origin", redirect: "manual",
    }).then((answer) => {
      if (answer.status === 204 && !sent && sessionStorage.getItem(place) === now) sessionStorage.removeItem(place);
    }).catch(() => { waiting = waiting || setTimeout(keep, 15000); });
  };

  // What the server has just answered is newer than anything kept here.
  const kept = sessionStorage.getItem(place);
  if (form.dataset.answer) sessionStorage.removeItem(place);
  else if (kept) {
    const left = JSON.parse(kept);
    for (const control of form.elements) {
      const values = left.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
      else if (values.length && control.type !== "file") control.value = values[0];
    }
    for (const note of document.querySelectorAll("[data-kept]")) note.hidden = false;
    keep();
  }

  form.addEventListener("input", () => {
    sessionStorage.setItem(place, typed(form));
    clearTimeout(waiting);
    waiting = setTimeout(keep, 2000);
  });
  window.addEventListener("online", () => { if (sessionStorage.getItem(place)) keep(); });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(waiting);
    sessionStorage.setItem(place, typed(form));
    sessionStorage.setItem("sent", place);
  });
}

// Whoever was sent on to another page by his form has it accepted: nothing is left to be kept.
const refusedHere = document.getElementById("refused");
if (!drafts.length && !refusedHere && location.pathname !== "/sign-in") {
  sessionStorage.removeItem(sessionStorage.getItem("sent"));
  sessionStorage.removeItem("sent");
}
for (const form of document.querySelectorAll('form[action="/sign-out"]')) {
  form.addEventListener("submit", () => sessionStorage.clear());
}

// A form is sent once, however often the button is pressed.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
}

// One tap on a field of the copy card selects it, and copies it where the browser lets us.
for (const field of document.querySelectorAll("input[data-copied]")) {
  field.addEventListener("click", () => {
    field.select();
    const told = document.getElementById("copied");
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(() => {
      told.textContent = `${field.labels[0].textContent} ${field.dataset.copied}`;
    }).catch(() => {});
  });
}

// What is wrong is where one looks next.
if (refusedHere) refusedHere.focus();
