/* Classic script in <head>, before the style sheets: sets the chosen theme before the first paint. */
(function () {
  "use strict";
  try {
    var theme = localStorage.getItem("ic-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (refused) {
    // Storage may be switched off: the page then follows the system.
  }
})();
