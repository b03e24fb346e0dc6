"""The account of disagreements: in what coders differed, how each place was resolved, and examples that a rule chooses."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    User,
)
from intercoder.services.access import RoundAccess, coded
from intercoder.services.code_states import remembered
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.masks import hidden, seated
from intercoder.services.missing_units import NONE_MISSING
from intercoder.services.picking import SHOWN
from intercoder.services.rulings import IN_FORCE
from intercoder.services.submitted import missing_units_of
from intercoder.stats.agreement.rulings import Coded, Differed, Leaning, Outcome, Resolution, leanings, resolution

#: examples of each kind, places that are listed at once, characters of a place that are told
EXAMPLES, LISTED, LONGEST = 3, 100, 200
_LEAST = -(2**31)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a compared round with what became of it."""

    id: UUID
    document: UUID
    kind: DisagreementKind
    leverage: int | None
    differed: Differed
    resolution: Resolution
    tag: RulingTag | None
    reason: str
    by_rule: bool


class Called(NamedTuple):
    """A code and what it is called."""

    id: str
    name: str


@dataclass(frozen=True)
class Told:
    """A place in words: the names of the codes that each coder gave it, A first, what stands, why, by whom."""

    place: UUID
    title: str
    words: str
    kind: DisagreementKind
    resolution: Resolution
    given: Sequence[tuple[UUID, Sequence[Called]]]
    stands: Sequence[Called]
    tag: RulingTag | None
    reason: str
    by: str


@dataclass(frozen=True)
class Account:
    """What became of the places of a round. ``people``: who coded or ruled, by name; coders only where names are not hidden.

    ``leanings`` are empty where names are hidden. ``by_rule``: rulings made by a rule for many places; ``own``: by somebody who
    had coded the document.
    """

    total: int
    counts: Mapping[tuple[DisagreementKind, Resolution], int]
    tags: Mapping[RulingTag | None, int]
    rulers: int
    by_rule: int
    own: int
    leanings: Sequence[Leaning]
    people: Mapping[str, str]
    examples: Mapping[DisagreementKind, Sequence[Told]]
    #: whether the examples are those of most leverage; otherwise the first in the texts
    by_leverage: bool


def places(session: Session, access: RoundAccess) -> Sequence[Place]:
    """Return the places of a compared round in the order of the texts; six statements, kept until a ruling is made or ends."""
    condition = SHOWN.condition(access.round.id)
    state = session.execute(
        sa.select(sa.func.count(), sa.func.sum(Disagreement.version), sa.func.max(Ruling.created_at))
        .select_from(Disagreement)
        .outerjoin(Ruling, Ruling.disagreement_id == Disagreement.id)
        .where(condition)
    ).one()
    mapped = mapping(session, access.project.id, access.round.compared_mapping)
    about = ("account", access.round.id)
    then = (access.round.compared_at, access.round.state, *state)
    return remembered(session, access.project.id, about, lambda: _places(session, access, mapped), then)


def _places(session: Session, access: RoundAccess, mapped: Mapped) -> Sequence[Place]:
    d, side = Disagreement, DisagreementSide
    rows = session.execute(
        sa.select(d.id, d.document_id, d.kind, d.leverage, d.coders, d.start, d.end)
        .where(SHOWN.condition(access.round.id))
        .order_by(d.position, d.id)
    ).all()
    given: dict[UUID, dict[UUID, set[Coded]]] = defaultdict(lambda: defaultdict(set))
    sides = sa.select(side.disagreement_id, side.coder, side.code, side.start, side.end)
    for place, coder, code, start, end in session.execute(sides.where(side.round_id == access.round.id)):
        given[place][coder].add((str(code), start, end))
    own = coded(d.round_id, d.document_id, Ruling.adjudicator_id).correlate(d, Ruling)
    ruled = session.execute(
        sa.select(d.id, Ruling.adjudicator_id, Ruling.codings, Ruling.tag, Ruling.reason, Ruling.bulk_id, own)
        .join(d, d.id == Ruling.disagreement_id)
        .where(SHOWN.condition(access.round.id), IN_FORCE)
    )
    made = {row[0]: row for row in ruled}
    missing = missing_units_of(session, access.round, [*{row.document_id for row in rows}])
    found = []
    for row in rows:
        readings = {
            str(coder): frozenset(given[row.id].get(coder, ()))
            for coder in row.coders
            if given[row.id].get(coder)
            or not missing.get((row.document_id, coder), NONE_MISSING).covers(row.start, row.end)
        }
        outcome, tag, reason, bulk = None, None, "", None
        if row.id in made:
            _, ruler, codings, tag, reason, bulk, by_coder = made[row.id]
            stands = frozenset((mapped.map.resolved(str(c.code)).code, c.start, c.end) for c in codings)
            outcome = Outcome(str(ruler), stands, tag is RulingTag.BOTH_STAND, bool(by_coder))
        differed = Differed(row.kind is DisagreementKind.BOUNDARY, readings, outcome)
        found.append(
            Place(
                row.id,
                row.document_id,
                row.kind,
                row.leverage,
                differed,
                resolution(differed),
                tag,
                reason,
                bulk is not None,
            )
        )
    return found


def account(session: Session, access: RoundAccess) -> Account:
    """Return the account of disagreements of a compared round.

    The examples of a kind are its ruled places of most leverage (where no report of the whole round has said any, the first in
    the texts), each of another document as long as there are such.
    """
    found = places(session, access)
    ruled = [place for place in found if place.differed.outcome is not None]
    masked = hidden(access)
    leant = () if masked else leanings([place.differed for place in found])
    people = {place.differed.outcome.ruler for place in ruled if place.differed.outcome is not None}
    coders = set() if masked else {coder for place in found for coder in place.differed.readings}
    named = sa.select(User.id, User.name).where(User.id.in_([UUID(one) for one in people | coders]))
    chosen = {kind: _examples([one for one in ruled if one.kind is kind]) for kind in DisagreementKind}
    words = told(session, access, [one for some in chosen.values() for one in some])
    return Account(
        len(found),
        Counter((place.kind, place.resolution) for place in found),
        Counter(place.tag for place in ruled),
        len(people),
        sum(place.by_rule for place in ruled),
        sum(place.differed.outcome is not None and place.differed.outcome.own for place in ruled),
        leant,
        {str(one): name for one, name in session.execute(named)},
        {kind: [words[one.id] for one in some] for kind, some in chosen.items()},
        any(place.leverage is not None for place in ruled),
    )


def _examples(of_kind: Sequence[Place]) -> Sequence[Place]:
    ordered = sorted(of_kind, key=lambda place: -(_LEAST if place.leverage is None else place.leverage))
    of_document: dict[UUID, Place] = {}
    for place in ordered:
        of_document.setdefault(place.document, place)
    first = [*of_document.values()]
    again = [place for place in ordered if of_document[place.document] is not place] if len(first) < EXAMPLES else []
    return [*first, *again][:EXAMPLES]


@dataclass(frozen=True)
class Asked:
    """Which places are to be listed: of a kind, of a resolution, taken from a coder (by an adjudicator), of a tag."""

    kind: DisagreementKind | None = None
    resolution: Resolution | None = None
    coder: UUID | None = None
    ruler: UUID | None = None
    tag: RulingTag | None = None

    def fits(self, place: Place) -> bool:
        """Whether a place is one of them."""
        made = place.differed.outcome
        if self.kind not in {None, place.kind} or self.resolution not in {None, place.resolution}:
            return False
        if self.tag not in {None, place.tag} or (self.ruler and (made is None or made.ruler != str(self.ruler))):
            return False
        if self.coder is None:
            return True
        reading = place.differed.readings.get(str(self.coder))
        if made is None or reading is None or place.resolution is Resolution.BOTH_STAND:
            return False
        return place.differed.reading(reading) == place.differed.reading(made.stands)


def listed(session: Session, access: RoundAccess, asked: Asked) -> tuple[int, Sequence[Told]]:
    """Return how many places fit, and the first hundred of them in words."""
    fitting = [place for place in places(session, access) if asked.fits(place)]
    words = told(session, access, fitting[:LISTED])
    return len(fitting), [words[place.id] for place in fitting[:LISTED]]


def told(session: Session, access: RoundAccess, some: Sequence[Place]) -> Mapping[UUID, Told]:
    """Return places in words; two statements."""
    if not some:
        return {}
    d = Disagreement
    length = d.end - d.start
    words = sa.func.substr(Revision.text, d.start + 1, sa.case((length > LONGEST, LONGEST), else_=length))
    rows = session.execute(
        sa.select(d.id, Document.title, words)
        .join(Document, Document.id == d.document_id)
        .join(Revision, Revision.id == d.revision_id)
        .where(d.id.in_([place.id for place in some]))
    )
    texts = {identifier: (title, text) for identifier, title, text in rows}
    rulers = {UUID(made.ruler) for place in some if (made := place.differed.outcome) is not None}
    names = dict(session.execute(sa.select(User.id, User.name).where(User.id.in_(rulers))).all())
    mapped = mapping(session, access.project.id, access.round.compared_mapping)

    def called(codings: frozenset[Coded]) -> Sequence[Called]:
        ordered = sorted(codings, key=lambda coding: coding[1:])
        return [*dict.fromkeys(Called(code, mapped.codes[code].name) for code, _, _ in ordered)]

    said = {}
    for place in some:
        made = place.differed.outcome
        coders = seated(access, place.document, [UUID(coder) for coder in place.differed.readings])
        said[place.id] = Told(
            place.id,
            *texts[place.id],
            place.kind,
            place.resolution,
            [(coder, called(place.differed.readings[str(coder)])) for coder in coders],
            called(made.stands) if made else (),
            place.tag,
            place.reason,
            names.get(UUID(made.ruler), "") if made else "",
        )
    return said
