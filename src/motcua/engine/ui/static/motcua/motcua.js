// Small behaviours of the shell. Pages work without them.
"use strict";

(function () {
  // Close open drop-downs on Escape or a click elsewhere; give focus back to what opened them.
  function closeAll(except) {
    document.querySelectorAll("details.mc-drop[open]").forEach(function (drop) {
      if (drop !== except) drop.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeAll(event.target.closest("details.mc-drop"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const drop = document.activeElement && document.activeElement.closest("details.mc-drop[open]");
    closeAll(null);
    if (drop) drop.querySelector("summary").focus();
  });

  // A form marked data-once is sent once, however often the button is pressed.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit], button:not([type])").forEach(function (button) {
      button.setAttribute("aria-busy", "true");
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // Fields marked data-submit-on-change send their form (a date slider, a choice).
  document.addEventListener("change", function (event) {
    const field = event.target.closest("[data-submit-on-change]");
    if (field && field.form) field.form.requestSubmit();
  });
})();
