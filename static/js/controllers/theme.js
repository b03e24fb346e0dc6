// <fieldset data-controller="theme"> that holds radios with the values auto, light, dark.
const KEY = "ic-theme";

function stored() {
  try {
    return localStorage.getItem(KEY) ?? "auto";
  } catch {
    return "auto";
  }
}

function show(element, theme) {
  for (const radio of element.querySelectorAll("input[type=radio]")) radio.checked = radio.value === theme;
}

function apply(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export default function theme(element) {
  show(element, stored());
  element.addEventListener("change", (event) => {
    const choice = ["light", "dark"].includes(event.target.value) ? event.target.value : "auto";
    apply(choice);
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // Not kept, yet applied to this page.
    }
  });
  window.addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    apply(stored());
    show(element, stored());
  });
}
