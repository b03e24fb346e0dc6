/* Classic script in <head>, before the style sheets: sets the chosen theme, and how a text is read, before the first paint; keeps what
   is pressed before the modules of the page listen, so that what is seen can be used at once (app.js hands it on). */
(function () {
  "use strict";
  try {
    var theme = localStorage.getItem("ic-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    var reading = localStorage.getItem("ic-reading");
    if (reading && /^[a-z0-9 -]{1,200}$/.test(reading)) document.documentElement.dataset.reading = reading;
  } catch (refused) {
    // Storage may be switched off: the page then follows the system.
  }
  // What cannot be done before the modules listen waits in its order; a button or form that is pressed twice waits once.
  var early = [];
  function later(event, thing, again) {
    event.stopImmediatePropagation(); // a module that is here sooner than others would hear the later of two first
    var waits = thing && early.some(function (each) { return each.thing === thing; });
    if (!waits && early.length < 20) early.push({ thing: thing, again: again });
  }
  function key(event) {
    // What is typed into a field is there already; a chord there (Ctrl+Enter) is for the page.
    var field = event.target.closest && event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.isComposing || (field && !event.ctrlKey && !event.metaKey)) return;
    later(event, null, function () {
      (event.target.isConnected ? event.target : document.body).dispatchEvent(new KeyboardEvent("keydown", event));
    });
  }
  // A button that does nothing by itself.
  function press(event) {
    var button = event.target.closest && event.target.closest("button[type=button]:not([popovertarget])");
    if (button) later(event, button, function () { button.click(); });
  }
  // Without the modules the answer for programs would be shown as it is, and what is to be confirmed would be done at once.
  function send(event) {
    var form = event.target;
    var button = event.submitter;
    var to = (button && button.getAttribute("formaction")) || form.getAttribute("action") || "";
    if (to.indexOf("/api/") && !form.matches("[data-controller~=confirm]")) return;
    event.preventDefault();
    later(event, form, function () { if (form.isConnected) form.requestSubmit(button && button.isConnected ? button : null); });
  }
  var kept = [["keydown", key], ["click", press], ["submit", send]];
  kept.forEach(function (each) { addEventListener(each[0], each[1], true); });
  document.documentElement.addEventListener("ic:listening", function () {
    kept.forEach(function (each) { removeEventListener(each[0], each[1], true); });
    early.forEach(function (each) { each.again(); });
  }, { once: true });
})();
