"""What the rulings of a round stand for: each as it was made, its codes as what they count as under a mapping.

A ruling is in force while its place is ruled. It is not ended when its place is one no more, or when a code of it was
split: it sleeps, and holds again once that was taken back.
"""

import enum
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    CodeState,
    Coding,
    ConsensusCoding,
    Disagreement,
    DisagreementSide,
    DisagreementState,
    Round,
    Ruling,
    StandingCoding,
    uuid7,
)
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.rows import TEXT, Row, plainly
from intercoder.stats.differences import Place

#: of a ruling: it holds, neither taken back nor followed by another nor asleep
IN_FORCE = sa.and_(Ruling.ended_at.is_(None), Disagreement.state == DisagreementState.RULED)


class Force(enum.StrEnum):
    """Whether a ruling holds."""

    IN_FORCE = "in_force"
    #: neither taken back nor followed by another; a code of it was split, or its place is one no more
    ASLEEP = "asleep"
    ENDED = "ended"


def force(ruling: Ruling, place: Disagreement) -> Force:
    """Return whether a ruling at a place holds."""
    if ruling.ended_at is not None:
        return Force.ENDED
    return Force.IN_FORCE if place.state is DisagreementState.RULED else Force.ASLEEP


#: code, start, end
Stands = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Made:
    """A ruling that nobody has taken back or followed by another."""

    id: str
    codings: tuple[StandingCoding, ...]

    def stands(self, place: Place, applied: Mapping[tuple[str, str], str], mapped: Mapped) -> frozenset[Stands] | None:
        """Return the codings that stand by it; None when one is of a split code, and nothing says what it counts as here.

        That is said by the codings of this place whose code it was: by all of them, and in the same way.
        """
        ends: dict[str, set[str]] = defaultdict(set)
        for mark in place.codings:
            ends[applied.get((mark.coder, mark.id), mark.code)].add(mark.code)
        stands: set[Stands] = set()
        for coding in self.codings:
            code = str(coding.code)
            counted = mapped.map.resolved(code)
            here = ends.get(code, set()) if counted.waits else {counted.code}
            if len(here) != 1:
                return None
            (end,) = here
            if mapped.codes[end].state is CodeState.SPLIT:
                return None
            stands.add((end, coding.start, coding.end))
        return frozenset(stands)


def counted_at(session: Session, round_: Round, place_id: UUID, code: UUID) -> UUID:
    """Return what the code of a ruling in force counts as in the consensus of its round.

    A code that was split is what the codings of that place count as whose code it was; see ``Made.stands``.
    """
    end = mapping(session, round_.project_id, round_.compared_mapping).map.resolved(str(code))
    if not end.waits:
        return UUID(end.code)
    side = DisagreementSide
    here = (
        sa.select(side.code)
        .join(Coding, sa.and_(Coding.coder_id == side.coder, Coding.key == side.key))
        .where(side.disagreement_id == place_id, Coding.code_id == code)
    )
    return session.scalars(here.limit(1)).one()


def stands_at(
    session: Session, place_id: UUID, codings: Sequence[StandingCoding], mapped: Mapped
) -> frozenset[tuple[UUID, int, int]] | None:
    """Return what codings count as at a place, as ``Made.stands`` says it; None where one is of a split code and nothing says it."""
    stands: set[tuple[UUID, int, int]] = set()
    for coding in codings:
        end = mapped.map.resolved(str(coding.code))
        counts = {UUID(end.code)}
        if end.waits:
            side = DisagreementSide
            here = (
                sa.select(side.code)
                .join(Coding, sa.and_(Coding.coder_id == side.coder, Coding.key == side.key))
                .where(side.disagreement_id == place_id, Coding.code_id == coding.code)
            )
            counts = set(session.scalars(here))
        if len(counts) != 1:
            return None
        (code,) = counts
        if mapped.codes[str(code)].state is CodeState.SPLIT:
            return None
        stands.add((code, coding.start, coding.end))
    return frozenset(stands)


def rulings_made(session: Session, round_id: UUID) -> dict[str, Made]:
    """Return the last ruling of each place of a round that was not taken back, by place."""
    wanted = (
        sa.select(sa.type_coerce(Ruling.disagreement_id, TEXT), sa.type_coerce(Ruling.id, TEXT), Ruling.codings)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .where(Disagreement.round_id == round_id, Ruling.ended_at.is_(None))
    )
    return {place: Made(ruling, codings) for place, ruling, codings in session.execute(wanted)}


@dataclass(frozen=True, slots=True)
class Where:
    """What the rows of one document have in common."""

    project_id: str
    round_id: str
    document_id: str
    revision_id: str

    def row(self, **more: object) -> Row:
        """Return a new row."""
        return {
            "id": str(uuid7()),
            "project_id": self.project_id,
            "round_id": self.round_id,
            "document_id": self.document_id,
            "revision_id": self.revision_id,
            **more,
        }


class Standing:
    """The consensus as it is in the database, and what of it is to be when all places have been gone through."""

    def __init__(self, session: Session, round_id: UUID) -> None:
        rows = plainly(ConsensusCoding.metadata.tables[ConsensusCoding.__tablename__])
        columns = (rows.c.document_id, rows.c.code_id, rows.c.start, rows.c.end, rows.c.ruling_id, rows.c.id)
        found = session.execute(sa.select(*columns).where(rows.c.round_id == str(round_id)))
        self._there: dict[tuple[tuple[str, str, int, int], str | None], str] = {
            ((document, code, start, end), ruling): i for document, code, start, end, ruling, i in found
        }
        self._stand: dict[tuple[str, str, int, int], tuple[Where, str | None]] = {}

    def stands(self, where: Where, coding: Stands, ruling: str | None = None) -> None:
        """Let a coding stand, by unanimity or by a ruling; of several grounds unanimity counts, then the first ruling."""
        key = (where.document_id, *coding)
        _, before = self._stand.get(key, (where, ruling))
        first = None if before is None or ruling is None else min(before, ruling)
        self._stand[key] = (where, first)

    @property
    def added(self) -> Sequence[Row]:
        """Rows that are not there yet, or stood on another ground."""
        return [
            where.row(code_id=key[1], start=key[2], end=key[3], ruling_id=ruling)
            for key, (where, ruling) in self._stand.items()
            if (key, ruling) not in self._there
        ]

    @property
    def gone(self) -> Sequence[str]:
        """Rows that nothing has let stand, or that stand on another ground."""
        stands = {key: ruling for key, (_, ruling) in self._stand.items()}
        return [row for (key, ruling), row in self._there.items() if key not in stands or stands[key] != ruling]
