// Pairing: an official reads a one-time code to the tablet, which gets its key for it.

import { newPin } from "./rescue.js";
import { send } from "./sending.js";

const PIN = /^\d{8,12}$/;

/** Ask for code, name and PIN in a form; `onPaired` comes when the key is on the disk. */
export function askToPair(form, { store, counter, onPaired }) {
  const fault = form.querySelector("[data-fault]");
  const words = form.dataset;
  const say = (text) => {
    fault.textContent = text;
    fault.hidden = !text;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector('[type="submit"]');
    const { code, name, pin } = Object.fromEntries(new FormData(form));
    say(PIN.test(pin) ? "" : words.pin);
    if (!PIN.test(pin) || button.disabled) return;
    button.disabled = true;
    try {
      const body = JSON.stringify({ code, name });
      const address = `/api/v1/counters/${encodeURIComponent(counter)}/devices`;
      const reply = await send("POST", address, { body });
      if (reply.status !== 201 || !reply.json?.key) {
        say(Object.values(reply.json?.errors ?? {}).join(" ") || words.noNetwork);
        return;
      }
      const { id, key, name: kept } = reply.json;
      await store.put("facts", await newPin(pin), "pin");
      await store.put("facts", { id, key, name: kept }, "device");
      await onPaired();
    } catch {
      say(words.noNetwork);
    } finally {
      button.disabled = false;
    }
  });
}
