// The sign of life of a kiosk. Its reply tells the time and the newest version of the app.

import { send } from "./sending.js";

export const EVERY = 5 * 60_000;

export class Heartbeat {
  /** @param {{clock: import("./clock.js").Clock, version: string, key: () => string|null}} of */
  constructor({ clock, version, key, onNews }) {
    this.clock = clock;
    this.version = version;
    this.key = key;
    this.onNews = onNews;
    this.last = -Infinity;
  }

  /** Whether the last reply is old, or of a time before the clock jumped. */
  get due() {
    return performance.now() - this.last > EVERY || !this.clock.known;
  }

  /** Report and learn the time. @throws when there is no reply. */
  async beat({ waiting, rejected, oldest }) {
    const body = JSON.stringify({
      queue_length: waiting,
      rejected,
      oldest_on: oldest,
      app_version: this.version,
      storage_persisted: (await navigator.storage?.persisted?.()) ?? null,
      clock: Date.now(),
    });
    const reply = await send("POST", "/api/v1/devices/heartbeat", { key: this.key(), body });
    if (reply.status === 200 && Number.isFinite(reply.json?.time)) {
      await this.clock.heard(reply.json.time, reply.took);
      this.last = performance.now();
      this.onNews(reply.json);
    }
    return reply;
  }
}
