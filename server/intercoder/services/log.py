"""Reading the log of a project: what this person may see of it."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.events import Subject
from intercoder.models import (
    Disagreement,
    DisagreementState,
    Document,
    Event,
    ReserveState,
    Role,
    Round,
    RoundState,
    SaturationReserve,
)
from intercoder.policy import Permission
from intercoder.services import held_out
from intercoder.services.access import Access, answers_hidden, blind_rounds, coded_by, no_such_thing
from intercoder.services.paging import Asked, Key, Mark, Page, marked_by, no_place, page

#: newest first
_ORDER = (Key(Event.position, int, descending=True), Key(Event.id, UUID, descending=True))


def rows(session: Session, access: Access, asked: Asked, *, kinds: Collection[Subject] | None = None) -> Page[Event]:
    """Return a part of the rows of the log that the person may see, newest first, of all kinds of things or of some.

    Its cursors name rows, not their places: a number between two own rows tells how much others did meanwhile.
    """
    wanted = sa.select(Event).where(_visible(session, access))
    if kinds is not None:
        wanted = wanted.where(Event.subject_kind.in_(kinds))
    part = page(session, wanted, _ORDER, Asked(_placed(session, access, asked.cursor), asked.limit))
    return Page(part.rows, _named(part.previous), _named(part.next))


def _placed(session: Session, access: Access, cursor: str | None) -> str | None:
    """Return the cursor with the place of the row that it names."""
    if cursor is None:
        return None
    mark = marked_by(cursor, [UUID])
    row = session.execute(
        sa.select(Event.position, Event.id).where(Event.project_id == access.project.id, Event.id == mark.values[0])
    ).first()
    if row is None:
        raise no_place()
    return Mark((row.position, row.id), mark.backward).cursor()


def _named(cursor: str | None) -> str | None:
    """Return the cursor with the row alone."""
    if cursor is None:
        return None
    mark = marked_by(cursor, [key.kind for key in _ORDER])
    return Mark(mark.values[1:], mark.backward).cursor()


def cursor_at(session: Session, access: Access, event_id: UUID, *, newer: bool) -> str:
    """Return the cursor of what is older than a row that the person may see, or newer."""
    if session.scalar(sa.select(Event.id).where(_visible(session, access), Event.id == event_id)) is None:
        raise no_such_thing()
    return Mark((event_id,), backward=newer).cursor()


def _visible(session: Session, access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of the rows that the person may see.

    A blind coder sees what is public, own acts, and nothing else of the rounds in which the person
    codes; somebody who only codes sees no more than that of any round that is not closed. Who takes a test sees no more than
    that of the rounds that hold its answers.
    """
    mine = Round.project_id == access.project.id
    open_rounds = sa.select(Round.id).where(mine, Round.state == RoundState.OPEN)
    unfinished = sa.select(Round.id).where(mine, Round.state.in_([RoundState.DRAFT, RoundState.OPEN]))
    hidden: sa.ColumnElement[bool]
    if Role.LEAD in access.roles:
        hidden = Event.round_id.in_(blind_rounds(session, access.project.id, access.actor.id))
    elif access.roles & {Role.OBSERVER, Role.ADJUDICATOR}:
        hidden = Event.round_id.in_(unfinished.where(coded_by(access.actor.id)))
    else:
        hidden = Event.round_id.in_(unfinished)
    hidden = sa.or_(hidden, Event.round_id.in_(answers_hidden(access.project.id, access.actor.id)))
    codings = sa.and_(Event.subject_kind == Subject.CODING, Event.round_id.in_(open_rounds))
    return sa.and_(
        Event.project_id == access.project.id,
        sa.or_(
            Event.actor_id == access.actor.id,
            Event.public,
            Event.round_id.is_(None),
            sa.and_(sa.not_(hidden), sa.not_(codings), sa.not_(_ruled_on_by_two(access))),
        ),
        sa.true() if access.may(Permission.MATERIALS_MANAGE) else sa.not_(_held_out(access)),
    )


def _held_out(access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of what tells which documents and cases are put aside for the hold-out test of saturation."""
    held = sa.select(Document.id).where(Document.project_id == access.project.id, Document.held_out)
    hidden = sa.select(SaturationReserve.id).where(
        SaturationReserve.project_id == access.project.id, SaturationReserve.state == ReserveState.HIDDEN
    )
    cases = held_out.hidden_cases(access.project.id)
    return sa.or_(
        sa.and_(Event.subject_kind == Subject.DOCUMENT, Event.subject_id.in_(held)),
        sa.and_(Event.subject_kind == Subject.CASE, Event.subject_id.in_(cases)),
        sa.and_(Event.subject_kind == Subject.SATURATION, Event.subject_id.in_(hidden)),
        # What is about something else and names one of them.
        *(
            _names(key, of)
            for key, of in (("document_id", held), ("case_id", cases), ("thing", held), ("thing", cases))
        ),
    )


def _names(key: str, of: sa.Select[UUID] | sa.Select[UUID | None]) -> sa.ColumnElement[bool]:
    """Return the condition of what names one of some things by its identifier; false where it names none."""
    (identifier,) = of.selected_columns
    digits = of.with_only_columns(sa.func.replace(sa.cast(identifier, sa.String), "-", ""))
    said = sa.func.replace(sa.func.coalesce(Event.detail[key].as_string(), ""), "-", "")
    return said.in_(digits)


def _ruled_on_by_two(access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of what would tell an adjudicator how another ruled on a place that waits for two.

    What was done there by a rule names the round and all of its places, and what rulings taught names a code, so that these are
    hidden as a whole.
    """
    d = Disagreement
    waits = (d.project_id == access.project.id, d.state == DisagreementState.TWICE)
    places, rounds = sa.select(d.id).where(*waits), sa.select(d.round_id).where(*waits)
    by_rule = [events.PlacesRuled.action, events.PlacesOpened.action]
    by_rule += [events.LessonGiven.action, events.LessonAccepted.action, events.LessonDeclined.action]
    return sa.or_(
        sa.and_(Event.subject_kind == Subject.DISAGREEMENT, Event.subject_id.in_(places)),
        sa.and_(Event.action.in_(by_rule), Event.round_id.in_(rounds)),
    )
