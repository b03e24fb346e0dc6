// The coding page. The server renders:
//
//   <meta name="csrf-token" content="…">
//   <span id="sync" class="sync" role="status"><span class="dot" aria-hidden="true"></span><span class="sync-text">Saved</span></span>
//   <form id="submit-form" method="post" action="…">…<button class="btn primary">Submit</button></form>
//   <div class="coding-grid"> <aside class="codebook-panel">the codebook, see codebook-panel.js</aside>
//     <div class="coding-text"> the title, the drawer of documents
//     <div class="coded-document" tabindex="0" role="region" aria-label="…" data-controller="coding" lang="zh-Hans">
//       <section class="turn"><h3 class="speaker">speaker or ¶n<span class="time-code">00:12</span></h3>
//         <p class="annotated-text" data-cp="START" data-n="LENGTH">text</p><div class="strip"></div></section> …
//     </div>
//     <aside> <ul id="recent"></ul>
//       <dl id="stats" class="facts"><dt>…</dt><dd data-stat="codings"></dd> … data-stat="codes" "doubts" "typical" "memos"</dl>
//       <section data-attention hidden><h2 class="small-heading">Needs attention</h2><ul id="attention"></ul></section>
//       <section data-own>own labels, see own.js</section>
//       <button type="button" data-keys>Keys</button>  the document's memo </aside> </div>
//   <script type="application/json" id="page-data">{"me": uuid, "round": uuid, "document": uuid, "title": "…", "unit": "span|sentence|paragraph|turn",
//     "units": [[start, end], …], "in_vivo": "no|propose|create", "readonly": false,
//     "urls": {"codings": "/api/v1/rounds/R/documents/D/codings/", "codes": "/api/v1/rounds/R/codes/", "sign_in": "…"}}</script>
// Beside the page lie …/code/codes and …/code/layer (codes and codings by column, see columns.js) and …/code/me ({"me": uuid, "csrf": "…"}).
//
// #sync, #submit-form, #recent, #stats, #attention and [data-keys] may be missing. Starts and ends are code points of the canonical text.
// Requests (all through the outbox): PUT codings/UUID; PATCH and DELETE codings/UUID with If-Match: "version"; PATCH {"deleted": false} brings back;
// PUT codes/UUID. After a 412 the layer is read again to see whether the change is stored already.
// Says "ic-ready" on the element when the first screen is painted and "ic-saved" whenever the last waiting change was stored.
import { load } from "ic/parts.js";
import { h } from "ic/lib/dom.js";
import { markOf, tone } from "ic/lib/mark.js";
import { pageData, resource } from "ic/lib/page.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { ActiveMinutes } from "ic/coding/active.js";
import { Change } from "ic/coding/change.js";
import { CodebookPanel } from "ic/coding/codebook-panel.js";
import { codesOf } from "ic/coding/columns.js";
import { DocumentMemo } from "ic/coding/document-memo.js";
import { startAt } from "ic/coding/keyboard.js";
import { MemoDraft } from "ic/coding/memo-draft.js";
import { whenShown } from "ic/coding/nearby.js";
import { Orphans } from "ic/coding/orphans.js";
import { Outbox } from "ic/coding/outbox.js";
import { Returning } from "ic/coding/returning.js";
import { layerNow, tookEffect, whoIsHere } from "ic/coding/sending.js";
import { showAttention, showSync } from "ic/coding/status.js";
import { Surface } from "ic/coding/surface.js";
import { View } from "ic/coding/view.js";

const QUOTE = 60;
const TOAST = 4000;
const UNSEEN = 1000;
const AGAIN = 2000;

const codesNow = async () => {
  const columns = await resource(`${location.pathname}/codes`);
  return columns && (columns.codes ?? codesOf(columns)); // as this browser kept them (keeping.js), or by column
};

// The modules that come later; asked for again until they are there.
async function rest() {
  try {
    return (await load("coding/later.js")).later;
  } catch {
    await new Promise((done) => setTimeout(done, AGAIN));
    return rest();
  }
}

export default async function coding(root) {
  const data = pageData();
  const { urls } = data;
  const scope = `${data.round}/${data.document}`;
  const orphans = new Orphans(`${data.me}/${scope}`);
  const [codes, layer] = await Promise.all([codesNow(), layerNow()]);
  if (!codes || layer?.me !== data.me) {
    location.reload(); // signed out, or somebody else, since the server wrote the page: the next one says so
    return;
  }
  // The text is painted and can be coded while the outbox still opens; what is done meanwhile waits for it in order.
  const opening = Outbox.open({ user: data.me, renew: () => whoIsHere(data.me), tookEffect: (record) => tookEffect(data.me, record) });
  const surface = new Surface(root, { ...data, ...layer, codes }, send);
  let takenUp;
  surface.steps.takenUp = new Promise((done) => { takenUp = done; });
  const at = (id) => document.getElementById(id);
  surface.codebook = new CodebookPanel(at("codebook-panel"), surface);
  surface.view = new View(at("view-options"), surface, data.me);
  const memo = surface.readonly ? null : new DocumentMemo(at("document-memo"), surface, `${data.me}/${scope}`);
  const draft = surface.readonly ? null : new MemoDraft(surface, `${data.me}/${scope}`);
  const returned = surface.readonly ? null : new Returning(`${data.me}/${scope}`, surface).open(layer.worked);
  startAt(root); // scrolling moves the place from which Tab goes on

  if (!surface.readonly) new ActiveMinutes(`${data.me}/${scope}`, urls.active, document.querySelector("[data-active]"));

  // ---- handing in -----------------------------------------------------------------------------------------------------------

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.id !== "submit-form" || event.defaultPrevented) return;
    event.preventDefault();
    const { submitter } = event;
    submitter?.setAttribute("aria-busy", "true");
    const opened = await opening;
    await opened.flush({ now: true });
    submitter?.removeAttribute("aria-busy");
    const mine = (await opened.all()).filter((record) => record.scope === scope);
    const note = form.querySelector(".error") ?? form.appendChild(h("p", { class: "error", role: "alert" }));
    const memos = orphans.all().length;
    if (mine.length + memos) {
      const refused = mine.filter((record) => record.state === "attention").length + memos;
      note.textContent = refused
        ? ngettext("{n} change needs attention first. Decide about it, then submit.", "{n} changes need attention first. Decide about them, then submit.", refused)
        : ngettext("{n} change has not reached the server yet. Submit when all are saved.", "{n} changes have not reached the server yet. Submit when all are saved.", mine.length);
      return;
    }
    note.textContent = "";
    if (surface.model.units) {
      const { askHandingIn } = await load("coding/handing-in.js");
      const unseen = await askHandingIn(surface.walk, { title: data.title, meaning: form.dataset.meaning });
      if (!unseen) return;
      await opened.flush({ now: true });
      form.action = `${urls.submit}?unseen=${unseen}`;
    }
    if (submitter?.name) form.append(h("input", { type: "hidden", name: submitter.name, value: submitter.value }));
    form.submit();
  });

  // What is needed at first is written before the first frame, the rest together in a later one: each that changes something paints the words again.
  let toastBox;
  let toastTimer;
  surface.addEventListener("recent", showRecent);
  surface.addEventListener("change", showStats);
  surface.addEventListener("say", ({ detail }) => toast(detail));
  showRecent();
  // A page in a tab that nobody looks at shows nothing, and is complete all the same.
  const shown = new Promise((done) => {
    setTimeout(done, UNSEEN);
    whenShown(done);
  });
  shown.then(() => {
    showStats();
    if (returned) surface.say(returned);
  });
  const coming = shown.then(rest);
  coming.then(({ Handles, Ruler }) => {
    new Ruler(surface, root.parentElement);
    surface.handles = new Handles(surface);
  });
  const box = await opening;

  // ---- changes out ----------------------------------------------------------------------------------------------------------

  function send(change, made) {
    const { coding: item } = made;
    const shown = change.ofMemo ? { label: change.named(""), quote: Array.from(change.after.memo).slice(0, QUOTE).join("") } : item
      ? { label: surface.model.name(item), quote: surface.index.text(item.start, Math.min(item.end, item.start + QUOTE)) }
      : change.ofUnit ? { label: change.done(), quote: surface.index.text(made.start, made.start + QUOTE) } : { label: change.after.name };
    const record = { ...change.request(made, urls), ...shown, scope, page: location.pathname + location.search, title: data.title ?? document.title };
    opening.then((opened) => opened.add(record)).catch((error) => {
      console.error("outbox:", error);
      toast(gettext("This browser could not keep the change. Copy what matters and reload the page."));
    });
  }

  // ---- changes in -----------------------------------------------------------------------------------------------------------

  async function overlayWaiting() {
    const waiting = (await box.all()).filter((record) => record.scope === scope);
    for (const record of waiting) surface.overlay(record);
    return waiting.length;
  }

  async function refresh() {
    const before = await box.lastStored(scope);
    const [newCodes, now] = await Promise.all([codesNow(), layerNow()]);
    if (!newCodes || now?.me !== data.me) return null;
    surface.setCodes(newCodes);
    surface.codebook.render();
    surface.model.memo = now.memo;
    surface.reset(now.codings, now.said);
    await overlayWaiting();
    showRecent();
    // By number: after a clock that was set back "later" would be true for long.
    return (await box.lastStored(scope)).n === before.n ? now : refresh();
  }

  async function retry(id) {
    try {
      const now = await refresh();
      await box.retry(id, now?.codings.find((item) => item.id === id)?.version);
    } catch (error) {
      toast(error.message);
    }
  }

  // Only while the server can say how things stand: otherwise the picture would go on showing what was given up.
  async function discard(id) {
    try {
      if ((await whoIsHere(data.me)) !== "same") {
        toast(gettext("Sign in again first."));
        return;
      }
      await box.discard(id);
      await refresh();
    } catch (error) {
      toast(error.message);
    }
    await attention();
    root.focus({ preventScroll: true });
  }

  async function attention() {
    const refused = (await box.all()).filter((record) => record.state === "attention");
    surface.hold(new Set(refused.map((record) => record.id)));
    const show = (record) => {
      const item = surface.model.codings.get(record.id);
      if (item) surface.goTo(item);
    };
    if (!at("attention")) return;
    showAttention(at("attention"), refused, { scope, retry, discard, show });
    orphans.show(at("attention"), { bringBack, discard: dropOrphan });
  }

  function dropOrphan({ coding: gone }) {
    orphans.drop(gone.id);
    attention();
    root.focus({ preventScroll: true });
  }
  function bringBack(orphan) {
    if (surface.bringBack(orphan.coding, orphan.memo)) dropOrphan(orphan);
    else toast(gettext("This coding cannot come back: load the page again."));
  }
  surface.addEventListener("orphan", ({ detail: { coding: gone, memo } }) => {
    orphans.keep({ coding: gone, memo, name: surface.model.name(gone), quote: surface.index.text(gone.start, Math.min(gone.end, gone.start + QUOTE)) });
    attention();
    toast(gettext("The coding was deleted meanwhile: your memo is kept under “Needs attention”."));
  });

  box.addEventListener("added", ({ detail }) => {
    if (detail.remote && detail.record.scope === scope) surface.overlay(detail.record);
    if (detail.record.state === "attention") attention();
  });
  box.addEventListener("refused", ({ detail }) => {
    attention();
    if (!detail.remote) toast(gettext("The server refused a change: see “Needs attention”."));
  });
  box.addEventListener("dropped", ({ detail }) => {
    if (detail.remote) refresh().catch(() => {});
    attention();
  });
  let unsaved = false;
  box.addEventListener("state", ({ detail }) => {
    if (at("sync")) showSync(at("sync"), detail, urls.sign_in);
    if (detail.waiting) unsaved = true;
    else if (unsaved) {
      unsaved = false;
      root.dispatchEvent(new CustomEvent("ic-saved", { bubbles: true, detail: { attention: detail.attention } }));
    }
  });
  document.addEventListener("ic:event", async ({ detail }) => {
    if (!detail.topics.some((topic) => ["code", "codebook", "*"].includes(topic))) return;
    await readCodes();
  });

  async function readCodes() {
    const newCodes = await codesNow().catch(() => null);
    if (!newCodes) return;
    surface.setCodes(newCodes);
    surface.codebook.render();
    for (const record of await box.all()) if (record.scope === scope && Change.of(record).ofCodebook) surface.overlay(record);
    surface.painter.repaintAll();
    showRecent();
    own?.render();
    (await coming).showProposals(urls.proposals);
  }

  // ---- the panel ------------------------------------------------------------------------------------------------------------

  function showRecent() {
    at("recent")?.replaceChildren(...surface.recent.slots.map((id, k) => {
      const code = surface.model.live(id);
      if (!code) return null;
      return h("li", {}, h("button", { type: "button", class: `chip ${tone(code.mark)}`, disabled: surface.readonly, onclick: () => apply(id) }, h("kbd", {}, k + 1), markOf(code.mark), code.name));
    }).filter(Boolean));
  }
  function apply(id) {
    if (!surface.selection) toast(gettext("Select a passage first."));
    else if (surface.apply(id)) surface.palette.hide();
    root.focus({ preventScroll: true });
  }
  // A press on a chip must not take the selection away before the click arrives.
  at("recent")?.addEventListener("pointerdown", (event) => event.preventDefault());

  function showStats() {
    const all = [...surface.model.codings.values()];
    const numbers = {
      codings: all.length,
      codes: new Set(all.map((item) => item.code)).size,
      doubts: all.filter((item) => item.doubt).length,
      typical: all.filter((item) => item.typical).length,
      memos: all.filter((item) => item.memo).length,
    };
    for (const place of at("stats")?.querySelectorAll("[data-stat]") ?? []) {
      const number = String(numbers[place.dataset.stat] ?? place.textContent);
      if (place.textContent !== number) place.textContent = number;
    }
  }

  function toast(sentence) {
    toastBox ??= document.body.appendChild(h("p", { class: "toast", popover: "manual", "aria-hidden": "true" }));
    toastBox.textContent = sentence;
    if (!toastBox.matches(":popover-open")) toastBox.showPopover();
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => toastBox.hidePopover(), TOAST);
  }

  const saved = async () => {
    await box.flush({ now: true });
    return !(await box.all()).length;
  };
  const section = document.querySelector("[data-own]");
  let own = null;

  for (const button of document.querySelectorAll("[data-undo]")) button.addEventListener("click", () => surface.steps.undo());
  for (const button of document.querySelectorAll("[data-walk]")) button.addEventListener("click", () => surface.walk.toggle());
  for (const button of document.querySelectorAll("[data-panel]")) button.addEventListener("click", () => at("coding-panel").focus());
  for (const button of document.querySelectorAll("[data-keys]")) button.addEventListener("click", () => {
    root.focus({ preventScroll: true }); // and back there from the list: the keys are those of the text
    surface.commands.help();
  });

  if (await overlayWaiting()) showRecent();
  // What the page before this one was still sending while the server rendered this one stands neither in it nor in the outbox.
  if ((await box.lastStored(scope)).at >= performance.timeOrigin) await refresh().catch(() => {});
  surface.undoStack.takeUp(`${data.me}/${scope}`, surface.model);
  memo?.follow(box);
  draft?.follow(box);
  window.addEventListener("pagehide", () => surface.undoStack.keep(`${data.me}/${scope}`, surface.model));
  showStats();
  await attention();
  box.flush({ now: true });

  const { Earlier, LabelsOfUndo, MemoList, OwnLabels, keepHere, showProposals } = await coming;
  new MemoList(document.querySelector("[data-memos]"), surface);
  if (!surface.readonly) surface.steps.earlier = new Earlier(surface, saved);
  if (section && !surface.readonly) {
    own = new OwnLabels(section, surface, { urls, saved, renew: readCodes, say: toast });
    new LabelsOfUndo(surface, { scope: `${data.me}/${scope}`, urls, saved, renew: () => readCodes().then(() => own.read()) });
    own.read();
  }
  takenUp();
  showProposals(urls.proposals);
  keepHere(root, surface).catch(() => {}); // a browser that keeps nothing needs the server
}
