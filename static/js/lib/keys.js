// Keys of what this page makes: a UUID whose first 24 digits are chance, once for the page, and whose last eight count.
// So a layer of 5,000 codings is sent with a handful of beginnings and small numbers, not with 5,000 times 16 bytes of chance.

const DIGITS = 24;
const beginning = crypto.randomUUID().replaceAll("-", "").slice(0, DIGITS);
let last = 0;

let known = null; // the digits of the key before, most often those of the next one
let written = "";

/** The key with these digits and this number. */
export function keyOf(digits, number) {
  if (digits !== known) {
    known = digits;
    written = `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
  }
  return written + number.toString(16).padStart(32 - DIGITS, "0");
}

/** A key that nobody has had. */
export function newKey() {
  last += 1;
  return keyOf(beginning, last);
}

const bytesOf = (uuid) => Uint8Array.from(uuid.replaceAll("-", "").match(/../g), (pair) => Number.parseInt(pair, 16));

/** The identifier of the code that a coder makes under a key, as the server derives it (services/own_codes.py); the key itself where the
 *  browser has no means to: the server knows the code by both. */
export async function ownCodeId(coder, key) {
  if (!crypto.subtle) return key;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from([...bytesOf(coder), ...bytesOf(key)])));
  digest[6] = (digest[6] & 0x0f) | 0x40;
  digest[8] = (digest[8] & 0x3f) | 0x80;
  const all = [...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${all.slice(0, 8)}-${all.slice(8, 12)}-${all.slice(12, 16)}-${all.slice(16, 20)}-${all.slice(20)}`;
}
