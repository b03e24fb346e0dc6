"""Text from the right: each paragraph runs its own way, and what is selected there is what is stored."""

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World

ARABIC = "هل بدأت وحدك؟ نعم، بدأت وحدي. ثم جاء الجيران؟ نعم."
HEBREW = 'אחר כך באו השכנים (שלושה) ואמרו: "נסה שוב".'
PERSIAN = "«ما فقط ERP داشتیم»، او گفت."


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    world.paragraphs = [ARABIC, "以前没有客户。", HEBREW, "This line is English, not עברית.", PERSIAN]
    return Coder(page, world)


def test_every_paragraph_runs_its_own_way(coder: Coder) -> None:
    coder.open()
    directions = "() => [...document.querySelectorAll('[data-cp]')].map((p) => getComputedStyle(p).direction)"
    assert coder.page.evaluate(directions) == ["rtl", "ltr", "rtl", "ltr", "rtl"]


@pytest.mark.parametrize("quote", ["نعم، بدأت وحدي.", "השכנים (שלושה)", "ERP داشتیم"])
def test_what_is_selected_from_the_right_is_what_is_stored(coder: Coder, quote: str) -> None:
    coder.open().with_recent("平台接入")
    coder.drag(quote)
    coder.press("1")
    coder.saved()
    assert coder.world.quotes() == [("平台接入", quote)]
    marked = coder.page.evaluate(
        """() => [...CSS.highlights.values()].flatMap((highlight) => [...highlight]).map((one) => {
          const range = document.createRange();
          range.setStart(one.startContainer, one.startOffset);
          range.setEnd(one.endContainer, one.endOffset);
          return range.toString();
        })"""
    )
    assert quote in marked
    expect(coder.stripes).to_have_count(1)
