"""Passages split off a private label: what is split off and what is left count as two codes, and all can be taken back."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import IntercoderError, InvalidInput, NotFound
from intercoder.models import Code, CodeState, MappingKind, Round
from intercoder.policy import Permission
from intercoder.services import aligning, alignment, remapping, splitting_off, taking_back
from intercoder.services.alignment import Progress
from intercoder.services.audit import audit
from intercoder.services.remapping import PlaceIn, Placement
from intercoder.services.splitting_off import SplitOffIn
from intercoder.services.targets import Target
from services.test_aligning import close, used

pytestmark = pytest.mark.sqlite


def counted(cast: Cast, round_id: UUID) -> dict[UUID, str]:
    """Return what each coding of a round counts as."""
    with cast.database.reading() as session:
        coded = aligning.gather(session, session.get_one(Round, round_id))
        mapped = coded.mapped
        return {UUID(u.key): mapped.codes[mapped.resolved(u.code, u.coder, u.key).code].name for u in coded.applied}


def ready(cast: Cast) -> tuple[UUID, UUID]:
    round_id, labels = used(
        cast,
        {"ai": [("机器", "把旧机器"), ("机器", "没有信任"), ("机器", "平台把")], "bo": [("信任", "没有信任")]},
    )
    close(cast, round_id)
    return round_id, labels["机器"]


def test_one_passage_counts_elsewhere_and_comes_back(cast: Cast) -> None:
    round_id, label = ready(cast)
    before = counted(cast, round_id)
    key = next(key for key, name in before.items() if name == "机器")
    given = SplitOffIn(label=label, keys=(key,), off=Target(name="信任在先"), rest=Target(name="机器"))
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        acts = splitting_off.split_off(session, access, given)
        assert [act.kind for act in acts] == [MappingKind.PLACED, MappingKind.SPLIT, MappingKind.ASSIGNED]
        ids = [act.id for act in acts]
    after = counted(cast, round_id)
    assert after == before | {key: "信任在先"}
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        assert [d for project in audit(session) for d in project.differences] == []
        for act in reversed(ids):
            taking_back.undo(session, access, act)
    assert counted(cast, round_id) == before


def test_what_cannot_be_split_off_changes_nothing(cast: Cast) -> None:
    round_id, label = ready(cast)
    before = counted(cast, round_id)
    own = tuple(key for key, name in before.items() if name == "机器")
    other = next(key for key, name in before.items() if name == "信任")
    cases: list[tuple[UUID, tuple[UUID, ...], type[IntercoderError]]] = [
        (label, own, InvalidInput),
        (label, (other,), NotFound),
        (label, (uuid4(),), NotFound),
        (cast.codes["l1"], own[:1], NotFound),
    ]
    for of, keys, refused in cases:
        given = SplitOffIn(label=of, keys=keys, off=Target(name="甲"), rest=Target(name="乙"))
        with (
            pytest.raises(refused),
            cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access),
        ):
            splitting_off.split_off(session, access, given)
    assert counted(cast, round_id) == before


def ended(cast: Cast, round_id: UUID) -> tuple[Progress, list[int]]:
    """Return how far the alignment is, and how many codes 1, 2, … coders have."""
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        told = alignment.ending(session, access)
    return told.far, list(told.shared)


def test_a_label_of_which_passages_were_split_off_counts_as_the_codes_at_which_they_are(cast: Cast) -> None:
    round_id, label = ready(cast)
    key = next(key for key, name in counted(cast, round_id).items() if name == "机器")
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        given = SplitOffIn(label=label, keys=(key,), off=Target(name="先谈"), rest=Target(name="旧设备"))
        *_, put = splitting_off.split_off(session, access, given)
    assert ended(cast, round_id) == (Progress(labels=2, placed=1, coders=2, codes=2), [2])
    with cast.database.reading() as session:
        off = session.scalars(sa.select(Code.id).where(Code.name == "先谈", Code.state == CodeState.ACTIVE)).one()
        other = session.scalars(sa.select(Code.id).where(Code.name == "信任", Code.round_id == round_id)).one()
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        joined = PlaceIn(placements=(Placement(labels=(other,), at=Target(code=off)),))
        remapping.place(session, access, joined)
    assert ended(cast, round_id) == (Progress(labels=2, placed=2, coders=2, codes=2), [1, 1])
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, project):
        taking_back.undo(session, project, put.id)
    # Passages that wait count as no code.
    assert ended(cast, round_id) == (Progress(labels=2, placed=2, coders=2, codes=1), [1])
