// Parts of the page in the place of those on it, as the server renders them now.
import { freshPage, showsNewest } from "ic/lib/page.js";
import { released } from "ic/lib/pressing.js";

const BRANCH = "[role=treeitem][aria-expanded][data-id]";

/** What a person has opened, typed and scrolled to in a part of the page. */
function left(part) {
  const focused = document.activeElement;
  return {
    branches: [...part.querySelectorAll(BRANCH)].map((item) => [item.dataset.id, item.getAttribute("aria-expanded")]),
    words: [...part.querySelectorAll("input[type=search][id]")].map((input) => [input.id, input.value]),
    scrolled: [...part.querySelectorAll(".scroll[id]")].map(({ id, scrollTop }) => [id, scrollTop]),
    item: part.contains(focused) ? focused.closest?.("[role=treeitem]")?.dataset.id : undefined,
    focused: focused?.id,
  };
}

function restore(part, was) {
  const branches = new Map([...part.querySelectorAll(BRANCH)].map((item) => [item.dataset.id, item]));
  for (const [id, open] of was.branches) branches.get(id)?.setAttribute("aria-expanded", open);
  for (const [id, words] of was.words) {
    const input = document.getElementById(id);
    if (input) input.value = words;
  }
}

function chosen(select) {
  const options = [...select.options];
  if (select.multiple) return options.some((option) => option.selected !== option.defaultSelected);
  return options.length > 0 && select.selectedIndex !== Math.max(0, options.findIndex((option) => option.defaultSelected));
}

/** Whether something in a form was typed or chosen since the server rendered it, and not sent. What is hidden is filled as it is sent. */
function unsent(form) {
  if ("sent" in form.dataset) return false;
  return [...form.elements].some((field) => !field.hidden && (
    (/^(checkbox|radio)$/.test(field.type) && field.checked !== field.defaultChecked)
    || (field.matches("select") && chosen(field))
    || (field.matches("textarea, input:not([type=checkbox], [type=radio], [type=hidden], [type=file])") && field.value !== field.defaultValue)));
}

/**
 * What somebody does in the forms of `old` goes on in `fresh`, which takes its place: what was typed and not sent, what is being sent now, and the
 * sentence of a refusal. An answer to a form that is gone would never be read. A dialog that is closed is filled anew when it opens.
 */
export function carry(old, fresh) {
  const same = (part, form) => [...part.querySelectorAll("form")].filter((one) => one.getAttribute("action") === form.getAttribute("action"));
  const pairs = [...old.querySelectorAll("form")].map((form) => [form, same(fresh, form)[same(old, form).indexOf(form)]]);
  for (const [form, there] of pairs) {
    if (!there || form.closest("dialog:not([open])")) continue;
    const refusal = form.querySelector(".errors[data-made]");
    if (form.getAttribute("aria-busy") === "true" || unsent(form)) there.replaceWith(form);
    else if (refusal) (there.querySelector(":scope > .body") ?? there).prepend(refusal);
  }
}

/** Takes the parts that `selector` names; what was open, typed, scrolled to and focused in them stays so. */
export async function renew(selector) {
  const page = await freshPage();
  if (!page) return location.reload();
  await released();
  if (!showsNewest(page)) return renew(selector);
  for (const old of document.querySelectorAll(selector)) {
    const fresh = page.document.getElementById(old.id);
    if (!fresh) continue;
    const was = left(old);
    carry(old, fresh);
    old.replaceWith(document.adoptNode(fresh));
    restore(fresh, was);
    fresh.dispatchEvent(new CustomEvent("ic:attach", { bubbles: true }));
    for (const [id, top] of was.scrolled) document.getElementById(id)?.scrollTo({ top });
    if (was.focused && document.activeElement?.id !== was.focused) document.getElementById(was.focused)?.focus({ preventScroll: true });
    // The tree's own module gives its items their tab stops; it has run by then.
    if (was.item) requestAnimationFrame(() => fresh.querySelector(`[role=treeitem][data-id="${was.item}"]`)?.focus({ preventScroll: true }));
  }
}
