// The screens of a kiosk: for each language a template. Leaving a person's sheet means throwing
// all of it away and making it anew, so that nothing of the last person can stay.

export class Screens {
  constructor(root) {
    this.root = root;
    this.templates = [...document.querySelectorAll("template[data-language]")];
    this.language = this.templates[0].dataset.language;
  }

  /** Make all screens anew. `day` decides which campaign is asked. */
  build(language, day) {
    const template = this.templates.find((one) => one.dataset.language === language);
    this.language = language;
    document.documentElement.lang = template.dataset.around;
    const made = template.content.cloneNode(true);
    const asked = [...made.querySelectorAll("template[data-asked]")].find(
      ({ dataset }) => dataset.opens <= day && day <= dataset.closes,
    );
    this.asked = asked?.dataset.asked ?? null;
    if (asked) made.querySelector("[data-here]").append(asked.content);
    for (const other of made.querySelectorAll("template[data-asked]")) other.remove();
    this.root.replaceChildren(made);
    document.dispatchEvent(new Event("display-buttons"));
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  /** Show one screen and lead the reader to it. */
  show(name, { focus = true } = {}) {
    this.shown = name;
    this.root.dataset.shown = name;
    for (const screen of this.root.querySelectorAll("[data-screen]")) {
      screen.hidden = screen.dataset.screen !== name;
    }
    const heading = this.find(`[data-screen="${name}"] h1`);
    document.title = heading?.textContent.trim() ?? document.title;
    window.scrollTo(0, 0);
    if (focus) heading?.focus({ preventScroll: true });
  }

  /** Say in a place how many of all seconds are left, in its words and on its ring. */
  count(where, left, all) {
    const place = this.find(where);
    place.querySelector("[data-left]").textContent = String(left);
    for (const element of place.querySelectorAll("[data-words]")) fill(element, left);
    const rest = 100 - (100 * left) / all;
    place.querySelector(".ring .left").style.strokeDashoffset = String(rest);
  }

  /** Say how the queue is: below every screen what is not empty, to the staff all of it. */
  facts(facts) {
    for (const element of this.root.querySelectorAll("[data-queue]")) {
      const n = facts[element.dataset.queue];
      fill(element, n);
      element.hidden = !n;
    }
    for (const element of this.root.querySelectorAll("[data-fact]")) {
      element.textContent = dayAsWritten(String(facts[element.dataset.fact] ?? "–"));
    }
  }
}

// A day as people write it, 22/11/2026; anything else as it is.
function dayAsWritten(text) {
  return text.replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$3/$2/$1");
}

// Words with a number in them stand in data-words as "… {n} …".
function fill(element, n) {
  element.textContent = element.dataset.words.replace("{n}", String(n));
}
