// The answers given so far, in a list, each with a button to change it.

import { fieldsOf, questionsOf, span } from "./fields.js";

/**
 * @param {HTMLElement} page with a place for them, [data-answers].
 * @param {object} of the Questions of the form; those not asked yet are left out.
 */
export function listAnswers(page, { parts, questions, asked, words }) {
  const line = (question) => answerLine(question, questions.indexOf(question), words);
  const groups = [];
  for (const part of parts) {
    const own = questionsOf(part).filter((question) => asked.includes(question));
    if (!own.length) continue;
    const title = part.querySelector("h2").cloneNode(true);
    title.querySelector(".part-number")?.remove();
    const heading = document.createElement("h3");
    heading.textContent = title.textContent.trim();
    const list = document.createElement("ul");
    list.append(...own.map(line));
    const group = document.createElement("div");
    group.append(heading, list);
    groups.push(group);
  }
  page.querySelector("[data-answers]").replaceChildren(...groups);
}

function answerLine(question, place, words) {
  const line = document.createElement("li");
  const said = document.createElement("div");
  const answer = answerOf(question);
  const stem = question.querySelector(".stem").textContent.trim();
  said.append(span("asked", `${place + 1}. ${stem}`));
  said.append(span(answer ? "answer" : "answer blank", answer || words.blank));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.dataset.question = String(place);
  button.textContent = words.change;
  button.setAttribute("aria-label", words.changeWhich.replace("{question}", place + 1));
  line.append(said, button);
  return line;
}

function answerOf(question) {
  return fieldsOf(question)
    .filter((field) => field.type === "textarea" || field.checked)
    .map((field) => (field.type === "textarea" ? field.value : field.labels[0].textContent).trim())
    .filter(Boolean)
    .join("; ");
}
