"""What lies behind a figure of saturation: the words that codes were applied to, a part at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Coding, Document, Level, Revision, Round, Stance, User
from intercoder.policy import Permission
from intercoder.services.access import Access
from intercoder.services.categories import properties
from intercoder.services.counting import counting
from intercoder.services.mapping import mapping
from intercoder.services.paging import Asked, Key, Mark, Page, marked_by, page
from intercoder.services.quoted import Cited, Holds
from intercoder.services.relations import relations
from intercoder.services.saturation import visible_rounds
from intercoder.stats.saturation.study.events import Kind


@dataclass(frozen=True)
class Quote:
    """Words that a code was applied to, in a compared round."""

    document_id: UUID
    title: str
    start: int
    end: int
    text: str
    #: the code as which it counts, and the one at the level of the figure
    code_id: UUID
    name: str
    at_level: str
    at_level_id: UUID
    colour: int
    coder: str
    round_number: int


_PLACES = (
    Key(Document.position, int),
    Key(Document.id, UUID),
    Key(Coding.start, int),
    Key(Coding.end, int),
    Key(Coding.coder_id, UUID),
    Key(Coding.key, UUID),
)
#: so many documents are looked into at first for a part of the list
_FEW = 4
_FOUND: sa.orm.Bundle[Any] = sa.orm.Bundle(
    "found",
    Document.id,
    Document.title,
    Coding.start,
    Coding.end,
    sa.func.substr(Revision.text, Coding.start + 1, Coding.end - Coding.start),
    Coding.code_id,
    Coding.coder_id,
    Coding.key,
    User.name,
    Assignment.round_id,
)


def evidence(
    session: Session,
    access: Access,
    asked: Asked,
    *,
    level: Level,
    document_id: UUID | None = None,
    code_id: UUID | None = None,
    of_case: bool = False,
    seen: Sequence[Round] | None = None,
) -> Page[Quote]:
    """Return a part of the submitted codings behind a figure, by document and in the order of the text.

    ``of_case``: of all documents of the case of ``document_id``. ``seen``: the rounds whose figures the person may see,
    where they are known already.

    Of compared rounds only: while a round is open its figures may be seen, its codings never.
    """
    rounds = [r for r in (visible_rounds(session, access) if seen is None else seen) if r.state.compared]
    compared = {r.id: r.number for r in rounds}
    mapped = mapping(session, access.project.id)
    places = mapped.places(level)
    marked = mapped.looks
    wanted_codes = {c for c, place in places.items() if code_id is None or place == str(code_id)}
    submitted = sa.and_(Assignment.round_id.in_(compared), Assignment.state == AssignmentState.SUBMITTED)
    counted = counting(session, mapped, wanted_codes, submitted)
    wanted = (
        sa.select(_FOUND)
        .select_from(Coding)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Document, Document.id == Assignment.document_id)
        .join(Revision, Revision.id == Assignment.revision_id)
        .join(User, User.id == Coding.coder_id)
        .where(
            submitted,
            Coding.deleted_at.is_(None),
            counted.condition,
            Assignment.document_id.in_(_of_case(document_id) if of_case else [document_id])
            if document_id
            else sa.true(),
        )
    )

    def quote(found: Sequence[Any]) -> Quote:
        document, title, start, end, text, code, coder_id, key, coder, round_id = found
        counts = mapped.codes[mapped.resolved(str(code), str(coder_id), str(key)).code]
        at_level = mapped.codes[places[counts.id]]
        return Quote(
            document,
            title,
            start,
            end,
            text,
            UUID(counts.id),
            counts.name,
            at_level.name,
            UUID(at_level.id),
            marked[counts.id].hue,
            coder,
            compared[round_id],
        )

    if document_id is None:
        # Sorting all codings of a study for fifty takes long; nearly always they lie in a few documents.
        mark = marked_by(asked.cursor, [key.kind for key in _PLACES]) if asked.cursor else None
        few = _documents_from(mark, access.project.id, submitted)
        part = page(session, wanted.where(Assignment.document_id.in_(few)), _PLACES, asked)
        if (part.previous if mark and mark.backward else part.next) is not None:
            return part.map(quote)
    return page(session, wanted, _PLACES, asked).map(quote)


@dataclass(frozen=True)
class ShownIn:
    """A passage that shows a relation, or a property: what that is called, the relation or the code that it leads to, where it stands."""

    name: str
    relation_id: UUID | None
    code_id: UUID | None
    cited: Cited


def shown_by(
    session: Session, access: Access, kind: Kind, document_id: UUID, *, of_case: bool = False
) -> list[ShownIn]:
    """Return the passages of a document, or of those of its case, that show relations or properties: what stands behind their number."""
    if not access.may(Permission.THEORY_VIEW):
        return []
    documents = set(session.scalars(_of_case(document_id))) if of_case else {document_id}
    if kind is Kind.RELATIONS:
        return [
            ShownIn(f"{relation.first.name} → {relation.second.name}", relation.row.id, None, passage.cited)
            for relation in relations(session, access)
            for passage in relation.evidence
            if passage.row.document_id in documents
            and passage.row.stance is Stance.FOR
            and passage.became.holds is Holds.HOLDS
        ]
    return [
        ShownIn(f"{one.code.name}: {one.row.name}", None, UUID(one.code.id), passage.cited)
        for one in properties(session, access)
        for passage in one.passages
        if passage.row.document_id in documents
        and passage.holds
        and (kind is Kind.PROPERTIES or passage.row.at is not None)
    ]


def _of_case(document_id: UUID) -> sa.Select[UUID]:
    """Return the documents of the case of a document; itself where it has none."""
    case = sa.select(Document.case_id).where(Document.id == document_id).scalar_subquery()
    return sa.select(Document.id).where(sa.or_(Document.id == document_id, Document.case_id == case))


def _documents_from(mark: Mark | None, project_id: UUID, submitted: sa.ColumnElement[bool]) -> sa.Select[UUID]:
    """Return the first few documents with submitted layers from a place in the list on, or up to it; from its beginning."""
    ordered = sa.select(Document.id).where(
        Document.project_id == project_id, sa.exists().where(Assignment.document_id == Document.id, submitted)
    )
    if mark is None or not mark.backward:
        ordered = ordered.order_by(Document.position, Document.id)
    else:
        ordered = ordered.order_by(Document.position.desc(), Document.id.desc())
    if mark is not None:
        position, document = mark.values[:2]
        further = Document.position < position if mark.backward else Document.position > position
        reached = Document.id <= document if mark.backward else Document.id >= document
        ordered = ordered.where(sa.or_(further, sa.and_(Document.position == position, reached)))
    return ordered.limit(_FEW)
