// What an adjudicator has begun to write at a place stays in this window until it is ruled: also when somebody else ruled there first, and the page is
// read again. The last reason can be said once more. Both go at sign-out, as everything of the window does.
const DRAFT = "ic-ruling/";
const LAST = "ic-ruling-last";
const RULED = "ic:ruled";

const read = (key) => {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
};
const said = (form) => ({ reason: form.elements.reason.value, tag: form.elements.tag.value });

/** Puts a reason and its tag into the form. */
export function say(form, { reason, tag }) {
  form.elements.reason.value = reason;
  form.elements.tag.value = tag;
  form.elements.reason.dispatchEvent(new Event("input", { bubbles: true })); // the box grows with its words
}

/** `rows()` are the codings that are to stand, `stand(rows)` shows others. */
export function keepDraft(form, { rows, stand }) {
  const key = DRAFT + form.getAttribute("action");
  const draft = read(key);
  if (draft) {
    stand(draft.rows);
    say(form, draft);
    form.querySelector("#draft-note").hidden = false;
  }
  let ruled = false;
  const keep = () => { if (!ruled && form.elements.reason.value) sessionStorage.setItem(key, JSON.stringify({ ...said(form), rows: rows() })); };
  // After a press has done what it does: it may have changed what is to stand.
  for (const type of ["input", "change", "click"]) form.closest("section.card").addEventListener(type, () => setTimeout(keep));
  form.addEventListener("ic:sent", () => {
    ruled = true;
    sessionStorage.removeItem(key);
    sessionStorage.setItem(LAST, JSON.stringify(said(form)));
    document.dispatchEvent(new CustomEvent(RULED));
  });
}

/** One button says the last reason once more, where there is one; the other rules with it. */
export function repeatReason(form, button, ruling) {
  if (!button) return;
  const offer = () => { for (const one of [button, ruling]) one.hidden = !read(LAST); };
  offer();
  // The ruling before may be acknowledged when this place is there already.
  document.addEventListener(RULED, offer);
  button.addEventListener("click", () => {
    say(form, read(LAST));
    form.elements.reason.focus();
  });
  ruling.addEventListener("click", () => {
    if (!form.elements.reason.value.trim()) say(form, read(LAST));
    form.requestSubmit(form.querySelector('[data-do="rule"]'));
  });
}
