// The form on a citizen's own phone: one question at a time, sent by one PUT at the end. When the
// server refuses the sheet, the form is posted as it would be without a script, and the server
// shows what is wrong beside the answers.

import { Questions } from "./questions.js";
import { send } from "./sending.js";
import { bodyOf } from "./sheet.js";
import { changeTo, fetchPage } from "./speaking.js";
import { Trail } from "./trail.js";

const LANGUAGES = "[name=doi-ngon-ngu], .sheet a[hreflang]";
// Nobody waits for a phone as for a kiosk, so it asks later: three minutes are longer than a
// knock at the door or a call to look something up, and most phones have locked by then.
const WARN_AFTER = 160;
const SEND_AFTER = 20;
const began = performance.now();
const trail = new Trail((place) => questions.show(place));
let form;
let questions; // of the form; null while they are made
let sending = false;
let idle = null; // where a short part comes first
let over = false; // the sheet has arrived, or is the server's to judge

function begin() {
  form = document.querySelector("form[data-address]");
  const heading = document.querySelector("h1");
  questions = null;
  const intro = [...document.querySelectorAll(".sheet > :not(h1, form, dialog), form > .ticket")];
  questions = new Questions(form, form.querySelector("template[data-steps]"), {
    intro,
    onSend: finish,
    onStep: (place) => {
      heading.classList.toggle("visually-hidden", intro.every((one) => one.hidden));
      if (questions) trail.note(place);
      if (questions?.counts) idle?.start();
    },
  });
  const listening = form.querySelector("template[data-listening]");
  if (listening) {
    import("./listen.js").then(({ offerListening }) => offerListening(form, listening));
  }
  for (const fault of faults()) questions.bar.before(fault);
}

function faults() {
  return form.querySelectorAll("[data-unsent], [data-unspoken]");
}

function say(fault) {
  for (const one of faults()) one.hidden = !(fault && one.matches(fault));
}

function body() {
  const ticket = form.querySelector("[name=ticket]")?.value.trim();
  const receipt = form.querySelector("[data-digest]")?.dataset.digest;
  return JSON.stringify({
    ...bodyOf(form, questions.asked),
    ...(ticket ? { ticket } : {}),
    ...(receipt ? { receipt } : {}),
    seconds: Math.round((performance.now() - began) / 1000),
  });
}

async function finish() {
  if (sending) return;
  sending = true;
  idle?.stop();
  say(null);
  const reply = await put(body()).catch(() => ({ status: 0 }));
  if (reply.status === 200 || reply.status === 201) {
    over = true;
    const code = form.querySelector("[data-digest]")?.value;
    const thanks = form.dataset.thanks + (code ? `#${code}` : "");
    trail.end(() => location.replace(thanks)); // not back to the answers
  } else if (reply.status >= 400 && reply.status < 500 && reply.status !== 429) {
    over = true;
    form.submit();
  } else {
    sending = false;
    say("[data-unsent]");
    if (questions.counts) idle?.start(); // and tried again, when nobody comes back
  }
}

// In a rush the server asks for some work, about a second of it, instead of a wait.
async function put(content) {
  const reply = await send("PUT", form.dataset.address, { body: content });
  if (reply.status !== 429 || !reply.json?.work) return reply;
  const { solve } = await import("./work.js");
  return send("PUT", form.dataset.address, { body: content, work: await solve(reply.json.work) });
}

// Whoever leaves after the short part has answered: the browser sends it on its way out, under
// the same id, so that a sheet that is on its way already is not doubled.
function leave() {
  if (over || !questions.counts) return;
  over = true;
  fetch(form.dataset.address, {
    method: "PUT",
    body: body(),
    keepalive: true,
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
  }).catch(() => {}); // nobody is there to be told
}

// Whoever puts the phone aside after the short part has answered too, and is asked before.
async function watch() {
  const { Idle } = await import("./idle.js");
  const dialog = () => document.querySelector("dialog.idle");
  idle = new Idle({
    warnAfter: WARN_AFTER,
    giveUpAfter: SEND_AFTER,
    onWarn: () => dialog().showModal(),
    onSecond: (left) => {
      const words = dialog().querySelector("[data-words]");
      words.textContent = words.dataset.words.replace("{n}", String(left));
    },
    onStay: () => dialog().close(),
    onGiveUp: sendUnattended,
  });
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-idle]")?.dataset.idle;
    if (pressed === "stay") idle.stay();
    if (pressed === "send") sendUnattended();
  });
  document.addEventListener(
    "cancel",
    (event) => {
      event.preventDefault(); // Escape on the question: the person is there
      idle.stay();
    },
    true,
  );
}

function sendUnattended() {
  document.querySelector("dialog.idle").close();
  finish();
}

async function speak(chosen) {
  if (sending) return;
  say(null);
  try {
    const page = await fetchPage(chosen, form.dataset);
    const { state } = questions;
    changeTo(page, form);
    begin();
    questions.resume(state);
  } catch {
    say("[data-unspoken]");
  }
}

if (document.querySelector("form[data-address]")) {
  begin();
  if (questions.short) watch();
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest(LANGUAGES);
    if (!chosen) return;
    event.preventDefault();
    speak(chosen);
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // the id was for one sheet
  });
}
