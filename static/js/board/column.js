// One column of the board: only the lines near the view are in the page, so that it holds thousands.
import { h } from "ic/lib/dom.js";
import { markOf } from "ic/lib/mark.js";
import { gettext } from "ic/lib/words.js";

const LINE = 32;
const AROUND = 12;

/** A listbox in `root`; `board` says what is chosen, at hand, in the chain. */
export class Column {
  constructor(root, level, board) {
    this.level = level;
    this.board = board;
    this.count = root.querySelector(".board-count");
    this.view = root.querySelector(".board-lines");
    this.list = h("div", { class: "board-list", role: "presentation" });
    this.view.append(this.list);
    this.lines = [];
    this.view.addEventListener("scroll", () => { this.asked ??= requestAnimationFrame(() => this.paint()); }, { passive: true });
    new ResizeObserver(() => this.paint()).observe(this.view);
  }

  /** Shows these lines. */
  show(lines) {
    this.lines = lines;
    this.at = new Map(lines.map((line, n) => [line.code?.id, n]));
    this.list.style.blockSize = `${lines.length * LINE}px`;
    this.count.textContent = lines.filter((line) => line.code).length.toLocaleString();
    this.paint();
  }

  codes() {
    return this.lines.filter((line) => line.code).map((line) => line.code);
  }

  /** The code so many lines further, or the one nearest to the end. */
  next(code, by) {
    const codes = this.codes();
    const here = codes.findIndex((other) => other.id === code?.id);
    return codes[here < 0 ? 0 : Math.max(0, Math.min(codes.length - 1, here + by))] ?? null;
  }

  reach(code) {
    const n = this.at.get(code.id);
    if (n === undefined) return;
    const top = n * LINE;
    const { scrollTop, clientHeight } = this.view;
    if (top < scrollTop + LINE) this.view.scrollTop = Math.max(0, top - LINE);
    else if (top + LINE > scrollTop + clientHeight) this.view.scrollTop = top + 2 * LINE - clientHeight;
    this.paint();
  }

  paint() {
    cancelAnimationFrame(this.asked);
    this.asked = undefined;
    const from = Math.max(0, Math.floor(this.view.scrollTop / LINE) - AROUND);
    const to = Math.min(this.lines.length, Math.ceil((this.view.scrollTop + this.view.clientHeight) / LINE) + AROUND);
    const shown = [];
    for (let n = from; n < to; n += 1) {
      const line = this.lines[n];
      const node = line.code ? this.#row(line.code, n) : this.#head(line);
      node.style.insetBlockStart = `${n * LINE}px`;
      shown.push(node);
    }
    this.list.replaceChildren(...shown);
    const at = this.board.at;
    const active = at && at.level === this.level && this.list.querySelector(`[id="row-${at.id}"]`);
    if (active) this.view.setAttribute("aria-activedescendant", active.id);
    else this.view.removeAttribute("aria-activedescendant");
  }

  #head({ head, n }) {
    const name = head ? [markOf(head.mark), h("span", { class: "code-number" }, head.number), h("span", { class: "one-line" }, head.name)]
      : [h("span", { class: "one-line" }, gettext("Nothing above them yet"))];
    return h("div", { class: "board-head", role: "presentation", dataset: { parent: head?.id ?? "" } }, ...name, h("span", { class: "board-number" }, String(n)));
  }

  #row(code, n) {
    const { board } = this;
    const thin = board.model.thin(code);
    const flag = thin.length ? [h("span", { class: "board-thin", title: thin.join(", ") }, "▲", h("span", { class: "visually-hidden" }, thin.join(", ")))] : [];
    const figures = this.level < 2 ? [code.passages, code.cases, code.documents, code.coders] : [code.passages, code.cases];
    const row = h("div", {
      class: "board-row",
      id: `row-${code.id}`,
      role: "option",
      draggable: board.edit ? "true" : null,
      title: code.name,
      "aria-selected": String(board.model.chosen.has(code.id)),
      "aria-setsize": this.lines.length,
      "aria-posinset": n + 1,
      dataset: { id: code.id },
    }, markOf(code.mark), h("span", { class: "code-number" }, code.number), h("span", { class: "board-name one-line" }, code.name), ...flag,
    ...figures.map((figure) => h("span", { class: figure ? "board-number" : "board-number none" }, String(figure))));
    if (board.chain.has(code.id)) row.classList.add("in-chain");
    if (board.at?.id === code.id) row.classList.add("at");
    if (board.model.chosen.has(code.id)) row.classList.add("chosen");
    return row;
  }
}
