"""What stands in the texts of a study as each concept, read on from an earlier reading: texts alone are read in which something changed.

Whoever calls this has made sure that the person who asks may know of these rounds.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Coding, ConsensusCoding, Level, Round
from intercoder.models.base import dashed, few_dashed, unread, unread_time
from intercoder.services.decided import decisions
from intercoder.services.held_layers import FEW
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.study_tallies import Basis, StudyPassage

_CODINGS = Coding.metadata.tables[Coding.__tablename__].c
_CONSENSUS = ConsensusCoding.metadata.tables[ConsensusCoding.__tablename__].c
_LAYERS = Assignment.metadata.tables[Assignment.__tablename__].c
#: codes -> what they count as and at which concept; of what is looked at passage by passage the number of the mapping
Counts = Mapping[str, tuple[Hashable, str | None]]
_NOWHERE: tuple[Hashable, str | None] = (None, None)


class _Layer(NamedTuple):
    """A submitted layer: of which document, in which round, of which wording; when it was submitted, after which it does not change."""

    document: str
    round: str
    revision: str
    at: Hashable


class _Raw(NamedTuple):
    """A coding that counts, before those that overlap are put together."""

    document: str
    revision: str
    start: int
    end: int
    code: str


class StandingPassages(NamedTuple):
    """What stands in the texts, whatever the materials are called and however they are described."""

    #: document -> its passages in the order of its text
    rows: Mapping[str, Sequence[StudyPassage]]
    #: document -> how many codings count there, and how many of them are of split codes and nobody has put them
    codings: Mapping[str, int]
    waiting: Mapping[str, int]
    #: documents of which somebody submitted work, and those that one coder alone coded
    finished: frozenset[str]
    alone: frozenset[str]
    #: document -> what differs as soon as something does that is read there, and the codes that were applied in it
    stamps: Mapping[str, Hashable]
    held: Mapping[str, frozenset[str]]
    counts: Counts


class _Wanted(NamedTuple):
    """Of which documents codings are read, and of which codes alone; None: of all."""

    documents: frozenset[str]
    codes: frozenset[str] | None


@dataclass(frozen=True)
class _Read:
    """What was read of some documents."""

    raw: list[_Raw] = field(default_factory=list)
    waiting: Counter[str] = field(default_factory=Counter)
    held: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[str, Sequence[StudyPassage]] = field(default_factory=dict)


def standing(
    session: Session, project_id: UUID, basis: Basis, rounds: Sequence[UUID], before: StandingPassages | None
) -> StandingPassages:
    """Return what stands in the texts of some rounds, of an earlier reading of these rounds or of others.

    O(documents), and O(codings) of those in which a layer came or went, something was decided, or a code counts otherwise.
    """
    mapped = mapping(session, project_id)
    layers = _layers(session, rounds)
    counts, stamps = _counts(mapped), _stamps(session, basis, rounds, layers)
    changed = _changed(stamps, counts, before)
    each = Counter((layer.document, layer.round) for layer in layers.values())
    sole = {assignment: layer for assignment, layer in layers.items() if each[layer.document, layer.round] == 1}
    alone = {layer.document for layer in sole.values()} - {document for (document, _), many in each.items() if many > 1}
    counting = layers if basis is Basis.CODERS else sole

    def reading(documents: frozenset[str], codes: frozenset[str] | None = None) -> _Read:
        read, wanted = _Read(), _Wanted(documents, codes)
        _coded(session, mapped, _of(counting, documents), wanted, read)
        if basis is Basis.CONSENSUS:
            _agreed(session, mapped, rounds, wanted, read)
        read.rows.update(_put_together(read.raw, counts, _starred(session, mapped, _of(layers, documents))))
        return read

    read = reading(changed.whole)
    rows = read.rows
    codings = Counter(row.document for row in read.raw)
    held = {document: frozenset(codes) for document, codes in read.held.items()}
    if before is not None:
        same = stamps.keys() - changed.whole
        rows |= {d: before.rows[d] for d in same if d in before.rows}
        held |= {d: before.held[d] for d in same if d in before.held}
        codings.update({d: before.codings[d] for d in same if d in before.codings})
        read.waiting.update({d: before.waiting[d] for d in same if d in before.waiting})
        if changed.part:
            fresh = reading(changed.part, changed.codes).rows
            for d in changed.part:
                kept = [passage for passage in rows.pop(d, ()) if passage.code not in changed.concepts]
                if together := sorted([*kept, *fresh.get(d, ())], key=_in_text):
                    rows[d] = together
    return StandingPassages(rows, codings, read.waiting, frozenset(stamps), frozenset(alone), stamps, held, counts)


def _of(layers: Mapping[str, _Layer], documents: Collection[str]) -> dict[str, _Layer]:
    return {assignment: layer for assignment, layer in layers.items() if layer.document in documents}


def _layers(session: Session, rounds: Collection[UUID]) -> dict[str, _Layer]:
    """Return the submitted layers of some rounds by their assignments."""
    rows = session.execute(
        sa.select(
            unread(_LAYERS.id),
            unread(_LAYERS.document_id),
            unread(_LAYERS.round_id),
            unread(_LAYERS.revision_id),
            unread_time(_LAYERS.submitted_at),
        ).where(_LAYERS.round_id.in_(rounds), _LAYERS.state == AssignmentState.SUBMITTED)
    )
    return {dashed(a): _Layer(few_dashed(d), few_dashed(r), few_dashed(text), at) for a, d, r, text, at in rows}


def _counts(mapped: Mapped) -> Counts:
    """Return what each code counts as, and at which concept, or itself where it is none of a concept; nothing of what was retired."""
    tree, by_passage, settled = mapped.tree, mapped.map.by_passage, mapped.map.settled
    made: dict[str, tuple[Hashable, str | None]] = {}
    for code in mapped.codes:
        end = settled.get(code, code)
        at = None
        if end in tree.parents:
            at = (tree.at_level(end, Level.CONCEPT) if tree.levels[end] is Level.LABEL else end) or end
        made[code] = (mapped.number if code in by_passage else end, at)
    return made


def _stamps(
    session: Session, basis: Basis, rounds: Sequence[UUID], layers: Mapping[str, _Layer]
) -> dict[str, Hashable]:
    """Return of each document what differs as soon as a layer of it comes or goes, or something is decided there."""
    of: dict[str, list[Hashable]] = {}
    for assignment, layer in sorted(layers.items()):
        of.setdefault(layer.document, []).append((assignment, layer.round, layer.at))
    if basis is Basis.CODERS:
        return {document: tuple(whose) for document, whose in of.items()}
    states = decisions(session, rounds)
    of_rounds = session.execute(sa.select(Round.id, Round.compared_at).where(Round.id.in_(rounds)))
    compared = {str(round_): at for round_, at in of_rounds}
    each: dict[str, set[str]] = {}
    for layer in layers.values():
        each.setdefault(layer.document, set()).add(layer.round)
    return {
        document: (tuple(whose), *((r, compared.get(r), states.get((r, document))) for r in sorted(each[document])))
        for document, whose in of.items()
    }


class _Changed(NamedTuple):
    """What is read: some documents whole, of others the codings of some codes, which are all of some concepts."""

    whole: frozenset[str]
    part: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    concepts: frozenset[str] = frozenset()


def _changed(stamps: Mapping[str, Hashable], counts: Counts, before: StandingPassages | None) -> _Changed:
    """Return what is read: documents in which something changed, and of those with codes that count otherwise the concepts that are touched."""
    if before is None:
        return _Changed(frozenset(stamps))
    both, held = (counts, before.counts), before.held
    codes = {code for code in counts.keys() | before.counts.keys() if counts.get(code) != before.counts.get(code)}
    single = {code for code in codes for of in both if isinstance(of.get(code, _NOWHERE)[0], int)}
    whole = {
        document
        for document, stamp in stamps.items()
        if before.stamps.get(document) != stamp or not single.isdisjoint(held.get(document, ()))
    }
    codes -= single
    concepts = {at for code in codes for of in both if (at := of.get(code, _NOWHERE)[1]) is not None}
    part = {document for document in stamps.keys() - whole if not codes.isdisjoint(held.get(document, ()))}
    codes |= {code for code, (_, at) in counts.items() if at in concepts}
    return _Changed(frozenset(whole), frozenset(part), frozenset(codes), frozenset(concepts))


def _few(column: sa.ColumnElement[UUID], wanted: Collection[str] | None) -> sa.ColumnElement[bool]:
    """Return the condition of a few things; where nothing is said, or they are many, none: then whoever reads looks itself."""
    return column.in_(map(UUID, wanted)) if wanted is not None and len(wanted) <= FEW else sa.true()


def _coded(session: Session, mapped: Mapped, layers: Mapping[str, _Layer], wanted: _Wanted, read: _Read) -> None:
    """Read the codings of some layers that are wanted as what they count as."""
    codes = wanted.codes
    by_passage, settled = mapped.map.by_passage, mapped.map.settled
    columns = [unread(_CODINGS.assignment_id), _CODINGS.start, _CODINGS.end, unread(_CODINGS.code_id)]
    if by_passage:  # else nobody asks which coding it is
        columns += [unread(_CODINGS.coder_id), unread(_CODINGS.key)]
    assignments = [*layers]
    for first in range(0, len(assignments), 500):
        here = [UUID(a) for a in assignments[first : first + 500]]
        rows = session.execute(
            sa.select(*columns).where(
                _CODINGS.assignment_id.in_(here), _CODINGS.deleted_at.is_(None), _few(_CODINGS.code_id, codes)
            )
        ).all()
        for assignment, start, end, code, *which in rows:
            applied, layer = few_dashed(code), layers[few_dashed(assignment)]
            if codes is not None and applied not in codes:
                continue
            counted_as = settled.get(applied, applied)
            if applied in by_passage:
                counts = mapped.resolved(applied, few_dashed(which[0]), dashed(which[1]))
                read.waiting[layer.document] += counts.waits
                counted_as = counts.code
            read.held.setdefault(layer.document, set()).add(applied)
            read.raw.append(_Raw(layer.document, layer.revision, start, end, counted_as))


def _agreed(session: Session, mapped: Mapped, rounds: Sequence[UUID], wanted: _Wanted, read: _Read) -> None:
    """Read the codings of the consensus that are wanted as what they count as."""
    documents, codes = wanted
    if not documents:
        return
    rows = session.execute(
        sa.select(
            unread(_CONSENSUS.document_id),
            unread(_CONSENSUS.revision_id),
            _CONSENSUS.start,
            _CONSENSUS.end,
            unread(_CONSENSUS.code_id),
        ).where(
            _CONSENSUS.round_id.in_(rounds), _few(_CONSENSUS.document_id, documents), _few(_CONSENSUS.code_id, codes)
        )
    )
    by_passage, settled = mapped.map.by_passage, mapped.map.settled
    put = _put(session, mapped, rounds, documents) if by_passage else {}
    for document, revision, start, end, code in rows:
        applied, of = few_dashed(code), few_dashed(document)
        if of not in documents or (codes is not None and applied not in codes):
            continue
        counted_as = settled.get(applied, applied)
        if applied in by_passage:
            parts = put.get((of, start, end, applied), frozenset())
            # Coders' passages of one place may have been put at two parts: then nobody has said what stands.
            only = next(iter(parts)) if len(parts) == 1 else None
            read.waiting[of] += only is None
            counted_as = only or mapped.map.resolved(applied).code
        read.held.setdefault(of, set()).add(applied)
        read.raw.append(_Raw(of, few_dashed(revision), start, end, counted_as))


def _put(
    session: Session, mapped: Mapped, rounds: Sequence[UUID], documents: Collection[str]
) -> dict[tuple[str, int, int, str], frozenset[str]]:
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
            _few(_LAYERS.document_id, documents),
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
    if not layers:
        return set()
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
            _few(_LAYERS.document_id, {layer.document for layer in layers.values()}),
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


def _put_together(raw: Iterable[_Raw], counts: Counts, stars: Collection[_Raw]) -> dict[str, Sequence[StudyPassage]]:
    """Return the passages of each document in the order of its text: codings of one concept that overlap are one."""
    grouped: dict[tuple[str, str, str], list[_Raw]] = {}
    for row in raw:
        _, at = counts.get(row.code, (None, None))
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
        passages.sort(key=_in_text)
    return dict(made)


def _in_text(passage: StudyPassage) -> tuple[str, int, int, str]:
    return passage.revision, passage.start, passage.end, passage.code


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
