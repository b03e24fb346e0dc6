"""The documents of a study as a list: in which order, found by which words, how many."""

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Case, Document, Revision, SourceType
from intercoder.services import held_out
from intercoder.services.access import Access
from intercoder.services.paging import Asked, Key, Page, page
from intercoder.text.canonical import search_key


class Order(enum.StrEnum):
    """In which order documents are listed."""

    IMPORT = "import"  #: as they were imported
    STUDY = "study"  #: the documents of a case together, those without one at the end
    TITLE = "title"
    LENGTH = "length"  #: longest first
    NEWEST = "newest"


@dataclass(frozen=True)
class Wanted:
    """A word that somebody looks for in titles, names of cases and, as these types, in the words for sources."""

    word: str
    types: Collection[SourceType] = ()

    def condition(self) -> sa.ColumnElement[bool]:
        """Return the condition of the documents that have it."""
        key = search_key(self.word)
        named = [column.contains(key, autoescape=True) for column in (Document.search, Case.search)]
        return sa.or_(*named, Document.source_type.in_(self.types))


_LENGTH = (
    sa.select(Revision.length)
    .where(Revision.document_id == Document.id)
    .order_by(Revision.number.desc())
    .limit(1)
    .correlate(Document)
    .scalar_subquery()
)
_AS_IMPORTED = (Key(Document.position, int), Key(Document.id, UUID))
_KEYS: Mapping[Order, Sequence[Key]] = {
    Order.IMPORT: _AS_IMPORTED,
    Order.STUDY: (
        Key(sa.case((Document.case_id.is_(None), 1), else_=0), int),
        Key(sa.func.coalesce(Case.position, 0), int),
        *_AS_IMPORTED,
    ),
    Order.TITLE: (Key(Document.spelling, str), Key(Document.title_key, str), Key(Document.id, UUID)),
    Order.LENGTH: (Key(sa.func.coalesce(_LENGTH, 0), int, descending=True), *_AS_IMPORTED),
    Order.NEWEST: (Key(Document.created_at, datetime, descending=True), *_AS_IMPORTED),
}


def page_of_documents(
    session: Session, access: Access, asked: Asked, order: Order = Order.IMPORT, words: Iterable[Wanted] = ()
) -> Page[Document]:
    """Return a part of the documents that have all the words and that the person may know of."""
    wanted = (
        sa.select(Document)
        .outerjoin(Document.case)
        .where(_present(access.project.id), held_out.known(access), *(word.condition() for word in words))
        .options(sa.orm.contains_eager(Document.case))
    )
    return page(session, wanted, _KEYS[order], asked)


def count_documents(session: Session, access: Access, words: Iterable[Wanted] = ()) -> int:
    """Return how many documents that the person may know of have all the words."""
    wanted = sa.select(sa.func.count(Document.id)).outerjoin(Document.case)
    shown = (_present(access.project.id), held_out.known(access))
    return session.scalar(wanted.where(*shown, *(word.condition() for word in words))) or 0


def documents_per_case(session: Session, access: Access) -> dict[UUID | None, int]:
    """Return how many documents that the person may know of each case has; None for those without one."""
    rows = session.execute(
        sa.select(Document.case_id, sa.func.count())
        .where(_present(access.project.id), held_out.known(access))
        .group_by(Document.case_id)
    )
    return {case: count for case, count in rows}


def _present(project_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(Document.project_id == project_id, Document.removed_at.is_(None))


@dataclass(frozen=True)
class Extent:
    """How much material a study has."""

    documents: int
    cases: int
    #: how many of the documents are primary sources
    primary: int
    #: of the latest texts, in code points
    characters: int


def extent(session: Session, access: Access) -> Extent:
    """Return how much material a study has."""
    newest = (
        sa.select(Revision.document_id, sa.func.max(Revision.number).label("number"))
        .group_by(Revision.document_id)
        .subquery()
    )
    row = session.execute(
        sa.select(
            sa.func.count(Document.id),
            sa.func.count().filter(Document.is_primary),
            sa.func.coalesce(sa.func.sum(Revision.length), 0),
        )
        .outerjoin(newest, newest.c.document_id == Document.id)
        .outerjoin(Revision, sa.and_(Revision.document_id == Document.id, Revision.number == newest.c.number))
        .where(_present(access.project.id), held_out.known(access))
    ).one()
    wanted = sa.select(sa.func.count()).where(Case.project_id == access.project.id, held_out.known_cases(access))
    cases = session.scalar(wanted) or 0
    return Extent(row[0], cases, row[1], int(row[2]))
