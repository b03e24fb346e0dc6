// The one table of keys of the coding page: what is pressed, where it counts, what it runs, and how it is said. The keys (keyboard.js), the
// list of keys (help.js) and the list of commands (command-list.js) are read from it, so that none can say what the others do not do.
//   row: {says, acts: [{keys, run, values, title}], where, reading, free}
//   where: "text" (and not on a stripe) · "walk" (on the text, unit by unit) · "stripe" · nothing: the text with its stripes; what is run there
//     is a command (commands.js). Elsewhere it is an act of the module that listens at this place: "palette", "naming", "codebook" (its tree
//     alone: "tree"), "own" ("renaming", "merging"), "find", "memos", "details", "view", "commands", "dragging", "folded", "page" (anywhere)
//   reading: also on a page that is only read · free: only where free spans are coded · title: what the act alone is called
import { inTextField } from "ic/lib/dom.js";
import { gettext, inline } from "ic/lib/words.js";

const PAGE = 8;

const act = (keys, run, values = [], title = null) => ({ keys: [keys].flat(), run, values, title });
const row = (says, acts, more = {}) => ({ says, acts: [acts].flat(), ...more });
const one = (says, keys, run, more = {}) => row(says, act(keys, run), more);
const READING = { reading: true };
const TEXT = { where: "text" };
const at = (where, rows, more = {}) => rows.map((each) => ({ where, ...more, ...each }));
// Up and down a list, by one and by a page.
const along = (says, paging) => [
  row(says, [act("ArrowUp", "step", [-1]), act("ArrowDown", "step", [1])]),
  ...(paging ? [row(paging, [act("PageUp", "step", [-PAGE]), act("PageDown", "step", [PAGE])])] : []),
];
const bounds = (says, more = {}) => row(says, [act("Home", "step", [-Infinity]), act("End", "step", [Infinity])], more);
const DIGITS = Array.from("123456789", (digit) => act(digit, "recent", [Number(digit)]));

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
    row(gettext("a recent code"), DIGITS, TEXT),
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
    one(gettext("while an end is dragged: leave it as it was"), "Escape", "giveUp", { where: "dragging" }),
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
    one(gettext("leave going unit by unit"), "Escape", "walkEnd", here),
  ];
}

function finding() {
  return [
    one(gettext("all commands, found by name"), "Ctrl+k", "commands", { ...READING, where: "page" }),
    one(gettext("find words in this text; once more: the browser’s own search"), "Ctrl+f", "find", READING),
    row(gettext("next or previous coding"), [act("n", "next", [], gettext("Next coding")), act("p", "previous", [], gettext("Previous coding"))], READING),
    one(inline(gettext("My memos")), "Shift+m", "memos", READING),
    one(gettext("all codings at this place"), "o", "overlapping", { ...READING, ...TEXT }),
    row(gettext("from stripe to stripe of a paragraph"), [act(["ArrowUp", "ArrowLeft"], "along", [-1]), act(["ArrowDown", "ArrowRight"], "along", [1])], { ...READING, where: "stripe" }),
    one(gettext("from a stripe back to the text"), "Escape", "leave", { ...READING, where: "stripe" }),
    one(gettext("put away the names shown beside “+3”"), "Escape", "putAway", { ...READING, where: "folded" }),
    one(gettext("go unit by unit"), "u", "walk", READING),
    one(gettext("find a code in the codebook"), "/", "codebook", READING),
    one(inline(gettext("My documents")), "g", "documents", READING),
    one(gettext("how the text is shown (then 1 2 3: highlight, underline, stripes only)"), "v", "view", READING),
    one(gettext("only the codings of this code, and all of them again"), "f", "only", READING),
    one(gettext("this list"), "?", "help", READING),
  ];
}

// ---- at places of their own ----------------------------------------------------------------------------------------------------

const choosing = () => at("palette", [
  ...along(gettext("previous or next code"), gettext("eight codes back or on")),
  one(gettext("apply it"), "Enter", "choose"),
  one(gettext("apply it and choose one more"), "Ctrl+Enter", "chooseMore"),
  row(gettext("a recent code, while nothing is typed"), DIGITS),
  one(gettext("what is typed, or the selected words, as a new label"), "Shift+Enter", "label"),
  one(gettext("put the list away and go on"), ["Tab", "Shift+Tab"], "goOn"),
  one(gettext("back to the text; its words stay selected"), "Escape", "close"),
]);

const naming = () => at("naming", [
  ...along(gettext("one of your own labels in its place")),
  one(gettext("make the label, or take the one chosen"), ["Enter", "Shift+Enter"], "enter"),
  one(gettext("between the label and the reason of a proposal; elsewhere: no label"), ["Tab", "Shift+Tab"], "other"),
  one(gettext("no label; the words stay selected"), "Escape", "close"),
]);

const codebook = () => at("codebook", [
  ...along(gettext("previous or next code"), gettext("eight codes back or on")),
  bounds(gettext("first or last code"), { where: "tree" }),
  row(gettext("open or close what lies below a code"), [act("ArrowRight", "fold", [true]), act("ArrowLeft", "fold", [false])]),
  row(gettext("apply it to the selected words; the same and choose one more"), [act("Enter", "apply", [false]), act("Ctrl+Enter", "apply", [true])], { reading: false }),
  one(gettext("from the tree to the box"), "/", "focus", { where: "tree" }),
  one(gettext("empty the box, then back to the text"), "Escape", "back"),
], READING);

const ownLabels = () => at("own", [
  ...along(gettext("previous or next label"), gettext("eight labels back or on")),
  bounds(gettext("first or last label")),
  one(gettext("mark it, so that several are grouped or merged"), "Space", "toggle"),
  one(gettext("apply it to the selected words"), "Enter", "apply"),
  one(gettext("rename it"), "F2", "rename"),
  row(gettext("take the new name; keep the old one"), [act("Enter", "take"), act("Escape", "keep")], { where: "renaming" }),
  row(gettext("group the labels; merge them"), [act("g", "group"), act("m", "merge")]),
  one(gettext("while merging: merge into the label shown"), "Enter", "accept", { where: "merging" }),
  one(gettext("delete it, if it was never applied"), "Delete", "remove"),
  row(gettext("undo the last of these, redo it"), [act("Ctrl+z", "undo"), act(["Ctrl+y", "Ctrl+Shift+z"], "redo")]),
  one(gettext("back to the text"), "Escape", "back"),
]);

const findBar = () => at("find", [
  row(gettext("next or previous match"), [act("Enter", "step", [1]), act("Shift+Enter", "step", [-1])]),
  one(gettext("give up coding all matches, then back to the text"), "Escape", "back"),
], READING);

const memos = () => at("memos", [
  ...along(gettext("previous or next memo"), gettext("eight memos back or on")),
  one(gettext("to its passage"), "Enter", "go"),
  one(gettext("empty the box, then back to the text"), "Escape", "back"),
], READING);

const details = () => at("details", [one(gettext("keep the memo and close"), ["Ctrl+Enter", "Escape"], "close")], READING);

const view = () => at("view", [
  row(gettext("highlight and underline; underline alone; stripes alone"), ["1", "2", "3"].map((digit, k) => act(digit, "marks", [k]))),
  one(inline(gettext("Close")), "Escape", "close"),
], READING);

const commandList = () => at("commands", [
  ...along(gettext("previous or next command")),
  one(gettext("run it"), "Enter", "run"),
  one(gettext("back to where one was"), "Escape", "close"),
], READING);

/** The whole table: groups of rows, as the list of keys shows them; first those of the text, then those of the other places. */
export function keymap() {
  return [
    { title: gettext("Select"), rows: selecting() },
    { title: gettext("Code the selection"), rows: coding() },
    { title: gettext("Change a coding (the last one, or the one in focus)"), rows: changing() },
    { title: gettext("Unit by unit"), rows: walking() },
    { title: gettext("Find codings"), rows: finding() },
    { title: gettext("While choosing a code"), rows: choosing() },
    { title: gettext("While naming a label"), rows: naming() },
    { title: gettext("In the details of a coding"), rows: details() },
    { title: gettext("In the codebook"), rows: codebook() },
    { title: gettext("In your own labels"), rows: ownLabels() },
    { title: gettext("In the list of memos"), rows: memos() },
    { title: gettext("In the find bar"), rows: findBar() },
    { title: gettext("While choosing how the text is shown"), rows: view() },
    { title: gettext("In the list of commands"), rows: commandList() },
  ];
}

/** Whether what a row runs is a command of the page (commands.js), and no act of one of its parts. */
export const ofPage = ({ where }) => [undefined, "text", "walk", "stripe", "page"].includes(where);

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

/** What a press is called in the table: by its key, then by its place on the keyboard; where one types by the key alone, for any other is text. */
export function namesOf(event) {
  const { key, code, altKey, ctrlKey, metaKey } = event;
  const said = byKey(event);
  // AltGr makes a sign on many keyboards, and tells of itself as Ctrl+Alt on some.
  const made = said && key.length === 1 && event.getModifierState("AltGraph") && !(code in PLACES);
  const before = made ? "" : `${ctrlKey || metaKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}`;
  const placed = !inTextField(event) && (said === null || altKey || code in PLACES) ? byPlace(event) : null;
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
    this.all = [];
    this.byName = new Map();
    const held = holds(circumstances);
    for (const { rows } of keymap()) {
      for (const each of rows) {
        if (held(each)) for (const meant of each.acts) for (const key of meant.keys) this.#note(key, { ...meant, where: each.where });
      }
    }
  }

  #note(key, meant) {
    this.all.push([key, meant]);
    if (!this.byName.has(key)) this.byName.set(key, []);
    this.byName.get(key).push(meant);
  }

  /** What is pressed at a place for an act, as it is written for people; nothing where the table has no such key. */
  shown(where, run, ...values) {
    const found = this.all.find(([, meant]) => meant.where === where && meant.run === run && values.every((value, k) => value === meant.values[k]));
    return found && shown(found[0]);
  }

  /** What a press may mean at these places, the first of them first; nothing while an input method makes signs of it. */
  *meant(event, ...places) {
    if (event.isComposing || (event.keyCode === 229 && inTextField(event))) return;
    for (const name of namesOf(event)) for (const place of places) for (const meant of this.byName.get(name) ?? []) if (meant.where === place) yield meant;
  }
}
