"""After a round: which codes want another definition, which coders training, which units are too long, and what that would bring."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Disagreement, DisagreementKind, ReportSection, Revision, Unit
from intercoder.services.access import RoundAccess
from intercoder.services.agreement import reports
from intercoder.services.disagreements import SEEN
from intercoder.services.results import Contents, open_report
from intercoder.services.units import numbers_of_units

#: without a goal: the least alpha that is read at all (Krippendorff 2013, p. 325)
USUAL_TARGET = 0.667
#: alpha without a coder must rise by so much before the coder is named
_RISES = 0.02
#: share of the disagreements about where a passage begins or ends from which a rule is missing
_BOUNDARIES = 0.3
#: so many times longer than usual are units in which coders differ before they are said to be too long
_LONGER = 1.5
#: disagreements below which their kinds and lengths say nothing
_FEW = 10
_LISTED = 10


@dataclass(frozen=True)
class WeakCode:
    """A code that was used often enough and did not reach the target; ``instead``: what it was confused with most, how often."""

    name: str
    alpha: float
    positives: int
    instead: str | None
    times: int


@dataclass(frozen=True)
class WeakCoder:
    """A coder without whom alpha would be higher by so much."""

    name: str
    rises: float


@dataclass(frozen=True)
class LongUnits:
    """Units in which coders differ have so many characters on average, all units so many."""

    differing: float
    usual: float


@dataclass(frozen=True)
class WhatNext:
    """What a compared round says about the next one.

    ``mean``: of the codes' alphas; ``could_be``: at most, if coders differed on none of the ``codes`` (None without any).
    ``rare``: codes too rare to be judged. ``boundaries``: share of all disagreements where it is high.
    """

    report_id: UUID
    target: float
    codes: tuple[WeakCode, ...]
    more_codes: int
    coders: tuple[WeakCoder, ...]
    rare: int
    mean: float | None
    could_be: float | None
    boundaries: float | None
    long_units: LongUnits | None


def what_next(session: Session, access: RoundAccess) -> WhatNext | None:
    """Return what the latest report of a compared round says about the next one; None before there is one."""
    round_ = access.round
    report = next((r for r in reports(session, round_.id) if r.stale_at is None and r.unit is not Unit.SPAN), None)
    if report is None:
        return None
    sections = (ReportSection.CODES, ReportSection.LEFT_OUT, ReportSection.CONFUSIONS)
    contents = open_report(session, report, *sections, confusions=200)
    target = round_.goal.target if round_.goal else USUAL_TARGET
    weak, rare = _weak(contents, target)
    alphas = [row.estimates["alpha"].value for row in contents.codes]
    known = [alpha for alpha in alphas if alpha is not None]
    missing = sum(1 - code.alpha for code in weak)
    kinds = _kinds(session, round_.id)
    return WhatNext(
        report_id=report.id,
        target=target,
        codes=tuple(weak[:_LISTED]),
        more_codes=max(len(weak) - _LISTED, 0),
        coders=_coders(contents),
        rare=rare,
        mean=sum(known) / len(known) if known else None,
        could_be=(sum(known) + missing) / len(known) if weak else None,
        boundaries=_boundaries(kinds),
        long_units=_long_units(session, access) if round_.unit is not Unit.SPAN and kinds.total() >= _FEW else None,
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
        confused = [c for c in contents.confusions if row.code in (c.code, c.other)]
        most = max(confused, key=lambda c: c.count, default=None)
        other = None if most is None else most.other if most.code == row.code else most.code
        weak.append(
            WeakCode(names[row.code], alpha, row.positives, names[other] if other else None, most.count if most else 0)
        )
    return sorted(weak, key=lambda code: code.alpha), len(rows) - len(judged)


def _coders(contents: Contents) -> tuple[WeakCoder, ...]:
    names = {coder.id: coder.name for coder in contents.provenance.coders}
    found = [WeakCoder(names[row.coder], row.delta) for row in contents.left_out if row.delta and row.delta >= _RISES]
    return tuple(sorted(found, key=lambda coder: -coder.rises)[:3])


def _kinds(session: Session, round_id: UUID) -> Counter[DisagreementKind]:
    rows = session.execute(
        sa.select(Disagreement.kind, sa.func.count())
        .where(Disagreement.round_id == round_id, SEEN)
        .group_by(Disagreement.kind)
    )
    return Counter({kind: count for kind, count in rows})


def _boundaries(kinds: Counter[DisagreementKind]) -> float | None:
    if kinds.total() < _FEW:
        return None
    share = kinds[DisagreementKind.BOUNDARY] / kinds.total()
    return share if share >= _BOUNDARIES else None


def _long_units(session: Session, access: RoundAccess) -> LongUnits | None:
    """Return how long the units are in which coders differ, where they are much longer than others."""
    round_ = access.round
    differing = session.scalar(
        sa.select(sa.func.avg(Disagreement.end - Disagreement.start)).where(Disagreement.round_id == round_.id, SEEN)
    )
    compared = (
        sa.select(Assignment.revision_id)
        .where(Assignment.round_id == round_.id, Assignment.state == AssignmentState.SUBMITTED)
        .group_by(Assignment.revision_id)
        .having(sa.func.count() > 1)
    )
    lengths = dict(session.execute(sa.select(Revision.id, Revision.length).where(Revision.id.in_(compared))).all())
    units = sum(numbers_of_units(session, list(lengths), round_.unit).values())
    if differing is None or not units:
        return None
    found = LongUnits(float(differing), sum(lengths.values()) / units)
    return found if found.differing >= _LONGER * found.usual else None
