// <form data-controller="form prefill …" data-prefill='{"documents": ["…"], "design": {"each": 2}}'>: begins with what is said there, by the names of
// the fields; other modules of the form hear one change. What is not said stays as the page has it.

export default function prefill(form) {
  const said = JSON.parse(form.dataset.prefill || "null");
  if (!said) return;
  for (const field of form.elements) {
    const value = field.name?.split(".").reduce((part, name) => part?.[name], said);
    if (value === undefined) continue;
    if (field.type === "checkbox") field.checked = "array" in field.dataset ? value.includes(field.value) : value;
    else if (field.type === "radio") field.checked = field.value === value;
    else field.value = value ?? "";
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}
