// The service worker, and changing over to a new version of the app: only while no tab of this
// kiosk has a sheet in hand. Until then the old version stays whole.

const EVERY = 30 * 60_000;

export class Updates {
  constructor({ name, isFree }) {
    this.busy = `${name}/busy`;
    this.isFree = isFree;
    this.release = null;
  }

  async start() {
    if (!("serviceWorker" in navigator)) return;
    // The first worker takes over a page that is as new as itself.
    let first = !navigator.serviceWorker.controller;
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      this.changed = !first;
      first = false;
      this.apply();
    });
    this.registration = await navigator.serviceWorker.register("sw.js", {
      scope: "./",
      updateViaCache: "none",
    });
    this.registration.addEventListener("updatefound", () => {
      const worker = this.registration.installing;
      worker.addEventListener("statechange", () => this.apply());
    });
    setInterval(() => this.check(), EVERY);
    this.apply();
  }

  check() {
    this.registration?.update().catch(() => {}); // no network: the next time
  }

  /** A person has begun: nothing changes now, in any tab. */
  hold() {
    if (this.release) return;
    const until = new Promise((resolve) => {
      this.release = resolve;
    });
    this.held = navigator.locks.request(this.busy, { mode: "shared" }, () => until);
  }

  async free() {
    this.release?.();
    this.release = null;
    await this.held;
    await this.apply();
  }

  /** Change over if there is something new and nobody is answering. */
  async apply() {
    if (this.release || !this.isFree()) return;
    if (this.changed) {
      location.reload();
      return;
    }
    const waiting = this.registration?.waiting;
    if (!waiting) return;
    await navigator.locks.request(this.busy, { ifAvailable: true }, (lock) => {
      if (lock) waiting.postMessage("activate");
    });
  }
}
