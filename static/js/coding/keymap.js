// The one table of keys of the coding page: what is pressed, where it counts, which command it runs, and how it is said. The keys
// (keyboard.js), the list of keys (help.js) and the list of commands (command-list.js) are read from it, so that none can say what the
// others do not do. A command is one of commands.js. Palette, codebook, own labels, the naming and the find bar have keys of their own,
// which stand beside them and not here.
//   row: {says, acts: [{keys, run, values, title}], where, reading, free}
//   where: "text" (and not on a stripe) · "walk" (on the text, unit by unit) · "stripe" · nothing: the text with its stripes
//   reading: also on a page that is only read · free: only where free spans are coded · title: what the act alone is called
import { gettext, inline } from "ic/lib/words.js";

const act = (keys, run, values = [], title = null) => ({ keys: [keys].flat(), run, values, title });
const row = (says, acts, more = {}) => ({ says, acts: [acts].flat(), ...more });
const one = (says, keys, run, more = {}) => row(says, act(keys, run), more);
const READING = { reading: true };
const TEXT = { where: "text" };

function selecting() {
  const reading = { ...READING, ...TEXT };
  return [
    row(gettext("previous or next word (a whole unit where units are coded)"), act(["ArrowLeft", "ArrowRight"], "move"), reading),
    row(gettext("one character"), act(["Alt+ArrowLeft", "Alt+ArrowRight"], "move"), { ...reading, free: true }),
    row(gettext("previous or next paragraph"), act(["ArrowUp", "ArrowDown"], "move"), reading),
    row(gettext("extend the selection"), act(["Shift+ArrowLeft", "Shift+ArrowRight", "Shift+ArrowUp", "Shift+ArrowDown"], "move"), reading),
    row(gettext("extend it by one character"), act(["Alt+Shift+ArrowLeft", "Alt+Shift+ArrowRight"], "move"), { ...reading, free: true }),
    row(gettext("the whole sentence, the whole paragraph"), [act("s", "whole", ["s"], gettext("Select the sentence")), act("b", "whole", ["b"], gettext("Select the paragraph"))], reading),
    one(gettext("let go of the selection, then of the coding"), "Escape", "clear", reading),
  ];
}

function coding() {
  return [
    one(inline(gettext("Choose a code")), ["Enter", "c"], "choose", TEXT),
    row(gettext("a recent code"), Array.from("123456789", (digit) => act(digit, "recent", [Number(digit)])), TEXT),
    one(gettext("the words as a new label, which you can edit first"), ["Shift+Enter", "i"], "inVivo", TEXT),
    one(gettext("to your own labels, in open coding"), "l", "ownLabels"),
  ];
}

// Without Shift an end moves outwards, with it inwards: the words grow or shrink, in whichever direction the script is read.
function ends() {
  const pair = (before, size, titles) => [
    act(`${before}[`, "edge", ["start", "out", size], titles[0]), act(`${before}]`, "edge", ["end", "out", size], titles[1]),
    act(`${before}Shift+[`, "edge", ["start", "in", size], titles[2]), act(`${before}Shift+]`, "edge", ["end", "in", size], titles[3]),
  ];
  const words = pair("Alt+", "word", [gettext("Start outwards by a word"), gettext("End outwards by a word"), gettext("Start inwards by a word"), gettext("End inwards by a word")]);
  const characters = pair("", "character", [gettext("Start outwards by a character"), gettext("End outwards by a character"), gettext("Start inwards by a character"), gettext("End inwards by a character")]);
  const sentences = pair("Ctrl+Alt+", "sentence", [gettext("Start outwards by a sentence"), gettext("End outwards by a sentence"), gettext("Start inwards by a sentence"), gettext("End inwards by a sentence")]);
  return [
    row(gettext("its start, its end outwards by a word (by a unit where units are coded)"), words.slice(0, 2)),
    row(gettext("its start, its end inwards by a word (by a unit where units are coded)"), words.slice(2)),
    row(gettext("the same by one character (the keys right of P)"), characters, { free: true }),
    row(gettext("the same by a sentence"), sentences, { free: true }),
  ];
}

function changing() {
  return [
    ...ends(),
    one(gettext("another code in its place"), "r", "recode"),
    row(gettext("split it before the selected words; make them a part of their own"), [act("x", "split", [], gettext("Split the coding here")), act("Shift+x", "splitAround", [], gettext("Make the selected words a coding of their own"))]),
    one(gettext("join it with the one of the same code that adjoins or overlaps"), "j", "join"),
    one(gettext("details and memo"), "m", "details"),
    one(gettext("doubt: one degree more (none, slight, marked, strong)"), "d", "doubt"),
    one(gettext("doubt: one degree less"), "Shift+d", "lessDoubt"),
    one(gettext("typical of its code, or not"), "*", "typical"),
    one(gettext("delete it"), ["Delete", "Backspace"], "remove"),
    row(gettext("undo, redo"), [act("Ctrl+z", "undo", [], gettext("Undo")), act(["Ctrl+y", "Ctrl+Shift+z"], "redo", [], gettext("redo"))]),
  ];
}

// While one goes unit by unit; all other keys mean what they always do.
function walking() {
  const here = { where: "walk", ...READING };
  return [
    row(gettext("previous or next unit"), [act(["ArrowLeft", "ArrowUp"], "walkBy", [-1], gettext("Previous unit")), act(["ArrowRight", "ArrowDown"], "walkBy", [1], gettext("Next unit"))], here),
    one(gettext("next unit not looked at"), "Enter", "walkOn", here),
    row(gettext("no code here, skip (the same again takes it back)"), [act("0", "walkSay", ["no_code"], gettext("No code here")), act("k", "walkSay", ["skipped"], gettext("Skip the unit"))], { where: "walk" }),
    one(inline(gettext("No longer unit by unit")), "Escape", "walkEnd", here),
  ];
}

function finding() {
  return [
    one(gettext("all commands, found by name"), "Ctrl+k", "commands", READING),
    one(gettext("find words in this text; once more: the browser’s own search"), "Ctrl+f", "find", READING),
    row(gettext("next or previous coding"), [act("n", "next", [], gettext("Next coding")), act("p", "previous", [], gettext("Previous coding"))], READING),
    one(inline(gettext("My memos")), "Shift+m", "memos", READING),
    one(gettext("all codings at this place"), "o", "overlapping", { ...READING, ...TEXT }),
    row(gettext("from stripe to stripe of a paragraph"), [act(["ArrowUp", "ArrowLeft"], "along", [-1]), act(["ArrowDown", "ArrowRight"], "along", [1])], { ...READING, where: "stripe" }),
    one(gettext("from a stripe back to the text"), "Escape", "leave", { ...READING, where: "stripe" }),
    one(gettext("go unit by unit"), "u", "walk", READING),
    one(gettext("find a code in the codebook"), "/", "codebook", READING),
    one(inline(gettext("My documents")), "g", "documents", READING),
    one(gettext("how the text is shown (then 1 2 3: highlight, underline, stripes only)"), "v", "view", READING),
    one(gettext("only the codings of this code, and all of them again"), "f", "only", READING),
    one(gettext("this list"), "?", "help", READING),
  ];
}

/** The whole table: groups of rows, as the list of keys shows them. */
export function keymap() {
  return [
    { title: gettext("Select"), rows: selecting() },
    { title: gettext("Code the selection"), rows: coding() },
    { title: gettext("Change a coding (the last one, or the one in focus)"), rows: changing() },
    { title: gettext("Unit by unit"), rows: walking() },
    { title: gettext("Find codings"), rows: finding() },
  ];
}

/** The rows that hold on a page: of a text coded by `units` or not, `readonly` or not. */
export const holds = ({ units, readonly }) => ({ reading, free }) => (reading || !readonly) && !(free && units);

// ---- what was pressed ----------------------------------------------------------------------------------------------------------

const NAMED = { " ": "Space", "[": "[", "{": "Shift+[", "]": "]", "}": "Shift+]" };
// Where the key itself says nothing (another script, an input method that is on, a dead key) its place on the keyboard counts.
const PLACES = { BracketLeft: ["[", "Shift+["], BracketRight: ["]", "Shift+]"], Slash: ["/", "?"] };

function byPlace({ code, shiftKey }) {
  const letter = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1];
  if (letter) return shiftKey ? `Shift+${letter.toLowerCase()}` : letter.toLowerCase();
  return PLACES[code]?.[Number(shiftKey)] ?? null;
}

function byKey({ key, shiftKey }) {
  if (key in NAMED) return shiftKey && key.length === 1 && "[]".includes(key) ? `Shift+${key}` : NAMED[key];
  if (/^[A-Za-z]$/.test(key)) return `${shiftKey ? "Shift+" : ""}${key.toLowerCase()}`;
  if (/^[\x21-\x7e]$/.test(key)) return key;
  return key.length > 1 && !["Process", "Dead", "Unidentified"].includes(key) ? `${shiftKey ? "Shift+" : ""}${key}` : null;
}

/** What a press is called in the table: by its key, then by its place on the keyboard. */
export function namesOf(event) {
  const { key, code, altKey, ctrlKey, metaKey } = event;
  const said = byKey(event);
  // AltGr makes a sign on many keyboards, and tells of itself as Ctrl+Alt on some.
  const made = said && key.length === 1 && event.getModifierState("AltGraph") && !(code in PLACES);
  const before = made ? "" : `${ctrlKey || metaKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}`;
  const placed = said === null || altKey || code in PLACES ? byPlace(event) : null;
  return [...new Set([said, placed])].filter(Boolean).map((name) => before + name);
}

/** What is pressed for a name of the table, as it is written for people: "Alt+Shift+←", "Ctrl+F". */
export function shown(name) {
  const signs = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };
  const parts = name.split("+");
  const last = parts.pop();
  return [...parts, signs[last] ?? (parts.length && /^[a-z]$/.test(last) ? last.toUpperCase() : last)].join("+");
}

/** The acts that a press may mean at a place, in the order of the table. */
export class Keys {
  constructor(circumstances) {
    this.byName = new Map();
    const held = holds(circumstances);
    for (const { rows } of keymap()) {
      for (const each of rows) {
        if (held(each)) for (const meant of each.acts) for (const key of meant.keys) this.#note(key, { ...meant, where: each.where });
      }
    }
  }

  #note(key, meant) {
    if (!this.byName.has(key)) this.byName.set(key, []);
    this.byName.get(key).push(meant);
  }

  /** What a press may mean at these places, the first of them first. */
  *meant(event, ...places) {
    for (const name of namesOf(event)) for (const place of places) for (const meant of this.byName.get(name) ?? []) if (meant.where === place) yield meant;
  }
}
