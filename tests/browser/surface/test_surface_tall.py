"""A paragraph many times as high as the window: only what is near is built, and every coding in it is reached."""

import random

from playwright.sync_api import BrowserContext, Locator, Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from waiting import until

LENGTH, EVERY, WORDS = 12_000, 30, 6
CODINGS = LENGTH // EVERY


def in_window(page: Page, thing: Locator) -> bool:
    """Return whether an element lies in the window, below the bars."""
    box = thing.bounding_box()
    size = page.viewport_size
    return box is not None and size is not None and 60 < box["y"] < size["height"]


def test_a_paragraph_of_12000_characters_is_built_where_one_is(
    world: World, page: Page, context: BrowserContext
) -> None:
    sentence = "老师傅用土办法修好了路，我们就把这个经验写成了手册。"
    text = (sentence * (LENGTH // len(sentence) + 1))[:LENGTH]
    world.paragraphs = ["开头。", text, "The end. 😀"]
    first = len("开头。") + 1
    starts = range(first, first + LENGTH - WORDS, EVERY)
    world.put_many([("c1" if n % 2 else "c3", start, start + WORDS) for n, start in enumerate(starts)])
    coder = Coder(page, world).open()
    # Nothing was read here before: the page opens where something was coded last, the end of the paragraph or its beginning.
    page.evaluate("scrollTo(0, 0)")
    built = coder.stripes
    until(lambda: 0 < built.count() < CODINGS / 2, "the stripes near the window are built, and no others")
    painted = coder.painted("ic-2") + coder.painted("ic-3")
    assert painted < CODINGS / 2

    # From the first to the second, and from the last one back: the stripe has the focus and is seen.
    coder.doc.focus()
    coder.press("n", "n")
    focused = page.locator(".stripe:focus")
    until(lambda: in_window(page, focused), "the second coding is seen")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.locator(".annotated-text").last.click()
    coder.press("p")
    until(lambda: focused.count() == 1 and in_window(page, focused), "the last coding is seen")
    last = focused.get_attribute("data-id")
    coder.press("p")
    until(lambda: focused.count() == 1 and focused.get_attribute("data-id") != last, "the one before has the focus")
    assert in_window(page, focused)
    assert built.count() < CODINGS / 2

    # What is taken away far from the window comes back into it, and the words are those of the stripe.
    gone = focused.get_attribute("data-id")
    coder.press("Delete")
    page.evaluate("scrollTo(0, 0)")
    until(lambda: page.evaluate("scrollY") == 0, "the page is at its beginning")
    coder.press("Control+z")
    back = page.locator(f'.stripe[data-id="{gone}"]')
    expect(back).to_be_attached()
    until(lambda: in_window(page, back), "what came back is near")
    coder.saved()

    # One is taken back to where one was, not to the beginning of the paragraph.
    page.evaluate("scrollTo(0, 4000)")
    until(lambda: page.evaluate("scrollY") == 4000, "the page is in the middle")
    page.close()
    page = context.new_page()
    Coder(page, world).open()
    until(lambda: abs(page.evaluate("scrollY") - 4000) < 900, "the page opens in the middle of the paragraph")

    # On paper all of it.
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    until(lambda: page.locator(".stripe").count() == CODINGS, "all stripes are printed")


def test_a_long_paragraph_is_cut_for_the_browser_alone(world: World, page: Page) -> None:
    """Its text lies in pieces, so that not all of it is gone through for each place; words, copies and characters know nothing of that."""
    scripts = "𠮷野家的👩‍👩‍👧‍👦全家都来帮忙😀สวัสดีครับเราทำงานด้วยกันثقةأولاًcafe\u0301か\u3099🇨🇳🇬🇧一二三四五六"
    # Without blanks or stops nothing says where to cut; e with 700 accents is one character.
    world.paragraphs = ["以前是开头。", scripts * 40 + "e" + "\u0301" * 700 + "。然后，我们开始。" * 200, "The end."]
    coder = Coder(page, world).open().with_recent("Bricolage")
    text, chance = world.text, random.Random(7)
    spans = [sorted(chance.sample(range(len(text) + 1), 2)) for _ in range(200)]
    read = page.evaluate(
        """async (spans) => {
          const { TextIndex } = await import("ic/parts.js").then(({ load }) => load("coding/offsets.js"));
          const index = new TextIndex(document.querySelector("[data-controller=coding]"));
          const pieces = [...document.querySelectorAll("[data-cp]")][1].childNodes;
          const whole = [...pieces].map(({ data }) => data).join("");
          const starts = new Set([...new Intl.Segmenter("und", { granularity: "grapheme" }).segment(whole)].map((one) => one.index));
          let at = 0;
          const cuts = [...pieces].slice(0, -1).map(({ length }) => (at += length));
          return {
            pieces: pieces.length,
            torn: cuts.filter((cut) => !starts.has(cut)),
            texts: spans.map(([start, end]) => index.text(start, end)),
            back: spans.map((span) => span.map((cp) => index.offset(...index.position(cp)))),
          };
        }""",
        spans,
    )
    assert read["pieces"] > 5
    assert read["torn"] == []
    assert read["texts"] == [text[start:end] for start, end in spans]
    assert read["back"] == spans
    # Words on both sides of a cut are one coding.
    words = page.evaluate(
        """() => {
          const [first, second] = [...document.querySelectorAll("[data-cp]")][1].childNodes;
          document.querySelector("[data-controller=coding]").focus();
          getSelection().setBaseAndExtent(first, first.length - 8, second, 9);
          return String(getSelection());
        }"""
    )
    coder.press("1")
    coder.saved()
    [(_, coded)] = world.quotes()
    assert words in coded
    assert len(coded) - len(words) < 12  # whole characters at both ends
