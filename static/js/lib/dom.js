// Building nodes without markup strings, and speaking to screen readers.

/** What `make` returns, made when it is first asked for. What knows a language (Intl) takes some 20 ms to be made. */
export function lazily(make) {
  let made;
  return () => (made ??= make());
}

/** A new element: attributes (null and false are left out, true is empty; `class`, `dataset`, `on…` handlers work), then children. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "dataset") Object.assign(element.dataset, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let region;

/** Says `sentence` in a polite live region (made once per page). */
export function announce(sentence) {
  if (!region) {
    region = document.getElementById("live") ?? document.body.appendChild(h("div", { id: "live", class: "visually-hidden", role: "status", "aria-live": "polite" }));
  }
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = sentence; });
}

/** True while the event goes to something one types into. */
export function inTextField(event) {
  const target = event.target;
  return target instanceof Element && (target.isContentEditable || target.matches("textarea, select, input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit])"));
}
