// The service worker of a kiosk: keeps the app, and nothing else. Made by surveys.kiosk_app.
const APP = {{ app }};

self.addEventListener("install", (event) => event.waitUntil(fetchAll()));

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

// Said by a page on its start screen while no tab has a sheet in hand.
self.addEventListener("message", (event) => {
  if (event.data === "activate") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" ? pathname === APP.shell : APP.files.includes(pathname)) {
    event.respondWith(kept(pathname, event.request));
  }
});

// All or nothing: a version with a file missing is never used, and the old one stays.
async function fetchAll() {
  const replies = await Promise.all(APP.files.map(fetchOne));
  const cache = await caches.open(APP.cache);
  await Promise.all(replies.map(([file, reply]) => cache.put(file, reply)));
}

async function fetchOne(file) {
  const reply = await fetch(file, { cache: "no-cache", credentials: "omit", redirect: "error" });
  if (!reply.ok) throw new Error(`${file}: ${reply.status}`);
  if (file === APP.shell && reply.headers.get("X-App-Version") !== APP.version) {
    throw new Error("the server has yet another version");
  }
  return [file, reply];
}

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith(APP.prefix) && name !== APP.cache) await caches.delete(name);
  }
  await clients.claim();
}

async function kept(file, request) {
  const cache = await caches.open(APP.cache);
  return (await cache.match(file, { ignoreVary: true })) ?? fetch(request);
}
