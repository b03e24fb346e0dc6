// What the page says of units: where one is, and what became of them.
import { gettext, ngettext } from "ic/lib/words.js";

/** In the order in which they are told; what each means says walk.js. */
export const STATES = ["coded", "no_code", "skipped", "unseen"];

/** "Sentence 3 of 30": of free spans the sentences are gone through. */
export function placeName(unit, n, all) {
  const place = { n, all };
  if (unit === "paragraph") return gettext("Paragraph {n} of {all}", place);
  return unit === "turn" ? gettext("Turn {n} of {all}", place) : gettext("Sentence {n} of {all}", place);
}

/** What a state is called, with how many are in it. */
export function stateWords(state, n) {
  return {
    coded: ngettext("{n} coded", "{n} coded", n),
    no_code: ngettext("{n} without a code", "{n} without a code", n),
    skipped: ngettext("{n} skipped", "{n} skipped", n),
    unseen: ngettext("{n} not looked at", "{n} not looked at", n),
  }[state];
}
