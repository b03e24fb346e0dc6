// Code point offsets (what Python slices and the database stores) <-> DOM positions (UTF-16 units).
// The server stamps every paragraph: <p class="annotated-text" data-cp="1234" data-n="87">text</p>
//   data-cp = offset of its first code point in the canonical text, data-n = its length in code points.
// Only elements with data-cp carry canonical text; speaker names, time codes and stripes live outside them.
import { lazily } from "ic/lib/dom.js";

const graphemes = lazily(() => new Intl.Segmenter("und", { granularity: "grapheme" }));

/** The last index k with list[k] <= value, or 0. */
export function lastAtMost(list, value) {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (list[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first index k with list[k] > value, or the list's length. */
export function firstOver(list, value) {
  const k = lastAtMost(list, value);
  return list.length && list[k] <= value ? k + 1 : k;
}

// A text node longer than this is cut: the browser goes through all lines of one for each place that is asked for and each mark that is painted.
const LONG = 2000;
const PIECE = 400;
const GAP = /[\s\p{P}](?=[\p{L}\p{N}])/gu;

// Between words where there are any, else between characters that belong together: letters take their shape across the cut, and nobody sees it.
function cut(node) {
  while (node.length > PIECE * 1.5) {
    const text = node.data.slice(0, PIECE * 1.5);
    GAP.lastIndex = PIECE;
    const gap = GAP.exec(text);
    const at = gap ? gap.index + gap[0].length : graphemes().segment(text).containing(PIECE).index;
    if (!at) return;
    node = node.splitText(at);
  }
}

export class TextIndex {
  /** Reads all paragraphs under `root` once. `blocks[i]`: el, i, cp (start), n (length), end, u16 (length in UTF-16 units). */
  constructor(root, language = "zh") {
    this.root = root;
    this.wordSegmenter = lazily(() => new Intl.Segmenter(language, { granularity: "word" }));
    this.sentenceSegmenter = lazily(() => new Intl.Segmenter(language, { granularity: "sentence" }));
    this.indexOf = new WeakMap();
    this.blocks = [...root.querySelectorAll("[data-cp]")].map((el, i) => this.#readBlock(el, i));
    this.starts = Float64Array.from(this.blocks, (block) => block.cp);
    this.length = this.blocks.length ? this.blocks.at(-1).end : 0;
  }

  #readBlock(el, i) {
    const nodes = [];
    if (Number(el.dataset.n) > LONG) for (const node of [...el.childNodes]) if (node.length > LONG) cut(node);
    const walker = document.createTreeWalker(el, NodeFilter.SHOW_TEXT);
    let u16 = 0;
    while (walker.nextNode()) {
      nodes.push({ node: walker.currentNode, at: u16 });
      u16 += walker.currentNode.length;
    }
    const cp = Number(el.dataset.cp);
    const n = Number(el.dataset.n);
    this.indexOf.set(el, i);
    // Who speaks stands beside the text; what says so in the text is not shown twice: the words begin behind it.
    const said = cp + Math.min(n, Number(el.parentElement.dataset.mark ?? 0));
    return { el, i, cp, n, end: cp + n, said, u16, nodes, table: null, words: null };
  }

  /** Index of the block that holds code point `cp` (a gap between two blocks belongs to the one before). */
  at(cp) {
    return lastAtMost(this.starts, cp);
  }

  // UTF-16 index of every code point; built once, and only for blocks that hold characters outside the BMP.
  #table(block) {
    if (block.u16 === block.n) return null;
    if (!block.table) {
      const table = new Uint32Array(block.n + 1);
      let u16 = 0;
      let k = 0;
      for (const character of block.el.textContent) {
        table[k] = u16;
        k += 1;
        u16 += character.length;
      }
      table[k] = u16;
      block.table = table;
    }
    return block.table;
  }

  /** UTF-16 index of the k-th code point of a block. */
  toUnits(block, k) {
    const table = this.#table(block);
    return table ? table[k] : k;
  }

  /** Code point index of a UTF-16 index; a position inside a surrogate pair goes back to its start. */
  toPoints(block, u16) {
    const table = this.#table(block);
    return table ? lastAtMost(table, u16) : u16;
  }

  #node(block, u16) {
    let k = block.nodes.length - 1;
    while (k > 0 && block.nodes[k].at > u16) k -= 1;
    return block.nodes.length ? [block.nodes[k].node, u16 - block.nodes[k].at] : [block.el, 0];
  }

  /** [node, offset] of a code point. */
  position(cp) {
    const block = this.blocks[this.at(cp)];
    return this.#node(block, this.toUnits(block, Math.min(cp - block.cp, block.n)));
  }

  /** A live range over one character (for its rectangle). */
  characterRange(block, cp) {
    const [node, offset] = this.#node(block, Math.max(0, Math.min(this.toUnits(block, cp - block.cp), block.u16 - 1)));
    const range = document.createRange();
    range.setStart(node, offset);
    range.setEnd(node, Math.min(node.length ?? 0, offset + 1));
    return range;
  }

  /** The first code point of a block whose line reaches below a height of the window; the block's end where none does. */
  atHeight(block, y) {
    let low = block.cp;
    let high = block.end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.characterRange(block, middle).getBoundingClientRect().bottom > y) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  staticRange(start, end) {
    const [startContainer, startOffset] = this.position(start);
    const [endContainer, endOffset] = this.position(end);
    return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
  }

  range(start, end) {
    const range = document.createRange();
    range.setStart(...this.position(start));
    range.setEnd(...this.position(end));
    return range;
  }

  /** [start, end] cut into one piece per block: a range over two paragraphs would also paint what stands between them. */
  *pieces(start, end) {
    for (let i = this.at(start); i < this.blocks.length && this.blocks[i].cp < end; i += 1) {
      const block = this.blocks[i];
      const from = Math.max(start, block.cp);
      const to = Math.min(end, block.end);
      if (to > from) yield [block, from, to];
    }
  }

  /** Code point offset of a DOM position; one outside every block goes to the next block's start (forward) or the last one's end. */
  offset(node, offset, forward = true) {
    const host = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const el = host.closest?.("[data-cp]");
    if (el && this.root.contains(el)) {
      const block = this.blocks[this.indexOf.get(el)];
      if (node.nodeType === Node.TEXT_NODE) {
        const known = block.nodes.find((item) => item.node === node);
        return block.cp + this.toPoints(block, known.at + offset);
      }
      const before = document.createRange();
      before.setStart(el, 0);
      before.setEnd(node, offset);
      return block.cp + this.toPoints(block, before.toString().length);
    }
    const point = document.createRange();
    point.setStart(node, offset);
    point.collapse(true);
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const content = document.createRange();
      content.selectNodeContents(this.blocks[middle].el);
      if (point.compareBoundaryPoints(Range.START_TO_START, content) <= 0) high = middle;
      else low = middle + 1;
    }
    if (forward) return low < this.blocks.length ? this.blocks[low].cp : this.length;
    return low > 0 ? this.blocks[low - 1].end : 0;
  }

  /** Code point at a place in the window, or null. */
  atPoint(x, y) {
    const caret = document.caretPositionFromPoint?.(x, y);
    const range = caret ? null : document.caretRangeFromPoint?.(x, y);
    const node = caret?.offsetNode ?? range?.startContainer;
    const host = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!host?.closest?.("[data-cp]") || !this.root.contains(host)) return null;
    const cp = this.offset(node, caret?.offset ?? range.startOffset);
    const block = this.blocks[this.at(cp)];
    return block.said < block.end ? Math.max(cp, block.said) : cp;
  }

  /** Code point nearest to a place in the window: of the paragraph at that height, or the one above it; null where there is none. */
  nearest(x, y) {
    const exact = this.atPoint(x, y);
    if (exact !== null || !this.blocks.length) return exact;
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.blocks[middle].el.getBoundingClientRect().top <= y) low = middle;
      else high = middle - 1;
    }
    const block = this.blocks[low];
    const box = block.el.getBoundingClientRect();
    if (y < box.top) return block.cp;
    if (y >= box.bottom) return block.end;
    return this.atPoint(Math.max(box.left + 1, Math.min(box.right - 1, x)), y);
  }

  /** The browser's selection as [start, end): without white space at its ends, outwards to whole grapheme clusters; or null. */
  selection() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(this.root)) return null;
    return this.tidy(...this.spokenSpan(
      this.offset(range.startContainer, range.startOffset, true),
      this.offset(range.endContainer, range.endOffset, false),
    ));
  }

  /** [start, end) without what says who speaks at its ends; where that alone is selected, it is meant. */
  spokenSpan(start, end) {
    const first = this.blocks[this.at(start)];
    const last = this.blocks[this.at(Math.max(start, end - 1))];
    if (!first) return [start, end];
    const from = start < first.said ? first.said : start;
    const to = last.i > first.i && end <= last.said ? this.blocks[last.i - 1].end : end;
    return to > from ? [from, to] : [start, end];
  }

  tidy(start, end) {
    const text = [...this.text(start, end)];
    let from = 0;
    let to = text.length;
    while (from < to && !text[from].trim()) from += 1;
    while (to > from && !text[to - 1].trim()) to -= 1;
    if (to <= from) return null;
    const [a, z] = [this.#walk(start, from), this.#walk(end, to - text.length)];
    return [this.snap(a, -1), this.snap(z, 1)];
  }

  // Moves over `steps` characters of text(); each gap between two blocks counts as one there, whatever its real length.
  #walk(cp, steps) {
    let here = cp;
    for (let left = Math.abs(steps); left > 0; left -= 1) {
      const block = this.blocks[this.at(steps > 0 ? here : here - 1)];
      if (steps > 0) here = here >= block.end ? this.blocks[block.i + 1]?.cp ?? block.end : here + 1;
      else here = here <= block.cp || here > block.end ? Math.min(block.end, here - 1) : here - 1;
    }
    return here;
  }

  /** The nearest grapheme boundary before (-1) or after (1): never cuts a family emoji, e + ◌́ or a rare Han character in two. */
  snap(cp, direction) {
    const block = this.blocks[this.at(cp)];
    const u16 = this.toUnits(block, Math.min(cp - block.cp, block.n));
    if (u16 === 0 || u16 >= block.u16) return Math.min(cp, block.end);
    const cluster = graphemes().segment(block.el.textContent).containing(u16);
    if (cluster.index === u16) return cp;
    return block.cp + this.toPoints(block, direction < 0 ? cluster.index : cluster.index + cluster.segment.length);
  }

  /** Word boundaries of block i, its end included. */
  words(i) {
    const block = this.blocks[i];
    block.words ??= [...this.wordSegmenter().segment(block.el.textContent)]
      .map((word) => Math.max(block.said, block.cp + this.toPoints(block, word.index))).concat(block.end)
      .filter((at, k, all) => at !== all[k - 1]);
    return block.words;
  }

  /** [start, end) of every sentence of block i, without the blanks around it. */
  sentences(i) {
    const block = this.blocks[i];
    const found = [...this.sentenceSegmenter().segment(block.el.textContent)].filter(({ segment }) => segment.trim());
    return found.map(({ index, segment }) => [index + segment.length - segment.trimStart().length, index + segment.trimEnd().length]
      .map((u16) => block.cp + this.toPoints(block, u16)));
  }

  /** [start, end) of the sentence around cp. */
  sentence(cp) {
    const block = this.blocks[this.at(cp)];
    const u16 = Math.min(this.toUnits(block, Math.min(cp - block.cp, block.n)), Math.max(0, block.u16 - 1));
    const found = this.sentenceSegmenter().segment(block.el.textContent).containing(u16);
    if (!found) return [block.said, block.end];
    return [Math.max(block.said, block.cp + this.toPoints(block, found.index)), block.cp + this.toPoints(block, found.index + found.segment.trimEnd().length)];
  }

  /** What Python's text[start:end] holds, with one line break for what lies between two blocks. */
  text(start, end) {
    let out = "";
    for (let i = this.at(start); i < this.blocks.length && this.blocks[i].cp < end; i += 1) {
      const block = this.blocks[i];
      const from = this.toUnits(block, Math.min(block.n, Math.max(0, start - block.cp)));
      const to = this.toUnits(block, Math.min(block.n, end - block.cp));
      out += block.el.textContent.slice(from, to);
      if (end > block.end && i + 1 < this.blocks.length) out += "\n";
    }
    return out;
  }

  /** The same without what says who speaks: data-mark of its section is how much of a paragraph does. */
  spoken(start, end) {
    return [...this.pieces(start, end)].map(([block, from, to]) => {
      const words = block.cp + Number(block.el.parentElement.dataset.mark ?? 0);
      return to > words ? this.text(Math.max(from, words), to) : "";
    }).filter(Boolean).join("\n");
  }
}
