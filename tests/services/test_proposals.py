"""Proposed labels: counted for those who decide them, hidden from a lead who codes in the round."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from cast import TEXTS, Cast
from intercoder.db import within
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.models import CodeState, Role
from intercoder.policy import Permission
from intercoder.services import coding, layers, members, own_codes, proposals, remapping, rounds
from intercoder.services.mapping import mapping
from intercoder.services.own_codes import NewOwnCode, PassageOf
from intercoder.services.proposals import Decision, DecisionsIn, Verdict


def propose(cast: Cast, person: str, round_id: UUID, name: str) -> UUID:
    with cast.database.transaction() as session:
        access = cast.access(session, person, Permission.CODE, "round", round_id)
        code, _ = own_codes.put_code(session, access, uuid4(), NewOwnCode(name=name))
        return code.id


def put(cast: Cast, person: str, round_id: UUID, code: UUID) -> coding.Written:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        write = coding.CodingWrite(code=code, start=0, end=4)
        return coding.put_coding(
            within(session), access.asking(Permission.CODE), cast.documents["访谈一"], uuid4(), write
        )


def accepted(code: UUID, **more: Any) -> Decision:
    return Decision(code=code, verdict=Verdict.ACCEPT, **more)


def waiting(cast: Cast, person: str) -> dict[UUID, int]:
    with cast.database.reading() as session:
        return proposals.waiting(session, cast.access(session, person, Permission.ROUND_VIEW))


def test_proposals_of_all_open_rounds_are_counted_for_whoever_decides_them(cast: Cast) -> None:
    first, second, closed = (cast.round(policy="proposals") for _ in range(3))
    for round_id, names in ((first, ("甲", "乙")), (second, ("丙",)), (closed, ("丁",))):
        for name in names:
            propose(cast, "ai", round_id, name)
    declined = propose(cast, "bo", first, "戊")
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.PROPOSALS_DECIDE, "round", first)
        refused = Decision(code=declined, verdict=Verdict.DECLINE, answer="与“甲”相同。")
        assert proposals.decide(session, access, refused).state is CodeState.DECLINED
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", closed)
        rounds.close_round(session, access, unfinished=True)
    assert waiting(cast, "lena") == {first: 2, second: 1}
    for person in ("ai", "ada", "olga"):
        assert waiting(cast, person) == {}


def test_a_lead_who_codes_in_a_round_is_told_of_no_proposal_in_it(cast: Cast) -> None:
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["lena"].id, [Role.CODER])
    own, other = cast.round(policy="proposals", coders=("lena", "ai")), cast.round(policy="proposals")
    propose(cast, "ai", own, "甲")
    propose(cast, "ai", other, "乙")
    assert waiting(cast, "lena") == {other: 1}


def test_a_proposal_is_usable_for_everybody_once_the_lead_accepts_it(cast: Cast) -> None:
    round_id, key = cast.round(policy="proposals"), uuid4()
    with cast.database.transaction() as session:
        access = cast.access(session, "ai", Permission.CODE, "round", round_id)
        code, _ = own_codes.put_code(session, access, key, own_codes.NewOwnCode(name="先让它不出错"))
    assert put(cast, "ai", round_id, key).new
    with pytest.raises(InvalidInput, match="not in the codebook"):
        put(cast, "bo", round_id, code.id)
    with cast.database.transaction() as session:
        lead = cast.access(session, "lena", Permission.PROPOSALS_DECIDE, "round", round_id)
        assert [c.name for c in proposals.proposals(session, lead)] == ["先让它不出错"]
        proposals.decide(session, lead, accepted(code.id, parent_id=cast.codes["c1"]))
    assert put(cast, "bo", round_id, code.id).new


@pytest.mark.sqlite
def test_a_proposal_is_decided_once_and_below_a_concept_only(cast: Cast) -> None:
    round_id = cast.round(policy="proposals")
    proposal = propose(cast, "ai", round_id, "甲")
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.PROPOSALS_DECIDE, "round", round_id)
        with pytest.raises(InvalidInput, match="does not exist in this codebook"):
            proposals.decide(session, access, accepted(proposal, parent_id=cast.codes["t1"]))
        session.rollback()
    with cast.acting("lena", Permission.PROPOSALS_DECIDE, "round", round_id) as (session, access):
        proposals.decide(session, access, Decision(code=proposal, verdict=Verdict.DECLINE, answer="太宽。"))
        with pytest.raises(NotFound):
            proposals.decide(session, access, accepted(proposal))


@pytest.mark.sqlite
def test_a_proposal_carries_its_passage_and_a_reason_and_its_author_reads_the_answer(cast: Cast) -> None:
    round_id = cast.round(policy="proposals")
    start = TEXTS["访谈一"].index("把旧机器都接上了网")
    passage = PassageOf(document=cast.documents["访谈一"], start=start, end=start + 9)
    with cast.acting("ai", Permission.CODE, "round", round_id) as (session, access):
        given = NewOwnCode(name="旧机联网", reason="不是改用，而是接入。", passage=passage)
        code = own_codes.put_code(session, access, uuid4(), given)[0].id
    with cast.acting("lena", Permission.PROPOSALS_DECIDE, "round", round_id) as (session, access):
        (seen,) = proposals.proposals(session, access)
        assert (seen.text, seen.reason, seen.title) == ("把旧机器都接上了网", "不是改用，而是接入。", "访谈一")
        assert seen.before.endswith("我们只能自己想办法，")
        proposals.decide(session, access, Decision(code=code, verdict=Verdict.DECLINE, answer="用“旧机器接上网”。"))
    with cast.acting("ai", Permission.CODINGS_VIEW, "round", round_id) as (session, access):
        (own,) = proposals.own_proposals(session, access)
        assert (own.state, own.answer) == (CodeState.DECLINED, "用“旧机器接上网”。")
    with cast.acting("bo", Permission.CODINGS_VIEW, "round", round_id) as (session, access):
        assert proposals.own_proposals(session, access) == []
    with pytest.raises(Conflict, match="declined this label"):
        put(cast, "ai", round_id, code)


@pytest.mark.sqlite
@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 3), (0, 100_000)])
def test_the_passage_of_a_proposal_lies_in_a_document_that_its_author_codes(cast: Cast, start: int, end: int) -> None:
    round_id = cast.round(policy="proposals", documents=("访谈一",))
    with cast.acting("ai", Permission.CODE, "round", round_id) as (session, access):
        for document, refused in (("访谈一", InvalidInput), ("年报节选", NotFound)):
            passage = PassageOf(document=cast.documents[document], start=start, end=end)
            with pytest.raises(refused):
                own_codes.put_code(session, access, uuid4(), NewOwnCode(name=document, passage=passage))
        session.rollback()


def test_several_are_decided_at_once_or_none(cast: Cast) -> None:
    round_id = cast.round(policy="proposals")
    first, second, third = (
        propose(cast, who, round_id, name) for who, name in (("ai", "甲"), ("bo", "甲"), ("bo", "乙"))
    )
    assert put(cast, "bo", round_id, second).new

    def decide(*decisions: Decision) -> None:
        with cast.acting("lena", Permission.PROPOSALS_DECIDE, "round", round_id) as (session, access):
            proposals.decide_all(session, access, DecisionsIn(decisions=decisions))

    with pytest.raises(Conflict, match="already a code “甲”"):
        decide(accepted(first), accepted(second))
    with pytest.raises(InvalidInput, match="in a sentence why"):
        decide(accepted(first), Decision(code=third, verdict=Verdict.DECLINE))
    with pytest.raises(InvalidInput, match="is to count"):
        decide(accepted(first), Decision(code=second, verdict=Verdict.JOIN, into_name="没有这个"))
    decide(
        accepted(first, parent_name="旧物改用"),
        Decision(code=second, verdict=Verdict.JOIN, into_name="甲"),
        Decision(code=third, verdict=Verdict.LATER),
    )
    with cast.database.reading() as session:
        mapped = mapping(session, cast.project)
        access = cast.access(session, "lena", Permission.PROPOSALS_DECIDE, "round", round_id)
        assert [p.name for p in proposals.proposals(session, access)] == ["乙"]
    assert mapped.resolved(str(second), "", "").code == str(first)
    assert mapped.codes[str(first)].parent == str(cast.codes["c1"])


def test_what_was_accepted_stays_usable_in_its_round_when_it_is_merged(cast: Cast) -> None:
    round_id = cast.round(policy="proposals")
    proposal = propose(cast, "ai", round_id, "甲")
    with cast.acting("lena", Permission.PROPOSALS_DECIDE, "round", round_id) as (session, access):
        proposals.decide(session, access, accepted(proposal))
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, remapping.MergeIn(codes=(proposal,), into=cast.codes["l1"]))
    assert put(cast, "bo", round_id, proposal).new
    with cast.acting("bo", Permission.CODE, "round", round_id) as (session, access):
        assert proposal in {entry.id for entry in layers.round_codes(session, access)}
