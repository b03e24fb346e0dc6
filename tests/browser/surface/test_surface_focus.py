"""Words that are selected in the text stay meant, and seen, whatever box has the focus meanwhile; nothing calls anybody back who has gone on."""

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World

WORDS = "没有信任什么都谈不了"
#: keys that open a box, the box, whether it is one of the page that Escape does not close
BOXES = (
    ("m", ".menu:popover-open textarea", False),
    ("r", ".palette:popover-open input", False),
    ("i", ".naming:popover-open input", False),
    ("o", ".menu:popover-open button", False),
    ("v", "#view-options input", False),
    ("g", "#my-documents", False),
    ("?", "dialog[open]", False),
    ("Control+k", "dialog[open] input", False),
    ("Control+f", ".find input", False),
    ("/", "#codebook-filter", False),
    ("Shift+m", "[data-memos] input", False),
    ("", "#document-memo", True),
)


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    return Coder(page, world).open()


def selected(coder: Coder) -> str:
    words: str = coder.page.evaluate("String(getSelection())")
    return words


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_words_stay_selected_behind_every_box(coder: Coder) -> None:
    page = coder.page
    coder.code(WORDS, "信任先行")
    coder.press("m")
    expect(coder.menu).to_be_visible()
    page.keyboard.type("a memo")
    coder.press("Escape")
    expect(coder.doc).to_be_focused()
    for key, place, stays in BOXES:
        assert selected(coder) == WORDS, key
        box = page.locator(place).first
        if key:
            coder.press(key)
        else:
            box.focus()
        expect(box).to_be_visible()
        if key not in ("m", "o"):  # there the coding is shown, whose words they are
            assert coder.painted("ic-pending") == 1 or key in ("g", "?", "Control+k"), key
        if stays:
            coder.doc.focus()
        else:
            coder.press("Escape")
        expect(coder.doc).to_be_focused()
    # They take one more code, and all codings at this place are listed.
    assert selected(coder) == WORDS
    coder.press("Enter")
    coder.filter.fill("数据互信")
    coder.press("Enter")
    coder.press("o")
    expect(coder.menu.get_by_role("listitem")).to_have_count(2)
    coder.press("Escape")
    coder.saved()
    assert sorted(coder.world.quotes()) == [("信任先行", WORDS), ("数据互信", WORDS)]
    # Let go of, they are: also by a press beside the text.
    coder.press("Escape")
    assert selected(coder) == ""
    assert coder.painted("ic-pending") == 0
    coder.press("1")
    coder.saved()
    assert len(coder.world.live()) == 2


def test_what_closes_late_calls_nobody_back(coder: Coder) -> None:
    """The browser tells of the closing of a dialog some time later; it has given the focus back by then."""
    page = coder.page
    for key, opened in (("g", "#my-documents"), ("?", "dialog[open]:has(.key-groups)")):
        coder.doc.focus()
        coder.press(key)
        expect(page.locator(opened)).to_be_visible()
        page.evaluate(
            """(opened) => {
              document.querySelector(opened).close();
              document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "v", code: "KeyV", bubbles: true, cancelable: true }));
            }""",
            opened,
        )
        expect(page.locator("#view-options")).to_be_visible()
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        expect(page.locator("#view-options [name=marks]:checked")).to_be_focused()
        coder.press("Escape")
        expect(page.locator("#view-options")).to_be_hidden()
        expect(coder.doc).to_be_focused()
