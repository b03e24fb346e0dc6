// The pointer on the text: a selection opens the palette, a press on a coding its details; codings light up under it. For fingers see touch.js.
import { gettext } from "ic/lib/words.js";
import { degrees } from "ic/coding/doubt.js";
import { listenToFolded } from "ic/coding/folded.js";
import { foldedIn } from "ic/coding/margin.js";
import { listenToTouch } from "ic/coding/touch.js";

const STILL = 3;
const QUOTE = 60;

/** Connects the pointer, and the focus on stripes, with the surface. */
export function listenToPointer(surface) {
  const { root, index, model, painter, menu, palette, caret } = surface;
  const codingOf = (event) => model.codings.get(event.target.closest?.("[data-id]")?.dataset.id);
  let pressed = null;
  let presses = 0;
  listenToFolded(surface);
  listenToTouch(surface, pressedAt);

  function released(event, moved) {
    const span = index.selection();
    if (span && surface.select(span)) {
      // What is typed next is a name.
      if (!surface.readonly) palette.show(surface.place(...surface.selection), { focus: true });
      return;
    }
    if (moved) palette.hide();
    else pressedAt(event);
  }

  function pressedAt(event) {
    palette.hide();
    if (!event.target.closest?.("[data-cp]")) return;
    const cp = index.atPoint(event.clientX, event.clientY);
    if (cp === null) return;
    if (surface.walk.on) {
      surface.walk.goTo(cp);
      return;
    }
    caret.set(cp);
    const here = model.at(cp);
    const rect = new DOMRect(event.clientX, event.clientY - 8, 1, 20);
    if (here.length === 1) menu.show(here[0], rect);
    else if (here.length) menu.list(here, rect);
  }

  root.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".strip") || event.pointerType === "touch") return;
    caret.forget();
    // What was coded stays selected: a press within it would begin to drag its words away, in place of selecting some of them.
    if (!event.shiftKey && event.button === 0) surface.clearSelection();
    pressed = [event.clientX, event.clientY];
    presses += 1;
  });
  document.addEventListener("pointerup", (event) => {
    if (!pressed) return;
    const moved = Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > STILL;
    pressed = null;
    // After the browser has settled the selection (a press on a selection clears it only now). Of two or three presses in a row the last one
    // counts: the list that the one before opened has the focus, and the words seem not to be selected.
    const mine = presses;
    setTimeout(() => { if (mine === presses) released(event, moved); });
  });
  root.addEventListener("pointerover", (event) => {
    const coding = codingOf(event);
    if (coding && !menu.coding) painter.mark("active", coding.start, coding.end);
  });
  root.addEventListener("pointerout", (event) => {
    if (codingOf(event) && !menu.coding) painter.mark("active");
  });
  root.addEventListener("focusin", (event) => {
    const coding = event.target.matches(".stripe") ? codingOf(event) : null;
    if (!coding) return;
    surface.focusCoding(coding);
    const quote = index.text(coding.start, Math.min(coding.end, coding.start + QUOTE));
    const parts = [model.name(coding), quote, coding.doubt && degrees()[coding.doubt], coding.typical && gettext("Typical"), coding.memo && gettext("has a memo")];
    event.target.setAttribute("aria-label", parts.filter(Boolean).join(": "));
  });
  root.addEventListener("focusout", (event) => {
    if (event.target.matches(".stripe") && !menu.coding) painter.mark("active");
  });
  root.addEventListener("click", (event) => {
    const more = event.target.closest(".more");
    if (more) {
      menu.list(foldedIn(more), more.getBoundingClientRect());
      return;
    }
    const coding = codingOf(event);
    if (coding) menu.show(coding, event.target.getBoundingClientRect());
  });
}
