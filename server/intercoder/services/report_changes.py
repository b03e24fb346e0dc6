"""Two reports side by side: how sure it is that agreement changed from one to the other, computed by a job and kept."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import queue
from intercoder.clock import now
from intercoder.errors import Conflict
from intercoder.models import AgreementReport, CompareReports, Job, ReportChanges, Unit
from intercoder.models.values import Kept
from intercoder.models.work import RESAMPLES, SEED
from intercoder.services import spans_compared
from intercoder.services.access import Access, RoundAccess, no_such_thing
from intercoder.services.agreement import get_report, ratings_of, reports_to_take
from intercoder.services.gathering import Comparison
from intercoder.services.reliability_data import compared_again
from intercoder.services.spans_compared import ComparedSpans
from intercoder.stats.changed import Changes

#: of what is written today
FORMAT = 1
_CHANGES = Kept(Changes)


@dataclass(frozen=True)
class Pair:
    """Two reports of a project, the earlier one first."""

    first: AgreementReport
    second: AgreementReport


def pair(session: Session, access: RoundAccess, report: UUID, other: RoundAccess, other_report: UUID) -> Pair:
    """Return two different reports of one project, for both of which somebody came through the door; the earlier one first."""
    if other.project.id != access.project.id:
        raise no_such_thing()
    if report == other_report:
        raise Conflict("same_report", "Choose another report: this one is the same as itself.")
    both = [get_report(session, access.project.id, one) for one in (report, other_report)]
    if len({one.unit is Unit.SPAN for one in both}) > 1:
        raise Conflict(
            "by_span",
            "A report by free span and one by unit have no number in common: choose two by free span, or two by unit.",
        )
    return Pair(*sorted(both, key=lambda one: (one.created_at, str(one.id))))


def start_changes(session: Session, access: RoundAccess, of: Pair) -> Job:
    """Have the changes computed; return the job that does it."""
    wanted = CompareReports(of.first.id, of.second.id)
    return queue.enqueue(session, access.project.id, access.actor.id, wanted, round_id=access.round.id)


@dataclass(frozen=True)
class Gathered:
    """The layers of both reports, the earlier one first, and their spans where they are by free span."""

    layers: tuple[Comparison, Comparison]
    spans: tuple[ComparedSpans, ComparedSpans] | None


def gather(session: Session, access: RoundAccess, of: Pair) -> Gathered:
    """Return the data of both reports; ``Conflict`` where one no longer holds, see ``reliability_data``."""
    first, second = (compared_again(session, access, one)[1] for one in (of.first, of.second))
    if of.first.unit is not Unit.SPAN:
        return Gathered((first, second), None)
    one, two = spans_compared.gather(session, first), spans_compared.gather(session, second)
    assert one is not None, "a report by free span is of a round coded by it"
    assert two is not None, "a report by free span is of a round coded by it"
    return Gathered((first, second), (one, two))


def compute(data: Gathered) -> Changes:
    """Return how much agreement changed. Slow on purpose, and needs no database."""
    if data.spans is not None:
        return spans_compared.compute_changes(*data.spans, resamples=RESAMPLES, seed=SEED)
    from intercoder.stats.agreement.paired import changes  # numpy only when it is needed

    first, second = (ratings_of(one) for one in data.layers)
    codes = tuple([code.id for code in one.codes] for one in data.layers)
    return changes(first, second, (codes[0], codes[1]), resamples=RESAMPLES, seed=SEED)


def keep(session: Session, of: Pair, changes: Changes) -> None:
    """Keep the changes between two reports; computed twice they are the same."""
    session.merge(
        ReportChanges(
            first_id=of.first.id, second_id=of.second.id, format=FORMAT, content=_CHANGES.plain(changes), made_at=now()
        )
    )


@dataclass(frozen=True)
class Computed:
    """The changes between two reports, by their identifiers, the earlier one first."""

    first: UUID
    second: UUID
    changes: Changes


def computed(session: Session, access: Access, report: UUID, other: UUID | None = None) -> list[Computed]:
    """Return the changes computed between a report and others, or one other, that the person may read."""
    readable = [one.id for one in reports_to_take(session, access) if other in {None, one.id}]
    beside = sa.or_(
        sa.and_(ReportChanges.first_id == report, ReportChanges.second_id.in_(readable)),
        sa.and_(ReportChanges.second_id == report, ReportChanges.first_id.in_(readable)),
    )
    rows = session.scalars(
        sa.select(ReportChanges)
        .where(beside, ReportChanges.format == FORMAT)
        .order_by(ReportChanges.first_id, ReportChanges.second_id)
    )
    return [Computed(row.first_id, row.second_id, _CHANGES.read(row.content)) for row in rows]


def changes_of(session: Session, of: Pair) -> Changes | None:
    """Return the changes between two reports; None where they were not computed."""
    content = session.scalar(
        sa.select(ReportChanges.content).where(
            ReportChanges.first_id == of.first.id,
            ReportChanges.second_id == of.second.id,
            ReportChanges.format == FORMAT,
        )
    )
    return None if content is None else _CHANGES.read(content)
