// Whether a text can be the code of a one-time ticket: the same rule as surveys/counters/ticket_codes.py.
// Whether it is genuine and not yet spent only the server can tell.

const ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";
const LENGTH = 16;
const SEPARATORS = /[\s._\-\u2010-\u2015\u2212]+/g;

export function isTicket(typed) {
  const places = [...typed.replace(SEPARATORS, "").toLowerCase()].map((c) => ALPHABET.indexOf(c));
  if (places.length !== LENGTH || places.includes(-1)) return false;
  return places.reduce((sum, place, at) => sum + (at + 1) * place, 0) % ALPHABET.length === 0;
}
