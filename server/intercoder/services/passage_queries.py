"""Passages by what is asked of them: a code with all below it, a case, an attribute, a type of source, words, another code beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Coding, Revision, Round, RoundState
from intercoder.services.access import Access, answers_hidden
from intercoder.services.counting import COMPARED
from intercoder.services.matrices import kind_id, kind_of, overlapping
from intercoder.services.study_tallies import Source, StudyPassage, StudyPassages
from intercoder.text.canonical import search_key


@dataclass(frozen=True)
class Wanted:
    """What is asked of passages; what is None or empty is not asked. ``attribute`` is one of the document or of its case.

    ``near``: at most so many characters from a passage of ``beside`` in the same text, where without it they overlap.
    ``coder``: passages in which this coder marked something that counts as their code.
    """

    code: str | None = None
    beside: str | None = None
    case: str | None = None
    document: str | None = None
    source: str | None = None
    primary: bool | None = None
    words: str = ""
    attribute: str | None = None
    value: str | None = None
    near: int | None = None
    coder: str | None = None


def chosen(session: Session, access: Access, study: StudyPassages, wanted: Wanted) -> Sequence[StudyPassage]:
    """Return the passages that are wanted, in the order of the texts. A statement where words or a coder are asked for, else none."""
    rows = study.rows if wanted.code is None else study.of(wanted.code)
    kept = {source.id for source in study.sources.values() if _fits(study, source, wanted)}
    rows = [row for row in rows if row.document in kept]
    if wanted.beside is not None:
        beside = study.of(wanted.beside)
        rows = overlapping(rows, beside) if wanted.near is None else _near(rows, beside, wanted.near)
    if wanted.coder is not None:
        rows = _of_coder(session, access, study, rows, UUID(wanted.coder))
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


def narrowed(session: Session, access: Access, study: StudyPassages, wanted: Wanted) -> StudyPassages:
    """Return a study of the passages alone that are wanted: what tables, matrices and comparisons of a view are made of."""
    return replace(study, rows=chosen(session, access, study, wanted))


def _near(rows: Sequence[StudyPassage], others: Sequence[StudyPassage], most: int) -> list[StudyPassage]:
    """Return those that begin or end at most so far from one of the others in the same text, which is not itself."""
    by_text: dict[str, list[StudyPassage]] = {}
    for other in others:
        by_text.setdefault(other.revision, []).append(other)

    def has(row: StudyPassage) -> bool:
        there = by_text.get(row.revision, ())
        return any(o.key != row.key and o.start - row.end <= most and row.start - o.end <= most for o in there)

    return [row for row in rows if has(row)]


def _of_coder(
    session: Session, access: Access, study: StudyPassages, rows: Sequence[StudyPassage], coder: UUID
) -> list[StudyPassage]:
    """Return those in which a coder marked something that counts as their code, in a compared round whose answers the person may know."""
    found = session.execute(
        sa.select(Assignment.revision_id, Coding.start, Coding.end, Coding.code_id, Coding.key)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Coding.coder_id == coder,
            Coding.deleted_at.is_(None),
            Assignment.project_id == access.project.id,
            Assignment.state == AssignmentState.SUBMITTED,
            Round.state.in_(COMPARED),
            Round.compared_at.is_not(None),
            Round.id.not_in(answers_hidden(access.project.id, access.actor.id)),
            # Where names are masked nobody is told who coded what before the round is settled.
            sa.or_(sa.literal(not access.project.masked_names), Round.state == RoundState.SETTLED),
        )
    )
    mapped = study.mapped
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for revision, start, end, code, key in found:
        counts = mapped.resolved(str(code), str(coder), str(key)).code
        for at in mapped.tree.path(counts) if counts in mapped.tree.parents else ():
            spans.setdefault((str(revision), at), []).append((start, end))

    def has(row: StudyPassage) -> bool:
        return any(start < row.end and row.start < end for start, end in spans.get((row.revision, row.code), ()))

    return [row for row in rows if has(row)]


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
