// The panel behind a cell: focus goes in when it opens and comes back when it closes. Links work without this.
"use strict";

(function () {
  const panel = document.getElementById("cell-panel");
  if (!panel) return;
  let opener = null;

  function mark(link) {
    document.querySelectorAll("[data-cell][data-open]").forEach(function (cell) { cell.removeAttribute("data-open"); });
    if (link) link.setAttribute("data-open", "");
  }

  function close() {
    panel.replaceChildren();
    panel.removeAttribute("data-shown");
    mark(null);
    if (opener) opener.focus();
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    const link = event.target.closest("[data-cell]");
    if (link) { opener = link; mark(link); }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target !== panel) return;
    panel.setAttribute("data-shown", "");
    panel.scrollTop = 0;
    const title = panel.querySelector(".forms-cell-title");
    if (title) title.focus({ preventScroll: true });
  });
  panel.addEventListener("click", function (event) {
    if (!event.target.closest("[data-close-panel]")) return;
    event.preventDefault();
    close();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && panel.hasAttribute("data-shown")) close();
  });
})();
