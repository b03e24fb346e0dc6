// <div data-controller="compare"> around .compare-line elements: j ↓ and k ↑ go from one difference to the next, into the part beyond where this one
// ends; Enter opens the disagreement at hand.
import { announce, inTextField } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export default function compare(root) {
  const lines = [...root.querySelectorAll(".compare-line")];
  const at = () => root.querySelector(".compare-line.at");

  function reach(line) {
    at()?.classList.remove("at");
    line.classList.add("at");
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "center" });
  }

  function step(by) {
    const here = lines.indexOf(at());
    const ahead = by > 0 ? lines.slice(here + 1) : lines.slice(0, Math.max(here, 0)).reverse();
    const next = ahead.find((line) => "differs" in line.dataset);
    if (next) return reach(next);
    const beyond = root.querySelector(`[data-beyond="${by}"]`);
    if (beyond) return beyond.click();
    announce(by > 0 ? gettext("No further difference in this document") : gettext("No difference before this one in this document"));
  }

  for (const button of root.querySelectorAll("[data-step]")) button.addEventListener("click", () => step(Number(button.dataset.step)));
  root.addEventListener("focusin", (event) => {
    const line = event.target.closest(".compare-line");
    if (!line || line === at()) return;
    at()?.classList.remove("at");
    line.classList.add("at");
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || inTextField(event) || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("select")) return;
    if (event.key in STEPS) step(STEPS[event.key]);
    else if (event.key === "Enter" && !event.target.closest?.("a[href], button, summary") && at()?.querySelector("[data-rule]")) at().querySelector("[data-rule]").click();
    else return;
    event.preventDefault();
  });
  const here = at();
  if (here) reach(here);
}
