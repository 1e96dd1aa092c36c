// One question at a time, out of the form as the server made it. The form keeps the answers;
// this only shows and hides. What it adds comes from the template of partials/steps.html.
//
// A place is the number of a question, or INTRO before the first, the number of all questions for
// the review, and, where a short part comes first, `offer` between it and the rest.

import { Advance } from "./advance.js";
import { fieldsOf } from "./fields.js";
import { Progress } from "./progress.js";
import { listAnswers } from "./review.js";
import { prepare } from "./wording.js";

const INTRO = -1;

export class Questions {
  /**
   * @param {HTMLFormElement} form with .part sections and their .question elements.
   * @param {HTMLTemplateElement} template the frame: progress, review, buttons.
   * @param {{intro?: HTMLElement[], onSend: () => void, onStep?: () => void}} options
   *   intro is shown before the first question, with a button of its own.
   */
  constructor(form, template, { intro = [], onSend, onStep = () => {} }) {
    this.form = form;
    this.words = template.dataset;
    this.intro = intro;
    this.onSend = onSend;
    this.onStep = onStep;
    this.questions = [...form.querySelectorAll(".question")];
    this.parts = [...form.querySelectorAll(".part")];
    this.short = form.querySelectorAll(".part[data-short] .question").length;
    this.offer = this.short ? this.short - 0.5 : null;
    this.furthest = INTRO;
    this.prompted = new Set();
    this.reviewing = false;
    this.#frame(template);
    for (const question of this.questions) prepare(question, this.parts);
    form.classList.add("steps");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.forward();
    });
    if ("advance" in form.dataset) this.advance = new Advance(form, () => this.forward());
    form.addEventListener("click", (event) => this.#click(event), true);
    form.addEventListener("change", (event) => this.#changed(event));
    this.show(intro.length ? INTRO : 0, { focus: false });
  }

  get atReview() {
    return this.at === this.questions.length;
  }

  /** The questions that were asked so far; at the review all of them. */
  get asked() {
    return this.questions.filter((_question, place) => place <= this.furthest);
  }

  /** Whether the short part is behind, so that the sheet counts as it is. */
  get counts() {
    return this.offer !== null && this.furthest >= this.offer;
  }

  /** Whether the rest is not begun: then nobody needs to see how much it is. */
  get inShort() {
    return this.offer !== null && this.furthest <= this.offer;
  }

  /** Where the person is: for `resume`, when the form is made anew in another language. */
  get state() {
    const { at, furthest, reviewing } = this;
    return { at, furthest, reviewing };
  }

  resume({ at, furthest, reviewing }) {
    Object.assign(this, { furthest, reviewing });
    this.show(at);
  }

  /** Go on: to the next question, the offer, the review, or to sending. */
  forward() {
    if (this.atReview) {
      this.onSend();
      return;
    }
    const question = this.questions[this.at];
    if (question && !this.#mayLeave(question)) return;
    this.#next();
  }

  back() {
    if (this.at === this.offer) this.show(this.short - 1);
    else this.show(this.at === this.short && this.short ? this.offer : this.at - 1);
  }

  #next() {
    if (this.reviewing) this.show(this.questions.length);
    else if (this.at === this.offer) this.show(this.short);
    else this.show(this.at + 1 === this.short ? this.offer : this.at + 1);
  }

  /** Leave the question blank, whatever was chosen, and go on. */
  skip() {
    const question = this.questions[this.at];
    for (const field of fieldsOf(question)) {
      if (field.type === "textarea") field.value = "";
      else field.checked = false;
    }
    this.#next();
  }

  /** Show what is at a place. */
  show(place, { focus = true } = {}) {
    this.advance?.cancel();
    this.at = Math.max(this.intro.length ? INTRO : 0, Math.min(place, this.questions.length));
    this.furthest = Math.max(this.furthest, this.at);
    if (this.atReview) this.reviewing = true;
    const current = this.questions[this.at];
    if (current) this.#say(current, "");
    for (const element of this.intro) element.hidden = this.at !== INTRO;
    for (const part of this.parts) part.hidden = !current || part !== current.closest(".part");
    for (const question of this.questions) question.hidden = question !== current;
    const page = this.#page;
    for (const one of [this.offering, this.review]) one.hidden = one !== page;
    if (page) listAnswers(page, this);
    this.progress.show(current);
    this.#showButtons();
    this.onStep(this.at);
    if (focus) {
      // Where much of a question is out of sight, as with very large text, the header goes first.
      const { scrollHeight, clientHeight } = document.documentElement;
      window.scrollTo(0, current && scrollHeight > 1.5 * clientHeight ? this.form.offsetTop : 0);
      (current ?? page ?? this.form).focus({ preventScroll: true });
    }
  }

  // The page that is no question.
  get #page() {
    if (this.at === this.offer) return this.offering;
    return this.atReview ? this.review : null;
  }

  #frame(template) {
    const frame = template.content.cloneNode(true);
    const progress = frame.querySelector(".progress");
    this.progress = new Progress(progress, this);
    this.review = frame.querySelector("[data-review]");
    this.offering = frame.querySelector("[data-offer]");
    const left = this.questions.length - this.short;
    const more = this.offering.querySelector("[data-more]");
    more.textContent = this.words.more.replace("{n}", String(left));
    this.bar = frame.querySelector("[data-bar]");
    this.error = frame.querySelector("[data-error]");
    for (const one of this.form.querySelectorAll(".send")) one.remove();
    this.form.tabIndex = -1;
    this.form.prepend(progress);
    this.form.append(this.offering, this.review, this.bar);
  }

  #click(event) {
    const button = event.target.closest("[data-act], [data-question]");
    if (!button) return;
    if (event.detail > 1) {
      event.preventDefault(); // the second half of a double tap is no answer to what it meets
      return;
    }
    if (button.dataset.question) this.show(Number(button.dataset.question));
    else if (button.dataset.act === "back") this.back();
    else if (button.dataset.act === "skip") this.skip();
    else if (button.dataset.act === "more") this.forward();
    else if (button.dataset.act === "send") this.onSend();
  }

  #changed(event) {
    const field = event.target;
    const question = field.closest(".question");
    if (field.type === "checkbox" && field.checked) {
      // "Don't know" stands alone.
      const alone = (other) => /^[?x]$/.test(other.value);
      for (const other of fieldsOf(question)) {
        if (other !== field && (alone(field) || alone(other))) other.checked = false;
      }
    }
    if (this.#fault(question) === null) this.#say(question, "");
  }

  // Once, a question left open is pointed out; then it may be left open.
  #mayLeave(question) {
    const fault = this.#fault(question);
    if (fault === null) return true;
    if (fault === this.words.choose) {
      if (this.prompted.has(question)) return true;
      this.prompted.add(question);
    }
    this.#say(question, fault);
    fieldsOf(question)[0].focus();
    return false;
  }

  #fault(question) {
    const fields = fieldsOf(question);
    if (fields[0].type === "textarea") return null;
    const chosen = fields.filter((field) => field.checked).length;
    const max = Number(question.dataset.max || fields.length);
    if (chosen > max) return this.words.tooMany.replace("{max}", String(max));
    return chosen ? null : this.words.choose;
  }

  // The alert is in the page before it has words: only so do some readers say it.
  #say(question, words) {
    if (!words && this.error.hidden) return;
    question.querySelector("legend")?.after(this.error);
    this.error.hidden = !words;
    this.error.querySelector("span").textContent = words;
    question.classList.toggle("wrong", Boolean(words));
  }

  #showButtons() {
    const label = this.at === INTRO ? "begin" : this.atReview ? "send" : "next";
    for (const words of this.bar.querySelectorAll("[data-label]")) {
      words.hidden = words.dataset.label !== label;
    }
    const first = this.intro.length ? INTRO : 0;
    const act = (name) => this.bar.querySelector(`[data-act="${name}"]`);
    act("back").hidden = this.at === first;
    act("skip").hidden = !this.questions[this.at];
    act("next").hidden = this.at === this.offer; // the offer has buttons of its own
  }
}
