"""Spans: what is selected in the browser is what Python slices, for every script, and whole units where the round has units."""

import random

import pytest
from playwright.sync_api import Page

from browser.surface.driver import Coder
from browser.surface.study import World
from intercoder.models import Unit


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    return Coder(page, world)


def test_a_selection_snaps_outwards_to_whole_units(coder: Coder) -> None:
    coder.world.unit = Unit.SENTENCE
    coder.open().with_recent("平台接入", "信任先行")
    coder.drag("什么都谈")
    coder.press("1")
    coder.saved()
    assert coder.world.quotes() == [("平台接入", "我觉得最关键的是信任，没有信任什么都谈不了。")]
    # The keyboard goes on from there, unit by unit, and an end moves by a whole unit.
    coder.press("ArrowRight", "2")
    coder.saved()
    assert coder.world.quotes()[1] == ("信任先行", "平台把数据都开放给我们了，这样我们就能看到终端消费者的真实反馈。")
    coder.press("Alt+]")
    coder.saved()
    assert coder.world.quotes()[1][1].endswith("全家都来帮忙😀。")


@pytest.mark.parametrize("quote", ["𠮷野家的", "全家都来帮忙😀", "修好了𡈽路", "déjà vu naïve 🇨🇳🇬🇧", "这个经验"])
def test_offsets_are_what_python_slices(coder: Coder, quote: str) -> None:
    coder.open().with_recent("平台接入")
    coder.drag(quote)
    coder.press("1")
    coder.saved()
    assert coder.world.quotes() == [("平台接入", quote)]


def test_no_selection_cuts_a_character_in_two(coder: Coder) -> None:
    coder.open().with_recent("平台接入")
    family = "👩\u200d👩\u200d👧\u200d👦"
    # The browser may leave a selection inside the family emoji; the coding takes it whole.
    coder.page.evaluate(
        """() => {
          const node = [...document.querySelectorAll("[data-cp]")].find(p => p.textContent.includes("野家")).firstChild;
          const at = node.data.indexOf("👩");
          document.querySelector("[data-controller=coding]").focus();
          getSelection().setBaseAndExtent(node, at + 3, node, at + 6);
        }"""
    )
    coder.press("1")
    coder.saved()
    assert coder.world.quotes() == [("平台接入", family)]


def test_random_spans_read_the_same_in_browser_and_python(coder: Coder) -> None:
    coder.open()
    text = coder.world.text
    chance = random.Random(7)
    spans = [sorted(chance.sample(range(len(text) + 1), 2)) for _ in range(400)]
    read = coder.page.evaluate(
        """async (spans) => {
          const { TextIndex } = await import("ic/parts.js").then(({ load }) => load("coding/offsets.js"));
          const index = new TextIndex(document.querySelector("[data-controller=coding]"));
          return spans.map(([start, end]) => {
            const range = index.range(start, end);
            return [index.text(start, end), index.offset(range.startContainer, range.startOffset), index.offset(range.endContainer, range.endOffset)];
          });
        }""",
        spans,
    )
    for (start, end), (quote, first, last) in zip(spans, read, strict=True):
        assert quote == text[start:end]
        assert [first, last] == [start, end]


def test_the_page_says_what_is_wrong_with_the_words_of_a_proposal_before_it_is_sent(coder: Coder) -> None:
    wrong: dict[str, list[list[int] | None]] = {
        "Select the words first": [None],
        "do not lie in this text": [[5, 5], [7, 100_000], [-1, 4]],
        "Only blanks": [[34, 35]],
        "": [[0, 4], [0, 42]],
    }
    coder.world.paragraphs[:] = ["Trust comes first; contracts come   later."]
    coder.open()
    for sentence, spans in wrong.items():
        said = coder.page.evaluate(
            """async (spans) => {
              const { load } = await import("ic/parts.js");
              const [{ TextIndex }, { wrongPassage }] = [await load("coding/offsets.js"), await load("coding/label.js")];
              const index = new TextIndex(document.querySelector("[data-controller=coding]"));
              return spans.map((span) => wrongPassage(span, index) ?? "");
            }""",
            spans,
        )
        assert all(sentence in told if sentence else told == "" for told in said), (sentence, said)
