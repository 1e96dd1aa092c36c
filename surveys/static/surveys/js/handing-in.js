// The sheet of the person at a kiosk, from its beginning to the outbox. It has one id however
// often it is tried.

import { newReceipt } from "./receipt.js";
import { bodyOf, uuid4 } from "./sheet.js";

export class HandingIn {
  constructor({ outbox, store, clock }) {
    this.outbox = outbox;
    this.store = store;
    this.clock = clock;
    this.forget();
  }

  /** @param givesReceipts the campaign gives a receipt code */
  begin(ticket, givesReceipts) {
    this.ticket = ticket;
    this.began = performance.now();
    if (!givesReceipts) return;
    const { began } = this;
    newReceipt().then((receipt) => {
      if (this.began === began) this.receipt = receipt; // and not the next person's
    });
  }

  forget() {
    this.ticket = "";
    this.began = null;
    this.sheet = null;
    this.receipt = null;
  }

  /** Keep the sheet, on the disk first; return whether it is kept. */
  async keep(questions) {
    const sheet = this.#finished(questions);
    return this.outbox.add(sheet).then(
      () => true,
      () => this.outbox.sendNow(sheet), // the disk is full: the server has room
    );
  }

  /** Keep it while the page goes away, when nothing can be waited for. */
  keepOnTheWayOut(questions) {
    this.store.putOnTheWayOut("outbox", this.#finished(questions));
  }

  #finished({ form, asked }) {
    this.sheet ??= {
      id: uuid4(),
      content: {
        ...bodyOf(form, asked),
        ...(this.ticket ? { ticket: this.ticket } : {}),
        ...(this.receipt ? { receipt: this.receipt.digest } : {}),
        seconds: Math.round((performance.now() - this.began) / 1000),
      },
      moment: this.clock.moment(),
      body: null,
      rejected: null,
    };
    return this.sheet;
  }
}
