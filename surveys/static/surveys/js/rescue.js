// The queue in a file, for a tablet that will not reach the network again. The file is
// encrypted under the tablet's PIN and holds the device's key, by which the server knows that
// the sheets are its own. Nothing leaves the queue: only a receipt does that.

const ROUNDS = 600_000; // OWASP's number for PBKDF2 with SHA-256
const TRIES = 5;
const WAIT = 300_000;

export const FORMAT = "hai-long-queue-1";

/** Return what is kept of a PIN: enough to check it, too little to read it. */
export async function newPin(pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { salt, digest: await digestOf(pin, salt), failures: 0 };
}

/** Check a PIN against what is kept; after some wrong ones in a row each costs minutes. */
export class PinLock {
  constructor(store) {
    this.store = store;
    this.notBefore = 0;
  }

  /** Return "right", "wrong" or "wait". */
  async check(pin) {
    const kept = await this.store.get("facts", "pin");
    if (!kept) return "wrong";
    if (performance.now() < this.notBefore) return "wait";
    const digest = await digestOf(pin, kept.salt);
    const right = digest.every((byte, index) => byte === kept.digest[index]);
    const failures = right ? 0 : kept.failures + 1;
    if (failures >= TRIES) this.notBefore = performance.now() + WAIT;
    await this.store.put("facts", { ...kept, failures }, "pin");
    return right ? "right" : "wrong";
  }
}

/** Return the text of a file with the queue, to be opened with the PIN only. */
export async function exported({ counter, device, sheets, pin }) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = JSON.stringify({
    counter,
    key: device.key,
    sheets: sheets.map(({ id, body }) => ({ id, body: JSON.parse(body) })),
  });
  const key = await fileKey(pin, salt, ROUNDS);
  const secret = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv },
    key,
    new TextEncoder().encode(plain),
  );
  return JSON.stringify({
    format: FORMAT,
    rounds: ROUNDS,
    salt: base64(salt),
    iv: base64(iv),
    data: base64(new Uint8Array(secret)),
  });
}

/** Return the plain text of an exported file. @throws when the PIN or the file is not right. */
export async function opened(text, pin) {
  const file = JSON.parse(text);
  if (file.format !== FORMAT) throw new Error("another kind of file");
  const key = await fileKey(pin, bytes(file.salt), Number(file.rounds));
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: bytes(file.iv) },
    key,
    bytes(file.data),
  );
  return new TextDecoder().decode(plain);
}

async function fileKey(pin, salt, iterations) {
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations },
    await rawKey(pin),
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

async function digestOf(pin, salt) {
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS },
    await rawKey(pin),
    256,
  );
  return new Uint8Array(bits);
}

function rawKey(pin) {
  const uses = ["deriveBits", "deriveKey"];
  return crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, uses);
}

function base64(data) {
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  return btoa(text);
}

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
