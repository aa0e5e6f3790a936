// Conveniences only: every form works without this file.
"use strict";

// What is typed is kept on the server every few seconds, and on this device while it is away.
for (const form of document.querySelectorAll("form[data-draft]")) {
  let waiting = null;
  let sent = false;
  const keep = () => {
    waiting = null;
    if (sent) return;
    const typed = new FormData(form);
    for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
    fetch("/drafts/" + form.dataset.draft.split("/").map(encodeURIComponent).join("/"), {
      method: "POST", body: new URLSearchParams(typed), credentials: "same-origin",
    }).catch(() => { waiting = waiting || setTimeout(keep, 15000); });
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 2000);
  });
  form.addEventListener("submit", () => { sent = true; clearTimeout(waiting); });
}

// A form is sent once, however often the button is pressed.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
}

// What is wrong is where one looks next.
const refused = document.getElementById("refused");
if (refused) refused.focus();
