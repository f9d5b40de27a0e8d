// Reception with the keyboard: find while typing, choose with Enter, on to the next zone. The page works without it.
"use strict";

(function () {
  const form = document.getElementById("reception");
  if (!form) return;
  document.documentElement.classList.add("rc-js");
  let running = null;

  function openNew() {
    const chosen = form.querySelector("input[name=applicant]:checked");
    document.getElementById("new-fields").classList.toggle("rc-open", !!chosen && chosen.value === "new");
  }

  // Sends the form without its action and puts the answer's parts in place of ours.
  async function refresh(ids) {
    if (running) running.abort();
    running = new AbortController();
    const sent = new FormData(form);
    sent.delete("do");
    for (const name of [...sent.keys()]) if (name.startsWith("file_")) sent.delete(name);
    let text;
    try {
      const answer = await fetch(form.dataset.reception, { method: "POST", body: sent, signal: running.signal, headers: { "HX-Request": "true" } });
      if (answer.redirected) { window.location.reload(); return false; }
      text = await answer.text();
    } catch (error) { return false; }
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const id of ids) {
      const fresh = page.getElementById(id), old = document.getElementById(id);
      if (fresh && old) old.replaceWith(document.importNode(fresh, true));
    }
    return page;
  }

  function fillNew(page) {
    const number = page.getElementById("new_identity_number");
    if (!number || !number.value) return;
    page.querySelectorAll("#new-fields input, #new-fields select").forEach(function (field) {
      const own = document.getElementById(field.id);
      if (own && field.id) own.value = field.value;
    });
  }

  let timer = 0;
  form.addEventListener("input", function (event) {
    const find = event.target.dataset.find, alike = "alike" in event.target.dataset;
    if (!find && !alike) return;
    clearTimeout(timer);
    timer = setTimeout(async function () {
      const page = await refresh(alike ? ["alike"] : [find]);
      if (page && find === "people") { if (event.target.value.includes("|")) fillNew(page); openNew(); }
    }, 220);
  });

  form.addEventListener("change", async function (event) {
    if (event.target.name === "applicant") {
      openNew();
      if (event.target.value === "new") document.getElementById("new_display_name").focus();
      return;
    }
    if (event.target.name === "procedure" && event.target.dataset.pick) {
      if (await refresh(["details"])) document.getElementById("details").focus();
    } else if ("refresh" in event.target.dataset) {
      const id = event.target.id;
      if (await refresh(["details"])) { const again = document.getElementById(id); if (again) again.focus(); }
    }
  });

  function first(id) { return document.querySelector("#" + id + " input[type=radio]"); }

  form.addEventListener("keydown", function (event) {
    const box = event.target, find = box.dataset.find;
    if (find && event.key === "ArrowDown") {
      const radio = first(find);
      if (radio) { event.preventDefault(); radio.focus(); }
    } else if (event.key === "Enter" && box.matches("input") && box.type !== "submit") {
      // Enter never receives a half-filled form: it chooses, or goes on.
      event.preventDefault();
      if (box.type === "radio") { choose(box); return; }
      if (box.type === "checkbox") { box.checked = !box.checked; return; }
      const radio = find && first(find);
      if (radio) radio.focus();
    }
  });

  function choose(radio) {
    if (!radio.checked) { radio.checked = true; radio.dispatchEvent(new Event("change", { bubbles: true })); }
    if (radio.name === "applicant" && radio.value !== "new") document.getElementById("p").focus();
  }

  document.addEventListener("keydown", function (event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const target = { "1": "q", "2": "p", "3": "details" }[event.key];
    if (target) { event.preventDefault(); document.getElementById(target).focus(); }
    if (event.key.toLowerCase() === "n") { event.preventDefault(); choose(document.getElementById("new-person")); document.getElementById("new_display_name").focus(); }
    if (event.key.toLowerCase() === "s") { const button = document.getElementById("receive"); if (button) { event.preventDefault(); button.click(); } }
  });

  openNew();
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
})();
