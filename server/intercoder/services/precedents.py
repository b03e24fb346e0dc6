"""How it was ruled before: on places at which the same codes stand against one another, and on passages that are alike."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Disagreement,
    DisagreementKind,
    DisagreementSide,
    Document,
    Revision,
    Ruling,
    RulingTag,
    StandingCoding,
    User,
)
from intercoder.services.access import RoundAccess, answers_hidden
from intercoder.services.disagreements import SideCoding, get_disagreement, sides_of
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.normed import outcomes
from intercoder.services.picking import SEEN
from intercoder.services.rulings import IN_FORCE
from intercoder.stats.differences import Coding as Mark
from intercoder.stats.settling import usual
from intercoder.text.likeness import likeness, runs

#: rulings of each kind that are shown, and the latest ones that are looked through for passages that are alike
SHOWN, LOOKED_AT = 3, 1000
#: below it two passages have no more in common than any two of one study
LEAST_LIKE = 0.25
#: of a passage, what is compared and shown
LONGEST = 200


@dataclass(frozen=True)
class Precedent:
    """An earlier ruling in force: what stands by it, and why; ``like``: how alike its passage is, 0..1."""

    ruling: UUID
    place: UUID
    document: str
    words: str
    like: float
    #: the codes that stand, by name; none where no code does
    codes: Sequence[UUID]
    names: Sequence[str]
    reason: str
    tag: RulingTag | None
    by: str
    at: datetime
    #: what would stand at the place that is looked at if it were ruled likewise
    here: Sequence[StandingCoding] = ()


@dataclass(frozen=True)
class Outcome:
    """What stands by earlier rulings on the same codes, and how many of them say so."""

    codes: Sequence[UUID]
    names: Sequence[str]
    times: int


@dataclass(frozen=True)
class Precedents:
    """How it was ruled before, the latest ruling and what most rulings say first."""

    same: Sequence[Precedent]
    outcomes: Sequence[Outcome]
    similar: Sequence[Precedent]


class _Found(NamedTuple):
    """A ruling in force, as it is looked through."""

    ruling: UUID
    place: UUID
    kind: DisagreementKind
    words: str


@dataclass(frozen=True)
class _Counted:
    """What codes count as in the round that is looked at: those of rulings made before a merge would be strangers to it."""

    mapped: Mapped

    def code(self, code: UUID) -> UUID:
        """Return what a code counts as; one that was split is itself."""
        return UUID(self.mapped.map.resolved(str(code)).code)

    def name(self, code: UUID) -> str:
        """Return what it is called."""
        return self.mapped.codes[str(code)].name


def precedents(session: Session, access: RoundAccess, disagreement_id: UUID) -> Precedents:
    """Return the rulings in force of the project that a ruling at a place should be held against, itself left out.

    Of the latest 1,000. ``same``: on places of the same kind at which just these codes were used, or two of them against one
    another. ``similar``: on the passages most alike, whatever their codes.
    """
    d = get_disagreement(session, access, disagreement_id)
    sides = sides_of(session, [d])[d.id]
    counted = _Counted(mapping(session, access.project.id, access.round.compared_mapping))
    ruled = (
        sa.select(Ruling.id, Disagreement.id, Disagreement.kind, _words())
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .join(Revision, Revision.id == Disagreement.revision_id)
        .where(
            Disagreement.project_id == access.project.id,
            Disagreement.id != d.id,
            IN_FORCE,
            SEEN,
            # Who takes a test on documents of another round would read its answers here.
            Disagreement.round_id.not_in(answers_hidden(access.project.id, access.actor.id)),
        )
        .order_by(Ruling.created_at.desc(), Ruling.id.desc())
        .limit(LOOKED_AT)
    )
    found = [_Found(*row) for row in session.execute(ruled)]
    used = {counted.code(side.code) for side in sides}
    same = _of_same_codes(session, [one for one in found if one.kind is d.kind], used, counted)
    here = (
        sa.select(_words())
        .select_from(Disagreement)
        .join(Revision, Revision.id == Disagreement.revision_id)
        .where(Disagreement.id == d.id)
    )
    own = runs(session.scalars(here).one())
    like = {one.ruling: likeness(own, runs(one.words)) for one in found}
    near = sorted((one for one in found if like[one.ruling] >= LEAST_LIKE), key=lambda one: -like[one.ruling])[:SHOWN]
    stands = _standing(session, [one.ruling for one in same], counted)
    told = _told(session, [*same[:SHOWN], *near], like, counted)
    outcomes = [
        Outcome(ordered := sorted(codes, key=counted.name), [counted.name(code) for code in ordered], times)
        for codes, times in Counter(stands).most_common()
    ]

    def shown(some: Sequence[_Found]) -> list[Precedent]:
        return [replace(told[one.ruling], here=likewise(told[one.ruling].codes, d, sides)) for one in some]

    return Precedents(shown(same[:SHOWN]), outcomes, shown(near))


@dataclass(frozen=True)
class AsVoted:
    """What more than half of a norming room voted for at a place, and what would stand if it were ruled likewise."""

    room: UUID
    name: str
    codes: Sequence[UUID]
    names: Sequence[str]
    votes: int
    #: the minutes of the room, as far as a reason is long
    reason: str
    here: Sequence[StandingCoding]


def as_voted(session: Session, access: RoundAccess, disagreement_id: UUID) -> list[AsVoted]:
    """Return what norming rooms voted for at a place by a majority, of votes that were revealed, latest room first."""
    found = outcomes(session, access, disagreement_id)
    if not found:
        return []
    d = get_disagreement(session, access, disagreement_id)
    sides = sides_of(session, [d])[d.id]
    counted = _Counted(mapping(session, access.project.id, access.round.compared_mapping))
    told = []
    for room, tally in found:
        codes = list(dict.fromkeys(counted.code(code) for code in tally.codes))
        names = [counted.name(code) for code in codes]
        told.append(
            AsVoted(room.id, room.name, codes, names, tally.votes, room.minutes[:2000], likewise(codes, d, sides))
        )
    return told


def _words() -> sa.ColumnElement[str]:
    length = Disagreement.end - Disagreement.start
    return sa.func.substr(Revision.text, Disagreement.start + 1, sa.case((length > LONGEST, LONGEST), else_=length))


def _standing(session: Session, rulings: Sequence[UUID], counted: _Counted) -> list[frozenset[UUID]]:
    """Return the codes that stand by rulings, in their order."""
    rows = session.execute(sa.select(Ruling.id, Ruling.codings).where(Ruling.id.in_(rulings))) if rulings else ()
    codes = {ruling: frozenset(counted.code(coding.code) for coding in codings) for ruling, codings in rows}
    return [codes[ruling] for ruling in rulings]


def _of_same_codes(
    session: Session, found: Sequence[_Found], used: Collection[UUID], counted: _Counted
) -> list[_Found]:
    side = DisagreementSide
    codes: dict[UUID, set[UUID]] = {}
    if found:
        wanted = sa.select(side.disagreement_id, side.code).where(
            side.disagreement_id.in_([one.place for one in found])
        )
        for place, code in session.execute(wanted.distinct()):
            codes.setdefault(place, set()).add(counted.code(code))
    least = min(2, len(used))
    return [
        one
        for one in found
        if (there := codes.get(one.place, set())) == set(used)
        or (one.kind is DisagreementKind.DIFFERENT_CODE and len(there.intersection(used)) >= least)
    ]


def _told(
    session: Session, shown: Sequence[_Found], like: Mapping[UUID, float], counted: _Counted
) -> dict[UUID, Precedent]:
    """Return the rulings as they are shown, but for what would stand at the place that is looked at."""
    words = {one.ruling: one.words for one in shown}
    wanted = (
        sa.select(Ruling, Document.title, User.name)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .join(Document, Document.id == Disagreement.document_id)
        .join(User, User.id == Ruling.adjudicator_id)
        .where(Ruling.id.in_(words))
    )
    told = {}
    for ruling, document, by in session.execute(wanted) if words else ():
        codes = list(dict.fromkeys(counted.code(coding.code) for coding in ruling.codings))
        told[ruling.id] = Precedent(
            ruling.id,
            ruling.disagreement_id,
            document,
            words[ruling.id],
            like[ruling.id],
            codes,
            [counted.name(code) for code in codes],
            ruling.reason,
            ruling.tag,
            by,
            ruling.created_at,
        )
    return told


def likewise(codes: Sequence[UUID], d: Disagreement, sides: Sequence[SideCoding]) -> list[StandingCoding]:
    """Return what stands at a place if these codes do: each on the span that most coders gave it there, else on the whole place."""
    marks = [Mark(str(side.key), str(side.coder), str(side.code), side.start, side.end) for side in sides]
    there = {side.code for side in sides}
    stands = []
    for code in codes:
        start, end = usual(marks, str(code))[1:] if code in there else (d.start, d.end)
        stands.append(StandingCoding(code, start, end))
    return stands
