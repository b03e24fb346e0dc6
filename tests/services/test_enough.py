"""How much double coding is enough: what a design gives, what its goal asks for, and what is left of it while the round runs."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import events
from intercoder.errors import InvalidInput
from intercoder.language import speaking
from intercoder.models import AgreementReport, CodebookPolicy, Event, Round, RoundGoal, Unit
from intercoder.policy import Permission
from intercoder.reports import planning
from intercoder.services import enough, results, rounds
from intercoder.services.enough import Enough, EnoughRequest
from intercoder.services.round_plans import DesignIn, GoalIn
from services.test_round_plans import twelve

__all__ = ["twelve"]


def asked(cast: Cast, documents: list[UUID], *, goal: dict[str, Any] | None = None, **other: Any) -> Enough:
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        coders = tuple(cast.people[name].id for name in other.pop("coders", ("ai", "bo", "olga")))
        design = DesignIn(**{"seed": 1, **other.pop("design", {})})
        wanted = EnoughRequest(
            documents=tuple(documents),
            coders=coders,
            design=design,
            goal=GoalIn(**{"agreement": 0.9, **(goal or {})}),
            **{"unit": Unit.SENTENCE, **other},
        )
        return enough.enough(session, access, wanted)


def test_a_design_is_measured_against_its_goal_code_by_code(cast: Cast, twelve: list[UUID]) -> None:
    goal = {"prevalences": (0.5, 0.03), "target": 0.5}
    made = asked(cast, twelve, design={"each": 1, "more": 2, "percent": 50}, goal=goal)
    assert (made.coded.documents, made.coded.units, made.coded.fewest_coders) == (6, 12, 2)
    assert made.planned is not None
    assert made.planned.available == 12, "what could be coded by two, not what the design has"
    frequent, rare = made.planned.codes
    assert (frequent.documents, rare.documents, rare.reason) == (8, None, "needs_more_documents")
    with speaking("en"):
        gives = planning.gives(made.coded, made.unit)
        assert gives.startswith("6 documents go to two coders or more: 12 units (sentence).")
        said = planning.answer(made)
        lines = planning.planned_codes(made.expected.codes, made.planned)
    assert "“a code in 50.0\u202f% of the units” needs most. This design has 6 of them: 2 too few." in said
    assert "1 code cannot reach it with these documents: a code in 3.0\u202f% of the units." in said
    assert [(line.prevalence, line.formula) for line in lines] == [(0.03, 70), (0.5, 8)]
    assert "expected to begin at" in lines[0].why

    simulated = asked(cast, twelve, design={"each": 2}, goal={"prevalences": (0.5,), "target": 0.4}, simulations=500)
    assert simulated.planned is not None
    [code] = simulated.planned.codes
    low, found, high = code.simulation[-1].low, code.simulation[-1].documents, code.simulation[-1].high
    assert low is not None
    assert found is not None
    assert high is not None
    assert low <= found <= high
    assert code.documents == found
    with speaking("en"):
        assert "This design has 12 of them: enough." in planning.answer(simulated)


def test_codes_are_planned_for_as_a_compared_round_found_them(cast: Cast, compared_round: UUID) -> None:
    documents = [cast.documents["访谈一"], cast.documents["年报节选"]]
    made = asked(cast, documents, goal={"like": compared_round, "agreement": None}, coders=("ai", "bo"))
    with cast.database.reading() as session:
        report = session.scalars(sa.select(AgreementReport).where(AgreementReport.round_id == compared_round)).one()
        rows = {row.code: row for row in results.open_report(session, report).codes}
    assert made.expected.codes
    for code in made.expected.codes:
        row = rows[code.key]
        alpha = row.estimates["alpha"].value
        assert alpha is not None
        assert (code.prevalence, code.agreement) == (row.prevalence, max(alpha, 0.01))
    planned, left_out = {code.name for code in made.expected.codes}, set(made.expected.unplanned)
    assert "平台把数据开放" in planned
    assert not planned & left_out
    assert len(planned | left_out) == len(rows)

    supposed = asked(cast, documents, goal={"like": compared_round, "agreement": 0.95}, coders=("ai", "bo"))
    assert {code.agreement for code in supposed.expected.codes} == {0.95}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("goal", "code"),
    [
        ({"agreement": None}, "nothing_expected"),
        ({"like": "open"}, "not_compared_round"),
        ({"like": "nowhere"}, "not_compared_round"),
    ],
)
def test_a_goal_that_says_nothing_is_refused_with_a_sentence_and_no_round_is_made(
    cast: Cast, goal: dict[str, Any], code: str
) -> None:
    documents = [cast.documents["访谈一"]]
    likes = {"open": cast.round(documents=("访谈一",)), "nowhere": uuid4()}
    goal = {**goal, **({"like": likes[goal["like"]]} if "like" in goal else {})}
    with pytest.raises(InvalidInput) as refused:
        asked(cast, documents, goal=goal, coders=("ai", "bo"))
    assert refused.value.code == code
    with pytest.raises(InvalidInput) as refused, cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        new = rounds.NewRound(name="r", version_id=cast.version, documents=tuple(documents), goal=GoalIn(**goal))
        rounds.create_round(session, access, new)
    assert refused.value.code == code
    with cast.database.reading() as session:
        assert len(rounds.rounds(session, cast.project)) == 1


@pytest.mark.sqlite
def test_more_studies_than_a_request_may_take_are_refused(cast: Cast) -> None:
    shares = tuple(0.01 * n for n in range(1, 21))
    enough.MOST_SIMULATED, most = 1000, enough.MOST_SIMULATED
    try:
        with pytest.raises(InvalidInput) as refused:
            asked(cast, [cast.documents["访谈一"]], goal={"prevalences": shares}, simulations=100, coders=("ai", "bo"))
    finally:
        enough.MOST_SIMULATED = most
    assert (refused.value.code, refused.value.values["most"]) == ("too_many_simulations", 50)


def test_the_goal_is_kept_and_logged_and_what_is_left_of_it_told_to_who_does_not_code(cast: Cast) -> None:
    goal = GoalIn(agreement=0.95, target=0.3, power=0.5, prevalences=(0.5,), intra=0.0)
    coders = tuple(cast.people[name].id for name in ("ai", "bo"))
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        new = rounds.NewRound(
            name="第一轮",
            version_id=cast.version,
            unit=Unit.SENTENCE,
            documents=(cast.documents["访谈一"], cast.documents["年报节选"]),
            coders=coders,
            goal=goal,
            open=True,
        )
        made = rounds.create_round(session, access, new).id
    with cast.database.reading() as session:
        kept = session.get_one(Round, made).goal
        assert kept == goal.kept()
        assert isinstance(kept, RoundGoal)
        act = events.read(session.scalars(sa.select(Event).where(Event.action == "round.planned")).one())
        assert isinstance(act, events.RoundPlanned)
        assert act.goal == kept

    def told() -> tuple[int, int, int | None]:
        with cast.acting("lena", Permission.PROGRESS_VIEW, "round", made) as (session, access):
            now = enough.left(session, access)
            assert now is not None
            assert now.planned is not None
            return now.given, now.done, now.planned.codes[0].formula[-1].left

    given, done, before = told()
    assert (given, done) == (2, 0)
    assert before is not None
    cast.submit("ai", made, "访谈一")
    assert told() == (2, 0, before), "one coder alone is not double coding"
    cast.submit("bo", made, "访谈一")
    assert told() == (2, 1, before - 1)


@pytest.mark.sqlite
def test_figures_that_fit_follow_from_unit_coders_and_own_labels(cast: Cast, twelve: list[UUID]) -> None:
    def first(**other: Any) -> str:
        return asked(cast, twelve, **other).advice.headline.coefficient

    assert first() == "krippendorff_alpha_per_code"
    assert first(goal={"several_codes": False}) == "krippendorff_alpha"
    assert first(unit=Unit.SPAN) == "binary_alpha_per_code"
    assert first(unit=Unit.SPAN, goal={"several_codes": False}) == "u_alpha"
    assert first(coders=("ai",), design={"each": 1}) == "retest_alpha"
    own = asked(cast, twelve, policy=CodebookPolicy.OPEN)
    assert own.advice.headline.coefficient == "aligned_alpha"
    assert own.planned is None
    with speaking("zh"):
        assert planning.answer(own).startswith("自拟标签")
        names = [
            one.name for one in planning.advised(asked(cast, twelve, goal={"wants_kappa": True}).advice.recommendations)
        ]
    assert names[0].startswith("Krippendorff α")


@pytest.mark.sqlite
def test_a_round_is_shown_whose_goal_has_lost_its_report(cast: Cast, compared_round: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        new = rounds.NewRound(
            name="第二轮",
            version_id=cast.version,
            documents=(cast.documents["访谈一"],),
            coders=(cast.people["ai"].id, cast.people["bo"].id),
            goal=GoalIn(like=compared_round),
            open=True,
        )
        made = rounds.create_round(session, access, new).id
    with cast.database.transaction() as session:
        session.execute(sa.delete(AgreementReport).where(AgreementReport.round_id == compared_round))
    with cast.acting("lena", Permission.PROGRESS_VIEW, "round", made) as (session, access):
        now = enough.left(session, access)
    assert now is not None
    assert (now.planned, now.given, now.done) == (None, 1, 0)
    with pytest.raises(InvalidInput, match="has no report to plan from"):
        asked(cast, [cast.documents["访谈一"]], goal={"like": compared_round, "agreement": None}, coders=("ai", "bo"))
