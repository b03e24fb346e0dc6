"""Who codes what in a round, as far as the person who asks may know, a part at a time."""

import enum
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Case, Document, Role, Round, RoundState, User
from intercoder.models.base import FewUuids, dashed, few_dashed, unread
from intercoder.services import document_list
from intercoder.services.access import Access, RoundAccess, coded_by
from intercoder.services.paging import Asked, Key, Page, page

_BY_DOCUMENT = (Key(Document.position, int), Key(Document.id, UUID))
_BY_DOCUMENT_AND_CODER = (*_BY_DOCUMENT, Key(User.name, str), Key(User.id, UUID))


def own_only(access: RoundAccess) -> bool:
    """Return whether the person may know of own assignments only: who codes in the round, and who codes only, until it is compared."""
    coder_only = access.roles == frozenset({Role.CODER})
    return access.situation.blind or (coder_only and not access.round.state.compared)


def _visible(access: RoundAccess) -> sa.ColumnElement[bool]:
    """Return the condition of the assignments of the round that the person may know of: a blind coder's own ones only."""
    return sa.and_(
        Assignment.round_id == access.round.id,
        Assignment.coder_id == access.actor.id if own_only(access) else sa.true(),
    )


def page_of_assignments(session: Session, access: RoundAccess, asked: Asked) -> Page[Assignment]:
    """Return a part of the assignments that the person may know of, by document and coder."""
    wanted = (
        sa.select(Assignment).join(Assignment.document).join(Assignment.coder).where(_visible(access))
    )  # what they lead to is not loaded
    return page(session, wanted, _BY_DOCUMENT_AND_CODER, asked)


def coders_by_document(session: Session, access: RoundAccess) -> dict[UUID, set[UUID]]:
    """Return who codes each document of the round, as far as the person may know."""
    rows = session.execute(sa.select(Assignment.document_id, Assignment.coder_id).where(_visible(access)))
    coders: dict[UUID, set[UUID]] = {}
    for document, coder in rows:
        coders.setdefault(document, set()).add(coder)
    return coders


class Standing(enum.StrEnum):
    """How far an assignment is, for who gives out the documents."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    HANDED_BACK = "handed_back"  #: begun, submitted, and returned with a reason that its coder has not answered yet
    SUBMITTED = "submitted"


_STANDING = {state: Standing(state.value) for state in AssignmentState}


class Row(NamedTuple):
    """A document that is given out in a round."""

    id: UUID
    title: str
    case: str | None


class Cell(NamedTuple):
    """One assignment as the table of a round shows it; identifiers as text: of thousands nothing but that is asked."""

    id: str
    document_id: str
    coder_id: str
    state: AssignmentState
    due_on: date | None
    returned: bool

    @property
    def standing(self) -> Standing:
        """How far it is."""
        back = self.returned and self.state is AssignmentState.IN_PROGRESS
        return Standing.HANDED_BACK if back else _STANDING[self.state]

    def overdue(self, today: date) -> bool:
        """Return whether it should have been submitted before today."""
        return self.due_on is not None and self.due_on < today and self.state is not AssignmentState.SUBMITTED


class Column(NamedTuple):
    """A coder of a round, and how many of all its documents the coder has and has submitted."""

    id: UUID
    name: str
    given: int
    submitted: int


@dataclass(frozen=True)
class Table:
    """A part of the documents of a round, its coders, and the assignment at each crossing."""

    documents: Page[Row]
    #: by name
    coders: Sequence[Column]
    #: document → coder → assignment, identifiers as text
    cells: Mapping[str, Mapping[str, Cell]]


@dataclass(frozen=True)
class Narrowed:
    """Which documents of a round are wanted: those with an assignment of which all is true, and of the document itself."""

    standing: Standing | None = None
    coder: UUID | None = None
    #: that should have been submitted before this day
    overdue_on: date | None = None
    #: with fewer coders than this
    fewer: int | None = None
    words: Sequence[document_list.Wanted] = ()

    def conditions(self, access: RoundAccess) -> Iterator[sa.ColumnElement[bool]]:
        """Return the conditions of the documents, of what the person may know of."""
        held = [_visible(access), Assignment.document_id == Document.id]
        yield sa.exists().where(*held, *self._of_assignment())
        yield from (word.condition() for word in self.words)
        if self.fewer is not None:
            yield sa.select(sa.func.count()).where(*held).correlate(Document).scalar_subquery() < self.fewer

    def _of_assignment(self) -> Iterator[sa.ColumnElement[bool]]:
        if self.standing is not None:
            back = self.standing is Standing.HANDED_BACK
            state = AssignmentState.IN_PROGRESS if back else AssignmentState(self.standing.value)
            yield Assignment.state == state
            if state is AssignmentState.IN_PROGRESS:
                yield _RETURNED if back else sa.not_(_RETURNED)
        if self.coder is not None:
            yield Assignment.coder_id == self.coder
        if self.overdue_on is not None:
            yield sa.and_(Assignment.due_on < self.overdue_on, Assignment.state != AssignmentState.SUBMITTED)


#: no document is left out
EVERYTHING = Narrowed()
_RETURNED = Assignment.handed_back_for != ""
_DOCUMENT: sa.orm.Bundle[tuple[UUID, str, str | None]] = sa.orm.Bundle(
    "document", Document.id, Document.title, Case.name
)
_ROWS = Assignment.metadata.tables[Assignment.__tablename__].c


def table_of_round(
    session: Session,
    access: RoundAccess,
    asked: Asked,
    *,
    narrowed: Narrowed = EVERYTHING,
    also: Collection[tuple[UUID, str]] = (),
) -> Table:
    """Return who codes a part of the documents: three statements, whatever the size of the round.

    ``also``: coders, by identifier and name, who have a column although they code none of them.
    """
    wanted = sa.select(_DOCUMENT).outerjoin(Case, Case.id == Document.case_id).where(*narrowed.conditions(access))
    documents = page(session, wanted, _BY_DOCUMENT, asked).map(lambda row: Row(*row))
    cells = _cells(session, access, [row.id for row in documents.rows])
    columns = {id_: Column(id_, name, 0, 0) for id_, name in also} | {c.id: c for c in _columns(session, access)}
    return Table(
        documents,
        sorted(columns.values(), key=lambda coder: (coder.name, str(coder.id))),
        cells,
    )


def _columns(session: Session, access: RoundAccess) -> list[Column]:
    submitted = sa.func.count().filter(Assignment.state == AssignmentState.SUBMITTED)
    # Counted before it is joined: names are read once for each coder, not once for each of 15,000 assignments.
    counted = (
        sa.select(Assignment.coder_id, sa.func.count().label("given"), submitted.label("submitted"))
        .where(_visible(access))
        .group_by(Assignment.coder_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(User.id, User.name, counted.c.given, counted.c.submitted).join(counted, counted.c.coder_id == User.id)
    )
    return [Column._make(row) for row in rows]


def _cells(session: Session, access: RoundAccess, documents: Collection[UUID]) -> dict[str, dict[str, Cell]]:
    # From the connection: what the session does to each of thousands of rows costs as much as what is made of them.
    rows = session.connection().execute(
        sa.select(
            unread(_ROWS.id),
            unread(_ROWS.document_id),
            unread(_ROWS.coder_id),
            _ROWS.state,
            _ROWS.due_on,
            (_ROWS.handed_back_for != "").label("returned"),
        ).where(_visible(access), _ROWS.document_id.in_(documents))
    )
    cells: dict[str, dict[str, Cell]] = {}
    make, few = Cell._make, few_dashed
    for id_, of_document, of_coder, state, due_on, returned in rows.all():
        document, coder = few(of_document), few(of_coder)
        cells.setdefault(document, {})[coder] = make((dashed(id_), document, coder, state, due_on, returned))
    return cells


class UsedIn(NamedTuple):
    """A round in which a document is coded."""

    id: UUID
    number: int
    name: str


def visible_uses(session: Session, access: Access, document_ids: Collection[UUID]) -> dict[UUID, list[UsedIn]]:
    """Return the rounds in which each of these documents is coded; of an open one that a person codes in, own work only."""
    blind = sa.and_(Round.state == RoundState.OPEN, coded_by(access.actor.id))
    rows = session.execute(
        sa.select(
            sa.type_coerce(Assignment.document_id, FewUuids()),
            sa.type_coerce(Round.id, FewUuids()),
            Round.number,
            Round.name,
        )
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Round.project_id == access.project.id,
            Assignment.document_id.in_(document_ids),
            sa.or_(sa.not_(blind), Assignment.coder_id == access.actor.id),
        )
        .distinct()
        .order_by(Round.number)
    )
    uses: dict[UUID, list[UsedIn]] = {}
    for document, *of_round in rows:
        uses.setdefault(document, []).append(UsedIn._make(of_round))
    return uses
