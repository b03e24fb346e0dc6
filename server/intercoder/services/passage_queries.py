"""Passages by what is asked of them: a code with all below it, a case, an attribute, a type of source, words, another code beside it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    AssignmentState,
    Backing,
    Coding,
    ConsensusCoding,
    Disagreement,
    DisagreementSide,
    Revision,
    Round,
    RoundState,
    Succession,
)
from intercoder.services.access import Access, answers_hidden
from intercoder.services.counting import COMPARED
from intercoder.services.disagreements import WAITING
from intercoder.services.matrices import kind_id, kind_of, overlapping
from intercoder.services.quoted import visible
from intercoder.services.study_tallies import Source, StudyPassage, StudyPassages
from intercoder.text.canonical import search_key


@dataclass(frozen=True)
class Wanted:
    """What is asked of passages; what is None or empty is not asked. ``attribute`` is one of the document or of its case.

    ``near``: at most so many characters from a passage of ``beside`` in the same text, where without it they overlap;
    ``sequence``: before or after one, anywhere in the text where ``near`` is not said.
    ``coder``: passages in which this coder marked something that counts as their code; ``agreement``: what stands behind that.
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
    agreement: Backing | None = None
    sequence: Succession | None = None


def chosen(session: Session, access: Access, study: StudyPassages, wanted: Wanted) -> Sequence[StudyPassage]:
    """Return the passages that are wanted, in the order of the texts. A statement each where words, a coder or agreement are asked for, else none."""
    rows = study.rows if wanted.code is None else study.of(wanted.code)
    kept = {source.id for source in study.sources.values() if _fits(study, source, wanted)}
    rows = [row for row in rows if row.document in kept]
    if wanted.beside is not None:
        beside = study.of(wanted.beside)
        apart = wanted.near is not None or wanted.sequence is not None
        rows = near_to(rows, beside, wanted.near, wanted.sequence) if apart else overlapping(rows, beside)
    if wanted.coder is not None:
        rows = _of_coder(session, access, study, rows, UUID(wanted.coder))
    if wanted.agreement is not None:
        rows = _backed(session, access, study, rows, wanted.agreement)
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


def near_to(
    rows: Sequence[StudyPassage],
    others: Sequence[StudyPassage],
    most: int | None,
    sequence: Succession | None = None,
) -> list[StudyPassage]:
    """Return those that stand at most so far from one of the others in the same text, which is not itself, or before or after one.

    Without a sequence what overlaps is near too; with one the two do not.
    """
    by_text: dict[str, list[StudyPassage]] = {}
    for other in others:
        by_text.setdefault(other.revision, []).append(other)

    def fits(row: StudyPassage, other: StudyPassage) -> bool:
        behind, ahead = other.start - row.end, row.start - other.end
        gap = {Succession.BEFORE: behind, Succession.AFTER: ahead, None: max(behind, ahead, 0)}[sequence]
        return other.key != row.key and gap >= 0 and (most is None or gap <= most)

    return [row for row in rows if any(fits(row, other) for other in by_text.get(row.revision, ()))]


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
    holds = _holding(
        study,
        (
            (str(revision), start, end, [mapped.resolved(str(code), str(coder), str(key)).code])
            for revision, start, end, code, key in found
        ),
    )
    return [row for row in rows if holds(row)]


def _backed(
    session: Session, access: Access, study: StudyPassages, rows: Sequence[StudyPassage], backing: Backing
) -> list[StudyPassage]:
    """Return those on which coders agreed, that stand by a ruling, or about which nothing is decided, in rounds whose answers the person may know."""
    d, layer = Disagreement, ConsensusCoding
    if backing is Backing.OPEN:
        asked = (
            sa.select(d.revision_id, d.start, d.end, DisagreementSide.code)
            .join(DisagreementSide, DisagreementSide.disagreement_id == d.id)
            .where(d.project_id == access.project.id, visible(access, d.round_id), d.state.in_(WAITING))
        )
    else:
        ruled = layer.ruling_id.is_not(None) if backing is Backing.RULED else layer.ruling_id.is_(None)
        asked = sa.select(layer.revision_id, layer.start, layer.end, layer.code_id).where(
            layer.project_id == access.project.id, visible(access, layer.round_id), ruled
        )
    ends = study.mapped.map.ends
    holds = _holding(
        study,
        ((str(revision), start, end, ends(str(of))) for revision, start, end, of in session.execute(asked)),
    )
    return [row for row in rows if holds(row)]


def _holding(
    study: StudyPassages, spans: Iterable[tuple[str, int, int, Iterable[str]]]
) -> Callable[[StudyPassage], bool]:
    """Return whether one of some spans, each with what it counts as, lies at a passage of that code or one above it."""
    path, known = study.mapped.tree.path, study.mapped.tree.parents
    held: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for revision, start, end, counts in spans:
        for at in {above for code in counts if code in known for above in path(code)}:
            held.setdefault((revision, at), []).append((start, end))

    def holds(row: StudyPassage) -> bool:
        return any(start < row.end and row.start < end for start, end in held.get((row.revision, row.code), ()))

    return holds


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
