// Doubt has degrees: 0 none, 1 slight, 2 marked, 3 strong. They are written as so many question marks.
import { gettext } from "ic/lib/words.js";

/** What each degree is called. */
export const degrees = () => [gettext("No doubt"), gettext("Slight doubt"), gettext("Marked doubt"), gettext("Strong doubt")];

export const signOf = (doubt) => "?".repeat(doubt);

/** The degree after one, round and round. */
export const nextDegree = (doubt, step) => (doubt + step + 4) % 4;
