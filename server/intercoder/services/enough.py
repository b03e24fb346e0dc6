"""How much double coding is enough: what a design gives, what a goal asks for, and how much of it is left while a round runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.models import (
    AgreementReport,
    Assignment,
    AssignmentState,
    CodebookPolicy,
    CodeSaid,
    FigureSaid,
    PlanSaid,
    ReportSection,
    Revision,
    Round,
    RoundGoal,
    RoundPlanned,
    RoundState,
    Unit,
)
from intercoder.services.access import Access, RoundAccess
from intercoder.services.results import open_report
from intercoder.services.round_plans import GoalIn, PlanRequest, plan_round, require_goal
from intercoder.services.units import numbers_of_units
from intercoder.stats.planning.advice import Advice, Design, advise
from intercoder.text.units import CodedBy

if TYPE_CHECKING:
    from intercoder.stats.planning.doubly_coded import DoublyCoded
    from intercoder.stats.planning.planner import CodePlan, MaterialsPlan

#: simulated studies of all codes together that one request may ask for
MOST_SIMULATED = 200_000
#: expected of a code whose coders agreed no better than chance: the planner then says that no number of units suffices
_LEAST_AGREEMENT = 0.01


class EnoughRequest(PlanRequest):
    """A design, what is compared in the round, and how far the coders should agree."""

    unit: CodedBy = Unit.SPAN
    policy: CodebookPolicy = CodebookPolicy.FROZEN
    goal: GoalIn
    #: studies of each code; none: by formula alone
    simulations: Annotated[int, Field(ge=0, le=5000)] = 0


@dataclass(frozen=True)
class Expected:
    """What is expected of one code: the share of units that hold it, and alpha. ``name`` is None of a share that somebody gave."""

    key: str
    name: str | None
    prevalence: float
    agreement: float


@dataclass(frozen=True)
class Expectations:
    """The codes that can be planned for, and the names of those that cannot: nobody used them, or they had no alpha."""

    codes: tuple[Expected, ...]
    unplanned: tuple[str, ...]
    #: the round that they are from
    like: int | None = None


@dataclass(frozen=True)
class Enough:
    """What a design means for agreement. ``planned`` is None where nothing is coded by two, or every coder has own labels."""

    advice: Advice
    #: by which units it counts: sentences for free spans
    unit: Unit
    coded: "DoublyCoded"
    expected: Expectations
    planned: "MaterialsPlan | None"


@dataclass(frozen=True)
class Left:
    """How much of a round's double coding is done: documents that two or more coders have submitted, and what the goal asks for."""

    goal: RoundGoal
    unit: Unit
    #: documents given to two coders or more, and those of them that two have submitted
    given: int
    done: int
    expected: Expectations
    planned: "MaterialsPlan | None"


def counted_by(unit: Unit) -> Unit:
    """Return the unit that the planner counts by; of free spans the one that their report begins with."""
    return Unit.SENTENCE if unit is Unit.SPAN else unit


def enough(session: Session, access: Access, wanted: EnoughRequest) -> Enough:
    """Return what a design means for agreement, and which figures fit it. Nothing is stored.

    Raises
    ------
    InvalidInput : what ``plan_round`` and ``require_goal`` refuse, a compared round without a report, too many simulations.
    """
    from intercoder.stats.planning.doubly_coded import doubly_coded  # numpy only for who plans

    like = require_goal(session, access, wanted.goal)
    plan = plan_round(session, access, wanted)
    unit = counted_by(wanted.unit)
    units = _units(session, [UUID(d.document) for d in plan.sums.documents], unit)
    coded = doubly_coded(plan.sums, {str(document): n for document, n in units.items()})
    goal = wanted.goal.kept()
    expected = _expected(session, goal, like, unit)
    if like is not None and not (expected.codes or expected.unplanned):
        raise InvalidInput("no_report_to_plan_from", "Round {number} has no report to plan from.", number=like.number)
    if len(expected.codes) * wanted.simulations > MOST_SIMULATED:
        raise InvalidInput(
            "too_many_simulations",
            "So many codes can be simulated {most} times at most.",
            most=MOST_SIMULATED // len(expected.codes),
        )
    own_labels = wanted.policy is CodebookPolicy.OPEN
    planned = None
    if coded.fewest_coders is not None and not own_labels and expected.codes:
        planned = _planned(
            goal,
            expected,
            list(units.values()),
            coded.fewest_coders,
            spans=wanted.unit is Unit.SPAN,
            simulations=wanted.simulations,
        )
    return Enough(
        advice_of(
            goal, wanted.unit, len(wanted.coders), own_labels=own_labels, missing=_gaps(coded, len(wanted.coders))
        ),
        unit,
        coded,
        expected,
        planned,
    )


def advice_of(goal: RoundGoal | None, unit: Unit, coders: int, *, own_labels: bool, missing: bool) -> Advice:
    """Return which figures fit a round, and why; without a goal as for a unit that can carry several codes."""
    several = goal.several_codes if goal else True
    spans = unit is Unit.SPAN
    design = Design(
        max(coders, 1),
        "spans" if spans else "units",
        several_codes=several and not spans,
        overlapping=several and spans,
        missing=missing,
        private_codes=own_labels,
        wants_kappa=bool(goal and goal.wants_kappa),
        used_nvivo=bool(goal and goal.used_nvivo),
    )
    return advise(design)


def advice_of_round(session: Session, round_: Round) -> Advice:
    """Return which figures fit a round as its documents were given out."""
    coders, fewest, _ = _given_out(session, round_)
    return _advice(round_, coders, fewest)


def _given_out(session: Session, round_: Round) -> tuple[int, int | None, PlanSaid | None]:
    """Return how many coders a round has, how many the document with the fewest, and what was said of it when it was opened."""
    of_document = (
        sa.select(sa.func.count().label("n"))
        .where(Assignment.round_id == round_.id)
        .group_by(Assignment.document_id)
        .subquery()
    )
    everybody = sa.select(sa.func.count(Assignment.coder_id.distinct())).where(Assignment.round_id == round_.id)
    fewest = sa.func.min(of_document.c.n)
    row = session.execute(
        sa.select(everybody.scalar_subquery(), fewest, kept(round_.id)).select_from(of_document)
    ).one()
    return row[0] or 0, row[1], row[2]


def _advice(round_: Round, coders: int, fewest: int | None) -> Advice:
    own_labels = round_.policy is CodebookPolicy.OPEN
    missing = (fewest or 0) < coders
    return advice_of(round_.goal, round_.unit, coders, own_labels=own_labels, missing=missing)


def left(session: Session, access: RoundAccess) -> Left | None:
    """Return how much of a round's double coding is left; None without a goal, and before the round is open.

    Whoever calls this has made sure that the person may see the progress of the round.
    """
    round_ = access.round
    if round_.goal is None or round_.state is RoundState.DRAFT or round_.policy is CodebookPolicy.OPEN:
        return None
    given = _given(session, round_.id)
    several = [row for row in given if row.coders > 1]
    unit = counted_by(round_.unit)
    expected = _expected_of(session, round_, unit)
    if expected is None:
        return None
    done = sum(row.submitted > 1 for row in several)
    planned = None
    if several and expected.codes:
        sizes = list(numbers_of_units(session, [row.revision for row in given], unit).values())
        fewest = min(row.coders for row in several)
        planned = _planned(round_.goal, expected, sizes, fewest, done=done, spans=round_.unit is Unit.SPAN)
    return Left(round_.goal, unit, len(several), done, expected, planned)


def keep(session: Session, round_: Round) -> None:
    """Keep what the planner and the advice say of a round that is opened: what was said before cannot be said after.

    Nothing of a round that tries coders: no agreement is reported of it.
    """
    if round_.purpose.tries_coders:
        return
    advice = advice_of_round(session, round_)
    given = _given(session, round_.id)
    unit = counted_by(round_.unit)
    sizes = numbers_of_units(session, [row.revision for row in given], unit)
    several = [row for row in given if row.coders > 1]
    said = PlanSaid(
        unit=unit,
        documents=len(several),
        units=sum(sizes[row.revision] for row in several),
        figures=_figures(advice),
        cautions=advice.cautions,
    )
    expected = _expected_of(session, round_, unit)
    if round_.goal is not None and several and expected is not None and expected.codes:
        fewest = min(row.coders for row in several)
        planned = _planned(round_.goal, expected, list(sizes.values()), fewest, spans=round_.unit is Unit.SPAN)
        said = _said(said, expected, planned)
    session.add(RoundPlanned(round_id=round_.id, said=said))
    session.flush()


def _expected_of(session: Session, round_: Round, unit: Unit) -> Expectations | None:
    """Return what the goal of a round expects; None without one, where coders have own labels, and where its round was reopened."""
    if round_.goal is None or round_.policy is CodebookPolicy.OPEN:
        return None
    like = session.get(Round, round_.goal.like) if round_.goal.like else None
    if like is not None and not like.state.compared:
        return None  # its coders are blind again, and so are its figures
    return _expected(session, round_.goal, like, unit)


def _said(before: PlanSaid, expected: Expectations, planned: "MaterialsPlan") -> PlanSaid:
    keys = [code.key for code in expected.codes]
    codes = tuple(
        _code_said(code.name, code.prevalence, made) for code, made in zip(expected.codes, planned.codes, strict=True)
    )
    whole = planned.whole
    return replace(
        before,
        codes=codes,
        whole=_code_said(None, in_any(expected), whole) if whole is not None else None,
        needed=planned.documents,
        deciding=keys.index(planned.deciding) if planned.deciding is not None else None,
        unplanned=expected.unplanned,
        like=expected.like,
    )


def _code_said(name: str | None, prevalence: float, made: "CodePlan") -> CodeSaid:
    return CodeSaid(name, prevalence, made.expected_agreement, made.documents, made.reason, made.expected_end)


def in_any(expected: Expectations) -> float:
    """Return the share of the units that hold one of the codes, where none holds two."""
    return min(sum(code.prevalence for code in expected.codes), 1.0)


def kept(round_id: UUID) -> sa.ScalarSelect[PlanSaid]:
    """Return the query of what was said of a round when it was opened; null for one that tries coders, or was opened before this was kept."""
    return sa.select(RoundPlanned.said).where(RoundPlanned.round_id == round_id).scalar_subquery()


def said(session: Session, round_: Round) -> PlanSaid:
    """Return what was said of a round when it was opened; of one of which nothing was kept the advice of today."""
    coders, fewest, before = _given_out(session, round_)
    if before is not None:
        return before
    advice = _advice(round_, coders, fewest)
    return PlanSaid(counted_by(round_.unit), 0, 0, _figures(advice), advice.cautions)


def _figures(advice: Advice) -> tuple[FigureSaid, ...]:
    return tuple(FigureSaid(one.coefficient, one.role, one.why, one.level) for one in advice.recommendations)


@dataclass(frozen=True)
class _Given:
    document: UUID
    revision: UUID
    coders: int
    submitted: int


def _given(session: Session, round_id: UUID) -> list[_Given]:
    submitted = sa.func.sum(sa.case((Assignment.state == AssignmentState.SUBMITTED, 1), else_=0))
    rows = session.execute(
        sa.select(Assignment.document_id, Assignment.revision_id, sa.func.count(), submitted)
        .where(Assignment.round_id == round_id)
        .group_by(Assignment.document_id, Assignment.revision_id)
    )
    return [_Given(document, revision, coders, int(done)) for document, revision, coders, done in rows]


def _gaps(coded: "DoublyCoded", coders: int) -> bool:
    return any(row.coders < coders for row in coded.by_coders)


def _units(session: Session, documents: Sequence[UUID], unit: Unit) -> dict[UUID, int]:
    rows = session.execute(
        sa.select(Revision.document_id, Revision.id)
        .where(Revision.document_id.in_(documents))
        .order_by(Revision.document_id, Revision.number)
    )
    latest = {document: revision for document, revision in rows}
    sizes = numbers_of_units(session, list(latest.values()), unit)
    return {document: sizes[revision] for document, revision in latest.items()}


def _expected(session: Session, goal: RoundGoal, like: Round | None, unit: Unit) -> Expectations:
    if like is None:
        agreement = goal.agreement or 1.0
        given = dict.fromkeys(goal.prevalences)
        return Expectations(tuple(Expected(repr(share), None, share, agreement) for share in given), ())
    report = session.scalar(
        sa.select(AgreementReport)
        .where(
            AgreementReport.round_id == like.id,
            AgreementReport.stale_at.is_(None),
            AgreementReport.unit != Unit.SPAN,
        )
        .order_by((AgreementReport.unit == unit).desc(), AgreementReport.created_at.desc())
        .limit(1)
    )
    if report is None:
        return Expectations((), (), like.number)
    contents = open_report(session, report, ReportSection.CODES)
    names = {code.id: code.name for code in contents.provenance.codes}
    codes, unplanned = [], []
    for row in contents.codes:
        alpha = row.estimates["alpha"].value
        hoped = goal.agreement if goal.agreement is not None else alpha
        name = names[row.code]
        if hoped is None or row.prevalence is None or not 0.0 < row.prevalence < 1.0:
            unplanned.append(name)
        else:
            codes.append(Expected(row.code, name, row.prevalence, min(max(hoped, _LEAST_AGREEMENT), 1.0)))
    return Expectations(tuple(codes), tuple(unplanned), like.number)


def _planned(
    goal: RoundGoal,
    expected: Expectations,
    sizes: Sequence[int],
    coders: int,
    *,
    spans: bool,
    done: int = 0,
    simulations: int = 0,
) -> "MaterialsPlan":
    from intercoder.stats.planning.planner import Materials, documents_to_double_code

    # Where no unit has two codes there is one number for all of them too; free spans are counted by sentences, which can have.
    one_code = not goal.several_codes and not spans
    if expected.like is not None and sum(code.prevalence for code in expected.codes) > 1.0:
        one_code = False  # units of that round had several all the same
    return documents_to_double_code(
        {code.key: code.prevalence for code in expected.codes},
        Materials(len(sizes), max(round(sum(sizes) / len(sizes)), 1), goal.intra, done),
        coders,
        _agreements(expected),
        goal.target,
        one_code_per_unit=one_code,
        power=goal.power,
        simulations=simulations,
    )


def _agreements(expected: Expectations) -> Mapping[str, float]:
    return {code.key: code.agreement for code in expected.codes}
