"""Two adjudicators rule on the same place, blind to one another: places are drawn, both say what stands, then it is seen.

A draw of open places waits for two rulings each; one of ruled places is a check: the ruling in force is the first, and sleeps
until the second is there.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from random import Random
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict
from intercoder.models import (
    BlindRuling,
    Disagreement,
    DisagreementState,
    DrawnFrom,
    Member,
    Role,
    RoundState,
    Ruling,
    TwiceDraw,
    TwicePlace,
    TwiceState,
    uuid7,
)
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.adjudication import Decided, RulingIn, current, decided, hold, logged
from intercoder.services.command import Command
from intercoder.services.comparing import compared_under_another
from intercoder.services.consensus import Ruled, fall, let_stand
from intercoder.services.lessons import not_while_two_rule
from intercoder.services.mapping import mapping
from intercoder.services.round_plans import MOST_SEEDS
from intercoder.services.rulings import stands_at


class NewDraw(Command):
    """Which places two are to rule on: a share in percent of those that are open, or a check of those that are ruled."""

    drawn_from: DrawnFrom
    share: Annotated[int, Field(ge=1, le=100)]
    seed: Annotated[int, Field(ge=0, lt=MOST_SEEDS)] | None = None


def draw(session: Session, access: RoundAccess, wanted: NewDraw) -> TwiceDraw:
    """Draw places of a compared round to be ruled on by two. Those that were drawn before are not drawn again.

    Raises
    ------
    Conflict : the round is not ruled; fewer than two adjudicators; no place is left that could be drawn.
    """
    _require_ruled_now(session, access)
    rulers = sa.select(Member).where(Member.project_id == access.project.id)
    if sum(Role.ADJUDICATOR in member.role_set for member in session.scalars(rulers)) < 2:
        raise Conflict("one_adjudicator", "Two must rule here: give a second member the role of an adjudicator first.")
    drawn_before = sa.exists().where(TwicePlace.disagreement_id == Disagreement.id).correlate(Disagreement)
    state = DisagreementState.OPEN if wanted.drawn_from is DrawnFrom.OPEN else DisagreementState.RULED
    offered = session.scalars(
        sa.select(Disagreement)
        .where(Disagreement.round_id == access.round.id, Disagreement.state == state, sa.not_(drawn_before))
        .order_by(Disagreement.position, Disagreement.id)
        .with_for_update(key_share=True)
    ).all()
    if not offered:
        raise Conflict("nothing_to_draw", "There is no such place here that was not drawn before.")
    seed = secrets.randbelow(MOST_SEEDS) if wanted.seed is None else wanted.seed
    many = max(1, round(len(offered) * wanted.share / 100))
    chosen = sorted(Random(seed).sample(range(len(offered)), many))
    places = [offered[i] for i in chosen]
    made = TwiceDraw(
        id=uuid7(),
        project_id=access.project.id,
        round_id=access.round.id,
        drawn_from=wanted.drawn_from,
        share=wanted.share,
        seed=seed,
        created_by=access.actor.id,
        created_at=now(),
    )
    session.add(made)
    session.flush()
    session.add_all(TwicePlace(disagreement_id=place.id, draw_id=made.id, state=TwiceState.WAITS) for place in places)
    if wanted.drawn_from is DrawnFrom.RULED:
        _check(session, places)
    for place in places:
        place.state = DisagreementState.TWICE
        place.version += 1
    session.flush()
    if wanted.drawn_from is DrawnFrom.RULED:
        fall(session, access.round, _rulings_at(session, places))
    digest = hashlib.sha256("\n".join(sorted(str(place.id) for place in places)).encode()).hexdigest()
    said = (made.id, wanted.drawn_from, wanted.share, seed, len(places), digest)
    access.log(session, events.PlacesDrawn(access.round.id, access.round.id, *said))
    return made


def _require_ruled_now(session: Session, access: RoundAccess) -> None:
    session.refresh(access.round, ["state", "compared_at"], with_for_update={"read": True})
    if access.round.state is not RoundState.CLOSED or access.round.compared_at is None:
        raise Conflict("not_being_ruled", "Places are drawn, and a draw is ended, while a closed round is ruled on.")


def _rulings_at(session: Session, places: Sequence[Disagreement]) -> Sequence[Ruling]:
    """Return the rulings at places that nobody has taken back or followed by another."""
    ids = [place.id for place in places]
    return [
        ruling
        for first in range(0, len(ids), 500)
        for ruling in session.scalars(
            sa.select(Ruling).where(Ruling.disagreement_id.in_(ids[first : first + 500]), Ruling.ended_at.is_(None))
        )
    ]


def _check(session: Session, places: Sequence[Disagreement]) -> None:
    """Keep the rulings in force as the first of two."""
    session.add_all(
        BlindRuling(
            disagreement_id=ruling.disagreement_id,
            adjudicator_id=ruling.adjudicator_id,
            codings=ruling.codings,
            reason=ruling.reason,
            tag=ruling.tag,
            created_at=ruling.created_at,
            ruling_id=ruling.id,
        )
        for ruling in _rulings_at(session, places)
    )


def rule_blind(
    session: Session, access: RoundAccess, disagreement_id: UUID, version: int, decision: RulingIn
) -> TwiceState:
    """Say what should stand at a place that two rule on; say it anew while the other has not. Return what became of the place.

    Where both let the same stand it holds; where they do not the place goes to discussion, and whoever rules then decides.

    Raises
    ------
    Conflict : nobody rules by two here; the person made the ruling that is checked.
    """
    d = current(session, access, disagreement_id, version)
    place = session.get(TwicePlace, d.id)
    if place is None or d.state is not DisagreementState.TWICE:
        raise Conflict("not_by_two", "This place is not ruled on by two any more: look at it again.")
    if decision.lessons:
        raise not_while_two_rule()
    found = decided(session, access, d, decision)
    own = session.get(BlindRuling, (d.id, access.actor.id))
    if own is not None and own.ruling_id is not None:
        raise Conflict("own_ruling", "Your own ruling is checked here: somebody else rules the second time.")
    if own is None:
        own = BlindRuling(disagreement_id=d.id, adjudicator_id=access.actor.id)
        session.add(own)
    own.codings, own.reason, own.tag, own.created_at = found.codings, decision.reason, decision.tag, now()
    session.flush()
    by_coder = access.situation.coded_the_place or None
    said = events.RuledBlind(d.id, d.round_id, logged(found.codings), decision.reason, by_coder, decision.tag)
    access.log(session, said)
    other = session.scalar(
        sa.select(BlindRuling).where(BlindRuling.disagreement_id == d.id, BlindRuling.adjudicator_id != access.actor.id)
    )
    if other is not None:
        place.state = _met(session, access, d, decision, found, other)
        d.version += 1
    session.flush()
    return place.state


def _met(
    session: Session, access: RoundAccess, d: Disagreement, decision: RulingIn, found: Decided, other: BlindRuling
) -> TwiceState:
    mapped = mapping(session, access.project.id, access.round.compared_mapping)
    checked = session.get(Ruling, other.ruling_id) if other.ruling_id else None
    if stands_at(session, d.id, other.codings, mapped) != found.counted:
        d.state = DisagreementState.DISCUSSION
        session.flush()
        if checked is not None:
            checked.ended_at = now()
            access.log(session, events.RulingUndone(d.id, d.round_id, ruling=checked.id))
        access.log(session, events.BothRuled(d.id, d.round_id))
        return TwiceState.DIFFERED
    if checked is None:
        checked = hold(session, access, d, decision, found)
    else:
        d.state = DisagreementState.RULED
        session.flush()
        let_stand(session, [Ruled(d, checked.id, found.counted)])
    access.log(session, events.BothRuled(d.id, d.round_id, ruling=checked.id))
    return TwiceState.AGREED


def end_draw(session: Session, access: RoundAccess, draw_id: UUID) -> TwiceDraw:
    """Wait for no second ruling any more: one that nobody met holds, and what nobody ruled on is open again."""
    _require_ruled_now(session, access)
    made = session.get(TwiceDraw, draw_id, with_for_update={"key_share": True})
    if made is None or made.round_id != access.round.id:
        raise no_such_thing()
    if made.ended_at is not None:
        raise Conflict("draw_ended", "This has ended already.")
    if compared_under_another(session, access.round):
        raise Conflict(
            "compared_before", "What codes count as was changed since this round was compared: compare it again first."
        )
    made.ended_at = now()
    rows = session.execute(
        sa.select(Disagreement, TwicePlace)
        .join(TwicePlace, TwicePlace.disagreement_id == Disagreement.id)
        .where(TwicePlace.draw_id == draw_id, TwicePlace.state == TwiceState.WAITS)
        .order_by(Disagreement.position, Disagreement.id)
        .with_for_update(key_share=True, of=Disagreement)
    ).all()
    lone = _lone(session, draw_id)
    mapped = mapping(session, access.project.id, access.round.compared_mapping)
    ruled: list[Ruled] = []
    acts: list[events.Act] = []
    for d, place in rows:
        place.state = TwiceState.ENDED
        if d.state is not DisagreementState.TWICE:
            continue  # coders changed their layers, and it is a place no more
        d.version += 1
        said = lone.get(d.id)
        stands = stands_at(session, d.id, said.codings, mapped) if said else None
        if said is None or stands is None:
            d.state = DisagreementState.OPEN
            continue
        d.state = DisagreementState.RULED
        ruling_id = said.ruling_id or _holds_alone(session, d, said, acts)
        ruled.append(Ruled(d, ruling_id, stands))
    session.flush()
    let_stand(session, ruled)
    ended = events.DrawEnded(made.round_id, made.round_id, draw=draw_id, waited=len(rows), holding=len(ruled))
    access.log(session, *acts, ended)
    return made


def _lone(session: Session, draw_id: UUID) -> Mapping[UUID, BlindRuling]:
    """Return the one blind ruling at each place of a draw that waits, by place."""
    wanted = (
        sa.select(BlindRuling)
        .join(TwicePlace, TwicePlace.disagreement_id == BlindRuling.disagreement_id)
        .where(TwicePlace.draw_id == draw_id, TwicePlace.state == TwiceState.WAITS)
    )
    return {one.disagreement_id: one for one in session.scalars(wanted)}


def _holds_alone(session: Session, d: Disagreement, said: BlindRuling, acts: list[events.Act]) -> UUID:
    """Make a ruling of a blind one; the ruling that slept there before, if any, was ended when its place was drawn open."""
    ruling = Ruling(
        id=uuid7(),
        disagreement_id=d.id,
        adjudicator_id=said.adjudicator_id,
        codings=said.codings,
        reason=said.reason,
        tag=said.tag,
        created_at=said.created_at,
    )
    for asleep in session.scalars(sa.select(Ruling).where(Ruling.disagreement_id == d.id, Ruling.ended_at.is_(None))):
        asleep.ended_at = now()
    session.add(ruling)
    acts.append(
        events.LoneRulingHolds(
            d.id, d.round_id, ruling.id, said.adjudicator_id, logged(said.codings), said.reason, said.tag
        )
    )
    return ruling.id
