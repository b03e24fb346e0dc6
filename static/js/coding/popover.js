// Placing a popover: at a rectangle, or at words, of which it never covers any; under a finger in a narrow window as a sheet from below.
const GAP = 8;
const LEAST = 220; // the filter, some rows, what else can be done
const TIGHT = 320; // no room for a definition
const STRIPES = 36; // where the names in the margin begin
const WIDE = 380;

/** Whether popovers are sheets. */
export const isSheet = () => matchMedia("(max-width: 860px) and (pointer: coarse)").matches;

// Above a keyboard on the screen, which lies over the page; the text is scrolled until `rect` is clear of it.
function asSheet(element, rect) {
  const { style } = element;
  const { height, offsetTop } = window.visualViewport;
  for (const name of ["top", "left", "maxHeight"]) style[name] = "";
  style.bottom = `${Math.max(0, innerHeight - height - offsetTop)}px`;
  const hidden = rect ? rect.bottom + GAP - element.getBoundingClientRect().top : 0;
  if (hidden > 0) scrollBy({ top: hidden, behavior: "instant" });
}

/** Puts `element` below `rect` if it fits there, else above, never outside the window. */
export function place(element, rect) {
  const { style } = element;
  element.classList.toggle("sheet", isSheet());
  if (isSheet()) {
    asSheet(element, rect);
    return;
  }
  element.classList.remove("tight");
  style.maxHeight = "";
  style.bottom = "auto";
  const height = element.offsetHeight;
  const below = rect.bottom + GAP + height <= innerHeight;
  const top = below ? rect.bottom + GAP : rect.top - height - GAP;
  style.top = `${Math.max(GAP, Math.min(innerHeight - height - GAP, top))}px`;
  style.left = `${Math.max(GAP, Math.min(innerWidth - element.offsetWidth - GAP, rect.left))}px`;
}

/** Puts `element` at the words of a span: into the margin beside them where it is wide enough, so that no text is covered; else below or above
 *  them, on the `side` where it was as long as it has room there. Where words fill the window the text is scrolled to make room, unless the
 *  popover only `follows` them. Returns the side; it grows away from the words and stays at them when it shrinks. */
export function placeAtWords(element, surface, span, { side = null, follows = false } = {}) {
  element.classList.toggle("sheet", isSheet());
  if (isSheet()) {
    asSheet(element, follows ? null : surface.place(...span));
    return "sheet";
  }
  const right = surface.index.blocks[surface.index.at(span[0])].el.getBoundingClientRect().right;
  let rect = surface.place(...span);
  const room = () => ({ below: innerHeight - rect.bottom - 2 * GAP, above: rect.top - 2 * GAP });
  let where = innerWidth - right - STRIPES - GAP >= WIDE ? "beside" : sideFor(element, room(), side);
  if (!where && !follows) {
    const { below, above } = room();
    const up = LEAST - below;
    const down = LEAST - above;
    where = up <= down || scrollY < down ? "below" : "above";
    const before = scrollY;
    scrollBy({ top: where === "below" ? up : -down, behavior: "instant" });
    rect = new DOMRect(rect.left, rect.top + before - scrollY, rect.width, rect.height);
  }
  where ??= side ?? "below";
  if (where === "beside") besideWords(element, rect, right);
  else atEdge(element, rect, where, room()[where]);
  return where;
}

function sideFor(element, { below, above }, side) {
  if (side && { below, above }[side] >= LEAST) return side;
  element.style.maxHeight = "";
  const wanted = element.offsetHeight;
  if (wanted <= below) return "below";
  if (wanted <= above) return "above";
  const roomier = below >= above ? "below" : "above";
  return Math.max(below, above) >= LEAST ? roomier : null;
}

function besideWords(element, rect, right) {
  const { style } = element;
  element.classList.remove("tight");
  const head = Math.max(0, document.querySelector(".bar")?.getBoundingClientRect().bottom ?? 0);
  style.maxHeight = `${innerHeight - head - 2 * GAP}px`;
  style.bottom = "auto";
  style.top = `${Math.max(head + GAP, Math.min(innerHeight - element.offsetHeight - GAP, rect.top))}px`;
  style.left = `${right + STRIPES}px`;
}

// It is fastened at the edge that lies at the words.
function atEdge(element, rect, where, room) {
  const { style } = element;
  element.classList.toggle("tight", room < TIGHT);
  style.maxHeight = `${Math.max(LEAST, room)}px`;
  style.top = where === "below" ? `${rect.bottom + GAP}px` : "auto";
  style.bottom = where === "below" ? "auto" : `${innerHeight - rect.top + GAP}px`;
  style.left = `${Math.max(GAP, Math.min(innerWidth - element.offsetWidth - GAP, rect.left))}px`;
}
