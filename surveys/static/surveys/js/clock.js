// What day it really is. A tablet's clock may be off by years, and may jump while there is no
// network. Between two jumps lies a stretch of time; by how much the clock is ahead in it is
// known once the server has told the time. Until then we suppose that no time passed while the
// clock jumped. A sheet remembers its stretch and is put on its day when it is sent.

const TICK = 30_000;
const BACKWARD = 60_000; // a clock never goes back by itself
const FORWARD = 60 * 86_400_000; // less may have been sleep

export class Clock {
  /** @param {import("./store.js").Store} store */
  constructor(store, timeZone) {
    this.store = store;
    this.days = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
    // ahead: by stretch, how many milliseconds, and whether the server said so.
    this.facts = { stretch: 0, tick: null, ahead: { 0: { by: 0, sure: false } } };
    this.kept = true;
  }

  async start() {
    await this.tick();
    setInterval(() => this.tick(), TICK);
  }

  /** Notice a jump, and keep where the clock stands: a jump may also come while we are off. */
  async tick(news = () => {}) {
    // Another tab may have heard something; what could not be kept stands only here.
    if (this.kept) this.facts = (await this.store.get("facts", "clock")) ?? this.facts;
    const now = Date.now();
    const since = now - (this.facts.tick ?? now);
    if (since < -BACKWARD || since > FORWARD) {
      const by = since + this.#ahead(this.facts.stretch);
      this.facts.stretch += 1;
      this.facts.ahead[this.facts.stretch] = { by, sure: false };
    }
    this.facts.tick = now;
    news(now);
    try {
      await this.store.put("facts", this.facts, "clock");
      this.kept = true;
    } catch {
      this.kept = false; // the disk is full; the sheets say so where it matters
    }
  }

  /** The server said its time in a reply that took `took` milliseconds. */
  heard(serverTime, took) {
    return this.tick((now) => {
      this.facts.ahead[this.facts.stretch] = { by: now - (serverTime + took / 2), sure: true };
    });
  }

  /** Whether the error of the clock is known as it stands now. */
  get known() {
    return this.facts.ahead[this.facts.stretch].sure;
  }

  /** A moment, to be put on a day later. */
  moment() {
    return { at: Date.now(), stretch: this.facts.stretch };
  }

  today() {
    return this.trueDay(this.moment());
  }

  /** The day the clock showed. */
  clockDay({ at }) {
    return this.days.format(at);
  }

  /** The day it was, as far as can be known; never one after today. */
  trueDay({ at, stretch }) {
    const now = Date.now() - this.#ahead(this.facts.stretch);
    return this.days.format(Math.min(at - this.#ahead(stretch), now));
  }

  /** By how many days the clock was ahead of the true day; 0 for a clock that is right. */
  daysAhead(moment) {
    const day = (text) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
    return Math.round(day(this.clockDay(moment)) - day(this.trueDay(moment)));
  }

  #ahead(stretch) {
    return this.facts.ahead[stretch].by;
  }
}
