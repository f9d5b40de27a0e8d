// Keys of the work lists and small comforts of the dossier page. Pages work without them.
"use strict";

(function () {
  const list = document.querySelector("[data-list]");
  const typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";

  function rows() { return list ? Array.from(list.querySelectorAll("[data-row]")) : []; }
  function here() {
    const row = document.activeElement && document.activeElement.closest("tr");
    return row ? row.querySelector("[data-row]") : null;
  }
  function step(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(here());
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all[to].focus();
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typing)) return;
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); return; }
    if (!list) return;
    if (event.key === "j" || event.key === "ArrowDown" && here()) { event.preventDefault(); step(1); }
    else if (event.key === "k" || event.key === "ArrowUp" && here()) { event.preventDefault(); step(-1); }
    else if (event.key === "x" && here()) {
      const tick = here().closest("tr").querySelector("input[type=checkbox]");
      if (tick) { tick.checked = !tick.checked; }
    }
  });

  // The box that ticks every line is offered only where a script can do it.
  const all = document.getElementById("all");
  if (all && list) {
    all.hidden = false;
    all.setAttribute("aria-label", all.closest("label").textContent.trim());
    all.addEventListener("change", function () {
      list.querySelectorAll("input[name=viec]").forEach(function (tick) { tick.checked = all.checked; });
    });
  }

  // After an action the list comes back with the next line in focus (the address names it).
  if (location.hash.startsWith("#v-")) {
    const target = document.getElementById(location.hash.slice(1));
    if (target) target.focus();
  }
  const wrong = document.querySelector("[data-wrong]");
  if (wrong) wrong.scrollIntoView({ block: "center" });
})();
