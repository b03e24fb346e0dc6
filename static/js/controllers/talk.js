// <div id="talk" data-controller="talk" data-part="/address">: the talk about a place. It is read again from that page when somebody spoke (a change of
// a disagreement), or when something was said from here; never while somebody writes in it.
import { freshPage } from "ic/lib/page.js";
import { released } from "ic/lib/pressing.js";

export default function talk(element) {
  async function take() {
    const page = await freshPage(element.dataset.part).catch(() => null);
    await released();
    const fresh = page?.document.getElementById("talk");
    const writes = [...element.querySelectorAll("textarea")].some((area) => area.value.trim());
    if (!fresh || writes || !element.isConnected) return;
    element.replaceChildren(...document.adoptNode(fresh).childNodes);
    element.dispatchEvent(new CustomEvent("ic:attach", { bubbles: true }));
  }

  document.addEventListener("ic:event", ({ detail }) => {
    if (detail.topics.includes("disagreement") || detail.topics.includes("*")) take();
  });
  element.addEventListener("ic:sent", (event) => {
    event.target.reset();
    take();
  });
}
