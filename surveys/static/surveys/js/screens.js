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
    document.documentElement.lang = language;
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

  get other() {
    return this.templates.find((one) => one.dataset.language !== this.language)?.dataset.language;
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

  /** Set words with a number in them: the text is "… {n} …" in data-words. */
  words(element, values) {
    element.textContent = element.dataset.words.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  }
}
