"""Putting aside for the hold-out test: drawn by a seed within case and source, or chosen with a reason; replaced, opened, kept."""

from collections import Counter
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast, store
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import Document, ReserveState, SamplingUnit, SaturationReserve
from intercoder.policy import Permission
from intercoder.services import reserving
from intercoder.services.reserving import Offered, ReserveIn, drawn


def reserve(cast: Cast, **given: object) -> SaturationReserve:
    said = {"unit": SamplingUnit.DOCUMENT, "reason": "结构随机"} | given
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        return reserving.reserve(session, access, ReserveIn.model_validate(said))


def units(*strata: tuple[str, int]) -> list[Offered]:
    return [Offered(uuid4(), f"{name}{i}", (name, ""), (uuid4(),)) for name, many in strata for i in range(many)]


def test_each_stratum_gives_its_share_and_a_seed_gives_the_same() -> None:
    offered = units(("甲", 9), ("乙", 6), ("丙", 3))
    for seed in range(20):
        found = drawn(offered, 33, seed)
        assert Counter(unit.stratum[0] for unit in found) == {"甲": 3, "乙": 2, "丙": 1}
        assert found == drawn(offered, 33, seed)
    assert len({tuple(unit.id for unit in drawn(offered, 33, seed)) for seed in range(20)}) > 10


@pytest.mark.parametrize(("many", "share", "put_aside"), [(2, 1, 1), (2, 90, 1), (9, 22, 2), (12, 33, 4)])
def test_one_is_put_aside_at_least_and_one_is_left(many: int, share: int, put_aside: int) -> None:
    for seed in range(5):
        assert len(drawn(units(*((str(i), 1) for i in range(many))), share, seed)) == put_aside


def test_what_was_given_out_cannot_be_put_aside(cast: Cast) -> None:
    cast.round(documents=("访谈一",), opened=False)
    with cast.database.reading() as session:
        offer = reserving.offer(session, cast.project, SamplingUnit.DOCUMENT)
        assert [unit.title for unit in offer.units] == ["年报节选", "Partner interview"]
        assert offer.begun == 1
        assert not reserving.offer(session, cast.project, SamplingUnit.CASE).units, "its one case is begun"
    with pytest.raises(InvalidInput, match="given out already"):
        reserve(cast, chosen=(cast.documents["访谈一"],))
    with pytest.raises(Conflict, match="needs two"):
        reserve(cast, unit=SamplingUnit.CASE)
    with pytest.raises(InvalidInput, match="Say why"):
        reserve(cast, reason="  ")
    assert reserve(cast, share=50, seed=7).begun == 1


def test_all_of_a_study_cannot_be_put_aside(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="nothing is left"):
        reserve(cast, chosen=tuple(cast.documents.values()))


def test_another_draw_replaces_the_one_before_and_both_are_kept(cast: Cast) -> None:
    first = reserve(cast, share=33, seed=1)
    second = reserve(cast, chosen=(cast.documents["访谈一"],))
    with cast.database.reading() as session:
        rows = session.scalars(sa.select(SaturationReserve).order_by(SaturationReserve.number)).all()
        assert [(row.number, row.state, row.seed) for row in rows] == [
            (1, ReserveState.REPLACED, 1),
            (2, ReserveState.HIDDEN, None),
        ]
        held = session.scalars(sa.select(Document.id).where(Document.held_out)).all()
        assert held == [cast.documents["访谈一"]]
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        for wrong in (first.id, first.id):
            with pytest.raises(Conflict, match="no longer hidden"):
                reserving.open_reserve(session, access, wrong)
        assert reserving.open_reserve(session, access, second.id).unfinished == 2


def test_cases_are_put_aside_with_all_their_documents(cast: Cast) -> None:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        two = [store(session, access, title, f"{title}说的话。", case="案例二").id for title in ("访谈二", "访谈三")]
    made = reserve(cast, unit=SamplingUnit.CASE, share=50, seed=3)
    first: tuple[UUID, ...] = tuple(cast.documents.values())
    assert set(made.documents) in (set(two), set(first))
    assert len(made.units) == 1
