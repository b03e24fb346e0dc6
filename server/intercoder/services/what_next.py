"""After a round: which codes stay below the target, what its report says would raise agreement, which units are too long."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Disagreement, ReportSection, Revision, Unit
from intercoder.services.access import RoundAccess
from intercoder.services.agreement import reports
from intercoder.services.picking import SEEN
from intercoder.services.results import Contents, open_report
from intercoder.services.units import numbers_of_units
from intercoder.stats.agreement.results import Remedy

#: without a goal: the least alpha that is read at all (Krippendorff 2013, p. 325)
USUAL_TARGET = 0.667
#: alpha must rise by so much before something is named that would raise it
_RISES = 0.02
#: so many times longer than usual are units in which coders differ before they are said to be too long
_LONGER = 1.5
#: disagreements below which their lengths say nothing
_FEW = 10
_LISTED, _REMEDIES = 10, 4


@dataclass(frozen=True)
class WeakCode:
    """A code that was used often enough and did not reach the target."""

    name: str
    alpha: float
    positives: int


@dataclass(frozen=True)
class LongUnits:
    """Units in which coders differ have so many characters on average, all units so many."""

    differing: float
    usual: float


@dataclass(frozen=True)
class WhatNext:
    """What a compared round says about the next one.

    ``mean``: of the codes' alphas; ``could_be``: at most, if coders differed on none of the ``codes`` (None without any).
    ``remedies``: the first ones of the report that would raise alpha markedly, with the names of codes and coders in ``names``; None
    of a report that was made before there were any. ``rare``: codes too rare to be judged.
    """

    report_id: UUID
    target: float
    codes: tuple[WeakCode, ...]
    more_codes: int
    remedies: tuple[Remedy, ...] | None
    names: Mapping[str, str]
    rare: int
    mean: float | None
    could_be: float | None
    long_units: LongUnits | None


def what_next(session: Session, access: RoundAccess) -> WhatNext | None:
    """Return what the latest report by unit of all of a compared round says about the next one; None before there is one."""
    round_ = access.round
    holding = (r for r in reports(session, round_.id) if r.stale_at is None and not r.narrowed)
    report = next((r for r in holding if r.unit is not Unit.SPAN), None)
    if report is None:
        return None
    contents = open_report(session, report, ReportSection.CODES, ReportSection.REMEDIES)
    target = round_.goal.target if round_.goal else USUAL_TARGET
    weak, rare = _weak(contents, target)
    alphas = [row.estimates["alpha"].value for row in contents.codes]
    known = [alpha for alpha in alphas if alpha is not None]
    missing = sum(1 - code.alpha for code in weak)
    raising = None if contents.remedies is None else [r for r in contents.remedies if r.gain >= _RISES][:_REMEDIES]
    made = contents.provenance
    return WhatNext(
        report_id=report.id,
        target=target,
        codes=tuple(weak[:_LISTED]),
        more_codes=max(len(weak) - _LISTED, 0),
        remedies=None if raising is None else tuple(raising),
        names={c.id: c.name for c in made.codes} | {c.id: c.name for c in made.coders},
        rare=rare,
        mean=sum(known) / len(known) if known else None,
        could_be=(sum(known) + missing) / len(known) if weak else None,
        long_units=_long_units(session, access) if round_.unit is not Unit.SPAN else None,
    )


def _weak(contents: Contents, target: float) -> tuple[list[WeakCode], int]:
    names = {code.id: code.name for code in contents.provenance.codes}
    rows = [row for row in contents.codes if row.positives]
    judged = [row for row in rows if not row.few_positives and row.estimates["alpha"].value is not None]
    weak = []
    for row in judged:
        alpha = row.estimates["alpha"].value
        if alpha is None or alpha >= target:
            continue
        weak.append(WeakCode(names[row.code], alpha, row.positives))
    return sorted(weak, key=lambda code: code.alpha), len(rows) - len(judged)


def _long_units(session: Session, access: RoundAccess) -> LongUnits | None:
    """Return how long the units are in which coders differ, where they are much longer than others."""
    round_ = access.round
    length = sa.func.avg(Disagreement.end - Disagreement.start)
    differing, many = session.execute(
        sa.select(length, sa.func.count()).where(Disagreement.round_id == round_.id, SEEN)
    ).one()
    if many < _FEW:
        return None
    compared = (
        sa.select(Assignment.revision_id)
        .where(Assignment.round_id == round_.id, Assignment.state == AssignmentState.SUBMITTED)
        .group_by(Assignment.revision_id)
        .having(sa.func.count() > 1)
    )
    lengths = dict(session.execute(sa.select(Revision.id, Revision.length).where(Revision.id.in_(compared))).all())
    units = sum(numbers_of_units(session, list(lengths), round_.unit).values())
    if not units:
        return None
    found = LongUnits(float(differing), sum(lengths.values()) / units)
    return found if found.differing >= _LONGER * found.usual else None
