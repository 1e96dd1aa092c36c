// One question at a time, out of the form as the server made it. The form keeps the answers;
// this only shows and hides. What it adds comes from the template of partials/steps.html.

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
    this.prompted = new Set();
    this.reviewing = false;
    this.#frame(template);
    for (const question of this.questions) this.#prepare(question);
    form.classList.add("steps");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.forward();
    });
    form.addEventListener("click", (event) => this.#click(event), true);
    form.addEventListener("change", (event) => this.#changed(event));
    this.show(intro.length ? INTRO : 0, { focus: false });
  }

  get atReview() {
    return this.at === this.questions.length;
  }

  /** Go on: to the next question, the review, or to sending. */
  forward() {
    if (this.atReview) {
      this.onSend();
      return;
    }
    const question = this.questions[this.at];
    if (question && !this.#mayLeave(question)) return;
    this.show(this.reviewing ? this.questions.length : this.at + 1);
  }

  back() {
    this.show(this.at - 1);
  }

  /** Leave the question blank, whatever was chosen, and go on. */
  skip() {
    const question = this.questions[this.at];
    for (const field of fieldsOf(question)) {
      if (field.type === "textarea") field.value = "";
      else field.checked = false;
    }
    this.show(this.reviewing ? this.questions.length : this.at + 1);
  }

  /** Show a question by its place, the intro (-1) or the review (the number of questions). */
  show(place, { focus = true } = {}) {
    this.at = Math.max(this.intro.length ? INTRO : 0, Math.min(place, this.questions.length));
    if (this.atReview) this.reviewing = true;
    const current = this.questions[this.at];
    if (current) this.#say(current, "");
    for (const element of this.intro) element.hidden = this.at !== INTRO;
    for (const part of this.parts) part.hidden = !current || part !== current.closest(".part");
    for (const question of this.questions) question.hidden = question !== current;
    this.review.hidden = !this.atReview;
    if (this.atReview) this.#listAnswers();
    this.#showProgress(current);
    this.#showButtons();
    if (focus) {
      window.scrollTo(0, 0);
      (current ?? (this.atReview ? this.review : this.form)).focus({ preventScroll: true });
    }
    this.onStep(this.at);
  }

  #frame(template) {
    const frame = template.content.cloneNode(true);
    this.progress = frame.querySelector(".progress");
    this.review = frame.querySelector("[data-review]");
    this.bar = frame.querySelector("[data-bar]");
    this.error = frame.querySelector("[data-error]");
    for (const part of this.parts) {
      const segment = document.createElement("li");
      segment.append(document.createElement("i"));
      segment.style.flexGrow = String(questionsOf(part).length);
      this.progress.querySelector("ol").append(segment);
    }
    this.form.querySelector(".send")?.remove();
    this.form.tabIndex = -1;
    this.form.prepend(this.progress);
    this.form.append(this.review, this.bar);
  }

  // The words above a part belong to each of its questions, and are read out with it.
  #prepare(question) {
    const part = question.closest(".part");
    const header = part.querySelector("header");
    header.hidden = true;
    const title = header.querySelector("h2").cloneNode(true);
    title.querySelector(".part-number")?.remove();
    const lead = header.querySelector(".lead");
    const stem = question.querySelector("legend, label[for]");
    const above = [];
    const number = this.parts.indexOf(part) + 1;
    if (title.textContent.trim()) {
      above.push(span("part-title", `${number}. ${title.textContent.trim()} `));
    }
    if (lead) above.push(span("part-lead", `${lead.textContent.trim()} `));
    const words = span("stem", "");
    words.append(...stem.childNodes);
    words.querySelector(".number")?.remove();
    stem.append(...above, words);
    const described = (question.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .filter((id) => id && id !== lead?.id);
    if (described.length) question.setAttribute("aria-describedby", described.join(" "));
    else question.removeAttribute("aria-describedby");
    for (const field of fieldsOf(question)) {
      if (field.type === "textarea") field.removeAttribute("aria-describedby");
    }
    question.tabIndex = -1;
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

  #showProgress(current) {
    this.progress.hidden = !current;
    const part = current?.closest(".part");
    const number = this.parts.indexOf(part);
    const place = (text, values) =>
      text.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name]));
    const inPart = place(this.words.part, { part: number + 1, parts: this.parts.length });
    const inAll = place(this.words.place, {
      question: this.at + 1,
      questions: this.questions.length,
    });
    if (current) {
      this.progress.querySelector("[data-part]").textContent = inPart;
      this.progress.querySelector("[data-place]").textContent = inAll;
      this.progress.querySelector("[data-status]").textContent = `${inPart} · ${inAll}`;
    }
    for (const [index, bar] of [...this.progress.querySelectorAll("li i")].entries()) {
      const own = questionsOf(this.parts[index]);
      const done = own.filter((question) => this.questions.indexOf(question) <= this.at).length;
      bar.style.width = `${(100 * done) / own.length}%`;
    }
  }

  #showButtons() {
    const label = this.at === INTRO ? "begin" : this.atReview ? "send" : "next";
    for (const words of this.bar.querySelectorAll("[data-label]")) {
      words.hidden = words.dataset.label !== label;
    }
    const first = this.intro.length ? INTRO : 0;
    this.bar.querySelector('[data-act="back"]').hidden = this.at === first;
    this.bar.querySelector('[data-act="skip"]').hidden = this.at === INTRO || this.atReview;
  }

  #listAnswers() {
    const places = this.parts.map((part) => {
      const title = part.querySelector("h2").cloneNode(true);
      title.querySelector(".part-number")?.remove();
      const heading = document.createElement("h3");
      heading.textContent = title.textContent.trim();
      const list = document.createElement("ul");
      list.append(...questionsOf(part).map((question) => this.#answerLine(question)));
      const group = document.createElement("div");
      group.append(heading, list);
      return group;
    });
    this.review.querySelector("[data-answers]").replaceChildren(...places);
  }

  #answerLine(question) {
    const place = this.questions.indexOf(question);
    const line = document.createElement("li");
    const words = document.createElement("div");
    const answer = answerOf(question);
    const stem = question.querySelector(".stem").textContent.trim();
    words.append(span("asked", `${place + 1}. ${stem}`));
    words.append(span(answer ? "answer" : "answer blank", answer || this.words.blank));
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.dataset.question = String(place);
    button.textContent = this.words.change;
    button.setAttribute("aria-label", this.words.changeWhich.replace("{question}", place + 1));
    line.append(words, button);
    return line;
  }
}

export function fieldsOf(question) {
  return [...question.querySelectorAll("input, textarea")];
}

function questionsOf(part) {
  return [...part.querySelectorAll(".question")];
}

function answerOf(question) {
  return fieldsOf(question)
    .filter((field) => field.type === "textarea" || field.checked)
    .map((field) => (field.type === "textarea" ? field.value : field.labels[0].textContent).trim())
    .filter(Boolean)
    .join("; ");
}

function span(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}
