// <span id="sync" class="sync" role="status" hidden data-controller="waiting" data-me="UUID" data-sign-in="URL">: on pages without codings,
// what this browser keeps of the person's changes is shown and sent. The outbox itself is fetched only when there is something for it.
import { load } from "ic/parts.js";
import { keepOnlyFor } from "ic/lib/kept.js";
import { openStore } from "ic/lib/store.js";

export default async function waiting(element) {
  const { me, signIn } = element.dataset;
  keepOnlyFor(me).catch(() => {});
  const store = await openStore();
  let box = false;
  async function look() {
    const { waiting: n, attention } = await store.counts(me);
    if (box || !(n + attention)) return;
    box = true;
    try {
      const { sendFromHere } = await load("coding/elsewhere.js");
      await sendFromHere(element, { me, signIn });
    } catch (error) {
      box = false; // it could not be fetched now: again when the window comes to the front
      throw error;
    }
  }
  window.addEventListener("focus", () => look().catch(() => {}));
  await look();
}
