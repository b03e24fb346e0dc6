// The coding surface: selection, the operations on codings, and the parts that show and steer them.
// It knows no server: every change is handed to `submit(change, made)`, as change.js has it.
import { announce } from "ic/lib/dom.js";
import { load } from "ic/parts.js";
import { ownCodeId } from "ic/lib/keys.js";
import { PRIVATE } from "ic/lib/mark.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { Caret } from "ic/coding/caret.js";
import { Change } from "ic/coding/change.js";
import { commandsOf } from "ic/coding/commands.js";
import { Boundaries } from "ic/coding/boundaries.js";
import { degrees } from "ic/coding/doubt.js";
import { FindDoor } from "ic/coding/finding-door.js";
import { listenToKeys } from "ic/coding/keyboard.js";
import { Keys } from "ic/coding/keymap.js";
import { labelOf, wrongPassage } from "ic/coding/label.js";
import { MenuDoor } from "ic/coding/menu-door.js";
import { Model } from "ic/coding/model.js";
import { Naming } from "ic/coding/naming.js";
import { TextIndex } from "ic/coding/offsets.js";
import { Painter } from "ic/coding/painting.js";
import { Palette } from "ic/coding/palette.js";
import { listenToPointer } from "ic/coding/pointer.js";
import { RecentCodes } from "ic/coding/recent.js";
import { Steps } from "ic/coding/steps.js";
import { UndoStack } from "ic/coding/undo.js";
import { Walk } from "ic/coding/walk.js";

export class Surface extends EventTarget {
  #current = null;

  constructor(root, data, submit) {
    super();
    this.root = root;
    this.submit = submit;
    this.me = data.me;
    this.document = data.document;
    this.readonly = Boolean(data.readonly);
    this.inVivoPolicy = data.in_vivo ?? "no";
    this.index = new TextIndex(root, root.lang || document.documentElement.lang || "zh");
    this.model = new Model(this.index, data);
    this.painter = new Painter(root, this.index, this.model);
    this.undoStack = new UndoStack();
    this.steps = new Steps(this, (change) => this.#makeAndSay(change, { remember: false }));
    this.recent = new RecentCodes(data.recent);
    this.#renewRecent();
    this.selection = null;
    this.current = null;
    this.coming = 0;
    this.keys = new Keys({ units: Boolean(this.model.units), readonly: this.readonly });
    this.palette = new Palette(this);
    this.naming = new Naming(this);
    this.menu = new MenuDoor(this);
    this.caret = new Caret(this.index, this.model, { selection: () => this.selected(), moved: (span) => this.#followCaret(span) });
    this.find = new FindDoor(this);
    this.walk = new Walk(this, root.closest(".coding-text") ?? root.parentElement);
    this.boundaries = new Boundaries(this);
    this.handles = null; // they come when the first screen is there
    this.commands = commandsOf(this);
    listenToKeys(root, this);
    listenToPointer(this);
    document.addEventListener("selectionchange", () => {
      if (this.#inABox()) return;
      const span = this.index.selection();
      if (span || !(this.palette.open || this.#away())) this.select(span);
    });
    // A box that has the focus takes the browser's selection with it: the words are meant still, and seen; they are selected again in the text.
    document.addEventListener("focusin", ({ target }) => {
      if (!this.selection) return;
      if (target === root) this.reselect();
      else if (!target.closest(".palette") && (this.find.focused || !root.contains(target))) this.painter.mark("pending", ...this.selection);
    });
  }

  /** The coding that keys and handles are about: the one just made, or shown. */
  get current() { return this.#current; }

  set current(coding) {
    this.#current = coding;
    this.handles?.place();
  }

  letGo() {
    this.current = null;
    this.painter.mark("active");
  }

  // ---- selection ------------------------------------------------------------------------------------------------------------

  select(span) {
    const snapped = span && this.model.toUnits(...span);
    this.selection = snapped;
    this.handles?.place();
    if (snapped && this.model.units) this.painter.mark("pending", ...snapped);
    else if (!this.palette.open) this.painter.mark("pending");
    return snapped;
  }

  /** The selection now: the browser tells about a new one a moment later than it makes it. */
  selected() { return this.selection ?? this.select(this.index.selection()); }
  /** Before a key: it is about what is selected now, of which the browser may not have told yet. */
  catchUp() {
    const span = this.#inABox() ? null : this.index.selection();
    if (span && String(this.model.toUnits(...span)) !== String(this.selection)) this.select(span);
  }

  #inABox() {
    return this.naming.open || this.find.focused || this.codebook?.focused || (this.palette.open && this.palette.focused);
  }

  // Whether the focus is in a box of the page that is not of the text.
  #away() {
    const { activeElement } = document;
    return Boolean(activeElement) && activeElement !== document.body && !this.root.contains(activeElement);
  }

  clearSelection() {
    getSelection().removeAllRanges();
    this.select(null);
  }

  /** Selects again what was meant while a box had the focus. */
  reselect() {
    if (!this.selection) return;
    const [start, end] = this.selection;
    getSelection().setBaseAndExtent(...this.index.position(start), ...this.index.position(end));
    this.select(this.selection);
  }

  #followCaret(span) {
    this.palette.hide();
    this.select(span);
    if (this.selection) announce(this.index.text(...this.selection));
  }

  /** The rectangle to place a popover at: under the last line, or above the first. */
  place(start, end) {
    const boxes = [...this.index.range(start, end).getClientRects()];
    if (!boxes.length) return this.root.getBoundingClientRect();
    const last = boxes.at(-1);
    return new DOMRect(last.left, boxes[0].top, last.width, last.bottom - boxes[0].top);
  }

  // ---- what comes after the first screen ------------------------------------------------------------------------------------

  /** Does `work` with a module of later.js, as soon as it is there; what is typed meanwhile is no command on the text. */
  async whenHere(name, work) {
    this.coming += 1;
    let module;
    try {
      module = await load(name);
    } catch {
      this.say(gettext("This part of the page has not arrived yet: try again when the server answers."));
      return;
    } finally {
      this.coming -= 1;
    }
    work(module);
  }

  // ---- operations -----------------------------------------------------------------------------------------------------------

  /** Codes the selection, which stays for more codes until it is let go. Refuses with a sentence when it cannot. */
  apply(codeId) {
    const code = this.model.codes.get(codeId);
    if (this.readonly || !this.selection || !code) return null;
    if (!this.model.applicable(code)) {
      this.say(gettext("The lead declined “{name}”: use another code.", { name: code.name }));
      return null;
    }
    const [start, end] = this.selection;
    const twin = this.model.duplicate(codeId, start, end);
    if (twin) {
      this.say(gettext("This passage already has “{name}”.", { name: code.name }));
      this.current = twin;
      return null;
    }
    const coding = this.#make(Change.create({ code: codeId, start, end }));
    this.use(codeId);
    this.say(ngettext("Coded: {name}, {n} character", "Coded: {name}, {n} characters", end - start, { name: code.name }));
    return coding;
  }

  /** Takes up the codes as they are now. */
  setCodes(codes) {
    this.model.setCodes(codes);
    this.#renewRecent();
  }

  #renewRecent() {
    this.recent.renew((id) => this.model.live(id));
  }

  /** Asks for a label of the selected words, or of those that were typed. */
  inVivo(typed = "") {
    if (this.readonly || !this.selection) return;
    if (this.inVivoPolicy === "no") this.say(gettext("The codebook of this round is frozen: new labels are not possible."));
    else this.naming.show(typed || labelOf(this.index.spoken(...this.selection)));
  }

  /** Makes a label, or proposes it with a reason, and applies it to the selected words. */
  async makeLabel(name, reason = "") {
    const span = this.selection;
    const proposed = this.inVivoPolicy === "propose";
    const wrong = proposed && wrongPassage(span, this.index);
    if (wrong) return this.say(wrong);
    const passage = proposed ? { document: this.document, start: span[0], end: span[1] } : null;
    const code = await this.newCode(name, { passage, reason });
    this.selection = span;
    if (span) this.apply(code.id);
    if (proposed) this.say(gettext("“{name}” was proposed. You can use it at once; the lead decides on it.", { name }));
  }

  /** A new label (or group of labels) as the round's policy allows it. */
  async newCode(name, { level = "label", parent = null, ...why } = {}) {
    const key = crypto.randomUUID();
    const id = await ownCodeId(this.me, key);
    const state = this.inVivoPolicy === "create" ? "private" : "proposed";
    const code = { id, key, name, level, parent, mark: PRIVATE, definition: "", search: "", state, revision: 1, into: null, ...why };
    this.#make(Change.code(code), { remember: false });
    this.dispatchEvent(new CustomEvent("codes"));
    return code;
  }

  /** Makes a change, shows it, and hands it on; returns its coding (or the unit), or null where it cannot be made. */
  #make(change, { remember = true } = {}) {
    const made = this.readonly ? null : change.applyTo(this.model);
    if (!made) return null;
    const { coding, blocks } = made;
    if (!change.ofCodebook) {
      if (remember) this.undoStack.push(change);
      this.#painted(blocks);
    }
    if (coding) this.#attend(coding);
    this.submit(change, made);
    return coding ?? made;
  }

  /** Says something of a unit without codings: a change like any other. */
  sayOfUnit(change) {
    if (this.#make(change)) this.say(change.done());
  }

  /** The memo on the document; its field has an undo of its own. */
  writeMemo = (memo) => this.#make(Change.memo(this.document, this.model.memo, memo), { remember: false });

  /** Makes many changes as one act, which one undo takes back; returns how many could be made. */
  together(group, { remember = true } = {}) {
    if (!group.possibleIn(this.model)) return 0;
    const blocks = new Set();
    const n = group.make((change) => {
      const made = this.readonly ? null : change.applyTo(this.model);
      for (const i of made?.blocks ?? []) blocks.add(i);
      if (made) this.submit(change, made);
      return made;
    });
    if (remember && n) this.undoStack.push(group);
    if (!this.model.codings.has(this.current?.id)) this.current = null;
    this.painter.mark("active");
    this.#painted([...blocks]);
    return n;
  }

  // A coding that is there becomes the current one; from one that is gone the mark and the focus go back to the text.
  #attend(coding) {
    if (this.model.codings.has(coding.id)) {
      this.current = coding;
      return;
    }
    if (this.current === coding) this.current = null;
    this.painter.mark("active");
    if (document.activeElement === document.body) this.root.focus({ preventScroll: true });
  }

  edit(coding, fields) {
    if (!this.model.codings.has(coding.id)) {
      // Another tab has deleted it while the memo was typed: the words must not go with it.
      if (fields.memo && fields.memo !== coding.memo) this.dispatchEvent(new CustomEvent("orphan", { detail: { coding, memo: fields.memo } }));
      return;
    }
    const change = Change.edit(coding, fields);
    if (change) this.#make(change);
  }

  /** Brings a deleted coding back with a memo that was typed for it; null where it cannot come back. */
  bringBack(gone, memo) {
    if (!this.model.codings.has(gone.id)) {
      if (!this.model.removed.has(gone.id)) this.model.removed.set(gone.id, gone);
      if (!this.#makeAndSay(Change.delete(gone).inverse())) return null;
    }
    const coding = this.model.codings.get(gone.id);
    this.edit(coding, { memo });
    this.reveal(coding);
    return coding;
  }

  recode(coding, codeId) {
    const code = this.model.codes.get(codeId);
    if (!code || !this.model.applicable(code)) return;
    if (this.model.duplicate(codeId, coding.start, coding.end)) {
      this.say(gettext("This passage already has “{name}”.", { name: code.name }));
      return;
    }
    this.edit(coding, { code: codeId });
    this.use(codeId);
    this.say(gettext("Now coded: {name}", { name: code.name }));
  }

  setDoubt(coding, doubt) {
    this.edit(coding, { doubt });
    this.say(degrees()[coding.doubt]);
  }

  toggleTypical(coding) {
    this.edit(coding, { typical: !coding.typical });
    this.say(coding.typical ? gettext("Marked as typical") : gettext("No longer typical"));
  }

  remove(coding) {
    this.#makeAndSay(Change.delete(coding));
  }

  #makeAndSay(change, options) {
    const coding = this.#make(change, options);
    if (coding) this.say(change.done(change.ofUnit ? "" : this.model.name(coding)));
    return coding;
  }

  /** Goes to the list of own labels; false where there is none. */
  showOwn() {
    if (this.readonly || this.inVivoPolicy !== "create" || !this.model.own().length) return false;
    this.dispatchEvent(new CustomEvent("own"));
    return true;
  }

  use(codeId) {
    this.recent.use(codeId);
    this.dispatchEvent(new CustomEvent("recent"));
  }

  // ---- showing --------------------------------------------------------------------------------------------------------------

  #painted(blocks) {
    this.painter.repaint(blocks);
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Shows a new state of all codings (from the server plus what still waits). */
  reset(codings, said) {
    this.model.reset(codings, said);
    this.undoStack.clear();
    this.current = null;
    this.painter.repaintAll();
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Puts a change into the picture that was made elsewhere: a record of this coder's outbox, by an earlier page or another tab. */
  overlay(record) {
    const made = Change.of(record).repeatIn(this.model, record.ifMatch);
    if (made && !Change.of(record).ofCodebook) this.#painted(made.blocks);
  }

  /** Marks the codings whose changes were refused. */
  hold(ids) {
    const blocks = this.model.hold(ids);
    if (blocks.size) this.painter.repaint([...blocks]);
  }

  focusCoding(coding) {
    this.painter.mark("active", coding.start, coding.end);
    this.current = coding;
  }

  /** Scrolls to where a coding is, or was. */
  reveal(coding) {
    this.painter.reveal(coding);
  }

  /** Scrolls to a coding and puts the focus on its stripe. */
  goTo(coding) {
    this.reveal(coding);
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
}
