// The keyboard on the text. A text that cannot be edited has no caret of its own: this one moves by word (or unit), sentence and paragraph,
// and the browser's selection follows. All single keys work only while the document region (or a stripe in it) has the focus.
import { announce, h } from "ic/lib/dom.js";
import { gettext, inline } from "ic/lib/words.js";

export class Keyboard {
  constructor(surface) {
    this.surface = surface;
    this.caret = null;
    surface.root.addEventListener("keydown", (event) => {
      if (event.isComposing || event.defaultPrevented) return;
      const handled = event.target.closest(".strip") ? this.#stripe(event) || this.#common(event) : this.#common(event) || this.#text(event);
      if (handled) event.preventDefault();
    });
  }

  #stripe(event) {
    const { surface } = this;
    const buttons = [...event.target.closest(".strip").querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) {
      const next = buttons[buttons.indexOf(event.target) + step];
      if (next) {
        event.target.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      }
      return true;
    }
    if (event.key === "Escape") {
      surface.root.focus({ preventScroll: true });
      return true;
    }
    const coding = surface.model.codings.get(event.target.dataset.id);
    if (!coding || surface.readonly || (event.key !== "Delete" && event.key !== "Backspace")) return false;
    surface.remove(coding);
    surface.root.focus({ preventScroll: true });
    return true;
  }

  // Keys that mean the same on the text and on a stripe.
  #common(event) {
    const { surface } = this;
    const { key } = event;
    if (event.ctrlKey || event.metaKey) {
      if (event.altKey) return false;
      const lower = key.toLowerCase();
      if (lower === "z" && !event.shiftKey) surface.undo();
      else if (lower === "y" || lower === "z") surface.redo();
      else return false;
      return true;
    }
    if (event.altKey) return false;
    if (key === "?") {
      this.help();
      return true;
    }
    if (key === "n" || key === "p") {
      const from = event.target.closest(".strip") ? surface.current : surface.selection?.[0] ?? this.caret?.focus ?? surface.current ?? this.#firstVisible();
      const coding = surface.model.neighbour(from, key === "n" ? 1 : -1);
      if (coding) surface.goTo(coding);
      else surface.say(key === "n" ? gettext("No coding further on") : gettext("No coding before this"));
      return true;
    }
    const coding = surface.current;
    if (!coding || !surface.model.codings.has(coding.id) || surface.readonly) return false;
    const box = () => (surface.painter.stripe(coding) ?? surface.root).getBoundingClientRect();
    const actions = {
      "[": () => surface.moveEdge(coding, "end", -1),
      "]": () => surface.moveEdge(coding, "end", 1),
      "{": () => surface.moveEdge(coding, "start", -1),
      "}": () => surface.moveEdge(coding, "start", 1),
      d: () => surface.toggleDoubt(coding),
      m: () => surface.menu.show(coding, box()),
      r: () => surface.palette.show(surface.place(coding.start, coding.end), { focus: true, recode: coding }),
    };
    if (!actions[key]) return false;
    actions[key]();
    return true;
  }

  #text(event) {
    const { surface } = this;
    const { key } = event;
    if (event.ctrlKey || event.metaKey) return false;
    if (key === "Escape") {
      surface.clearSelection();
      surface.palette.hide();
      return true;
    }
    if (key === "o") {
      const [start, end] = surface.selection ?? [this.#caret().focus, this.#caret().focus + 1];
      const here = surface.model.at(start, end);
      if (here.length) surface.menu.list(here, surface.place(start, end));
      else surface.say(gettext("No coding here"));
      return true;
    }
    // The browser tells about a new selection a moment later than it makes it.
    if (!surface.selection) surface.select(surface.index.selection());
    if (surface.selection && !surface.readonly && !event.altKey) {
      if (key === "Enter" || key === "/" || key === "c") {
        surface.palette.show(surface.place(...surface.selection), { focus: true });
        return true;
      }
      if (key === "i") {
        surface.inVivo();
        if (!surface.selection) surface.palette.hide();
        return true;
      }
      if (/^[1-9]$/.test(key)) {
        const code = surface.slots[Number(key) - 1];
        if (code) surface.apply(code);
        if (!surface.selection) surface.palette.hide();
        return true;
      }
    }
    return this.#move(event);
  }

  #caret() {
    if (!this.caret) {
      const [anchor, focus] = this.surface.selection ?? [this.#firstVisible(), this.#firstVisible()];
      this.caret = { anchor, focus };
    }
    return this.caret;
  }

  #move(event) {
    const { index, model } = this.surface;
    const across = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!across && !down && event.key !== "s" && event.key !== "b") return false;
    if (!index.blocks.length) return false;
    const caret = this.#caret();
    if (across) this.#across(caret, across, event);
    else if (down) this.#down(caret, down, event.shiftKey);
    else if (event.key === "s") [caret.anchor, caret.focus] = index.sentence(Math.min(caret.anchor, caret.focus));
    else {
      const block = index.blocks[index.at(Math.min(caret.anchor, caret.focus))];
      [caret.anchor, caret.focus] = [block.cp, block.end];
    }
    if (model.units) {
      const snapped = model.toUnits(Math.min(caret.anchor, caret.focus), Math.max(caret.anchor, caret.focus, Math.min(caret.anchor, caret.focus) + 1));
      if (snapped) [caret.anchor, caret.focus] = caret.focus >= caret.anchor ? snapped : snapped.toReversed();
    }
    this.#show(caret);
    return true;
  }

  #across(caret, step, { shiftKey, altKey }) {
    const { index, model } = this.surface;
    if (altKey && !model.units) {
      caret.focus = index.snap(Math.max(0, Math.min(index.length, caret.focus + step)), step);
      if (!shiftKey) caret.anchor = caret.focus;
      return;
    }
    if (shiftKey) {
      caret.focus = model.stop(caret.focus, step, caret.focus + step > caret.anchor ? "end" : "start");
      return;
    }
    // Without Shift: the next or previous word (or unit) itself becomes the selection; punctuation and blanks are passed over.
    const low = Math.min(caret.anchor, caret.focus);
    const high = Math.max(caret.anchor, caret.focus);
    if (model.units) {
      const unit = step > 0 ? model.units.find(([start]) => start >= high) : model.units.findLast(([, end]) => end <= low);
      if (unit) [caret.anchor, caret.focus] = unit;
      return;
    }
    let from = step > 0 ? high : model.stop(low, -1);
    for (let guard = 0; guard < 50; guard += 1) {
      const to = model.stop(from, 1);
      const inOne = index.at(from) === index.at(Math.max(from, to - 1));
      if (to > from && inOne && /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(index.text(from, to))) {
        [caret.anchor, caret.focus] = [from, to];
        return;
      }
      const next = step > 0 ? to : model.stop(from, -1);
      if (next === from) return;
      from = next;
    }
  }

  #down(caret, step, extend) {
    const { index } = this.surface;
    const last = index.blocks.length - 1;
    if (!extend) {
      const block = index.blocks[Math.max(0, Math.min(last, index.at(Math.min(caret.anchor, caret.focus)) + step))];
      caret.anchor = block.cp;
      caret.focus = index.words(block.i)[1] ?? block.end;
      return;
    }
    const here = index.blocks[index.at(caret.focus)];
    if (step > 0) caret.focus = caret.focus < here.end ? here.end : index.blocks[Math.min(last, here.i + 1)].end;
    else caret.focus = caret.focus > here.cp ? here.cp : index.blocks[Math.max(0, here.i - 1)].cp;
  }

  #show({ anchor, focus }) {
    const { surface } = this;
    const [start, end] = anchor < focus ? [anchor, focus] : [focus, anchor];
    getSelection().setBaseAndExtent(...surface.index.position(anchor), ...surface.index.position(focus));
    surface.palette.hide();
    surface.select(end > start ? surface.index.tidy(start, end) : null);
    if (surface.selection) announce(surface.index.text(...surface.selection));
    this.#reveal(focus);
  }

  #reveal(cp) {
    const { index } = this.surface;
    const block = index.blocks[index.at(cp)];
    const rect = block.n ? index.characterRange(block, Math.min(cp, block.end - 1)).getBoundingClientRect() : block.el.getBoundingClientRect();
    const margin = 90;
    if (rect.top < margin) window.scrollBy({ top: rect.top - margin });
    else if (rect.bottom > innerHeight - margin) window.scrollBy({ top: rect.bottom - innerHeight + margin });
  }

  #firstVisible() {
    const block = this.surface.index.blocks.find((item) => item.el.getBoundingClientRect().bottom > 80);
    return block?.cp ?? 0;
  }

  /** Opens the list of all keys. */
  help() {
    const { surface } = this;
    const keys = (...names) => names.flatMap((name, k) => (k ? [" ", h("kbd", {}, name)] : [h("kbd", {}, name)]));
    const moving = surface.model.units
      ? [[keys("←", "→"), gettext("previous or next unit")]]
      : [[keys("←", "→"), gettext("previous or next word")], [keys("Alt+←", "Alt+→"), gettext("one character")]];
    const groups = [
      [gettext("Select"), [...moving,
        [keys("↑", "↓"), gettext("previous or next paragraph")],
        [keys("Shift+…"), gettext("extend the selection")],
        [keys("s", "b"), gettext("the whole sentence, the whole paragraph")],
        [keys("Esc"), gettext("clear the selection")]]],
      [gettext("Code the selection"), [
        [keys("Enter", "/", "c"), inline(gettext("Choose a code"))],
        [keys("1–9"), gettext("a recent code")],
        [keys("i"), gettext("in-vivo label from the words themselves")]]],
      [gettext("Change a coding (the last one, or the one in focus)"), [
        [keys("[", "]"), gettext("move its end back or on")],
        [keys("{", "}"), gettext("move its start back or on")],
        [keys("m"), gettext("details and memo")],
        [keys("d"), gettext("doubtful, yes or no")],
        [keys("r"), gettext("choose another code")],
        [keys("Delete"), gettext("delete (on a stripe)")],
        [keys("Ctrl+Z", "Ctrl+Y"), gettext("undo, redo")]]],
      [gettext("Find codings"), [
        [keys("n", "p"), gettext("next or previous coding")],
        [keys("o"), gettext("all codings at this place")],
        [keys("?"), gettext("this list")]]],
    ];
    const list = h("dl", { class: "keys" });
    for (const [title, rows] of groups) {
      if (surface.readonly && rows !== groups[0][1] && rows !== groups[3][1]) continue;
      list.append(h("h3", {}, title));
      for (const [names, meaning] of rows) list.append(h("dt", {}, ...names), h("dd", {}, meaning));
    }
    const close = h("button", { type: "button", class: "btn pri", onclick: () => box.close() }, gettext("Close"));
    const box = h("dialog", { class: "dlg", "aria-labelledby": "ic-help-title" },
      h("header", {}, h("h2", { id: "ic-help-title" }, gettext("Keys"))), h("div", { class: "body" }, list), h("footer", {}, close));
    document.body.append(box);
    box.addEventListener("close", () => {
      box.remove();
      surface.root.focus({ preventScroll: true });
    });
    box.showModal();
    close.focus();
  }
}
