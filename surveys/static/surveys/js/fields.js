// What stands where in a form of questions.

export function fieldsOf(question) {
  return [...question.querySelectorAll("input, textarea")];
}

export function questionsOf(part) {
  return [...part.querySelectorAll(".question")];
}

/** Return the parts shown as one run: those of the short part, or those of the rest. */
export function partsLike(part, parts) {
  return parts.filter((one) => "short" in one.dataset === "short" in part.dataset);
}

export function span(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}
