"""Plans of rounds: who would code what, from documents, coders, a design and a seed; and rounds that are made of them."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast, store
from intercoder import events
from intercoder.errors import InvalidInput
from intercoder.models import Assignment, CodingOrder, Event, Role, Round, RoundPurpose, RoundState, SpreadBy
from intercoder.policy import Permission
from intercoder.services import coding, members, round_plans, rounds
from intercoder.services.round_plans import DesignIn, PlanRequest, RoundPlan
from services.comparing import give

CODERS = ("ai", "bo", "olga", "ada", "otto")
LENGTHS = (400, 900, 300, 700, 500, 800, 600, 350, 450, 650, 550, 750)


@pytest.fixture
def twelve(cast: Cast) -> list[UUID]:
    """Twelve documents of three cases, and five coders who came one after the other; return the documents."""
    for name in CODERS[2:]:
        give(cast, name, Role.CODER)
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        return [
            store(session, access, f"访谈 {n + 1:02}", f"{n}。" + "字" * length, case=f"案例{'甲乙丙'[n % 3]}").id
            for n, length in enumerate(LENGTHS)
        ]


def asked(cast: Cast, documents: list[UUID], *coders: str, **design: Any) -> PlanRequest:
    """Return a request, by default with a seed."""
    people = tuple(cast.people[name].id for name in coders or CODERS)
    return PlanRequest(documents=tuple(documents), coders=people, design=DesignIn(**{"seed": 20261128, **design}))


def planned(cast: Cast, wanted: PlanRequest, person: str = "lena") -> RoundPlan:
    with cast.acting(person, Permission.ROUND_MANAGE) as (session, access):
        return round_plans.plan_round(session, access, wanted)


def by_name(plan: RoundPlan) -> list[tuple[str, list[str]]]:
    """Return the coders of each document, by title and name."""
    return [(plan.titles[d.document][-2:], [plan.names[c] for c in d.coders]) for d in plan.sums.documents]


def test_a_seed_gives_the_same_plan_on_every_database_whatever_the_order_of_the_request(
    cast: Cast, twelve: list[UUID]
) -> None:
    design = {"each": 2, "more": 3, "percent": 30, "spread_by": (SpreadBy.CASE,), "order": CodingOrder.RANDOM}
    first = planned(cast, asked(cast, twelve, **design))
    again = planned(cast, asked(cast, twelve[::-1], *CODERS[::-1], **design))
    assert by_name(first) == by_name(again)
    assert first.places == again.places
    assert by_name(first) == SAME_EVERYWHERE
    assert by_name(planned(cast, asked(cast, twelve, **{**design, "seed": 7}))) != SAME_EVERYWHERE

    assert sorted(len(coders) for _, coders in by_name(first)) == [2] * 8 + [3] * 4
    assert {(s.stratum, s.more) for s in first.sums.strata} <= {((f"案例{c}",), n) for c in "甲乙丙" for n in (1, 2)}
    assert first.sums.balance.most - first.sums.balance.least <= 1
    assert first.sums.balance.connected


def test_a_round_is_made_and_opened_as_it_was_planned_and_nothing_before(cast: Cast, twelve: list[UUID]) -> None:
    wanted = asked(cast, twelve, each=2, order=CodingOrder.RANDOM, ceilings={cast.people["bo"].id: 2500})
    plan = planned(cast, wanted)
    with cast.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Round.id))) == 0, "a plan stores nothing"

    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        new = rounds.NewRound(
            name="第一轮",
            version_id=cast.version,
            purpose=RoundPurpose.PILOT,
            documents=wanted.documents,
            coders=wanted.coders,
            design=wanted.design,
            open=True,
        )
        made = rounds.create_round(session, access, new)
        assert (made.state, made.purpose) == (RoundState.OPEN, RoundPurpose.PILOT)
        round_id = made.id
    with cast.database.reading() as session:
        rows = session.execute(
            sa.select(Assignment.document_id, Assignment.coder_id, Assignment.position)
            .where(Assignment.round_id == round_id)
            .order_by(Assignment.coder_id, Assignment.position)
        ).all()
        assert sorted(map(tuple, rows), key=str) == sorted(map(tuple, plan.places), key=str)
        kept = session.get_one(Round, round_id).design
        assert kept is not None
        assert (kept.each, kept.seed, kept.ceilings) == (2, 20261128, ((cast.people["bo"].id, 2500),))
        act = events.read(session.scalars(sa.select(Event).where(Event.action == "round.planned")).one())
        assert isinstance(act, events.RoundPlanned)
        assert (act.purpose, act.design) == (RoundPurpose.PILOT, kept), "the seed is logged"
    bo = next(load for load in plan.sums.coders if plan.names[load.coder] == "Bo")
    assert (bo.characters <= 2500, bo.over) == (True, 0)


@pytest.mark.sqlite
def test_without_a_seed_one_is_chosen_and_told(cast: Cast, twelve: list[UUID]) -> None:
    plans = [planned(cast, asked(cast, twelve, seed=None)) for _ in range(2)]
    seeds = [plan.design.seed for plan in plans]
    assert None not in seeds
    assert seeds[0] != seeds[1]
    assert planned(cast, asked(cast, twelve, seed=seeds[0])).places == plans[0].places


@pytest.mark.sqlite
def test_what_is_unfinished_elsewhere_counts_as_given_out_but_where_the_lead_is_blind(
    cast: Cast, twelve: list[UUID]
) -> None:
    give(cast, "lena", Role.LEAD, Role.CODER)

    def already(*coders: str) -> dict[str, int]:
        plan = planned(cast, asked(cast, twelve, "ai", "bo", each=1))
        return {plan.names[load.coder]: load.already for load in plan.sums.coders}

    assert already() == {"Ai": 0, "Bo": 0}
    other = cast.round(documents=("访谈一",))
    one = already()["Ai"]
    assert one > 90
    assert already()["Bo"] == one
    cast.submit("ai", other, "访谈一")
    assert already() == {"Ai": 0, "Bo": one}
    cast.round(documents=("年报节选",), coders=("ai", "lena"))
    assert already() == {"Ai": 0, "Bo": one}, "of a round in which she codes a lead learns nothing"


@pytest.mark.sqlite
def test_what_was_coded_least_comes_first(cast: Cast, twelve: list[UUID]) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        new = rounds.NewRound(
            name="r", version_id=cast.version, documents=tuple(twelve[:6]), coders=(cast.people["ai"].id,), open=True
        )
        made = rounds.create_round(session, access, new).id
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        rounds.close_round(session, access, unfinished=True)
    plan = planned(cast, asked(cast, twelve, "bo", each=1, order=CodingOrder.LEAST_CODED))
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        rounds.reopen_round(session, access)
    for document in twelve[:6]:
        with cast.acting("ai", Permission.CODE, "round", made) as (session, access):
            coding.submit(session, access, document)
    open_ = planned(cast, asked(cast, twelve, "bo", each=1, order=CodingOrder.LEAST_CODED))
    assert open_.places == plan.places, "an order says nothing of a round that is open"
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        rounds.close_round(session, access)
    after = planned(cast, asked(cast, twelve, "bo", each=1, order=CodingOrder.LEAST_CODED))
    assert {UUID(d) for d in after.sums.coders[0].documents[:6]} == set(twelve[6:])


@pytest.mark.sqlite
def test_what_cannot_be_planned_is_refused_with_a_sentence(cast: Cast, twelve: list[UUID]) -> None:
    with pytest.raises(InvalidInput, match="not in this project"):
        planned(cast, asked(cast, [*twelve, cast.project]))
    with pytest.raises(InvalidInput, match="not a coder"):
        planned(cast, asked(cast, twelve, "ai", "lena"))
    assert max(len(coders) for _, coders in by_name(planned(cast, asked(cast, twelve, percent=30)))) == 3, "one more"
    with pytest.raises(InvalidInput, match="more than the rest"):
        planned(cast, asked(cast, twelve, each=3, more=2, percent=30))
    with cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access):
        [olga] = [m for m in members.members(session, cast.project) if m.user_id == cast.people["olga"].id]
        members.remove_member(session, access, olga.id)
    with pytest.raises(InvalidInput, match="not a coder"):
        planned(cast, asked(cast, twelve))
    one = DesignIn(each=1)
    for wrong, sentence in (
        ({"documents": tuple(twelve)}, "at least one document and one coder"),
        ({"coders": (cast.people["ai"].id,)}, "at least one document and one coder"),
        ({"documents": tuple(twelve), "coders": (cast.people["ai"].id,), "pairs": ()}, "not both"),
    ):
        with (
            pytest.raises(InvalidInput, match=sentence),
            cast.acting("lena", Permission.ROUND_MANAGE) as (session, access),
        ):
            rounds.create_round(
                session, access, rounds.NewRound(name="r", version_id=cast.version, design=one, **wrong)
            )
    plan = planned(cast, asked(cast, twelve, "ai", "bo", each=3))
    assert [told.reason for told in plan.sums.not_met] == ["more_than_coders"]


SAME_EVERYWHERE = [
    ("01", ["Ai", "Bo", "Olga"]),
    ("02", ["Ai", "Ada", "Olga"]),
    ("03", ["Olga", "Otto"]),
    ("04", ["Ai", "Ada", "Otto"]),
    ("05", ["Bo", "Olga"]),
    ("06", ["Bo", "Ada", "Otto"]),
    ("07", ["Bo", "Ada"]),
    ("08", ["Bo", "Otto"]),
    ("09", ["Ada", "Olga"]),
    ("10", ["Olga", "Otto"]),
    ("11", ["Ai", "Otto"]),
    ("12", ["Ai", "Bo"]),
]
