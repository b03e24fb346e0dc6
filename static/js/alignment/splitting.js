// The dialog that splits passages off a label: those of the label at hand that the card shows.
import { h } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

/** Returns what opens the dialog for the label of the passage that has the focus, else for the first one with several passages. */
export function splitting(root, page, problem) {
  const dialog = document.getElementById("align-split");
  const form = dialog.querySelector("form");
  const held = document.getElementById("align-split-passages");
  const refused = document.getElementById("align-split-problem");
  let label;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const keys = [...held.querySelectorAll("input:checked")].map((box) => box.value);
    const body = { label: label.id, keys, off: { name: form.elements.off.value }, rest: { name: form.elements.rest.value }, seen: page.seen };
    refused.hidden = true;
    if (!keys.length) {
      refused.textContent = gettext("Choose the passages that mean something else.");
      refused.hidden = false;
      return;
    }
    try {
      await api(`/api/v1/rounds/${page.round}/labels/split`, { method: "POST", body });
      location.reload();
    } catch (error) {
      if (!error.problem) throw error;
      refused.textContent = error.problem.detail ?? error.problem.title;
      refused.hidden = false;
    }
  });

  return () => {
    const passages = [...root.querySelectorAll("[data-passage]")];
    const of = (id) => passages.filter((passage) => passage.dataset.of === id);
    const here = document.activeElement?.closest?.("[data-passage]");
    const waiting = page.labels.filter((other) => !other.placed && of(other.id).length > 1);
    label = waiting.find((other) => other.id === here?.dataset.of) ?? waiting[0];
    if (!label) return problem(gettext("No label here has several passages and waits for its place."));
    held.replaceChildren(held.querySelector("legend"), ...of(label.id).map((passage) => h(
      "label",
      { class: "check" },
      h("input", { type: "checkbox", value: passage.dataset.passage, checked: passage === here }),
      h("span", {}, passage.querySelector("mark").textContent),
    )));
    form.elements.rest.value = label.name;
    form.elements.off.value = "";
    refused.hidden = true;
    dialog.showModal();
  };
}
