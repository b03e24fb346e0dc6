// A finger selects by a long press and the browser's own handles, of which the page hears only that the selection is another one: when it has
// come to rest the list of codes opens, as a sheet from below. A tap lets go of the words, and shows the coding that lies there.
const REST = 350;

/** `tapped(event)` hears of each tap on the text, after the browser has done what it does: nothing that opens then lies under the same tap. */
export function listenToTouch(surface, tapped) {
  const { root } = surface;
  let touched = false;
  let shown = "";
  let timer;
  root.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; }, { capture: true });
  document.addEventListener("keydown", () => { touched = false; }, { capture: true });
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    if (touched) timer = setTimeout(settled, REST);
  });
  root.addEventListener("click", (event) => {
    if (!touched || event.target.closest(".strip, .coding-handle, button")) return;
    surface.clearSelection();
    shown = "";
    tapped(event);
  });

  function settled() {
    const { palette, naming, index, readonly } = surface;
    if (readonly || palette.focused || naming.open || surface.handles?.drag || surface.find.focused) return;
    const span = index.selection();
    // What was coded stays selected.
    if (!span || String(span) === shown) return;
    shown = String(span);
    if (surface.select(span)) palette.show(surface.place(...surface.selection));
  }
}
