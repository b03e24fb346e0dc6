// Where one was in a document: the page opens there again. What was read last is kept in this browser for person, round and document;
// the server knows where something was coded last, which another browser goes by.
import { gettext } from "ic/lib/words.js";

const KEY = "ic-place/";

export class Returning {
  /** `scope` names person, round and document. */
  constructor(scope, surface) {
    this.key = KEY + scope;
    this.surface = surface;
    const keep = () => this.keep();
    window.addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
  }

  /** Notes the first paragraph in the window; nothing where one is still at the top. */
  keep() {
    try {
      if (scrollY) localStorage.setItem(this.key, JSON.stringify([this.surface.caret.firstVisible(), Date.now()]));
      else localStorage.removeItem(this.key);
    } catch {
      // See #kept().
    }
  }

  #kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null; // a browser that keeps nothing, or something else than was kept: what was coded last has to do
    }
  }

  /** Scrolls to where one was, unless the page was asked for at a place of its own, and returns a sentence about it, or null.
   *  `worked` is [code point, time] of the last coding, or null where there is none. */
  open(worked) {
    const way = performance.getEntriesByType("navigation")[0]?.type;
    const { index } = this.surface;
    if (scrollY || location.hash || way === "reload" || way === "back_forward" || !index.blocks.length) return null;
    const read = this.#kept();
    const [cp] = read && read[1] >= (worked?.[1] ?? 0) ? read : worked ?? [0];
    const block = index.blocks[index.at(cp)];
    if (!cp || block.el.getBoundingClientRect().bottom < innerHeight) return null;
    block.el.scrollIntoView({ block: read?.[0] === cp ? "start" : "center" });
    if (block.el.offsetHeight > innerHeight) scrollBy({ top: index.characterRange(block, cp).getBoundingClientRect().top - innerHeight / 2, behavior: "instant" });
    this.surface.caret.set(cp);
    return gettext("Opened where you were: paragraph {n}", { n: block.i + 1 });
  }
}
