"""Own ceilings: what a coder can take is held to by plans, gone before knowingly by a lead, and logged."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast, store
from intercoder.errors import Conflict
from intercoder.language import speaking
from intercoder.models import ActiveTime, Assignment, Event, Revision
from intercoder.policy import Permission
from intercoder.reports.assignments import not_met
from intercoder.services import own_ceilings
from intercoder.services.own_ceilings import CeilingIn
from intercoder.services.round_plans import RoundPlan
from services.test_redistributing import planned as redistribution
from services.test_redistributing import round_id
from services.test_round_plans import asked, planned, twelve

__all__ = ["round_id", "twelve"]


def say(cast: Cast, person: str, characters: int | None) -> None:
    with cast.acting(person, Permission.SHEET_WRITE) as (session, access):
        assert own_ceilings.say(session, access, CeilingIn(characters=characters)) == characters
        assert own_ceilings.own(session, access) == characters


def above_own(plan: RoundPlan) -> list[str]:
    with speaking("en"):
        return [told for told in not_met(plan) if "said to take" in told]


def test_a_plan_holds_to_what_a_coder_said_and_a_lead_goes_before_it_knowingly(cast: Cast, twelve: list[UUID]) -> None:
    ai = cast.people["ai"].id
    free = planned(cast, asked(cast, twelve))
    before = next(load for load in free.sums.coders if load.coder == str(ai))
    assert before.ceiling is None
    assert before.characters > 1200

    say(cast, "ai", 1200)
    say(cast, "ai", 1200)
    plan = planned(cast, asked(cast, twelve))
    held = next(load for load in plan.sums.coders if load.coder == str(ai))
    assert held.ceiling == 1200
    assert held.characters <= 1200
    assert held.over == 0
    assert plan.own == {ai: 1200}
    assert plan.design.ceilings == {}, "only what a lead set is kept with the design"
    assert above_own(plan) == []

    above = planned(cast, asked(cast, twelve, ceilings={ai: 50_000}))
    assert next(load for load in above.sums.coders if load.coder == str(ai)).ceiling == 50_000
    assert above_own(above) == ["Ai said to take at most 1,200 characters; at most 50,000 are set here."]
    assert above_own(planned(cast, asked(cast, twelve, ceilings={ai: 1000}))) == []

    with cast.database.reading() as session:
        rows = session.scalars(sa.select(Event).where(Event.action == "member.ceiling")).all()
        assert [row.detail for row in rows] == [{"characters": 1200}], "said twice is logged once"
        assert not rows[0].public


@pytest.mark.parametrize("most", [0, None])
def test_what_a_leaver_leaves_goes_to_nobody_above_what_they_said(cast: Cast, round_id: UUID, most: int | None) -> None:
    say(cast, "bo", most)
    plan = redistribution(cast, round_id, leaves=cast.people["ai"].id, seed=3)
    assert plan.given
    assert any(g.coder_id == cast.people["bo"].id for g in plan.given) is (most is None)


@pytest.mark.sqlite
def test_hours_are_characters_at_the_slower_own_speed_and_refused_before_that_is_known(cast: Cast) -> None:
    titles = [f"短文{n}" for n in range(4)]
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        for title in titles:
            cast.documents[title] = store(session, access, title, f"{title}。" + "字" * 996).id
    round_id = cast.round(documents=titles)
    with (
        cast.acting("ai", Permission.SHEET_WRITE) as (session, access),
        pytest.raises(Conflict, match="when you have submitted 4 documents"),
    ):
        own_ceilings.say(session, access, CeilingIn(hours=2))
    cast.submit("ai", round_id, *titles)
    with cast.database.transaction() as session:
        mine = sa.select(Assignment.id).where(Assignment.coder_id == cast.people["ai"].id).order_by(Assignment.position)
        lengths = session.scalar(sa.select(sa.func.min(Revision.length)).where(Revision.length >= 1000)) or 0
        session.execute(sa.delete(ActiveTime))
        for minutes, assignment in zip((10, 20, 20, 20), session.scalars(mine).all(), strict=True):
            session.add(ActiveTime(assignment_id=assignment, minutes=minutes, latest=0))
    with cast.acting("ai", Permission.SHEET_WRITE) as (session, access):
        said = own_ceilings.say(session, access, CeilingIn(characters=7, hours=2))
    assert said == int(120 / (20 / lengths)) // 100 * 100, "two hours, twenty minutes for each text"
