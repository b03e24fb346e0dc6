// Splitting a coding and joining two of the same code: each is one act, and one undo takes it back. No memo is ever lost.
import { gettext, ngettext } from "ic/lib/words.js";
import { Change } from "ic/coding/change.js";
import { Group } from "ic/coding/undo.js";

const MEMO_LENGTH = 5000;

export class Cutting {
  constructor(surface) {
    this.surface = surface;
  }

  /** Splits a coding before the selected words or at the caret; `around` makes the selected words a part of their own. */
  split(coding, { around = false } = {}) {
    const { surface } = this;
    const parts = this.#parts(coding, around);
    if (parts.length < 2) {
      surface.say(gettext("Put the caret into the coding where it is to be split, or select words in it."));
      return;
    }
    const [[, end], ...others] = parts;
    const more = others.map(([start, stop]) => Change.create({ code: coding.code, start, end: stop, doubt: coding.doubt }));
    const n = surface.together(new Group([Change.edit(coding, { end }), ...more], "split"));
    if (!n) return;
    surface.clearSelection();
    surface.focusCoding(coding);
    surface.say([ngettext("Split into {n} part.", "Split into {n} parts.", parts.length), coding.memo && gettext("The memo stays with the first part.")].filter(Boolean).join(" "));
  }

  #parts(coding, around) {
    const { index, model, selection, caret } = this.surface;
    const place = caret.place ?? { anchor: coding.start, focus: coding.start };
    const [from, to] = selection ?? [place.focus, place.focus];
    const inside = (cp) => cp > coding.start && cp < coding.end;
    const whole = (cp) => (model.units ? model.toUnits(cp, cp + 1)?.[0] ?? cp : index.snap(cp, -1));
    const cuts = (around ? [from, to] : [inside(from) ? from : to]).map(whole).filter(inside);
    const ends = [coding.start, ...new Set(cuts), coding.end];
    return ends.slice(1).map((end, k) => index.tidy(ends[k], end)).filter(Boolean);
  }

  /** The coding of the same code that overlaps or adjoins one: the next, else the one before; null where there is none. */
  partner(coding) {
    const { index, model } = this.surface;
    const code = model.live(coding.code);
    const touches = ({ start, end }) => {
      const [from, to] = [Math.min(end, coding.end), Math.max(start, coding.start)];
      return from >= to || !index.text(from, to).trim();
    };
    const others = [...model.codings.values()].filter((other) => other !== coding && model.live(other.code) === code && touches(other)).sort((a, b) => a.start - b.start || a.end - b.end);
    return others.find(({ start }) => start >= coding.start) ?? others.at(-1) ?? null;
  }

  /** Joins a coding with its partner: one coding over the words of both, with both memos. */
  join(coding) {
    const { surface } = this;
    const other = this.partner(coding);
    if (!other) {
      surface.say(gettext("No coding of the same code adjoins or overlaps this one."));
      return;
    }
    const [first, second] = [coding, other].sort((a, b) => a.start - b.start || a.end - b.end);
    const memo = [...new Set([first.memo, second.memo].map((words) => words?.trim()).filter(Boolean))].join("\n");
    if ([...memo].length > MEMO_LENGTH) {
      surface.say(gettext("The two memos are too long for one: shorten one of them first."));
      return;
    }
    const fields = { end: Math.max(first.end, second.end), doubt: Math.max(first.doubt, second.doubt), typical: first.typical || second.typical, ...(second.memo && { memo }) };
    const widened = Change.edit(first, fields);
    const n = surface.together(new Group([widened, Change.delete(second)].filter(Boolean), "join"));
    if (!n) return;
    surface.clearSelection();
    surface.focusCoding(first);
    surface.say([gettext("Joined: {name}.", { name: surface.model.name(first) }), second.memo && gettext("Both memos are kept.")].filter(Boolean).join(" "));
  }
}
