// Buttons that speak a question and its options, one at a time, never by themselves. They stand
// for the players of hai_long/listen.html, which work without a script. A player that leaves the page
// falls silent, so a kiosk that throws a sheet away need not care.

let heard = null; // the button of what is being spoken

/**
 * @param {HTMLFormElement} form as the server made it.
 * @param {HTMLTemplateElement | null} template of partials/listening.html.
 */
export function offerListening(form, template) {
  const players = form.querySelectorAll("details.listening");
  if (!template || !players.length) return;
  for (const details of players) offer(details, template);
  // Whoever goes on to another question does not want to hear the last.
  new MutationObserver(() => {
    if (heard?.closest("[hidden]")) silence();
  }).observe(form, { subtree: true, attributeFilter: ["hidden"] });
}

function offer(details, template) {
  const question = details.closest(".question");
  const place = document.createElement("div");
  place.className = "listening";
  details.replaceWith(place);
  const status = template.content.querySelector(".unheard").cloneNode(true);
  for (const audio of details.querySelectorAll("audio")) {
    audio.controls = false;
    const option = audio.dataset.of && optionOf(question, audio.dataset.of);
    const button = buttonFrom(template, option ? "option" : "question");
    if (option) {
      const words = template.dataset.option.replace("{words}", option.textContent.trim());
      button.setAttribute("aria-label", words);
      option.after(button);
      option.parentElement.classList.add("spoken");
    } else {
      place.prepend(button);
    }
    place.append(audio);
    listen(button, audio, status, template.dataset);
  }
  place.append(status);
}

function optionOf(question, value) {
  const field = [...question.querySelectorAll("input")].find((one) => one.value === value);
  return field?.closest(".option");
}

function buttonFrom(template, speaks) {
  return template.content.querySelector(`[data-speaks="${speaks}"]`).cloneNode(true);
}

function listen(button, audio, status, words) {
  const label = button.querySelector("span");
  const use = button.querySelector("use");
  const shown = { label: label.textContent, name: button.getAttribute("aria-label") };
  const icon = use.getAttribute("href");
  const show = (playing) => {
    button.classList.toggle("playing", playing);
    label.textContent = playing ? words.stop : shown.label;
    use.setAttribute("href", playing ? icon.replace(/#.*/, "#stop") : icon);
    if (shown.name) {
      const name = playing ? `${words.stop}: ${shown.name}` : shown.name;
      button.setAttribute("aria-label", name);
    }
    if (playing) heard = button;
    else if (heard === button) heard = null;
  };
  button.silence = () => {
    audio.pause();
    show(false);
  };
  button.addEventListener("click", () => {
    const again = heard === button;
    silence();
    status.textContent = "";
    if (again) return;
    show(true);
    if (audio.error) audio.load(); // there may be a network now
    audio.currentTime = 0;
    audio.play().catch((error) => {
      if (error.name === "AbortError") return; // stopped before it began
      show(false);
      status.textContent = words.unheard;
    });
  });
  audio.addEventListener("ended", () => show(false));
  audio.addEventListener("pause", () => {
    if (audio.paused) show(false); // not that of the time before
  });
}

function silence() {
  heard?.silence();
}
