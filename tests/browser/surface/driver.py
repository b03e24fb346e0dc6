"""What a coder does on the coding page, as small verbs."""

import re

from playwright.sync_api import Locator, Page, expect

from browser.surface.study import World, sign_in
from intercoder.language import LANGUAGES, catalogue
from waiting import until


class Coder:
    """One tab with the coding page."""

    def __init__(self, page: Page, world: World) -> None:
        self.page = page
        self.world = world

    def t(self, message: str, plural: str = "", **values: object) -> str:
        """Return a sentence of the page in its language, as the catalogue has it; ``plural`` with ``n`` among the values."""
        lang = self.page.locator("html").get_attribute("lang")
        there = catalogue(next(code for code, known in LANGUAGES.items() if known.tag == lang))
        n = values.get("n")
        text = there.ngettext(message, plural, n) if isinstance(n, int) and plural else there.gettext(message)
        assert lang == "en" or text not in {message, plural}, f"the catalogue has no sentence {message!r}"
        return text.format(**values) if values else text

    def sign_in(self, person: str = "ai") -> None:
        """Sign in, in this browser profile: pages that stand open keep the token of the session before."""
        sign_in(self.page.context, self.world.line.url, person)

    def sign_out(self) -> None:
        """Lose the session."""
        self.page.context.clear_cookies()

    def open(self) -> "Coder":
        """Load the page and wait until its first screen is painted."""
        if not self.page.context.cookies():
            self.sign_in()
        # The markers are attributes written by listeners, so that the page needs no global variable of its own.
        self.page.add_init_script(
            "document.addEventListener('ic-ready', e => e.target.setAttribute('data-test-ready', ''));"
            "document.addEventListener('ic-saved', e => e.target.setAttribute('data-test-saved', +(e.target.dataset.testSaved ?? 0) + 1));"
        )
        self.page.goto(self.world.line.url + self.world.open())
        expect(self.doc).to_have_attribute("data-test-ready", "")
        return self

    def whole(self) -> "Coder":
        """Wait for what the page asks for after its first screen: who loses the network before has no more than that."""
        there = "performance.getEntriesByType('resource').some(({ name }) => /-later/.test(name))"
        until(lambda: self.page.evaluate(there), "the rest of the page came")
        return self

    def with_recent(self, *names: str) -> "Coder":
        """Have used codes before, so that they lie on the keys 1, 2, …"""
        for name in names:
            self.code("以前", name)
        for _ in names:
            self.press("Control+z")
        expect(self.stripes).to_have_count(0)
        self.saved()
        self.world.line.writes.clear()
        return self

    @property
    def doc(self) -> Locator:
        """The text region."""
        return self.page.locator("[data-controller=coding]")

    @property
    def sync(self) -> Locator:
        """The state in the header."""
        return self.page.locator("#sync")

    @property
    def filter(self) -> Locator:
        """The palette's filter box."""
        return self.page.get_by_role("combobox", name=re.compile(r"^(Filter codes|筛选编码)$"))

    @property
    def menu(self) -> Locator:
        """The details of a coding."""
        return self.page.get_by_role("dialog", name=re.compile(r"^(Coding|编码记录)$"))

    @property
    def stripes(self) -> Locator:
        """All stripes."""
        return self.page.locator(".stripe")

    def drag(self, quote: str) -> None:
        """Select `quote` with the mouse (within one line)."""
        box = self.page.evaluate(
            """(quote) => {
              for (const block of document.querySelectorAll("[data-cp]")) {
                const at = block.textContent.indexOf(quote);
                if (at < 0) continue;
                const range = document.createRange();
                const words = block.lastChild; // before it may stand who speaks
                const from = at - block.textContent.length + words.length;
                range.setStart(words, from);
                range.setEnd(words, from + quote.length);
                const boxes = [...range.getClientRects()];
                const [first, last] = [boxes[0], boxes.at(-1)];
                return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
              }
            }""",
            quote,
        )
        left, top, right, bottom = box
        self.page.mouse.move(left + 1, top)
        self.page.mouse.down()
        self.page.mouse.move((left + right) / 2, (top + bottom) / 2, steps=4)
        self.page.mouse.move(right - 1, bottom, steps=4)
        self.page.mouse.up()
        expect(self.page.locator(".palette:popover-open, .menu:popover-open").first).to_be_visible()

    def code(self, quote: str, name: str) -> None:
        """Select with the mouse, find a code by name, apply it."""
        self.drag(quote)
        expect(self.filter).to_be_focused()
        self.filter.fill(name)
        self.press("Enter")
        expect(self.filter).to_be_hidden()

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def saved(self) -> None:
        """Wait until everything is on the server."""
        expect(self.sync).to_have_attribute("data-state", "saved")

    def painted(self, name: str) -> int:
        """Return how many ranges a highlight has; `ic-3` stands for all steps and lanes of that hue."""
        size = self.page.evaluate(
            """name => [...CSS.highlights].filter(([key]) => key === name || key.startsWith(`${name}-`))
              .reduce((sum, [, highlight]) => sum + highlight.size, 0)""",
            name,
        )
        assert isinstance(size, int)
        return size


def add_case(page: Page, world: World, name: str) -> None:
    """Make a case, as another tab would."""
    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    answer = page.request.post(
        f"{world.line.url}/api/v1/projects/{world.project}/cases",
        data={"name": name},
        headers={"X-CSRFToken": token or ""},
    )
    assert answer.status == 201, answer.text()
