// On <body>: every <time datetime="…"> is shown in the reader's own zone and language, the full form in its tooltip.
// Within [data-relative] as the distance to now ("5 minutes ago"), renewed each minute; older than a week: the date.
import { lazily } from "ic/lib/dom.js";

const language = document.documentElement.lang || undefined;
const short = lazily(() => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }));
const day = lazily(() => new Intl.DateTimeFormat(language, { dateStyle: "medium" }));
const full = lazily(() => new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" }));
const distance = lazily(() => new Intl.RelativeTimeFormat(language, { numeric: "auto" }));
const STEPS = [["minute", 60], ["hour", 3600], ["day", 86400]];
const WEEK = 7 * 86400;

function relative(when) {
  const seconds = (when.getTime() - Date.now()) / 1000;
  const size = Math.abs(seconds);
  if (size >= WEEK) return day().format(when);
  const [unit, length] = STEPS.findLast(([, each]) => size >= each) ?? STEPS[0];
  return distance().format(Math.trunc(seconds / length), unit);
}

function show(root) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const when = new Date(element.dateTime);
    if (Number.isNaN(when.getTime())) continue;
    element.textContent = element.closest("[data-relative]") ? relative(when) : short().format(when);
    element.title = full().format(when);
  }
}

export default function time(element) {
  show(element);
  document.addEventListener("ic:attach", (event) => show(event.target));
  setInterval(() => { for (const part of element.querySelectorAll("[data-relative]")) show(part); }, 60_000);
}
