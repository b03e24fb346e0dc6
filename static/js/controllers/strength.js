// <div data-controller="strength" data-field="ID"><meter hidden><p role="status">: says what the server thinks of the password in that field
// while it is typed. The server judges, by the same rule as when the form is sent, and keeps nothing. Without an answer nothing is said.
import { api } from "ic/lib/page.js";

const PAUSE = 350; // ms without a key

export default function strength(element) {
  const field = document.getElementById(element.dataset.field);
  const meter = element.querySelector("meter");
  const words = element.querySelector("p");
  const typed = (...names) => names.map((name) => field.form.elements[name]?.value).find(Boolean) ?? "";
  let timer;
  let asking;

  const show = (answer) => {
    meter.hidden = !answer;
    meter.value = Math.max(answer?.level ?? 0, 0.3); // a bar that is empty reads as no bar
    words.textContent = answer?.sentence ?? "";
    element.dataset.enough = answer ? String(answer.enough) : "";
  };

  const ask = async () => {
    asking = new AbortController();
    const body = { password: field.value, name: typed("name").slice(0, 400), email: typed("email", "shown_email", "username").slice(0, 400) };
    try {
      show(await api("/api/v1/password-strength", { method: "POST", body, signal: asking.signal }));
    } catch (error) {
      if (error.problem?.cause !== "AbortError") show(null);
    }
  };

  const judge = () => {
    clearTimeout(timer);
    asking?.abort();
    if (field.value) timer = setTimeout(ask, PAUSE);
    else show(null);
  };

  field.addEventListener("input", judge);
  judge(); // what was typed before this module came
}
