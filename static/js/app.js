// Attaches controllers: <div data-controller="tree filter"> calls the default exports of controllers/tree.js and filter.js with the element.
// Modules import one another as "ic/…" only; how they come to the browser is said in parts.js.
import { load } from "ic/parts.js";

const NAME = /^[a-z][a-z-]*$/;
const attached = new WeakMap();

/** Calls a controller with its element; what it waits for itself is not waited for. One that fails may be attached again. */
async function begin(element, name, done) {
  const failed = (error) => {
    done.delete(name);
    console.error(`controller ${name}:`, error);
  };
  done.add(name);
  try {
    const module = await load(`controllers/${name}.js`);
    Promise.resolve(module.default(element)).catch(failed);
  } catch (error) {
    failed(error);
  }
}

/** Attaches the controllers of `root` and of everything in it; resolves when each has been called. Calling it again is harmless. */
export async function attach(root = document) {
  const elements = [...root.querySelectorAll("[data-controller]")];
  if (root instanceof Element && root.matches("[data-controller]")) elements.unshift(root);
  await Promise.all(elements.flatMap((element) => {
    const done = attached.get(element) ?? new Set();
    attached.set(element, done);
    return element.dataset.controller.split(/\s+/).filter((name) => NAME.test(name) && !done.has(name)).map((name) => begin(element, name, done));
  }));
}

document.addEventListener("ic:attach", (event) => attach(event.target));
// A row of tabs scrolls when it does not fit: the current one is to be seen.
for (const tab of document.querySelectorAll(":is(.tabs, .subnav) [aria-current=page]")) tab.scrollIntoView({ block: "nearest", inline: "center" });
// What was pressed before is handed on now (boot.js).
attach().then(() => document.documentElement.dispatchEvent(new CustomEvent("ic:listening")));
