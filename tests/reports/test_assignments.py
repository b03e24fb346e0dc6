"""What a plan of who codes what says of itself: with titles and names, in both languages."""

import pytest

from cast import Cast
from intercoder.language import speaking
from intercoder.policy import Permission
from intercoder.reports.assignments import independence, not_met
from intercoder.services.round_plans import DesignIn, PlanRequest, RoundPlan, plan_round

pytestmark = pytest.mark.sqlite


def planned(cast: Cast, **design: object) -> RoundPlan:
    documents = tuple(cast.documents[title] for title in ("访谈一", "年报节选"))
    people = tuple(cast.people[name].id for name in ("ai", "bo"))
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        asked = PlanRequest(documents=documents, coders=people, design=DesignIn.model_validate({"seed": 1, **design}))
        return plan_round(session, access, asked)


def test_what_could_not_be_had_is_said_with_names_and_numbers(cast: Cast) -> None:
    plan = planned(cast, each=3, ceilings={cast.people["bo"].id: 10})
    bo = next(load for load in plan.sums.coders if plan.names[load.coder] == "Bo")
    assert bo.over
    with speaking("en"):
        said = list(not_met(plan))
    assert said[0] == "3 coders were asked for on one document, and there are 2: it goes to all of them."
    assert f"Bo gets more than the own ceiling: {bo.over} characters over 10." in said
    with speaking("zh"):
        assert any("Bo" in sentence and "10" in sentence for sentence in not_met(plan))
        assert not any("ceiling" in sentence for sentence in not_met(plan))
    assert list(not_met(planned(cast, each=2))) == []


def test_other_rounds_with_the_same_documents_are_said_with_what_that_does(cast: Cast) -> None:
    assert list(independence(planned(cast).overlaps)) == []
    cast.compared_round()
    cast.round(documents=("访谈一", "年报节选"), coders=("bo",))
    cast.round(documents=("访谈一",), opened=False)
    with speaking("en"):
        closed, running = independence(planned(cast).overlaps)
    assert closed.startswith("1 of these documents was coded in round 1 “Round of span”: its codings lie open")
    assert closed.endswith("In 2 cases a coder gets the same document again.")
    assert running.startswith("2 of these documents are being coded in round 2 “Round of span”, which is open")
    assert running.endswith("In 2 cases a coder gets the same document again.")
    with speaking("zh"):
        closed, _ = independence(planned(cast).overlaps)
    assert closed.startswith("这些资料中有 1 份已在第 1 轮“Round of span”中编码")
