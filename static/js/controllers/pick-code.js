// <div data-controller="pick-code" data-codes="address of all codes by column"> in a form of filters: <input type="hidden">, <details> with a
// list of codes, and where one is chosen <button data-clear>. What is chosen is asked for at once.
import { codeList } from "ic/lib/code-list.js";

export default function pickCode(field) {
  const value = field.querySelector("input[type=hidden]");
  const ask = (code) => {
    value.value = code;
    value.form.requestSubmit();
  };
  codeList(field.querySelector("details"), field.dataset.codes, { choose: ask });
  field.querySelector("[data-clear]")?.addEventListener("click", () => ask(""));
}
