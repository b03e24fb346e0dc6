// A caret for a text that cannot be edited: it moves by word (or unit), sentence and paragraph, and the browser's selection follows.
const READABLE = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;
const MARGIN = 90;
const UNDER_THE_BAR = 80;

export class Caret {
  /** `selection()` is where to start from ([start, end] or null); `moved(span)` hears of each move (null for a mere place). */
  constructor(index, model, { selection, moved }) {
    Object.assign(this, { index, model, selection, moved });
    this.place = null;
  }

  /** Stands at a code point from now on. */
  set(cp) {
    this.place = { anchor: cp, focus: cp };
  }

  /** Starts from the selection again. */
  forget() {
    this.place = null;
  }

  /** Where it stands: {anchor, focus}. */
  get current() {
    if (!this.place) {
      const [anchor, focus] = this.selection() ?? [this.firstVisible(), this.firstVisible()];
      this.place = { anchor, focus };
    }
    return this.place;
  }

  /** The first code point in the window. */
  firstVisible() {
    const { index } = this;
    const block = index.blocks.find(({ el }) => el.getBoundingClientRect().bottom > UNDER_THE_BAR);
    if (!block) return 0;
    // Of a paragraph that fills the window its beginning may be far away.
    const { top, height } = block.el.getBoundingClientRect();
    return top < UNDER_THE_BAR && height > innerHeight ? index.atHeight(block, UNDER_THE_BAR) : block.cp;
  }

  /** Does what an arrow key, s (sentence) or b (paragraph) asks for; false for any other key. */
  move(event) {
    const { index, model } = this;
    const onwards = this.#readsLeftwards() ? -1 : 1;
    const across = { ArrowRight: onwards, ArrowLeft: -onwards }[event.key];
    const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!across && !down && event.key !== "s" && event.key !== "b") return false;
    if (!index.blocks.length) return false;
    const caret = this.current;
    const low = Math.min(caret.anchor, caret.focus);
    if (across) this.#across(caret, across, event);
    else if (down) this.#down(caret, down, event.shiftKey);
    else if (event.key === "s") [caret.anchor, caret.focus] = index.sentence(low);
    else {
      const block = index.blocks[index.at(low)];
      [caret.anchor, caret.focus] = [block.said, block.end];
    }
    if (model.units) this.#snapToUnits(caret);
    this.#show(caret);
    return true;
  }

  // An arrow goes where it points: in a paragraph of Arabic or Hebrew the text goes on to the left.
  #readsLeftwards() {
    const block = this.index.blocks[this.index.at(this.current.focus)];
    return block !== undefined && getComputedStyle(block.el).direction === "rtl";
  }

  #snapToUnits(caret) {
    const low = Math.min(caret.anchor, caret.focus);
    const snapped = this.model.toUnits(low, Math.max(caret.anchor, caret.focus, low + 1));
    if (snapped) [caret.anchor, caret.focus] = caret.focus >= caret.anchor ? snapped : snapped.toReversed();
  }

  #across(caret, step, { shiftKey, altKey }) {
    const { index, model } = this;
    if (altKey && !model.units) {
      caret.focus = index.snap(Math.max(0, Math.min(index.length, caret.focus + step)), step);
      if (!shiftKey) caret.anchor = caret.focus;
    } else if (shiftKey) caret.focus = model.stop(caret.focus, step, caret.focus + step > caret.anchor ? "end" : "start");
    else if (model.units) this.#nextUnit(caret, step);
    else this.#nextWord(caret, step);
  }

  // Without Shift the next or previous word (or unit) itself becomes the selection.
  #nextUnit(caret, step) {
    const { units } = this.model;
    const low = Math.min(caret.anchor, caret.focus);
    const high = Math.max(caret.anchor, caret.focus);
    const unit = step > 0 ? units.find(([start]) => start >= high) : units.findLast(([, end]) => end <= low);
    if (unit) [caret.anchor, caret.focus] = unit;
  }

  // Punctuation and blanks are passed over.
  #nextWord(caret, step) {
    const { index, model } = this;
    let from = step > 0 ? Math.max(caret.anchor, caret.focus) : model.stop(Math.min(caret.anchor, caret.focus), -1);
    for (let guard = 0; guard < 50; guard += 1) {
      const to = model.stop(from, 1);
      const inOne = index.at(from) === index.at(Math.max(from, to - 1));
      if (to > from && inOne && from >= index.blocks[index.at(from)].said && READABLE.test(index.text(from, to))) {
        [caret.anchor, caret.focus] = [from, to];
        return;
      }
      const next = step > 0 ? to : model.stop(from, -1);
      if (next === from) return;
      from = next;
    }
  }

  #down(caret, step, extend) {
    const { index } = this;
    const last = index.blocks.length - 1;
    if (!extend) {
      const block = index.blocks[Math.max(0, Math.min(last, index.at(Math.min(caret.anchor, caret.focus)) + step))];
      caret.anchor = block.said;
      caret.focus = index.words(block.i)[1] ?? block.end;
      return;
    }
    const here = index.blocks[index.at(caret.focus)];
    if (step > 0) caret.focus = caret.focus < here.end ? here.end : index.blocks[Math.min(last, here.i + 1)].end;
    else caret.focus = caret.focus > here.cp ? here.cp : index.blocks[Math.max(0, here.i - 1)].cp;
  }

  #show({ anchor, focus }) {
    const { index } = this;
    const [start, end] = anchor < focus ? [anchor, focus] : [focus, anchor];
    getSelection().setBaseAndExtent(...index.position(anchor), ...index.position(focus));
    this.moved(end > start ? index.tidy(...index.spokenSpan(start, end)) : null);
    this.#reveal(focus);
  }

  #reveal(cp) {
    const { index } = this;
    const block = index.blocks[index.at(cp)];
    const rect = block.n ? index.characterRange(block, Math.min(cp, block.end - 1)).getBoundingClientRect() : block.el.getBoundingClientRect();
    if (rect.top < MARGIN) window.scrollBy({ top: rect.top - MARGIN });
    else if (rect.bottom > innerHeight - MARGIN) window.scrollBy({ top: rect.bottom - innerHeight + MARGIN });
  }
}
