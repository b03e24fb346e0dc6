"""What the planner and the advice say, in the language spoken now: each sentence once, for pages, the API and reports."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intercoder.errors import marked
from intercoder.language import gettext, inline, listed, ngettext, sentences, translate
from intercoder.models import CodeSaid, FigureSaid, PlanSaid, RoundGoal, Unit
from intercoder.reports.names import KINDS, METHODS
from intercoder.reports.numbers import number, percent, why
from intercoder.reports.words import word
from intercoder.services.enough import Enough, Expectations, Expected, Left
from intercoder.stats.planning.advice import CAUTIONS, WHY, Recommendation

if TYPE_CHECKING:  # numpy only when something is planned: every start of the program reads this
    from intercoder.stats.planning.doubly_coded import DoublyCoded
    from intercoder.stats.planning.planner import CodePlan, MaterialsPlan

#: what the table of methods does not name
_NAMES: Mapping[str, str] = {
    "krippendorff_alpha_per_code": marked("Krippendorff’s alpha, code by code"),
    "krippendorff_alpha_any_code": marked("Krippendorff’s alpha, any code or none"),
    "binary_alpha_per_code": marked("Alpha of each code along the text"),
    "char_kappa": marked("Kappa over characters"),
    "segment_agreement": marked("Segment agreement"),
    "aligned_alpha": marked("Alpha after alignment"),
    "retest_alpha": marked("Test–retest alpha"),
    **METHODS,
}


@dataclass(frozen=True)
class Advised:
    """One figure: what it is called, whether it comes first, stands beside, or is to be avoided, and why."""

    name: str
    role: str
    why: str


@dataclass(frozen=True)
class PlannedCode:
    """A line of the planner. ``formula`` and ``simulation`` are numbers of documents, None with a sentence in ``why``."""

    name: str
    prevalence: float
    agreement: float
    formula: int | None
    simulation: int | None
    low: int | None
    high: int | None
    why: str


def advised(recommendations: Iterable[Recommendation | FigureSaid]) -> list[Advised]:
    """Return the figures that fit, in their order, the headline first."""
    return [Advised(_called(one), one.role, translate(WHY[one.why])) for one in recommendations]


def _called(one: Recommendation | FigureSaid) -> str:
    name = translate(_NAMES[one.coefficient])
    return f"{name} ({translate(KINDS[one.level])})" if one.level else name


def cautions(keys: Iterable[str]) -> list[str]:
    """Return what to print with any of them."""
    return [translate(CAUTIONS[caution]) for caution in keys]


@dataclass(frozen=True)
class Planned:
    """What was said of a round when it was opened, as its report prints it; ``codes`` as in ``planned_codes``."""

    figures: list[Advised]
    cautions: list[str]
    #: the goal, what it asks for, and whether the design had that; empty without a goal
    goal: str
    codes: list[PlannedCode]


def planned(said: PlanSaid, goal: RoundGoal | None) -> Planned:
    """Return what was said of a round when it was opened."""
    ordered = sorted(said.codes, key=lambda code: (code.documents is not None, -(code.documents or 0), code.end or 0.0))
    rows = [_row(code_name(code.name, code.prevalence), code) for code in ordered]
    if said.whole is not None:
        rows.insert(0, _row(_all_together(), said.whole))
    return Planned(advised(said.figures), cautions(said.cautions), planned_sentence(said, goal), rows)


def _row(name: str, code: CodeSaid) -> PlannedCode:
    why_not = _why(code.reason, code.end)
    return PlannedCode(name, code.prevalence, code.agreement, code.documents, None, None, None, why_not)


def _all_together() -> str:
    return gettext("all codes in one number")


def planned_sentence(said: PlanSaid, goal: RoundGoal | None) -> str:
    """Return the goal of a round as it was set before it was opened, what it asked for, and what the design had; empty without one."""
    if goal is None:
        return ""
    if not said.codes:
        return goal_words(goal, said.like)
    names = [code_name(code.name, code.prevalence) for code in said.codes]
    deciding = names[said.deciding] if said.deciding is not None else ""
    out = [name for name, code in zip(names, said.codes, strict=True) if code.documents is None]
    return sentences(
        goal_words(goal, said.like),
        _reach(goal.target, said.needed, deciding, said.documents),
        _out_of_reach(out),
        _unplanned(said.unplanned),
    )


def assumptions(plan: "MaterialsPlan") -> list[str]:
    """Return on what the numbers of the planner stand."""
    from intercoder.stats.planning import double_coding, planner

    known = {**double_coding.ASSUMPTIONS, **planner.ASSUMPTIONS}
    return [translate(known[key]) for key in plan.assumptions]


def code_name(name: str | None, prevalence: float) -> str:
    """Return what a code of the planner is called: one that was only supposed is known by its share."""
    return name or gettext("a code in {share} of the units", share=percent(prevalence))


def planned_codes(expected: tuple[Expected, ...], plan: "MaterialsPlan") -> list[PlannedCode]:
    """Return the lines of the planner: all codes in one number where there is one, then what is out of reach, then what needs most."""
    pairs = sorted(zip(expected, plan.codes, strict=True), key=_hardest)
    lines = [_line(code_name(code.name, code.prevalence), code.prevalence, made) for code, made in pairs]
    if plan.whole is not None:
        lines.insert(0, _line(_all_together(), min(sum(code.prevalence for code in expected), 1.0), plan.whole))
    return lines


def _hardest(pair: "tuple[Expected, CodePlan]") -> tuple[bool, int, float]:
    _, made = pair
    return (made.documents is not None, -(made.documents or 0), made.expected_end or 0.0)


def _line(name: str, prevalence: float, made: "CodePlan") -> PlannedCode:
    formula, simulation = made.formula[-1], made.simulation[-1]
    return PlannedCode(
        name=name,
        prevalence=prevalence,
        agreement=made.expected_agreement,
        formula=formula.documents,
        simulation=simulation.documents,
        low=simulation.low,
        high=simulation.high,
        why=_why(made.reason, made.expected_end),
    )


def _why(reason: str | None, end: float | None) -> str:
    if reason == "needs_more_documents" and end is not None:
        said = gettext("With all of them the interval is expected to begin at {end}.", end=number(end, 2))
        return sentences(why(reason), said)
    return why(reason)


def gives(coded: "DoublyCoded", unit: Unit) -> str:
    """Return what a design has coded by several."""
    if not coded.units:
        return gettext("No document goes to two coders: nothing can be compared.")
    found = ngettext(
        "{n} document goes to two coders or more: {units} units ({unit}).",
        "{n} documents go to two coders or more: {units} units ({unit}).",
        coded.documents,
        units=number(coded.units, 0),
        unit=inline(word("unit", unit)),
    )
    few = [pair for pair in coded.pairs if pair.documents and pair.too_few]
    return sentences(found, _apart(coded), _few(len(few)))


def _apart(coded: "DoublyCoded") -> str:
    if not coded.pairs_apart:
        return ""
    return ngettext("{n} pair of coders shares nothing.", "{n} pairs of coders share nothing.", coded.pairs_apart)


def _few(n: int) -> str:
    if not n:
        return ""
    return ngettext(
        "{n} pair shares fewer than 10 units, too few for an interval of its own.",
        "{n} pairs share fewer than 10 units, too few for intervals of their own.",
        n,
    )


def answer(made: Enough) -> str:
    """Return whether a design is enough for its goal, in a sentence or two."""
    if made.planned is None:
        return _not_planned(made)
    verdict = _verdict(made.planned, made.expected.codes, made.expected.unplanned, made.coded.documents)
    return sentences(verdict, _too_sure(made.expected))


#: expected alpha of a code from which on the planner asks for next to nothing
_SURE = 0.99


def _too_sure(expected: Expectations) -> str:
    """Return a warning where codes are planned for as if nobody ever differed on them: a small pilot shows that easily."""
    sure = sum(code.agreement >= _SURE for code in expected.codes) if expected.like is not None else 0
    if not sure:
        return ""
    return ngettext(
        "Of {n} code nobody differed in round {number}: plan for it with a lower expected α, as a few documents show that easily.",
        "Of {n} codes nobody differed in round {number}: plan for them with a lower expected α, as a few documents show that easily.",
        sure,
        number=expected.like,
    )


def _not_planned(made: Enough) -> str:
    if made.advice.design.private_codes:
        return gettext("Labels of their own are compared after they were aligned: nothing can be planned before.")
    if not made.coded.units:
        return gettext("Without documents coded by two there is no agreement to plan for.")
    return gettext("No code of that round can be planned for: nobody used one, or all used one everywhere.")


def progress(left: Left) -> Iterator[str]:
    """Give what is done of the double coding of a round, and what its goal still asks for."""
    yield ngettext(
        "{done} of {n} document for two coders or more was submitted by two.",
        "{done} of {n} documents for two coders or more were submitted by two.",
        left.given,
        done=left.done,
    )
    if left.planned is not None:
        yield _verdict(left.planned, left.expected.codes, left.expected.unplanned, left.given)


def _verdict(plan: "MaterialsPlan", codes: tuple[Expected, ...], unplanned: tuple[str, ...], given: int) -> str:
    names = {code.key: code_name(code.name, code.prevalence) for code in codes}
    deciding = names[plan.deciding] if plan.deciding is not None else ""
    reach = _reach(plan.target, plan.documents, deciding, given)
    if reach and plan.already and plan.documents is not None:
        reach = sentences(reach, _still(max(plan.documents - plan.already, 0)))
    return sentences(reach, _out_of_reach([names[key] for key in plan.out_of_reach]), _unplanned(unplanned))


def _reach(target: float, documents: int | None, deciding: str, given: int) -> str:
    """Return how many documents every code needs that can reach a goal, and whether a design has them; empty where none can."""
    if documents is None:
        return ""
    return sentences(
        ngettext(
            "For every code that can reach it, the interval begins at {target} or above with {n} document coded by several; “{code}” needs most.",
            "For every code that can reach it, the interval begins at {target} or above with {n} documents coded by several; “{code}” needs most.",
            documents,
            target=number(target, 3),
            code=deciding,
        ),
        _design_has(given, documents),
    )


def _out_of_reach(names: list[str]) -> str:
    if not names:
        return ""
    return ngettext(
        "{n} code cannot reach it with these documents: {codes}.",
        "{n} codes cannot reach it with these documents: {codes}.",
        len(names),
        codes=_some(names),
    )


def _unplanned(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    return ngettext(
        "{n} code is left out, as it was not used there or has no α: {codes}.",
        "{n} codes are left out, as they were not used there or have no α: {codes}.",
        len(names),
        codes=_some(list(names)),
    )


def _design_has(given: int, needed: int) -> str:
    if given >= needed:
        return gettext("This design has {n} of them: enough.", n=given)
    return gettext("This design has {n} of them: {more} too few.", n=given, more=needed - given)


def _still(left: int) -> str:
    if not left:
        return gettext("So many are done.")
    return ngettext("{n} is left.", "{n} are left.", left)


#: codes that a sentence names
_NAMED = 8


def _some(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return listed(names)
    return listed([*names[:_NAMED], ngettext("{n} other", "{n} others", len(names) - _NAMED)])


def goal_words(goal: RoundGoal, like: int | None) -> str:
    """Return a goal as it was set before the round began."""
    said = gettext(
        "The 95 % interval of each code’s α shall begin at {target} or above, in {power} of such studies; units of one document correlate by {intra}.",
        target=number(goal.target, 3),
        power=percent(goal.power, 0),
        intra=number(goal.intra, 2),
    )
    if like is not None:
        return sentences(said, gettext("Codes and shares are from round {number}.", number=like))
    return said
