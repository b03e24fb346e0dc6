// Attaches controllers: <div data-controller="tree filter"> loads ic/controllers/tree.js and calls its default export with the element.
//   <script type="importmap">{"imports":{"ic/":"/static/js/"}}</script>  <script type="module" src="/static/js/app.js"></script>
// Modules import one another as "ic/…" only, so that the import map is the one place that names (hashed) files.
const NAME = /^[a-z][a-z-]*$/;
const attached = new WeakMap();

/** Attaches the controllers of `root` and of everything in it; resolves when all are loaded. Calling it again is harmless. */
export async function attach(root = document) {
  const elements = [...root.querySelectorAll("[data-controller]")];
  if (root instanceof Element && root.matches("[data-controller]")) elements.unshift(root);
  await Promise.all(elements.flatMap((element) => {
    const done = attached.get(element) ?? new Set();
    attached.set(element, done);
    return element.dataset.controller.split(/\s+/).filter((name) => NAME.test(name) && !done.has(name)).map(async (name) => {
      done.add(name);
      try {
        const module = await import(`ic/controllers/${name}.js`);
        await module.default(element);
      } catch (error) {
        done.delete(name);
        console.error(`controller ${name}:`, error);
      }
    });
  }));
}

document.addEventListener("ic:attach", (event) => attach(event.target));
// The row of tabs scrolls when it does not fit: the current one is to be seen.
document.querySelector(".tabs [aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
attach();
