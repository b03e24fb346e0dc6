"""A norming room as it is read: who voted what as far as it is revealed, what most voted, and alpha before and after talking."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    Disagreement,
    NormingGuest,
    NormingRoom,
    NormingVote,
    Round,
    RoundState,
)
from intercoder.services.access import Access, RoundAccess, answers_hidden
from intercoder.services.accounts import names_of
from intercoder.services.disagreements import excerpts, sides_of
from intercoder.services.masks import hidden, seated
from intercoder.services.norming import REVEALED, TURN, get_room, guests_of, places_of, rooms_of, talk, votes, who_voted

if TYPE_CHECKING:
    from intercoder.stats.results import Estimate

#: characters of a place that are shown
EXCERPT = 200
RESAMPLES = 1000


@dataclass(frozen=True)
class Voter:
    """Somebody who votes: by letter, and by name where the project does not hide names until the round is settled."""

    id: UUID | None
    letter: str
    name: str | None
    own: bool

    @property
    def called(self) -> str:
        """What the person is called here."""
        return self.name or self.letter


@dataclass(frozen=True)
class Cast:
    """A vote that may be seen."""

    voter: Voter
    turn: int
    codes: Sequence[UUID]
    reason: str


@dataclass(frozen=True)
class Tally:
    """How many voted for one set of codes."""

    codes: Sequence[UUID]
    votes: int


@dataclass(frozen=True)
class Said:
    """What somebody said."""

    id: UUID
    place: UUID
    by: str
    text: str
    at: datetime


@dataclass(frozen=True)
class OnTable:
    """A place of a room. ``used``: the codes that coders gave it; ``tallies``: by turn that was revealed, most votes first."""

    place: Disagreement
    number: int
    words: str
    used: Sequence[UUID]
    voted: Sequence[Voter]
    cast: Sequence[Cast]
    tallies: Mapping[int, Sequence[Tally]]

    @property
    def outcome(self) -> Tally | None:
        """What more than half of the votes of the last revealed turn are for; None where there is no such thing."""
        last = self.tallies[max(self.tallies)] if self.tallies else ()
        return last[0] if last and 2 * last[0].votes > sum(one.votes for one in last) else None

    @property
    def own(self) -> Cast | None:
        """The reader's own vote of the latest turn there is."""
        return max((one for one in self.cast if one.voter.own), key=lambda one: one.turn, default=None)


@dataclass(frozen=True)
class RoomRead:
    """A room as somebody may read it."""

    room: NormingRoom
    host: str
    voters: Sequence[Voter]
    places: Sequence[OnTable]
    said: Sequence[Said]
    #: alpha over the sets of codes that were voted for, by turn that was revealed
    figures: Mapping[int, "Estimate"]
    #: the turn that is voted in; None between turns
    turn: int | None

    @property
    def revealed(self) -> bool:
        """Whether any vote may be seen by everybody."""
        return bool(REVEALED[self.room.state])


def read(session: Session, access: RoundAccess, room_id: UUID, place: UUID | None = None) -> RoomRead:
    """Return a room with what the person who asks may see of it; what was said at one place, or at all."""
    room = get_room(session, access, room_id)
    guests = guests_of(session, room.id)
    places = places_of(session, room.id)
    names = names_of(session, [*guests, room.host_id])
    seats = {guest: n for n, guest in enumerate(seated(access, room.id, guests))}
    masked = hidden(access)

    def voter(person: UUID) -> Voter:
        letter = chr(ord("A") + seats[person] % 26) + (str(seats[person] // 26) if seats[person] > 25 else "")
        own = person == access.actor.id
        return Voter(None if masked and not own else person, letter, None if masked else names.get(person), own)

    people = {person: voter(person) for person in seats}
    seen = votes(session, room, access.actor.id)
    here = who_voted(session, room)
    words, sides = excerpts(session, places, EXCERPT), sides_of(session, places)
    on_table = [
        OnTable(
            d,
            number,
            words.get(d.id, ""),
            list(dict.fromkeys(side.code for side in sides[d.id])),
            [people[p] for p in seats if p in here.get(d.id, ())],
            [Cast(people[v.user_id], v.turn, v.codes, v.reason) for v in seen if v.disagreement_id == d.id],
            _tallies(room, [v for v in seen if v.disagreement_id == d.id]),
        )
        for number, d in enumerate(places, 1)
    ]

    def called(person: UUID) -> str:
        return people[person].called if person in people else names.get(person, "–")

    said = [Said(w.id, w.disagreement_id, called(w.author_id), w.text, w.at) for w in talk(session, room, place)]
    shown = sorted(REVEALED[room.state] & {v.turn for v in seen})
    figures = {turn: alpha([v for v in seen if v.turn == turn], places, guests) for turn in shown}
    return RoomRead(
        room, names.get(room.host_id, "–"), [people[p] for p in seats], on_table, said, figures, TURN[room.state]
    )


def _tallies(room: NormingRoom, cast: Sequence[NormingVote]) -> dict[int, list[Tally]]:
    return {
        turn: [
            Tally(sorted(codes), times)
            for codes, times in Counter(frozenset(v.codes) for v in cast if v.turn == turn).most_common()
        ]
        for turn in sorted(REVEALED[room.state])
        if any(v.turn == turn for v in cast)
    }


def alpha(cast: Sequence[NormingVote], places: Sequence[Disagreement], guests: Sequence[UUID]) -> "Estimate":
    """Return Krippendorff's alpha (nominal) over the sets of codes that were voted for at the places of a room.

    Who did not vote at a place is missing there; a vote for no code is the empty set. The interval is by resampling of places
    or documents, with the seed of every report. It describes places that were chosen because coders differed there and that were
    talked over: not the round.
    """
    from intercoder.stats.agreement.alpha import krippendorff_alpha  # numbers are loaded when somebody reads them
    from intercoder.stats.reliability import Ratings

    given = {(v.user_id, v.disagreement_id): frozenset(map(str, v.codes)) for v in cast}
    rows = [[given.get((guest, d.id)) for d in places] for guest in guests]
    ratings = Ratings.from_rows(rows, coders=[str(g) for g in guests], documents=[str(d.document_id) for d in places])
    return krippendorff_alpha(ratings, resamples=RESAMPLES)


@dataclass(frozen=True)
class Before:
    """A room over places of a round that a report is about, and how many of its documents were submitted after its votes were seen.

    ``after``: 0 where all codings came before anybody talked in it.
    """

    room: NormingRoom
    round_number: int
    after: int


def before_or_after(session: Session, access: Access, round_ids: Sequence[UUID]) -> list[Before]:
    """Return the rooms of compared rounds, latest first, each with what its guests submitted after its first reveal."""
    late = (
        sa.select(sa.func.count())
        .where(
            Assignment.round_id == NormingRoom.round_id,
            Assignment.submitted_at > NormingRoom.revealed_at,
            Assignment.coder_id.in_(sa.select(NormingGuest.user_id).where(NormingGuest.room_id == NormingRoom.id)),
        )
        .correlate(NormingRoom)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(NormingRoom, Round.number, late)
        .join(Round, Round.id == NormingRoom.round_id)
        .where(
            NormingRoom.round_id.in_(round_ids),
            NormingRoom.revealed_at.is_not(None),
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
            Round.id.not_in(answers_hidden(access.project.id, access.actor.id)),
        )
        .order_by(NormingRoom.created_at.desc(), NormingRoom.id)
    )
    return [Before(*row) for row in rows]


def outcomes(session: Session, access: RoundAccess, place: UUID) -> list[tuple[NormingRoom, Tally]]:
    """Return what rooms voted by a majority at one place, latest room first: of turns that were revealed."""
    found = []
    for room in rooms_of(session, access, place):
        cast = [v for v in votes(session, room, None) if v.disagreement_id == place]
        tallies = _tallies(room, cast)
        last = tallies[max(tallies)] if tallies else []
        if last and 2 * last[0].votes > sum(one.votes for one in last):
            found.append((room, last[0]))
    return found
