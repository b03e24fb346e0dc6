// Where units end and which one is at hand, drawn over the text while one goes unit by unit; what was said of units as highlights.
// Only near the window: what is far is drawn when it comes near.
import { h } from "ic/lib/dom.js";
import { firstOver } from "ic/coding/offsets.js";

const SAID = { no_code: "ic-no-code", skipped: "ic-skipped" };

export class Edges {
  constructor(surface, walk) {
    this.surface = surface;
    this.walk = walk;
    this.layer = h("div", { class: "unit-edges", "aria-hidden": "true" });
    this.highlights = Object.fromEntries(Object.entries(SAID).map(([kind, name]) => [kind, surface.painter.register(name, 10)]));
    surface.root.addEventListener("ic-near", () => this.show());
  }

  clear() {
    this.layer.remove();
    for (const highlight of Object.values(this.highlights)) highlight.clear();
  }

  // Reads all places first, then writes.
  show() {
    const { walk, surface } = this;
    if (!walk.on) return;
    const { index, painter, root } = surface;
    for (const highlight of Object.values(this.highlights)) highlight.clear();
    const { from, to } = painter.near;
    if (to <= from) return;
    const frame = root.getBoundingClientRect();
    const ticks = [];
    const last = index.blocks[to - 1].end;
    for (let k = firstOver(walk.ends, index.blocks[from].cp); k < walk.units.length && walk.units[k][0] < last; k += 1) {
      const [start, end] = walk.units[k];
      const kind = walk.state(k);
      if (SAID[kind]) for (const [, a, b] of index.pieces(start, end)) this.highlights[kind].add(index.staticRange(a, b));
      const block = index.blocks[index.at(end - 1)];
      // A paragraph ends where everybody sees it.
      if (end >= block.end) continue;
      const box = index.characterRange(block, end - 1).getBoundingClientRect();
      const rtl = getComputedStyle(block.el).direction === "rtl";
      ticks.push([(rtl ? box.left : box.right) - frame.left, box.top - frame.top, box.height]);
    }
    const lines = this.#lines(frame);
    this.layer.replaceChildren(...ticks.map((tick) => drawn("i", tick)), ...lines.map((line) => drawn("b", line)));
    root.append(this.layer);
  }

  // One box for each line of the unit at hand.
  #lines(frame) {
    const lines = [];
    for (const box of this.surface.index.range(...this.walk.here).getClientRects()) {
      const line = lines.at(-1);
      if (line && Math.abs(line.top - box.top) < box.height / 2) {
        line.left = Math.min(line.left, box.left);
        line.right = Math.max(line.right, box.right);
      } else lines.push({ left: box.left, right: box.right, top: box.top, height: box.height });
    }
    return lines.map(({ left, right, top, height }) => [left - frame.left - 2, top - frame.top - 1, height + 2, right - left + 4]);
  }
}

function drawn(tag, [left, top, height, width]) {
  const box = h(tag, {});
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
  box.style.height = `${height}px`;
  if (width !== undefined) box.style.width = `${width}px`;
  return box;
}
