// <form data-controller="confirm" data-confirm="What will happen, as a sentence." data-confirm-title="…" data-confirm-yes="Delete"
//       data-confirm-type="name to type" data-confirm-danger>: the form is sent only after a yes in a dialog.
import { h } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";

/** Asks in a dialog; resolves to whether the answer was yes. */
export function ask({ confirm, confirmTitle, confirmYes, confirmType, confirmDanger }) {
  const yes = h("button", { type: "submit", value: "yes", class: confirmDanger === undefined ? "btn primary" : "btn primary danger" },
    confirmYes ?? gettext("Yes, go on"));
  const typed = confirmType ? h("input", { class: "control", autocomplete: "off", spellcheck: "false", required: true }) : null;
  const field = typed && h("label", { class: "field" },
    h("span", { class: "label" }, gettext("Type “{name}” to confirm", { name: confirmType })), typed);
  if (typed) {
    yes.disabled = true;
    typed.addEventListener("input", () => { yes.disabled = typed.value.trim() !== confirmType.trim(); });
  }
  const box = h("dialog", { class: "dialog", "aria-labelledby": "ic-confirm-title" },
    h("form", { method: "dialog" },
      h("header", {}, h("h2", { id: "ic-confirm-title" }, confirmTitle ?? gettext("Please confirm"))),
      h("div", { class: "body" }, h("p", {}, confirm), field),
      h("footer", {}, h("button", { type: "button", class: "btn", onclick: () => box.close("") }, gettext("Cancel")), yes)));
  document.body.append(box);
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue === "yes");
    });
  });
}

export default function confirm(form) {
  let agreed = false;
  form.addEventListener("submit", async (event) => {
    const asks = event.submitter?.dataset.confirm ? event.submitter.dataset : form.dataset;
    if (agreed || !asks.confirm) {
      agreed = false;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    if (!(await ask(asks))) {
      submitter?.focus();
      return;
    }
    agreed = true;
    form.requestSubmit(submitter);
  });
}
