// What officials may do at a kiosk, behind its PIN: see the queue, send it, save it to a file.

import { exported, PinLock } from "./rescue.js";

export class Staff {
  /** @param {object} kiosk with store, screens, outbox, heartbeat, clock, device. */
  constructor(kiosk) {
    this.kiosk = kiosk;
    this.pinLock = new PinLock(kiosk.store);
    this.pin = null;
  }

  lock() {
    this.pin = null;
  }

  /** Listen to the form of the screens made last. */
  attach() {
    const form = this.kiosk.screens.find("[data-unlock]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#unlock(form);
    });
  }

  async #unlock(form) {
    const { screens, outbox } = this.kiosk;
    const pin = new FormData(form).get("pin");
    form.reset();
    const answer = await this.pinLock.check(pin);
    if (!form.isConnected) return; // it took a while, and nobody is here any more
    const fault = form.querySelector("[data-fault]");
    fault.hidden = answer === "right";
    fault.textContent = form.dataset[answer] ?? "";
    if (answer !== "right") return;
    this.pin = pin;
    form.hidden = true;
    const panel = screens.find("[data-panel]");
    panel.hidden = false;
    const persisted = await navigator.storage?.persisted?.();
    screens.find("[data-unprotected]").hidden = Boolean(persisted);
    this.kiosk.showQueue(await outbox.counts());
    panel.querySelector("button").focus();
  }

  async sendNow() {
    this.kiosk.outbox.notBefore = 0;
    this.kiosk.heartbeat.last = -Infinity;
    await this.kiosk.outbox.flush();
  }

  async export() {
    const { store, outbox, device, counter, clock } = this.kiosk;
    const sheets = [];
    for (const sheet of await store.all("outbox")) sheets.push(await outbox.frozen(sheet));
    const text = await exported({ counter, device, sheets, pin: this.pin });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `${counter}-${clock.today()}.hailong.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
