"""Every key that the table has for the text is pressed in it once, and does what it says (elsewhere: test_surface_key_places.py)."""

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.languages import one_of_both
from browser.surface.driver import Coder
from browser.surface.study import World

PARAGRAPHS = ["One two three. Four five six. Seven eight nine.", "Ten eleven twelve."]
# What the table has for the text: also on a stripe, or on the words alone.
LISTED = """async () => {
  const { keymap, ofPage } = await import("ic/parts.js").then(({ load }) => load("coding/keymap.js"));
  return keymap().flatMap(({ rows }) => rows).filter(row => ofPage(row) && (row.where ?? "text") === "text")
    .flatMap(({ acts }) => acts.flatMap(({ keys }) => keys));
}"""


class Typist(Coder):
    """Ai, who knows which keys of the table were pressed."""

    def __init__(self, page: Page, world: World) -> None:
        super().__init__(page, world)
        self.done: set[str] = set()

    def key(self, *names: str) -> None:
        """Press keys in the text, by the names of the table."""
        for name in names:
            expect(self.doc).to_be_focused()
            self.done.add(name)
            self.press(name.replace("Ctrl+", "Control+"))

    def left(self) -> set[str]:
        """Return what was not pressed; of nine digits one stands for all."""
        return set(self.page.evaluate(LISTED)) - self.done - set("23456789")

    def words(self) -> str:
        """Return what is selected."""
        said: str = self.page.evaluate("String(getSelection())")
        return said

    def place(self) -> int:
        """Return where the caret stands in its paragraph."""
        at: int = self.page.evaluate("getSelection().focusOffset")
        return at

    def quote(self) -> str:
        """Return the words of the only coding."""
        self.saved()
        [(_, said)] = self.world.quotes()
        return said

    def at(self, words: str) -> None:
        """Select words, with nothing open beside them."""
        self.drag(words)
        self.press("Escape")
        expect(self.filter).to_be_hidden()

    def opens(self, name: str, place: Locator) -> None:
        """Press a key that opens something, and put it away."""
        self.key(name)
        expect(place).to_be_visible()
        self.press("Escape")
        expect(place).to_be_hidden()


@pytest.fixture
def locale(request: pytest.FixtureRequest) -> str:
    """Each test in one language, some in each."""
    return one_of_both(request)


@pytest.fixture
def coder(page: Page, world: World) -> Typist:
    world.paragraphs = list(PARAGRAPHS)
    return Typist(page, world).open()  # type: ignore[return-value]


def test_each_key_of_the_text_does_what_it_says(coder: Typist) -> None:
    for tried in (selecting, changing, cutting, going):
        tried(coder)
    assert coder.left() == set()


def selecting(coder: Typist) -> None:
    coder.at("five")
    for name, words in (
        ("ArrowRight", "six"),
        ("ArrowLeft", "five"),
        ("Shift+ArrowRight", "five "),
        ("Shift+ArrowLeft", "five"),
        ("Alt+Shift+ArrowRight", "five "),
        ("Alt+Shift+ArrowLeft", "five"),
        ("ArrowDown", "Ten"),
        ("ArrowUp", "One"),
        ("Shift+ArrowDown", PARAGRAPHS[0]),
        ("Shift+ArrowUp", ""),
    ):
        coder.key(name)
        assert coder.words() == words, name
    coder.at("five")
    coder.key("Alt+ArrowRight")
    there = coder.place()
    coder.key("Alt+ArrowLeft")
    assert (there, coder.place()) == (25, 24)
    coder.key("s")
    assert coder.words().strip() == "Four five six."
    coder.key("b")
    assert coder.words() == PARAGRAPHS[0]
    coder.key("Escape")
    assert coder.words() == ""


def changing(coder: Typist) -> None:
    page = coder.page
    coder.at("five")
    for name in ("Enter", "c"):
        coder.opens(name, coder.filter)
    box = page.get_by_role("combobox", name=coder.t("Name of the label"))
    for name in ("Shift+Enter", "i"):
        coder.opens(name, box)
    coder.press("i", "Enter")  # a label of one's own: it is used, and lies on the key 1
    expect(coder.stripes).to_have_count(1)
    coder.at("eleven")
    coder.key("1")
    expect(coder.stripes).to_have_count(2)
    coder.key("Delete")
    expect(coder.stripes).to_have_count(1)
    coder.key("Ctrl+z")
    expect(coder.stripes).to_have_count(2)
    coder.key("Ctrl+y")
    expect(coder.stripes).to_have_count(1)
    coder.press("Control+z")
    expect(coder.stripes).to_have_count(2)
    coder.key("Ctrl+Shift+z")
    expect(coder.stripes).to_have_count(1)
    coder.at("five")
    one = coder.stripes.first
    for name, kind in (("d", "doubt"), ("*", "typical")):
        coder.key(name)
        expect(one).to_contain_class(kind)
    coder.key("Shift+d")
    expect(one).not_to_contain_class("doubt")
    for name, longer in (
        ("[", True),
        ("Shift+[", False),
        ("]", True),
        ("Shift+]", False),
        ("Alt+[", True),
        ("Alt+Shift+[", False),
        ("Alt+]", True),
        ("Alt+Shift+]", False),
        ("Ctrl+Alt+[", True),
        ("Ctrl+Alt+]", True),
        ("Ctrl+Alt+Shift+[", False),
        ("Ctrl+Alt+Shift+]", False),
    ):
        if name == "Ctrl+Alt+Shift+[":
            coder.press("Control+Alt+]")  # two sentences, of which one can go
        if name == "Ctrl+Alt+Shift+]":
            coder.press("Control+Alt+[")
        before = coder.quote()
        coder.key(name)
        after = coder.quote()
        assert (len(after) > len(before)) is longer, (name, before, after)
        assert (before in after) is longer, (name, before, after)
    assert coder.quote() == "Four five six."


def cutting(coder: Typist) -> None:
    coder.at("five")
    coder.key("x")
    expect(coder.stripes).to_have_count(2)
    coder.key("j")
    expect(coder.stripes).to_have_count(1)
    assert coder.quote() == "Four five six."
    coder.at("five")
    coder.key("Shift+x")
    expect(coder.stripes).to_have_count(3)
    coder.press("Control+z")
    expect(coder.stripes).to_have_count(1)
    coder.at("five")
    coder.opens("m", coder.menu)
    coder.opens("r", coder.filter)
    coder.opens("o", coder.page.locator(".menu:popover-open"))


def going(coder: Typist) -> None:
    page = coder.page
    stripe = coder.stripes.first
    for name, words in (("n", "three"), ("p", "eight")):
        coder.at(words)
        coder.key(name)
        expect(stripe).to_be_focused()
        coder.press("Escape")
    tree = page.locator("[data-own]").get_by_role("tree")
    coder.key("l")
    expect(tree).to_be_focused()
    coder.doc.focus()
    coder.opens("Ctrl+f", page.get_by_role("searchbox", name=coder.t("Find in this text")))
    coder.opens("u", page.locator(".unit-bar"))
    coder.opens("g", page.locator("#my-documents"))
    coder.opens("v", page.locator("#view-options"))
    coder.opens("?", page.locator("dialog:has(.key-groups)"))
    coder.key("/")
    expect(page.locator("#codebook-filter")).to_be_focused()
    coder.press("Escape")
    coder.key("Shift+m")
    expect(page.locator(".toast")).to_contain_text(coder.t("None yet: m writes one on a coding."))
    stripe.focus()
    coder.press("Escape")
    coder.key("f")
    expect(page.locator(".toast")).not_to_contain_text(coder.t("All codings are shown."))
    coder.key("f")
    expect(page.locator(".toast")).to_have_text(coder.t("All codings are shown."))
    # Last, what takes the coding away.
    stripe.focus()
    coder.press("Escape")
    coder.key("Backspace")
    expect(coder.stripes).to_have_count(0)
