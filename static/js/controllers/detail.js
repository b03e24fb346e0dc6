// <ul data-controller="tree detail" data-detail="#id" data-part="/address?part=detail&code=">: what is selected in the tree is shown in #id.
// The fragment comes from data-part + the item's data-id; the page's own address names the item, so that a reload shows it again.
import { gettext } from "ic/lib/words.js";

export default function detail(tree) {
  const place = document.querySelector(tree.dataset.detail);
  let asked;

  tree.addEventListener("ic:select", async (event) => {
    const { id } = event.detail;
    asked = id;
    place.setAttribute("aria-busy", "true");
    place.inert = true; // its buttons mean the code that was selected before
    try {
      const response = await fetch(tree.dataset.part + encodeURIComponent(id), { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (asked !== id) return;
      if (!response.ok || response.redirected) return location.reload();
      place.replaceChildren(...new DOMParser().parseFromString(await response.text(), "text/html").body.childNodes);
      const address = new URL(location.href);
      address.searchParams.set("code", id);
      history.replaceState(null, "", address);
      place.dispatchEvent(new CustomEvent("ic:attach", { bubbles: true }));
    } catch {
      place.textContent = gettext("The server did not answer.");
    } finally {
      if (asked === id) {
        place.removeAttribute("aria-busy");
        place.inert = false;
      }
    }
  });
}
