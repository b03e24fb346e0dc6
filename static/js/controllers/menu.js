// <details class="dropdown" data-controller="menu"><summary class="btn">…</summary><ul class="dropdown-list"><li><a>…</a></li></ul></details>
// Closes on Escape (focus goes back to the summary), on a press outside and when the focus leaves; arrow keys walk the items.
export default function menu(details) {
  const summary = details.querySelector("summary");
  const items = () => [...details.querySelectorAll(".dropdown-list :is(a[href], button:not(:disabled), input)")];

  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      details.open = false;
      summary.focus();
      event.stopPropagation();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== "Home" && event.key !== "End") return;
    if (event.target.matches("input:not([type=checkbox]):not([type=radio])")) return;
    const all = items();
    if (!details.open || !all.length) {
      if (step !== 1) return;
      details.open = true;
    }
    event.preventDefault();
    const at = all.indexOf(document.activeElement);
    const next = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : (at + step + all.length) % all.length;
    all[at < 0 && step === -1 ? all.length - 1 : next]?.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (details.open && !details.contains(event.target)) details.open = false;
  });
  details.addEventListener("focusout", (event) => {
    if (details.open && event.relatedTarget && !details.contains(event.relatedTarget)) details.open = false;
  });
}
