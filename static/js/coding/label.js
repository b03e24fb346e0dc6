// A label from the words of the text: on one line, without the punctuation at its edges, not too long.
import { gettext } from "ic/lib/words.js";

const LONGEST = 80;

// What parts sentences and quotes words. Signs that belong to words (%, #, &, @, +) stay.
const EDGE = /[\s,.;:!?·…‥、，。．；：！？｡､؛،؟।—–―~～"'“”‘’«»„‹›「」『』|/\\-]/u;
const PAIRS = { "(": ")", "（": "）", "[": "]", "【": "】", "〔": "〕", "{": "}", "《": "》", "〈": "〉" };
const OPENS = new Set(Object.keys(PAIRS));
const CLOSES = new Set(Object.values(PAIRS));
const ABBREVIATION = /(?:^|\s)(?:\p{L}\.){2,}$/u;

// Which bracket closes the one at the beginning: -1 where none does.
function closing(signs) {
  let depth = 0;
  for (const [k, sign] of signs.entries()) {
    if (OPENS.has(sign)) depth += 1;
    else if (CLOSES.has(sign)) depth -= 1;
    if (depth === 0) return k;
  }
  return -1;
}

function opening(signs) {
  let depth = 0;
  for (let k = signs.length - 1; k >= 0; k -= 1) {
    if (CLOSES.has(signs[k])) depth += 1;
    else if (OPENS.has(signs[k])) depth -= 1;
    if (depth === 0) return k;
  }
  return -1;
}

// A sign before a number or a name that begins with it is no punctuation: -5 %, .NET
const belongs = (sign, next) => (sign === "-" && /\d/.test(next ?? "")) || (sign === "." && /[\p{L}\p{N}]/u.test(next ?? ""));

function trimmed(signs) {
  let from = 0;
  let to = signs.length;
  for (;;) {
    const rest = signs.slice(from, to);
    const [first] = rest;
    const last = rest.at(-1);
    if (!rest.length) return rest;
    if (EDGE.test(first) && !belongs(first, rest[1])) from += 1;
    else if (EDGE.test(last) && !(last === "." && ABBREVIATION.test(rest.join("")))) to -= 1;
    else if (OPENS.has(first) && closing(rest) === rest.length - 1) {
      from += 1;
      to -= 1;
    } else if ((OPENS.has(first) || CLOSES.has(first)) && (CLOSES.has(first) || closing(rest) < 0)) from += 1;
    else if ((CLOSES.has(last) || OPENS.has(last)) && (OPENS.has(last) || opening(rest) < 0)) to -= 1;
    else return rest;
  }
}

/** The label that these words make; "" where there is none in them. */
export function labelOf(words) {
  const signs = trimmed([...words.normalize("NFC").replace(/\s+/gu, " ")]);
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST - 1).join("").trimEnd()}…` : signs.join("");
}

/** What is wrong with the words that a label is proposed for, as a sentence; null where nothing is. The server refuses them, too. */
export function wrongPassage(span, index) {
  if (!span) return gettext("Select the words first for which the label is proposed.");
  const [start, end] = span;
  if (!(start >= 0 && start < end && end <= index.length)) return gettext("The selected words do not lie in this text: select them again.");
  return index.text(start, end).trim() ? null : gettext("Only blanks are selected: select the words for which the label is proposed.");
}
