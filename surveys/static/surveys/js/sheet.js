// A sheet: the answers of a form as the API takes them. They are read from the form when they
// are needed and kept nowhere else.

import { fieldsOf } from "./fields.js";

/** Return a random UUID, version 4; crypto.randomUUID is missing on pages without TLS. */
export function uuid4() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Return the body of a PUT: null is asked and not answered, what is missing was not asked. */
export function bodyOf(form, asked) {
  const { campaign, questionnaire } = form.dataset;
  const { answers, comment } = answersOf(form, asked);
  return { campaign, questionnaire, answers, ...(comment ? { comment } : {}) };
}

export function answersOf(form, questions = form.querySelectorAll(".question")) {
  const answers = {};
  let comment = "";
  for (const question of questions) {
    const fields = fieldsOf(question);
    if (fields[0].type === "textarea") comment = fields[0].value.trim();
    else answers[fields[0].name] = answerOf(fields);
  }
  return { answers, comment };
}

/** Put answers into another form of the same questions, such as that in another language. */
export function fill(form, { answers, comment }) {
  for (const question of form.querySelectorAll(".question")) {
    for (const field of fieldsOf(question)) {
      const chosen = [answers[field.name]].flat().map(String);
      if (field.type === "textarea") field.value = comment;
      else field.checked = chosen.includes(field.value);
    }
  }
}

function answerOf(fields) {
  const chosen = fields.filter((field) => field.checked).map((field) => field.value);
  if (!chosen.length) return null;
  const escape = chosen.find((value) => !/^\d+$/.test(value));
  if (escape) return escape;
  return fields[0].type === "checkbox" ? chosen.map(Number) : Number(chosen[0]);
}
