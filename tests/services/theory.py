"""What tests of a theory start from: a compared round, its passages, stars and relations."""

from uuid import UUID

import sqlalchemy as sa

from cast import Cast
from intercoder.models import Coding, ConsensusCoding, ElementKind, RelationSort
from intercoder.policy import Permission
from intercoder.services import elements, quotations, relating, relations
from intercoder.services.elements import NewElement
from intercoder.services.quotations import QuotationRead, Star
from intercoder.services.relating import End, EvidenceIn, NewRelation
from intercoder.services.relations import RelationRead


def coding(cast: Cast, person: str, code: str, n: int = 0) -> dict[str, UUID]:
    """Return the name of a coder's passage that was coded with a code."""
    with cast.database.reading() as session:
        key = session.scalars(
            sa.select(Coding.key)
            .where(Coding.coder_id == cast.people[person].id, Coding.code_id == cast.codes[code])
            .order_by(Coding.start)
        ).all()[n]
    return {"coder": cast.people[person].id, "key": key}


def agreed(cast: Cast, code: str) -> dict[str, UUID]:
    """Return the name of a passage of the consensus."""
    with cast.database.reading() as session:
        row = session.scalars(
            sa.select(ConsensusCoding.id)
            .where(ConsensusCoding.code_id == cast.codes[code])
            .order_by(ConsensusCoding.round_id, ConsensusCoding.start)
        ).first()
    assert row is not None
    return {"consensus": row}


def star(cast: Cast, code: str, passage: dict[str, UUID], *cuts: tuple[int, int]) -> UUID:
    """Star a passage; cuts are counted from its beginning."""
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        made = quotations.star(session, access, cast.codes[code], Star.model_validate(passage))
        if cuts:
            lead = cast.access(session, "lena", Permission.THEORY_EDIT, "quotation", made.id)
            shorter = [{"start": made.start + first, "end": made.start + last} for first, last in cuts]
            quotations.shorten(
                session, lead, made.id, None, quotations.QuotationChange.model_validate({"cuts": shorter})
            )
        return made.id


def stars(cast: Cast, code: str | None = None, person: str = "olga") -> list[QuotationRead]:
    """Return the typical quotations that a person sees."""
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.THEORY_VIEW)
        return quotations.quotations(session, access, cast.codes[code] if code else None)


def element(cast: Cast, kind: ElementKind, name: str = "", code: str | None = None) -> UUID:
    """Add an element."""
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        given = NewElement(kind=kind, name=name, code=cast.codes[code] if code else None)
        return elements.add_element(session, access, given).id


def relate(cast: Cast, first: End, second: End, sort: RelationSort = RelationSort.CAUSES) -> UUID:
    """Relate two things."""
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        return relating.relate(session, access, NewRelation(first=first, second=second, sort=sort)).id


def evidence(cast: Cast, relation: UUID, passage: dict[str, UUID], **more: str) -> UUID:
    """Put a passage to a relation."""
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        return relating.add_evidence(session, access, relation, EvidenceIn.model_validate(passage | more)).id


def read(cast: Cast, relation: UUID, person: str = "olga") -> RelationRead:
    """Return a relation as a person sees it."""
    with cast.database.reading() as session:
        return relations.relation(session, cast.access(session, person, Permission.THEORY_VIEW), relation)
