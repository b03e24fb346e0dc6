// Codes, codings and units as the server sends them, by column (web/coder/coding_view.py), and as the page works on them.
import { keyOf } from "ic/lib/keys.js";

const MANY = 0x8000;
const DIGITS = 0x4000;

/** The codes: [{id, name, level, parent, mark, definition, include, exclude, example, nearMiss, search, state, revision, into}]; `into` is what a merged one counts as. */
export function codesOf({ ids, name, level, parent, mark, definition, include, exclude, example, near_miss: nearMiss, search, state, revision, into }) {
  const id = idsOf(ids);
  return id.map((own, k) => ({
    id: own,
    name: name[k],
    level: level[k],
    parent: id[parent[k]] ?? null,
    mark: mark[k],
    definition: definition[k],
    include: include[k] ?? "",
    exclude: exclude[k] ?? "",
    example: example[k] ?? "",
    nearMiss: nearMiss[k] ?? "",
    search: search[k],
    state: state[k],
    revision: revision[k],
    into: id[into[k]] ?? null,
  }));
}

// Identifiers that came as the base64 of their bytes, one after another (web/coder/signs.py).
function idsOf(packed) {
  const digits = Array.from(atob(packed), (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return (digits.match(/.{32}/g) ?? []).map((id) => id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
}

// Numbers from 0 on that came as characters, each in one or, where it is large, its lowest 14 bits first (web/coder/signs.py).
function numbersOf(signs) {
  const numbers = [];
  let [number, unit] = [0, 1];
  for (let at = 0; at < signs.length; at += 1) {
    const sign = signs.charCodeAt(at);
    const digit = sign < 92 ? sign - 35 : sign - 36;
    if (digit >= MANY) {
      number += (digit - MANY) * unit;
      unit *= DIGITS;
    } else {
      numbers.push(number + digit * unit);
      [number, unit] = [0, 1];
    }
  }
  return numbers;
}

/** The codings in the order of the text: [{id, code, start, end, memo, doubt, typical, version}]. */
export function codingsOf({ codes, code, start, length, keys, key, number, memos, doubts, typical, versions }) {
  const applied = idsOf(codes);
  const starred = new Set(typical);
  const [steps, lengths, beginnings, counts] = [start, length, key, number].map(numbersOf);
  let at = 0;
  let counted = 0;
  return numbersOf(code).map((place, k) => {
    at += steps[k];
    counted += counts[k] % 2 ? -(counts[k] + 1) / 2 : counts[k] / 2;
    return {
      id: keyOf(keys[beginnings[k]], counted),
      code: applied[place],
      start: at,
      end: at + lengths[k],
      memo: memos[k] ?? "",
      doubt: doubts[k] ?? 0,
      typical: starred.has(k),
      version: versions[k] ?? 1,
    };
  });
}

/** What was said of units without codings: Map(start → kind). */
export function saidOf({ no_code: noCode = [], skipped = [] }) {
  const said = new Map();
  for (const [kind, steps] of [["no_code", noCode], ["skipped", skipped]]) {
    let at = 0;
    for (const step of steps) {
      at += step;
      said.set(at, kind);
    }
  }
  return said;
}

/** The units: [[start, end], …]. */
export function unitsOf({ start, length }) {
  let at = 0;
  return start.map((step, k) => {
    at += step;
    return [at, at + length[k]];
  });
}
