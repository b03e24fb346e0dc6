"""Acts on rounds and on what is given out in them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from intercoder.errors import counted, marked
from intercoder.events.act import Act, ActInRound, Person, Sentence, Subject, Title
from intercoder.models import CodebookPolicy, Difficulty, GateAsked, RoundDesign, RoundGoal, RoundPurpose, Unit, Unseen


@dataclass(frozen=True)
class RoundCreated(Act):
    """A round was prepared."""

    action = "round.created"
    subject_kind = Subject.ROUND
    public = True
    says = marked("prepared round {number} “{name}”")

    number: int
    name: str
    unit: Unit
    policy: CodebookPolicy
    #: number of the version of the codebook; None where it begins without one
    version: int | None = None
    # What follows was said here by earlier versions of the program: see ``RoundPlanned``.
    purpose: RoundPurpose | None = None
    design: RoundDesign | None = None
    goal: RoundGoal | None = None


@dataclass(frozen=True)
class RoundPlanned(ActInRound):
    """It was said what a round is for and how documents go to coders; these see it when the round is closed."""

    action = "round.planned"
    subject_kind = Subject.ROUND
    says = marked("planned round {number} “{name}”")

    number: int
    name: str
    purpose: RoundPurpose
    #: None where the documents of each coder were chosen by hand
    design: RoundDesign | None = None
    #: None where none was set
    goal: RoundGoal | None = None


@dataclass(frozen=True)
class RoundChanged(Act):
    """The design of a round was changed."""

    action = "round.changed"
    subject_kind = Subject.ROUND
    public = True
    says = marked("changed the design of the round “{name}”")

    name: str


@dataclass(frozen=True)
class RoundAssigned(Act):
    """Further documents were given out: each to a coder."""

    action = "round.assigned"
    subject_kind = Subject.ROUND
    says, says_many = counted("gave out {n} further document", "gave out {n} further documents")

    #: document and coder
    assignments: tuple[tuple[UUID, UUID], ...]
    #: of the chance by which they were given out; None where they were chosen by hand
    seed: int | None = None

    def sentence(self) -> Sentence:
        """Return how many."""
        return Sentence(self.says, {"n": len(self.assignments)}, self.says_many)


@dataclass(frozen=True)
class AssignmentsWithdrawn(ActInRound):
    """Documents in which nothing was begun were taken back from their coders."""

    action = "round.withdrawn"
    subject_kind = Subject.ROUND
    says, says_many = counted(
        "took back {n} document that was not begun", "took back {n} documents that were not begun"
    )

    #: document and coder
    assignments: tuple[tuple[UUID, UUID], ...]

    @property
    def about(self) -> frozenset[UUID]:
        """The coders of these documents."""
        return frozenset(coder for _, coder in self.assignments)

    def sentence(self) -> Sentence:
        """Return how many."""
        return Sentence(self.says, {"n": len(self.assignments)}, self.says_many)


@dataclass(frozen=True)
class AssignmentsDue(ActInRound):
    """It was said by when documents should be done; None: no longer."""

    action = "round.due"
    subject_kind = Subject.ROUND
    says, says_many = counted("{n} document is due on {day}", "{n} documents are due on {day}")
    says_none, says_none_many = counted("{n} document is due on no day", "{n} documents are due on no day")

    #: document and coder
    assignments: tuple[tuple[UUID, UUID], ...]
    due_on: date | None = None

    @property
    def about(self) -> frozenset[UUID]:
        """The coders of these documents."""
        return frozenset(coder for _, coder in self.assignments)

    def sentence(self) -> Sentence:
        """Return how many, and when."""
        n = len(self.assignments)
        if self.due_on is None:
            return Sentence(self.says_none, {"n": n}, self.says_none_many)
        return Sentence(self.says, {"n": n, "day": self.due_on.isoformat()}, self.says_many)


@dataclass(frozen=True)
class TestMade(ActInRound):
    """A round became a test: what is settled on its documents was kept as the answers."""

    action = "round.test"
    subject_kind = Subject.ROUND
    says = marked("made a test of round {number} “{name}”")

    number: int
    name: str
    #: each with the round that settled it
    documents: tuple[tuple[UUID, UUID], ...]
    #: None where the documents were chosen by hand
    seed: int | None = None
    difficulty: Difficulty | None = None
    codes: tuple[UUID, ...] | None = None


@dataclass(frozen=True)
class RepeatsDrawn(ActInRound):
    """Documents that coders submitted before were drawn by chance, to be coded by them again; coders see it when the round is closed."""

    action = "round.repeats"
    subject_kind = Subject.ROUND
    says = marked("drew what comes again in round {number} “{name}”")

    number: int
    name: str
    seed: int
    #: of each coder's documents
    percent: int
    #: since when they had to be submitted
    days: int
    #: document and coder
    assignments: tuple[tuple[UUID, UUID], ...]


@dataclass(frozen=True)
class GateSet(ActInRound):
    """It was said what coders must have reached in a test before they code a round; None: nothing any longer."""

    action = "round.gate"
    subject_kind = Subject.ROUND
    says = marked("set the gate of round {number} “{name}”")
    says_none = marked("took the gate of round {number} “{name}” away")

    number: int
    name: str
    rule: GateAsked | None = None

    def sentence(self) -> Sentence:
        """Return whether there is one."""
        return Sentence(self.says if self.rule else self.says_none, {"number": self.number, "name": self.name})


@dataclass(frozen=True)
class GateLifted(ActInRound):
    """A coder may code a round without having passed its gate."""

    action = "round.gate.lifted"
    subject_kind = Subject.ROUND
    says = marked("lifted the gate of round {number} for {person}")

    number: int
    coder: UUID
    reason: str

    def sentence(self) -> Sentence:
        """Return for whom."""
        return Sentence(self.says, {"number": self.number, "person": Person(self.coder)})


@dataclass(frozen=True)
class RoundMoved(Act):
    """The state of a round changed."""

    subject_kind = Subject.ROUND
    public = True

    number: int
    name: str


@dataclass(frozen=True)
class RoundOpened(RoundMoved):
    """The coders can begin."""

    action = "round.opened"
    says = marked("opened round {number} “{name}”")


@dataclass(frozen=True)
class RoundClosed(RoundMoved):
    """All layers are locked."""

    action = "round.closed"
    says = marked("closed round {number} “{name}”")


@dataclass(frozen=True)
class RoundReopened(RoundMoved):
    """Coders are blind again."""

    action = "round.reopened"
    says = marked("reopened round {number} “{name}”; reports made of it are stale")


@dataclass(frozen=True)
class RoundComparedAgain(RoundMoved):
    """What codes count as was changed since; its disagreements are found anew."""

    action = "round.compared-again"
    says = marked("had round {number} “{name}” compared by today’s codes")


@dataclass(frozen=True)
class RoundSettled(RoundMoved):
    """Adjudication has ended."""

    action = "round.settled"
    says = marked("settled round {number} “{name}”")


@dataclass(frozen=True)
class AssignmentSubmitted(ActInRound):
    """A coder finished a document. The head of the assignment's own stream is kept here."""

    action = "assignment.submitted"
    subject_kind = Subject.ASSIGNMENT
    says = marked("submitted “{title}”")

    document: UUID
    #: how many codings the layer holds
    codings: int
    head: str
    #: what units without codings count as of which nothing was said; None where the round has no units, or was not asked
    unseen: Unseen | None = None

    def sentence(self) -> Sentence:
        """Return which document."""
        return Sentence(self.says, {"title": Title(self.document)})


@dataclass(frozen=True)
class AssignmentHandedBack(ActInRound):
    """The lead returned a submitted document to its coder."""

    action = "assignment.handed_back"
    subject_kind = Subject.ASSIGNMENT
    says = marked("handed a document back to {person}")

    coder: UUID
    reason: str

    @property
    def about(self) -> frozenset[UUID]:
        """The coder whose document it is."""
        return frozenset({self.coder})

    def sentence(self) -> Sentence:
        """Return to whom."""
        return Sentence(self.says, {"person": Person(self.coder)})
