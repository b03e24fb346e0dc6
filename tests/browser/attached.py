"""When the modules of a page are at work: a key that is pressed before is not heard."""

from playwright.sync_api import Page

# Modules run in the order in which they were asked for, so that theirs have run when these answer.
ATTACHED = """() => Promise.all([...document.querySelectorAll("[data-controller]")]
  .flatMap((element) => element.dataset.controller.split(/\\s+/))
  .map((name) => import("ic/parts.js").then(({ load }) => load(`controllers/${name}.js`))))
  .then(() => new Promise((done) => setTimeout(done)))"""


def attached(page: Page) -> None:
    """Wait until the controllers of a page listen."""
    page.evaluate(ATTACHED)
