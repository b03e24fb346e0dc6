"""The consensus on one document in its text, a part at a time: what is unanimous, what was ruled and why, what is undecided."""

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    ConsensusCoding,
    Disagreement,
    DisagreementSide,
    DisagreementState,
    Ruling,
    RulingTag,
    User,
)
from intercoder.services.access import RoundAccess
from intercoder.services.compared_text import Stretch, at_place, part_of, passage, stretch, words_of
from intercoder.services.consensus import FINISHED
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.picking import SEEN
from intercoder.services.rulings import IN_FORCE

#: characters of the words of a coding that is not all of its passage
SHORT = 24


class Ground(enum.StrEnum):
    """On what it rests that something stands at a passage, or that nothing does."""

    UNANIMOUS = "unanimous"
    RULED = "ruled"
    BOTH_STAND = "both_stand"  #: ruled that there are two meanings, and both stand
    NOTHING = "nothing"  #: ruled that no code stands
    UNDECIDED = "undecided"  #: coders differ, and no ruling holds


class Stood(NamedTuple):
    """A code that stands at a passage, or at an undecided one that somebody gave it; its words where they are others."""

    code: str
    name: str
    colour: int
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A passage with the words before it on which nothing stands."""

    start: int
    end: int
    before: Stretch
    text: Stretch
    ground: Ground
    codes: Sequence[Stood]
    place: UUID | None = None
    state: DisagreementState | None = None
    reason: str = ""
    tag: RulingTag | None = None
    by: str = ""

    @property
    def differs(self) -> bool:
        """Whether coders differed here."""
        return self.ground is not Ground.UNANIMOUS


@dataclass(frozen=True)
class ConsensusText:
    """A part of a document.

    ``codes``: every code of the document by name, so that one can be asked for; ``counts``: passages of all of the document by
    ground, of the code that was asked for; ``here``: the start of the passage asked for; ``differences``: starts of all that were
    asked for and on which coders differed, of this part and the others.
    """

    lines: Sequence[Line]
    after: Stretch
    part: int
    parts: int
    here: int | None
    differences: Sequence[int]
    codes: Sequence[Stood]
    counts: Mapping[Ground, int]

    def beyond(self, step: int) -> int | None:
        """Return the start of the nearest difference after (1) or before (-1) this part; None without one."""
        if not self.lines:
            return None
        if step > 0:
            return next((at for at in self.differences if at > self.lines[-1].start), None)
        return next((at for at in reversed(self.differences) if at < self.lines[0].start), None)


class _Passage(NamedTuple):
    """``codings``: code as it counts, start, end."""

    start: int
    end: int
    revision: UUID
    ground: Ground
    codings: frozenset[tuple[str, int, int]]
    place: UUID | None = None
    state: DisagreementState | None = None
    reason: str = ""
    tag: RulingTag | None = None
    by: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which passages: where a code stands, or somebody gave it where nothing does; of a ground."""

    code: UUID | None = None
    ground: Ground | None = None


def consensus_text(
    session: Session, access: RoundAccess, document: UUID, wanted: Wanted, at: int | None, part: int
) -> ConsensusText:
    """Return the part of a document in which a place lies, else the part with that number from 0; three statements."""
    mapped = mapping(session, access.project.id, access.round.compared_mapping)
    found = list(_passages(session, access, document, mapped))
    found.sort(key=lambda one: (one.start, one.end, one.ground, one.place or document))
    used = {coding[0] for one in found for coding in one.codings}
    if wanted.code is not None:
        found = [one for one in found if any(code == str(wanted.code) for code, _, _ in one.codings)]
    counts = Counter(one.ground for one in found)
    found = [one for one in found if wanted.ground in {None, one.ground}]
    shown, part, parts = part_of([one.end for one in found], at, part)
    lines, after = _lines(session, mapped, found, shown)
    return ConsensusText(
        lines,
        after,
        part,
        parts,
        at_place(((line.start, line.end) for line in lines), at),
        [one.start for one in found if one.ground is not Ground.UNANIMOUS],
        sorted((_stood(mapped, code) for code in used), key=lambda one: one.name),
        counts,
    )


def _passages(session: Session, access: RoundAccess, document: UUID, mapped: Mapped) -> Iterable[_Passage]:
    """Yield what is unanimous, those with the same span as one, and the places where coders differ; two statements."""
    c, d, side = ConsensusCoding, Disagreement, DisagreementSide
    of_document = sa.and_(d.round_id == access.round.id, d.document_id == document, SEEN)
    agreed = sa.select(sa.null(), c.revision_id, c.code_id, c.start, c.end).where(
        c.round_id == access.round.id, c.document_id == document, c.ruling_id.is_(None), FINISHED
    )
    given = sa.select(d.id, d.revision_id, side.code, side.start, side.end).join(side, side.disagreement_id == d.id)
    together: dict[tuple[int, int, UUID], set[str]] = defaultdict(set)
    at: dict[UUID, set[tuple[str, int, int]]] = defaultdict(set)
    for place, revision, code, start, end in session.execute(given.where(of_document).union_all(agreed)):
        if place is None:
            together[start, end, revision].add(str(code))
        else:
            at[place].add((str(code), start, end))
    for (start, end, revision), codes in together.items():
        stands = frozenset((code, start, end) for code in codes)
        yield _Passage(start, end, revision, Ground.UNANIMOUS, stands)
    rows = session.execute(
        sa.select(d.id, d.start, d.end, d.revision_id, d.state, Ruling.codings, Ruling.tag, Ruling.reason, User.name)
        .outerjoin(Ruling, sa.and_(Ruling.disagreement_id == d.id, IN_FORCE))
        .outerjoin(User, User.id == Ruling.adjudicator_id)
        .where(of_document)
    )
    for place, start, end, revision, state, codings, tag, reason, by in rows:
        if codings is None:
            yield _Passage(start, end, revision, Ground.UNDECIDED, frozenset(at[place]), place, state)
            continue
        stands = frozenset((mapped.map.resolved(str(c.code)).code, c.start, c.end) for c in codings)
        ground = Ground.NOTHING if not stands else Ground.BOTH_STAND if tag is RulingTag.BOTH_STAND else Ground.RULED
        yield _Passage(start, end, revision, ground, stands or frozenset(at[place]), place, state, reason, tag, by)


def _lines(session: Session, mapped: Mapped, found: Sequence[_Passage], shown: slice) -> tuple[Sequence[Line], Stretch]:
    """Return the passages that are shown, and the words behind the last of them."""
    part = found[shown]
    if not part:
        return [], Stretch("")
    # One passage may lie in another: what is between them begins where the longest before them ends.
    reached = max((one.end for one in found[: shown.start]), default=0)
    behind = found[shown.stop].start if shown.stop < len(found) else None
    codings = [coding for one in part for coding in one.codings]
    begin = min(reached, part[0].start, *(start for _, start, _ in codings))
    end = None if behind is None else max(behind, *(one.end for one in part), *(end for _, _, end in codings))
    text = words_of(session, part[0].revision, begin, end)

    def words(start: int, end: int | None) -> str:
        return text[max(start - begin, 0) : None if end is None else max(end - begin, 0)]

    lines = []
    for one in part:
        before = stretch(words(reached, one.start))
        codes = [
            _stood(mapped, code, "" if (start, end) == (one.start, one.end) else _short(words(start, end)))
            for code, start, end in sorted(one.codings, key=lambda coding: (coding[1:], mapped.codes[coding[0]].name))
        ]
        reached = max(reached, one.end)
        about = (one.place, one.state, one.reason, one.tag, one.by)
        lines.append(Line(one.start, one.end, before, passage(words(one.start, one.end)), one.ground, codes, *about))
    return lines, stretch(words(reached, behind))


def _short(words: str) -> str:
    return words if len(words) <= SHORT else f"{words[: SHORT // 2]}…{words[-SHORT // 2 :]}"


def _stood(mapped: Mapped, code: str, words: str = "") -> Stood:
    return Stood(code, mapped.codes[code].name, mapped.looks[code].hue, words)
