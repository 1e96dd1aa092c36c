// The Back key of a phone goes back a question instead of leaving the sheet. History holds places
// only, no answers, and nothing of it when the sheet has been sent.

const PATIENCE = 1_000;

export class Trail {
  /** @param {(place: number) => void} show where the key leads; -1 is the beginning. */
  constructor(show) {
    this.over = false;
    this.moving = false;
    addEventListener("popstate", ({ state }) => {
      if (this.over) return;
      this.moving = true;
      show(state?.place ?? -1);
      this.moving = false;
    });
  }

  /** Note where the person is: a step on adds to the trail, a step back does not. */
  note(place) {
    const { place: last = -1, step = 0 } = history.state ?? {};
    if (this.moving || place === last) return;
    if (place > last) history.pushState({ place, step: step + 1 }, "");
    else history.replaceState({ place, step }, "");
  }

  /** Go back to where the trail began, then do what comes after. */
  end(then) {
    this.over = true;
    const step = history.state?.step;
    if (!step) {
      then();
      return;
    }
    const patience = setTimeout(then, PATIENCE); // a browser may have shortened its history
    addEventListener(
      "popstate",
      () => {
        clearTimeout(patience);
        then();
      },
      { once: true },
    );
    history.go(-step);
  }
}
