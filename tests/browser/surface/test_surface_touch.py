"""Under a finger, in the window of a telephone: select, choose a code from a sheet, move an end, change a coding."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from waiting import PATIENCE_WITH_A_PAGE, until

# The middle of some words in the window, or all of them selected, as a long press and the browser's own handles do.
FOUND = """const found = (quote) => {
  const words = [...document.querySelectorAll("[data-cp]")].find((block) => block.textContent.includes(quote)).lastChild;
  const range = document.createRange();
  range.setStart(words, words.data.indexOf(quote));
  range.setEnd(words, words.data.indexOf(quote) + quote.length);
  return range;
};"""
MIDDLE = f"""(quote) => {{
  {FOUND}
  const {{ left, top, width, height }} = found(quote).getClientRects()[0];
  return [left + width / 2, top + height / 2];
}}"""
SELECT = f"""(quote) => {{
  {FOUND}
  const {{ startContainer, startOffset, endOffset }} = found(quote);
  getSelection().setBaseAndExtent(startContainer, startOffset, startContainer, endOffset);
}}"""
# Whether the words that a code is chosen for are so long.
PENDING = """(length) => [...CSS.highlights.get("ic-pending") ?? []]
  .some(({ startOffset, endOffset }) => endOffset - startOffset === length)"""
TARGETS = "(all) => all.filter((each) => each.offsetHeight).map((each) => each.getBoundingClientRect().height)"


@pytest.fixture
def context(browser: Browser, locale: str) -> Iterator[BrowserContext]:
    """A telephone."""
    opened = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2, locale=locale
    )
    opened.set_default_timeout(PATIENCE_WITH_A_PAGE)
    yield opened
    opened.close()


class Finger(Coder):
    """A coder with a telephone."""

    def __init__(self, page: Page, world: World) -> None:
        super().__init__(page, world)
        self.cdp = page.context.new_cdp_session(page)

    def touch(self, kind: str, *point: float) -> None:
        """Let the finger down, move it, take it away."""
        points: list[Any] = [{"x": point[0], "y": point[1]}] if point else []
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def select(self, quote: str) -> None:
        """Have words selected while the finger is down, as a long press and the browser's own handles do (`long_press` is one)."""
        middle = self.page.evaluate(MIDDLE, quote)
        self.touch("touchStart", *middle)
        self.page.evaluate(SELECT, quote)
        self.touch("touchCancel")  # as a long press tells of itself
        expect(self.sheet).to_be_visible()

    def long_press(self, quote: str) -> None:
        """Press on a word until the browser itself selects it, and let go."""
        x, y = self.page.evaluate(MIDDLE, quote)
        self.cdp.send("Emulation.setEmitTouchEventsForMouse", {"enabled": True, "configuration": "mobile"})
        held: Any = {"x": round(x), "y": round(y), "button": "left", "clickCount": 1}
        self.cdp.send("Input.emulateTouchFromMouseEvent", {**held, "type": "mousePressed"})
        self.page.wait_for_function("() => String(getSelection())")
        self.cdp.send("Input.emulateTouchFromMouseEvent", {**held, "type": "mouseReleased"})
        self.cdp.send("Emulation.setEmitTouchEventsForMouse", {"enabled": False})

    def tap(self, quote: str) -> None:
        """Tap on words; once more where the browser took the tap for a part of the gesture a moment before, and made no click of it."""
        self.page.evaluate(
            """() => {
              document.body.removeAttribute("data-test-clicked");
              document.addEventListener("click", () => document.body.setAttribute("data-test-clicked", ""), { once: true, capture: true });
            }"""
        )

        def clicked() -> bool:
            self.page.touchscreen.tap(*self.page.evaluate(MIDDLE, quote))
            self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            return self.page.locator("body[data-test-clicked]").count() == 1

        until(clicked, "the tap is a click")

    @property
    def sheet(self) -> Any:
        """The list of codes, or the details of a coding."""
        return self.page.locator(".sheet:popover-open")

    def row(self, name: str) -> Any:
        """A row of the list of codes."""
        return self.sheet.locator("[role=option]", has_text=name).first


@pytest.fixture
def coder(page: Page, world: World) -> Finger:
    return Finger(page, world)


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_a_finger_selects_codes_moves_an_end_and_changes_a_coding(coder: Finger, locale: str) -> None:
    one_more, done = ("再选一个", "完成") if locale == "zh-CN" else ("one more", "Done")
    coder.open()
    page = coder.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # A sheet from below that leaves the words in sight, and no keyboard over them.
    coder.select("小团队")
    box, middle = coder.sheet.bounding_box(), page.evaluate(MIDDLE, "小团队")
    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 844)
    assert middle[1] + 12 < box["y"]
    assert page.evaluate("document.activeElement.tagName") != "INPUT"
    assert min(coder.sheet.locator("[role=option], input, .btn").evaluate_all(TARGETS)) >= 44

    # A finger that moves over the list scrolls it, and chooses nothing.
    rows = coder.sheet.get_by_role("listbox")
    rows.evaluate("(list) => list.addEventListener('scrollend', () => list.setAttribute('data-test-rests', ''))")
    x, y = 190, box["y"] + 120
    coder.touch("touchStart", x, y)
    for by in (20, 60, 90):
        coder.touch("touchMove", x, y - by)
    coder.touch("touchEnd")
    expect(rows).to_have_attribute("data-test-rests", "")
    expect(coder.sheet).to_be_visible()
    expect(coder.stripes).to_have_count(0)

    # Two codes on the same words; what was coded stays selected, and the list stays away from it.
    coder.sheet.get_by_role("button", name=one_more).tap()
    coder.row("Bricolage").tap()
    expect(coder.stripes).to_have_count(1)
    expect(coder.sheet).to_be_visible()
    coder.sheet.get_by_role("button", name=one_more).tap()
    coder.row("信任先行").tap()
    expect(coder.sheet).to_be_hidden()
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "小团队"), ("信任先行", "小团队")]

    # The other words get a code; a tap beside them lets go.
    coder.tap("最关键")
    assert page.evaluate("String(getSelection())") == ""
    coder.select("数据都开放")
    coder.row("平台接入").tap()
    coder.saved()
    assert coder.world.quotes()[-1] == ("平台接入", "数据都开放")

    # An end is moved by a knob of 44 px that does not lie under the words.
    coder.tap("数据都")
    coder.sheet.get_by_role("button", name=done).tap()
    expect(coder.sheet).to_be_hidden()
    knob = page.locator(".coding-handle.at-end i")
    expect(knob).to_be_visible()
    held = knob.bounding_box()
    assert held is not None
    assert min(held["width"], held["height"]) >= 44
    edge = page.locator(".coding-handle.at-end").bounding_box()
    assert edge is not None
    start = (held["x"] + 22, held["y"] + 22)
    [to, line] = page.evaluate(MIDDLE, "我们")  # between the two: both stand on one line
    coder.touch("touchStart", *start)
    for part in (0.3, 0.6, 0.9, 1):
        coder.touch(
            "touchMove",
            start[0] + part * (to - edge["x"] - edge["width"] / 2),
            start[1] + part * (line - edge["y"] - edge["height"] / 2),
        )
    # Chromium hands movements on with the next frame: a finger that lifts before it was never there.
    reached = "([edge, to]) => { const { x, width } = edge.getBoundingClientRect(); return Math.abs(x + width / 2 - to) < 3; }"
    handle = page.locator(".coding-handle.at-end").element_handle()
    page.wait_for_function(reached, arg=[handle, to])
    coder.touch("touchEnd")
    coder.saved()
    assert coder.world.quotes()[-1][1] == "数据都开放给我"

    # A tap on a coding shows it: a sheet again, no keyboard, and nothing of it is pressed by the same tap.
    coder.tap("数据都")
    expect(coder.sheet).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "DIV"
    assert min(coder.sheet.locator(".btn, .check, textarea").evaluate_all(TARGETS)) >= 44
    coder.sheet.locator(".doubts .check").nth(2).tap()
    coder.sheet.get_by_role("button", name=done).tap()
    expect(coder.sheet).to_be_hidden()
    coder.saved()
    assert [item["doubt"] for item in coder.world.live().values()].count(2) == 1


def test_a_long_press_selects_a_word_and_the_list_of_codes_opens(coder: Finger) -> None:
    """The browser's own gesture, with its menu; its handles after that are drawn by the system, and only told of as another selection."""
    coder.open()
    page = coder.page
    page.evaluate("addEventListener('contextmenu', () => { document.body.dataset.testPressed = ''; })")
    coder.long_press("pivoted")
    expect(page.locator("body")).to_have_attribute("data-test-pressed", "")
    assert page.evaluate("String(getSelection())") == "pivoted"
    expect(coder.sheet).to_be_visible()
    assert page.evaluate(MIDDLE, "pivoted")[1] + 12 < coder.sheet.bounding_box()["y"]
    assert page.evaluate("document.activeElement.tagName") != "INPUT"
    # A handle is moved on: the list stays, for the words as they are now.
    page.evaluate(SELECT, "pivoted twice")
    expect(coder.sheet).to_be_visible()
    page.wait_for_function(PENDING, arg=len("pivoted twice"))
    coder.row("Bricolage").tap()
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "pivoted twice")]
    # What is coded is pressed long: words again, not its details; and a tap beside them lets go.
    coder.tap("contracts")
    coder.long_press("pivoted")
    expect(coder.sheet.get_by_role("listbox")).to_be_visible()
    coder.row("信任先行").tap()
    coder.saved()
    assert sorted(coder.world.quotes()) == [("Bricolage", "pivoted twice"), ("信任先行", "pivoted")]
    knob = page.locator(".coding-handle.at-end i")
    expect(knob).to_be_visible()
    held = knob.bounding_box()
    assert held is not None
    assert min(held["width"], held["height"]) >= 44
