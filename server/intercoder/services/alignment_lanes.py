"""Where the labels of a proposal meet in the text: the sentences, and all that coders marked in them, a lane for each mark."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Code, CodeState, Coding, Document, ProposedLabel, Revision
from intercoder.services.access import RoundAccess
from intercoder.text.units import paragraphs, sentences

#: places on a card; places that are looked at for them
PLACES, LOOKED_AT = 3, 12
#: characters between passages that may lie in one sentence; around them, in which sentences and paragraphs are cut
NEAR, WINDOW = 120, 1000
_SUBMITTED = (Coding.deleted_at.is_(None), Assignment.state == AssignmentState.SUBMITTED)


@dataclass(frozen=True)
class Lane:
    """What a coder marked in a paragraph: offsets in code points of the paragraph, cut to it.

    ``ours``: a label of the proposal; ``name``: of the label as which its coder lets it count; ``row``: under which line
    of lanes, from 0 on, those of one coder together.
    """

    coder: UUID
    key: UUID
    name: str
    start: int
    end: int
    ours: bool
    row: int = 0


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or the sentences of it that are shown; ``near``: the labels of the proposal are there, not beside it."""

    text: str
    near: bool
    lanes: Sequence[Lane]

    @property
    def rows(self) -> int:
        """How many lines of lanes hang under a line of text."""
        return max((lane.row for lane in self.lanes), default=-1) + 1


@dataclass(frozen=True)
class Place:
    """Sentences in which labels of a proposal are, with what else is marked there."""

    document_id: UUID
    title: str
    labels: int
    paragraphs: Sequence[Paragraph]


class _Mark(NamedTuple):
    label: UUID
    coder: UUID
    key: UUID
    start: int
    end: int
    revision: UUID
    document: UUID
    title: str


@dataclass(frozen=True)
class _Spot:
    """A stretch of a text with marks of the proposal; ``first``: where the ``text`` that is read begins."""

    marks: Sequence[_Mark]
    start: int
    end: int
    first: int = 0
    text: str = ""

    @property
    def labels(self) -> int:
        return len({mark.label for mark in self.marks})


def places(session: Session, access: RoundAccess, proposal_id: UUID, wider: int = 0) -> list[Place]:
    """Return the sentences in which most labels of a proposal of the round meet, at most ``PLACES``, in the order of the texts.

    Where no two meet, the first in which one of them is. ``wider``: so many paragraphs before and after are shown too.
    Three statements.
    """
    marks = _marks(session, access, proposal_id)
    near = sorted(_stretches(marks, NEAR), key=lambda spot: -spot.labels)
    wanted = [spot for spot in near if spot.labels > 1][:LOOKED_AT] or near[:1]
    spots = [part for spot in _read(session, wanted, WINDOW * (wider + 1)) for part in _by_sentence(spot)]
    best = sorted(spots, key=lambda spot: -spot.labels)
    met = [spot for spot in best if spot.labels > 1][:PLACES] or best[:1]
    order = {mark: place for place, mark in enumerate(marks)}
    shown = [_widened(spot, wider) for spot in sorted(met, key=lambda spot: order[spot.marks[0]])]
    return _with_lanes(session, access, shown, {mark.key for mark in marks})


def _marks(session: Session, access: RoundAccess, proposal_id: UUID) -> list[_Mark]:
    """Return the codings of the labels of a proposal, and of what their coders merged into them, in the order of the texts.

    The round is not asked for: its labels are applied in it alone, and SQLite would go through all that was coded in it.
    """
    own = (
        sa.select(ProposedLabel.code_id.label("id"), ProposedLabel.code_id.label("label"))
        .where(ProposedLabel.proposal_id == proposal_id)
        .cte("own", recursive=True)
    )
    own = own.union_all(
        sa.select(Code.id, own.c.label).where(
            Code.into_id == own.c.id, Code.round_id == access.round.id, Code.state == CodeState.MERGED
        )
    )
    rows = session.execute(
        sa.select(
            own.c.label,
            Coding.coder_id,
            Coding.key,
            Coding.start,
            Coding.end,
            Assignment.revision_id,
            Document.id,
            Document.title,
        )
        .select_from(own)
        .join(Coding, Coding.code_id == own.c.id)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Document, Document.id == Assignment.document_id)
        .where(*_SUBMITTED)
        .order_by(Document.position, Document.id, Coding.start, Coding.end, Coding.key)
    )
    return [_Mark._make(row) for row in rows]


def _stretches(marks: Iterable[_Mark], gap: int) -> Iterator[_Spot]:
    """Yield marks of one text that have no more than a gap between them; no stretch is longer than what is read around it."""
    for _, of_text in groupby(marks, key=lambda mark: mark.revision):
        here: list[_Mark] = []
        for mark in of_text:
            if here and (mark.start - max(m.end for m in here) > gap or mark.end - here[0].start > WINDOW):
                yield _spot(here)
                here = []
            here.append(mark)
        yield _spot(here)


def _spot(marks: Sequence[_Mark]) -> _Spot:
    return _Spot(marks, min(mark.start for mark in marks), max(mark.end for mark in marks))


def _read(session: Session, spots: Sequence[_Spot], around: int) -> list[_Spot]:
    """Return stretches with the text around them; nothing of a text is cut in the program that is not shown."""
    if not spots:
        return []
    firsts = [max(spot.start - around, 0) for spot in spots]
    rows = session.execute(
        sa.union_all(
            *(
                sa.select(
                    sa.literal(place).label("place"),
                    sa.func.substr(Revision.text, first + 1, spot.end + around - first).label("text"),
                ).where(Revision.id == spot.marks[0].revision)
                for place, (spot, first) in enumerate(zip(spots, firsts, strict=True))
            )
        )
    )
    texts = {place: text for place, text in rows}
    return [
        replace(spot, first=first, text=texts[place])
        for place, (spot, first) in enumerate(zip(spots, firsts, strict=True))
    ]


def _by_sentence(spot: _Spot) -> Iterator[_Spot]:
    """Yield the marks of a stretch that share a sentence, each with whole sentences around it."""
    units = [(start + spot.first, end + spot.first) for start, end in sentences(spot.text)]
    whole = []
    for mark in spot.marks:
        touched = [unit for unit in units if unit[0] < mark.end and mark.start < unit[1]]
        start, end = min([mark.start, *(u[0] for u in touched)]), max([mark.end, *(u[1] for u in touched)])
        whole.append((start, end, mark))
    here: list[_Mark] = []
    first = last = 0
    for start, end, mark in sorted(whole):
        if here and start >= last:
            yield replace(spot, marks=here, start=first, end=last)
            here = []
        if not here:
            first, last = start, end
        here, last = [*here, mark], max(last, end)
    yield replace(spot, marks=here, start=first, end=last)


def _widened(spot: _Spot, wider: int) -> _Spot:
    """Return a stretch with its whole paragraphs and so many before and after it; as it is where none is wanted."""
    lines = [(start + spot.first, end + spot.first) for start, end in paragraphs(spot.text)]
    touched = [n for n, (start, end) in enumerate(lines) if start < spot.end and spot.start < end]
    if not wider or not touched:
        return spot
    first, last = max(touched[0] - wider, 0), min(touched[-1] + wider, len(lines) - 1)
    return replace(spot, start=lines[first][0], end=lines[last][1])


# --- what is marked there ------------------------------------------------------------------------


def _with_lanes(session: Session, access: RoundAccess, spots: Sequence[_Spot], ours: set[UUID]) -> list[Place]:
    marked = _marked(session, access, spots)
    return [
        Place(
            spot.marks[0].document,
            spot.marks[0].title,
            spot.labels,
            [
                _paragraph(spot, start, end, [row for row in marked if row.place == place], ours)
                for start, end in _lines(spot)
            ],
        )
        for place, spot in enumerate(spots)
    ]


def _lines(spot: _Spot) -> list[tuple[int, int]]:
    shown = spot.text[spot.start - spot.first : spot.end - spot.first]
    return [(start + spot.start, end + spot.start) for start, end in paragraphs(shown)]


class _Marked(NamedTuple):
    place: int
    coder: UUID
    key: UUID
    start: int
    end: int
    name: str


def _marked(session: Session, access: RoundAccess, spots: Sequence[_Spot]) -> list[_Marked]:
    """Return every coding of the round in some stretches, with the name of the label as which its coder lets it count."""
    if not spots:
        return []
    found = sa.union_all(
        *(
            sa.select(
                sa.literal(place).label("place"), Coding.coder_id, Coding.key, Coding.start, Coding.end, Coding.code_id
            )
            .join(Assignment, Assignment.id == Coding.assignment_id)
            .where(
                *_SUBMITTED,
                Assignment.round_id == access.round.id,
                Assignment.document_id == spot.marks[0].document,
                Assignment.revision_id == spot.marks[0].revision,
                Coding.start < spot.end,
                Coding.end > spot.start,
            )
            for place, spot in enumerate(spots)
        )
    ).cte("found")
    walk = sa.select(found.c.code_id, found.c.code_id.label("at"), sa.literal(0).label("steps")).distinct()
    walked = walk.cte("walked", recursive=True)
    code = sa.orm.aliased(Code)
    target = sa.orm.aliased(Code)
    walked = walked.union_all(
        sa.select(walked.c.code_id, code.into_id, walked.c.steps + 1)
        .join(code, code.id == walked.c.at)
        .join(target, target.id == code.into_id)
        .where(code.state == CodeState.MERGED, target.round_id == access.round.id)
    )
    rows = session.execute(
        sa.select(found.c.place, found.c.coder_id, found.c.key, found.c.start, found.c.end, Code.name)
        .join(walked, walked.c.code_id == found.c.code_id)
        .join(Code, Code.id == walked.c.at)
        .order_by(found.c.place, found.c.coder_id, found.c.start, found.c.end, found.c.key, walked.c.steps)
    )
    last = {(row.place, row.coder_id, row.key): _Marked._make(row) for row in rows}
    return list(last.values())


def _paragraph(spot: _Spot, start: int, end: int, marked: Sequence[_Marked], ours: set[UUID]) -> Paragraph:
    """Return a paragraph with its lanes: each coder's below those of the one before, each mark where a row is free."""
    lanes: list[Lane] = []
    below = 0
    here = [mark for mark in marked if mark.start < end and start < mark.end]
    for coder, of_coder in groupby(here, key=lambda mark: mark.coder):
        free: list[int] = []
        for mark in of_coder:
            first, last = max(mark.start, start) - start, min(mark.end, end) - start
            row = next((n for n, until in enumerate(free) if until <= first), len(free))
            free[row : row + 1] = [last]
            lanes.append(Lane(coder, mark.key, mark.name, first, last, mark.key in ours, below + row))
        below += len(free)
    near = any(mark.start < end and start < mark.end for mark in spot.marks)
    return Paragraph(spot.text[start - spot.first : end - spot.first], near, lanes)
