// The dialog that places many labels at once: nothing is placed that was not looked at before.
import { h } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

export function bulk(page) {
  const dialog = document.getElementById("align-bulk");
  const form = dialog.querySelector("form");
  const says = document.getElementById("align-bulk-says");
  const place = form.querySelector("button:not([type=button])");
  const path = `/api/v1/rounds/${page.round}/labels/bulk`;

  const asked = () => ({
    identical: form.elements.identical.checked,
    certain: form.elements["by-certainty"].checked ? Number(form.elements.certain.value) : null,
    seen: page.seen,
  });

  function refuse(error) {
    if (!error.problem) throw error;
    says.replaceChildren(h("p", { class: "errors full", role: "alert" }, error.problem.detail ?? error.problem.title));
  }

  form.addEventListener("input", () => {
    place.disabled = true;
    says.replaceChildren();
  });
  form.querySelector("[data-align-preview]").addEventListener("click", async () => {
    try {
      const { labels, codes, examples, touches } = await api(`${path}/preview`, { method: "POST", body: asked() });
      says.replaceChildren(
        h("p", {}, gettext("{labels} labels become {codes} codes; {passages} passages of {coders} coders in {documents} documents follow.", { labels, codes, ...touches })),
        h("ul", {}, ...examples.map((group) => h("li", {}, h("b", {}, group.name), ` ← ${group.labels.join(" · ")}`))),
        ...(codes > examples.length ? [h("p", {}, gettext("And {n} more.", { n: codes - examples.length }))] : []),
        h("p", {}, gettext("In the log: {sentence}", { sentence: touches.sentence })),
      );
      place.disabled = false;
      place.focus();
    } catch (error) {
      refuse(error);
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (place.disabled) return;
    place.disabled = true;
    try {
      await api(path, { method: "POST", body: asked() });
      location.reload();
    } catch (error) {
      refuse(error);
    }
  });
}
