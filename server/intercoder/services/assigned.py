"""Who codes what in a round, as far as the person who asks may know, a part at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Case, Document, Role, User
from intercoder.models.base import FewUuids
from intercoder.services.access import RoundAccess
from intercoder.services.paging import Asked, Key, Page, page

_BY_DOCUMENT = (Key(Document.position, int), Key(Document.id, UUID))
_BY_DOCUMENT_AND_CODER = (*_BY_DOCUMENT, Key(User.name, str), Key(User.id, UUID))


def _visible(access: RoundAccess) -> sa.ColumnElement[bool]:
    """Return the condition of the assignments of the round that the person may know of: a blind coder's own ones only."""
    coder_only = access.roles == frozenset({Role.CODER})
    own_only = access.situation.blind or (coder_only and not access.round.state.compared)
    return sa.and_(
        Assignment.round_id == access.round.id, Assignment.coder_id == access.actor.id if own_only else sa.true()
    )


def page_of_assignments(session: Session, access: RoundAccess, asked: Asked) -> Page[Assignment]:
    """Return a part of the assignments that the person may know of, by document and coder."""
    wanted = (
        sa.select(Assignment).join(Assignment.document).join(Assignment.coder).where(_visible(access))
    )  # what they lead to is not loaded
    return page(session, wanted, _BY_DOCUMENT_AND_CODER, asked)


class Row(NamedTuple):
    """A document that is given out in a round."""

    id: UUID
    title: str
    case: str | None


class Cell(NamedTuple):
    """One assignment as the table of a round shows it."""

    id: UUID
    document_id: UUID
    coder_id: UUID
    coder: str
    state: AssignmentState


@dataclass(frozen=True)
class Table:
    """A part of the documents of a round, who codes some of them, and the assignment at each crossing."""

    documents: Page[Row]
    #: identifiers and names, by name
    coders: Sequence[tuple[UUID, str]]
    cells: dict[tuple[UUID, UUID], Cell]


_DOCUMENT: sa.orm.Bundle[tuple[UUID, str, str | None]] = sa.orm.Bundle(
    "document", Document.id, Document.title, Case.name
)
_ROWS = Assignment.metadata.tables[Assignment.__tablename__].c


def table_of_round(
    session: Session, access: RoundAccess, asked: Asked, *, also: Collection[tuple[UUID, str]] = ()
) -> Table:
    """Return who codes a part of the documents: two statements, whatever the size of the round.

    ``also``: coders, by identifier and name, who have a column although they code none of them.
    """
    given_out = sa.exists().where(_visible(access), Assignment.document_id == Document.id)
    wanted = sa.select(_DOCUMENT).outerjoin(Case, Case.id == Document.case_id).where(given_out)
    documents = page(session, wanted, _BY_DOCUMENT, asked).map(lambda row: Row(*row))
    cells = _cells(session, access, [row.id for row in documents.rows])
    coders = dict(also) | {cell.coder_id: cell.coder for cell in cells}
    return Table(
        documents,
        sorted(coders.items(), key=lambda coder: (coder[1], str(coder[0]))),
        {(cell.document_id, cell.coder_id): cell for cell in cells},
    )


def _cells(session: Session, access: RoundAccess, documents: Collection[UUID]) -> list[Cell]:
    rows = session.execute(
        sa.select(
            _ROWS.id,
            sa.type_coerce(_ROWS.document_id, FewUuids()),
            sa.type_coerce(_ROWS.coder_id, FewUuids()),
            User.name,
            _ROWS.state,
        )
        .join(User, User.id == _ROWS.coder_id)
        .where(_visible(access), _ROWS.document_id.in_(documents))
    )
    return [Cell._make(row) for row in rows]
