"""Passages that the examples of codes quote: checked when they are named, their words read from the text."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.models import Document, Passage, Revision
from intercoder.services.command import Command, Offset

#: characters of a passage that may be quoted
LONGEST = 2000
#: passages that are read with one statement
TOGETHER = 100
#: places of some words that are told
PLACES = 20


class PassageIn(Command):
    """The passage that an example quotes: a text, and offsets in code points, half-open."""

    revision: UUID
    start: Offset
    end: Offset


@dataclass(frozen=True)
class Quotation:
    """A quoted passage with its words and the document that they stand in."""

    passage: Passage
    words: str
    document_id: UUID
    title: str


def passage_of(session: Session, project_id: UUID, given: PassageIn) -> Passage:
    """Return a passage of one of the project's texts; refused where there is none."""
    length = session.scalar(
        sa.select(Revision.length)
        .join(Document)
        .where(Revision.id == given.revision, Document.project_id == project_id)
    )
    if length is None:
        raise InvalidInput("no_such_text", "The text that the example quotes is not one of this project.")
    if not given.start < given.end <= length:
        raise InvalidInput("outside_text", "The passage that the example quotes does not lie in its text.")
    if given.end - given.start > LONGEST:
        raise InvalidInput("long_quotation", "An example quotes at most {n} characters.", n=LONGEST)
    return Passage(given.revision, given.start, given.end)


def quotations(session: Session, passages: Iterable[Passage | None]) -> dict[Passage, Quotation]:
    """Return the words of passages, and where they stand."""
    wanted = sorted({p for p in passages if p is not None}, key=lambda p: (p.revision.bytes, p.start, p.end))
    quoted: dict[Passage, Quotation] = {}
    for first in range(0, len(wanted), TOGETHER):
        part = wanted[first : first + TOGETHER]
        rows = session.execute(
            sa.union_all(
                *(
                    sa.select(
                        sa.literal(place),
                        sa.func.substr(Revision.text, p.start + 1, p.end - p.start),
                        Document.id,
                        Document.title,
                    )
                    .join(Document)
                    .where(Revision.id == p.revision)
                    for place, p in enumerate(part)
                )
            )
        )
        for place, words, document, title in rows:
            quoted[part[place]] = Quotation(part[place], words, document, title)
    return quoted


def places_of(session: Session, project_id: UUID, words: str) -> list[Quotation]:
    """Return where some words stand in the latest texts of the project, each document's first place, at most ``PLACES``."""
    if not words:
        return []
    newest = sa.orm.aliased(Revision)
    number = sa.select(sa.func.max(newest.number)).where(newest.document_id == Document.id).scalar_subquery()
    position = sa.func.instr if session.get_bind().dialect.name == "sqlite" else sa.func.strpos
    at = position(Revision.text, words)
    rows = session.execute(
        sa.select(Revision.id, at, Document.id, Document.title)
        .join(Document)
        .where(Document.project_id == project_id, Document.removed_at.is_(None), Revision.number == number, at > 0)
        .order_by(Document.position, Document.id)
        .limit(PLACES)
    )
    return [
        Quotation(Passage(revision, start - 1, start - 1 + len(words)), words, document, title)
        for revision, start, document, title in rows
    ]
