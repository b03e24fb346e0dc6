"""Acts in norming rooms. What a vote says is told when its turn is revealed, never before."""

from dataclasses import dataclass, field
from uuid import UUID

from intercoder.errors import marked
from intercoder.events.act import ActInRound, Part, Subject


@dataclass(frozen=True)
class ActInRoom(ActInRound):
    """An act in a room, which its guests hear of; the subject is the room."""

    #: known while it happens, not kept: the room knows its guests
    hears: tuple[UUID, ...] = field(default=(), kw_only=True)

    @property
    def about(self) -> frozenset[UUID]:
        """Return the guests: they sit in the room, whatever else they hear of the round."""
        return frozenset(self.hears)


@dataclass(frozen=True)
class NormingOpened(ActInRoom):
    """Somebody opened a room over some places and invited people."""

    action = "norming.opened"
    subject_kind = Subject.NORMING
    says = marked("opened the norming room “{name}”")

    name: str
    places: tuple[UUID, ...]
    guests: tuple[UUID, ...]


@dataclass(frozen=True)
class NormingVoted(ActInRoom):
    """Somebody voted, changed a vote or took it back; not on what."""

    action = "norming.voted"
    subject_kind = Subject.NORMING
    says = marked("voted in a norming room")

    place: UUID
    turn: int


@dataclass(frozen=True)
class CastVote(Part):
    """A vote that was revealed."""

    person: UUID
    place: UUID
    codes: tuple[UUID, ...]
    reason: str | None = None


@dataclass(frozen=True)
class NormingRevealed(ActInRoom):
    """The host revealed the votes of a turn."""

    action = "norming.revealed"
    subject_kind = Subject.NORMING
    says = marked("revealed the votes in the norming room “{name}”")

    name: str
    turn: int
    votes: tuple[CastVote, ...]


@dataclass(frozen=True)
class NormingAgain(ActInRoom):
    """The host let everybody vote again."""

    action = "norming.again"
    subject_kind = Subject.NORMING
    says = marked("let the norming room “{name}” vote again")

    name: str


@dataclass(frozen=True)
class NormingSaid(ActInRoom):
    """Somebody said something about a place."""

    action = "norming.said"
    subject_kind = Subject.NORMING
    says = marked("said something in a norming room")

    place: UUID
    text: str


@dataclass(frozen=True)
class NormingMinutes(ActInRoom):
    """The host wrote the minutes."""

    action = "norming.minutes"
    subject_kind = Subject.NORMING
    says = marked("wrote the minutes of the norming room “{name}”")

    name: str
    minutes: str


@dataclass(frozen=True)
class NormingClosed(ActInRoom):
    """The host closed the room."""

    action = "norming.closed"
    subject_kind = Subject.NORMING
    says = marked("closed the norming room “{name}”")

    name: str
