// <fieldset data-controller="teach" hidden> in the form of a ruling: what it teaches, for the codebook. <button data-do="teach"> shows it, filled
// in: the code that stands first (else one that coders used), the reason as a rule in words, the passage as an example, or a near miss
// where the code does not stand. A second press takes it away; what is hidden is not sent.
import { announce } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";

export default function teach(fields) {
  const form = fields.closest("form");
  const button = form.querySelector('[data-do="teach"]');
  const [code, rule, text, quote] = ["code", "rule", "text", "quote"].map((name) => form.elements[`lessons.0.${name}`]);
  let written = false;

  const standing = () => [...form.querySelectorAll("#standing li")].map((row) => ({ id: row.querySelector("input").value, name: row.querySelector("b").textContent }));

  function offer() {
    for (const { id, name } of standing()) if (![...code.options].some((one) => one.value === id)) code.append(new Option(name, id));
  }

  function fill() {
    const [first] = standing();
    if (first) code.value = first.id;
    say();
  }

  // What the passage is to the code follows from whether it stands here.
  function say() {
    const stands = standing().some(({ id }) => id === code.value);
    rule.value = stands ? "include" : "exclude";
    quote.value = stands ? "example" : "near_miss";
  }

  function open(shown) {
    fields.hidden = !shown;
    for (const control of [code, rule, text, quote]) control.disabled = !shown;
    button.setAttribute("aria-pressed", String(shown));
    if (!shown) return;
    offer();
    fill();
    written = false;
    text.value = form.elements.reason.value;
    announce(gettext("For the codebook"));
  }

  button.addEventListener("click", () => open(fields.hidden));
  code.addEventListener("change", say);
  text.addEventListener("input", () => { written = true; });
  form.elements.reason.addEventListener("input", () => { if (!written) text.value = form.elements.reason.value; });
  document.addEventListener("ic:standing", () => { if (!fields.hidden) { offer(); fill(); } });
}
