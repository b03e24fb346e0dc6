"""What two adjudicators made of the same places: the draws of a round, how far they agree, and where they do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    BlindRuling,
    Disagreement,
    DisagreementKind,
    DisagreementState,
    Document,
    DrawnFrom,
    Ruling,
    RulingTag,
    StandingCoding,
    TwiceDraw,
    TwicePlace,
    TwiceState,
    User,
)
from intercoder.services.access import RoundAccess
from intercoder.services.disagreements import excerpts
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.rulings import IN_FORCE

if TYPE_CHECKING:
    from intercoder.stats.agreement.rulers import RulersAgreement

RESAMPLES = 1_000
#: places at which adjudicators differ that are shown at once
SHOWN = 50


@dataclass(frozen=True)
class Draw:
    """An act by which places were drawn: how many of them have which state, and for how many the person is waited for."""

    id: UUID
    drawn_from: DrawnFrom
    share: int
    seed: int
    by: str
    at: datetime
    ended: datetime | None
    places: int
    states: Mapping[TwiceState, int]


@dataclass(frozen=True)
class Said:
    """What one of two lets stand, by the names of its codes; ``checked``: made first and known, before its place was drawn."""

    by: str
    codes: Sequence[str]
    codings: Sequence[StandingCoding]
    reason: str
    tag: RulingTag | None
    at: datetime
    checked: bool


@dataclass(frozen=True)
class Apart:
    """A place at which two adjudicators did not let the same stand.

    ``decided``: whether a ruling holds there by now; ``by_third``: by somebody who was neither of the two.
    """

    place: UUID
    title: str
    kind: DisagreementKind
    state: DisagreementState
    words: str
    said: Sequence[Said]
    decided: str | None
    by_third: bool


@dataclass(frozen=True)
class BetweenRulers:
    """How adjudicators of a round stand to one another; ``figures`` None before both ruled anywhere.

    ``known``: places of these whose first ruling could be read before they were drawn: there the second is blind only from
    the draw on. ``third``, ``talk``: places at which they differed, decided since by a third or by one of the two.
    """

    draws: Sequence[Draw]
    figures: "RulersAgreement | None"
    names: Mapping[str, str]
    known: int
    apart: Sequence[Apart]
    differed: int
    third: int
    talk: int


def draws(session: Session, round_id: UUID) -> list[Draw]:
    """Return the draws of a round, latest first; two statements."""
    counted = (
        sa.select(TwicePlace.draw_id, TwicePlace.state, sa.func.count())
        .join(TwiceDraw, TwiceDraw.id == TwicePlace.draw_id)
        .where(TwiceDraw.round_id == round_id)
        .group_by(TwicePlace.draw_id, TwicePlace.state)
    )
    states: dict[UUID, dict[TwiceState, int]] = {}
    for draw, state, count in session.execute(counted):
        states.setdefault(draw, dict.fromkeys(TwiceState, 0))[state] = count
    wanted = (
        sa.select(TwiceDraw, User.name)
        .join(User, User.id == TwiceDraw.created_by)
        .where(TwiceDraw.round_id == round_id)
        .order_by(TwiceDraw.created_at.desc(), TwiceDraw.id.desc())
    )
    return [
        Draw(
            d.id,
            d.drawn_from,
            d.share,
            d.seed,
            by,
            d.created_at,
            d.ended_at,
            sum(states.get(d.id, {}).values()),
            states.get(d.id, dict.fromkeys(TwiceState, 0)),
        )
        for d, by in session.execute(wanted)
    ]


#: a place on which both ruled, and that still is one
_BOTH = sa.and_(
    TwicePlace.state.in_([TwiceState.AGREED, TwiceState.DIFFERED]), Disagreement.state != DisagreementState.VOID
)


def between_rulers(session: Session, access: RoundAccess) -> BetweenRulers:
    """Return how the adjudicators of a compared round stand to one another, at the places on which two have ruled."""
    from intercoder.stats.agreement.rulers import RuledTwice, agreement_of_rulers

    rows = session.execute(
        sa.select(BlindRuling, Disagreement, Document.title, TwicePlace.state, User.name)
        .join(Disagreement, Disagreement.id == BlindRuling.disagreement_id)
        .join(TwicePlace, TwicePlace.disagreement_id == Disagreement.id)
        .join(Document, Document.id == Disagreement.document_id)
        .join(User, User.id == BlindRuling.adjudicator_id)
        .where(Disagreement.round_id == access.round.id, _BOTH)
        .order_by(Disagreement.position, Disagreement.id, BlindRuling.created_at)
    ).all()
    if access.round.compared_at is None or not rows:
        return BetweenRulers(draws(session, access.round.id), None, {}, 0, (), 0, 0, 0)
    mapped = mapping(session, access.project.id, access.round.compared_mapping)
    places: dict[UUID, Disagreement] = {}
    titles: dict[UUID, str] = {}
    said: dict[UUID, list[tuple[BlindRuling, str]]] = {}
    states: dict[UUID, TwiceState] = {}
    for ruling, d, title, state, name in rows:
        places[d.id], titles[d.id], states[d.id] = d, title, state
        said.setdefault(d.id, []).append((ruling, name))
    figures = agreement_of_rulers(
        [
            RuledTwice(
                str(place),
                str(places[place].document_id),
                {str(ruling.adjudicator_id): _stands(mapped, ruling) for ruling, _ in both},
            )
            for place, both in said.items()
        ],
        resamples=RESAMPLES,
    )
    codes = {by.code for by in figures.by_code}
    differed = [place for place, state in states.items() if state is TwiceState.DIFFERED]
    decided = _decided(session, differed)
    by_third = {
        place: ruler not in {ruling.adjudicator_id for ruling, _ in said[place]}
        for place, (ruler, _) in decided.items()
    }
    shown = sorted(differed, key=lambda place: place in decided)[:SHOWN]
    words = excerpts(session, [places[place] for place in shown])
    return BetweenRulers(
        draws(session, access.round.id),
        figures,
        {code: mapped.codes[code].name for code in codes},
        sum(any(ruling.ruling_id for ruling, _ in both) for both in said.values()),
        [
            Apart(
                place,
                titles[place],
                places[place].kind,
                places[place].state,
                words[place],
                [told(mapped, *one) for one in said[place]],
                decided[place][1] if place in decided else None,
                by_third.get(place, False),
            )
            for place in shown
        ],
        len(differed),
        sum(by_third.values()),
        len(by_third) - sum(by_third.values()),
    )


def _stands(mapped: Mapped, ruling: BlindRuling) -> frozenset[tuple[str, int, int]]:
    return frozenset((mapped.map.resolved(str(c.code)).code, c.start, c.end) for c in ruling.codings)


def told(mapped: Mapped, ruling: BlindRuling, name: str) -> Said:
    """Return a ruling as it is read."""
    codes = dict.fromkeys(mapped.codes[mapped.map.resolved(str(c.code)).code].name for c in ruling.codings)
    known = ruling.ruling_id is not None
    return Said(name, [*codes], ruling.codings, ruling.reason, ruling.tag, ruling.created_at, known)


def _decided(session: Session, places: Sequence[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Return who made the ruling in force at places, by place."""
    if not places:
        return {}
    wanted = (
        sa.select(Ruling.disagreement_id, User.id, User.name)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .join(User, User.id == Ruling.adjudicator_id)
        .where(Ruling.disagreement_id.in_(places), IN_FORCE)
    )
    return {place: (ruler, name) for place, ruler, name in session.execute(wanted)}


@cache
def _ruled_blind_at(*, own: bool) -> sa.Select[BlindRuling, str]:
    """Return the query of what was ruled blind at a place, and of who ruled; built once."""
    wanted = (
        sa.select(BlindRuling, User.name)
        .join(User, User.id == BlindRuling.adjudicator_id)
        .where(BlindRuling.disagreement_id == sa.bindparam("place"))
        .order_by(BlindRuling.created_at, BlindRuling.adjudicator_id)
    )
    return wanted.where(BlindRuling.adjudicator_id == sa.bindparam("person")) if own else wanted


def both_at(session: Session, access: RoundAccess, d: Disagreement) -> list[Said]:
    """Return what was ruled blind at a place, as far as the person may know: nothing of others while it waits for two."""
    wanted = _ruled_blind_at(own=d.state is DisagreementState.TWICE)
    rows = session.execute(wanted, {"place": d.id, "person": access.actor.id}).all()
    if not rows:
        return []
    mapped = mapping(session, access.project.id, access.round.compared_mapping)
    return [told(mapped, *row) for row in rows]
