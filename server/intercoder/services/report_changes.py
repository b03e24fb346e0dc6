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
from intercoder.services.access import Access, RoundAccess, no_such_thing
from intercoder.services.agreement import get_report, ratings_of, reports_to_take
from intercoder.services.reliability_data import ReliabilityData, reliability_data
from intercoder.stats.agreement.changed import Changes

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
    if Unit.SPAN in {one.unit for one in both}:
        raise Conflict(
            "by_span",
            "Reports by free span have no units in common: compare two of the rounds by sentence or paragraph.",
        )
    return Pair(*sorted(both, key=lambda one: (one.created_at, str(one.id))))


def start_changes(session: Session, access: RoundAccess, of: Pair) -> Job:
    """Have the changes computed; return the job that does it."""
    wanted = CompareReports(of.first.id, of.second.id)
    return queue.enqueue(session, access.project.id, access.actor.id, wanted, round_id=access.round.id)


def gather(session: Session, access: RoundAccess, of: Pair) -> tuple[ReliabilityData, ReliabilityData]:
    """Return the data of both reports; ``Conflict`` where one no longer holds, see ``reliability_data``."""
    return reliability_data(session, access, of.first), reliability_data(session, access, of.second)


def compute(data: tuple[ReliabilityData, ReliabilityData]) -> Changes:
    """Return how much agreement changed. Slow on purpose, and needs no database."""
    from intercoder.stats.agreement.paired import changes  # numpy only when it is needed

    first, second = (ratings_of(one.comparison) for one in data)
    codes = tuple([code.id for code in one.comparison.codes] for one in data)
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
