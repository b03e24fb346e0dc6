// <div id="precedents" data-controller="part precedents"> on the desk of one disagreement. Its part brings <button data-again="RULING"> and a data island
//   {"again": {RULING: {"rows": [{"code", "start", "end"}], "names", "reason", "tag"}}, "outcomes": [{"codes", "names", "times"}]}
// A press says the ruling once more for this place. What is about to stand is held against the outcomes on the same codes, and is said to be
// unlike all of them before it is ruled.
import { announce } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";

const NONE = "∅";
const told = ({ names, times }) => `${names.join(" + ") || NONE} × ${times}`;
const same = (one, other) => one.length === other.size && one.every((code) => other.has(code));

export default function precedents(root) {
  const note = document.querySelector("#unlike-before");
  let known = { again: {}, outcomes: [] };
  let rows = [];

  function hold() {
    if (!note) return;
    const codes = new Set(rows.map((row) => row.code));
    // Before anything is chosen nothing is about to stand, and "no code" was not said.
    const decided = rows.length > 0 || document.querySelector('[data-take="none"][aria-pressed="true"]') !== null;
    const unlike = decided && known.outcomes.length > 0 && !known.outcomes.some((outcome) => same(outcome.codes, codes));
    note.hidden = !unlike;
    note.textContent = unlike ? gettext("Unlike every earlier ruling on these codes: {outcomes}", { outcomes: known.outcomes.slice(0, 3).map(told).join(" · ") }) : "";
  }

  root.addEventListener("ic:attach", () => {
    const island = root.querySelector("script[type='application/json']");
    if (island) known = JSON.parse(island.textContent);
    hold();
  });
  document.addEventListener("ic:standing", (event) => {
    if (!root.isConnected) return;
    rows = event.detail.rows;
    hold();
  });
  root.addEventListener("click", (event) => {
    const chosen = known.again[event.target.closest("[data-again]")?.dataset.again];
    if (!chosen) return;
    document.dispatchEvent(new CustomEvent("ic:rule-again", { detail: chosen }));
    announce(gettext("As ruled before"));
  });
}
