"""What is needed to decide on one disagreement: the words around it, and what every coder has there."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.models import Coding, Revision
from intercoder.policy import Permission
from intercoder.services import cards, remapping
from intercoder.services.remapping import MergeIn, SplitIn
from intercoder.services.targets import Target
from services.comparing import disagreements_of

pytestmark = pytest.mark.sqlite


def test_a_card_has_every_coder_with_codes_memo_and_doubt_also_whoever_coded_nothing(
    cast: Cast, compared_round: UUID
) -> None:
    with cast.database.transaction() as session:
        session.execute(sa.update(Coding).where(Coding.doubt > 0).values(doubt=3))
    sides = []
    for d in disagreements_of(cast, compared_round):
        with cast.acting("ada", Permission.DISAGREEMENTS_VIEW, "disagreement", d.id) as (session, access):
            card = cards.card(session, access, d.id)
        around = card.around
        assert TEXTS["访谈一"].find(around.before + around.text + around.after) == around.start
        assert around.text == TEXTS["访谈一"][d.start : d.end]
        assert {entry.id for entry in card.codes} == {coding.code for side in card.sides for coding in side.codings}
        sides.append({s.name: [(c.name, c.memo, c.doubt) for c in s.codings] for s in card.sides})
    assert sides == [
        {"Ai": [], "Bo": [("旧物改用", "", 0)]},
        {"Ai": [("没有信任什么都谈不了", "原话", 3)], "Bo": [("平台把数据开放", "", 0)]},
        {"Ai": [("平台把数据开放", "", 0)], "Bo": [("平台把数据开放", "", 0)]},
    ]


def offered(cast: Cast, round_id: UUID) -> cards.Choices:
    with cast.acting("ada", Permission.DISAGREEMENTS_VIEW, "round", round_id) as (session, access):
        return cards.choices(session, access)


def test_a_new_ruling_is_offered_what_codings_count_as_today(cast: Cast, compared_round: UUID) -> None:
    before = offered(cast, compared_round)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"]))
    merged = offered(cast, compared_round)
    assert {code.id for code in before.codes} - {code.id for code in merged.codes} == {cast.codes["l3"]}
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        names = (Target(name="谈得拢"), Target(name="谈不拢"))
        remapping.split(session, access, cast.codes["l2"], SplitIn(into=names))
    split = offered(cast, compared_round)
    assert {"谈得拢", "谈不拢"} <= {code.name for code in split.codes}
    assert cast.codes["l2"] not in {code.id for code in split.codes}
    assert len({repr(choices.then) for choices in (before, merged, split)}) == 3
    assert offered(cast, compared_round).then == split.then


def test_a_place_is_read_on_in_its_document(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", compared_round)
        d = disagreements_of(cast, compared_round)[0]
        whole = session.scalar(sa.select(Revision.text).where(Revision.id == d.revision_id)) or ""
        little, all_ = (cards.expanded(session, access, d.id, reach) for reach in (5, 100_000))
    assert (all_.before + all_.text + all_.after, all_.more_before, all_.more_after) == (whole, False, False)
    assert all_.text == whole[d.start : d.end] == little.text
    assert (little.before, little.after) == (whole[max(0, d.start - 5) : d.start], whole[d.end : d.end + 5])
    assert (little.more_before, little.more_after) == (d.start > 5, d.end + 5 < len(whole))
