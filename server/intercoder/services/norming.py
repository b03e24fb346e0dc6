"""Norming rooms: a team votes on chosen places blind, the host reveals, they talk, vote again, and keep minutes.

Votes are layers of their own: no figure of a round, no consensus and no saturation reads them. What somebody else voted
is read by ``_votes`` alone, whose condition leaves out every turn that is not revealed.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, Forbidden, InvalidInput, Stale
from intercoder.models import (
    Disagreement,
    DisagreementState,
    Member,
    NormingGuest,
    NormingPlace,
    NormingRoom,
    NormingState,
    NormingVote,
    NormingWord,
    Role,
)
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.command import Command, Name, Text, checked
from intercoder.services.picking import SEEN
from intercoder.services.submitted import round_codebook
from intercoder.text.canonical import canonical

#: places on the table of one room, and people at it
PLACES, GUESTS = 100, 50
#: characters of a reason or of what is said, and of minutes
WORDS, MINUTES = 2000, 20_000


def _clean(text: str) -> str:
    kept = canonical(text).strip()
    if len(kept) > WORDS:
        raise InvalidInput("long_text", "What is said in a norming room has at most {n} characters at a time.", n=WORDS)
    return kept


def _minutes(text: str) -> str:
    kept = canonical(text).strip()
    if len(kept) > MINUTES:
        raise InvalidInput("long_text", "Minutes have at most {n} characters.", n=MINUTES)
    return kept


Said = Annotated[Text, checked(_clean)]


class NewRoom(Command):
    """A room over places of a compared round, and who votes in it; whoever opens it is the host, and votes only when named."""

    name: Name
    places: Annotated[tuple[UUID, ...], Field(max_length=PLACES)]
    guests: Annotated[tuple[UUID, ...], Field(max_length=GUESTS)]


class VoteIn(Command):
    """Which codes would stand at a place, none for "no code here"; null takes the vote back."""

    place: UUID
    codes: Annotated[tuple[UUID, ...], Field(max_length=50)] | None
    reason: Said = ""


class WordIn(Command):
    """Something to say about a place."""

    place: UUID
    text: Said


#: the states into which a host puts a room
ByHost = Literal[NormingState.REVEALED, NormingState.VOTING_AGAIN, NormingState.REVEALED_AGAIN, NormingState.CLOSED]
#: from where to where a room may go
_MOVES: Mapping[NormingState, Collection[NormingState]] = {
    NormingState.VOTING: {NormingState.REVEALED},
    NormingState.REVEALED: {NormingState.VOTING_AGAIN, NormingState.CLOSED},
    NormingState.VOTING_AGAIN: {NormingState.REVEALED_AGAIN},
    NormingState.REVEALED_AGAIN: {NormingState.CLOSED},
    NormingState.CLOSED: (),
}
#: the turn in which is voted, and those whose votes everybody sees
TURN: Mapping[NormingState, int | None] = {
    NormingState.VOTING: 1,
    NormingState.REVEALED: None,
    NormingState.VOTING_AGAIN: 2,
    NormingState.REVEALED_AGAIN: None,
    NormingState.CLOSED: None,
}
REVEALED: Mapping[NormingState, frozenset[int]] = {
    NormingState.VOTING: frozenset(),
    NormingState.REVEALED: frozenset({1}),
    NormingState.VOTING_AGAIN: frozenset({1}),
    NormingState.REVEALED_AGAIN: frozenset({1, 2}),
    NormingState.CLOSED: frozenset({1, 2}),
}


def create_room(session: Session, access: RoundAccess, given: NewRoom) -> NormingRoom:
    """Open a room: everybody named may vote at once."""
    places, guests = list(dict.fromkeys(given.places)), list(dict.fromkeys(given.guests))
    if not places:
        raise InvalidInput("no_places", "Choose at least one place for the room.")
    if len(guests) < 2:
        raise InvalidInput("no_guests", "Invite at least two people: one alone has nobody to agree with.")
    here = sa.select(Disagreement).where(Disagreement.round_id == access.round.id, SEEN, Disagreement.id.in_(places))
    found = session.scalars(here).all()
    if {d.id for d in found} != set(places):
        raise InvalidInput(
            "unknown_place", "One of these places is not a disagreement of this round. Choose them anew."
        )
    if any(d.state is DisagreementState.TWICE for d in found):
        raise Conflict(
            "two_rule_there", "Two adjudicators rule on one of these places, blind to one another: talk would end that."
        )
    team = sa.select(Member).where(Member.project_id == access.project.id, Member.user_id.in_(guests))
    if {m.user_id for m in session.scalars(team) if m.role_set - {Role.OBSERVER}} != set(guests):
        raise InvalidInput(
            "unknown_guest", "Only leads, coders and adjudicators of the project can be invited to vote."
        )
    room = NormingRoom(
        project_id=access.project.id,
        round_id=access.round.id,
        name=given.name,
        host_id=access.actor.id,
        state=NormingState.VOTING,
        version=1,
        minutes="",
        created_at=now(),
    )
    session.add(room)
    session.flush()
    session.add_all(NormingPlace(room_id=room.id, disagreement_id=d, number=n) for n, d in enumerate(places, 1))
    session.add_all(NormingGuest(room_id=room.id, user_id=guest) for guest in guests)
    session.flush()
    opened = events.NormingOpened(
        room.id, access.round.id, hears=tuple(guests), name=room.name, places=tuple(places), guests=tuple(guests)
    )
    access.log(session, opened)
    return room


def rooms(session: Session, access: RoundAccess) -> list[NormingRoom]:
    """Return the rooms of a round, latest first."""
    wanted = sa.select(NormingRoom).where(NormingRoom.round_id == access.round.id)
    return list(session.scalars(wanted.order_by(NormingRoom.created_at.desc(), NormingRoom.id)))


def get_room(session: Session, access: RoundAccess, room_id: UUID, *, lock: bool = False) -> NormingRoom:
    """Return a room of the round."""
    wanted = sa.select(NormingRoom).where(NormingRoom.id == room_id, NormingRoom.round_id == access.round.id)
    locked = wanted.with_for_update().execution_options(populate_existing=True)
    room = session.scalar(locked if lock else wanted)
    if room is None:
        raise no_such_thing()
    return room


def guests_of(session: Session, room_id: UUID) -> list[UUID]:
    """Return who votes in a room, in a fixed order."""
    guest = NormingGuest
    return list(session.scalars(sa.select(guest.user_id).where(guest.room_id == room_id).order_by(guest.user_id)))


def places_of(session: Session, room_id: UUID) -> Sequence[Disagreement]:
    """Return the places of a room in their order; one at which nobody differs any more stays where votes are."""
    wanted = (
        sa.select(Disagreement)
        .join(NormingPlace, NormingPlace.disagreement_id == Disagreement.id)
        .where(NormingPlace.room_id == room_id)
        .options(sa.orm.joinedload(Disagreement.document, innerjoin=True))
    )
    return session.scalars(wanted.order_by(NormingPlace.number)).all()


def _hosted(session: Session, access: RoundAccess, room_id: UUID, version: int) -> NormingRoom:
    room = get_room(session, access, room_id, lock=True)
    if room.host_id != access.actor.id and Role.LEAD not in access.roles:
        raise Forbidden("not_host", "The host of this room or a lead does that.")
    if room.version != version:
        raise Stale("stale_room", "Somebody changed this room in the meantime. Look at it again.")
    room.version += 1
    return room


def _place(session: Session, room: NormingRoom, place: UUID) -> None:
    if session.get(NormingPlace, (room.id, place)) is None:
        raise InvalidInput("unknown_place", "This place is not on the table of this room.")


def vote(session: Session, access: RoundAccess, room_id: UUID, given: VoteIn) -> NormingVote | None:
    """Vote on a place, change the vote, or take it back; until the votes of this turn are revealed."""
    room = get_room(session, access, room_id, lock=True)
    guests = guests_of(session, room.id)
    if access.actor.id not in guests:
        raise Forbidden("not_guest", "Only those who were invited to this room vote in it.")
    turn = TURN[room.state]
    if turn is None:
        raise Conflict("not_voting", "Votes were revealed here: they stand as they are.")
    _place(session, room, given.place)
    codes = tuple(dict.fromkeys(given.codes or ()))
    if codes and not set(codes) <= {entry.id for entry in round_codebook(session, access.round)}:
        raise InvalidInput("unknown_code", "This code is not in the codebook of this round.")
    cast = session.get(NormingVote, (room.id, given.place, access.actor.id, turn))
    if given.codes is None:
        if cast is not None:
            session.delete(cast)
        kept = None
    else:
        kept = cast or NormingVote(room_id=room.id, disagreement_id=given.place, user_id=access.actor.id, turn=turn)
        kept.codes, kept.reason, kept.at = codes, given.reason, now()
        session.add(kept)
    session.flush()
    told = events.NormingVoted(room.id, access.round.id, hears=tuple(guests), place=given.place, turn=turn)
    access.log(session, told)
    return kept


def move(session: Session, access: RoundAccess, room_id: UUID, version: int, state: ByHost) -> NormingRoom:
    """Reveal, let everybody vote again, or close."""
    room = _hosted(session, access, room_id, version)
    if state not in _MOVES[room.state]:
        raise Conflict(
            "room_moved", "That does not follow on where this room stands: vote, reveal, vote again, reveal, close."
        )
    turn, room.state = TURN[room.state], state
    guests = tuple(guests_of(session, room.id))
    where = (room.id, access.round.id)
    if turn is not None:
        room.revealed_at = room.revealed_at or now()
        cast = sa.select(NormingVote).where(NormingVote.room_id == room.id, NormingVote.turn == turn)
        votes = tuple(
            events.CastVote(one.user_id, one.disagreement_id, one.codes, one.reason or None)
            for one in session.scalars(cast.order_by(NormingVote.disagreement_id, NormingVote.user_id))
        )
        access.log(session, events.NormingRevealed(*where, hears=guests, name=room.name, turn=turn, votes=votes))
    elif state is NormingState.CLOSED:
        room.closed_at = now()
        access.log(session, events.NormingClosed(*where, hears=guests, name=room.name))
    else:
        access.log(session, events.NormingAgain(*where, hears=guests, name=room.name))
    session.flush()
    return room


def write_minutes(session: Session, access: RoundAccess, room_id: UUID, version: int, text: str) -> NormingRoom:
    """Keep the minutes, also of a room that is closed."""
    room = _hosted(session, access, room_id, version)
    room.minutes = _minutes(text)
    where, guests = (room.id, access.round.id), tuple(guests_of(session, room.id))
    access.log(session, events.NormingMinutes(*where, hears=guests, name=room.name, minutes=room.minutes))
    session.flush()
    return room


def say(session: Session, access: RoundAccess, room_id: UUID, given: WordIn) -> NormingWord:
    """Say something about a place, once votes were revealed: before, talk would tell them."""
    room = get_room(session, access, room_id, lock=True)
    guests = guests_of(session, room.id)
    if access.actor.id not in {*guests, room.host_id}:
        raise Forbidden("not_guest", "Only those who were invited to this room talk in it.")
    if not REVEALED[room.state] or room.state is NormingState.CLOSED:
        raise Conflict("not_talking", "There is talk here from the first reveal until the room is closed.")
    if not given.text:
        raise InvalidInput("nothing_said", "Write something first.")
    _place(session, room, given.place)
    word = NormingWord(
        room_id=room.id, disagreement_id=given.place, author_id=access.actor.id, text=given.text, at=now()
    )
    session.add(word)
    session.flush()
    said = events.NormingSaid(room.id, access.round.id, hears=tuple(guests), place=given.place, text=given.text)
    access.log(session, said)
    return word


# --- as they are read ----------------------------------------------------------------------------


def votes(session: Session, room: NormingRoom, reader: UUID | None) -> Sequence[NormingVote]:
    """Return the votes that somebody may see: of turns that were revealed, and own ones."""
    shown = sa.or_(NormingVote.turn.in_(REVEALED[room.state]), NormingVote.user_id == reader)
    wanted = sa.select(NormingVote).where(NormingVote.room_id == room.id, shown)
    return session.scalars(wanted.order_by(NormingVote.turn, NormingVote.user_id, NormingVote.disagreement_id)).all()


def who_voted(session: Session, room: NormingRoom) -> Mapping[UUID, frozenset[UUID]]:
    """Return who has voted in this turn, by place: never on what."""
    turn = TURN[room.state]
    rows = session.execute(
        sa.select(NormingVote.disagreement_id, NormingVote.user_id).where(
            NormingVote.room_id == room.id, NormingVote.turn == turn
        )
    )
    found: dict[UUID, set[UUID]] = {}
    for place, person in rows if turn is not None else ():
        found.setdefault(place, set()).add(person)
    return {place: frozenset(people) for place, people in found.items()}


def talk(session: Session, room: NormingRoom, place: UUID | None = None) -> Sequence[NormingWord]:
    """Return what was said, in its order; at one place, or at all."""
    wanted = sa.select(NormingWord).where(NormingWord.room_id == room.id)
    if place is not None:
        wanted = wanted.where(NormingWord.disagreement_id == place)
    return session.scalars(wanted.order_by(NormingWord.at, NormingWord.id)).all()


def rooms_of(session: Session, access: RoundAccess, place: UUID) -> list[NormingRoom]:
    """Return the rooms that have a place on their table, latest first."""
    at = sa.exists().where(NormingPlace.room_id == NormingRoom.id, NormingPlace.disagreement_id == place)
    wanted = sa.select(NormingRoom).where(NormingRoom.round_id == access.round.id, at)
    return list(session.scalars(wanted.order_by(NormingRoom.created_at.desc(), NormingRoom.id)))
