"""The API of norming rooms."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.models import NormingState
from intercoder.policy import Permission
from intercoder.services import normed
from intercoder.services import norming as services
from intercoder.services.access import RoundAccess
from intercoder.services.normed import OnTable, RoomRead, Said, Voter
from intercoder.services.norming import ByHost, NewRoom, VoteIn, WordIn
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db
from intercoder.web.signature import IfMatch


class RoomOut(Out):
    """A norming room. ``state``: voting, revealed, voting_again, revealed_again, closed; ``version`` is what If-Match names."""

    id: UUID
    round_id: UUID
    name: str
    state: NormingState
    version: int
    minutes: str
    created_at: datetime
    revealed_at: datetime | None
    closed_at: datetime | None


class VoterOut(Out):
    """Who votes; the identifier and the name are null while the project hides names, but for one's own identifier."""

    id: UUID | None
    letter: str
    name: str | None


class CastOut(Out):
    """A vote that may be seen: of a turn that was revealed, or one's own. No codes: "no code here"."""

    voter: VoterOut
    turn: int
    codes: list[UUID]
    reason: str


class TallyOut(Out):
    """How many voted for one set of codes in a turn."""

    turn: int
    codes: list[UUID]
    votes: int


class TableOut(Out):
    """A place on the table: who has voted in this turn, and the votes that may be seen."""

    disagreement_id: UUID
    document_id: UUID
    start: int
    end: int
    text: str
    voted: list[str]
    cast: list[CastOut]
    tallies: list[TallyOut]


class NormedOut(Out):
    """Alpha (nominal) over the sets of codes that were voted for in a turn: of places that were talked over, not of the round."""

    turn: int
    value: float | None
    reason: str | None
    low: float | None
    high: float | None
    interval_reason: str | None
    n_pairable: int
    coders: int


class WordOut(Out):
    """What was said; ``by`` is a letter while the project hides names."""

    id: UUID
    by: str
    text: str
    at: datetime


class RoomWhole(RoomOut):
    """A room with all that the person who asks may see of it. ``turn``: the one that is voted in."""

    host: str
    turn: int | None
    voters: list[VoterOut]
    places: list[TableOut]
    figures: list[NormedOut]
    said: list[WordOut]


def _voter(one: Voter) -> VoterOut:
    return VoterOut(id=one.id, letter=one.letter, name=one.name)


def _table(one: OnTable) -> TableOut:
    return TableOut(
        disagreement_id=one.place.id,
        document_id=one.place.document_id,
        start=one.place.start,
        end=one.place.end,
        text=one.words,
        voted=[voter.letter for voter in one.voted],
        cast=[CastOut(voter=_voter(c.voter), turn=c.turn, codes=list(c.codes), reason=c.reason) for c in one.cast],
        tallies=[
            TallyOut(turn=turn, codes=list(tally.codes), votes=tally.votes)
            for turn, tallies in one.tallies.items()
            for tally in tallies
        ],
    )


def _whole(read: RoomRead) -> RoomWhole:
    figures = [
        NormedOut(
            turn=turn,
            value=one.value,
            reason=one.reason,
            low=one.interval.low if one.interval else None,
            high=one.interval.high if one.interval else None,
            interval_reason=one.interval_reason,
            n_pairable=one.n_pairable,
            coders=one.coders,
        )
        for turn, one in read.figures.items()
    ]
    return RoomWhole.of(
        read.room,
        host=read.host,
        turn=read.turn,
        voters=[_voter(one) for one in read.voters],
        places=[_table(one) for one in read.places],
        figures=figures,
        said=[_word(one) for one in read.said],
    )


def _word(one: Said) -> WordOut:
    return WordOut(id=one.id, by=one.by, text=one.text, at=one.at)


class RoomState(In):
    """Reveal the votes of this turn, let everybody vote again, or close."""

    state: ByHost


class MinutesIn(In):
    """The minutes."""

    minutes: Annotated[str, Field(max_length=40_000)]


@endpoint("GET", "/rounds/<uuid:round>/norming", Permission.DISAGREEMENTS_VIEW, tag="norming")
def list_norming_rooms(access: RoundAccess) -> list[RoomOut]:
    """The norming rooms of a compared round, latest first."""
    return [RoomOut.of(room) for room in services.rooms(db(), access)]


@endpoint("POST", "/rounds/<uuid:round>/norming", Permission.NORM_HOST, tag="norming")
def create_norming_room(access: RoundAccess, body: NewRoom) -> Created[RoomOut]:
    """Open a room over chosen places; those invited vote blind at once."""
    return Created(RoomOut.of(services.create_room(db(), access, body)))


@endpoint("GET", "/norming/<uuid:norming>", Permission.DISAGREEMENTS_VIEW, tag="norming")
def get_norming_room(access: RoundAccess, norming: UUID) -> RoomWhole:
    """A room: who voted, votes of turns that were revealed, alpha before and after talking, talk, minutes."""
    return _whole(normed.read(db(), access, norming))


@endpoint("PUT", "/norming/<uuid:norming>/vote", Permission.NORM_VOTE, tag="norming")
def put_norming_vote(access: RoundAccess, norming: UUID, body: VoteIn) -> RoomOut:
    """Vote on a place, change the vote, or take it back, until it is revealed."""
    services.vote(db(), access, norming, body)
    return RoomOut.of(services.get_room(db(), access, norming))


@endpoint("POST", "/norming/<uuid:norming>/state", Permission.NORM_HOST, tag="norming")
def move_norming_room(access: RoundAccess, norming: UUID, body: RoomState, seen: IfMatch) -> RoomOut:
    """Reveal, vote again, close: by the host or a lead. If-Match names the version of the room."""
    return RoomOut.of(services.move(db(), access, norming, seen, body.state))


@endpoint("PUT", "/norming/<uuid:norming>/minutes", Permission.NORM_HOST, tag="norming")
def put_norming_minutes(access: RoundAccess, norming: UUID, body: MinutesIn, seen: IfMatch) -> RoomOut:
    """Write the minutes. If-Match names the version of the room."""
    return RoomOut.of(services.write_minutes(db(), access, norming, seen, body.minutes))


@endpoint("POST", "/norming/<uuid:norming>/words", Permission.NORM_VOTE, tag="norming")
def say_in_norming_room(access: RoundAccess, norming: UUID, body: WordIn) -> Created[WordOut]:
    """Say something about a place, once votes were revealed."""
    word = services.say(db(), access, norming, body)
    read = normed.read(db(), access, norming, body.place)
    return Created(next(_word(one) for one in read.said if one.id == word.id))
