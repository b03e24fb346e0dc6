"""The matrix of a round: short names, what its cells say before and after the round is compared, and what a blind lead gets."""

import re
from collections.abc import Callable

import pytest

from cast import Cast
from intercoder.web.project.matrix import abbreviated
from web.pages.conftest import Visitor

pytestmark = pytest.mark.sqlite


def test_short_names_are_short_and_no_two_the_same() -> None:
    names = ["Ada", "Ada Lovelace", "王小明", "李小明", "成员10", "e\u0301mile", "", "Adam", "Adam", "Abraham ibn Ezra"]
    made = abbreviated([*names, "👩🏽\u200d💻 Kay"])
    assert made == ["Ada", "AL", "小明", "小明2", "10", "e\u0301mi", "", "Ad2", "Ad3", "AiE", "👩🏽\u200d💻K"]


def test_cells_say_how_far_and_after_the_comparison_how_many_and_a_blind_lead_gets_own_documents_only(
    cast: Cast, visit: Callable[[str], Visitor]
) -> None:
    round_id = cast.round(documents=("访谈一", "年报节选"))
    cast.code("ai", round_id, "访谈一", "l1", "把旧机器都接上了网")
    cast.submit("ai", round_id, "访谈一")
    cast.submit("bo", round_id, "访谈一")

    def cells(person: str, query: str = "") -> list[tuple[str, str]]:
        page = visit(person).get(f"/rounds/{round_id}{query}").text
        found: list[tuple[str, str]] = re.findall(
            r'<td class="is-([\w -]+)" aria-label="[^"]+"(?: data-id="[^"]+")?>([^<]*)</td>', page
        )
        return found

    assert cells("lena") == [("submitted", "●"), ("submitted", "●"), ("assigned", "○"), ("assigned", "○")]
    assert cells("lena", "?standing=assigned&words=年报") == [("assigned", "○")] * 2
    assert "No document is like that" in visit("lena").get(f"/rounds/{round_id}?fewer=1").text
    assert cells("ai") == [], "own documents are a list, not a matrix"
    cast.close(round_id, unfinished=True)
    assert cells("lena") == [("submitted", "1"), ("submitted", "0"), ("out", "–"), ("out", "–")]
