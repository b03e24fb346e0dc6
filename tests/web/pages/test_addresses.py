"""What stands behind the question mark of a page's address: read, or refused with a sentence."""

from collections.abc import Callable

import pytest

from cast import Cast
from web.pages.conftest import Visitor, words

pytestmark = pytest.mark.sqlite

LOG_GROUPS = "all, people, materials, codebook, rounds, codings, comparison, theory"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("log?group=gossip", f"group must be one of: {LOG_GROUPS}."),
        ("materials?order=weight", "order must be one of: study, title, length, newest."),
        ("codebook?code=the-first", "The address of this page is damaged: code is not an identifier."),
        ("saturation?base=none", "base must be a number from 1 to 100."),
        ("saturation?percent=nan", "percent must be a number from 0 to 100."),
        ("saturation?percent=100.5", "percent must be a number from 0 to 100."),
    ],
)
def test_a_damaged_address_is_refused_with_one_sentence(
    cast: Cast, visit: Callable[[str], Visitor], address: str, sentence: str
) -> None:
    answer = visit("lena").get(f"/projects/{cast.project}/{address}")
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_the_sentence_is_in_the_language_of_the_page(cast: Cast, visit: Callable[[str], Visitor]) -> None:
    lena = visit("lena")
    with lena.client.session_transaction() as kept:
        kept["language"] = "zh"
    assert "order 必须是" in words(lena.get(f"/projects/{cast.project}/materials?order=weight"))


def test_what_is_empty_or_unknown_is_not_asked(cast: Cast, visit: Callable[[str], Visitor]) -> None:
    lena, materials = visit("lena"), f"/projects/{cast.project}/materials"
    assert lena.read(f"{materials}?order=&fbclid=x") == lena.read(materials)


def test_nobody_learns_from_a_damaged_address_that_something_is_there(
    cast: Cast, visit: Callable[[str], Visitor]
) -> None:
    assert visit("otto").get(f"/projects/{cast.project}/log?group=gossip").status_code == 404
