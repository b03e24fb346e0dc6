"""Acts on the judgement of saturation: rules chosen, what was declared, what took it back, notes on sampling."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from intercoder.errors import marked
from intercoder.events.act import Act, ActInRound, Sentence, Subject
from intercoder.models import Level, SamplingUnit, SaturationKind, StoppingRule, WithdrawalCause


@dataclass(frozen=True)
class SaturationRuleSaved(Act):
    """A stopping rule was chosen; ``documents`` had arrived by then."""

    action = "saturation.rule"
    subject_kind = Subject.SATURATION
    says = marked("saved stopping rule {number} of saturation")

    number: int
    rule: StoppingRule
    documents: int


@dataclass(frozen=True)
class SaturationDeclared(Act):
    """Somebody judged something saturated."""

    action = "saturation.declared"
    subject_kind = Subject.SATURATION
    says = marked("declared saturation (declaration {number})")

    number: int
    kind: SaturationKind
    level: Level
    view: str
    unit: str
    documents: int
    covers: str | None = None


@dataclass(frozen=True)
class SaturationTakenBack(Act):
    """Somebody took a declaration back by hand."""

    action = "saturation.taken_back"
    subject_kind = Subject.SATURATION
    says = marked("took declaration {number} of saturation back")

    number: int


@dataclass(frozen=True)
class SaturationWithdrawn(ActInRound):
    """What came later contradicts a declaration: it was withdrawn by itself, by what this person did."""

    action = "saturation.withdrawn"
    subject_kind = Subject.SATURATION
    says = marked("by this, declaration {number} of saturation no longer stands")

    number: int
    cause: WithdrawalCause
    document: UUID | None = None
    codes: str | None = None
    coder: UUID | None = None
    things: str | None = None

    def sentence(self) -> Sentence:
        """Return which declaration."""
        return Sentence(self.says, {"number": self.number})


@dataclass(frozen=True)
class InformationPowerJudged(Act):
    """Somebody judged by information power whether the materials suffice."""

    action = "saturation.power"
    subject_kind = Subject.SATURATION
    says = marked("judged by information power that the materials suffice (judgement {number})")
    says_not = marked("judged by information power that the materials do not suffice yet (judgement {number})")

    number: int
    suffices: bool
    documents: int

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says if self.suffices else self.says_not, {"number": self.number})


@dataclass(frozen=True)
class SamplingNoted(Act):
    """A dated note on how materials are gathered was written."""

    action = "saturation.note"
    subject_kind = Subject.SATURATION
    says = marked("noted a change in how materials are gathered")

    on: date


@dataclass(frozen=True)
class SaturationReserved(Act):
    """Documents were put aside for the hold-out test; which ones, only leads are told while they are hidden."""

    action = "saturation.reserved"
    subject_kind = Subject.SATURATION
    says = marked("put documents aside for the hold-out test (reservation {number})")

    number: int
    unit: SamplingUnit
    documents: tuple[UUID, ...]
    seed: int | None = None
    share: int | None = None


@dataclass(frozen=True)
class SaturationReserveLookedAt(Act):
    """Somebody looked at a document that was put aside before that was opened."""

    action = "saturation.looked"
    subject_kind = Subject.SATURATION
    says = marked("looked at a document of reservation {number} before the hold-out test was opened")

    number: int
    document: UUID


@dataclass(frozen=True)
class SaturationReserveOpened(Act):
    """What was put aside was opened: it can be given out."""

    action = "saturation.opened"
    subject_kind = Subject.SATURATION
    says = marked("opened what was put aside for the hold-out test (reservation {number})")

    number: int
    documents: tuple[UUID, ...]
