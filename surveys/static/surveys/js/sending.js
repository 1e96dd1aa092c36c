// One request to the API: with the device's key, and given up after a while.

const PATIENCE = 8_000;

/**
 * Return the reply: its status, its JSON (null when it is none of ours), Retry-After in
 * milliseconds and how long it took.
 * @throws when there is no reply.
 */
export async function send(method, address, { key, body, work }) {
  const began = performance.now();
  const control = new AbortController();
  const patience = setTimeout(() => control.abort(), PATIENCE);
  try {
    const reply = await fetch(address, {
      method,
      body,
      signal: control.signal,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      headers: {
        "Content-Type": "application/json",
        ...(key ? { Authorization: `Device ${key}` } : {}),
        ...(work ? { "Proof-Of-Work": work } : {}),
      },
    });
    const json = await reply.json().catch(() => null);
    return {
      status: reply.status,
      json,
      retryAfter: retryAfter(reply.headers.get("Retry-After")),
      took: performance.now() - began,
    };
  } finally {
    clearTimeout(patience);
  }
}

function retryAfter(header) {
  if (!header) return 0;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, Math.min(wait, 3_600_000)) : 0;
}
