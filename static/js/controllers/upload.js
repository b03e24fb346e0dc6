// <form data-controller="upload" action="/…" data-several="/…" data-multiple-at-once="2"> with <label class="dropzone"><input type="file" name="file" multiple></label>.
// A file is posted by itself (multipart: the form's other fields, then the file) to the form's action, with its own progress bar and result.
// Answer, 2xx or problem document: {"message" or "detail": "sentence", "level": "good|warn|bad", "href": "/open", "link": "text of that link"}.
// Small files that wait go to data-several together: a hundred requests cost the server more than a hundred files. Its answer has for each
// file, in their order, {"refused": null or {"detail": "sentence"}}.
// Without script the same form posts all files at once. Says "ic:uploaded" on the form when nothing is on its way any more.
import { announce, h } from "ic/lib/dom.js";
import { csrf } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

// Up to how many bytes a file is small, how many of them go together, and how many bytes they have at most.
const SMALL = 256 * 1024;
const TOGETHER = 16;
const TOGETHER_BYTES = 1024 * 1024;

function size(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

function send(url, body, bars, onRequest) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    onRequest(request);
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", csrf());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      for (const bar of bars) {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
        if (event.loaded === event.total) bar.removeAttribute("value");
      }
    });
    request.addEventListener("loadend", () => {
      let answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Not JSON: a proxy's page, or nothing at all.
      }
      resolve({ ok: request.status >= 200 && request.status < 300, status: request.status, answer });
    });
    request.send(body);
  });
}

function row(file, onRemove) {
  const bar = h("progress", { max: "1", value: "0", "aria-label": gettext("Uploading {name}", { name: file.name }) });
  const result = h("p", { class: "upload-result", role: "status" }, gettext("Waiting"));
  const remove = h("button", { type: "button", class: "btn compact ghost", onclick: onRemove, "aria-label": gettext("Cancel {name}", { name: file.name }) }, gettext("Cancel"));
  const item = h("li", { class: "upload", dataset: { state: "waiting" } },
    h("span", { class: "file-name" }, file.name), h("span", { class: "row tight" }, h("span", { class: "size" }, size(file.size)), remove), bar, result);
  return { item, bar, result, remove };
}

function showAnswer(parts, ok, answer, status) {
  const level = answer?.level ?? (ok ? "good" : "bad");
  parts.item.dataset.state = level;
  parts.bar.remove();
  parts.remove.remove();
  let sentence = answer?.message ?? answer?.detail ?? answer?.title;
  if (!sentence) {
    if (ok) sentence = gettext("Uploaded.");
    else if (status === 0) sentence = gettext("The server did not answer.");
    else if (status === 413) sentence = gettext("The file is larger than the server accepts.");
    else sentence = gettext("The server answered with an error ({status}).", { status });
  }
  parts.result.replaceChildren(sentence);
  if (answer?.href) parts.result.append(" ", h("a", { href: answer.href }, answer.link ?? gettext("Open")));
  announce(`${parts.item.querySelector(".file-name").textContent}: ${sentence}`);
}

export default function upload(form) {
  const zone = form.querySelector(".dropzone");
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector(".uploads") ?? form.appendChild(h("ul", { class: "uploads", "aria-label": gettext("Files") }));
  const waiting = [];
  const atOnce = Number(form.dataset.multipleAtOnce ?? 2);
  let running = 0;

  function add(files) {
    if (!files.length) return;
    for (const file of files) {
      const entry = { file };
      entry.parts = row(file, () => {
        const at = waiting.indexOf(entry);
        if (at >= 0) waiting.splice(at, 1);
        entry.request?.abort();
        entry.parts.item.remove();
        input.focus();
      });
      list.append(entry.parts.item);
      const known = input.accept ? input.accept.split(",") : [];
      if (known.length && !known.some((suffix) => file.name.toLowerCase().endsWith(suffix))) {
        const sentence = gettext("Files of this kind cannot be read. Save the text as one of {known}, and choose that.", { known: known.join(", ") });
        showAnswer(entry.parts, false, { detail: sentence }, 422);
        continue;
      }
      waiting.push(entry);
    }
    input.value = "";
    next();
  }
  function next() {
    while (running < atOnce && waiting.length) start(portion());
    if (!running) form.dispatchEvent(new CustomEvent("ic:uploaded", { bubbles: true }));
  }
  // Takes from what waits: one file, or the small ones that come one after the other.
  function portion() {
    const taken = [waiting.shift()];
    let room = TOGETHER_BYTES - taken[0].file.size;
    const fits = (file) => file.size <= SMALL && file.size <= room;
    if (!form.dataset.several || taken[0].file.size > SMALL) return taken;
    while (waiting.length && taken.length < TOGETHER && fits(waiting[0].file)) {
      taken.push(waiting.shift());
      room -= taken.at(-1).file.size;
    }
    return taken;
  }
  async function start(entries) {
    running += 1;
    const together = entries.length > 1;
    const body = new FormData(form);
    body.delete(input.name);
    for (const { file, parts } of entries) {
      parts.item.dataset.state = "sending";
      parts.result.textContent = gettext("Uploading…");
      parts.remove.disabled = together; // it would stop the others
      body.append(input.name, file, file.name);
    }
    const bars = entries.map(({ parts }) => parts.bar);
    const { ok, status, answer } = await send(together ? form.dataset.several : form.action, body, bars, (request) => {
      if (!together) entries[0].request = request;
    });
    running -= 1;
    entries.forEach(({ parts }, place) => {
      const refused = together && ok ? answer?.[place]?.refused : null;
      const told = together && ok ? refused : answer;
      if (parts.item.isConnected) showAnswer(parts, ok && !refused, told, status);
    });
    next();
  }

  input.addEventListener("change", () => add([...input.files]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add([...input.files]);
  });
  let depth = 0;
  zone.addEventListener("dragenter", () => { depth += 1; zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => { depth -= 1; if (!depth) zone.classList.remove("over"); });
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    zone.classList.remove("over");
    add([...event.dataTransfer.files]);
  });
}
