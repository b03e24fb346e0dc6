// Put data-controller="dialog" on <body> (or on any part): in it
//   <button data-dialog-open="ID">  opens <dialog id="ID">;  data-dialog-close closes the one it is in;
//   <dialog data-open> is opened at once (a form that came back with errors);  <dialog data-dismiss> also closes on a press beside it.
export default function dialog(element) {
  element.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      const target = document.getElementById(opener.dataset.dialogOpen);
      if (target instanceof HTMLDialogElement && !target.open) {
        event.preventDefault();
        target.showModal();
        // The browser gives the focus back at once, and tells of the closing later: who has gone on meanwhile is not called back.
        target.addEventListener("close", () => document.activeElement === document.body && opener.focus(), { once: true });
      }
      return;
    }
    if (event.target.closest("[data-dialog-close]")) {
      event.target.closest("dialog")?.close();
      return;
    }
    if (event.target instanceof HTMLDialogElement && "dismiss" in event.target.dataset) {
      const box = event.target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) event.target.close();
    }
  });
  for (const open of element.querySelectorAll("dialog[data-open]")) if (!open.open) open.showModal();
}
