"""Proposed labels: counted for those who decide them, hidden from a lead who codes in the round."""

from uuid import UUID, uuid4

import pytest

from cast import Cast
from intercoder.db import within
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.models import CodeState, Role
from intercoder.policy import Permission
from intercoder.services import coding, members, own_codes, proposals, rounds
from intercoder.services.own_codes import NewOwnCode


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
        assert proposals.decide(session, access, declined, accept=False).state is CodeState.DECLINED
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
    with pytest.raises(Conflict, match="not accepted"):
        put(cast, "ai", round_id, key)
    with cast.database.transaction() as session:
        lead = cast.access(session, "lena", Permission.PROPOSALS_DECIDE, "round", round_id)
        assert [c.name for c in proposals.proposals(session, lead)] == ["先让它不出错"]
        proposals.decide(session, lead, code.id, accept=True, parent_id=cast.codes["c1"])
    assert put(cast, "bo", round_id, code.id).new


@pytest.mark.sqlite
def test_a_proposal_is_decided_once_and_below_a_concept_only(cast: Cast) -> None:
    round_id = cast.round(policy="proposals")
    proposal = propose(cast, "ai", round_id, "甲")
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.PROPOSALS_DECIDE, "round", round_id)
        with pytest.raises(InvalidInput, match="does not exist in this codebook"):
            proposals.decide(session, access, proposal, accept=True, parent_id=cast.codes["t1"])
        session.rollback()
    with cast.acting("lena", Permission.PROPOSALS_DECIDE, "round", round_id) as (session, access):
        proposals.decide(session, access, proposal, accept=False)
        with pytest.raises(NotFound):
            proposals.decide(session, access, proposal, accept=True)
