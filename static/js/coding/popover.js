// Placing a popover beside a rectangle, inside the window.
const GAP = 8;

/** Puts `element` below `rect` if it fits there, else above, never outside the window. */
export function place(element, rect) {
  const height = element.offsetHeight;
  const width = element.offsetWidth;
  const below = rect.bottom + GAP + height <= innerHeight;
  const top = below ? rect.bottom + GAP : rect.top - height - GAP;
  element.style.top = `${Math.max(GAP, Math.min(innerHeight - height - GAP, top))}px`;
  element.style.left = `${Math.max(GAP, Math.min(innerWidth - width - GAP, rect.left))}px`;
}
