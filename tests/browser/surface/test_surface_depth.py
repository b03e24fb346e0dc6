"""Dozens of codings over the same words: the words stay readable in both themes, and it is seen that there is more."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from intercoder.policy import Permission
from intercoder.services import codebook, versions

WORDS = "老师傅用土办法修好了路，我们就把这个经验写成了手册。Trust comes first; contracts come later."
DEPTHS = (1, 4, 12, 40)
#: WCAG 2.2 AA for text
READABLE = 4.5
# Where the words of a paragraph stand above the lines below them.
BOX = """paragraph => {
  const words = document.createRange();
  words.selectNodeContents(paragraph);
  const { left, top, right, height } = words.getClientRects()[0];
  return { x: left + scrollX + 30, y: top + scrollY, width: right - left - 60, height: height * 0.6 };
}"""
# Contrast of what there is most of, the ground, with what is farthest from it, the ink.
CONTRAST = """async (source) => {
  const picture = Object.assign(new Image(), { src: source });
  await picture.decode();
  const pen = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height }).getContext("2d", { willReadFrequently: true });
  pen.drawImage(picture, 0, 0);
  const { data } = pen.getImageData(0, 0, picture.width, picture.height);
  const seen = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = data.slice(at, at + 3).join();
    seen.set(colour, (seen.get(colour) ?? 0) + 1);
  }
  const light = (colour) => colour.split(",").map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, k) => sum + part * [0.2126, 0.7152, 0.0722][k], 0);
  const against = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const [ground] = [...seen].toSorted((a, b) => b[1] - a[1])[0].slice(0, 1).map(light);
  return Math.max(...[...seen.keys()].map((colour) => against(light(colour), ground)));
}"""
# The words of a paragraph under a highlight, and how many fills lie at most upon one place.
DEEP = """paragraph => [...CSS.highlights.get("ic-deep-4") ?? []].filter(({ startContainer }) => paragraph.contains(startContainer))
  .map(({ startContainer, startOffset, endOffset }) => startContainer.data.slice(startOffset, endOffset))"""
FILLS = """paragraph => {
  const depth = [];
  for (const [name, ranges] of CSS.highlights) {
    if (!/^ic-\\d-\\d-\\d$/.test(name)) continue;
    for (const { startContainer, startOffset, endOffset } of ranges) {
      if (paragraph.contains(startContainer)) for (let at = startOffset; at < endOffset; at += 1) depth[at] = (depth[at] ?? 0) + 1;
    }
  }
  return [Math.min(...depth), Math.max(...depth)];
}"""


@pytest.fixture
def deep(world: World) -> World:
    """A paragraph for each depth, with as many codes over all of its words."""
    with world.cast.database.transaction() as session:
        lead = world.cast.access(session, "lena", Permission.CODEBOOK_EDIT, thing=world.project)
        new = [codebook.NewCode(key=f"d{n}", name=f"层 {n}", level="concept", colour=n % 7) for n in range(40)]
        codes = codebook.create_codes(session, lead, new)
        world.codes = {**world.codes, **{f"d{n}": code.id for n, code in enumerate(codes)}}
        world.version = versions.publish(session, lead, "deep").id
    world.paragraphs = [f"{depth} {WORDS}" for depth in DEPTHS]
    world.open()
    places = [(depth, world.text.index(f"{depth} {WORDS}")) for depth in DEPTHS]
    world.put_many(
        [
            (f"d{n}", at, at + len(f"{depth} {WORDS}") - (n % 9 if depth == DEPTHS[-1] else 0))
            for depth, at in places
            for n in range(depth)
        ]
    )
    return world


def test_words_under_forty_codings_are_readable(new_page: Callable[[], Page], deep: World) -> None:
    page, eye = new_page(), new_page()
    coder = Coder(page, deep).open()
    paragraphs = page.locator("[data-cp]")
    measured = {}
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        for k, depth in enumerate(DEPTHS):
            shot = page.screenshot(clip=paragraphs.nth(k).evaluate(BOX), animations="disabled")
            source = "data:image/png;base64," + base64.b64encode(shot).decode()
            measured[theme, depth] = eye.evaluate(CONTRAST, source)
    assert min(measured.values()) >= READABLE, measured
    # The deeper, the fuller, to four.
    for theme in ("light", "dark"):
        assert measured[theme, 1] > measured[theme, 4] + 1, measured

    assert [paragraphs.nth(k).evaluate(FILLS) for k in range(4)] == [[1, 1], [4, 4], [4, 4], [4, 4]]
    said = [paragraphs.nth(k).evaluate(DEEP) for k in range(4)]
    assert said == [[], [], [f"12 {WORDS}"], [f"40 {WORDS}"]]
    # In the margin a name and the number of the others, behind which all of them are.
    expect(coder.stripes).to_have_count(1 + 4 + 7 + 7)
    more = page.locator(".turn").nth(3).locator(".more:not(.deep)").last
    more.click()
    expect(page.locator(".menu li").first).to_be_visible()
    page.keyboard.press("Escape")

    # Where the names are not shown: what has no stripe of its own is a number, with the same list behind it.
    deepest = page.locator(".turn").nth(3)
    expect(deepest.locator(".more.deep")).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 800})
    beyond = deepest.locator(".more.deep")
    expect(beyond).to_have_text(f"+{DEPTHS[-1] - 7}")
    beyond.click()
    expect(page.locator(".menu li")).to_have_count(DEPTHS[-1] - 7)
