// How far one is, in words, and in a bar with a segment for each part.

import { partsLike, questionsOf } from "./fields.js";

export class Progress {
  /** @param {object} of the Questions. */
  constructor(element, of) {
    this.element = element;
    this.of = of;
    this.segments = of.parts.map((part) => {
      const segment = document.createElement("li");
      segment.append(document.createElement("i"));
      segment.style.flexGrow = String(questionsOf(part).length);
      return segment;
    });
    element.querySelector("ol").append(...this.segments);
  }

  /** @param {HTMLElement | undefined} current the question on the screen. */
  show(current) {
    this.element.hidden = !current;
    if (!current) return;
    const { parts, questions, at, inShort } = this.of;
    this.#say(current.closest(".part"));
    for (const [index, segment] of this.segments.entries()) {
      const own = questionsOf(parts[index]);
      const done = own.filter((question) => questions.indexOf(question) <= at).length;
      segment.firstChild.style.width = `${(100 * done) / own.length}%`;
      segment.hidden = inShort && !("short" in parts[index].dataset);
    }
  }

  #say(part) {
    const { parts, questions, at, short, inShort, words } = this.of;
    const alike = partsLike(part, parts);
    const inPart =
      "short" in part.dataset
        ? words.shortPart
        : fill(words.part, { part: alike.indexOf(part) + 1, parts: alike.length });
    const all = inShort ? short : questions.length;
    const inAll = fill(words.place, { question: at + 1, questions: all });
    this.element.querySelector("[data-part]").textContent = inPart;
    this.element.querySelector("[data-place]").textContent = inAll;
    this.element.querySelector("[data-status]").textContent = `${inPart} · ${inAll}`;
  }
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name]));
}
