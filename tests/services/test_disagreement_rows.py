"""Places and what was decided, row by row: all of them, in the order of the texts, with what each coder gave."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.models import RulingTag
from intercoder.policy import Permission
from intercoder.services import disagreement_rows, disagreements
from intercoder.services.disagreement_rows import PlaceRow
from services.comparing import disagreements_of
from services.test_picking import studied
from services.test_precedents import ruled


def rows(cast: Cast, round_id: UUID) -> list[PlaceRow]:
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return list(disagreement_rows.place_rows(session, access))


def test_every_place_is_told_once_with_what_each_coder_gave(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disagreement_rows, "TOGETHER", 2)
    round_id = studied(cast, 7)
    places = disagreements_of(cast, round_id)
    found = rows(cast, round_id)
    assert [row.place.id for row in found] == [d.id for d in places]
    assert len(found) > 4
    with cast.database.reading() as session:
        sides = disagreements.sides_of(session, places)
    for row in found:
        assert {coder: bool(codes) for coder, codes in row.given} == {
            coder: any(side.coder == coder for side in sides[row.place.id]) for coder in row.place.coders
        }
        assert (row.case, row.decided) == ("案例一", None)


def test_only_the_ruling_in_force_is_told(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[1]
    ruled(cast, d, ["l2"], "起初这样看。")
    d = disagreements_of(cast, compared_round)[1]
    ruled(cast, d, ["l2", "l3"], "两个意思都在。", RulingTag.BOTH_STAND)
    decided = [row.decided for row in rows(cast, compared_round)]
    assert [one is not None for one in decided] == [False, True, False]
    assert decided[1] is not None
    assert (decided[1].ruling.reason, decided[1].by) == ("两个意思都在。", "Ada")
    assert set(decided[1].stands) == {"没有信任什么都谈不了", "平台把数据开放"}
