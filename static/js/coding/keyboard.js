// The keys of the surface. They work only while the document region, or a stripe in it, has the focus. What they do is a command
// (commands.js) or a move of the caret; a key whose command does not apply is left to the browser.
const ANYWHERE = { "?": "help", n: "next", p: "previous", "[": "endBack", "]": "endOn", "{": "startBack", "}": "startOn", d: "doubt", m: "details", M: "memos", r: "recode", l: "ownLabels", u: "walk", g: "documents", "/": "codebook" };
const REMOVES = new Set(["Delete", "Backspace"]);
const ON_TEXT = { Escape: "clear", o: "overlapping", Delete: "removeLatest", Backspace: "removeLatest" };
const ON_SELECTION = { Enter: "choose", c: "choose", i: "inVivo" };
const ALONG_STRIPES = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Connects the keys pressed in `root` with `commands` and `caret`. */
export function listenToKeys(root, commands, caret) {
  const run = (name, ...values) => Boolean(name) && commands[name](...values);

  function withControl({ key, shiftKey, altKey }) {
    const letter = key.toLowerCase();
    if (letter === "f" && !altKey && !shiftKey) return run("find");
    if (altKey || (letter !== "z" && letter !== "y")) return false;
    return run(letter === "z" && !shiftKey ? "undo" : "redo");
  }

  function onStripe(event) {
    const step = ALONG_STRIPES[event.key];
    if (event.key === "Escape") return run("leave");
    if (REMOVES.has(event.key)) return run("remove", event.target.dataset.id);
    if (!step) return false;
    const buttons = [...event.target.closest(".strip").querySelectorAll("button")];
    const next = buttons[buttons.indexOf(event.target) + step];
    if (next) {
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
    return true;
  }

  function onText(event) {
    const { key, altKey, shiftKey } = event;
    if (run(ON_TEXT[key])) return true;
    if (key === "Enter" && shiftKey) return run("inVivo");
    if (!altKey && (run(ON_SELECTION[key]) || (/^[1-9]$/.test(key) && run("recent", Number(key))))) return true;
    return caret.move(event);
  }

  function handled(event) {
    if (event.ctrlKey || event.metaKey) return withControl(event);
    const stripe = event.target.closest(".strip");
    if (!stripe && run("walking", event)) return true;
    if (stripe && onStripe(event)) return true;
    if (!event.altKey && run(ANYWHERE[event.key])) return true;
    return !stripe && onText(event);
  }

  root.addEventListener("keydown", (event) => {
    if (!event.isComposing && !event.defaultPrevented && handled(event)) event.preventDefault();
  });
}
