// Finished sheets on their way. A sheet is on the disk before anyone is thanked, and leaves it
// only for a receipt that names it. Nothing expires. A sheet the server refuses is kept, counted
// and reported, and never holds up the others.

import { send } from "./sending.js";

const SHORTEST = 1_000;
const LONGEST = 60_000;
const EVERY = 30_000;
// Refusals of the moment; any other 4xx with our own words is a refusal of the sheet.
const LATER = new Set([401, 403, 408, 425, 429]);

export class Outbox {
  /**
   * @param {{store: import("./store.js").Store, clock: import("./clock.js").Clock,
   *   heartbeat: import("./heartbeat.js").Heartbeat, counter: string, name: string,
   *   key: () => string|null, onChange: (counts: object) => void,
   *   onUnknownKey: (unknown: boolean) => void}} of
   */
  constructor(of) {
    Object.assign(this, of);
    this.backoff = SHORTEST;
    this.notBefore = 0;
    this.timer = 0;
  }

  start() {
    addEventListener("online", () => {
      this.backoff = SHORTEST;
      this.flush();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.flush();
    });
    setInterval(() => this.flush(), EVERY);
    return this.flush();
  }

  /** Keep a sheet; resolves when it is on the disk. @throws when it could not be kept. */
  async add(sheet) {
    await this.store.put("outbox", sheet);
    this.#tell();
    this.flush();
  }

  /** Bring a sheet to the server past the disk; whether it has a receipt. */
  async sendNow(sheet) {
    try {
      const { content, moment } = sheet;
      sheet.body ??= this.#body(content, moment);
      const reply = await this.#send(sheet);
      return isReceipt(reply, sheet.id);
    } catch {
      return false;
    }
  }

  /** Count what waits and what was refused; the day of the oldest that waits. */
  async counts() {
    const sheets = await this.store.all("outbox");
    const waiting = sheets.filter((sheet) => !sheet.rejected);
    const days = waiting.map((sheet) => this.clock.trueDay(sheet.moment)).sort();
    return {
      waiting: waiting.length,
      rejected: sheets.length - waiting.length,
      oldest: days[0] ?? null,
    };
  }

  /** Let refused sheets be tried again, when an official has seen to the cause. */
  async retryRejected() {
    for (const sheet of await this.store.all("outbox")) {
      if (sheet.rejected) await this.store.put("outbox", { ...sheet, rejected: null });
    }
    this.notBefore = 0;
    this.#tell();
    await this.flush();
  }

  /** Send what waits. One tab at a time: another one's turn is as good as ours. */
  async flush() {
    if (!this.key() || performance.now() < this.notBefore) return;
    await navigator.locks.request(`${this.name}/flush`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      try {
        if ((await this.#report()) && (await this.#sendAll())) this.backoff = SHORTEST;
      } catch {
        this.#later(0); // no network, or nobody there
      }
    });
    this.#tell();
  }

  /** The exact body of a sheet, the same each time it is sent or exported. */
  async frozen(sheet) {
    if (sheet.body) return sheet;
    const done = { ...sheet, body: this.#body(sheet.content, sheet.moment) };
    await this.store.put("outbox", done);
    return done;
  }

  #body(content, moment) {
    const ahead = this.clock.daysAhead(moment);
    return JSON.stringify({
      ...content,
      answered_on: this.clock.clockDay(moment),
      ...(ahead ? { clock_ahead_days: ahead } : {}),
    });
  }

  // Ask for the time before sending: without it a wrong clock would put sheets on wrong days.
  async #report() {
    if (!this.heartbeat.due) return true;
    const reply = await this.heartbeat.beat(await this.counts());
    if (reply.status === 200 && this.clock.known) {
      this.onUnknownKey(false);
      return true;
    }
    this.#refused(reply);
    return false;
  }

  async #sendAll() {
    // In the order of their ids, which are random: not that of the people.
    for (const id of await this.store.keys("outbox")) {
      const sheet = await this.store.get("outbox", id);
      if (!sheet || sheet.rejected) continue;
      const reply = await this.#send(await this.frozen(sheet));
      if (isReceipt(reply, id)) {
        await this.store.delete("outbox", id);
        this.#tell();
      } else if (isRefusal(reply)) {
        const rejected = { status: reply.status, errors: reply.json.errors };
        await this.store.put("outbox", { ...(await this.store.get("outbox", id)), rejected });
      } else {
        this.#refused(reply);
        return false;
      }
    }
    return true;
  }

  #send(sheet) {
    const address = `/api/v1/counters/${encodeURIComponent(this.counter)}/responses/${sheet.id}`;
    return send("PUT", address, { key: this.key(), body: sheet.body });
  }

  #refused(reply) {
    if (reply.status === 401 && reply.json?.errors) this.onUnknownKey(true);
    this.#later(reply.retryAfter);
  }

  #later(retryAfter) {
    const wait = Math.max(retryAfter, this.backoff * (0.5 + Math.random()));
    this.backoff = Math.min(2 * this.backoff, LONGEST);
    if (retryAfter) this.notBefore = performance.now() + wait;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait + 1);
  }

  async #tell() {
    try {
      this.onChange(await this.counts());
    } catch {
      // The disk does not answer now; what it holds is told the next time.
    }
  }
}

// A page that some network puts in between also says 200.
function isReceipt({ status, json }, id) {
  return (status === 200 || status === 201) && json?.id === id;
}

function isRefusal({ status, json }) {
  return status >= 400 && status < 500 && !LATER.has(status) && Boolean(json?.errors);
}
