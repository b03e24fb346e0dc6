// What arrives by itself waits while somebody presses or drags: a button that is replaced, or moved by what comes above it, between down and up
// of a pointer is not pressed, and something else may be.
const SPACE = " ";
let pressed = false;
let dragged = false;
let waiting = [];

function letGo() {
  pressed = dragged = false;
  // What was pressed comes first: its click follows in the same turn.
  setTimeout(() => {
    if (pressed) return;
    const now = waiting;
    waiting = [];
    for (const done of now) done();
  });
}

addEventListener("pointerdown", ({ button }) => { pressed ||= button === 0; }, true);
addEventListener("keydown", ({ key }) => { pressed ||= key === SPACE; }, true);
addEventListener("dragstart", () => { pressed = dragged = true; }, true);
addEventListener("pointercancel", () => { if (!dragged) letGo(); }, true); // which a drag begins with
addEventListener("keyup", ({ key }) => { if (key === SPACE) letGo(); }, true);
// Where a pointer is let go outside of the window, or above a menu of the browser, nothing is said until it moves again.
addEventListener("pointermove", ({ buttons }) => { if (pressed && !buttons) letGo(); }, true);
for (const end of ["pointerup", "dragend", "contextmenu"]) addEventListener(end, letGo, true);
addEventListener("blur", () => { if (!dragged) letGo(); });

/** Resolves when nothing is pressed or dragged: at once, nearly always. */
export function released() {
  return pressed ? new Promise((done) => waiting.push(done)) : Promise.resolve();
}
