// The preview of officials: the questions one at a time, as citizens have them. The form is made
// here and has no address, so that there is nothing the answers could be sent to.

import { Questions } from "./questions.js";

const place = document.querySelector("[data-preview]");
const end = document.querySelector("[data-end]");
const form = document.createElement("form");
form.autocomplete = "off";
form.append(...place.childNodes);
place.append(form);

// Citizens read the title on the page before the first question.
document.querySelector("h1").classList.add("visually-hidden");

const questions = new Questions(form, document.querySelector("template[data-steps]"), {
  onSend: () => {
    end.hidden = false;
    questions.show(0);
  },
  onStep: (at) => {
    if (at > 0) end.hidden = true;
  },
});
