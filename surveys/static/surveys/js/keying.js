// One key an answer: the cursor moves on by itself and the words of the answer appear. Without
// this file the same fields are typed into as in any form.

const form = document.querySelector("[data-keying]");
const fields = [...form.querySelectorAll("input[data-kind]")];
const comment = form.querySelector("textarea");
const save = form.querySelector("button[type=submit]");
const BLANK = new Set(["0", " "]);

const lineOf = (field) => field.closest("li");
const wordsOf = (field) => [...lineOf(field).querySelectorAll("[data-key]")];

function show(field) {
  const chosen = wordsOf(field).filter((words) => field.value.includes(words.dataset.key));
  for (const words of wordsOf(field)) words.classList.toggle("chosen", chosen.includes(words));
  const said = chosen.map((words) => words.lastChild.textContent.trim());
  lineOf(field).querySelector("[data-chosen]").value = said.join("; ");
}

function set(field, value) {
  field.value = value;
  show(field);
}

function go(field, step) {
  const next = [...fields, comment ?? save][fields.indexOf(field) + step];
  if (!next) return;
  next.focus();
  next.select?.();
}

function toggle(field, key) {
  const keys = new Set(field.value);
  const escape = (one) => one === "?" || one === "x";
  if (escape(key)) return set(field, keys.has(key) ? "" : key);
  for (const one of [...keys].filter(escape)) keys.delete(one);
  if (!keys.delete(key) && keys.size < Number(field.dataset.max ?? 99)) keys.add(key);
  set(field, [...keys].sort().join(""));
}

function press(field, key) {
  const multiple = field.dataset.kind === "multiple";
  if (BLANK.has(key)) {
    set(field, "");
    go(field, 1);
  } else if (wordsOf(field).some((words) => words.dataset.key === key)) {
    if (multiple) return toggle(field, key);
    set(field, key);
    go(field, 1);
  }
}

function onKey(event) {
  const field = event.target;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === "ArrowDown") go(field, 1);
  else if (event.key === "ArrowUp") go(field, -1);
  else if (event.key === "Backspace") {
    // What stands here goes first, so that a slip is undone where it was made.
    if (field.value) set(field, "");
    else {
      go(field, -1);
      if (document.activeElement !== field) set(document.activeElement, "");
    }
  } else if (event.key.length === 1) press(field, event.key.toLowerCase());
  else return;
  event.preventDefault();
}

for (const field of fields) {
  field.addEventListener("keydown", onKey);
  field.addEventListener("input", () => show(field)); // pasted, or by a keyboard on the screen
  show(field);
}
comment?.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Backspace" && !comment.value) {
    event.preventDefault();
    fields.at(-1).focus();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    save.focus();
    form.requestSubmit(save);
  }
});
let sent = false;
form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener("pageshow", () => (sent = false));

document.querySelector(".keying").classList.add("helped");
(form.querySelector("[aria-invalid]") ?? fields[0])?.focus();
