// The form on a citizen's own phone: one question at a time, sent by one PUT at the end. When the
// server refuses the sheet, the form is posted as it would be without a script, and the server
// shows what is wrong beside the answers.

import { Questions } from "./questions.js";
import { send } from "./sending.js";
import { bodyOf } from "./sheet.js";

const form = document.querySelector("form[data-address]");
const heading = document.querySelector("h1");
const unsent = form?.querySelector("[data-unsent]");
const began = performance.now();
let sending = false;

async function finish() {
  if (sending) return;
  sending = true;
  unsent.hidden = true;
  const ticket = form.querySelector("[name=ticket]")?.value.trim();
  const body = JSON.stringify({
    ...bodyOf(form),
    ...(ticket ? { ticket } : {}),
    seconds: Math.round((performance.now() - began) / 1000),
  });
  const reply = await send("PUT", form.dataset.address, { body }).catch(() => ({ status: 0 }));
  if (reply.status === 200 || reply.status === 201) {
    location.replace(form.dataset.thanks); // not back to the answers
  } else if (reply.status >= 400 && reply.status < 500 && reply.status !== 429) {
    form.submit();
  } else {
    sending = false;
    unsent.hidden = false;
  }
}

if (form) {
  const intro = [...document.querySelectorAll(".sheet > :not(h1, form), form > .ticket")];
  const questions = new Questions(form, form.querySelector("template[data-steps]"), {
    intro,
    onSend: finish,
    onStep: () => heading.classList.toggle("visually-hidden", intro.every((one) => one.hidden)),
  });
  const listening = form.querySelector("template[data-listening]");
  if (listening) {
    import("./listen.js").then(({ offerListening }) => offerListening(form, listening));
  }
  questions.bar.before(unsent);
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // the id was for one sheet
  });
}
