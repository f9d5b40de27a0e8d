// Reception with the keyboard: find while typing, choose with Enter, on to the next zone. The page works without it.
"use strict";

(function () {
  document.addEventListener("keydown", function (event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const id = { p: "print", l: "label", t: "next", s: "receive" }[event.key.toLowerCase()];
    const target = id && document.getElementById(id);
    if (target) { event.preventDefault(); target.click(); }
  });

  const form = document.getElementById("reception");
  if (!form) return;
  document.documentElement.classList.add("rc-js");
  form.removeAttribute("data-once");  // this script sends it once itself, and keeps the scans chosen
  const FIND = { q: "people", s: "submitters", p: "procedures" };
  const running = {}, waiting = {};
  let sending = false;

  function byId(id) { return document.getElementById(id); }
  function say(text) { byId("said").textContent = text || ""; byId("said").classList.toggle("mc-message", !!text); }

  // -- asking the server ---------------------------------------------------------------------------

  async function post(body, signal) {
    let answer = await fetch(window.location.href, { method: "POST", body: body, signal: signal });
    if (answer.status === 403 || answer.status === 404) {  // signed in again elsewhere: the form's token is old
      const fresh = await fetch(window.location.href);
      const token = /id="reception"[^]*?name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await fresh.text());
      if (token) {
        form.querySelector("[name=csrfmiddlewaretoken]").value = token[1];
        body.set("csrfmiddlewaretoken", token[1]);
        answer = await fetch(window.location.href, { method: "POST", body: body, signal: signal });
      }
    }
    if (answer.redirected && new URL(answer.url).pathname === form.dataset.login) { say(form.dataset.out); return null; }
    say("");
    return answer;
  }

  // Puts a zone of the answer in place of ours; chosen scans stay when the papers are the same, and so does the focus.
  function replace(fresh) {
    const old = byId(fresh.id);
    if (!old) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const next = document.importNode(fresh, true);
    if (shown(old) === shown(next)) {
      old.querySelectorAll("input[type=file]").forEach(function (field) {
        const place = next.querySelector("input[type=file][name='" + field.name + "']");
        if (place && field.files.length) place.replaceWith(field);
      });
    }
    old.replaceWith(next);
    if (focused && focused.id && byId(focused.id)) byId(focused.id).focus();
  }
  function shown(zone) { const field = zone.querySelector("[name=shown]"); return field ? field.value : ""; }

  async function refresh(part) {
    if (running[part]) running[part].abort();
    const control = running[part] = new AbortController();
    const sent = new FormData(form);
    for (const name of [...sent.keys()]) if (name.startsWith("file_")) sent.delete(name);
    sent.set("part", part);
    try {
      const answer = await post(sent, control.signal);
      if (!answer || !answer.ok) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      [...page.body.children].forEach(replace);
      openNew();
      return true;
    } catch (error) {
      if (error.name !== "AbortError") say(form.dataset.away);
      return false;
    }
  }

  // -- finding -------------------------------------------------------------------------------------

  function isCard(box) { return box.value.split("|").length >= 7; }

  function find(box) {
    const name = box.id;
    clearTimeout(waiting[name]);
    delete waiting[name];
    return refresh(name === "q" && isCard(box) ? "card" : FIND[name]);
  }

  form.addEventListener("input", function (event) {
    const box = event.target, name = box.id;
    if (FIND[name]) {
      clearTimeout(waiting[name]);
      waiting[name] = setTimeout(function () { find(box); }, 200);
    } else if ("alike" in box.dataset) {
      clearTimeout(waiting.alike);
      waiting.alike = setTimeout(function () { refresh("alike"); }, 300);
    }
  });

  // Enter in a search box: what was typed last is looked for, then the first found gets the focus.
  async function enter(box) {
    const card = isCard(box);
    if ((waiting[box.id] || card) && !(await find(box))) return;
    const list = byId(FIND[box.id]), jump = list.querySelector("[data-jump]");
    if (jump && list.querySelectorAll("[data-jump]").length === 1) { window.location.assign(jump.href); return; }
    if (card) {
      box.value = "";
      const chosen = list.querySelector("input:checked");
      if (chosen && chosen.value !== "new") byId("p").focus(); else byId(box.id === "s" ? "sub_phone" : "new_phone").focus();
      return;
    }
    down(box);
  }

  async function down(box) {
    if (waiting[box.id] && !(await find(box))) return;
    const radio = byId(FIND[box.id]).querySelector("input[type=radio]");
    if (radio) radio.focus();
  }

  // -- choosing ------------------------------------------------------------------------------------

  function openNew() {
    const chosen = form.querySelector("input[name=applicant]:checked"), sub = form.querySelector("input[name=submitter]:checked");
    byId("new-fields").classList.toggle("rc-open", !!chosen && chosen.value === "new");
    form.querySelector(".rc-sub").classList.toggle("rc-open", !!sub && sub.value === "new");
  }

  async function choose(radio) {
    radio.checked = true;
    openNew();
    if (radio.name === "procedure") {
      if (!(await refresh("details"))) return;
      refresh("procedures");
      toPapers();
      return;
    }
    const isNew = radio.value === "new", part = radio.name === "applicant" ? "people" : "submitters";
    if (part === "people" && !isNew) byId("alike").replaceChildren();
    const focus = isNew ? (part === "people" ? "new_display_name" : "sub_display_name") : "p";
    byId(focus).focus();
    await refresh(part);
    if (part === "people" && byId("papers")) refresh("details");
    if (document.activeElement === document.body) byId(focus).focus();
  }

  function toPapers() {
    const handling = byId("handling");
    const target = byId("case") || (handling && !handling.value && handling) || form.querySelector("[data-row]") || byId("receive");
    if (target && target.matches("select, input, button")) { target.focus(); target.closest(".rc-zone").scrollIntoView({ block: "nearest" }); }
  }

  form.addEventListener("click", function (event) {
    if (event.target.matches("input[type=radio][data-pick]")) choose(event.target);
  });

  form.addEventListener("change", function (event) {
    const field = event.target;
    if (field.dataset.refresh) refresh(field.dataset.refresh);
    if (field.id === "new_kind") byId("new_identity_kind").value = field.selectedOptions[0].dataset.identity;
  });

  // -- keys ----------------------------------------------------------------------------------------

  function step(box, way) {
    const list = box.closest(".rc-list, #alike"), radios = [...list.querySelectorAll("input[type=radio]")];
    const next = radios[radios.indexOf(box) + way];
    if (next) next.focus();
    else if (way < 0) { const search = list.parentElement.querySelector("[data-find]"); if (search) search.focus(); }
  }

  function row(box, way) {
    const rows = [...form.querySelectorAll("[data-row]")], next = rows[rows.indexOf(box) + way];
    if (next) next.focus(); else if (way > 0) byId("receive").focus();
  }

  function onward(box) {
    const fields = [...box.closest("#new-fields, .rc-sub").querySelectorAll("input:not([type=radio]):not([type=checkbox])")];
    const next = fields[fields.indexOf(box) + 1];
    (next || byId("p")).focus();
  }

  form.addEventListener("keydown", function (event) {
    const box = event.target, way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || event.altKey || event.ctrlKey || !box.matches("input")) return;
    if (way && FIND[box.id]) { event.preventDefault(); if (way > 0) down(box); }
    else if (way && box.type === "radio") { event.preventDefault(); step(box, way); }
    else if (way && "row" in box.dataset) { event.preventDefault(); row(box, way); }
    else if (event.key === "Enter") {
      // Enter never receives a half-filled form: it chooses, or goes on.
      event.preventDefault();
      if (FIND[box.id]) enter(box);
      else if (box.type === "radio") { if (box.dataset.pick) choose(box); }
      else if (box.type === "checkbox") box.checked = !box.checked;
      else if (box.closest("#new-fields, .rc-sub")) onward(box);
    }
  });

  document.addEventListener("keydown", function (event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    if (key === "1" || key === "2") { event.preventDefault(); byId(key === "1" ? "q" : "p").focus(); byId(key === "1" ? "q" : "p").select(); }
    if (key === "3") { event.preventDefault(); toPapers(); }
    if (key === "n") { event.preventDefault(); choose(byId("new-person")); }
  });

  // -- sending -------------------------------------------------------------------------------------

  form.addEventListener("submit", async function (event) {
    event.preventDefault();
    event.stopPropagation();
    if (sending) return;
    sending = true;
    form.setAttribute("aria-busy", "true");
    const sent = new FormData(form);
    sent.set("part", "zones");
    if (event.submitter && event.submitter.name) sent.set(event.submitter.name, event.submitter.value);
    try {
      const answer = await post(sent);
      if (answer && answer.redirected) { window.location.assign(answer.url); return; }
      if (answer) { draw(new DOMParser().parseFromString(await answer.text(), "text/html")); }
    } catch (error) { say(form.dataset.away); }
    sending = false;
    form.removeAttribute("aria-busy");
  });

  function draw(page) {
    const zones = page.querySelectorAll("#errors, #zone-person, #zone-procedure, #details");
    if (!zones.length) { say(form.dataset.away); return; }
    zones.forEach(replace);
    openNew();
    if (byId("errors").firstElementChild) { byId("errors").focus(); byId("errors").scrollIntoView({ block: "nearest" }); }
  }

  openNew();
})();
