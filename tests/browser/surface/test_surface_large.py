"""A text of 300,000 characters with 5,000 codings on 400 codes: all of it is there, is reached, is coded and printed."""

import random
import re
from collections.abc import Callable

import pypdfium2
from playwright.sync_api import Browser, Page, expect

from browser.surface.driver import Coder
from browser.surface.study import TITLE, World
from intercoder.policy import Permission
from intercoder.services import codebook, versions

LETTERS, CODES, CODINGS = 300_000, 400, 5000
SENTENCES = (
    "企业在资源约束下把旧设备接上了网，先有信任再有合同。",
    "We pivoted twice within six months, with what was lying around. ",
    "𠮷野家的👩‍👩‍👧‍👦全家用土办法修好了路，我们就把这个经验写成了手册😀。",
)
FIRST, MIDDLE, NEAR_END, LAST = "卷首语在此", "Zwischenruf 𡈽😀 halfway", "临近终点的一句", "尾声琥珀"
SELECTED = "() => [...getSelection().toString()].filter(c => !/\\s/.test(c)).join('')"
NAMED = re.compile("^信任先行: 临近终点的一句")
# The words of a paragraph that codings paint.
RANGES = """paragraph => [...CSS.highlights].filter(([name]) => /^ic-\\d/.test(name)).flatMap(([, ranges]) => [...ranges])
  .filter(({ startContainer }) => startContainer.parentElement.closest("[data-cp]") === paragraph)
  .map(({ startContainer, startOffset, endOffset }) => startContainer.data.slice(startOffset, endOffset))"""
FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def without_blanks(text: str) -> str:
    return "".join(text.split())


def made(world: World) -> None:
    """Let Ai have coded a large document with a large codebook."""
    chance, length = random.Random(300), 0
    paragraphs = [f"{FIRST}，The beginning."]
    while length < LETTERS:
        paragraph = "".join(chance.choice(SENTENCES) for _ in range(chance.randrange(2, 8))).strip()
        paragraphs.append(paragraph)
        length += len(paragraph) + 1
    paragraphs[len(paragraphs) // 2] = f"Before it. {MIDDLE}. After it."
    world.paragraphs = [*paragraphs, f"{NEAR_END}，一切都在这里。", f"The end: {LAST}。"]
    with world.cast.database.transaction() as session:
        lead = world.cast.access(session, "lena", Permission.CODEBOOK_EDIT, thing=world.project)
        new = [
            codebook.NewCode(key=f"m{n}", name=f"细编码 {n}", level="concept", colour=n % 7)
            for n in range(CODES - len(world.codes))
        ]
        codes = codebook.create_codes(session, lead, new)
        world.codes = {**world.codes, **{f"m{n}": code.id for n, code in enumerate(codes)}}
        world.version = versions.publish(session, lead, "large").id
    world.open()
    keys = [f"m{n}" for n in range(CODES - 10)]
    length, free = len(world.text), world.text.index(MIDDLE)
    placed: list[tuple[str, int, int]] = []
    while len(placed) < CODINGS - 2:
        start = chance.randrange(30, length - 200)
        end = start + chance.randrange(6, 50)
        if end < free - 200 or start > free + 200:
            placed.append((chance.choice(keys), start, end))
    world.put_many(placed)
    world.put("c2", FIRST)
    world.put("c1", NEAR_END, memo="der letzte Gedanke 𠮷")


def striped(sheet: pypdfium2.PdfPage) -> bool:
    """Whether there is something in colour, as high as a line and higher than the mark of a code, right of the text."""
    picture = sheet.render(scale=2).to_numpy().astype(int)[:, int(sheet.get_width() * 1.225) :, :3]
    coloured = (picture.max(axis=2) - picture.min(axis=2)) > 60
    return any(
        max(map(len, "".join("x" if on else " " for on in column).split()), default=0) > 30 for column in coloured.T
    )


def spans(world: World, code: str) -> set[tuple[int, int]]:
    """Return where a code stands now."""
    return {(row["start"], row["end"]) for row in world.live().values() if row["code"] == world.codes[code]}


def test_a_large_text_is_whole_reached_coded_and_printed(
    new_page: Callable[[], Page], world: World, browser: Browser
) -> None:
    made(world)
    text = world.text
    page = new_page()
    coder = Coder(page, world).open()
    coder.saved()
    expect(page.locator("[data-stat=codings]")).to_have_text("5000")

    # Whole, in the document and in what is selected of it.
    shown = page.evaluate("[...document.querySelectorAll('[data-cp]')].map(block => block.textContent).join('\\n')")
    assert shown == text
    coder.doc.focus()
    coder.press("Control+a")
    assert without_blanks(text) in page.evaluate(SELECTED)
    page.evaluate("getSelection().removeAllRanges()")

    # The browser's own find reaches the last paragraph from the first.
    page.evaluate("scrollTo(0, 0)")
    assert page.evaluate("words => window.find(words)", LAST)
    assert page.evaluate("getSelection().toString()") == LAST
    expect(page.locator("[data-cp]").last).to_be_in_viewport()
    page.evaluate("getSelection().removeAllRanges()")
    page.evaluate("scrollTo(0, 0)")

    # A coding near the end: by its memo, by keys, by the ruler.
    focused = page.locator(".stripe:focus")
    coder.press("Shift+M")
    page.keyboard.type("gedanke 𠮷")
    coder.press("Enter")
    expect(focused).to_have_attribute("aria-label", NAMED)
    expect(focused).to_be_in_viewport()
    expect(page.locator("[data-cp]").nth(-2)).to_be_in_viewport()
    coder.press("p")
    expect(focused).not_to_have_attribute("aria-label", NAMED)
    expect(focused).to_be_in_viewport()
    coder.press("n")
    expect(focused).to_have_attribute("aria-label", NAMED)

    # By the ruler to the middle; what is coded there is painted, and stored with its exact code points.
    ruler = page.locator(".ruler").bounding_box()
    assert ruler is not None
    middle = page.locator("[data-cp]", has_text=MIDDLE)
    before = page.evaluate("scrollY")
    page.mouse.click(ruler["x"] + ruler["width"] / 2, ruler["y"] + ruler["height"] / 2)
    page.evaluate(FRAME)
    assert abs(page.evaluate("scrollY / (document.documentElement.scrollHeight - innerHeight)") - 0.5) < 0.03
    assert page.evaluate("scrollY") < before
    middle.scroll_into_view_if_needed()
    page.evaluate(FRAME)
    coder.code(MIDDLE, "用户真实反馈")
    start = text.index(MIDDLE)
    stripe = middle.locator("xpath=..").locator(".stripe")
    expect(stripe).to_have_attribute("aria-label", re.compile("用户真实反馈"))
    assert middle.evaluate(RANGES) == [MIDDLE]
    coder.saved()
    assert spans(world, "c4") == {(start, start + len(MIDDLE))}

    # All of it as one passage.
    coder.doc.focus()
    coder.press("Escape", "Control+a", "1")
    expect(page.locator(".toast")).to_contain_text(f"Coded: 信任先行, {len(text)} characters")
    coder.saved()
    last = text.index(NEAR_END)
    assert spans(world, "c1") == {(0, len(text)), (last, last + len(NEAR_END))}
    coder.press("Control+z")
    coder.saved()
    assert spans(world, "c1") == {(last, last + len(NEAR_END))}

    # On paper, in Chinese: the title, the names, the stripes, and the text from its first word to its last.
    page = browser.new_context(locale="zh-CN").new_page()
    Coder(page, world).open()
    expect(page.get_by_role("button", name="显示", exact=True)).to_be_visible()
    # The first sheet and the last ones: all 335 take twice as long.
    with pypdfium2.PdfDocument(page.pdf(print_background=True, page_ranges="1,250-")) as sheets:
        printed = [without_blanks(sheet.get_textpage().get_text_bounded()) for sheet in sheets]
        assert striped(sheets[0])
        assert striped(sheets[len(sheets) - 1])
    for words in (TITLE, "案例", FIRST, "The beginning.", "数据互信", "细编码"):
        assert without_blanks(words) in printed[0]
    for words in (NEAR_END, "信任先行", f"The end: {LAST}。"):
        assert without_blanks(words) in printed[-1]
    assert "".join(printed[1:]).count("细编码") > 500
    page.context.close()
