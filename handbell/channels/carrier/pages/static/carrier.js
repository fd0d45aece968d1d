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

// What each live part came from; the page itself has been changed since (times, heights).
const sources = new Map();
for (const part of document.querySelectorAll("[data-live]")) sources.set(part.id, part.innerHTML);

function replaceChanged(fresh) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(old.id);
    if (!next || next.innerHTML === sources.get(old.id)) continue;
    if (old.contains(document.activeElement)) continue;
    sources.set(old.id, next.innerHTML);
    localTimes(next);
    old.replaceWith(document.importNode(next, true));
    fitAll();
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

// An e-mail is as tall as it is. Its frame runs no script, so it is measured from here.
function fit(frame) {
  const root = frame.contentDocument?.documentElement;
  if (!root) return;
  frame.style.height = "0"; // a document is never less tall than its frame
  frame.style.height = `${Math.min(Math.max(root.scrollHeight, 80), 1200) + 2}px`;
}
function fitAll() {
  for (const frame of document.querySelectorAll(".mail iframe")) {
    fit(frame);
    frame.addEventListener("load", () => fit(frame));
  }
}

localTimes(document);
fitAll();
const note = document.getElementById("connection");
if (document.querySelector("[data-live]")) setInterval(() => refresh(note), EVERY_MS);
for (const button of document.querySelectorAll("button[data-text]")) {
  button.addEventListener("click", () => {
    const field = button.form.elements.body;
    field.value = button.dataset.text;
    field.focus();
  });
}
