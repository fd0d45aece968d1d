// What the pages do beyond links and forms. Every page works without this file.
"use strict";

const announce = (text) => {
  const place = document.getElementById("announcer");
  if (place && text && place.textContent !== text) place.textContent = text;
};

// "/" goes to the search; "j" and "k" walk the rows of a list, Enter opens one; a link may name a
// key of its own. Who does not want that switches it off in their account.
document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys === "off") return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) return;
  if (event.key === "/") {
    const search = document.getElementById("search");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
  for (const link of document.querySelectorAll("a[data-key]")) {
    if (link.dataset.key === event.key) link.click();
  }
  if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll(".row-link")];
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? 0 : at + (event.key === "j" ? 1 : -1);
    rows[Math.max(0, Math.min(rows.length - 1, next))].focus();
  }
});

// A part that polls: say when the connection is lost and when it is back; keep open what was open.
const open = new Set();

document.addEventListener("htmx:beforeSwap", () => {
  open.clear();
  document.querySelectorAll("details[open][id]").forEach((one) => open.add(one.id));
});

document.addEventListener("htmx:afterSettle", () => {
  open.forEach((id) => {
    const one = document.getElementById(id);
    if (one) one.open = true;
  });
  const said = document.querySelector("[data-announce]");
  if (said) announce(said.dataset.announce);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const lost = document.getElementById("lost") || document.getElementById("unanswered");
  if (!lost) return;
  const answer = event.detail.xhr;
  const works = event.detail.successful || (answer && answer.status === 204);
  lost.hidden = works;
  const asOf = works && answer.getResponseHeader("Handbell-As-Of");
  const place = document.getElementById("as-of");
  if (asOf && place) place.textContent = asOf;
});

// A filter that was refused becomes the page it asked for, which says why.
document.addEventListener("htmx:responseError", (event) => {
  const form = event.detail.elt;
  const action = form.getAttribute("action");
  if (action && [form.getAttribute("hx-get"), form.getAttribute("hx-post")].includes(action)) form.submit();
});

// Passkeys: allauth's script speaks to the browser; here it is told which form and button are meant.
document.querySelectorAll("form[data-passkey]").forEach((form) => {
  if (!window.allauth) return;
  window.allauth.webauthn.forms[form.dataset.passkey]({
    ids: {
      login: "passkey-button",
      add: "passkey-button",
      authenticate: "passkey-button",
      credential: "passkey-credential",
      passwordless: "passkey-passwordless",
      data: "passkey-data",
    },
  });
});

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = document.getElementById("passkey-trouble");
  if (trouble) trouble.hidden = false;
});
