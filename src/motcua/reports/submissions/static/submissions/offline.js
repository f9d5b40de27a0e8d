// Entry without a line: what is typed is kept in this browser, checked here, and sent when there is a line again.
"use strict";

(function () {
  const data = JSON.parse(document.getElementById("offline-data").textContent);
  const words = JSON.parse(document.getElementById("offline-words").textContent);
  const form = document.getElementById("offline");
  const status = document.getElementById("offline-status");
  const NAME = "motcua-offline:" + data.user + ":" + data.uid;
  const kept = load();

  function load() {
    try { return JSON.parse(localStorage.getItem(NAME)) || { cells: {}, reason: "" }; } catch (error) { return { cells: {}, reason: "" }; }
  }
  function keep() { localStorage.setItem(NAME, JSON.stringify(kept)); tell(); }
  function once() { return crypto.randomUUID ? crypto.randomUUID() : String(Date.now()) + Math.random(); }
  function field(kind, key) { return form.elements[kind + "-" + key]; }
  function waiting() { return Object.keys(kept.cells); }

  function tell(more) {
    const count = waiting().length;
    const line = navigator.onLine ? words.online : words.offline;
    status.textContent = line + " " + (count ? words.kept.replace("{count}", count) : words.none) + (more ? " " + more : "");
  }

  // Numbers as Vietnamese writes them: 1.234,5
  function number(text) {
    const clean = text.trim().replace(/%$/, "").trim();
    if (!/^\d{1,3}(\.\d{3})*(,\d+)?$|^\d+(,\d+)?$/.test(clean)) return null;
    return { value: Number(clean.replace(/\./g, "").replace(",", ".")), places: (clean.split(",")[1] || "").length };
  }
  function shown(value) { return value.toLocaleString("vi-VN", { maximumFractionDigits: 2 }); }

  function at(key) {
    if (data.rows[key]) {
      const input = field("v", key);
      const state = field("s", key);
      return state && state.value ? null : number(input.value);
    }
    if (data.numbers[key] !== undefined) return { value: Number(data.numbers[key]), places: data.places[key] || 0 };
    return null;
  }

  // sum of products of factors; [row], [form!row], {outside}, max, min: the grammar of the definitions. null: blank.
  function evaluate(text, own) {
    const tokens = text.match(/\d+(?:\.\d+)?|\[[\d.!]+\]|\{\w+\}|max|min|[-+*/(),]/g) || [];
    let place = 0;
    const operands = [];
    function take() { return tokens[place++]; }
    function factor() {
      const token = take();
      if (token === "-") { const inner = factor(); return inner === null ? null : -inner; }
      if (token === "(") { const inner = sum(); take(); return inner; }
      if (token === "max" || token === "min") {
        take();
        const parts = [sum()];
        while (tokens[place] === ",") { take(); parts.push(sum()); }
        take();
        return parts.includes(null) ? null : Math[token].apply(null, parts);
      }
      if (token[0] === "[") {
        const name = token.slice(1, -1);
        const key = name.includes("!") ? name : own + "!" + name;
        operands.push(key);
        const found = at(key);
        return found ? found.value : null;
      }
      if (token[0] === "{") { const outside = data.externals[token.slice(1, -1)]; return outside === undefined ? null : Number(outside); }
      return Number(token);
    }
    function product() {
      let left = factor();
      while (tokens[place] === "*" || tokens[place] === "/") {
        const mark = take();
        const right = factor();
        left = left === null || right === null ? null : mark === "*" ? left * right : right === 0 ? NaN : left / right;
      }
      return left;
    }
    function sum() {
      let left = product();
      while (tokens[place] === "+" || tokens[place] === "-") {
        const mark = take();
        const right = product();
        left = left === null || right === null ? null : mark === "+" ? left + right : left - right;
      }
      return left;
    }
    return { value: sum(), operands: operands };
  }

  function broken(relation) {
    const key = relation.form + "!" + relation.target;
    const found = evaluate(relation.expression, relation.form);
    if (data.computed.includes(key) && relation.kind !== "le") return null;  // computed anew when it is sent
    const own = at(key);
    if (!own || found.value === null || Number.isNaN(found.value)) return null;
    const loose = data.percent.includes(key) ? Math.pow(10, -own.places) : 1e-9;
    const holds = relation.kind === "le" ? own.value <= found.value + loose : Math.abs(own.value - found.value) <= loose;
    if (holds) return null;
    return { rows: [key].concat(found.operands), hard: relation.kind !== "eq" && !(relation.kind === "le" && relation.expression.includes("/")),
      text: words.broken.replace("{row}", relation.target).replace("{form}", relation.form).replace("{now}", shown(own.value)).replace("{bound}", shown(found.value)) + " " + relation.note };
  }

  function check() {
    const said = {};
    for (const key of Object.keys(data.rows)) {
      const row = data.rows[key];
      const text = field("v", key).value.trim();
      const found = number(text);
      if (text && !found) said[key] = [words.number];
      else if (found && row.kind === "percent" && found.value > 100) said[key] = [words.percent];
      else if (found && row.choices.length && !row.choices.includes(found.value)) said[key] = [words.choice];
      else if (found && row.kind === "count" && found.places) said[key] = [words.whole];
    }
    for (const relation of data.relations) {
      const found = broken(relation);
      if (found) for (const key of found.rows) if (data.rows[key]) (said[key] = said[key] || []).push(found.text);
    }
    for (const key of Object.keys(data.rows)) {
      const place = document.getElementById("says-" + key);
      place.textContent = (said[key] || []).join(" ");
      field("v", key).toggleAttribute("aria-invalid", Boolean(said[key]));
    }
    return said;
  }

  function typed(key) {
    const row = data.rows[key];
    const now = { value: field("v", key).value, state: field("s", key) ? field("s", key).value : "", note: field("n", key).value };
    if (now.value.trim() === row.value && now.state === row.state && now.note.trim() === row.note) delete kept.cells[key];
    else {
      const before = kept.cells[key] || {};
      kept.cells[key] = { value: now.value, state: now.state, note: now.note, base: before.base === undefined ? row.revision : before.base,
        was: before.was === undefined ? row.state || row.value : before.was, once: once() };
    }
    keep();
    check();
  }

  async function fresh() {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { "X-Fresh": "1" } });
    if (answer.redirected || !answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("input[name=csrfmiddlewaretoken]");
    return token ? token.value : null;
  }

  async function send() {
    const keys = waiting();
    if (!keys.length) { tell(words.nothing); return; }
    let token = null;
    try { token = await fresh(); } catch (error) { tell(words.later); return; }
    if (!token) { tell(words.signin); return; }
    const cells = keys.map(function (key) {
      const one = kept.cells[key];
      return { row: key, text: one.state || one.value, note: one.note, reason: kept.reason, base: one.base, once: one.once };
    });
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", credentials: "same-origin", body: JSON.stringify({ cells: cells }),
        headers: { "Content-Type": "application/json", "X-CSRFToken": token } });
    } catch (error) { tell(words.later); return; }
    const told = await answer.json().catch(function () { return {}; });
    if (!answer.ok) { tell(told.message || words.later); return; }
    let written = 0;
    for (const result of told.results) {
      const key = result.row;
      if (result.status === "written") {
        const sent = kept.cells[key];
        data.rows[key].value = sent.state ? "" : sent.value.trim();
        data.rows[key].state = sent.state;
        data.rows[key].note = sent.note.trim();
        data.rows[key].revision = result.revision;
        delete kept.cells[key];
        written += 1;
        settle(key, null);
      } else settle(key, result);
    }
    keep();
    tell(words.sent.replace("{count}", written));
  }

  // Three ways: what stood here when the page was made, what was typed, what stands now.
  function settle(key, result) {
    const place = document.getElementById("conflict-" + key);
    place.replaceChildren();
    if (!result) return;
    const said = document.createElement("p");
    said.textContent = result.message;
    place.append(said);
    if (result.status !== "conflict") return;
    const mine = kept.cells[key];
    const list = document.createElement("dl");
    [[words.was, mine.was || words.blank], [words.yours, mine.state || mine.value || words.blank], [words.current, result.current.text || words.blank]].forEach(function (pair) {
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = pair[0];
      text.textContent = pair[1];
      list.append(term, text);
    });
    place.append(list);
    [[words.takeMine, function () { mine.base = result.revision; mine.once = once(); keep(); settle(key, null); }],
      [words.takeCurrent, function () {
        const row = data.rows[key];
        const absent = [words.notApplicable, words.notDue].includes(result.current.text);
        row.revision = result.revision; row.state = absent ? result.current.text : ""; row.value = absent ? "" : result.current.text; row.note = result.current.note;
        if (row.value === words.blank) row.value = "";
        field("v", key).value = row.value; if (field("s", key)) field("s", key).value = row.state; field("n", key).value = row.note;
        delete kept.cells[key]; keep(); settle(key, null); check();
      }]].forEach(function (pair) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline-primary btn-sm";
      button.textContent = pair[0];
      button.addEventListener("click", pair[1]);
      place.append(button, " ");
    });
  }

  async function worker() {
    if (!("serviceWorker" in navigator)) { tell(words.noworker); return; }
    const found = await navigator.serviceWorker.register(form.dataset.worker, { scope: "/ky-bao-cao/" });
    await navigator.serviceWorker.ready;
    const urls = [location.href.split("#")[0]];
    document.querySelectorAll("script[src], link[href]").forEach(function (each) { urls.push(each.src || each.href); });
    const channel = new MessageChannel();
    channel.port1.onmessage = function () { form.dataset.ready = "1"; tell(words.ready); };
    (found.active || navigator.serviceWorker.controller).postMessage({ keep: urls }, [channel.port2]);
  }

  for (const key of Object.keys(kept.cells)) {
    if (!data.rows[key]) { delete kept.cells[key]; continue; }
    field("v", key).value = kept.cells[key].value;
    if (field("s", key)) field("s", key).value = kept.cells[key].state;
    field("n", key).value = kept.cells[key].note;
  }
  form.elements.reason.value = kept.reason || "";
  form.addEventListener("input", function (event) {
    if (event.target.name === "reason") { kept.reason = event.target.value; keep(); return; }
    const key = event.target.dataset.row;
    if (key) typed(key);
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); send(); });
  document.getElementById("offline-forget").addEventListener("click", async function () {
    localStorage.removeItem(NAME);
    kept.cells = {};
    if (navigator.serviceWorker && navigator.serviceWorker.controller) navigator.serviceWorker.controller.postMessage({ forget: true });
    location.assign(form.dataset.back);
  });
  window.addEventListener("online", function () { tell(); });
  window.addEventListener("offline", function () { tell(); });
  tell();
  check();
  if (navigator.onLine) worker().catch(function () { tell(words.noworker); });
})();
