// What an adjudicator has begun to write at a place stays in this window until it is ruled: also when somebody else ruled there first, and the page is
// read again. The last reason can be said once more. Both go at sign-out, as everything of the window does.
const DRAFT = "ic-ruling/";
const LAST = "ic-ruling-last";

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
  });
}

/** One button says the last reason once more, where there is one; the other rules with it. */
export function repeatReason(form, button, ruling) {
  const last = read(LAST);
  if (!last || !button) return;
  for (const one of [button, ruling]) one.hidden = false;
  button.addEventListener("click", () => {
    say(form, last);
    form.elements.reason.focus();
  });
  ruling.addEventListener("click", () => {
    if (!form.elements.reason.value.trim()) say(form, last);
    form.requestSubmit(form.querySelector('[data-do="rule"]'));
  });
}
