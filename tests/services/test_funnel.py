"""How far the tasks of a study are: by round, coder and case, at every stage, and nothing of rounds in which the person is blind."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from cast import Cast
from intercoder.models import Assignment, DisagreementState, Role
from intercoder.policy import Permission
from intercoder.services import rounds
from intercoder.services.funnel import By, Stages, funnels
from services.comparing import disagreements_of, give, rule

TODAY = date(2026, 11, 28)


def told(cast: Cast, by: By, person: str = "lena") -> dict[str | int, tuple[Stages, int | None]]:
    with cast.acting(person, Permission.PROGRESS_VIEW) as (session, access):
        return {row.number or row.name: (row.stages, row.waiting) for row in funnels(session, access, by, TODAY)}


def test_tasks_go_from_given_out_to_settled(cast: Cast, compared_round: UUID) -> None:
    open_ = cast.round(documents=("访谈一", "年报节选"))
    cast.code("ai", open_, "访谈一", "l1", "把旧机器都接上了网")
    cast.submit("bo", open_, "年报节选")
    with cast.database.transaction() as session:
        session.execute(sa.update(Assignment).where(Assignment.round_id == open_).values(due_on=date(2026, 11, 27)))

    waits = len(disagreements_of(cast, compared_round))
    assert waits > 1
    by_round = told(cast, By.ROUND)
    assert by_round[2] == (Stages(4, 2, 1, 0, 0, 0, late=3), 0)
    assert by_round[1] == (Stages(2, 2, 2, 2, 0, 0, late=0), waits)

    by_coder = told(cast, By.CODER)
    assert by_coder == {
        "Ai": (Stages(3, 2, 1, 1, 0, 0, late=2), None),
        "Bo": (Stages(3, 2, 2, 1, 0, 0, late=1), None),
    }
    by_case = told(cast, By.CASE)
    assert sum(stages.assigned for stages, _ in by_case.values()) == 6
    assert sum(waiting or 0 for _, waiting in by_case.values()) == waits

    for d in disagreements_of(cast, compared_round):
        if d.state is DisagreementState.OPEN:
            rule(cast, d, d.version, [], "不编")
    assert told(cast, By.ROUND)[1][0] == Stages(2, 2, 2, 2, 2, 0, late=0)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        rounds.settle_round(session, access)
    assert told(cast, By.ROUND)[1][0] == Stages(2, 2, 2, 2, 2, 2, late=0)


def test_a_lead_who_codes_learns_nothing_of_the_others_in_that_round(cast: Cast) -> None:
    give(cast, "lena", Role.LEAD, Role.CODER)
    cast.round(documents=("访谈一",), coders=("ai", "lena"))
    cast.round(documents=("访谈一",), coders=("ai", "bo"))
    assert set(told(cast, By.ROUND)) == {2}
    assert set(told(cast, By.CODER)) == {"Ai", "Bo"}
    assert told(cast, By.CODER)["Ai"][0].assigned == 1
    assert set(told(cast, By.ROUND, "olga")) == {1, 2}, "an observer codes nowhere"
