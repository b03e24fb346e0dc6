// <div id="x" data-controller="part" data-part="/address"><a href="/address">…</a></div>: takes the element with the same id from that page
// once it comes into view, one after the other. Without script the link leads there.
import { freshPage } from "ic/lib/page.js";
import { released } from "ic/lib/pressing.js";

let queue = Promise.resolve();

async function take(element) {
  if (!element.isConnected) return;
  element.setAttribute("aria-busy", "true");
  try {
    const page = await freshPage(element.dataset.part);
    const fresh = page?.document.getElementById(element.id);
    if (!fresh) return;
    await released();
    element.replaceChildren(...document.adoptNode(fresh).childNodes);
    element.dispatchEvent(new CustomEvent("ic:attach", { bubbles: true }));
  } catch {
    // The link stays.
  } finally {
    element.removeAttribute("aria-busy");
  }
}

// A link within it to the same address, but for what it asks, brings more of the same.
function reading(element) {
  element.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.pathname !== new URL(element.dataset.part, location.href).pathname) return;
    event.preventDefault();
    element.dataset.part = link.getAttribute("href");
    queue = queue.then(() => take(element));
  });
}

export default function part(element) {
  reading(element);
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    queue = queue.then(() => take(element));
  }, { rootMargin: "200px" });
  seen.observe(element);
}
