// <form data-controller="form" action="/api/v1/…" data-method="PATCH" data-then="reload" data-version="3">: sent as JSON to the API.
// Fields: the name is the JSON field ("codes.0.name" reaches into arrays and objects). A checkbox is true or false, or with data-array a
//   member of an array of values, as are the chosen ones of <select multiple>; number inputs are numbers. data-type: "number", "boolean",
//   "id" (empty is null), "pairs" (lines "name: value" become an object), "lines" (an array), "percents" ("30, 3" becomes [0.3, 0.03]), "json" (empty is null). data-empty="omit" leaves an empty field out, "null" sends null.
//   data-in-address: fills {name} of the action, as a part of its path, and is not sent.
// data-version becomes If-Match. The pressed button may carry formaction, data-method, data-then, data-version, and a name with a value.
// data-then: "reload"; "follow:/rounds/{id}" (places filled from the answer); "show:#id" (un-hides it, and fills its [data-fill=field] elements);
//   before it leaves for a page it fires "ic:follow" (detail {address, said}), which may be prevented;
//   several of them with blanks between; "job:#id" (starts the job controller there); "renew:#id" (takes that part of the page as the server renders it now); "close" (its dialog); "none".
//   Before all that "ic:sending" (detail {then}) on the form, and then "ic:sent", or "ic:refused".
// <input type="checkbox" data-toggles="selector"> (without a name) sets all those of the form that are to be seen.
// data-on-change: is sent whenever a field has changed. <form data-controller="upload" data-renew="#id"> renews that part after uploads.
// <button data-dialog-open="ID" data-action="/api/v1/…" data-version="3" data-values='{"name": …}'> fills the form of that dialog first.
// data-done: a sentence that is said afterwards. A refusal is shown in the form, at the named fields, and gets the focus;
//   elements with data-on-problem="code" appear when the refusal has that code.
import { announce, h } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { renew } from "ic/lib/renewing.js";
import { gettext } from "ic/lib/words.js";

const SAID = "ic-said";
const forms = new WeakSet();

function put(body, path, value) {
  const parts = path.split(".");
  let at = body;
  for (const [i, part] of parts.slice(0, -1).entries()) at = at[part] ??= /^\d+$/.test(parts[i + 1]) ? [] : {};
  at[parts.at(-1)] = value;
}

const at = (body, path) => path.split(".").reduce((part, name) => part?.[name], body);

function pairs(text) {
  const found = {};
  for (const line of text.split("\n")) {
    const [, name, value] = /^\s*([^:：]+?)\s*[:：]\s*(.*?)\s*$/.exec(line) ?? [];
    if (name) found[name] = value;
  }
  return found;
}

function valueOf(field) {
  const type = field.dataset.type ?? (field.type === "number" || field.type === "range" ? "number" : "text");
  if (field.multiple) return [...field.selectedOptions].map((option) => option.value);
  if (field.value === "") {
    if (field.dataset.empty === "omit") return undefined;
    if (field.dataset.empty === "null" || type === "number" || type === "id" || type === "json") return null;
  }
  if (type === "number") return Number(field.value);
  if (type === "boolean") return field.value === "true";
  if (type === "pairs") return pairs(field.value);
  if (type === "percents") return field.value.split(/[,;，；、\s]+/).filter(Boolean).map((share) => Number(share) / 100);
  if (type === "lines") return field.value.split("\n").map((line) => line.trim()).filter(Boolean);
  if (type === "json") return JSON.parse(field.value);
  return field.value;
}

/** What the form says, as the object that is sent. */
export function content(form, submitter) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || "inAddress" in field.dataset || field.name === "csrf_token" || field instanceof HTMLFieldSetElement) continue;
    if (field instanceof HTMLButtonElement || ["submit", "button"].includes(field.type)) {
      if (field === submitter) put(body, field.name, valueOf(field));
    } else if (field.type === "checkbox" && "array" in field.dataset) {
      const known = at(body, field.name) ?? [];
      if (field.checked) known.push(field.value);
      put(body, field.name, known);
    } else if (field.type === "checkbox") {
      put(body, field.name, field.checked);
    } else if (field.type !== "radio" || field.checked) {
      const value = valueOf(field);
      if (value !== undefined) put(body, field.name, value);
    }
  }
  return body;
}

function clear(form) {
  form.querySelector(":scope .errors[data-made]")?.remove();
  for (const sentence of form.querySelectorAll(".error[data-made]")) sentence.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.closest(".field")?.classList.remove("invalid");
    const described = (field.dataset.described ?? "").trim();
    if (described) field.setAttribute("aria-describedby", described);
    else field.removeAttribute("aria-describedby");
  }
}

function refuse(form, problem) {
  const sentence = problem.detail ?? problem.title ?? gettext("This could not be saved.");
  for (const { field: path, detail } of problem.errors ?? []) {
    const field = form.elements[path] ?? form.elements[path.split(".")[0]];
    const control = field instanceof RadioNodeList ? field[0] : field;
    if (!control || control.getAttribute("aria-invalid")) continue;
    const id = `${control.id || path}-error`;
    control.dataset.described = control.getAttribute("aria-describedby") ?? "";
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", `${control.dataset.described} ${id}`.trim());
    const box = control.closest(".field");
    box?.classList.add("invalid");
    (box ?? control.parentElement).append(h("p", { class: "error", id, "data-made": true }, detail));
  }
  const alert = h("div", { class: "errors full", role: "alert", tabindex: "-1", "data-made": true }, h("p", {}, sentence));
  if (problem.status === 401) {
    const next = encodeURIComponent(location.pathname + location.search);
    alert.append(h("a", { href: `/sign-in?next=${next}` }, gettext("Sign in")));
  }
  const body = form.querySelector(":scope > .body") ?? form;
  body.prepend(alert);
  for (const shown of form.querySelectorAll("[data-on-problem]")) if (shown.dataset.onProblem === problem.code) shown.hidden = false;
  alert.focus();
}

function fill(pattern, answer) {
  return pattern.replace(/\{(\w+)\}/g, (place, name) => (answer && name in answer ? encodeURIComponent(answer[name]) : place));
}

function show(target, answer) {
  target.hidden = false;
  for (const part of target.querySelectorAll("[data-fill]")) {
    const value = answer?.[part.dataset.fill];
    if (part instanceof HTMLInputElement) part.value = value ?? "";
    else part.textContent = value ?? "";
  }
  for (const part of target.querySelectorAll("[data-if]")) {
    const [name, wanted] = part.dataset.if.split("=");
    part.hidden = String(answer?.[name]) !== wanted;
  }
  target.setAttribute("tabindex", "-1");
  target.focus();
}

function after(form, then, answer) {
  for (const one of then.split(/\s+/)) follow(form, one, answer);
}

function follow(form, then, answer) {
  const at = then.indexOf(":");
  const [verb, rest] = at < 0 ? [then, ""] : [then.slice(0, at), then.slice(at + 1)];
  const said = form.dataset.done;
  if (verb === "follow") {
    // Whoever has that page already shows it.
    const detail = { address: fill(rest, answer), said };
    if (!form.dispatchEvent(new CustomEvent("ic:follow", { bubbles: true, cancelable: true, detail }))) return;
  }
  if (verb === "reload" || verb === "follow") {
    if (said) sessionStorage.setItem(SAID, said);
    if (verb === "follow") location.assign(fill(rest, answer));
    else location.reload();
    return;
  }
  if (said) announce(said);
  if (verb === "show") show(document.querySelector(rest), answer);
  else if (verb === "renew") renew(rest);
  else if (verb === "close") form.closest("dialog")?.close();
  else if (verb === "job") {
    const target = document.querySelector(rest);
    target.dataset.job = answer.id;
    target.dataset.controller = "job";
    target.hidden = false;
    target.dispatchEvent(new CustomEvent("ic:attach", { bubbles: true }));
  }
}

function address(form, submitter) {
  let path = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  for (const { name, value } of form.querySelectorAll("[data-in-address]")) path = path.replace(`{${name}}`, encodeURI(value));
  return path;
}

async function send(form, submitter) {
  if (form.getAttribute("aria-busy") === "true") return;
  clear(form);
  const asked = { ...form.dataset, ...(submitter?.dataset ?? {}) };
  const headers = asked.version === undefined ? {} : { "If-Match": `"${asked.version}"` };
  const method = asked.method ?? "POST";
  const pressed = submitter ?? form.querySelector("button:not([type=button])");
  form.setAttribute("aria-busy", "true");
  pressed?.setAttribute("aria-busy", "true");
  try {
    const body = method === "DELETE" ? undefined : content(form, submitter);
    form.dispatchEvent(new CustomEvent("ic:sending", { bubbles: true, detail: { then: asked.then } }));
    const answer = await api(address(form, submitter), { method, body, headers });
    form.dataset.sent = "";
    after(form, asked.then ?? "reload", answer);
    form.dispatchEvent(new CustomEvent("ic:sent", { bubbles: true, detail: answer }));
  } catch (error) {
    form.dispatchEvent(new CustomEvent("ic:refused", { bubbles: true }));
    if (!error.problem) throw error;
    refuse(form, error.problem);
  } finally {
    form.removeAttribute("aria-busy");
    pressed?.removeAttribute("aria-busy");
  }
}

// Heard on the document, after what listens on the form itself (the question of the confirm controller) has had its say.
document.addEventListener("submit", (event) => {
  if (!forms.has(event.target) || event.defaultPrevented) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

// What is changed after it was sent is not sent yet (renewing.js keeps it).
document.addEventListener("input", ({ target }) => { if (target.form) delete target.form.dataset.sent; });
document.addEventListener("change", (event) => {
  const changed = event.target.form;
  const group = event.target.dataset?.toggles;
  if (group && changed) {
    for (const box of changed.querySelectorAll(group)) if (!box.closest("[hidden]")) box.checked = event.target.checked;
  }
  if (changed && forms.has(changed) && "onChange" in changed.dataset) changed.requestSubmit();
});
document.addEventListener("ic:uploaded", async (event) => {
  const uploads = event.target;
  if (!uploads.dataset.renew) return;
  await renew(uploads.dataset.renew);
  // What arrived is shown by the part that was renewed; what was refused keeps its sentence.
  for (const arrived of uploads.querySelectorAll('.upload[data-state="good"]')) arrived.remove();
});

function load(form, { action, version, values }) {
  form.reset();
  clear(form);
  for (const kept of form.querySelectorAll("input[type=hidden][data-type=json]")) kept.value = ""; // reset leaves what is hidden
  for (const shown of form.querySelectorAll("[data-on-problem]")) shown.hidden = true;
  if (action !== undefined) form.setAttribute("action", action);
  if (version === undefined) delete form.dataset.version;
  else form.dataset.version = version;
  for (const [name, value] of Object.entries(JSON.parse(values))) {
    for (const text of form.querySelectorAll(`[data-text="${CSS.escape(name)}"]`)) text.textContent = value;
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "checkbox") field.checked = Array.isArray(value) ? value.includes(field.value) : Boolean(value);
      else if (field.type === "radio") field.checked = field.value === String(value);
      else if (field.dataset.type === "pairs") field.value = Object.entries(value).map((pair) => pair.join(": ")).join("\n");
      else if (field.dataset.type === "lines") field.value = value.join("\n");
      else if (field.dataset.type === "json") field.value = value ? JSON.stringify(value) : "";
      else field.value = value ?? "";
    }
  }
  form.dispatchEvent(new CustomEvent("ic:loaded", { bubbles: true }));
}

// Before the dialog opens: the click is taken on its way down.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog-open][data-values]");
  const inside = opener && document.getElementById(opener.dataset.dialogOpen)?.querySelector("form");
  if (inside) load(inside, opener.dataset);
}, true);

const said = sessionStorage.getItem(SAID);
if (said) {
  sessionStorage.removeItem(SAID);
  const toast = document.body.appendChild(h("p", { class: "toast", role: "status" }, said));
  setTimeout(() => toast.remove(), 4000);
}

export default function form(element) {
  forms.add(element);
}
