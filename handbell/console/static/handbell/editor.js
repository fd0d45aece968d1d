// Settings > Scripts: a button beside each variable puts it where the cursor was last. Without this
// file the buttons are not there, and variables are typed.
"use strict";

(() => {
  const form = document.getElementById("script");
  if (!form) return;
  let last = document.getElementById("id_body");
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("#id_subject, #id_body")) last = event.target;
  });
  document.querySelectorAll("[data-insert]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      last.focus();
      last.setRangeText(button.dataset.insert, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
})();
