"""What is quoted is followed: a coding taken back, a consensus that falls, a code that becomes another, a text that goes."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.clock import now
from intercoder.db import within
from intercoder.errors import InvalidInput
from intercoder.models import Assignment, Code, Document
from intercoder.policy import Permission
from intercoder.services import assigning, moving, remapping, rounds
from intercoder.services import coding as coding_service
from intercoder.services.moving import MoveIn
from intercoder.services.quoted import Holds
from intercoder.services.remapping import MergeIn, PassageIn, PassagesIn, SplitIn
from intercoder.services.targets import Target
from services.theory import agreed, coding, star, stars


def holds(cast: Cast) -> list[Holds]:
    return [one.holds for one in stars(cast)]


def test_a_star_follows_its_code_and_says_when_its_passage_counts_as_another(cast: Cast) -> None:
    cast.compared_round()
    star(cast, "c1", agreed(cast, "l1"))
    star(cast, "c3", coding(cast, "ai", "l2"))
    (first, second) = stars(cast)
    assert [(one.cited.words, one.code.name, one.became.agreed) for one in (first, second)] == [
        ("把旧机器都接上了网", "旧物改用", True),
        ("没有信任什么都谈不了", "信任先行", False),
    ]
    assert (first.holds, second.holds) == (Holds.HOLDS, Holds.HOLDS)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["c1"],), into=cast.codes["c2"]))
    assert [(one.code.name, one.holds) for one in stars(cast, "c2")] == [("校企合作", Holds.HOLDS)], (
        "labels went with it"
    )
    assert [one.row.id for one in stars(cast, "c1")] == [first.row.id]
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        moving.move(session, access, MoveIn(codes=(cast.codes["l2"],), parent=cast.codes["c4"]))
    (moved,) = stars(cast, "c3")
    assert (moved.holds, moved.became.code) == (Holds.OTHER_CODE, str(cast.codes["l2"]))


def test_a_passage_that_loses_its_consensus_its_coding_or_its_text_is_flagged(cast: Cast, compared_round: UUID) -> None:
    star(cast, "c1", agreed(cast, "l1"))
    star(cast, "c3", coding(cast, "ai", "l2"))
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        rounds.reopen_round(session, access)
    assert holds(cast) == [], "a round that is open again shows nothing of what was coded in it"
    with cast.database.transaction() as session:
        own = sa.and_(Assignment.round_id == compared_round, Assignment.coder_id == cast.people["ai"].id)
        lead = cast.access(session, "lena", Permission.HAND_BACK, "round", compared_round)
        assigning.hand_back(session, lead, [session.scalars(sa.select(Assignment.id).where(own)).one()], "再看")
    for code in ("l1", "l2"):
        key = coding(cast, "ai", code)["key"]
        with cast.database.transaction() as session:
            ai = cast.access(session, "ai", Permission.CODE, "round", compared_round).asking(Permission.CODE)
            gone = coding_service.CodingPatch(deleted=True)
            coding_service.change_coding(within(session), ai, cast.documents["访谈一"], key, 1, gone)
    cast.submit("ai", compared_round, "访谈一")
    cast.close(compared_round)
    assert holds(cast) == [Holds.NO_CONSENSUS, Holds.NO_CODING]
    with cast.database.transaction() as session:
        session.get_one(Document, cast.documents["访谈一"]).removed_at = now()
    assert holds(cast) == [Holds.NO_TEXT, Holds.NO_TEXT]


def test_a_passage_must_be_named_and_be_there(cast: Cast) -> None:
    cast.coded_round()
    with pytest.raises(InvalidInput, match="no such passage"):
        star(cast, "c1", coding(cast, "ai", "l1"))  # of an open round
    for unclear in ({}, {"key": uuid4()}, {"coder": uuid4(), "key": uuid4(), "consensus": uuid4()}):
        with pytest.raises(InvalidInput, match="Name one passage"):
            star(cast, "c1", unclear)


def test_of_a_split_code_the_passage_waits_until_it_is_put(cast: Cast) -> None:
    cast.compared_round()
    passage = coding(cast, "ai", "l3")
    star(cast, "c4", passage)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        new = [Target(name="开放接口", parent=cast.codes["c3"]), Target(name="共享数据", parent=cast.codes["c4"])]
        remapping.split(session, access, cast.codes["l3"], SplitIn(into=tuple(new)))
        parts = {code.name: code.id for code in session.scalars(sa.select(Code)) if code.project_id == cast.project}
    assert holds(cast) == [Holds.WAITS]
    for name, then in (("开放接口", Holds.OTHER_CODE), ("共享数据", Holds.HOLDS)):
        with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            put = PassageIn(coder=passage["coder"], key=passage["key"], at=parts[name])
            remapping.put_passages(session, access, cast.codes["l3"], PassagesIn(passages=(put,)))
        assert holds(cast) == [then]
