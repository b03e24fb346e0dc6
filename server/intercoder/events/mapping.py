"""Acts on what codes count as. Each keeps, of every code it changed, what that is from then on."""

from dataclasses import dataclass
from uuid import UUID

from intercoder.errors import counted, marked
from intercoder.events.act import Act, ActInRound, ActInStream, Part, Sentence, Subject
from intercoder.models import CodeState, Level, MappingKind, Standing


@dataclass(frozen=True)
class Remapped(Part):
    """A code as it stands after an act."""

    id: UUID
    name: str
    level: Level
    state: CodeState
    parent_id: UUID | None = None
    into_id: UUID | None = None
    split_into: tuple[UUID, ...] = ()

    @classmethod
    def of(cls, code_id: UUID, after: Standing) -> "Remapped":
        """Return a code with the standing that it gets."""
        return cls(code_id, after.name, after.level, after.state, after.parent, after.into, after.split)


@dataclass(frozen=True)
class PutPassage(Part):
    """A passage of a split code and where it was put; None: it waits again."""

    coder: UUID
    key: UUID
    at: UUID | None = None


@dataclass(frozen=True)
class CodesMerged(Act):
    """Codes count as one from now on; the subject is the one that is kept."""

    action = "code.merged"
    subject_kind = Subject.CODE
    says = marked("merged “{name}” into “{into}”")

    into: str
    names: tuple[str, ...]
    codes: tuple[Remapped, ...]

    def sentence(self) -> Sentence:
        """Return the name of a single one, the number of several."""
        if len(self.names) == 1:
            return Sentence(self.says, {"name": self.names[0], "into": self.into})
        message, many = counted("merged {n} code into “{into}”", "merged {n} codes into “{into}”")
        return Sentence(message, {"n": len(self.names), "into": self.into}, many)


@dataclass(frozen=True)
class CodesMoved(Act):
    """Codes stand below another one from now on, or below nothing (``into`` is None); the subject is that one, or else the first of them."""

    action = "code.moved"
    subject_kind = Subject.CODE
    says = marked("moved “{name}” below “{into}”")

    names: tuple[str, ...]
    codes: tuple[Remapped, ...]
    into: str | None = None

    def sentence(self) -> Sentence:
        """Return the name of a single one, the number of several, and where they went."""
        n = len(self.names)
        if self.into is None:
            message, many = counted("took {n} code out from below another", "took {n} codes out from below another")
            return Sentence(message, {"n": n}, many)
        if n == 1:
            return Sentence(self.says, {"name": self.names[0], "into": self.into})
        message, many = counted("moved {n} code below “{into}”", "moved {n} codes below “{into}”")
        return Sentence(message, {"n": n, "into": self.into}, many)


@dataclass(frozen=True)
class CodeSplit(Act):
    """A code was split: each of its passages is put by a person."""

    action = "code.split"
    subject_kind = Subject.CODE
    says = marked("split “{name}” into {names}")

    name: str
    names: tuple[str, ...]
    codes: tuple[Remapped, ...]


@dataclass(frozen=True)
class PassagesPut(Act):
    """Passages of a split code were put at one of its parts, or wait again."""

    action = "code.passages"
    subject_kind = Subject.CODE
    says = marked("put a passage of “{name}”")

    name: str
    passages: tuple[PutPassage, ...]

    def sentence(self) -> Sentence:
        """Return how many passages, of which code."""
        message, many = counted("put {n} passage of “{name}”", "put {n} passages of “{name}”")
        return Sentence(message, {"n": len(self.passages), "name": self.name}, many)


@dataclass(frozen=True)
class LabelsPlaced(ActInRound):
    """Private labels of an open round count as codes of the project from now on; the subject is the round."""

    action = "round.labels"
    subject_kind = Subject.ROUND
    says = marked("placed a label")

    labels: int
    codes: tuple[Remapped, ...]

    def sentence(self) -> Sentence:
        """Return how many labels."""
        message, many = counted("placed {n} private label", "placed {n} private labels")
        return Sentence(message, {"n": self.labels}, many)


@dataclass(frozen=True)
class ProposalJoined(ActInRound):
    """A proposed label counts as a code that there is; the subject is the label."""

    action = "code.joined"
    subject_kind = Subject.CODE
    says = marked("joined the proposed label “{name}” to “{into}”")

    name: str
    into: str
    codes: tuple[Remapped, ...]
    answer: str | None = None


@dataclass(frozen=True)
class RoundAligned(ActInRound):
    """The labels of an open round have their place: its codes are compared from now on."""

    action = "round.aligned"
    subject_kind = Subject.ROUND
    says = marked("ended the alignment: {labels} labels of {coders} coders became {codes} codes")

    labels: int
    coders: int
    codes: int


#: what is said when an act is taken back
_UNDONE = {
    MappingKind.CHANGED: marked("took back the change of “{name}”"),
    MappingKind.RETIRED: marked("put the code “{name}” back into the codebook"),
    MappingKind.MERGED: marked("took back the merge into “{name}”"),
    MappingKind.SPLIT: marked("took back the split of “{name}”"),
    MappingKind.PLACED: marked("took back where labels were placed"),
    MappingKind.ASSIGNED: marked("took back where passages of “{name}” were put"),
    MappingKind.UNDONE: marked("did again what was taken back of “{name}”"),
}


@dataclass(frozen=True)
class MappingUndone(Act):
    """An act on what codes count as was taken back."""

    action = "mapping.undone"
    subject_kind = Subject.CODE
    says = marked("took back the change of “{name}”")

    undone: MappingKind
    name: str
    codes: tuple[Remapped, ...] = ()
    passages: tuple[PutPassage, ...] = ()

    def sentence(self) -> Sentence:
        """Return what was taken back."""
        return Sentence(_UNDONE[self.undone], {"name": self.name})


@dataclass(frozen=True)
class LabelsUnplaced(ActInRound):
    """Where private labels of an open round were placed was taken back."""

    action = "round.labels.undone"
    subject_kind = Subject.ROUND
    says = marked("took back where labels were placed")

    codes: tuple[Remapped, ...] = ()


@dataclass(frozen=True)
class OwnLabelsChanged(ActInStream):
    """A coder renamed, grouped or merged own labels of an open round."""

    action = "code.private.changed"
    subject_kind = Subject.CODE
    says = marked("tidied own labels")

    codes: tuple[Remapped, ...]
