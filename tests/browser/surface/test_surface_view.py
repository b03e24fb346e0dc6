"""How the text and its codings are shown: the margin with its names, and what a reader may choose."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World

WORDS = "组织结构也跟着变了，以前是金字塔，现在是小团队。"
NAMES = """() => [...document.querySelectorAll(".strip")].flatMap(strip => {
  const text = strip.parentElement.querySelector("[data-cp]").getBoundingClientRect();
  return [...strip.querySelectorAll(".stripe-label, .more")].map(el => [el.getBoundingClientRect(), text])
    .filter(([box]) => box.width)
    .map(([box, text]) => [box.left, box.top, box.right, box.bottom, text.right]);
})"""
# The underline and the fill of a highlight on a paragraph, as the browser has computed them.
STYLE = """name => {
  const style = getComputedStyle(document.querySelector("[data-cp]"), `::highlight(${name})`);
  return [style.textDecorationLine, style.textUnderlineOffset, style.textDecorationColor, style.backgroundColor];
}"""


def names_apart(page: Page) -> list[list[float]]:
    """Return the boxes of all names in the margin; none lies over another one or over the text."""
    boxes: list[list[float]] = page.evaluate(NAMES)
    for k, (left, top, right, bottom, text) in enumerate(boxes):
        assert left >= text, boxes[k]
        for other in boxes[:k]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] + 0.5 or other[3] <= top + 0.5
            assert apart, (boxes[k], other)
    return boxes


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_margin_names_codings_apart_and_folds_what_has_no_room(
    new_page: Callable[[], Page], world: World, locale: str
) -> None:
    world.paragraphs = [WORDS, WORDS * 12, *world.paragraphs]
    world.open()
    # One line, five deep at one place, and as many codes; and a long paragraph with many.
    spans = [("c1", 0, 24), ("c2", 0, 20), ("c3", 2, 18), ("c4", 4, 16), ("c5", 6, 14)]
    start = world.text.index(WORDS * 12)
    spans += [(f"c{1 + k % 5}", start + k * 7, start + k * 7 + 5) for k in range(30)]
    world.put_many(spans)
    page = new_page()
    coder = Coder(page, world).open()
    first, long = page.locator(".strip").nth(0), page.locator(".strip").nth(1)
    expect(first.locator(".stripe")).to_have_count(5)
    # Below the words each of four layers has a line of its own; the fifth shares the last.
    lanes = page.evaluate("[...CSS.highlights].filter(([, h]) => h.size).map(([name]) => name)")
    assert {lane.rsplit("-", 1)[1] for lane in lanes if lane.count("-") == 3} == {"0", "1", "2", "3"}
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        shown = [page.evaluate(STYLE, f"ic-{hue}-1-{lane}") for hue, lane in ((0, 0), (0, 1), (1, 2), (1, 3))]
        assert all(line == "underline" for line, *_ in shown)
        assert len({offset for _, offset, *_ in shown}) == 4, shown
        assert len({colour for *_, colour, _ in shown}) == 2, shown
    # The names that the line has no room for are folded; pointing at the number, or the focus, says them.
    more = first.locator(".more")
    assert more.count() == 1
    n = int(more.inner_text()[1:])
    assert n + first.locator(".stripe-label").count() == 5
    listed = page.locator(".folded-names")
    more.hover()
    expect(listed.locator("li")).to_have_count(n)
    listed.locator("li").last.hover()
    assert coder.painted("ic-active") == 1
    page.mouse.move(5, 500)
    expect(listed).to_be_hidden()
    first.locator(".stripe").first.focus()
    coder.press(*["ArrowDown"] * 5)
    expect(more).to_be_focused()
    expect(listed).to_be_visible()
    assert all(name in (more.get_attribute("aria-label") or "") for name in listed.locator("li").all_inner_texts())
    coder.press("Enter")
    expect(listed).to_be_hidden()
    expect(page.locator(".menu li")).to_have_count(n)
    coder.press("Escape")
    # Nothing lies over anything, at any width; a narrow window has stripes alone.
    for width in (1440, 1024, 768):
        page.set_viewport_size({"width": width, "height": 900})
        long.locator(".stripe-label").first.wait_for()
        page.wait_for_timeout(150)
        assert len(names_apart(page)) > 5, width
    page.set_viewport_size({"width": 390, "height": 800})
    expect(first.locator(".stripe-label").first).to_be_hidden()
    assert first.evaluate("strip => strip.getBoundingClientRect().width") <= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
