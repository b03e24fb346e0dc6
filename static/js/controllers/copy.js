// <button data-controller="copy" data-copy="text"> or data-copy-from="#element": copies, and says so for two seconds on the button.
import { announce } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";

export default function copy(button) {
  const label = button.textContent;
  let timer;
  button.addEventListener("click", async () => {
    const source = button.dataset.copyFrom ? document.querySelector(button.dataset.copyFrom) : null;
    const text = button.dataset.copy ?? source?.value ?? source?.textContent.trim() ?? "";
    let sentence;
    try {
      await navigator.clipboard.writeText(text);
      sentence = gettext("Copied");
    } catch {
      // No permission or no secure context: select it, so that the person can copy by hand.
      if (source) getSelection().selectAllChildren(source);
      source?.select?.();
      sentence = gettext("Press Ctrl+C to copy");
    }
    button.textContent = sentence;
    announce(sentence);
    clearTimeout(timer);
    timer = setTimeout(() => { button.textContent = label; }, 2000);
  });
}
