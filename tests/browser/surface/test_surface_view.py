"""How the text and its codings are shown: the margin with its names, and what a reader may choose."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from waiting import until

WORDS = "组织结构也跟着变了，以前是金字塔，现在是小团队。"
NAMES = """() => [...document.querySelectorAll(".strip")].flatMap(strip => {
  const text = strip.parentElement.querySelector("[data-cp]").getBoundingClientRect();
  return [...strip.querySelectorAll(".stripe-label, .more")].map(el => [el.getBoundingClientRect(), text])
    .filter(([box]) => box.width)
    .map(([box, text]) => [box.left, box.top, box.right, box.bottom, text.right]);
})"""
# The underline and the fill of a highlight on a paragraph that has it, as the browser has computed them.
STYLE = """name => {
  const paragraph = document.querySelector("[data-cp]");
  const worn = paragraph.classList.contains(name);
  paragraph.classList.add(name);
  const style = getComputedStyle(paragraph, `::highlight(${name})`);
  const seen = [style.textDecorationLine, style.textUnderlineOffset, style.textDecorationColor, style.backgroundColor];
  paragraph.classList.toggle(name, worn);
  return seen;
}"""
# Ranges in paragraphs to which no rule gives the style of their highlight.
UNDRESSED = """() => [...CSS.highlights].flatMap(([name, ranges]) =>
  [...ranges].map(({ startContainer: node }) => node.parentElement.closest("[data-cp]").classList.contains(name) ? null : name))
  .filter(name => name && /^ic-(.*-\\d|active|pending)$/.test(name))"""


def names_apart(page: Page) -> list[list[float]]:
    """Return the boxes of all names in the margin; none lies over another one or over the text."""
    boxes: list[list[float]] = page.evaluate(NAMES)
    for k, (left, top, right, bottom, text) in enumerate(boxes):
        assert left >= text, boxes[k]
        for other in boxes[:k]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] + 0.5 or other[3] <= top + 0.5
            assert apart, (boxes[k], other)
    return boxes


def apart(page: Page) -> list[list[float]]:
    """Return the same, or nothing while they lie over one another, as they do until they are drawn for another width."""
    try:
        return names_apart(page)
    except AssertionError:
        return []


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
    # Below the words each of four layers has a line of its own; the fifth only says that there is more.
    lanes = page.evaluate("[...CSS.highlights].filter(([, h]) => h.size).map(([name]) => name)")
    assert {lane.rsplit("-", 1)[1] for lane in lanes if lane.count("-") == 3} == {"0", "1", "2", "3"}
    assert page.evaluate(UNDRESSED) == []
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
        until(lambda: len(apart(page)) > 5, f"names beside one another at {width}")
    # Where the panel lies below the text, which is as wide as can be read, one comes to it without scrolling through all of it.
    assert page.locator("[data-cp]").first.evaluate("p => p.getBoundingClientRect().width") > 20 * 18
    page.get_by_role("button", name="编码面板" if locale == "zh-CN" else "Coding panel").click()
    expect(page.locator("#coding-panel")).to_be_focused()
    expect(page.locator("#coding-panel")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    page.set_viewport_size({"width": 390, "height": 800})
    expect(first.locator(".stripe-label").first).to_be_hidden()
    assert first.evaluate("strip => strip.getBoundingClientRect().width") <= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


# What the whole text is when it is copied.
COPIED = """() => {
  getSelection().selectAllChildren(document.querySelector("[data-controller=coding]"));
  return String(getSelection());
}"""
INTERVIEW = [
    "访谈者：客户那头有没有变化？",
    "秦望：给门店配了个画图的小程序😀，客户自己挪柜子。有个老师改了十七稿。可他高兴，因为是他自己定的。",
    "访谈者：接不接？",
    "秦望：接。给单也抽一刀，再压一笔保证金。",
    "Trust comes first; contracts come later. We pivoted twice. " * 8,
]


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_a_reader_chooses_how_the_text_is_shown_and_it_is_kept(
    new_page: Callable[[], Page], world: World, locale: str
) -> None:
    world.paragraphs = list(INTERVIEW)
    world.open()
    for code, quote in (("c1", "客户自己挪柜子"), ("c2", "有个老师改了十七稿"), ("c4", "因为是他自己定的")):
        world.put(code, quote)
    page = new_page()
    coder = Coder(page, world).open()
    words = {"zh-CN": ("显示", "信任先行"), "en-GB": ("View", "信任先行")}[locale]
    box = page.locator("#view-options")

    def chosen() -> str | None:
        reading: str | None = page.evaluate("document.documentElement.dataset.reading ?? null")
        return reading

    # Who speaks is shown once, beside the text.
    shown = page.locator(".annotated-text").nth(1)
    assert page.locator(".speaker").nth(1).inner_text().strip() == "秦望"
    assert page.locator(".who").nth(1).bounding_box()["width"] < 1  # type: ignore[index]
    # Neither keys nor pointer take it along; what is selected across two turns holds what lies between.
    coder.doc.focus()
    coder.press("ArrowDown", "b")
    assert page.evaluate("getSelection().toString()") == INTERVIEW[1].removeprefix("秦望：")
    coder.press("ArrowDown", "s")
    assert page.evaluate("getSelection().toString()") == "接不接？"
    coder.press("ArrowDown", "ArrowRight")
    assert page.evaluate("getSelection().toString()") in INTERVIEW[3]
    coder.press("ArrowLeft", "ArrowLeft")
    assert page.evaluate("getSelection().toString()") in INTERVIEW[2].removeprefix("访谈者：")
    coder.press("Escape")
    # A paragraph taken by three presses is coded without who says it.
    shown.click(click_count=3, position={"x": 4, "y": 12})
    expect(page.locator(".palette:popover-open")).to_be_visible()
    page.keyboard.type("Bricolage")
    coder.press("Enter")
    coder.saved()
    assert ("Bricolage", INTERVIEW[1].removeprefix("秦望：")) in world.quotes()
    # By keys: v, then 2; nothing is filled, each still underlined; 3: nothing in the text at all.
    page.get_by_role("button", name=words[0], exact=True).wait_for()
    coder.doc.focus()
    coder.press("v")
    expect(box.locator("[name=marks]:checked")).to_be_focused()
    coder.press("2")
    assert chosen() == "marks-underline"
    *_, fill = page.evaluate(STYLE, "ic-0-1-0")
    assert fill.endswith((" / 0)", ", 0)")) or fill == "rgba(0, 0, 0, 0)", fill
    coder.press("3")
    assert sum(coder.painted(f"ic-{hue}") for hue in range(8)) == 0
    expect(coder.stripes).to_have_count(4)
    coder.press("1")
    assert sum(coder.painted(f"ic-{hue}") for hue in range(8)) == 4
    # One code alone: the others gone, or dimmed; said in the head, where one press shows all.
    page.locator("#view-only").select_option(f"code:{world.codes['c1']}")
    expect(coder.stripes).to_have_count(1)
    page.locator("#view-others").check()
    expect(coder.stripes).to_have_count(4)
    expect(page.locator(".stripe.quiet")).to_have_count(3)
    assert coder.painted("ic-quiet") == 3
    page.locator("#view-only").select_option("level:concept")
    expect(page.locator(".stripe.quiet")).to_have_count(0)
    page.locator("#view-others").uncheck()
    page.locator("#view-only").select_option(f"code:{world.codes['k2']}")
    expect(coder.stripes).to_have_count(2)
    coder.press("Escape")
    expect(coder.doc).to_be_focused()
    off = page.locator("[data-only-off]")
    expect(off).to_contain_text("信任机制")
    off.click()
    expect(coder.stripes).to_have_count(4)
    expect(off).to_be_hidden()
    coder.press("n", "f")
    expect(coder.stripes).to_have_count(1)
    coder.press("f")
    expect(coder.stripes).to_have_count(4)
    # Numbers, which are no text.
    text = page.evaluate(COPIED)
    coder.press("Escape", "v")
    for kind in ("paragraph", "line", "sentence"):
        assert not box.locator(f"[value={kind}]").is_checked()
        box.locator(f"[value={kind}]").check()
    expect(page.locator(".turn").nth(1).locator(".sentence-numbers i")).to_have_count(3)
    assert page.locator(".sentence-numbers i").nth(2).get_attribute("data-n") == "2.2"
    lines = page.locator(".turn").evaluate_all("turns => turns.map(turn => turn.dataset.lines)")
    assert [n for n in "\n".join(lines).split("\n") if n] == ["5", "10"][: ("\n".join(lines).count("\n") + 1) // 5]
    coder.press("Escape")
    assert page.evaluate(COPIED) == text
    coder.press("Escape", "v")
    box.locator("#view-font").select_option("sans")
    for name in ("size", "width", "line"):
        box.locator(f"#view-{name}").focus()
        coder.press("End")
    style = "el => [getComputedStyle(el).fontSize, getComputedStyle(el).fontFamily, getComputedStyle(el).lineHeight]"
    size, face, height = shown.evaluate(style)
    assert (size, height) == ("25px", "62.5px")
    assert "Serif" not in face
    # Stripes stand at their lines again, and all of it is there after the page was loaded again.
    expect(page.locator(".stripe").first).to_be_attached()
    page.reload()
    expect(coder.doc).to_have_attribute("data-test-ready", "")
    assert shown.evaluate(style) == [size, face, height]
    assert "number-line" in (chosen() or "")
    first = page.locator(".turn").nth(1).locator(".stripe").first
    top = "el => el.getBoundingClientRect().top"
    until(lambda: 0 <= first.evaluate(top) - shown.evaluate(top) < 62.5, lambda: f"{first.evaluate(top)}")
    coder.doc.focus()
    coder.press("v")
    page.locator("[data-view-reset]").click()
    assert chosen() is None
    assert page.evaluate("localStorage.getItem('ic-reading')") is None
    coder.press("Escape")
    # Paper: the title, the case and the names of all; no controls.
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".coding-title p")).to_be_visible()
    for gone in (".bar", "#codebook-panel", ".coding-grid > aside", ".coding-head .row"):
        expect(page.locator(gone).first).to_be_hidden()
    assert len(names_apart(page)) == 4
    page.evaluate("dispatchEvent(new Event('afterprint'))")


# Rows of the ruler in which something is drawn, from 0 to 1, and in how many colours.
DRAWN = """() => {
  const { width, height } = document.querySelector(".ruler canvas");
  // Read from a copy: the browser complains of a canvas that is read more than once, unless it was made for that.
  const copy = Object.assign(document.createElement("canvas"), { width, height });
  const pen = copy.getContext("2d", { willReadFrequently: true });
  pen.drawImage(document.querySelector(".ruler canvas"), 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const rows = [];
  const colours = new Set();
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x);
      if (data[at + 3] < 255) continue;
      colours.add(data.slice(at, at + 3).join());
      if (rows.at(-1) !== y / height) rows.push(y / height);
    }
  }
  return [rows, colours.size];
}"""
# From where to where the ruler shows the window, from 0 to 1.
PART = """() => {
  const { width, height } = document.querySelector(".ruler-window");
  const copy = Object.assign(document.createElement("canvas"), { width, height });
  const pen = copy.getContext("2d", { willReadFrequently: true });
  pen.drawImage(document.querySelector(".ruler-window"), 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const rows = Array.from({ length: height }, (_, y) => y).filter(y => data[4 * y * width + 3]);
  return [rows[0] / height, rows.at(-1) / height];
}"""
COUNTED = """() => {
  window.draws = 0;
  const { scale } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.scale = function (...given) {
    window.draws += 1;
    return scale.apply(this, given);
  };
}"""
LATER = "() => performance.getEntriesByType('resource').some((e) => e.name.includes('coding-later') && e.responseEnd)"
SETTLED = "() => new Promise((done) => setTimeout(() => requestIdleCallback(() => requestIdleCallback(done)), 500))"
FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def test_the_ruler_shows_the_whole_document_and_goes_where_it_is_pressed(
    new_page: Callable[[], Page], world: World
) -> None:
    world.paragraphs = [f"{k}. {WORDS}" for k in range(300)]
    world.open()
    at = world.text.index
    world.put_many([("c1", at("30. "), at("30. ") + 9), ("c4", at("270. "), at("270. ") + 9)])
    page = new_page()
    coder = Coder(page, world).open()
    ruler = page.locator(".ruler")
    assert ruler.locator("xpath=..").get_attribute("aria-hidden") == "true"
    expect(ruler.locator(".ruler-window")).to_be_visible()
    until(lambda: page.evaluate(DRAWN)[1] == 2, "the ruler is drawn")
    rows, _ = page.evaluate(DRAWN)
    assert 0.05 < min(rows) < 0.15
    assert 0.8 < max(rows) < 0.95
    # One draw for a change, however many codings it makes; none for a scroll. What comes after the first screen draws it too.
    until(lambda: page.evaluate(LATER), "everything of the page is there")
    page.evaluate(SETTLED)
    page.evaluate(COUNTED)
    coder.doc.focus()
    coder.press("ArrowDown", "s", "c")
    page.keyboard.type("Bricolage")
    coder.press("Enter")
    coder.saved()
    until(lambda: page.evaluate(DRAWN)[1] == 3, "what was coded is in the ruler")
    assert page.evaluate("window.draws") == 1
    box = ruler.bounding_box()
    assert box is not None
    x = box["x"] + box["width"] / 2
    page.mouse.click(x, box["y"] + box["height"] * max(rows))
    expect(page.locator("#p271")).to_be_in_viewport()
    page.mouse.move(x, box["y"] + box["height"] * 0.9)
    page.mouse.down()
    page.mouse.move(x, box["y"] + box["height"] * min(rows), steps=5)
    page.mouse.up()
    expect(page.locator("#p31")).to_be_in_viewport()
    page.evaluate(FRAME)
    top, bottom = page.evaluate(PART)
    assert top <= min(rows) <= bottom < top + 0.2
    assert page.evaluate("window.draws") == 1
    # Its colours follow the theme; a code alone has its marks alone; a narrow window has no room for it.
    light = page.evaluate("document.querySelector('.ruler canvas').toDataURL()")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    until(lambda: page.evaluate("document.querySelector('.ruler canvas').toDataURL()") != light, "other colours")
    coder.doc.focus()
    coder.press("n", "f")
    until(lambda: page.evaluate(DRAWN)[1] == 1, "one code alone")
    page.set_viewport_size({"width": 700, "height": 900})
    expect(ruler).to_be_hidden()
