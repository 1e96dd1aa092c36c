// What happens when nobody touches the screen. Time is taken from a clock that never jumps.

const SIGNS = ["pointerdown", "keydown", "input", "wheel", "touchmove"];

/** Counts down in whole seconds; `onSecond` gets what is left, `onEnd` comes at zero. */
export class Countdown {
  constructor(seconds, { onSecond = () => {}, onEnd }) {
    this.seconds = seconds;
    this.onSecond = onSecond;
    this.onEnd = onEnd;
  }

  start(seconds = this.seconds) {
    this.stop();
    this.ends = performance.now() + seconds * 1000;
    this.timer = setInterval(() => this.#look(), 250);
    this.#look();
  }

  stop() {
    clearInterval(this.timer);
  }

  #look() {
    const left = Math.ceil((this.ends - performance.now()) / 1000);
    if (left > 0) {
      this.onSecond(left);
      return;
    }
    this.stop();
    this.onEnd();
  }
}

/** Warns after a while without any touch, and gives up some seconds later. */
export class Idle {
  constructor({ warnAfter, giveUpAfter, onWarn, onSecond, onStay, onGiveUp }) {
    this.warning = new Countdown(giveUpAfter, {
      onSecond,
      onEnd: () => {
        this.stop();
        onGiveUp();
      },
    });
    this.quiet = new Countdown(warnAfter, {
      onEnd: () => {
        this.warned = true;
        onWarn();
        this.warning.start();
      },
    });
    this.onStay = onStay;
    this.touched = () => {
      if (!this.warned) this.quiet.start();
    };
  }

  start() {
    this.stop();
    for (const sign of SIGNS) addEventListener(sign, this.touched, { passive: true });
    this.quiet.start();
  }

  stop() {
    for (const sign of SIGNS) removeEventListener(sign, this.touched);
    this.quiet.stop();
    this.warning.stop();
    this.warned = false;
  }

  /** The person is still there. */
  stay() {
    this.onStay();
    this.start();
  }
}
