"""What an event is: an act with its fields, and the sentence that tells it."""

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import ClassVar
from uuid import UUID

from intercoder.models import GateAsked, Passage, Role, RoundDesign, RoundGoal, Unit

#: what can be changed of a code
CODE_FIELDS = (
    "name",
    "other_name",
    "aliases",
    "level",
    "number",
    "definition",
    "include",
    "exclude",
    "example",
    "near_miss",
    "example_at",
    "near_miss_at",
    "colour",
    "position",
    "parent_id",
)


class Subject(enum.StrEnum):
    """The kinds of things that an act is done to; hints name them too."""

    PROJECT = "project"
    MEMBER = "member"
    INVITATION = "invitation"
    CASE = "case"
    FILE = "file"
    DOCUMENT = "document"
    CODE = "code"
    VERSION = "version"
    ROUND = "round"
    ASSIGNMENT = "assignment"
    CODING = "coding"
    REPORT = "report"
    DISAGREEMENT = "disagreement"
    SATURATION = "saturation"
    NORMING = "norming"
    ELEMENT = "element"
    RELATION = "relation"


@dataclass(frozen=True)
class Person:
    """A place in a sentence for the name of a person."""

    id: UUID


@dataclass(frozen=True)
class Title:
    """A place in a sentence for the title of a document, as far as the reader may know it."""

    document_id: UUID


@dataclass(frozen=True)
class CodeName:
    """A place in a sentence for what a code is called today; ``otherwise`` where that is not known."""

    id: UUID
    otherwise: str


@dataclass(frozen=True)
class CodeField:
    """A place in a sentence for the word for a field of a code."""

    name: str


#: what can stand at a place of a sentence; several are written one after the other
Word = str | int | Role | Unit | Person | Title | CodeName | CodeField
Words = Word | tuple[Word, ...]


@dataclass(frozen=True)
class Sentence:
    """What was done, in English and without the person, as a message to translate: "opened round {number}"."""

    message: str
    values: Mapping[str, Words]
    #: the message for several, where ``values["n"]`` says how many
    many: str | None = None


@dataclass(frozen=True)
class Part:
    """Something with fields of its own that an act keeps, but for those that are None."""


@dataclass(frozen=True)
class Act:
    """Something that somebody did. The fields of a kind of act are what is kept of it.

    A field that is None is not kept, so that an act says only what it is about.
    """

    #: the name under which it is stored; never changes
    action: ClassVar[str]
    subject_kind: ClassVar[Subject]
    #: all members may see it, even blind coders
    public: ClassVar[bool] = False
    #: nobody's open page hears of it: that it happened is nobody else's to know
    unheard: ClassVar[bool] = False
    #: the sentence, with places for the act's own fields
    says: ClassVar[str]
    #: action → its class, of the kinds that are loaded; ``events.known`` returns all
    known: ClassVar[dict[str, type["Act"]]] = {}

    subject_id: UUID

    def __init_subclass__(cls) -> None:
        """Enter a kind of act among those that stored rows are read back into."""
        if "action" in vars(cls):
            assert cls.action not in Act.known, cls.action
            Act.known[cls.action] = cls

    @property
    def round_id(self) -> UUID | None:
        """The round it belongs to, for the rule of blindness."""
        return None

    @property
    def stream(self) -> UUID | None:
        """The stream that it is chained in; None for the project's own."""
        return None

    @property
    def about(self) -> frozenset[UUID]:
        """The coders whose own work it is about: their open pages hear of it."""
        return frozenset()

    def detail(self) -> dict[str, object]:
        """Return what is kept of the act, as JSON has it."""
        values = [(name, getattr(self, name)) for name in _kept(self.action)]
        return {name: _plain(value) for name, value in values if value is not None}

    def sentence(self) -> Sentence:
        """Return what was done, for reading."""
        return Sentence(self.says, {name: getattr(self, name) for name in _places(self.says)})


@dataclass(frozen=True)
class ActInRound(Act):
    """An act that belongs to a round: hidden from those who are blind in it."""

    in_round: UUID

    @property
    def round_id(self) -> UUID:
        """The round it belongs to."""
        return self.in_round


@dataclass(frozen=True)
class ActInStream(ActInRound):
    """An act of one coder, chained in a stream that is the coder's own: nobody else's numbers tell of it."""

    in_stream: UUID

    @property
    def stream(self) -> UUID:
        """The stream that it is chained in."""
        return self.in_stream


#: fields that say where an act is chained and who hears of it, which are no part of what is kept
_LEADS = frozenset({"subject_id", "in_round", "in_stream", "hears"})


@cache
def _kept(action: str) -> tuple[str, ...]:
    return tuple(f.name for f in fields(Act.known[action]) if f.name not in _LEADS)


@cache
def _places(message: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\{(\w+)\}", message))


def _plain(value: object) -> object:
    if type(value) in {str, int, bool}:
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, GateAsked | Part | Passage | RoundDesign | RoundGoal):
        kept = {f.name: getattr(value, f.name) for f in fields(value)}
        return {name: _plain(part) for name, part in kept.items() if part is not None}
    return value
