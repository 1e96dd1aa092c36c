// The words of a question that stands alone on the screen.

import { fieldsOf, partsLike, span } from "./fields.js";

/** Give a question the words above its part: they belong to each, and are read out with it. */
export function prepare(question, parts) {
  const part = question.closest(".part");
  const header = part.querySelector("header");
  header.hidden = true;
  const title = header.querySelector("h2").cloneNode(true);
  title.querySelector(".part-number")?.remove();
  const lead = header.querySelector(".lead");
  const stem = question.querySelector("legend, label[for]");
  const above = [];
  const number = "short" in part.dataset ? "" : `${partsLike(part, parts).indexOf(part) + 1}. `;
  if (title.textContent.trim()) {
    above.push(span("part-title", `${number}${title.textContent.trim()} `));
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
