// The service worker of a kiosk: keeps the app, and nothing else. Made by surveys.kiosks.kiosk_app.
const APP = {{ app }};
// An address of a clip always means the same bytes, so all versions share those they have.
const CLIPS = `${APP.prefix}clips`;

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
  } else if (APP.clips.includes(pathname)) {
    event.respondWith(heard(pathname, event.request));
  }
});

// All or nothing: a version with a file missing is never used, and the old one stays.
async function fetchAll() {
  const replies = await Promise.all(APP.files.map(fetchOne));
  const cache = await caches.open(APP.cache);
  await Promise.all(replies.map(([file, reply]) => cache.put(file, reply)));
  if (APP.clips.length) await fetchClips();
}

// With no room left the form works without voice; with no network the old version stays.
async function fetchClips() {
  const cache = await caches.open(CLIPS);
  for (const clip of APP.clips) {
    if (await cache.match(clip)) continue;
    const [, reply] = await fetchOne(clip);
    try {
      await cache.put(clip, reply);
    } catch {
      return;
    }
  }
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
    if (name === CLIPS && APP.clips.length) continue;
    if (name.startsWith(APP.prefix) && name !== APP.cache) await caches.delete(name);
  }
  if (APP.clips.length) await dropClips();
  await clients.claim();
}

async function kept(file, request) {
  const cache = await caches.open(APP.cache);
  return (await cache.match(file, { ignoreVary: true })) ?? fetch(request);
}

async function dropClips() {
  const cache = await caches.open(CLIPS);
  for (const { url } of await cache.keys()) {
    if (!APP.clips.includes(new URL(url).pathname)) await cache.delete(url);
  }
}

// Players ask for a part of a file, and some play nothing when they get the whole.
async function heard(clip, request) {
  const whole = await (await caches.open(CLIPS)).match(clip, { ignoreVary: true });
  if (!whole) return fetch(request);
  const part = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!part) return whole;
  const bytes = await whole.arrayBuffer();
  const first = Number(part[1]);
  const last = Math.min(part[2] ? Number(part[2]) : Infinity, bytes.byteLength - 1);
  if (first > last) return new Response(null, { status: 416 });
  return new Response(bytes.slice(first, last + 1), {
    status: 206,
    headers: {
      "Content-Type": whole.headers.get("Content-Type"),
      "Content-Range": `bytes ${first}-${last}/${bytes.byteLength}`,
      "Content-Length": String(last - first + 1),
    },
  });
}
