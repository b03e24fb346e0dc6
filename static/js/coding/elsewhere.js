// The outbox on a page that is no coding page: what waits is sent from there too, and seen.
import { Outbox } from "ic/coding/outbox.js";
import { whoIsHere, tookEffect } from "ic/coding/sending.js";
import { showSync } from "ic/coding/status.js";

/** Sends what waits of `me` and shows in `element` how it stands; hides it when all is stored and nothing needs a decision. */
export async function sendFromHere(element, { me, signIn }) {
  const box = await Outbox.open({ user: me, renew: (record) => whoIsHere(me, record.page), tookEffect: (record) => tookEffect(me, record) });
  let shown = false;
  box.addEventListener("state", async ({ detail }) => {
    shown ||= detail.waiting + detail.attention > 0;
    const refused = detail.attention ? (await box.all()).find((record) => record.state === "attention") : null;
    showSync(element, detail, signIn, refused ? `${refused.page}#attention` : undefined);
    element.hidden = !shown;
  });
  await box.flush({ now: true });
  return box;
}
