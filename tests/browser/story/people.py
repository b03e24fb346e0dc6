"""People at a real server, each in a browser profile of their own, in one language."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from intercoder.language import LANGUAGES, catalogue
from waiting import PATIENCE_WITH_A_PAGE

AXE = (Path(__file__).parents[2] / "vendor" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"], "selectors": False}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
PASSWORD = "four quiet herons stand"
# Messages that the browser itself writes for a refusal that the story asks for.
EXPECTED = ("Failed to load resource", "net::ERR")


def broken_rules(page: Page, rules: Sequence[str] | None = None) -> list[str]:
    """Return what axe-core finds on a page as it is now; ``rules``: those alone."""
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": RULES}
    found: list[str] = page.evaluate(
        f"async () => {{ {AXE}; const r = await axe.run(document, {{runOnly: {json.dumps(only)}}}); "
        "return r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`); }"
    )
    return found


@dataclass
class Person:
    """One browser profile, its page, and what went wrong in it."""

    name: str
    language: str
    base: str
    page: Page
    complaints: list[str] = field(default_factory=list)
    #: pages that were looked at: address → what they were called
    looked: dict[str, str] = field(default_factory=dict)

    def t(self, message: str, **values: object) -> str:
        """Return a sentence of the pages in this person's language."""
        text = catalogue(self.language).gettext(message)
        return text.format(**values) if values else text

    def goto(self, path: str) -> None:
        """Open an address of the server."""
        self.page.goto(self.base + path)

    def button(self, message: str, **values: object) -> Locator:
        """Return the button with this sentence."""
        return self.page.get_by_role("button", name=self.t(message, **values))

    def link(self, message: str, **values: object) -> Locator:
        """Return the link with this sentence."""
        return self.page.get_by_role("link", name=self.t(message, **values))

    def tab(self, message: str) -> None:
        """Go to a place of the project."""
        self.page.locator(".tabs").get_by_role("link", name=self.t(message)).click()

    def dialog(self, identifier: str) -> Locator:
        """Return an open dialog."""
        dialog = self.page.locator(f"dialog#{identifier}")
        expect(dialog).to_be_visible()
        return dialog

    def confirm(self) -> None:
        """Say yes to the question that is asked."""
        box = self.page.locator("dialog[open]").last
        expect(box).to_be_visible()
        box.locator("footer button").last.click()

    def check_accessible(self, what: str) -> None:
        """Let axe-core look at the page as it is now."""
        complaints: dict[str, Any] = self.page.evaluate(
            # From the top, and with the buttons at the end of their form: what bars that stay happen to cover half is no small target.
            f"async () => {{ {AXE}; scrollTo(0, 0); for (const bar of document.querySelectorAll('.stays')) bar.style.position = 'static'; await new Promise(requestAnimationFrame); const r = await axe.run(document, {json.dumps(OPTIONS)}); "
            "for (const bar of document.querySelectorAll('.stays')) bar.style.position = ''; "
            "return Object.fromEntries(r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))])); }"
        )
        self.looked[self.page.url] = what
        assert complaints == {}, f"{what} ({self.language}): {json.dumps(complaints, ensure_ascii=False, indent=1)}"

    def switch_language(self) -> None:
        """Read the pages in the other language from now on, by the switch in the header."""
        self.language = "zh" if self.language == "en" else "en"
        self.page.locator(f"form[action$='/language'] [name=language][value={self.language}]").click()
        expect(self.page.locator("html")).to_have_attribute("lang", LANGUAGES[self.language].tag)

    def look_again_in_the_other_language(self) -> None:
        """Let axe-core look at every page once more that it looked at."""
        self.switch_language()
        for address, what in list(self.looked.items()):
            self.page.goto(address)
            expect(self.page.locator("html")).to_have_attribute("lang", LANGUAGES[self.language].tag)
            self.check_accessible(f"{what}, again")

    def select_with_mouse(self, quote: str) -> None:
        """Drag over the first occurrence of a quote in the text."""
        where = self.page.evaluate(
            """(quote) => {
              for (const block of document.querySelectorAll("[data-cp]")) {
                const at = block.textContent.indexOf(quote);
                if (at < 0) continue;
                block.scrollIntoView({ block: "center" });
                const range = document.createRange();
                const words = block.lastChild; // before it may stand who speaks
                const from = at - block.textContent.length + words.length;
                range.setStart(words, from);
                range.setEnd(words, from + quote.length);
                const boxes = [...range.getClientRects()];
                const [first, last] = [boxes[0], boxes.at(-1)];
                return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
              }
              return null;
            }""",
            quote,
        )
        assert where, f"“{quote}” is not in the text"
        self.page.mouse.move(where[0], where[1])
        self.page.mouse.down()
        self.page.mouse.move((where[0] + where[2]) / 2, (where[1] + where[3]) / 2, steps=4)
        self.page.mouse.move(where[2], where[3], steps=4)
        self.page.mouse.up()
        expect(self.page.locator(".palette:popover-open").first).to_be_visible()

    def code(self, quote: str, name: str) -> None:
        """Select a quote, find a code by name in the palette, apply it."""
        self.select_with_mouse(quote)
        box = self.page.locator(".palette:popover-open [role=combobox]")
        expect(box).to_be_focused()
        box.fill(name)
        self.page.keyboard.press("Enter")
        expect(box).to_be_hidden()

    def saved(self) -> None:
        """Wait until the server has everything."""
        expect(self.page.locator("#sync")).to_have_attribute("data-state", "saved")


def person(browser: Browser, base: str, language: str, name: str, *, dark: bool = False, width: int = 1440) -> Person:
    """Open a profile for somebody."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 900}, locale=LOCALES[language], color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(PATIENCE_WITH_A_PAGE)
    # The coding page says when its modules are at work; written where a test can wait for it.
    context.add_init_script(
        "addEventListener('ic-ready', () => document.documentElement.setAttribute('data-ready', 'yes'), true)"
    )
    made = Person(name, language, base, context.new_page())

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in EXPECTED):
            made.complaints.append(message.text)

    made.page.on("console", heard)
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    return made


def joined(
    lead: Person, browser: Browser, name: str, roles: Sequence[str], language: str, *, dark: bool = False
) -> Person:
    """Let the lead invite somebody, who makes an account through the link."""
    lead.tab("Team")
    lead.button("Invite").first.click()
    form = lead.dialog("invite")
    form.locator("[name=email]").fill(f"{name.lower()}@study.example")
    for box in form.locator("[name=roles]").all():
        box.set_checked(box.get_attribute("value") in roles)
    form.locator("footer button.primary").click()
    expect(lead.page.locator("#invited")).to_be_visible()
    link = lead.page.locator("#invited-link").input_value()
    path = re.sub(r"^https?://[^/]+", "", link)
    made = person(browser, lead.base, language, name, dark=dark)
    made.goto(path)
    made.page.locator("[name=name]").fill(name)
    made.page.locator("[name=password]").fill(PASSWORD)
    again = made.page.locator("[name=again], [name=password_again], [name=repeated]")
    if again.count():
        again.first.fill(PASSWORD)
    made.button("Make the account and join").click()
    expect(made.page.locator(".tabs, main").first).to_be_visible()
    return made
