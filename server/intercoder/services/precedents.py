"""How it was ruled before: on places at which the same codes stand against one another, and on passages that are alike."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Code,
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
    here: Sequence[StandingCoding]


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


def precedents(session: Session, access: RoundAccess, disagreement_id: UUID) -> Precedents:
    """Return the rulings in force of the project that a ruling at a place should be held against, itself left out.

    Of the latest 1,000. ``same``: on places of the same kind at which just these codes were used, or two of them against one
    another. ``similar``: on the passages most alike, whatever their codes.
    """
    d = get_disagreement(session, access, disagreement_id)
    sides = sides_of(session, [d])[d.id]
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
    same = _of_same_codes(session, [one for one in found if one.kind is d.kind], {side.code for side in sides})
    here = (
        sa.select(_words())
        .select_from(Disagreement)
        .join(Revision, Revision.id == Disagreement.revision_id)
        .where(Disagreement.id == d.id)
    )
    own = runs(session.scalars(here).one())
    like = {one.ruling: likeness(own, runs(one.words)) for one in found}
    near = sorted((one for one in found if like[one.ruling] >= LEAST_LIKE), key=lambda one: -like[one.ruling])[:SHOWN]
    stands = _standing(session, [one.ruling for one in same])
    names = _names(session, frozenset().union(*stands.values()))
    told = _told(session, [*same[:SHOWN], *near], like, d, sides)
    outcomes = [
        Outcome(ordered := sorted(codes, key=lambda code: names[code]), [names[code] for code in ordered], times)
        for codes, times in Counter(stands.values()).most_common()
    ]
    return Precedents([told[one.ruling] for one in same[:SHOWN]], outcomes, [told[one.ruling] for one in near])


def _words() -> sa.ColumnElement[str]:
    length = Disagreement.end - Disagreement.start
    return sa.func.substr(Revision.text, Disagreement.start + 1, sa.case((length > LONGEST, LONGEST), else_=length))


def _names(session: Session, codes: Collection[UUID]) -> dict[UUID, str]:
    rows = session.execute(sa.select(Code.id, Code.name).where(Code.id.in_(codes))) if codes else ()
    return {code: name for code, name in rows}


def _standing(session: Session, rulings: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return the codes that stand by rulings, in their order."""
    rows = session.execute(sa.select(Ruling.id, Ruling.codings).where(Ruling.id.in_(rulings))) if rulings else ()
    codes = {ruling: frozenset(coding.code for coding in codings) for ruling, codings in rows}
    return {ruling: codes[ruling] for ruling in rulings}


def _of_same_codes(session: Session, found: Sequence[_Found], used: Collection[UUID]) -> list[_Found]:
    side = DisagreementSide
    codes: dict[UUID, set[UUID]] = {}
    if found:
        wanted = sa.select(side.disagreement_id, side.code).where(
            side.disagreement_id.in_([one.place for one in found])
        )
        for place, code in session.execute(wanted.distinct()):
            codes.setdefault(place, set()).add(code)
    least = min(2, len(used))
    return [
        one
        for one in found
        if (there := codes.get(one.place, set())) == set(used)
        or (one.kind is DisagreementKind.DIFFERENT_CODE and len(there.intersection(used)) >= least)
    ]


def _told(
    session: Session,
    shown: Sequence[_Found],
    like: Mapping[UUID, float],
    d: Disagreement,
    sides: Sequence[SideCoding],
) -> dict[UUID, Precedent]:
    words = {one.ruling: one.words for one in shown}
    wanted = (
        sa.select(Ruling, Document.title, User.name)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .join(Document, Document.id == Disagreement.document_id)
        .join(User, User.id == Ruling.adjudicator_id)
        .where(Ruling.id.in_(words))
    )
    rows = session.execute(wanted).all() if words else []
    names = _names(session, {coding.code for ruling, _, _ in rows for coding in ruling.codings})
    told = {}
    for ruling, document, by in rows:
        codes = list(dict.fromkeys(coding.code for coding in ruling.codings))
        told[ruling.id] = Precedent(
            ruling.id,
            ruling.disagreement_id,
            document,
            words[ruling.id],
            like[ruling.id],
            codes,
            [names[code] for code in codes],
            ruling.reason,
            ruling.tag,
            by,
            ruling.created_at,
            likewise(codes, d, sides),
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
