// <ul role="tree" data-controller="use" data-use="/address" data-passages="/…/{code}/…">: at the end of each row a link to the passages of its code,
// which says how many there are once that is known.
import { h } from "ic/lib/dom.js";
import { resource } from "ic/lib/page.js";
import { gettext, ngettext } from "ic/lib/words.js";

export default async function use(tree) {
  const links = [...tree.querySelectorAll("[role=treeitem]")].map((item) => {
    const link = h("a", {
      class: "tree-use", href: tree.dataset.passages.replace("{code}", item.dataset.id), tabindex: "-1", "aria-label": gettext("Passages in their context"),
    }, "…");
    item.querySelector(".tree-row").append(link);
    return [item.dataset.id, link];
  });
  const used = await resource(tree.dataset.use).catch(() => null);
  if (!used) return;
  for (const [id, link] of links) {
    const n = used[id] ?? 0;
    link.textContent = n.toLocaleString();
    link.setAttribute("aria-label", ngettext("{n} passage in its context", "{n} passages in their context", n));
    link.classList.toggle("none", n === 0);
  }
}
