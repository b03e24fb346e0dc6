"""The passages of a study: what stands in its texts as each concept, joined through the mapping. Every table of the theory counts these."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.events import Subject
from intercoder.models import (
    Assignment,
    AssignmentState,
    Case,
    Code,
    Coding,
    ConsensusCoding,
    Document,
    Event,
    Level,
    Revision,
    Round,
)
from intercoder.models.base import dashed, few_dashed, unread
from intercoder.policy import Permission
from intercoder.services import held_out
from intercoder.services.access import Access, answers_hidden
from intercoder.services.code_states import remembered
from intercoder.services.counting import COMPARED, tries_coders
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.study_tallies import Basis, Source, StudyPassage, StudyPassages

_CODINGS = Coding.metadata.tables[Coding.__tablename__].c
_CONSENSUS = ConsensusCoding.metadata.tables[ConsensusCoding.__tablename__].c


class _Layer(NamedTuple):
    """A submitted layer: of which document, in which round, of which wording."""

    document: str
    round: str
    revision: str


class _Raw(NamedTuple):
    """A coding that counts, before those that overlap are put together."""

    document: str
    revision: str
    start: int
    end: int
    code: str


class _Standing(NamedTuple):
    """What stands in the texts, whatever the materials are called and however they are described."""

    #: document -> its passages in the order of its text
    rows: Mapping[str, Sequence[StudyPassage]]
    #: document -> how many codings count there
    codings: Mapping[str, int]
    #: documents of which somebody submitted work, and those that one coder alone coded
    finished: frozenset[str]
    alone: frozenset[str]
    #: codings of split codes that nobody has put yet
    waiting: int


#: what acts are done to that change no coding, no layer and no consensus; what codes count as has a state of its own
_APART = (
    Subject.PROJECT,
    Subject.MEMBER,
    Subject.INVITATION,
    Subject.FILE,
    Subject.CASE,
    Subject.DOCUMENT,
    Subject.CODE,
    Subject.VERSION,
    Subject.REPORT,
    Subject.ELEMENT,
    Subject.RELATION,
)


def study_passages(session: Session, access: Access, basis: Basis = Basis.CONSENSUS) -> StudyPassages:
    """Return the passages of a study: of compared rounds that ask about the materials, and whose answers the person may know.

    O(codings), once for a state of rounds, rulings and codes; O(passages) for a state of the project. A handful of statements.
    """
    rounds = tuple(
        session.scalars(
            sa.select(Round.id)
            .where(
                Round.project_id == access.project.id,
                Round.state.in_(COMPARED),
                Round.compared_at.is_not(None),
                Round.id.not_in(tries_coders(access)),
                Round.id.not_in(answers_hidden(access.project.id, access.actor.id)),
            )
            .order_by(Round.number)
        )
    )
    # Every change of what is read here leaves a row in the project's own stream; a comparison says when it was finished.
    then = session.execute(
        sa.select(
            sa.select(sa.func.max(Event.seq)).where(Event.stream == access.project.id).scalar_subquery(),
            sa.select(sa.func.max(Round.compared_at)).where(Round.project_id == access.project.id).scalar_subquery(),
            sa.select(Event.seq)
            .where(Event.stream == access.project.id, Event.subject_kind.not_in(_APART))
            .order_by(Event.seq.desc())
            .limit(1)
            .scalar_subquery(),
        )
    ).one()
    compared = str(then[1])

    def standing() -> _Standing:
        about = ("standing passages", basis, rounds)
        return remembered(
            session, access.project.id, about, lambda: _standing(session, access, basis, rounds), (then[2], compared)
        )

    # Who manages the materials knows of documents that are held out; what is remembered for one must not be shown to another.
    about = ("study passages", basis, rounds, access.may(Permission.MATERIALS_MANAGE))
    return remembered(
        session, access.project.id, about, lambda: _read(session, access, basis, standing()), (then[0], compared)
    )


def _standing(session: Session, access: Access, basis: Basis, rounds: Sequence[UUID]) -> _Standing:
    mapped = mapping(session, access.project.id)
    layers = _layers(session, rounds)
    each = Counter((layer.document, layer.round) for layer in layers.values())
    sole = {assignment: layer for assignment, layer in layers.items() if each[layer.document, layer.round] == 1}
    raw, waiting = _coded(session, mapped, layers if basis is Basis.CODERS else sole)
    if basis is Basis.CONSENSUS:
        agreed, more = _agreed(session, mapped, rounds)
        raw, waiting = [*raw, *agreed], waiting + more
    alone = {layer.document for layer in sole.values()} - {document for (document, _), many in each.items() if many > 1}
    rows = _put_together(raw, mapped, _starred(session, mapped, layers))
    finished = frozenset(layer.document for layer in layers.values())
    return _Standing(rows, Counter(row.document for row in raw), finished, frozenset(alone), waiting)


def _read(session: Session, access: Access, basis: Basis, standing: _Standing) -> StudyPassages:
    mapped = mapping(session, access.project.id)
    sources, cases = _sources(session, access, standing.finished)
    rows = [row for source in sources for row in standing.rows.get(source, ())]
    names = {case: name for case, (name, _) in cases.items()}
    attributes = {case: given for case, (_, given) in cases.items()}
    definitions = {
        str(code): text
        for code, text in session.execute(
            sa.select(Code.id, Code.definition).where(Code.project_id == access.project.id, Code.definition != "")
        )
    }
    many = len(standing.alone & sources.keys())
    counted = sum(n for document, n in standing.codings.items() if document in sources)
    return StudyPassages(basis, mapped, sources, names, attributes, definitions, rows, many, counted, standing.waiting)


def _layers(session: Session, rounds: Collection[UUID]) -> dict[str, _Layer]:
    """Return the submitted layers of some rounds by their assignments."""
    rows = session.execute(
        sa.select(
            unread(Assignment.id),
            unread(Assignment.document_id),
            unread(Assignment.round_id),
            unread(Assignment.revision_id),
        ).where(Assignment.round_id.in_(rounds), Assignment.state == AssignmentState.SUBMITTED)
    )
    return {dashed(a): _Layer(few_dashed(d), few_dashed(r), few_dashed(revision)) for a, d, r, revision in rows}


def _sources(
    session: Session, access: Access, finished: Collection[str]
) -> tuple[dict[str, Source], dict[str, tuple[str, Mapping[str, str]]]]:
    newest = (
        sa.select(Revision.length)
        .where(Revision.document_id == Document.id)
        .order_by(Revision.number.desc())
        .limit(1)
        .correlate(Document)
        .scalar_subquery()
    )
    cases: dict[str, tuple[str, Mapping[str, str]]] = {
        str(case): (name, attributes)
        for case, name, attributes in session.execute(
            sa.select(Case.id, Case.name, Case.attributes)
            .where(Case.project_id == access.project.id, held_out.known_cases(access))
            .order_by(Case.position, Case.id)
        )
    }
    place = {case: n for n, case in enumerate(cases)}
    rows = session.execute(
        sa.select(
            Document.id,
            Document.title,
            Document.position,
            Document.case_id,
            Document.source_type,
            Document.source,
            Document.is_primary,
            Document.attributes,
            sa.func.coalesce(newest, 0),
        ).where(Document.project_id == access.project.id, Document.removed_at.is_(None), held_out.known(access))
    ).all()
    made = [
        Source(
            str(row[0]),
            row[1],
            row[2],
            str(row[3]) if row[3] else None,
            cases[str(row[3])][0] if row[3] else "",
            row[4],
            row[5],
            row[6],
            row[7],
            row[8],
            str(row[0]) in finished,
        )
        for row in rows
    ]
    made.sort(key=lambda s: (place.get(s.case_id or "", len(place)), s.position, s.id))
    return {source.id: source for source in made}, cases


def _coded(session: Session, mapped: Mapped, layers: Mapping[str, _Layer]) -> tuple[list[_Raw], int]:
    """Return the codings of some layers as what they count as, and how many of them wait."""
    by_passage, settled = mapped.map.by_passage, mapped.map.settled
    columns = [unread(_CODINGS.assignment_id), _CODINGS.start, _CODINGS.end, unread(_CODINGS.code_id)]
    if by_passage:  # else nobody asks which coding it is
        columns += [unread(_CODINGS.coder_id), unread(_CODINGS.key)]
    found: list[_Raw] = []
    waiting = 0
    assignments = [*layers]
    for first in range(0, len(assignments), 500):
        here = [UUID(a) for a in assignments[first : first + 500]]
        rows = session.execute(
            sa.select(*columns).where(_CODINGS.assignment_id.in_(here), _CODINGS.deleted_at.is_(None))
        ).all()
        for assignment, start, end, code, *which in rows:
            applied = few_dashed(code)
            if applied in by_passage:
                counts = mapped.resolved(applied, few_dashed(which[0]), dashed(which[1]))
                waiting += counts.waits
                counted_as = counts.code
            else:
                counted_as = settled.get(applied, applied)
            layer = layers[few_dashed(assignment)]
            found.append(_Raw(layer.document, layer.revision, start, end, counted_as))
    return found, waiting


def _agreed(session: Session, mapped: Mapped, rounds: Sequence[UUID]) -> tuple[list[_Raw], int]:
    """Return the codings of the consensus of some rounds as what they count as, and how many of them wait."""
    rows = session.execute(
        sa.select(
            unread(_CONSENSUS.document_id),
            unread(_CONSENSUS.revision_id),
            _CONSENSUS.start,
            _CONSENSUS.end,
            unread(_CONSENSUS.code_id),
        ).where(_CONSENSUS.round_id.in_(rounds))
    )
    by_passage, settled = mapped.map.by_passage, mapped.map.settled
    put = _put(session, mapped, rounds) if by_passage else {}
    found: list[_Raw] = []
    waiting = 0
    for document, revision, start, end, code in rows:
        applied, of = few_dashed(code), few_dashed(document)
        if applied in by_passage:
            parts = put.get((of, start, end, applied), frozenset())
            # Coders' passages of one place may have been put at two parts: then nobody has said what stands.
            only = next(iter(parts)) if len(parts) == 1 else None
            waiting += only is None
            counted_as = only or mapped.map.resolved(applied).code
        else:
            counted_as = settled.get(applied, applied)
        found.append(_Raw(of, few_dashed(revision), start, end, counted_as))
    return found, waiting


def _put(session: Session, mapped: Mapped, rounds: Sequence[UUID]) -> dict[tuple[str, int, int, str], frozenset[str]]:
    """Return at which parts of a split code the codings at each place of it were put: document, span, code of the consensus."""
    by_passage = mapped.map.by_passage
    rows = session.execute(
        sa.select(
            unread(Assignment.document_id),
            _CODINGS.start,
            _CODINGS.end,
            unread(_CODINGS.code_id),
            unread(_CODINGS.coder_id),
            unread(_CODINGS.key),
        )
        .join(Assignment, Assignment.id == _CODINGS.assignment_id)
        .where(
            Assignment.round_id.in_(rounds),
            _CODINGS.code_id.in_([UUID(code) for code in by_passage]),
            _CODINGS.deleted_at.is_(None),
        )
    )
    put: dict[tuple[str, int, int, str], frozenset[str]] = {}
    for document, start, end, code, coder, key in rows:
        applied = few_dashed(code)
        counts = mapped.resolved(applied, few_dashed(coder), dashed(key))
        if not counts.waits:
            here = (few_dashed(document), start, end, applied)
            put[here] = put.get(here, frozenset()) | {counts.code}
    return put


def _starred(session: Session, mapped: Mapped, layers: Mapping[str, _Layer]) -> set[_Raw]:
    """Return the codings that their coders marked as typical."""
    rows = session.execute(
        sa.select(
            unread(_CODINGS.assignment_id),
            unread(Assignment.revision_id),
            _CODINGS.start,
            _CODINGS.end,
            unread(_CODINGS.code_id),
            unread(_CODINGS.coder_id),
            unread(_CODINGS.key),
        )
        .join(Assignment, Assignment.id == _CODINGS.assignment_id)
        .where(
            Assignment.round_id.in_({UUID(layer.round) for layer in layers.values()}),
            _CODINGS.typical.is_(True),
            _CODINGS.deleted_at.is_(None),
        )
    )
    return {
        _Raw(
            layers[dashed(assignment)].document,
            few_dashed(revision),
            start,
            end,
            mapped.resolved(few_dashed(code), few_dashed(coder), dashed(key)).code,
        )
        for assignment, revision, start, end, code, coder, key in rows
        if dashed(assignment) in layers
    }


def _put_together(raw: Iterable[_Raw], mapped: Mapped, stars: Collection[_Raw]) -> dict[str, list[StudyPassage]]:
    """Return the passages of each document in the order of its text: codings of one concept that overlap are one."""
    tree = mapped.tree
    lifted: dict[str, str] = {}
    for code in tree.parents:
        label = tree.levels[code] is Level.LABEL
        lifted[code] = (tree.at_level(code, Level.CONCEPT) if label else code) or code
    grouped: dict[tuple[str, str, str], list[_Raw]] = {}
    for row in raw:
        at = lifted.get(row.code)
        if at is not None:  # else it was retired: it counts nowhere
            grouped.setdefault((row.document, row.revision, at), []).append(row)
    made: dict[str, list[StudyPassage]] = {}
    for (document, revision, code), rows in grouped.items():
        rows.sort()  # all else that a row says is the same in all of them, but for the label
        for start, end, these in _stretches(rows):
            labels = tuple(dict.fromkeys([row.code for row in these if row.code != code]))
            starred = bool(stars) and any(row in stars for row in these)
            made.setdefault(document, []).append(StudyPassage(document, revision, code, start, end, labels, starred))
    for passages in made.values():
        passages.sort(key=lambda p: (p.revision, p.start, p.end, p.code))
    return made


def _stretches(rows: Sequence[_Raw]) -> Iterator[tuple[int, int, Sequence[_Raw]]]:
    """Yield where codings of one code in one text lie that overlap, with those codings; the codings in order."""
    if len(rows) == 1:
        yield rows[0].start, rows[0].end, rows
        return
    first = 0
    while first < len(rows):
        end, last = rows[first].end, first + 1
        while last < len(rows) and rows[last].start < end:
            end, last = max(end, rows[last].end), last + 1
        yield rows[first].start, end, rows[first:last]
        first = last
