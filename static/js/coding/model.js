// The coder's own layer in memory: codes, codings, which coding touches which paragraph, and the units of the round.
import { lastAtMost } from "ic/coding/offsets.js";
import { PRIVATE } from "ic/lib/mark.js";
import { gettext, inline } from "ic/lib/words.js";

const LEVELS = ["construct", "theme", "concept", "label"];

export const fold = (text) => text.normalize("NFKC").toLowerCase();

/** The name of a level in the page's language. */
export function levelName(level) {
  return {
    construct: inline(gettext("Aggregate construct")),
    theme: inline(gettext("Second-order theme")),
    concept: inline(gettext("First-order concept")),
    label: inline(gettext("Label")),
  }[level] ?? level;
}

export class Model {
  constructor(index, { codes = [], codings = [], said = new Map(), unit = "span", units = [], memo = "" }) {
    this.index = index;
    this.memo = memo; // on the document
    this.away = new Set(); // labels that leave: gone here, not yet at the server
    this.codes = new Map(codes.map((code) => [code.id, code]));
    this.unit = unit;
    this.units = unit === "span" ? null : units;
    this.unitStarts = this.units?.map(([start]) => start);
    this.reset(codings, said);
  }

  /** Replaces all codings, and what was said of units without any: start → "no_code" or "skipped". */
  reset(codings, said) {
    this.said = new Map(said);
    this.codings = new Map();
    this.removed = new Map();
    this.byBlock = this.index.blocks.map(() => []);
    for (const coding of codings) this.add({ ...coding }); // whoever read them knows still what the server has
  }

  add(coding) {
    this.codings.set(coding.id, coding);
    this.removed.delete(coding.id);
    const { blocks } = this.index;
    for (let i = this.index.at(coding.start); i < blocks.length && blocks[i].cp < coding.end; i += 1) this.byBlock[i].push(coding);
    return coding;
  }

  drop(coding) {
    this.codings.delete(coding.id);
    for (const i of this.blocksOf(coding)) this.byBlock[i].splice(this.byBlock[i].indexOf(coding), 1);
  }

  /** Takes a coding away, and remembers it in case that it comes back. */
  remove(coding) {
    this.drop(coding);
    this.removed.set(coding.id, coding);
  }

  /** Changes fields of a coding; returns the indexes of all blocks it touched before or touches now. */
  change(coding, fields) {
    const before = this.blocksOf(coding);
    this.drop(coding);
    Object.assign(coding, fields);
    this.add(coding);
    return [...new Set([...before, ...this.blocksOf(coding)])];
  }

  /** Notes of which codings a change was refused; returns the indexes of the blocks in which that is shown otherwise now. */
  hold(ids) {
    const blocks = new Set();
    for (const coding of this.codings.values()) {
      const held = ids.has(coding.id);
      if (Boolean(coding.held) === held) continue;
      coding.held = held;
      for (const i of this.blocksOf(coding)) blocks.add(i);
    }
    return blocks;
  }

  blocksOf({ start, end }) {
    const found = [];
    const { blocks } = this.index;
    for (let i = this.index.at(start); i < blocks.length && blocks[i].cp < end; i += 1) found.push(i);
    return found;
  }

  /** Codings that cover code point cp, or that touch [cp, end). */
  at(cp, end = cp + 1) {
    const found = new Set();
    for (const i of this.blocksOf({ start: cp, end })) for (const coding of this.byBlock[i]) if (coding.start < end && coding.end > cp) found.add(coding);
    return [...found];
  }

  /** The next (1) or previous (-1) coding in reading order, from a coding or from a code point. */
  neighbour(from, step) {
    const all = [...this.codings.values()].sort((a, b) => a.start - b.start || b.end - a.end || (a.id < b.id ? -1 : 1));
    if (!all.length) return null;
    if (typeof from === "object" && from) {
      const at = all.indexOf(from);
      if (at >= 0) return all[at + step] ?? null;
    }
    const cp = typeof from === "number" ? from : from?.start ?? 0;
    return step > 0 ? all.find((coding) => coding.start >= cp) ?? null : all.findLast((coding) => coding.start < cp) ?? null;
  }

  /** The codings of exactly these words. */
  on(start, end) {
    return this.at(start, end).filter((coding) => coding.start === start && coding.end === end);
  }

  duplicate(code, start, end) {
    return this.on(start, end).find((coding) => this.live(coding.code) === this.live(code));
  }

  /** A selection as the round's unit wants it: outwards to whole units (null when it touches none); unchanged for free spans. */
  toUnits(start, end) {
    if (!this.units) return [start, end];
    if (!this.units.length) return null;
    let first = lastAtMost(this.unitStarts, start);
    if (this.units[first][1] <= start) first += 1;
    const last = lastAtMost(this.unitStarts, end - 1);
    if (first >= this.units.length || this.units[first][0] >= end || last < first) return null;
    return [this.units[first][0], this.units[last][1]];
  }

  /** The nearest stop after (1) or before (-1) cp: a word boundary, or a unit boundary; `edge` tells which end moves. */
  stop(cp, step, edge = "end") {
    if (this.units) {
      const points = this.units.map((unit) => unit[edge === "end" ? 1 : 0]);
      return (step > 0 ? points.find((point) => point > cp) : points.findLast((point) => point < cp)) ?? cp;
    }
    const { blocks } = this.index;
    const i = this.index.at(step > 0 ? cp : Math.max(0, cp - 1));
    const words = this.index.words(i);
    if (step > 0) return words.find((word) => word > cp) ?? blocks[i + 1]?.said ?? cp;
    // Back over who speaks: to the words before.
    return words.findLast((word) => word < cp) ?? blocks[i - 1]?.end ?? cp;
  }

  addCode(code) {
    if (this.away.has(code.id)) return;
    // What an earlier version of the page left in the outbox has no mark.
    this.codes.set(code.id, { mark: PRIVATE, ...code });
    this.flat = null;
  }

  setCodes(codes) {
    this.codes = new Map(codes.filter(({ id }) => !this.away.has(id)).map((code) => [code.id, code]));
    this.flat = null;
  }

  /** What a code counts as: itself, or the own label into which it was merged. */
  live(id) {
    let code = this.codes.get(id);
    if (!code?.into) return code;
    for (let steps = this.codes.size; steps > 0 && this.codes.has(code?.into); steps -= 1) code = this.codes.get(code.into);
    return code;
  }

  /** How many codings each code has here, what counts as it among them: id → number. */
  counts() {
    const own = new Map();
    for (const { code } of this.codings.values()) {
      const id = this.live(code)?.id;
      own.set(id, (own.get(id) ?? 0) + 1);
    }
    return own;
  }

  /** Own labels of open coding and their groups, without those that count as another one. */
  own() {
    return [...this.codes.values()].filter((code) => code.state === "private");
  }

  name(coding) {
    return this.live(coding.code)?.name ?? gettext("unknown code");
  }

  mark(coding) {
    return this.live(coding.code)?.mark ?? PRIVATE;
  }

  applicable(code) {
    return code.state !== "declined";
  }

  codeNamed(name) {
    const wanted = fold(name).replace(/[“”"]/g, "");
    return [...this.codes.values()].find((code) => !this.codes.has(code.into) && fold(code.name).replace(/[“”"]/g, "") === wanted);
  }

  /** All codes as a tree laid flat: {code, path, hay, rank}; kept until codes change. */
  get items() {
    if (this.flat) return this.flat;
    const children = new Map();
    for (const code of this.codes.values()) {
      if (this.codes.has(code.into)) continue;
      const key = this.codes.has(code.parent) ? code.parent : null;
      if (!children.has(key)) children.set(key, []);
      children.get(key).push(code);
    }
    const out = [];
    const walk = (key, path) => {
      for (const code of children.get(key) ?? []) {
        out.push({ code, path, hay: fold(`${code.name} ${code.search ?? ""}`), rank: LEVELS.indexOf(code.level) });
        walk(code.id, path ? `${path} › ${code.name}` : code.name);
      }
    };
    walk(null, "");
    this.flat = out;
    return out;
  }
}
