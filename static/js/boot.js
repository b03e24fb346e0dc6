/* Classic script in <head>, before the style sheets: sets the chosen theme, and how a text is read, before the first paint; keeps the
   keys that are pressed before the modules of the page listen, so that what is seen can be used at once (app.js hands them on). */
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
  var early = [];
  function keep(event) {
    // What is typed into a field is there already; a chord there (Ctrl+Enter) is for the page.
    var field = event.target.closest && event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.isComposing || (field && !event.ctrlKey && !event.metaKey)) return;
    event.stopImmediatePropagation(); // a module that is here sooner than others would hear the later of two keys first
    if (early.length < 20) early.push(event);
  }
  addEventListener("keydown", keep, true);
  document.documentElement.addEventListener("ic:listening", function () {
    removeEventListener("keydown", keep, true);
    early.forEach(function (event) {
      var target = event.target.isConnected ? event.target : document.body;
      target.dispatchEvent(new KeyboardEvent("keydown", event));
    });
  }, { once: true });
})();
