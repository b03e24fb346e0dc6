"""The first passages of every code of a project, for a file of the codebook."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, Coding, Document, Revision
from intercoder.services.access import Access
from intercoder.services.counting import by_code, of_study, seen
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.passages import CODING, CONTEXT, Layer, Passage, layers_with, passage_of, standing

#: passages of one code that a file holds
MOST = 50
#: passages whose place in the consensus is asked for with one statement
TOGETHER = 500


@dataclass(frozen=True)
class CodePassages:
    """The first passages of each code, without those of the codes below it.

    ``total``: how many each code has; a code that has none is in neither. Identifiers of codes as text.
    """

    mapped: Mapped
    first: Mapping[str, Sequence[Passage]]
    total: Mapping[str, int]


class _Place(NamedTuple):
    assignment: UUID
    coder: UUID
    key: UUID
    code: UUID
    start: int
    end: int
    memo: str
    doubt: int
    typical: bool


def first_passages(session: Session, access: Access, most: int) -> CodePassages:
    """Return for each code at most so many passages that count as it today: typical ones, then in the order of the documents.

    Of compared rounds; of an open one only own work. O(codings); a handful of statements and one for each 500 passages.
    """
    mapped = mapping(session, access.project.id)
    first: dict[str, list[_Place]] = {}
    single: Counter[str] = Counter()
    for place in _ranked(session, access, mapped, most):
        code = str(place.code)
        end = mapped.resolved(code, str(place.coder), str(place.key)).code
        single[end] += code in mapped.map.by_passage
        kept = first.setdefault(end, [])
        if len(kept) < most:
            kept.append(place)
    layers = _layers(session, access, {place.assignment for places in first.values() for place in places})

    def shown(place: _Place) -> Passage:
        layer, text = layers[place.assignment]
        words = text[max(place.start - CONTEXT, 0) : place.end + CONTEXT]
        return passage_of(mapped, layer, *place[1:], words, len(text))

    total = single + _whole(session, access, mapped)
    made = {code: [shown(place) for place in places] for code, places in first.items()}
    told = _told(session, mapped, [passage for rows in made.values() for passage in rows])
    return CodePassages(mapped, {code: [told.get(_key(p), p) for p in rows] for code, rows in made.items()}, total)


def _ranked(session: Session, access: Access, mapped: Mapped, most: int) -> Iterator[_Place]:
    """Yield the first codings of each code that was applied, and all of those that are looked at one by one."""
    split = [UUID(code) for code in mapped.map.by_passage]
    in_text = (Document.position, Document.id, Coding.start, Coding.end, Coding.coder_id, Coding.key)
    order = (sa.case((Coding.typical, 0), else_=1), *in_text)
    ranked = (
        sa.select(
            Coding.assignment_id,
            *CODING,
            sa.func.row_number().over(partition_by=Coding.code_id, order_by=order).label("rank"),
            sa.func.row_number().over(order_by=order).label("place"),
        )
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Document, Document.id == Assignment.document_id)
        .where(
            Assignment.project_id == access.project.id,
            seen(access),
            Coding.deleted_at.is_(None),
            sa.or_(of_study(access), Coding.code_id.in_(split)),
        )
        .subquery()
    )
    single = ranked.c.code_id.in_(split)
    columns = [ranked.c[column.key] for column in (Coding.assignment_id, *CODING)]
    rows = session.execute(sa.select(*columns).where(sa.or_(ranked.c.rank <= most, single)).order_by(ranked.c.place))
    return (_Place._make(row) for row in rows)


def _whole(session: Session, access: Access, mapped: Mapped) -> Counter[str]:
    """Return how many passages each code has by the codes whose codings go one way."""
    counted: Counter[str] = Counter()
    for code, many in by_code(session, access):
        if code not in mapped.map.by_passage:
            counted[mapped.map.settled.get(code, code)] += many
    return counted


def _layers(session: Session, access: Access, wanted: set[UUID]) -> dict[UUID, tuple[Layer, str]]:
    """Return layers with the texts that they are of."""
    rows = session.execute(layers_with(access, sa.literal(0), Assignment.revision_id))
    layers = {row[0]: (Layer._make(row[:-1]), row[-1]) for row in rows if row[0] in wanted}
    of = sa.select(Assignment.revision_id).where(Assignment.project_id == access.project.id, seen(access))
    texts: dict[UUID, str] = dict(
        session.execute(sa.select(Revision.id, Revision.text).where(Revision.id.in_(of))).all()
    )
    return {assignment: (layer, texts[revision]) for assignment, (layer, revision) in layers.items()}


def _told(session: Session, mapped: Mapped, rows: Sequence[Passage]) -> dict[tuple[UUID, UUID], Passage]:
    told: dict[tuple[UUID, UUID], Passage] = {}
    for begin in range(0, len(rows), TOGETHER):
        told |= standing(session, mapped, rows[begin : begin + TOGETHER])
    return told


def _key(passage: Passage) -> tuple[UUID, UUID]:
    return passage.layer.coder_id, passage.key
