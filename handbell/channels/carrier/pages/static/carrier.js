// Keeps [data-live] parts up to date without disturbing anybody who types or reads.
"use strict";

const EVERY_MS = 2000;
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

// The server writes UTC; a person reads the clock on the wall.
function localTimes(root) {
  for (const each of root.querySelectorAll("time[datetime]")) {
    const at = new Date(each.dateTime);
    const parts = { day: day.format(at), hour: hour.format(at) };
    each.textContent = each.dataset.show === "both" ? `${parts.day}, ${parts.hour}` : parts[each.dataset.show];
  }
}

function replaceChanged(fresh) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(old.id);
    if (!next || old.contains(document.activeElement)) continue;
    localTimes(next);
    const open = new Set([...old.querySelectorAll("details[open]")].map((d) => d.id));
    for (const details of next.querySelectorAll("details")) details.open = open.has(details.id);
    if (next.innerHTML !== old.innerHTML) old.replaceWith(document.importNode(next, true));
  }
}

async function refresh(note) {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    replaceChanged(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (note.textContent) note.textContent = "";
  } catch {
    note.textContent = "The carrier does not answer. What you see is from before; trying again.";
  }
}

localTimes(document);
const note = document.getElementById("connection");
if (document.querySelector("[data-live]")) setInterval(() => refresh(note), EVERY_MS);
for (const button of document.querySelectorAll("button[data-text]")) {
  button.addEventListener("click", () => {
    const field = button.form.elements.body;
    field.value = button.dataset.text;
    field.focus();
  });
}
