// The codes of the board: what stands above and below what, what is looked for, what is chosen.
import { gettext } from "ic/lib/words.js";

export const LEVELS = 4;
const FIELDS = ["id", "name", "number", "level", "parent", "mark", "passages", "cases", "documents", "coders", "seenIn", "bare", "primary"];
const fold = (text) => text.normalize("NFKC").toLowerCase();

/** What the server sent, as codes by identifier in the order of the tree. */
export class Model {
  constructor() {
    this.codes = new Map();
    this.chosen = new Set();
    this.words = [];
    this.only = new Set();
    this.spelt = {};
  }

  /** How names are spelt, by identifier: what else they are found by. */
  spell(spelt) {
    this.spelt = spelt;
    for (const code of this.codes.values()) code.hay = fold(`${code.name} ${code.number} ${spelt[code.id] ?? ""}`);
  }

  read({ codes, cases, mapping }) {
    this.mapping = mapping;
    this.cases = cases;
    this.codes = new Map(codes.map((row) => {
      const code = Object.fromEntries(FIELDS.map((field, n) => [field, row[n]]));
      code.below = [];
      code.hay = fold(`${code.name} ${code.number} ${this.spelt[code.id] ?? ""}`);
      return [code.id, code];
    }));
    for (const code of this.codes.values()) {
      code.above = code.parent === null ? null : this.codes.get(codes[code.parent][0]);
      code.above?.below.push(code);
    }
    for (const id of this.chosen) if (!this.codes.has(id)) this.chosen.delete(id);
  }

  get(id) {
    return this.codes.get(id);
  }

  /** The code and those above it, by level. */
  chain(code) {
    const chain = new Set();
    for (let here = code; here; here = here.above) chain.add(here.id);
    return chain;
  }

  look(words) {
    this.words = fold(words).split(/\s+/).filter(Boolean);
  }

  #fits(code) {
    if (this.only.has("unused") && code.passages) return false;
    if (this.only.has("bare") && !code.bare) return false;
    if (this.only.has("single") && code.cases !== 1) return false;
    if (this.only.has("thin") && !this.thin(code).length) return false;
    if (this.only.has("loose") && (code.above || code.level === LEVELS - 1)) return false;
    return this.words.every((word) => code.hay.includes(word));
  }

  /** On how little a code above labels rests, in words: one document, one case, secondary sources alone. */
  thin(code) {
    if (!code.level || !code.passages) return [];
    const one = code.documents === 1 ? gettext("one document only") : code.cases === 1 && this.cases.length > 1 ? gettext("one case only") : "";
    return [one, code.primary ? "" : gettext("secondary sources only")].filter(Boolean);
  }

  get filtered() {
    return this.words.length > 0 || this.only.size > 0;
  }

  /** How many codes a filter would leave. */
  count(only) {
    const kept = this.only;
    const words = this.words;
    this.only = new Set([only]);
    this.words = [];
    const n = [...this.codes.values()].filter((code) => this.#fits(code)).length;
    this.only = kept;
    this.words = words;
    return n;
  }

  /** The lines of a column: {head: code or null, n} before each group, {code}; without a parent first. */
  lines(level) {
    const groups = new Map();
    for (const code of this.codes.values()) {
      if (code.level !== level || !this.#fits(code)) continue;
      const above = code.above?.id ?? null;
      if (!groups.has(above)) groups.set(above, []);
      groups.get(above).push(code);
    }
    // Codes above which nothing stands yet below them are places to drop on, too.
    if (!this.filtered && level < LEVELS - 1) {
      for (const code of this.codes.values()) if (code.level === level + 1 && !groups.has(code.id)) groups.set(code.id, []);
    }
    const order = [...groups.keys()].sort((a, b) => (a === null ? -1 : b === null ? 1 : this.#place(a) - this.#place(b)));
    if (level === LEVELS - 1) return order.flatMap((above) => groups.get(above).map((code) => ({ code })));
    return order.flatMap((above) => [{ head: this.get(above) ?? null, n: groups.get(above).length }, ...groups.get(above).map((code) => ({ code }))]);
  }

  #place(id) {
    this.places ??= new Map();
    if (this.placedFor !== this.codes) {
      this.places = new Map([...this.codes.keys()].map((code, n) => [code, n]));
      this.placedFor = this.codes;
    }
    return this.places.get(id);
  }

  /** Codes of a level as there are to choose from, those that fit the words. */
  candidates(level, words, without = new Set()) {
    const wanted = fold(words).split(/\s+/).filter(Boolean);
    return [...this.codes.values()].filter((code) => code.level === level && !without.has(code.id) && wanted.every((word) => code.hay.includes(word)));
  }
}
