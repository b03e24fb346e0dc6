/* Classic script in <head>, before the style sheets: sets the chosen theme, and how a text is read, before the first paint. */
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
})();
