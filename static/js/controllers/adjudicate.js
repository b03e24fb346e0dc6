// <section data-controller="adjudicate"> around the desk of one disagreement. Keys press what the page offers, nothing else:
//   1…9 [data-take="1"] …   0 [data-take="none"]   Enter, Ctrl+Enter [data-do="rule"]   s [data-do="defer"]   d [data-do="discuss"]
//   t [data-do="text"]   . [data-do="again"]   g [data-do="alike"]   r [data-do="repeat"]   c [data-do="teach"]   p [data-do="as-before"]   u [data-do="undo"]   j ↓ [data-do="next"]   k ↑ [data-do="previous"]   ? [data-do="help"]
// What a take does is in ruling.js. While one types only Ctrl+Enter counts.
import { announce, inTextField } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";

const KEYS = { s: "defer", d: "discuss", u: "undo", t: "text", r: "repeat", ".": "again", g: "alike", c: "teach", p: "as-before", j: "next", ArrowDown: "next", k: "previous", ArrowUp: "previous", "?": "help" };

export default function adjudicate(root) {
  const press = (selector) => {
    const target = root.querySelector(`${selector}:not(:disabled)`);
    if (!target) return false;
    target.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (!root.isConnected || "waits" in root.dataset) return; // another desk is there, or the ruling before is on its way
    if (event.isComposing || event.altKey || document.querySelector("dialog[open]")) return;
    const withControl = event.ctrlKey || event.metaKey;
    if (withControl) {
      if (event.key === "Enter" && press('[data-do="rule"]')) event.preventDefault();
      return;
    }
    if (inTextField(event)) return;
    if (event.key === "Enter") {
      // Enter on a link or button does what that link or button does.
      if (event.target.closest?.("a[href], button, summary")) return;
      if (press('[data-do="rule"]')) event.preventDefault();
      return;
    }
    if (/^[0-9]$/.test(event.key)) {
      const found = press(`[data-take="${event.key === "0" ? "none" : event.key}"]`);
      if (!found) announce(gettext("There is no choice {key} here", { key: event.key }));
      event.preventDefault();
      return;
    }
    const name = KEYS[event.key];
    if (!name || (event.key.startsWith("Arrow") && event.target.closest?.("[role=tree], [role=listbox], [role=radiogroup], input[type=radio]"))) return;
    if (press(`[data-do="${name}"]`)) event.preventDefault();
  });
}
