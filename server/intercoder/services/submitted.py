"""The submitted layers of rounds, each coding with what it counts as, and the codes of such a round.

Whoever calls this has made sure that the person who asks may know of these rounds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Code, CodeState, Coding, Document, Round, Unit, VersionCode
from intercoder.models.base import dashed, few_dashed, unread
from intercoder.services.code_states import remembered
from intercoder.services.codebook import Entry, tree_order
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.missing_units import MissingUnits, missing_units, said_in
from intercoder.services.units import units_of
from intercoder.services.versions import version_entries
from intercoder.stats.differences import Coding as Mark

_TEXT = sa.Uuid(as_uuid=False)


@dataclass(frozen=True)
class Layer:
    """The submitted, independent work on one document: the codings of each coder who finished, in the order of the text.

    Each with the code that it counts as. ``applied``: (coder, coding) -> the code that was applied, where that is
    another; ``waiting``: how many codings of split codes nobody has put yet.
    """

    round_id: UUID
    document_id: UUID
    revision_id: UUID
    codings: Mapping[UUID, Sequence[Mark]]
    applied: Mapping[tuple[str, str], str]
    waiting: int = 0
    #: coder → the units that are missing values, of those who have any; of free spans nobody has
    missing: Mapping[UUID, MissingUnits] = field(default_factory=dict)


#: documents whose codings are read at once
_BATCH = 16


def submitted_layers(session: Session, round_ids: Sequence[UUID], mapped: Mapped) -> Iterator[Layer]:
    """Yield the submitted layers of some rounds, by document in the order of the study; some documents are read at a time.

    ``mapped`` says what each coding counts as.

    Whoever calls this has made sure that the person who asks may know of these rounds.
    """
    finished = session.execute(
        sa.select(
            Assignment.id,
            Assignment.round_id,
            Assignment.document_id,
            Assignment.revision_id,
            Assignment.coder_id,
            Round.unit,
        )
        .join(Document, Document.id == Assignment.document_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(Assignment.round_id.in_(round_ids), Assignment.state == AssignmentState.SUBMITTED)
        .order_by(Document.position, Document.id, Assignment.coder_id)
    ).all()
    grouped: dict[tuple[UUID, UUID, UUID, Unit], dict[UUID, UUID]] = {}
    for a in finished:
        grouped.setdefault((a.round_id, a.document_id, a.revision_id, a.unit), {})[a.coder_id] = a.id
    documents = list(grouped.items())
    for batch in (documents[i : i + _BATCH] for i in range(0, len(documents), _BATCH)):
        marks = _marks(session, {a: coder for _, layers in batch for coder, a in layers.items()}, mapped)
        by_unit = [a for (*_, unit), layers in batch if unit is not Unit.SPAN for a in layers.values()]
        said = said_in(session, by_unit) if by_unit else {}
        for (of_round, document, revision, unit), layers in batch:
            read = {coder: marks[str(a)] for coder, a in layers.items()}
            units = units_of(session, revision, unit) if said.keys() & {*layers.values()} else None
            yield Layer(
                of_round,
                document,
                revision,
                {coder: layer.marks for coder, layer in read.items()},
                {coding: code for layer in read.values() for coding, code in layer.applied.items()},
                sum(layer.waiting for layer in read.values()),
                {
                    coder: missing_units(units, ((m.start, m.end) for m in read[coder].marks), said[a])
                    for coder, a in layers.items()
                    if units is not None and a in said
                },
            )


@dataclass
class _Read:
    """The codings of one layer, as they are read."""

    marks: list[Mark] = field(default_factory=list)
    applied: dict[tuple[str, str], str] = field(default_factory=dict)
    waiting: int = 0


def _marks(session: Session, coder_of: Mapping[UUID, UUID], mapped: Mapped) -> dict[str, _Read]:
    """Return the codings of assignments, by assignment; an object for each identifier would cost more than its row."""
    coders = {str(assignment): str(coder) for assignment, coder in coder_of.items()}
    read = {assignment: _Read() for assignment in coders}
    columns = (unread(Coding.assignment_id), unread(Coding.key), unread(Coding.code_id), Coding.start, Coding.end)
    rows = session.execute(
        sa.select(*columns)
        .where(Coding.assignment_id.in_([*coder_of]), Coding.deleted_at.is_(None))
        .order_by(Coding.start, Coding.end, Coding.code_id, Coding.key)
    )
    # Most codes count as themselves: of those one look into a table is all that the mapping costs.
    elsewhere = {*mapped.map.into, *mapped.map.split}
    for assignment, key, code, start, end in rows:
        of, named, applied = few_dashed(assignment), dashed(key), few_dashed(code)
        layer, coder = read[of], coders[of]
        if applied in elsewhere:
            counts = mapped.resolved(applied, coder, named)
            layer.waiting += counts.waits
            layer.applied[coder, named] = applied
            layer.marks.append(Mark(named, coder, counts.code, start, end))
        else:
            layer.marks.append(Mark(named, coder, applied, start, end))
    return read


def missing_units_of(
    session: Session, round_: Round, documents: Sequence[UUID]
) -> dict[tuple[UUID, UUID], MissingUnits]:
    """Return (document, coder) → the units that are missing in that submitted layer, for those in which any are."""
    if round_.unit is Unit.SPAN:
        return {}
    layers = {
        a.id: a
        for a in session.execute(
            sa.select(Assignment.id, Assignment.document_id, Assignment.coder_id, Assignment.revision_id).where(
                Assignment.round_id == round_.id,
                Assignment.document_id.in_(documents),
                Assignment.state == AssignmentState.SUBMITTED,
            )
        )
    }
    said = said_in(session, layers)
    coded: dict[UUID, list[tuple[int, int]]] = {}
    spans = sa.select(Coding.assignment_id, Coding.start, Coding.end).where(
        Coding.assignment_id.in_(said), Coding.deleted_at.is_(None)
    )
    for assignment, start, end in session.execute(spans) if said else ():
        coded.setdefault(assignment, []).append((start, end))
    found = {}
    for assignment, of_layer in said.items():
        a = layers[assignment]
        units = units_of(session, a.revision_id, round_.unit)
        found[a.document_id, a.coder_id] = missing_units(units, coded.get(assignment, ()), of_layer)
    return {place: missing for place, missing in found.items() if missing}


def codes_of(session: Session, round_: Round, mapped: Mapped) -> frozenset[str]:
    """Return what the codings of a round may count as: what its codes, pinned or made in it, count as."""
    wanted = sa.select(sa.type_coerce(VersionCode.code_id, _TEXT)).where(VersionCode.version_id == round_.version_id)
    return _ends(round_, mapped, session.scalars(wanted))


def _ends(round_: Round, mapped: Mapped, pinned: Iterable[str]) -> frozenset[str]:
    named, hidden = str(round_.id), {CodeState.PROPOSED, CodeState.DECLINED}
    made = [code.id for code in mapped.codes.values() if code.round == named and code.state not in hidden]
    return frozenset(end for code in (*pinned, *made) for end in (code, *mapped.map.ends(code)))


def round_codebook(session: Session, round_: Round) -> Sequence[Entry]:
    """Return all codes that codings of a compared round may have or count as.

    The pinned version, what coders added, and what these count as since the codebook was changed.
    """
    about = ("of round", round_.id, round_.version_id)
    return remembered(session, round_.project_id, about, lambda: _round_codebook(session, round_))


def _round_codebook(session: Session, round_: Round) -> list[Entry]:
    pinned = version_entries(session, round_.version_id)
    known = {str(row.id) for row in pinned}
    others = _ends(round_, mapping(session, round_.project_id), known) - known
    rows = session.scalars(sa.select(Code).where(Code.id.in_(map(UUID, others)))).all() if others else []
    return tree_order([*pinned, *rows])
