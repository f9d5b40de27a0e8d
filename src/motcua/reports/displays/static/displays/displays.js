// Turns the screen's page without blinking, and says so when the line is lost. Without scripts the page refreshes itself.
"use strict";
(() => {
  const lost = document.getElementById("lost");
  let next = document.body.dataset.next;
  const turn = async () => {
    try {
      const answer = await fetch(next, { cache: "no-store", signal: AbortSignal.timeout(15000) });
      if (answer.status === 410) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = page.getElementById("wall");
      if (!main) throw new Error("no wall");
      document.getElementById("wall").replaceWith(main);
      next = page.body.dataset.next;
      lost.hidden = true;
    } catch {
      if (lost.hidden) lost.textContent = document.body.dataset.lost;
      lost.hidden = false;
    }
  };
  setInterval(turn, Number(document.body.dataset.every) * 1000);
})();
