"""What the planner and the advice say, in the language spoken now: each sentence once, for pages, the API and reports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from intercoder.errors import marked
from intercoder.language import gettext, inline, listed, ngettext, sentences, translate
from intercoder.models import RoundGoal, Unit
from intercoder.reports.names import KINDS, METHODS
from intercoder.reports.numbers import number, percent, why
from intercoder.reports.words import word
from intercoder.services.enough import Enough, Expectations, Expected, Left
from intercoder.stats.planning import double_coding, planner
from intercoder.stats.planning.advice import CAUTIONS, WHY, Advice, Recommendation
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
_ASSUMPTIONS = {**double_coding.ASSUMPTIONS, **planner.ASSUMPTIONS}


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


def advised(advice: Advice) -> list[Advised]:
    """Return the figures that fit, the headline first."""
    return [Advised(_called(one), one.role, translate(WHY[one.why])) for one in advice.recommendations]


def _called(one: Recommendation) -> str:
    name = translate(_NAMES[one.coefficient])
    return f"{name} ({translate(KINDS[one.level])})" if one.level else name


def cautions(advice: Advice) -> list[str]:
    """Return what to print with any of them."""
    return [translate(CAUTIONS[caution]) for caution in advice.cautions]


def assumptions(plan: MaterialsPlan) -> list[str]:
    """Return on what the numbers of the planner stand."""
    return [translate(_ASSUMPTIONS[key]) for key in plan.assumptions]


def code_name(code: Expected) -> str:
    """Return what a code of the planner is called: one that was only supposed is known by its share."""
    return code.name or gettext("a code in {share} of the units", share=percent(code.prevalence))


def planned_codes(expected: tuple[Expected, ...], plan: MaterialsPlan) -> list[PlannedCode]:
    """Return the lines of the planner: what needs most first, what is out of reach before all others."""
    pairs = sorted(zip(expected, plan.codes, strict=True), key=_hardest)
    return [_line(code, made) for code, made in pairs]


def _hardest(pair: tuple[Expected, CodePlan]) -> tuple[bool, int, float]:
    _, made = pair
    return (made.documents is not None, -(made.documents or 0), made.expected_end or 0.0)


def _line(code: Expected, made: CodePlan) -> PlannedCode:
    formula, simulation = made.formula[-1], made.simulation[-1]
    said = why(made.reason)
    if made.reason == "needs_more_documents" and made.expected_end is not None:
        end = number(made.expected_end, 2)
        said = sentences(said, gettext("With all of them the interval is expected to begin at {end}.", end=end))
    return PlannedCode(
        name=code_name(code),
        prevalence=code.prevalence,
        agreement=code.agreement,
        formula=formula.documents,
        simulation=simulation.documents,
        low=simulation.low,
        high=simulation.high,
        why=said,
    )


def gives(coded: DoublyCoded, unit: Unit) -> str:
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


def _apart(coded: DoublyCoded) -> str:
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


def _verdict(plan: MaterialsPlan, codes: tuple[Expected, ...], unplanned: tuple[str, ...], given: int) -> str:
    names = {code.key: code_name(code) for code in codes}
    target = number(plan.target, 3)
    said = []
    if plan.documents is not None and plan.deciding is not None:
        left = max(plan.documents - plan.already, 0)
        said.append(
            ngettext(
                "For every code that can reach it, the interval begins at {target} or above with {n} document coded by several; “{code}” needs most.",
                "For every code that can reach it, the interval begins at {target} or above with {n} documents coded by several; “{code}” needs most.",
                plan.documents,
                target=target,
                code=names[plan.deciding],
            )
        )
        said.append(_design_has(given, plan.documents))
        if plan.already:
            said.append(_still(left))
    if plan.out_of_reach:
        out = [names[key] for key in plan.out_of_reach]
        said.append(
            ngettext(
                "{n} code cannot reach it with these documents: {codes}.",
                "{n} codes cannot reach it with these documents: {codes}.",
                len(out),
                codes=_some(out),
            )
        )
    if unplanned:
        said.append(
            ngettext(
                "{n} code is left out, as it was not used there or has no α: {codes}.",
                "{n} codes are left out, as they were not used there or have no α: {codes}.",
                len(unplanned),
                codes=_some(list(unplanned)),
            )
        )
    return sentences(*said)


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
