// <select data-controller="memo-on"> in the form of a memo: what is chosen ("case ID", or "project" alone) fills its fields about and of.
export default function memoOn(select) {
  const put = () => {
    const [about, of] = select.value.split(" ");
    select.form.elements.namedItem("about").value = about;
    select.form.elements.namedItem("of").value = of ?? "";
  };
  select.addEventListener("change", put);
  put();
}
