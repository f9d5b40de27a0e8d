// Dropping files onto the form, and walking the findings by keyboard. The pages work without it.
"use strict";

(function () {
  document.querySelectorAll("[data-drop]").forEach(function (zone) {
    const input = zone.querySelector("input[type=file]");
    const chosen = zone.querySelector(".au-chosen");
    function tell() {
      chosen.textContent = Array.from(input.files).map(function (file) { return file.name; }).join("\n");
    }
    input.addEventListener("change", tell);
    ["dragenter", "dragover"].forEach(function (kind) {
      zone.addEventListener(kind, function (event) { event.preventDefault(); zone.classList.add("au-over"); });
    });
    ["dragleave", "drop"].forEach(function (kind) {
      zone.addEventListener(kind, function () { zone.classList.remove("au-over"); });
    });
    zone.addEventListener("drop", function (event) {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      tell();
    });
  });

  document.querySelectorAll(".au-upload").forEach(function (form) {
    form.addEventListener("submit", function () { form.querySelector(".au-busy").hidden = false; });
  });

  let at = -1;
  function cards() {
    return Array.from(document.querySelectorAll("#findings > .au-list > .au-card"));
  }
  function show(card) {
    document.querySelectorAll(".au-at").forEach(function (old) { old.classList.remove("au-at"); });
    card.classList.add("au-at");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", behavior: "instant" });
    const link = card.querySelector(".au-spots a");
    const mark = link && document.getElementById(link.hash.slice(1));
    if (mark) {
      mark.classList.add("au-at");
      mark.scrollIntoView({ block: "center", behavior: "instant" });
    }
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select")) return;
    const list = cards();
    if (!list.length) return;
    if (event.key === "j" || event.key === "k") {
      const here = list.indexOf(document.activeElement.closest(".au-card"));
      if (here >= 0) at = here;
      at = event.key === "j" ? Math.min(at + 1, list.length - 1) : Math.max(at - 1, 0);
      show(list[at]);
      event.preventDefault();
    } else if (event.key === "Enter" && document.activeElement.classList.contains("au-card")) {
      const link = document.activeElement.querySelector(".au-spots a");
      if (link) { link.click(); event.preventDefault(); }
    }
  });
})();
