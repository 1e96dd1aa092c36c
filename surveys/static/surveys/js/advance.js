// Going on by itself after a choice, where a campaign wants it. Only after a touch or a click on
// one of several options: whoever uses the keys, or may choose more than one, presses the button.
// Every option waits the same moment, in which another may be chosen.

const MOMENT = 700;
// What lands just after a change of question was meant for the one before.
const SHIELD = 350;

export class Advance {
  /** @param {HTMLFormElement} form @param {() => void} goOn */
  constructor(form, goOn) {
    this.goOn = goOn;
    this.shieldedUntil = 0;
    form.addEventListener("pointerup", (event) => {
      this.touched = event.target.closest(".option");
    });
    form.addEventListener("keydown", () => {
      this.touched = null;
      this.cancel();
    });
    form.addEventListener("click", (event) => this.#shield(event), true);
    form.addEventListener("click", (event) => this.#chosen(event.target));
  }

  cancel() {
    clearTimeout(this.timer);
  }

  #shield(event) {
    if (performance.now() >= this.shieldedUntil) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #chosen(field) {
    if (field.type !== "radio" || !this.touched?.contains(field)) return;
    this.touched = null;
    this.cancel();
    this.timer = setTimeout(() => {
      this.shieldedUntil = performance.now() + SHIELD;
      this.goOn();
    }, MOMENT);
  }
}
