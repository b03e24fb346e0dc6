"""A coder leaves a round or comes late: begun work stays, the rest is given on by the engine, in one act with a seed."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast, store
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import Assignment, AssignmentState, Event, Role
from intercoder.policy import Permission
from intercoder.services import assigning, redistributing, rounds
from intercoder.services.redistributing import Redistribution, RedistributionIn
from intercoder.services.round_plans import DesignIn
from services.comparing import give

CODERS = ("ai", "bo", "olga", "ada")


@pytest.fixture
def round_id(cast: Cast) -> UUID:
    """An open round of twelve documents and four coders, two on each: Ai has submitted one and begun two others."""
    for name in ("olga", "ada", "otto"):
        give(cast, name, Role.CODER)
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        made = [
            store(session, access, f"访谈 {n:02}", f"{n}。" + "字" * 500, case=f"案例{n % 2}").id for n in range(12)
        ]
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        people = tuple(cast.people[name].id for name in CODERS)
        design = DesignIn(each=2, seed=7)
        new = rounds.NewRound(
            name="一", version_id=cast.version, documents=tuple(made), coders=people, design=design, open=True
        )
        round_ = rounds.create_round(session, access, new)
        mine = _of(session, round_.id, cast.people["ai"].id)
        mine[0].state = AssignmentState.SUBMITTED
        mine[1].state = AssignmentState.IN_PROGRESS
        mine[2].memo = "读了一遍"  # begun, although nothing is coded
        mine[3].due_on = date(2026, 12, 24)
        return round_.id


def _of(session: Any, round_id: UUID, coder: UUID) -> list[Assignment]:
    wanted = sa.select(Assignment).where(Assignment.round_id == round_id, Assignment.coder_id == coder)
    return list(session.scalars(wanted.order_by(Assignment.document_id)))


def pairs(cast: Cast, round_id: UUID) -> set[tuple[UUID, UUID]]:
    with cast.database.reading() as session:
        wanted = sa.select(Assignment.document_id, Assignment.coder_id).where(Assignment.round_id == round_id)
        return {(d, c) for d, c in session.execute(wanted)}


def planned(cast: Cast, round_id: UUID, person: str = "lena", **wanted: Any) -> Redistribution:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.ROUND_MANAGE, "round", round_id)
        return redistributing.plan_redistribution(session, access, RedistributionIn(**wanted))


def done(cast: Cast, round_id: UUID, **wanted: Any) -> Redistribution:
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", round_id)
        return redistributing.redistribute(session, access, RedistributionIn(**wanted))


def test_what_a_leaver_has_begun_stays_and_the_rest_is_given_on_so_that_each_document_has_as_many_coders(
    cast: Cast, round_id: UUID
) -> None:
    ai = cast.people["ai"].id
    before = pairs(cast, round_id)
    plan = planned(cast, round_id, leaves=ai, seed=3)
    assert pairs(cast, round_id) == before, "a plan stores nothing"
    assert plan.digest == planned(cast, round_id, leaves=ai, seed=3).digest
    assert (plan.submitted, plan.begun, len(plan.taken)) == (1, 2, 3)
    assert len(plan.given) == 5, "three that were taken back, and two that were begun besides"
    assert [g.due_on for g in plan.given].count(date(2026, 12, 24)) == 1
    [share] = [s for s in plan.shares if s.coder == ai]
    assert (share.before, share.after, len(share.loses)) == (6, 3, 3)
    others = [s.after for s in plan.shares if s.coder != ai]
    assert max(others) - min(others) <= 1
    assert sum(n for a, b, n in plan.pairs) >= 12

    done(cast, round_id, leaves=ai, seed=plan.seed, digest=plan.digest)
    after = pairs(cast, round_id)
    assert before - after == {(h.document_id, ai) for h in plan.taken}
    assert after - before == {(g.document_id, g.coder_id) for g in plan.given}
    begun = {h.document_id for h in plan.taken} ^ {g.document_id for g in plan.given}
    assert {d: n for d, n in Counter(d for d, _ in after).items() if n != 2} == dict.fromkeys(begun, 3)
    with cast.database.reading() as session:
        acts = session.scalars(sa.select(Event).where(Event.stream == cast.project).order_by(Event.seq.desc()).limit(2))
        given, taken = acts.all()
    assert (given.action, taken.action) == ("round.assigned", "round.withdrawn")
    assert given.detail["seed"] == 3
    # Once more there is nothing left to give but what was begun; without that nothing at all.
    with pytest.raises(Conflict, match="Nothing is left"):
        done(cast, round_id, leaves=ai, begun_again=False)


def test_who_comes_late_gets_a_fair_share_of_what_nobody_has_begun(cast: Cast, round_id: UUID) -> None:
    otto, ai = cast.people["otto"].id, cast.people["ai"].id
    before = pairs(cast, round_id)
    plan = done(cast, round_id, joins=otto, seed=5)
    after = pairs(cast, round_id)
    assert {c for _, c in after - before} == {otto}, "nobody else gets anything"
    assert Counter(Counter(d for d, _ in after).values()) == {2: 12}
    assert sum(c == otto for _, c in after) in {4, 5}
    assert sum(c == ai for _, c in after) >= 3
    assert len(plan.taken) == len(plan.given)


def test_what_was_seen_and_is_another_now_is_refused_and_a_lead_who_codes_in_it_is_told_nothing(
    cast: Cast, round_id: UUID
) -> None:
    ai = cast.people["ai"].id
    seen = planned(cast, round_id, leaves=ai, seed=3)
    with cast.database.transaction() as session:
        _of(session, round_id, ai)[4].state = AssignmentState.IN_PROGRESS
    before = pairs(cast, round_id)
    with pytest.raises(Conflict, match="look at what comes of it again"):
        done(cast, round_id, leaves=ai, seed=3, digest=seen.digest)
    assert pairs(cast, round_id) == before
    otto, lena = cast.people["otto"].id, cast.people["lena"].id
    wrong: list[dict[str, Any]] = [{}, {"leaves": ai, "joins": ai}, {"leaves": otto}, {"joins": lena}]
    for wanted in wrong:
        with pytest.raises(InvalidInput):
            planned(cast, round_id, **wanted)
    give(cast, "lena", Role.LEAD, Role.CODER)
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", round_id)
        document = next(iter(before))[0]
        assigning.add_assignments(session, access, [assigning.Place(document, cast.people["lena"].id)])
    with pytest.raises(Conflict, match="You code in this round"):
        planned(cast, round_id, leaves=ai)
