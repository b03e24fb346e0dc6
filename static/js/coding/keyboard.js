// The keys of the text. They work only while the document region, or a stripe in it, has the focus. What they do is said in one table
// (keymap.js); a key whose command does not apply is left to the browser.

/** Lets the first Tab of a page that was just opened lead to the text, without taking the focus there. */
export function startAt(root) {
  if (document.activeElement !== document.body || location.hash) return;
  const place = document.createElement("span");
  place.tabIndex = -1;
  root.before(place);
  place.focus({ preventScroll: true });
  place.remove();
}

/** Connects the keys pressed in `root` with `commands`, by the table of `keys`. */
export function listenToKeys(root, { commands, keys, walk }) {
  root.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const places = event.target.closest(".strip") ? ["stripe", undefined] : walk.on ? ["walk", "text", undefined] : ["text", undefined];
    for (const { run, values } of keys.meant(event, ...places)) {
      if (!commands[run](...values, event)) continue;
      event.preventDefault();
      return;
    }
  });
}
