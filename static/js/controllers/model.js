// <figure data-controller="model" data-action="/api/v1/projects/…/arrangement"> around the path model: its elements are dragged, or moved by the arrow
// keys (16 units, with Alt 1), onto a grid; L and [data-model="layout"] let the figure find a place for all of them, Ctrl+Z and
// [data-model="undo"] take the last move back. What is drawn is always the server's figure.
import { announce, inTextField } from "ic/lib/dom.js";
import { api, freshPage } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

const GRID = 16;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
// Kept while the page is renewed around the figure.
const done = [];

const snapped = (value, step) => Math.max(0, Math.round(value / step) * step);
// Where it was put; without that the figure finds a place again.
const stood = (node) => (node.dataset.put === "yes" ? placeOf(node) : { element: node.dataset.element, x: null, y: null });
const placeOf = (node) => ({ element: node.dataset.element, x: Math.round(Number(node.dataset.x)), y: Math.round(Number(node.dataset.y)) });

export default function model(figure) {
  let dragged = null;

  const nodes = () => [...figure.querySelectorAll("[data-element]")];
  function ready() {
    // Of a picture nobody expects that parts of it can be reached.
    figure.querySelector("svg").setAttribute("role", "group");
    for (const node of nodes()) {
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", node.querySelector("title").textContent);
    }
  }

  async function send(places, before) {
    try {
      await api(figure.dataset.action, { method: "POST", body: { places } });
    } catch (problem) {
      announce(problem.message);
      return draw();
    }
    if (before) done.push(before);
    await draw();
  }

  async function draw() {
    const page = await freshPage().catch(() => null);
    const fresh = page?.document.querySelector("#model figure svg");
    if (!fresh || !figure.isConnected) return;
    const held = document.activeElement?.closest?.("[data-element]")?.dataset.element;
    figure.querySelector("svg").replaceWith(document.adoptNode(fresh));
    ready();
    if (held) figure.querySelector(`[data-element="${CSS.escape(held)}"]`)?.focus();
  }

  function move(node, x, y) {
    const here = placeOf(node);
    if (here.x === x && here.y === y) return node.removeAttribute("transform");
    return send([{ element: node.dataset.element, x, y }], [stood(node)]);
  }

  const undo = () => (done.length ? send(done.pop()) : announce(gettext("There is nothing to undo.")));
  const layout = () => send(nodes().map((node) => ({ element: node.dataset.element, x: null, y: null })), nodes().map(stood));

  function point(event) {
    const svg = figure.querySelector("svg");
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  }

  figure.addEventListener("pointerdown", (event) => {
    const node = event.target.closest?.("[data-element]");
    if (!node || event.button !== 0) return;
    event.preventDefault();
    node.focus();
    dragged = { node, from: point(event), x: Number(node.dataset.x), y: Number(node.dataset.y) };
    figure.setPointerCapture(event.pointerId);
  });
  figure.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const at = point(event);
    dragged.node.setAttribute("transform", `translate(${at.x - dragged.from.x} ${at.y - dragged.from.y})`);
  });
  figure.addEventListener("pointerup", (event) => {
    if (!dragged) return;
    const { node, from, x, y } = dragged;
    const at = point(event);
    dragged = null;
    if (Math.hypot(at.x - from.x, at.y - from.y) < 3) return node.removeAttribute("transform");
    move(node, snapped(x + at.x - from.x, GRID), snapped(y + at.y - from.y, GRID));
  });
  figure.addEventListener("pointercancel", () => {
    dragged?.node.removeAttribute("transform");
    dragged = null;
  });
  figure.addEventListener("keydown", (event) => {
    const node = event.target.closest?.("[data-element]");
    const way = ARROWS[event.key];
    if (!node || !way || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const step = event.altKey ? 1 : GRID;
    const { x, y } = placeOf(node);
    move(node, snapped(x + way[0] * step, step), snapped(y + way[1] * step, step));
  });
  document.addEventListener("keydown", (event) => {
    if (!figure.isConnected || inTextField(event) || document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z") {
      event.preventDefault();
      undo();
    } else if (event.key.toLowerCase() === "l" && !event.ctrlKey && !event.metaKey && !event.altKey) layout();
  });
  figure.parentElement.addEventListener("click", (event) => {
    const name = event.target.closest?.("[data-model]")?.dataset.model;
    if (name === "undo") undo();
    if (name === "layout") layout();
  });
  ready();
}
