"use strict";
(() => {
  const cards = Array.from(document.querySelectorAll(".finding"));
  const hidden = new Set();
  let at = -1;
  const shown = () => cards.filter((card) => !card.closest("[hidden]"));

  for (const button of document.querySelectorAll("button[data-severity]")) {
    button.addEventListener("click", () => {
      const severity = button.dataset.severity;
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      if (on) hidden.delete(severity); else hidden.add(severity);
      for (const card of cards) card.hidden = hidden.has(card.dataset.severity);
      at = -1;
    });
  }

  const show = (card) => {
    for (const old of document.querySelectorAll(".at")) old.classList.remove("at");
    card.classList.add("at");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
    const link = card.querySelector(".places a");
    const mark = link && document.getElementById(link.hash.slice(1));
    if (mark) {
      mark.classList.add("at");
      mark.scrollIntoView({ block: "center" });
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const list = shown();
    if (!list.length) return;
    if (event.key === "j" || event.key === "k") {
      at = event.key === "j" ? Math.min(at + 1, list.length - 1) : Math.max(at - 1, 0);
      show(list[at]);
      event.preventDefault();
    } else if (event.key === "Enter" && document.activeElement.classList.contains("finding")) {
      const link = document.activeElement.querySelector(".places a");
      if (link) { link.click(); event.preventDefault(); }
    }
  });
})();
