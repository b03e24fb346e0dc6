"""Whoever leaves, whatever was begun: what is begun stays, the rest goes to who can take it, and a document keeps its number of coders."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict
from intercoder.models import Assignment, AssignmentState, GateLift, Member, Revision, Role, Round, RoundState
from intercoder.policy import Permission
from intercoder.services import gates, redistributing, rounds
from intercoder.services.gates import GateIn, LiftIn
from intercoder.services.redistributing import Redistribution, RedistributionIn
from intercoder.services.round_plans import DesignIn
from services.test_round_plans import CODERS, twelve

__all__ = ["twelve"]

STATES = (*4 * (AssignmentState.ASSIGNED,), AssignmentState.IN_PROGRESS, AssignmentState.SUBMITTED)


class Row(NamedTuple):
    """One assignment as it is kept."""

    id: UUID
    document: UUID
    coder: UUID
    state: AssignmentState
    memo: str

    @property
    def begun(self) -> bool:
        return self.state is not AssignmentState.ASSIGNED or bool(self.memo)


def kept(session: Any, round_id: UUID) -> list[Row]:
    a = Assignment
    wanted = sa.select(a.id, a.document_id, a.coder_id, a.state, a.memo).where(a.round_id == round_id)
    rows = session.execute(wanted.order_by(a.id))
    return [Row(*row) for row in rows]


#: what coders can take of whom nothing may be given at all
NOTHING = -1


def a_round(cast: Cast, chance: random.Random, documents: Sequence[UUID]) -> tuple[UUID, dict[UUID, int]]:
    """Open a round of some design of which something is begun, and let coders say what they can take; return that too.

    Some have a gate, which was lifted for all; of some coders that is undone behind the program's back, as a merge of codes
    undoes that an attempt passed.
    """
    people = [cast.people[name].id for name in chance.sample(CODERS, chance.randint(3, 5))]
    some = chance.sample(list(documents), chance.randint(4, 12))
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        for earlier in session.scalars(sa.select(Round)):
            earlier.state = RoundState.SETTLED  # what is unfinished elsewhere is another test's
        for member in session.scalars(sa.select(Member).where(Member.user_id.in_([cast.people[c].id for c in CODERS]))):
            member.roles = (Role.CODER,)
        session.flush()
        new = rounds.NewRound(
            name="一",
            version_id=cast.version,
            documents=tuple(some),
            coders=tuple(people),
            design=DesignIn(each=chance.randint(1, 2), percent=chance.choice((0, 30)), seed=chance.randrange(1000)),
        )
        round_ = rounds.create_round(session, access, new)
        inside = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", round_.id)
        before_a_gate = chance.random() < 0.5
        if before_a_gate:
            gates.set_gate(session, inside, GateIn())
            for person in people:
                gates.lift(session, inside, LiftIn(coder_id=person, reason="参加过试编码"))
        rounds.open_round(session, inside)
        barred = [person for person in people if before_a_gate and chance.random() < 0.3]
        session.execute(sa.delete(GateLift).where(GateLift.round_id == round_.id, GateLift.coder_id.in_(barred)))
        for row in session.scalars(
            sa.select(Assignment).where(Assignment.round_id == round_.id).order_by(Assignment.id)
        ):
            row.state = chance.choice(STATES)
            row.memo = chance.choice(("", "", "", "", "读了一遍"))
        said = {person: chance.choice((None, 0, 2000, 6000)) for person in people}
        out = chance.choice([None, *people])  # is no coder any longer
        for member in session.scalars(sa.select(Member).where(Member.user_id.in_(people))):
            member.ceiling = said[member.user_id]
            member.roles = (Role.OBSERVER,) if member.user_id == out else (Role.CODER,)
        most = {person: ceiling for person, ceiling in said.items() if ceiling is not None}
        nothing = dict.fromkeys([*barred, *([out] if out else [])], NOTHING)
        return round_.id, {**most, **nothing}


@pytest.mark.parametrize("again", [True, False])
def test_whoever_leaves_what_is_begun_stays_and_each_document_keeps_its_coders(
    cast: Cast, twelve: list[UUID], again: bool
) -> None:
    chance = random.Random(f"leavers {again}")
    with cast.database.reading() as session:
        rows = session.execute(sa.select(Revision.document_id, Revision.length))
        lengths = {document: length for document, length in rows}
    moved = short = kept_out = 0
    for _ in range(60):
        if moved > 20 and short and kept_out:
            break  # who leaves, and whom it meets, is drawn from identifiers of chance: as many histories as show all of it
        round_id, most = a_round(cast, chance, twelve)
        with cast.database.reading() as session:
            before = kept(session, round_id)
        leaver = chance.choice(sorted({row.coder for row in before}))
        plan = _left(cast, round_id, leaver, again=again)
        with cast.database.reading() as session:
            after = kept(session, round_id)
        if plan is None:
            assert after == before
            continue
        begun = {row for row in before if row.begun}
        assert begun <= set(after), "what was begun, and most of all what was submitted, is as it was"
        others = {row for row in before if row.coder != leaver}
        assert others <= set(after), "nobody else loses anything"
        new = set(after) - set(before)
        assert not any(row.begun or row.coder == leaver for row in new)
        getting_nothing = {coder for coder, number in most.items() if number == NOTHING}
        assert not {row.coder for row in new} & getting_nothing, (
            "neither who is no coder any longer, nor who has not passed"
        )

        load = Counter[UUID]()
        for row in after:
            load[row.coder] += lengths[row.document] if row.state is not AssignmentState.SUBMITTED else 0
        over = {told.values["coder"] for told in plan.not_met if told.reason == "over_ceiling"}
        too_few = {told.values["document"] for told in plan.not_met if told.reason == "too_few_allowed"}
        for coder in {row.coder for row in new} & most.keys():
            assert load[coder] <= most[coder] or str(coder) in over, "above a ceiling only where it is said"

        wanted = Counter(row.document for row in before)
        wanted.update(row.document for row in before if again and row.coder == leaver and _half_done(row))
        had = Counter(row.document for row in after)
        for document, number in wanted.items():
            assert had[document] == number or str(document) in too_few, "as many coders, or it is said which has fewer"
        moved += len(new)
        kept_out += bool(new and getting_nothing)
        short += len(too_few)
    assert moved > 20, "what was not begun went on to others"
    assert short, "some had nobody left who could take them"
    assert kept_out, "in some others took what these would have got"


def _half_done(row: Row) -> bool:
    return row.begun and row.state is not AssignmentState.SUBMITTED


def _left(cast: Cast, round_id: UUID, leaver: UUID, *, again: bool) -> Redistribution | None:
    """Let somebody leave; None where nothing was left to give on."""
    wanted = RedistributionIn(leaves=leaver, begun_again=again, seed=5)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        plan = redistributing.plan_redistribution(session, access, wanted)
        if plan.given or plan.taken:
            return redistributing.redistribute(session, access, wanted)
        with pytest.raises(Conflict, match="Nothing is left"):
            redistributing.redistribute(session, access, wanted)
    return None
