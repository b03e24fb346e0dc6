"""Typical quotations: several of a code in an order, shortened by marked ellipses and never changed."""

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound, Stale
from intercoder.models import Cut
from intercoder.policy import Permission
from intercoder.services import quotations
from intercoder.services.quotations import OrderIn, Piece, pieces, shown
from services.theory import agreed, coding, star, stars


@pytest.mark.parametrize(
    ("words", "cuts", "printed"),
    [
        ("我们只能自己想办法，把旧机器都接上了网。", [(5, 10)], "我们只能自……把旧机器都接上了网。"),
        ("我们只能自己想办法", [(0, 4)], "……自己想办法"),
        ("Trust came before any contract.", [(5, 17)], "Trust … any contract."),
        ("Trust came before any contract.", [(10, 31)], "Trust came …"),
        ("Trust came", [], "Trust came"),
    ],
)
def test_what_is_left_out_is_marked_and_the_words_stay(words: str, cuts: list[tuple[int, int]], printed: str) -> None:
    parts = pieces(words, 100, [Cut(100 + first, 100 + last) for first, last in cuts])
    assert "".join(part.words for part in parts) == words
    assert shown(parts) == printed


def test_stars_of_a_code_have_an_order_and_are_shortened_in_their_passage(cast: Cast) -> None:
    cast.compared_round()
    first = star(cast, "k2", coding(cast, "ai", "l3"), (2, 3))
    second = star(cast, "k2", coding(cast, "bo", "l3"))
    with pytest.raises(Conflict, match="starred already"):
        star(cast, "k2", coding(cast, "bo", "l3"))
    told = stars(cast, "k2")
    assert [(one.row.id, one.shown) for one in told] == [
        (first, "平台……数据开放给我们"),
        (second, "没有信任什么都谈不了"),
    ]
    assert told[0].pieces == [Piece("平台"), Piece("把", left_out=True), Piece("数据开放给我们")]
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        quotations.order(session, access, cast.codes["k2"], OrderIn(quotations=(second, first)))
        with pytest.raises(Stale, match="in the meantime"):
            quotations.order(session, access, cast.codes["k2"], OrderIn(quotations=(second,)))
    assert [one.row.id for one in stars(cast)] == [second, first]
    with cast.acting("lena", Permission.THEORY_EDIT, "quotation", second) as (session, access):
        quotations.unstar(session, access, second)
        with pytest.raises(NotFound):
            quotations.unstar(session, access, second)
    assert [one.row.id for one in stars(cast)] == [first]


@pytest.mark.sqlite
def test_a_star_needs_a_code_above_labels_whose_instance_the_passage_is_and_cuts_within_it(cast: Cast) -> None:
    cast.compared_round()
    with pytest.raises(InvalidInput, match="concept, a theme or a construct"):
        star(cast, "l1", agreed(cast, "l1"))
    with pytest.raises(InvalidInput, match="does not count as “校企合作”"):
        star(cast, "c2", agreed(cast, "l1"))
    for cuts, why in (
        ([(0, 4), (3, 5)], "overlap"),
        ([(0, 9)], "must be left"),
        ([(4, 10)], "must lie in"),
        ([(2, 2)], "must lie in"),
    ):
        with pytest.raises(InvalidInput, match=why):
            star(cast, "c1", agreed(cast, "l1"), *cuts)
