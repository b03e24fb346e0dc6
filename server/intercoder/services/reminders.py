"""Reminders by mail: which documents of a person are due soon or late, and what the person was reminded of already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.models import (
    Assignment,
    AssignmentState,
    Member,
    Project,
    Reminder,
    ReminderKind,
    Round,
    RoundState,
    User,
)
from intercoder.services.own_desk import SOON


@dataclass(frozen=True)
class Waiting:
    """Own documents of a round that are due on a day: of the person's work alone, by number, without what they are called."""

    project: str
    round_number: int
    kind: ReminderKind
    due_on: date
    documents: int


@dataclass(frozen=True)
class Reminded:
    """What a person is to be told: to which address, in which language (None: not said), and what of."""

    person_id: UUID
    email: str
    name: str
    language: str | None
    waiting: Sequence[Waiting]
    #: the rows that say that it was told
    kept: Sequence[UUID]


def people(session: Session, today: date) -> list[UUID]:
    """Return who wishes reminders and has something of which no reminder was sent, the longest here first."""
    rows = session.scalars(
        sa.select(User.id)
        .where(
            User.reminders,
            User.is_active,
            sa.exists(_untold(today).where(Assignment.coder_id == User.id).correlate(User)),
        )
        .order_by(User.created_at, User.id)
    )
    return list(rows)


def claim(session: Session, person_id: UUID, today: date) -> Reminded | None:
    """Note that a person is reminded of all that is due, and return it; None when nothing is, or the wish was taken back.

    What is noted is committed before the mail leaves, so that nobody gets the same twice; ``give_back`` where it did not leave.
    Whoever asks at the same time waits for this transaction.
    """
    person = session.scalars(
        sa.select(User).where(User.id == person_id, User.reminders, User.is_active).with_for_update()
    ).one_or_none()
    if person is None:
        return None
    rows = session.execute(
        _untold(today)
        .where(Assignment.coder_id == person_id)
        .order_by(Project.name, Project.id, Round.number, Assignment.due_on, Assignment.id)
    ).all()
    kept: list[Reminder] = []
    counts: dict[tuple[UUID, str, int, ReminderKind, date], int] = {}
    for assignment, due_on, project_id, project, number in rows:
        assert due_on is not None  # who has no day is not asked for
        kind = _kind(due_on, today)
        row = Reminder(assignment_id=assignment, due_on=due_on, kind=kind, sent_at=now())
        session.add(row)
        kept.append(row)
        key = (project_id, project, number, kind, due_on)
        counts[key] = counts.get(key, 0) + 1
    session.flush()
    if not kept:
        return None
    waiting = tuple(
        Waiting(project, number, kind, due_on, documents)
        for (_, project, number, kind, due_on), documents in counts.items()
    )
    return Reminded(person.id, person.email, person.name, person.language, waiting, tuple(row.id for row in kept))


def give_back(session: Session, reminded: Reminded) -> None:
    """Forget a reminder that did not leave: it is sent another time."""
    session.execute(sa.delete(Reminder).where(Reminder.id.in_(reminded.kept)))


def set_wish(session: Session, person_id: UUID, *, wished: bool) -> None:
    """Keep whether a person wishes reminders by mail."""
    session.execute(sa.update(User).where(User.id == person_id).values(reminders=wished))


def _kind(due_on: date, today: date) -> ReminderKind:
    return ReminderKind.LATE if due_on < today else ReminderKind.SOON


def _untold(today: date) -> sa.Select[UUID, date | None, UUID, str, int]:
    """Return the assignments that are due soon or late in open rounds of which their coders, still members, were not told so."""
    late = Assignment.due_on < today
    told = sa.exists().where(
        Reminder.assignment_id == Assignment.id,
        Reminder.due_on == Assignment.due_on,
        Reminder.kind == sa.case((late, ReminderKind.LATE.value), else_=ReminderKind.SOON.value),
    )
    return (
        sa.select(Assignment.id, Assignment.due_on, Project.id, Project.name, Round.number)
        .join(Round, Round.id == Assignment.round_id)
        .join(Project, Project.id == Assignment.project_id)
        .join(Member, sa.and_(Member.project_id == Assignment.project_id, Member.user_id == Assignment.coder_id))
        .where(
            Round.state == RoundState.OPEN,
            Assignment.state != AssignmentState.SUBMITTED,
            Assignment.due_on <= today + timedelta(days=SOON),
            sa.not_(told),
        )
    )
