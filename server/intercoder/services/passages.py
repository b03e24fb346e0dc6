"""The passages of a code: what was marked as it, or as a code below it, in the words around it; what every count opens."""

import enum
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    Case,
    CodeState,
    Coding,
    ConsensusCoding,
    Disagreement,
    DisagreementSide,
    DisagreementState,
    Document,
    Level,
    Revision,
    Round,
    RoundState,
    User,
)
from intercoder.services import held_out
from intercoder.services.access import Access, comparison_finished
from intercoder.services.consensus import FINISHED
from intercoder.services.counting import Counting, counting, of_study, seen
from intercoder.services.mapping import Mapped, MappedCode, mapping
from intercoder.services.paging import BEGINNING, Asked, Key, Page, Value, marked_by, page

#: code points of the text before and after a passage
CONTEXT = 160
#: after every case that there is
_LAST = 2**31 - 1
_NO_CASE = UUID(int=0)


class Group(enum.StrEnum):
    """By what passages are put together."""

    DOCUMENT = "document"
    CASE = "case"
    CODER = "coder"


class Stands(enum.StrEnum):
    """What became of a passage in the consensus."""

    AGREED = "agreed"  #: everybody has it
    RULED = "ruled"  #: it stands by a ruling
    WAITS = "waits"  #: nobody has ruled yet
    LEFT_OUT = "left_out"  #: a ruling left it out


@dataclass(frozen=True)
class Wanted:
    """Which passages of a code are wanted, and how they are put together."""

    group: Group = Group.DOCUMENT
    coder: UUID | None = None
    case: UUID | None = None
    document: UUID | None = None
    round: UUID | None = None
    level: Level | None = None

    def fits(self, layer: "Layer") -> bool:
        """Whether passages of a layer are wanted."""
        return (
            self.coder in {None, layer.coder_id}
            and self.case in {None, layer.case_id}
            and self.document in {None, layer.document_id}
            and self.round in {None, layer.round_id}
        )


class Layer(NamedTuple):
    """A coder's work on one document, with how many passages of the code it has."""

    id: UUID
    coder_id: UUID
    coder: str
    document_id: UUID
    title: str
    position: int
    case_id: UUID | None
    round_id: UUID
    round_number: int
    round_state: RoundState
    passages: int


@dataclass(frozen=True)
class Passage:
    """Words that count as a code, in their context.

    ``before`` and ``after`` are of the same paragraph; ``cut_before`` and ``cut_after``: it goes on beyond them. ``code``
    is what the passage counts as, ``applied`` what its coder applied; ``disagreement``: the place where it waits.
    """

    layer: Layer
    key: UUID
    start: int
    end: int
    before: str
    text: str
    after: str
    cut_before: bool
    cut_after: bool
    applied: MappedCode
    code: MappedCode
    waits: bool
    memo: str
    doubt: int
    typical: bool
    stands: Stands | None = None
    disagreement: UUID | None = None


@dataclass(frozen=True)
class Passages:
    """The passages of a code: where they are, and one part of the list.

    ``waiting``: split code -> how many of its passages nobody has put yet.
    """

    code: MappedCode
    mapped: Mapped
    layers: Sequence[Layer]
    cases: Sequence[tuple[UUID, str]]
    waiting: Mapping[str, int]
    part: Page[Passage] = field(default_factory=lambda: Page([]))

    @cached_property
    def total(self) -> int:
        """How many there are, whatever is wanted of them."""
        return sum(layer.passages for layer in self.layers)

    def counts(self, of: Callable[[Layer], UUID | None]) -> Counter[UUID | None]:
        """Return how many passages there are of each coder, case, document or round."""
        counted: Counter[UUID | None] = Counter()
        for layer in self.layers:
            counted[of(layer)] += layer.passages
        return counted


def passages(
    session: Session, access: Access, code_id: UUID, wanted: Wanted = Wanted(), asked: Asked = BEGINNING
) -> Passages:
    """Return a part of the passages that count today as a code or as one below it, and where all of them are.

    Of compared rounds; of an open one only own work.
    """
    mapped = mapping(session, access.project.id)
    code = mapped.codes[str(code_id)]
    below = [c for c in mapped.tree.parents if code.id in mapped.tree.path(c)]
    at = frozenset(c for c in (*below, code.id) if wanted.level in {None, mapped.codes[c].level})
    counted = counting(session, mapped, at, seen(access), of_study(access))
    layers = _layers(session, access, counted)
    waiting = Counter(single.counts.code for single in counted.singles if single.counts.waits)
    cases = session.execute(
        sa.select(Case.id, Case.name)
        .where(Case.project_id == access.project.id, held_out.known_cases(access))
        .order_by(Case.position, Case.id)
    )
    there = Passages(code, mapped, layers, [(case, name) for case, name in cases], waiting)
    part = _part(session, there, counted, wanted, asked)
    return Passages(code, mapped, layers, there.cases, waiting, part)


def layers_with(
    access: Access, passages: sa.ColumnElement[int], *more: sa.SQLColumnExpression[UUID]
) -> sa.Select[*tuple[Any, ...]]:
    """Return the query of the layers that a person may see, with the fields of ``Layer`` and what is wanted besides."""
    coder = (Assignment.id, User.id, User.name)
    document = (Document.id, Document.title, Document.position, Document.case_id)
    return (
        sa.select(*coder, *document, Round.id, Round.number, Round.state, passages, *more)
        .join(Document, Document.id == Assignment.document_id)
        .join(Round, Round.id == Assignment.round_id)
        .join(User, User.id == Assignment.coder_id)
        .where(Assignment.project_id == access.project.id, seen(access))
    )


def _layers(session: Session, access: Access, counted: Counting) -> list[Layer]:
    many = (
        sa.select(Coding.assignment_id, sa.func.count().label("passages"))
        .where(counted.condition, Coding.deleted_at.is_(None))
        .group_by(Coding.assignment_id)
        .subquery()
    )
    rows = session.execute(
        layers_with(access, many.c.passages)
        .join(many, many.c.assignment_id == Assignment.id)
        .order_by(Document.position, Document.id, Round.number, User.name, User.id)
    )
    return [Layer._make(row) for row in rows]


# --- a part of the list --------------------------------------------------------------------------

_SPAN = (Key(Coding.start, int), Key(Coding.end, int))
_IN_TEXT = (Key(sa.case((Coding.typical, 0), else_=1), int), *_SPAN, Key(Coding.coder_id, UUID), Key(Coding.key, UUID))
_DOCUMENTS = (Key(Document.position, int), Key(Document.id, UUID))
_CASES = (Key(sa.func.coalesce(Case.position, _LAST), int), Key(sa.func.coalesce(Case.id, _NO_CASE), UUID))
_BEGINS = sa.case((Coding.start > CONTEXT, Coding.start - CONTEXT), else_=0)
_PLACED = (Coding.coder_id, Coding.key, Coding.code_id, Coding.start, Coding.end)
#: a row of these, in this order, is what ``passage_of`` takes after the layer
CODING = (*_PLACED, Coding.memo, Coding.doubt, Coding.typical)
_ROW: sa.orm.Bundle[Any] = sa.orm.Bundle(
    "row",
    Coding.assignment_id,
    *CODING,
    sa.func.substr(Revision.text, _BEGINS + 1, Coding.end - _BEGINS + CONTEXT),
    Revision.length,
)


def _part(session: Session, there: Passages, counted: Counting, wanted: Wanted, asked: Asked) -> Page[Passage]:
    layers = [layer for layer in there.layers if wanted.fits(layer)]
    group, place = _order(there, layers, wanted.group)
    keys = (*group, *_IN_TEXT)
    few = _few(layers, place, asked, keys, len(group))
    rows = (
        sa.select(_ROW)
        .select_from(Coding)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Document, Document.id == Assignment.document_id)
        .outerjoin(Case, Case.id == Document.case_id)
        .join(Revision, Revision.id == Assignment.revision_id)
        .where(Assignment.id.in_(few), counted.condition, Coding.deleted_at.is_(None))
    )
    by_id = {layer.id: layer for layer in layers}
    part = page(session, rows, keys, asked).map(lambda row: passage_of(there.mapped, by_id[row[0]], *row[1:]))
    found = standing(session, there.mapped, part.rows)
    return Page([found.get((p.layer.coder_id, p.key), p) for p in part.rows], part.previous, part.next)


def _order(
    there: Passages, layers: Sequence[Layer], group: Group
) -> tuple[Sequence[Key], Callable[[Layer], tuple[Value, ...]]]:
    """Return by what passages are put together, as columns and as what a layer has there."""
    if group is Group.CASE:
        # As the database numbers them, also where two cases share a place.
        order = {case: n for n, (case, _) in enumerate(there.cases)}
        column = sa.case(order, value=Document.case_id, else_=_LAST) if order else sa.literal(_LAST)
        return (Key(column, int), *_DOCUMENTS), lambda at: (
            order.get(at.case_id or _NO_CASE, _LAST),
            at.position,
            at.document_id,
        )
    if group is Group.CODER:
        people = sorted({(layer.coder, layer.coder_id) for layer in layers})
        rank = {coder: n for n, (_, coder) in enumerate(people)}
        column = sa.case(rank, value=Coding.coder_id, else_=_LAST) if rank else sa.literal(_LAST)
        return (Key(column, int), *_DOCUMENTS), lambda at: (rank[at.coder_id], at.position, at.document_id)
    return _DOCUMENTS, lambda at: (at.position, at.document_id)


def _few(
    layers: Sequence[Layer],
    place: Callable[[Layer], tuple[Value, ...]],
    asked: Asked,
    keys: Sequence[Key],
    width: int,
) -> list[UUID]:
    """Return the layers among which the wanted part of the list lies: sorting all passages for fifty takes long."""
    mark = marked_by(asked.cursor, [key.kind for key in keys]) if asked.cursor else None
    groups: dict[tuple[Any, ...], list[Layer]] = {}
    for layer in layers:
        groups.setdefault(place(layer), []).append(layer)
    backward = mark is not None and mark.backward
    edge = None if mark is None else mark.values[:width]
    few: list[UUID] = []
    left = asked.limit + 1
    for at in sorted(groups, reverse=backward):
        if edge is not None and (at > edge if backward else at < edge):
            continue
        if left <= 0:
            break
        few += [layer.id for layer in groups[at]]
        left -= 0 if at == edge else sum(layer.passages for layer in groups[at])
    return few


def passage_of(
    mapped: Mapped,
    layer: Layer,
    coder: UUID,
    key: UUID,
    code: UUID,
    start: int,
    end: int,
    memo: str,
    doubt: int,
    typical: bool,
    words: str,
    length: int,
) -> Passage:
    """Return a passage in its context; ``words``: of its text, from ``CONTEXT`` before it to as many after it."""
    counts = mapped.resolved(str(code), str(coder), str(key))
    first = max(start - CONTEXT, 0)
    before, text, after = words[: start - first], words[start - first : end - first], words[end - first :]
    kept_before, kept_after = before.rpartition("\n")[2], after.partition("\n")[0]
    return Passage(
        layer,
        key,
        start,
        end,
        kept_before,
        text,
        kept_after,
        kept_before == before and first > 0,
        kept_after == after and end + len(after) < length,
        mapped.codes[str(code)],
        mapped.codes[counts.code],
        counts.waits,
        memo,
        doubt,
        typical,
    )


# --- what became of them -------------------------------------------------------------------------


def standing(session: Session, mapped: Mapped, rows: Sequence[Passage]) -> dict[tuple[UUID, UUID], Passage]:
    """Return the passages of compared rounds with what became of them in the consensus, by coder and key."""
    compared = [p for p in rows if p.layer.round_state.compared]
    rounds = {p.layer.round_id for p in compared}
    places = _places(session, compared, rounds)
    kept = _consensus(session, mapped, compared, rounds)
    told = {}
    for p in compared:
        here = (p.layer.coder_id, p.key)
        state, disagreement = places.get(here, (None, None))
        by_ruling = kept.get((p.layer.round_id, p.layer.document_id, p.start, p.end, p.code.id))
        told[here] = replace(p, stands=_became(by_ruling, state), disagreement=disagreement)
    return told


def _became(by_ruling: bool | None, state: DisagreementState | None) -> Stands | None:
    if by_ruling is not None:
        return Stands.RULED if by_ruling else Stands.AGREED
    if state is None:
        return None
    return Stands.LEFT_OUT if state is DisagreementState.RULED else Stands.WAITS


def _places(
    session: Session, rows: Sequence[Passage], rounds: Iterable[UUID]
) -> dict[tuple[UUID, UUID], tuple[DisagreementState, UUID]]:
    """Return the disagreement at which each passage stands, by coder and key."""
    sides = DisagreementSide
    found = session.execute(
        sa.select(sides.coder, sides.key, Disagreement.state, Disagreement.id)
        .join(Disagreement, Disagreement.id == sides.disagreement_id)
        .where(
            sides.round_id.in_(rounds),
            sides.coder.in_({p.layer.coder_id for p in rows}),
            sides.key.in_([p.key for p in rows]),
            Disagreement.state != DisagreementState.VOID,
            comparison_finished(sides.round_id),
        )
        .order_by(Disagreement.state == DisagreementState.RULED)
    )
    places: dict[tuple[UUID, UUID], tuple[DisagreementState, UUID]] = {}
    for coder, key, state, disagreement in found:
        places.setdefault((coder, key), (state, disagreement))
    return places


def _consensus(
    session: Session, mapped: Mapped, rows: Sequence[Passage], rounds: Iterable[UUID]
) -> dict[tuple[UUID, UUID, int, int, str], bool]:
    """Return what stands in the consensus where these passages are, and whether by a ruling: round, document, span, code."""
    layer = ConsensusCoding
    found = session.execute(
        sa.select(
            layer.round_id, layer.document_id, layer.start, layer.end, layer.code_id, layer.ruling_id.is_not(None)
        ).where(
            layer.round_id.in_(rounds),
            layer.document_id.in_({p.layer.document_id for p in rows}),
            layer.start.in_({p.start for p in rows}),
            FINISHED,
        )
    )
    return {(*place, end): bool(ruled) for *place, code, ruled in found for end in mapped.map.ends(str(code))}  # type: ignore[misc] # a row's first columns


def parts(mapped: Mapped, code: MappedCode) -> list[MappedCode]:
    """Return the codes among which a code was split; none where it was not."""
    return [mapped.codes[str(part)] for part in code.split] if code.state is CodeState.SPLIT else []
