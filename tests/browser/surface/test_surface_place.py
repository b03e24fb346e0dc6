"""Where the palette stands: at the selected words, never over any of them, in every window; and what an input method does in it."""

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World

#: first paragraph, its character; last paragraph, its character
WORDS = {
    "a word in the middle": (4, 2, 4, 6),
    "a word in the first line": (0, 0, 0, 3),
    "a word in the last line": (-1, 2, -1, 6),
    "across paragraphs": (8, 3, 10, 9),
    "more than the window holds": (0, 0, -1, 9),
}
SELECTED = """([i, a, j, b, block]) => {
  const texts = [...document.querySelectorAll("[data-cp]")];
  const [first, last] = [texts.at(i), texts.at(j)];
  scrollTo({ top: 0, behavior: "instant" });
  last.scrollIntoView({ block, behavior: "instant" });
  document.querySelector("[data-controller=coding]").focus({ preventScroll: true });
  getSelection().setBaseAndExtent(first.lastChild, a, last.lastChild, b);
}"""
# The words are those that the page paints as meant.
MEASURED = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const box = document.querySelector(".palette:popover-open").getBoundingClientRect();
  const words = [...CSS.highlights.get("ic-pending")].flatMap(({ startContainer, startOffset, endContainer, endOffset }) => {
    const range = document.createRange();
    range.setStart(startContainer, startOffset);
    range.setEnd(endContainer, endOffset);
    return [...range.getClientRects()].filter((rect) => rect.width);
  });
  const top = Math.min(...words.map((rect) => rect.top));
  const bottom = Math.max(...words.map((rect) => rect.bottom));
  const beside = words.every((rect) => rect.right <= box.left);
  return {
    words: words.length,
    covered: words.filter((rect) => rect.left < box.right && rect.right > box.left && rect.top < box.bottom && rect.bottom > box.top).length,
    side: beside ? "beside" : box.top >= bottom ? "below" : "above",
    away: beside ? Math.max(0, box.top - bottom, top - box.bottom) : Math.max(box.top - bottom, top - box.bottom),
    within: box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight,
    height: box.height,
  };
}"""


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    return Coder(page, world)


def measured(coder: Coder) -> dict[str, Any]:
    found: dict[str, Any] = coder.page.evaluate(MEASURED)
    assert found["words"]
    assert found["covered"] == 0
    assert found["within"]
    assert found["away"] <= 12
    return found


@pytest.mark.parametrize(
    ("locale", "windows", "paragraph", "typed"),
    [
        (
            "zh-CN",
            ((1440, 900), (768, 900), (390, 700)),
            "我觉得最关键的是信任，没有信任什么都谈不了。平台把数据都开放给我们了，我们就能看到终端消费者的反馈。",
            "互信",
        ),
        (
            "en-GB",
            ((1440, 700), (1024, 700), (390, 844)),
            "Trust comes first; contracts come later. We pivoted twice within six months, and nobody was told.",
            "brico",
        ),
    ],
)
def test_the_palette_stands_at_the_words_and_covers_none(
    coder: Coder, windows: Sequence[tuple[int, int]], paragraph: str, typed: str
) -> None:
    coder.world.paragraphs[:] = [paragraph] * 24
    coder.open()
    box = coder.page.locator(".palette-filter [aria-controls=ic-palette-list]")
    sides = set()
    for width, height in windows:
        coder.page.set_viewport_size({"width": width, "height": height})
        for words in WORDS.values():
            for block in ("end", "start"):
                coder.page.evaluate(SELECTED, [*words, block])
                coder.press("c")
                expect(box).to_be_focused()
                whole = measured(coder)
                sides.add((width, whole["side"]))
                box.fill(typed)
                expect(coder.page.locator(".palette [role=option]")).to_have_count(1)
                less = measured(coder)
                assert less["side"] == whole["side"]
                assert less["height"] <= whole["height"]
                box.fill("")
                assert measured(coder) == whole
                coder.press("Escape", "Escape")
    assert (1440, "beside") in sides
    assert {side for width, side in sides if width == 390} == {"below", "above"}


def test_the_palette_goes_with_its_words_and_keeps_its_side(coder: Coder) -> None:
    coder.world.paragraphs[:] = ["我觉得最关键的是信任，没有信任什么都谈不了。"] * 40
    coder.open()
    coder.page.set_viewport_size({"width": 390, "height": 800})
    coder.page.evaluate(SELECTED, [20, 0, 20, 9, "center"])
    coder.press("c")
    before = measured(coder)["side"]
    for by in (40, -60, 30):
        coder.page.evaluate("(by) => scrollBy({ top: by, behavior: 'instant' })", by)
        assert measured(coder)["side"] == before
    coder.page.evaluate("scrollBy({ top: 330, behavior: 'instant' })")  # the words are at the upper edge now
    assert measured(coder)["side"] == "below"
    coder.page.set_viewport_size({"width": 390, "height": 700})
    measured(coder)


def test_a_name_is_typed_with_an_input_method(coder: Coder) -> None:
    """What is composed finds nothing by chance: the keys are the input method's."""
    coder.open().with_recent("平台接入")
    coder.drag("金字塔")
    method = coder.page.context.new_cdp_session(coder.page)
    for letters in ("x", "xin", "xinren"):
        method.send(
            "Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)}
        )
        coder.press("Enter", "Control+Enter", "Shift+Enter", "Escape")
        expect(coder.filter).to_be_focused()
    assert coder.world.quotes() == []
    method.send("Input.insertText", {"text": "信任先行"})
    expect(coder.filter).to_have_value("信任先行")
    coder.press("Enter")
    coder.saved()
    assert coder.world.quotes() == [("信任先行", "金字塔")]
