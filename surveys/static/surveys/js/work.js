// Work asked for in a rush: numbers that make SHA-256 of the challenge begin with zeros
// (surveys/answering/work.py). Our own SHA-256: that of the browser takes longer to be asked than to work.

const K = Int32Array.from({ length: 64 }, (_, at) => fraction(prime(at), 1 / 3));
const START = Int32Array.from({ length: 8 }, (_, at) => fraction(prime(at), 1 / 2));
const SLICE = 40; // ms of work at a time, so that the page still answers
const words = new Int32Array(64);

/** Return what to send for a challenge {challenge, pieces, zero_bits} of the API. */
export async function solve({ challenge, pieces, zero_bits }) {
  const found = [];
  for (let piece = 0; piece < pieces; piece += 1) {
    found.push(await search(`${challenge} ${piece} `, zero_bits));
  }
  return [challenge, ...found].join(" ");
}

async function search(text, zeroBits) {
  const bytes = new TextEncoder().encode(text);
  // All whole blocks but the last stay the same, and are worked out once.
  const whole = bytes.length - (bytes.length % 64);
  const state = START.slice();
  for (let at = 0; at < whole; at += 64) compress(state, bytes, at);
  const hash = hasher(state, bytes.subarray(whole), bytes.length);
  for (let number = 0; ; ) {
    const until = performance.now() + SLICE;
    do {
      for (let more = 0; more < 1024; more += 1, number += 1) {
        if (hash(number) >>> (32 - zeroBits) === 0) return number;
      }
    } while (performance.now() < until);
    await new Promise((resume) => setTimeout(resume));
  }
}

/** A function to the first 32 bits of SHA-256 of a text, all but `rest` in `state`, and a number. */
function hasher(state, rest, length) {
  const block = new Uint8Array(128);
  const sum = new Int32Array(8);
  block.set(rest);
  return (number) => {
    let digits = 1;
    for (let left = number; left >= 10; left = Math.floor(left / 10)) digits += 1;
    const used = rest.length + digits;
    for (let at = used - 1, left = number; at >= rest.length; at -= 1) {
      block[at] = 48 + (left % 10);
      left = Math.floor(left / 10);
    }
    const size = used + 9 > 64 ? 128 : 64;
    block[used] = 0x80;
    block.fill(0, used + 1, size);
    const bits = 8 * (length + digits);
    block[size - 1] = bits;
    block[size - 2] = bits >>> 8;
    sum.set(state);
    for (let at = 0; at < size; at += 64) compress(sum, block, at);
    return sum[0];
  };
}

// FIPS 180-4, 6.2.2.
function compress(state, bytes, from) {
  for (let t = 0; t < 16; t += 1) {
    const at = from + 4 * t;
    words[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let t = 16; t < 64; t += 1) {
    const x = words[t - 15];
    const y = words[t - 2];
    const small0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const small1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    words[t] = (words[t - 16] + small0 + words[t - 7] + small1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t += 1) {
    const large1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + large1 + ((e & f) ^ (~e & g)) + K[t] + words[t]) | 0;
    const large0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const second = (large0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function turn(word, by) {
  return (word >>> by) | (word << (32 - by));
}

function prime(place) {
  for (let number = 2, found = 0; ; number += 1) {
    let divisor = 2;
    while (divisor * divisor <= number && number % divisor) divisor += 1;
    if (divisor * divisor > number && found++ === place) return number;
  }
}

function fraction(number, power) {
  return Math.floor((number ** power % 1) * 2 ** 32);
}
