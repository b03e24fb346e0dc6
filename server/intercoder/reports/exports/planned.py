"""What was planned before a round was opened, as its report on paper has it: the goal code by code, and which figures fit."""

from collections.abc import Iterator

from pydantic import JsonValue, TypeAdapter

from intercoder.interchange.papers import Facts, Sentences, Table
from intercoder.language import gettext
from intercoder.models import PlanSaid, RoundGoal
from intercoder.reports.numbers import number, percent
from intercoder.reports.planning import PlannedCode, planned
from intercoder.reports.words import word
from intercoder.services.round_conduct import RoundConduct

_SAID, _GOAL = TypeAdapter(PlanSaid), TypeAdapter(RoundGoal)


def planned_parts(told: RoundConduct) -> Iterator[Sentences | Facts | Table]:
    """Yield what was said of a round when it was opened; nothing where nothing was kept of it."""
    if told.planned is None:
        return
    said = planned(told.planned, told.goal)
    if said.goal:
        yield Sentences(gettext("What was planned before the round was opened"), [said.goal])
    if said.codes:
        yield _table(said.codes)
    advised = [(one.name, f"{word('advice_role', one.role)}: {one.why}") for one in said.figures]
    yield Facts(gettext("Which figures fit this design"), advised)
    yield Sentences(gettext("What reviewers expect to be said"), said.cautions)


def planned_values(told: RoundConduct) -> dict[str, JsonValue] | None:
    """Return the same as values, with the goal as it was set; None where nothing was kept of it."""
    if told.planned is None:
        return None
    goal = None if told.goal is None else _GOAL.dump_python(told.goal, mode="json")
    return {**_SAID.dump_python(told.planned, mode="json"), "goal": goal}


def _table(codes: list[PlannedCode]) -> Table:
    """Return what each code needs."""
    headings = [
        gettext("Code"),
        gettext("Share of units"),
        gettext("Expected α"),
        gettext("Documents by several, by formula"),
        gettext("Why"),
    ]
    return Table(
        gettext("What each code needs"),
        headings,
        [
            [
                code.name,
                percent(code.prevalence),
                number(code.agreement, 2),
                "–" if code.formula is None else number(code.formula, 0),
                code.why,
            ]
            for code in codes
        ],
        right=frozenset({1, 2, 3}),
        value_headings=headings,
        values=[[code.name, code.prevalence, code.agreement, code.formula, code.why] for code in codes],
    )
