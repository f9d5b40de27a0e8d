// Keeps the pages of offline entry and what they are drawn with, for when there is no line. Nothing else is kept.
"use strict";

const STORE = "motcua-offline-1";
const PAGE = /^\/ky-bao-cao\/bieu\/[0-9a-f-]{36}\/ngoai-tuyen\/$/;

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) {
  event.waitUntil((async function () {
    for (const name of await caches.keys()) if (name.startsWith("motcua-offline-") && name !== STORE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("message", function (event) {
  const asked = event.data || {};
  event.waitUntil((async function () {
    if (asked.forget) await caches.delete(STORE);
    if (asked.keep) {
      const store = await caches.open(STORE);
      for (const url of asked.keep) {
        if (new URL(url, self.location).origin !== self.location.origin) continue;
        const answer = await fetch(url, { credentials: "same-origin" });
        if (answer.ok && !answer.redirected) await store.put(url, answer);
      }
    }
    if (event.ports[0]) event.ports[0].postMessage("done");
  })());
});

self.addEventListener("fetch", function (event) {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (!PAGE.test(url.pathname) && !url.pathname.startsWith("/static/")) return;
  event.respondWith((async function () {
    const store = await caches.open(STORE);
    try {
      const answer = await fetch(request);
      // A page that now leads to the sign-in page is somebody else's: what was kept of it goes.
      if (PAGE.test(url.pathname)) {
        if (answer.ok && !answer.redirected) await store.put(request.url, answer.clone());
        else if (answer.redirected || answer.type === "opaqueredirect" || answer.status === 404) await store.delete(request.url);
      }
      return answer;
    } catch (error) {
      const kept = await store.match(request.url, { ignoreVary: true });
      if (kept) return kept;
      throw error;
    }
  })());
});
