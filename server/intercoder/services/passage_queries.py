"""Passages by what is asked of them: a code with all below it, a case, an attribute, a type of source, words, another code beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Revision
from intercoder.services.matrices import kind_id, kind_of, overlapping
from intercoder.services.study_tallies import Source, StudyPassage, StudyPassages
from intercoder.text.canonical import search_key


@dataclass(frozen=True)
class Wanted:
    """What is asked of passages; what is None or empty is not asked. ``attribute`` is one of the document or of its case."""

    code: str | None = None
    beside: str | None = None
    case: str | None = None
    document: str | None = None
    source: str | None = None
    primary: bool | None = None
    words: str = ""
    attribute: str | None = None
    value: str | None = None


def chosen(session: Session, study: StudyPassages, wanted: Wanted) -> Sequence[StudyPassage]:
    """Return the passages that are wanted, in the order of the texts. One statement where words are asked for, else none."""
    rows = study.rows if wanted.code is None else study.of(wanted.code)
    kept = {source.id for source in study.sources.values() if _fits(study, source, wanted)}
    rows = [row for row in rows if row.document in kept]
    if wanted.beside is not None:
        rows = overlapping(rows, study.of(wanted.beside))
    return _with_words(session, rows, wanted.words) if wanted.words else rows


def _fits(study: StudyPassages, source: Source, wanted: Wanted) -> bool:
    if wanted.attribute is not None:
        of_case = study.attributes.get(source.case_id or "", {})
        value = source.attributes.get(wanted.attribute, of_case.get(wanted.attribute, ""))
        if not value or wanted.value not in {None, value}:
            return False
    return (
        wanted.case in {None, source.case_id}
        and wanted.document in {None, source.id}
        and wanted.primary in {None, source.primary}
        and wanted.source in {None, kind_id(kind_of(source))}
    )


def _with_words(session: Session, rows: Sequence[StudyPassage], words: str) -> list[StudyPassage]:
    """Return those in whose words all of the typed ones stand, however they are written."""
    keys = [search_key(word) for word in words.split()]
    revisions = sorted({UUID(row.revision) for row in rows})
    texts: dict[str, str] = {}
    for first in range(0, len(revisions), 500):
        found = session.execute(
            sa.select(Revision.id, Revision.text).where(Revision.id.in_(revisions[first : first + 500]))
        )
        texts |= {str(revision): text for revision, text in found}

    def has(row: StudyPassage) -> bool:
        key = search_key(texts[row.revision][row.start : row.end])
        return all(word in key for word in keys)

    return [row for row in rows if has(row)]
