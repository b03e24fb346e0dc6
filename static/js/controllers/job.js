// <div class="job" data-controller="job" data-job="ID" data-next="/where/then"> with, if wanted, <progress>, .job-message and
// <button data-job-cancel>; what is missing is made. Asks GET /api/v1/jobs/ID, soon at first, then each second:
//   {"state": "queued|running|done|failed|cancelled", "done": 3, "total": 10 (0 = unknown), "error": {"detail": "sentence"} or null, …}
// When done it follows data-next, with {name} from the job's result, else reloads (data-next="stay" does neither; "renew:#id" takes that part of the page anew). Cancel posts to data-cancel, else /api/v1/jobs/ID/cancel.
// data-at: another address that answers the same, where DELETE stops it (a file that is made to be taken away).
// Says "ic:job" on the element with the last answer.
import { announce, h } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { renew } from "ic/lib/renewing.js";
import { gettext } from "ic/lib/words.js";

const SECOND = 1000;
const SOON = 150; // a report of a small round takes less where something is ready to compute it
const FINAL = new Set(["done", "failed", "cancelled"]);

export default function job(element) {
  const { job: id, next, at = `/api/v1/jobs/${encodeURIComponent(id)}` } = element.dataset;
  const [method, cancelUrl] = element.dataset.at ? ["DELETE", at] : ["POST", element.dataset.cancel ?? `${at}/cancel`];
  const bar = element.querySelector("progress") ?? element.appendChild(h("progress", { max: "1", "aria-label": gettext("Progress") }));
  const message = element.querySelector(".job-message") ?? element.appendChild(h("p", { class: "job-message", role: "status" }));
  const cancel = element.querySelector("[data-job-cancel]")
    ?? element.appendChild(h("button", { type: "button", class: "btn compact", "data-job-cancel": true }, gettext("Cancel")));
  let timer;
  let failures = 0;
  let pause = SOON;
  let ended = false;

  function show(state, progress, sentence) {
    element.dataset.state = state;
    bar.dataset.state = state;
    if (state === "done") bar.value = bar.max;
    else if (typeof progress === "number") bar.value = progress * bar.max;
    else if (!FINAL.has(state)) bar.removeAttribute("value");
    if (message.textContent !== sentence) message.textContent = sentence;
  }

  function sentence({ state, done, total }) {
    return {
      queued: () => gettext("Waiting for a free worker…"),
      running: () => (total ? gettext("Working: {done} of {total}", { done, total }) : gettext("Working…")),
      done: () => gettext("Done"),
      failed: () => gettext("This did not work."),
      cancelled: () => gettext("Cancelled"),
    }[state]();
  }

  async function look() {
    clearTimeout(timer);
    if (ended) return;
    try {
      const answer = await api(at);
      failures = 0;
      if (ended) return;
      show(answer.state, answer.total ? answer.done / answer.total : null, answer.error?.detail ?? sentence(answer));
      if (FINAL.has(answer.state)) {
        ended = true;
        cancel.hidden = true;
        element.dispatchEvent(new CustomEvent("ic:job", { bubbles: true, detail: answer }));
        if (answer.state === "done") {
          announce(message.textContent);
          if (!next) location.reload();
          else if (next.startsWith("renew:")) renew(next.slice("renew:".length));
          else if (next !== "stay") location.assign(next.replace(/\{(\w+)\}/g, (_, name) => answer.result?.[name] ?? ""));
        }
        return;
      }
    } catch (error) {
      if ([401, 403, 404, 410].includes(error.status)) {
        ended = true;
        cancel.hidden = true;
        show("failed", null, error.problem.detail ?? error.problem.title);
        return;
      }
      failures += 1;
      message.textContent = gettext("The server does not answer; trying again…");
    }
    timer = setTimeout(look, failures ? Math.min(SECOND * 2 ** failures, 15 * SECOND) : pause);
    pause = Math.min(2 * pause, SECOND);
  }

  cancel.addEventListener("click", async () => {
    cancel.disabled = true;
    try {
      await api(cancelUrl, method === "POST" ? { method, body: {} } : { method });
      look();
    } catch (error) {
      message.textContent = error.problem?.detail ?? error.message;
      cancel.disabled = false;
    }
  });
  document.addEventListener("ic:event", ({ detail }) => {
    if (detail.topics.includes("job")) look();
  });
  look();
}
