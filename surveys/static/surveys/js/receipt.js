// Receipt codes: the same rule as surveys/counters/receipt_codes.py. A code is made on the device and shown
// to who answered; only its SHA-256 is sent.

const ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";
const LENGTH = 12;
const WRITTEN = /^[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}$/;

/** Return a new code and, in hexadecimal, what is stored of it. */
export async function newReceipt() {
  const places = [];
  while (places.length < LENGTH - 1) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < 248) places.push(byte % ALPHABET.length); // 8 × 31: every letter as often
  }
  const sum = places.reduce((total, place, at) => total + (at + 1) * place, 0);
  // The check's own weight is 12, and 12 × 13 = 1 (mod 31).
  places.push((ALPHABET.length - (sum % ALPHABET.length)) * 13 % ALPHABET.length);
  const letters = places.map((place) => ALPHABET[place]).join("");
  const code = letters.match(/.{4}/g).join("-");
  const bytes = new TextEncoder().encode(`hai-long:${code}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const digest = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { code, digest };
}

/** Show a code in its place under an element, if there is a place and it looks like one. */
export function showReceipt(root, code) {
  const place = root.querySelector("[data-receipt]");
  if (!place || !WRITTEN.test(code ?? "")) return false;
  place.querySelector("[data-code]").textContent = code;
  place.hidden = false;
  return true;
}
