// <ul class="tree" role="tree" data-controller="tree"><li role="treeitem" aria-expanded="true" data-id="…"><span class="tree-row">…</span><ul role="group">…
// The WAI-ARIA tree pattern: one tab stop; ↑ ↓ Home End; → opens or goes in, ← closes or goes out; * opens the siblings; letters find a name;
// Enter and Space select (and follow the row's link, on Enter). A [.tree-toggle] button in the row opens and closes with the pointer.
// Says "ic:select" with {id, element} on the tree. With data-selectable="multiple" Space toggles.
const ITEM = '[role="treeitem"]';
const TYPING_PAUSE = 700;

export default function tree(root) {
  const multiple = root.dataset.selectable === "multiple";
  if (multiple) root.setAttribute("aria-multiselectable", "true");
  let typed = "";
  let typedAt = 0;

  const row = (item) => item.querySelector(":scope > .tree-row");
  const label = (item) => (row(item).querySelector(".name") ?? row(item)).textContent.trim().toLowerCase();
  const parent = (item) => {
    const up = item.parentElement?.closest(ITEM);
    return up && root.contains(up) ? up : null;
  };
  const visible = () => [...root.querySelectorAll(ITEM)].filter((item) => {
    if (item.hidden) return false;
    for (let up = parent(item); up; up = parent(up)) if (up.hidden || up.getAttribute("aria-expanded") === "false") return false;
    return true;
  });

  function reach(item, focus = true) {
    for (const other of root.querySelectorAll(`${ITEM}[tabindex="0"]`)) other.tabIndex = -1;
    item.tabIndex = 0;
    if (!focus) return;
    item.focus({ preventScroll: true });
    row(item).scrollIntoView({ block: "nearest" });
  }
  function open(item, yes) {
    if (!item.hasAttribute("aria-expanded")) return false;
    const changed = item.getAttribute("aria-expanded") !== String(yes);
    item.setAttribute("aria-expanded", String(yes));
    if (!yes && item.contains(document.activeElement) && document.activeElement !== item) reach(item);
    return changed;
  }
  function select(item) {
    if (multiple) item.setAttribute("aria-selected", String(item.getAttribute("aria-selected") !== "true"));
    else {
      for (const other of root.querySelectorAll(`${ITEM}[aria-selected="true"]`)) other.setAttribute("aria-selected", "false");
      item.setAttribute("aria-selected", "true");
    }
    root.dispatchEvent(new CustomEvent("ic:select", { bubbles: true, detail: { id: item.dataset.id, element: item } }));
  }
  function find(letter, from) {
    const now = performance.now();
    typed = now - typedAt > TYPING_PAUSE ? letter : typed + letter;
    typedAt = now;
    const all = visible();
    const at = all.indexOf(from);
    const order = [...all.slice(typed.length > 1 ? at : at + 1), ...all.slice(0, typed.length > 1 ? at : at + 1)];
    const hit = order.find((item) => label(item).startsWith(typed) || (item.dataset.search ?? "").toLowerCase().split(/\s+/).some((word) => word.startsWith(typed)));
    if (hit) reach(hit);
  }

  root.addEventListener("keydown", (event) => {
    const item = event.target.closest(ITEM);
    if (!item || event.target !== item || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const all = visible();
    const at = all.indexOf(item);
    const actions = {
      ArrowDown: () => all[at + 1] && reach(all[at + 1]),
      ArrowUp: () => all[at - 1] && reach(all[at - 1]),
      Home: () => reach(all[0]),
      End: () => reach(all.at(-1)),
      ArrowRight: () => { if (!open(item, true) && item.hasAttribute("aria-expanded") && all[at + 1] && parent(all[at + 1]) === item) reach(all[at + 1]); },
      ArrowLeft: () => { if (item.getAttribute("aria-expanded") !== "true" || !open(item, false)) { const up = parent(item); if (up) reach(up); } },
      "*": () => { for (const sibling of item.parentElement.children) open(sibling, true); },
      " ": () => select(item),
      Enter: () => { select(item); row(item).querySelector("a[href]")?.click(); },
    };
    if (actions[event.key]) actions[event.key]();
    else if (event.key.length === 1 && event.key.trim()) find(event.key.toLowerCase(), item);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener("click", (event) => {
    const item = event.target.closest(ITEM);
    if (!item) return;
    if (event.target.closest(".tree-toggle")) {
      open(item, item.getAttribute("aria-expanded") !== "true");
      reach(item);
      return;
    }
    if (event.target.closest("a[href], button, input, label")) {
      reach(item, false);
      return;
    }
    select(item);
    reach(item);
  });

  for (const item of root.querySelectorAll(ITEM)) {
    item.tabIndex = -1;
    for (const inside of row(item).querySelectorAll("a, button.tree-toggle")) inside.tabIndex = -1;
    if (!item.hasAttribute("aria-selected")) item.setAttribute("aria-selected", "false");
  }
  const first = root.querySelector(`${ITEM}[aria-selected="true"]`) ?? root.querySelector(ITEM);
  if (first) first.tabIndex = 0;
}
