// The names that the margin has folded into "+3": shown beside it while somebody points at it or has the focus on it.
import { h } from "ic/lib/dom.js";
import { markOf, tone } from "ic/lib/mark.js";
import { listen } from "ic/coding/keyboard.js";
import { foldedIn } from "ic/coding/margin.js";
import { place } from "ic/coding/popover.js";

const LEAVING = 200;

/** Connects the buttons "+n" in the margin. What is shown is for the eye: the button itself says the names. */
export function listenToFolded({ root, model, painter, menu, keys }) {
  const list = document.body.appendChild(h("ul", { class: "folded-names", popover: "manual", "aria-hidden": "true" }));
  let shown = null;
  let timer = null;

  // A moment later: the focus also comes back here while another popover still closes.
  const soon = (button) => {
    clearTimeout(timer);
    timer = setTimeout(() => show(button));
  };
  function show(button) {
    if (shown === button || !button.isConnected || menu.open) return;
    shown = button;
    list.replaceChildren(...foldedIn(button).map((coding) => h("li", { class: tone(model.mark(coding)), dataset: { id: coding.id } }, markOf(model.mark(coding)), model.name(coding))));
    if (!list.matches(":popover-open")) list.showPopover();
    place(list, button.getBoundingClientRect());
  }
  function hide() {
    clearTimeout(timer);
    if (!shown) return;
    shown = null;
    list.hidePopover();
    painter.mark("active");
  }
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(hide, LEAVING);
  };
  const codingOf = (event) => model.codings.get(event.target.closest("[data-id]")?.dataset.id);

  for (const [type, act] of [["pointerover", soon], ["focusin", soon], ["pointerout", later], ["focusout", hide], ["click", hide]]) {
    root.addEventListener(type, (event) => event.target.closest(".more") && act(event.target.closest(".more")));
  }
  // The text has the same press for its own: Escape in it does both.
  const putAway = () => {
    hide();
    return false;
  };
  listen(root, keys, "folded", { putAway }, { capture: true });
  addEventListener("scroll", hide, { passive: true });
  list.addEventListener("pointerover", (event) => {
    clearTimeout(timer);
    const coding = codingOf(event);
    if (coding) painter.mark("active", coding.start, coding.end);
  });
  list.addEventListener("pointerout", later);
  // A press must not take the selected words away.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const coding = codingOf(event);
    const rect = shown?.getBoundingClientRect();
    hide();
    if (coding && rect) menu.show(coding, rect);
  });
}
