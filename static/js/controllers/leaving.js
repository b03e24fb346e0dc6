// <form data-controller="leaving" data-me="UUID"> signs out: asks first while this browser keeps changes that the server does not have.
import { ask } from "ic/controllers/confirm.js";
import { keepOnlyFor } from "ic/lib/kept.js";
import { openStore } from "ic/lib/store.js";
import { gettext, ngettext } from "ic/lib/words.js";

const PATIENCE = 2000;

async function kept(me) {
  const store = await openStore();
  const { waiting, attention } = await store.counts(me);
  // Memos that lost their coding (coding/orphans.js), and those that were being typed when their tab went away.
  const memos = Object.keys(localStorage).filter((key) => ["memos", "draft", "memo"].some((kind) => key.startsWith(`ic-${kind}/${me}/`))).length;
  return waiting + attention + memos;
}

export default function leaving(form) {
  let sure = false;
  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    const { submitter } = event;
    // A browser that does not tell must not keep anybody signed in.
    const n = await Promise.race([kept(form.dataset.me), new Promise((resolve) => setTimeout(resolve, PATIENCE, 0))]).catch(() => 0);
    const asks = {
      confirm: ngettext(
        "{n} change is kept in this browser only. It stays here until you sign in here again; on a computer that others use, wait until it is saved.",
        "{n} changes are kept in this browser only. They stay here until you sign in here again; on a computer that others use, wait until they are saved.", n),
      confirmTitle: gettext("Sign out before everything is saved?"),
      confirmYes: gettext("Sign out all the same"),
    };
    if (n && !(await ask(asks))) {
      submitter?.focus();
      return;
    }
    sure = true;
    await keepOnlyFor().catch(() => {});
    window.addEventListener("pagehide", () => sessionStorage.clear()); // what can be undone holds words; the coding page writes it just before
    form.requestSubmit(submitter);
  });
}
