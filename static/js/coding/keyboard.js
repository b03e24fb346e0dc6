// The keys of the page: each place listens for those that the one table (keymap.js) has for it. Those of the text work only while the document
// region, or a stripe in it, has the focus.

/** Lets the first Tab of a page that was just opened lead to the text, without taking the focus there. */
export function startAt(root) {
  if (document.activeElement !== document.body || location.hash) return;
  const place = document.createElement("span");
  place.tabIndex = -1;
  root.before(place);
  place.focus({ preventScroll: true });
  place.remove();
}

/**
 * Runs, for what is pressed in `element`, what the table of `keys` has for its place (or places, or what `where(event)` says): one of `acts`, by
 * name. One that says false does not apply: the next is asked, and at last the press is left to the browser.
 */
export function listen(element, keys, where, acts, { capture = false } = {}) {
  element.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const places = typeof where === "function" ? where(event) : where;
    for (const { run, values } of keys.meant(event, ...[places].flat())) {
      if (acts[run](...values, event) === false) continue;
      event.preventDefault();
      return;
    }
  }, { capture });
}

/** Connects the keys pressed in `root` with `commands`; what is pressed in a bar within it is no act on the text. */
export function listenToKeys(root, surface) {
  const { commands, keys, walk } = surface;
  const where = ({ target }) => {
    if (surface.coming || target.closest(".find")) return [];
    if (!walk.on) surface.catchUp();
    return target.closest(".strip") ? ["stripe", undefined] : walk.on ? ["walk", "text", undefined] : ["text", undefined];
  };
  listen(root, keys, where, commands);
  listen(document, keys, "page", commands);
}
