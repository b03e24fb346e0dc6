"""Acts on reports, disagreements and rulings."""

from dataclasses import dataclass
from uuid import UUID

from intercoder.errors import counted, marked
from intercoder.events.act import ActInRound, Part, Sentence, Subject
from intercoder.models import DrawnFrom, ReportLevel, RulingTag, SettlingRule, Unit


@dataclass(frozen=True)
class AgreementReported(ActInRound):
    """An agreement report was made."""

    action = "agreement.reported"
    subject_kind = Subject.REPORT
    says = marked("made an agreement report by {unit}")

    unit: Unit
    level: ReportLevel
    #: of the layers that went in
    layers: str
    #: what it was called
    name: str | None = None


@dataclass(frozen=True)
class MarksCompared(ActInRound):
    """Where coders of an open round marked something was compared; the subject is the round."""

    action = "round.marks"
    subject_kind = Subject.ROUND
    says = marked("compared where something was marked")

    #: of the layers that went in
    layers: str


@dataclass(frozen=True)
class RuledCoding(Part):
    """A coding that stands by a ruling."""

    code: UUID
    start: int
    end: int


@dataclass(frozen=True)
class DisagreementRuled(ActInRound):
    """An adjudicator decided."""

    action = "disagreement.ruled"
    subject_kind = Subject.DISAGREEMENT
    says = marked("ruled on a disagreement")
    says_own = marked("ruled on a disagreement about a document that the person had coded")
    says_beyond = marked("ruled on a disagreement, with words beyond its place")

    ruling: UUID
    codings: tuple[RuledCoding, ...]
    reason: str
    #: whether the adjudicator coded the document in this round; not kept otherwise
    by_coder: bool | None = None
    #: whether a coding reaches beyond the place, which was said explicitly
    beyond: bool | None = None
    #: why coders differed
    tag: RulingTag | None = None

    def sentence(self) -> Sentence:
        """Return whether it was about own work, or reaches beyond its place."""
        if self.by_coder:
            return Sentence(self.says_own, {})
        return Sentence(self.says_beyond if self.beyond else self.says, {})


@dataclass(frozen=True)
class RuledPlace(Part):
    """One of many places that were ruled on by a rule."""

    disagreement: UUID
    ruling: UUID
    codings: tuple[RuledCoding, ...]
    #: whether the adjudicator coded the document in this round; not kept otherwise
    by_coder: bool | None = None


@dataclass(frozen=True)
class PlacesRuled(ActInRound):
    """An adjudicator decided on many places by a rule; the subject is the round."""

    action = "round.places_ruled"
    subject_kind = Subject.ROUND
    says = marked("ruled on disagreements by a rule")

    bulk: UUID
    rule: SettlingRule
    rulings: tuple[RuledPlace, ...]
    reason: str
    tag: RulingTag | None = None

    def sentence(self) -> Sentence:
        """Return on how many."""
        message, many = counted("ruled on {n} disagreement by a rule", "ruled on {n} disagreements by a rule")
        return Sentence(message, {"n": len(self.rulings)}, many)


@dataclass(frozen=True)
class PlacesOpened(ActInRound):
    """Rulings by a rule were taken back as one; the subject is the round."""

    action = "round.places_opened"
    subject_kind = Subject.ROUND
    says = marked("took rulings by a rule back")

    bulk: UUID
    #: those that still held
    rulings: tuple[UUID, ...]

    def sentence(self) -> Sentence:
        """Return how many."""
        message, many = counted("took {n} ruling by a rule back", "took {n} rulings by a rule back")
        return Sentence(message, {"n": len(self.rulings)}, many)


@dataclass(frozen=True)
class RulingUndone(ActInRound):
    """A ruling was taken back."""

    action = "disagreement.undone"
    subject_kind = Subject.DISAGREEMENT
    says = marked("took a ruling back")

    ruling: UUID


@dataclass(frozen=True)
class DisagreementDeferred(ActInRound):
    """A disagreement was put off."""

    action = "disagreement.deferred"
    subject_kind = Subject.DISAGREEMENT
    says = marked("put a disagreement off")


@dataclass(frozen=True)
class DisagreementDiscussed(ActInRound):
    """A disagreement was sent to discussion."""

    action = "disagreement.discussion"
    subject_kind = Subject.DISAGREEMENT
    says = marked("sent a disagreement to discussion")


@dataclass(frozen=True)
class DisagreementReopened(ActInRound):
    """A disagreement was put back among the open ones."""

    action = "disagreement.open"
    subject_kind = Subject.DISAGREEMENT
    says = marked("put a disagreement back among the open ones")


@dataclass(frozen=True)
class PlacesDrawn(ActInRound):
    """Places of a round were drawn to be ruled on by two; the subject is the round.

    Which they are follows from the seed and is kept with the draw; ``digest`` is SHA-256 over their identifiers, sorted, a
    line each.
    """

    action = "round.places_drawn"
    subject_kind = Subject.ROUND
    says, says_many = counted(
        "drew {n} place to be ruled on by two, blind to one another",
        "drew {n} places to be ruled on by two, blind to one another",
    )

    draw: UUID
    drawn_from: DrawnFrom
    #: in percent of those that could be drawn
    share: int
    seed: int
    places: int
    digest: str

    def sentence(self) -> Sentence:
        """Return how many."""
        return Sentence(self.says, {"n": self.places}, self.says_many)


@dataclass(frozen=True)
class RuledBlind(ActInRound):
    """One of two adjudicators said what should stand at a place; nobody else learns of it while the place waits."""

    action = "disagreement.ruled_blind"
    subject_kind = Subject.DISAGREEMENT
    unheard = True
    says = marked("ruled on a disagreement without knowing the other ruling")

    codings: tuple[RuledCoding, ...]
    reason: str
    #: whether the adjudicator coded the document in this round; not kept otherwise
    by_coder: bool | None = None
    tag: RulingTag | None = None


@dataclass(frozen=True)
class BothRuled(ActInRound):
    """Both rulings on a place are there; ``ruling``: the one that holds, where both let the same stand."""

    action = "disagreement.both_ruled"
    subject_kind = Subject.DISAGREEMENT
    says = marked("two adjudicators ruled on a disagreement otherwise: it goes to discussion")
    says_same = marked("two adjudicators ruled on a disagreement in the same way")

    ruling: UUID | None = None

    def sentence(self) -> Sentence:
        """Return whether they ruled in the same way."""
        return Sentence(self.says if self.ruling is None else self.says_same, {})


@dataclass(frozen=True)
class DrawEnded(ActInRound):
    """No second ruling is waited for any more; the subject is the round."""

    action = "round.draw_ended"
    subject_kind = Subject.ROUND
    says = marked("ended the ruling by two of the places that still waited")

    draw: UUID
    #: places that still waited, and rulings that hold now though nobody checked them
    waited: int
    holding: int


@dataclass(frozen=True)
class LoneRulingHolds(ActInRound):
    """A blind ruling that no second one met holds from now on."""

    action = "disagreement.lone_ruling"
    subject_kind = Subject.DISAGREEMENT
    says = marked("let a ruling hold that no second adjudicator had met")

    ruling: UUID
    adjudicator: UUID
    codings: tuple[RuledCoding, ...]
    reason: str
    tag: RulingTag | None = None
