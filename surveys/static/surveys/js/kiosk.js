// The kiosk: start screen, one sheet, thanks, start screen. Works without network from a cold
// start; finished sheets go through the outbox, unfinished ones are only on the screen.

import { Clock } from "./clock.js";
import { HandingIn } from "./handing-in.js";
import { Heartbeat } from "./heartbeat.js";
import { Countdown, Idle } from "./idle.js";
import { offerListening } from "./listen.js";
import { Outbox } from "./outbox.js";
import { askToPair } from "./pairing.js";
import { Questions } from "./questions.js";
import { showReceipt } from "./receipt.js";
import { Screens } from "./screens.js";
import { answersOf, fill } from "./sheet.js";
import { Staff } from "./staff.js";
import { Store } from "./store.js";
import { isTicket } from "./ticket.js";
import { Updates } from "./updates.js";

const WARN_AFTER = 45;
const WIPE_AFTER = 20;
const THANKS = 15;
const THANKS_WITH_CODE = 30; // time for a photo
const THANKS_LONGER = 60;
// Screens on which nobody is in the middle of anything.
const AT_REST = new Set(["start", "closed", "pairing", "insecure"]);

class Kiosk {
  constructor(root) {
    const { counter, version, timeZone } = root.dataset;
    const name = `hai-long-kiosk/${counter}`;
    this.counter = counter;
    this.version = version;
    this.screens = new Screens(root);
    this.home = this.screens.language;
    this.store = new Store(name);
    this.clock = new Clock(this.store, timeZone);
    this.updates = new Updates({ name, isFree: () => AT_REST.has(this.screens.shown) });
    const key = () => this.device?.key ?? null;
    this.heartbeat = new Heartbeat({
      clock: this.clock,
      version,
      key,
      onNews: (news) => this.#news(news),
    });
    this.outbox = new Outbox({
      store: this.store,
      clock: this.clock,
      heartbeat: this.heartbeat,
      counter,
      name,
      key,
      onChange: (counts) => this.showQueue(counts),
      onUnknownKey: (unknown) => this.#keyUnknown(unknown),
    });
    this.sheet = new HandingIn(this);
    this.staff = new Staff(this);
    this.idle = new Idle({
      warnAfter: WARN_AFTER,
      giveUpAfter: WIPE_AFTER,
      onWarn: () => this.#warn(),
      onSecond: (left) => this.screens.count("dialog", left, WIPE_AFTER),
      onStay: () => this.screens.find("dialog").close(),
      onGiveUp: () => this.#leave(),
    });
    this.thanks = new Countdown(THANKS, {
      onSecond: (left) => this.screens.count('[data-screen="thanks"]', left, THANKS),
      onEnd: () => this.reset(),
    });
    root.addEventListener("click", (event) => this.#click(event));
    // Who begins to type a ticket or a code, and goes, leaves nothing either.
    root.addEventListener("input", () => AT_REST.has(this.screens.shown) && this.idle.start());
    root.addEventListener("cancel", (event) => {
      event.preventDefault(); // Escape on the warning: the person is there
      this.idle.stay();
    }, true);
    // A page that leaves takes nothing along, into no cache of pages gone by.
    addEventListener("pagehide", () => {
      if (this.questions?.counts) this.sheet.keepOnTheWayOut(this.questions);
      this.screens.root.replaceChildren();
    });
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.reset();
    });
  }

  async start() {
    this.device = (await this.store.get("facts", "device")) ?? null;
    await this.clock.start();
    this.reset();
    navigator.storage?.persist?.();
    this.updates.start();
    this.outbox.start();
    setInterval(() => this.#newDay(), 60_000); // overnight a campaign may open or close
  }

  #newDay() {
    if (AT_REST.has(this.screens.shown) && this.clock.today() !== this.day) this.reset();
  }

  /** The start screen, with nothing left of whoever was here. */
  reset() {
    this.idle.stop();
    this.thanks.stop();
    this.questions = null;
    this.sheet.forget();
    this.store.release();
    this.staff.lock();
    getSelection().removeAllRanges();
    document.dispatchEvent(new Event("display-plain"));
    this.#build(this.home);
    if (!isSecureContext) this.screens.show("insecure");
    else if (!this.device || this.keyUnknown) this.screens.show("pairing");
    else this.screens.show(this.screens.asked ? "start" : "closed");
    this.updates.free();
  }

  #build(language) {
    this.day = this.clock.today();
    this.screens.build(language, this.day);
    this.showQueue(this.queue ?? { waiting: 0, rejected: 0 });
    const pairing = this.screens.find("[data-pair]");
    askToPair(pairing, {
      store: this.store,
      counter: this.counter,
      onPaired: () => this.#paired(),
    });
    this.staff.attach();
  }

  async #paired() {
    this.device = await this.store.get("facts", "device");
    this.keyUnknown = false;
    this.outbox.notBefore = 0;
    this.heartbeat.last = -Infinity;
    navigator.storage?.persist?.();
    await this.outbox.flush(); // brings the time, without which the day is not known
    this.reset();
  }

  #begin() {
    const ticket = this.screens.find("[name=ticket]");
    const code = ticket?.value.trim() ?? "";
    if (ticket && !isTicket(code)) {
      this.screens.find("[data-ticket-fault]").hidden = false;
      ticket.focus();
      return;
    }
    this.updates.hold();
    this.sheet.begin(code, "receipts" in this.screens.find("form[data-campaign]").dataset);
    this.screens.show("sheet", { focus: false });
    this.#ask();
    this.questions.show(0);
    this.idle.start();
  }

  #ask() {
    const form = this.screens.find("form[data-campaign]");
    this.questions = new Questions(form, this.screens.find("template[data-steps]"), {
      onSend: () => this.#finish(),
      onStep: () => this.questions?.counts && this.store.hold(),
    });
    offerListening(form, this.screens.find("template[data-listening]"));
  }

  #click(event) {
    const button = event.target.closest("[data-do]");
    if (!button || event.detail > 1) return;
    const acts = {
      begin: () => this.#begin(),
      language: () => this.#speak(button.value),
      stay: () => this.idle.stay(),
      end: () => this.reset(),
      keep: () => this.thanks.start(THANKS_LONGER),
      again: () => this.#finish(),
      staff: () => {
        this.screens.show("staff");
        this.idle.start();
      },
      "send-now": () => this.staff.sendNow(),
      "retry-rejected": () => this.outbox.retryRejected(),
      export: () => this.staff.export(),
    };
    acts[button.dataset.do]();
  }

  // The answers go along into the other language, from form to form.
  #speak(language) {
    const { shown } = this.screens;
    const { form, state } = this.questions ?? {};
    const ticket = this.screens.find("[name=ticket]")?.value;
    this.#build(language);
    this.screens.show(shown);
    if (ticket) this.screens.find("[name=ticket]").value = ticket;
    if (!form || shown !== "sheet") return;
    fill(this.screens.find("form[data-campaign]"), answersOf(form));
    this.#ask();
    this.questions.resume(state);
  }

  #warn() {
    const counts = String(Boolean(this.questions?.counts));
    for (const words of this.screens.root.querySelectorAll("[data-if-counts]")) {
      words.hidden = words.dataset.ifCounts !== counts;
    }
    this.screens.find("dialog").showModal();
  }

  // Nobody is there any more: what was answered after the short part counts, else nothing does.
  async #leave() {
    if (this.questions?.counts) await this.sheet.keep(this.questions);
    this.reset();
  }

  async #finish() {
    if (this.saving) return;
    this.saving = true;
    const kept = await this.sheet.keep(this.questions);
    this.saving = false;
    if (kept) this.#thank();
    else this.screens.show("unsaved");
  }

  #thank() {
    this.idle.stop();
    const code = this.sheet.receipt?.code;
    this.questions = null;
    this.sheet.forget();
    this.#build(this.screens.language);
    this.screens.show("thanks");
    this.thanks.start(showReceipt(this.screens.root, code) ? THANKS_WITH_CODE : THANKS);
  }

  showQueue(queue) {
    this.queue = queue;
    this.screens.facts({ ...queue, version: this.version });
  }

  #news(news) {
    this.#newDay();
    if (news.app_version !== this.version) this.updates.check();
    else this.updates.apply();
  }

  #keyUnknown(unknown) {
    if (Boolean(this.keyUnknown) === unknown) return;
    this.keyUnknown = unknown;
    if (AT_REST.has(this.screens.shown)) this.reset();
  }
}

new Kiosk(document.getElementById("kiosk")).start();
