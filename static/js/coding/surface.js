// The coding surface: selection, the operations on codings, and the parts that show and steer them.
// It knows no server: every change is handed to `submit(change)`, where change is
//   {kind: "create", coding} | {kind: "edit", coding, fields, ifMatch} | {kind: "delete" | "restore", coding, ifMatch} | {kind: "code", code}.
import { announce } from "ic/lib/dom.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { Keyboard } from "ic/coding/keyboard.js";
import { Menu } from "ic/coding/menu.js";
import { Model } from "ic/coding/model.js";
import { TextIndex } from "ic/coding/offsets.js";
import { Painter } from "ic/coding/painting.js";
import { Palette } from "ic/coding/palette.js";
import { UndoStack } from "ic/coding/undo.js";

const RECENT = 9;
const IN_VIVO_LENGTH = 80;
const FIELDS = ["code", "start", "end", "memo", "doubt"];

const pick = (coding) => Object.fromEntries(FIELDS.map((name) => [name, coding[name]]));

export class Surface extends EventTarget {
  constructor(root, data, submit) {
    super();
    this.root = root;
    this.submit = submit;
    this.readonly = Boolean(data.readonly);
    this.inVivoPolicy = data.in_vivo ?? "no";
    this.index = new TextIndex(root, root.lang || document.documentElement.lang || "zh");
    this.model = new Model(this.index, data);
    this.painter = new Painter(root, this.index, this.model);
    this.undoStack = new UndoStack();
    this.removed = new Map();
    this.slots = (data.recent ?? []).slice(0, RECENT);
    this.used = new Map(this.slots.map((code, k) => [code, -k]));
    this.clock = 0;
    this.selection = null;
    this.current = null;
    this.palette = new Palette(this);
    this.menu = new Menu(this);
    this.keyboard = new Keyboard(this);
    this.#listen();
  }

  // ---- selection ------------------------------------------------------------------------------------------------------------

  select(span) {
    const snapped = span && this.model.toUnits(...span);
    this.selection = snapped;
    if (snapped && this.model.units) this.painter.mark("pending", ...snapped);
    else if (!this.palette.open) this.painter.mark("pending");
    return snapped;
  }

  clearSelection() {
    getSelection().removeAllRanges();
    this.select(null);
  }

  /** The rectangle to place a popover at: under the last line, or above the first. */
  place(start, end) {
    const boxes = [...this.index.range(start, end).getClientRects()];
    if (!boxes.length) return this.root.getBoundingClientRect();
    const last = boxes.at(-1);
    return new DOMRect(last.left, boxes[0].top, last.width, last.bottom - boxes[0].top);
  }

  // ---- operations -----------------------------------------------------------------------------------------------------------

  /** Codes the selection. Refuses with a sentence when it cannot. */
  apply(codeId, extra = {}) {
    const code = this.model.codes.get(codeId);
    if (this.readonly || !this.selection || !code) return null;
    if (!this.model.applicable(code)) {
      this.say(gettext("“{name}” is only proposed; it can be used once it is accepted.", { name: code.name }));
      return null;
    }
    const [start, end] = this.selection;
    const twin = this.model.duplicate(codeId, start, end);
    if (twin) {
      this.say(gettext("This passage already has “{name}”.", { name: code.name }));
      this.current = twin;
      return null;
    }
    const coding = this.model.add({ id: crypto.randomUUID(), code: codeId, start, end, memo: "", doubt: false, version: 1, ...extra });
    this.#painted(this.model.blocksOf(coding));
    this.undoStack.push({ type: "create", id: coding.id, before: null, after: pick(coding) });
    this.submit({ kind: "create", coding });
    this.use(codeId);
    this.current = coding;
    this.say(ngettext("Coded: {name}, {n} character", "Coded: {name}, {n} characters", end - start, { name: code.name }));
    this.keyboard.caret = { anchor: end, focus: end };
    this.clearSelection();
    return coding;
  }

  /** Makes the selected words a label (or takes the label of that name), and applies it where the round allows that at once. */
  inVivo() {
    if (this.readonly || !this.selection) return null;
    const words = [...this.index.text(...this.selection).replace(/\s+/g, " ").trim()];
    const name = words.length > IN_VIVO_LENGTH ? `${words.slice(0, IN_VIVO_LENGTH - 1).join("")}…` : words.join("");
    const code = this.model.codeNamed(name) ?? this.newLabel(name);
    return code && this.model.applicable(code) ? this.apply(code.id) : null;
  }

  /** A new label as the round's policy allows it; returns the code, or null with a sentence. */
  newLabel(name, parent = null) {
    if (this.inVivoPolicy === "no") {
      this.say(gettext("The codebook of this round is frozen: new labels are not possible."));
      return null;
    }
    const colour = this.model.codes.get(parent)?.colour ?? this.model.codes.size % 8;
    const state = this.inVivoPolicy === "create" ? "active" : "proposed";
    const code = { id: crypto.randomUUID(), name, level: "label", parent, colour, definition: "", search: "", state };
    this.model.addCode(code);
    this.submit({ kind: "code", code });
    if (state === "proposed") {
      this.say(gettext("“{name}” was proposed. It can be used once it is accepted; choose another code for now.", { name }));
    }
    return code;
  }

  edit(coding, fields, { remember = true } = {}) {
    if (this.readonly || !this.model.codings.has(coding.id)) return;
    const changed = Object.fromEntries(Object.entries(fields).filter(([name, value]) => coding[name] !== value));
    if (!Object.keys(changed).length) return;
    const before = pick(coding);
    const ifMatch = coding.version;
    const blocks = this.model.change(coding, { ...changed, version: ifMatch + 1 });
    this.#painted(blocks);
    if (remember) this.undoStack.push({ type: "edit", id: coding.id, before, after: pick(coding) });
    this.submit({ kind: "edit", coding, fields: changed, ifMatch });
    this.current = coding;
  }

  recode(coding, codeId) {
    const code = this.model.codes.get(codeId);
    if (!code || !this.model.applicable(code)) return;
    this.edit(coding, { code: codeId });
    this.use(codeId);
    this.say(gettext("Now coded: {name}", { name: code.name }));
  }

  /** Moves one end of a coding to the next stop; never empties it. */
  moveEdge(coding, edge, step) {
    let { start, end } = coding;
    if (edge === "start") start = this.model.stop(start, step, "start");
    else end = this.model.stop(end, step, "end");
    if (start >= end) return;
    const snapped = this.model.toUnits(this.index.snap(start, -1), this.index.snap(end, 1));
    if (!snapped) return;
    this.edit(coding, { start: snapped[0], end: snapped[1] });
    this.painter.mark("active", coding.start, coding.end);
    announce(this.index.text(coding.start, coding.end));
  }

  toggleDoubt(coding) {
    this.edit(coding, { doubt: !coding.doubt });
    this.say(coding.doubt ? gettext("Marked as doubtful") : gettext("No longer doubtful"));
  }

  remove(coding, { remember = true } = {}) {
    if (this.readonly || !this.model.codings.has(coding.id)) return;
    const blocks = this.model.blocksOf(coding);
    this.model.drop(coding);
    this.removed.set(coding.id, coding);
    const ifMatch = coding.version;
    coding.version = ifMatch + 1;
    this.#painted(blocks);
    if (remember) this.undoStack.push({ type: "delete", id: coding.id, before: pick(coding), after: null });
    this.submit({ kind: "delete", coding, ifMatch });
    if (this.current === coding) this.current = null;
    this.painter.mark("active");
    if (document.activeElement === document.body) this.root.focus({ preventScroll: true });
    this.say(gettext("Deleted: {name}. Ctrl+Z brings it back.", { name: this.model.name(coding) }));
  }

  #restore(id) {
    const coding = this.removed.get(id);
    if (!coding || this.model.codings.has(id)) return;
    this.removed.delete(id);
    const ifMatch = coding.version;
    coding.version = ifMatch + 1;
    this.model.add(coding);
    this.#painted(this.model.blocksOf(coding));
    this.submit({ kind: "restore", coding, ifMatch });
    this.current = coding;
    this.say(gettext("Back again: {name}", { name: this.model.name(coding) }));
  }

  undo() {
    this.#replay(this.undoStack.undo(), gettext("Nothing to undo"));
  }

  redo() {
    this.#replay(this.undoStack.redo(), gettext("Nothing to redo"));
  }

  #replay(entry, otherwise) {
    if (!entry) {
      this.say(otherwise);
      return;
    }
    const coding = this.model.codings.get(entry.id);
    if (entry.type === "create") this.#restore(entry.id);
    else if (coding && entry.type === "delete") this.remove(coding, { remember: false });
    else if (coding) {
      this.edit(coding, entry.after, { remember: false });
      this.say(gettext("Changed: {name}", { name: this.model.name(coding) }));
    }
  }

  /** Keys 1…9 keep their code; a new code takes a free key, else the one not used for longest. */
  use(codeId) {
    this.clock += 1;
    this.used.set(codeId, this.clock);
    if (!this.slots.includes(codeId)) {
      if (this.slots.length < RECENT) this.slots.push(codeId);
      else {
        const oldest = this.slots.reduce((a, b) => (this.used.get(a) <= this.used.get(b) ? a : b));
        this.slots[this.slots.indexOf(oldest)] = codeId;
      }
    }
    this.dispatchEvent(new CustomEvent("recent"));
  }

  // ---- showing --------------------------------------------------------------------------------------------------------------

  #painted(blocks) {
    this.painter.repaint(blocks);
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Shows a new state of all codings (from the server plus what still waits). */
  reset(codings) {
    this.model.reset(codings);
    this.removed.clear();
    this.undoStack.clear();
    this.current = null;
    this.painter.repaintAll();
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Puts a change into the picture that was made elsewhere: an op of this coder's queue, by an earlier page or another tab. */
  overlay({ kind, id, body, ifMatch, code, whole }) {
    if (kind === "code") {
      if (!this.model.codes.has(id)) this.model.addCode(code);
      return;
    }
    let coding = this.model.codings.get(id);
    if (kind === "create" && !coding) coding = this.model.add({ id, version: 1, ...body });
    else if (kind === "edit" && coding) this.painter.repaint(this.model.change(coding, { ...body, version: ifMatch + 1 }));
    else if (kind === "delete" && coding) {
      this.painter.repaint(this.model.blocksOf(coding));
      this.model.drop(coding);
      this.removed.set(id, Object.assign(coding, { version: ifMatch + 1 }));
    } else if (kind === "restore" && !coding) {
      coding = this.model.add({ ...whole, id, version: ifMatch + 1 });
      this.removed.delete(id);
    }
    if (coding) this.#painted(this.model.blocksOf(coding));
  }

  /** Marks the codings whose changes were refused. */
  hold(ids) {
    const blocks = new Set();
    for (const coding of this.model.codings.values()) {
      const held = ids.has(coding.id);
      if (Boolean(coding.held) === held) continue;
      coding.held = held;
      for (const i of this.model.blocksOf(coding)) blocks.add(i);
    }
    if (blocks.size) this.painter.repaint([...blocks]);
  }

  focusCoding(coding) {
    this.painter.mark("active", coding.start, coding.end);
    this.current = coding;
  }

  /** Scrolls to a coding and puts the focus on its stripe. */
  goTo(coding) {
    const block = this.index.blocks[this.index.at(coding.start)];
    block.el.scrollIntoView({ block: "nearest" });
    const stripe = this.painter.stripe(coding);
    if (stripe) stripe.focus({ preventScroll: true });
    else {
      this.focusCoding(coding);
      this.say(this.model.name(coding));
    }
  }

  say(sentence) {
    announce(sentence);
    this.dispatchEvent(new CustomEvent("say", { detail: sentence }));
  }

  // ---- pointer --------------------------------------------------------------------------------------------------------------

  #listen() {
    const { root } = this;
    document.addEventListener("selectionchange", () => {
      if (this.palette.open && this.palette.focused) return;
      const span = this.index.selection();
      if (span || !this.palette.open) this.select(span);
    });
    root.addEventListener("pointerdown", (event) => {
      if (event.target.closest(".strip")) return;
      this.keyboard.caret = null;
      this.pressed = [event.clientX, event.clientY];
    });
    document.addEventListener("pointerup", (event) => {
      if (!this.pressed) return;
      const moved = Math.hypot(event.clientX - this.pressed[0], event.clientY - this.pressed[1]) > 3;
      this.pressed = null;
      // After the browser has settled the selection (a press on a selection clears it only now).
      setTimeout(() => this.#released(event, moved));
    });
    const codingOf = (event) => this.model.codings.get(event.target.closest?.("[data-id]")?.dataset.id);
    root.addEventListener("pointerover", (event) => {
      const coding = codingOf(event);
      if (coding && !this.menu.coding) this.painter.mark("active", coding.start, coding.end);
    });
    root.addEventListener("pointerout", (event) => {
      if (codingOf(event) && !this.menu.coding) this.painter.mark("active");
    });
    root.addEventListener("focusin", (event) => {
      const coding = event.target.matches(".stripe") ? codingOf(event) : null;
      if (!coding) return;
      this.focusCoding(coding);
      const quote = this.index.text(coding.start, Math.min(coding.end, coding.start + 60));
      const parts = [this.model.name(coding), quote, coding.doubt && gettext("doubtful"), coding.memo && gettext("has a memo")];
      event.target.setAttribute("aria-label", parts.filter(Boolean).join(": "));
    });
    root.addEventListener("focusout", (event) => {
      if (event.target.matches(".stripe") && !this.menu.coding) this.painter.mark("active");
    });
    root.addEventListener("click", (event) => {
      const more = event.target.closest(".more");
      if (more) {
        this.menu.list(this.model.byBlock[Number(more.dataset.block)], more.getBoundingClientRect());
        return;
      }
      const coding = codingOf(event);
      if (coding) this.menu.show(coding, event.target.getBoundingClientRect());
    });
  }

  #released(event, moved) {
    const span = this.index.selection();
    if (span && this.select(span)) {
      if (!this.readonly) this.palette.show(this.place(...this.selection));
      return;
    }
    this.palette.hide();
    if (moved || !event.target.closest?.("[data-cp]")) return;
    const cp = this.index.atPoint(event.clientX, event.clientY);
    if (cp === null) return;
    this.keyboard.caret = { anchor: cp, focus: cp };
    const here = this.model.at(cp);
    const rect = new DOMRect(event.clientX, event.clientY - 8, 1, 20);
    if (here.length === 1) this.menu.show(here[0], rect);
    else if (here.length) this.menu.list(here, rect);
  }
}
