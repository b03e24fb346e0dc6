"""Acts on the objects of a theory: elements of the model, relations, their evidence, typical quotations."""

from dataclasses import dataclass
from uuid import UUID

from intercoder.errors import marked
from intercoder.events.act import Act, ActInRound, Part, Sentence, Subject
from intercoder.models import ElementKind, RelationSort, Sign, Stance, Stroke


@dataclass(frozen=True)
class ElementMade(Act):
    """An element was added to the model."""

    action = "model.element"
    subject_kind = Subject.ELEMENT
    says = marked("added “{name}” to the model")

    name: str
    kind: ElementKind
    code: UUID | None = None


@dataclass(frozen=True)
class ElementChanged(Act):
    """What an element is, is called or stands for was changed. Fields that are None stayed as they were."""

    action = "model.element.changed"
    subject_kind = Subject.ELEMENT
    says = marked("changed “{name}” in the model")

    name: str
    kind: ElementKind | None = None
    words: str | None = None
    grouped: str | None = None
    code: UUID | None = None
    #: it stands for no code any more
    uncoded: bool | None = None


@dataclass(frozen=True)
class ElementRemoved(Act):
    """An element was taken out of the model, or put back."""

    action = "model.element.removed"
    subject_kind = Subject.ELEMENT
    says = marked("took “{name}” out of the model")
    says_back = marked("put “{name}” back into the model")

    name: str
    back: bool | None = None

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says_back if self.back else self.says, {"name": self.name})


@dataclass(frozen=True)
class PlacedElement(Part):
    """Where an element was put in the figure; without a place the figure finds one."""

    element: UUID
    x: int | None = None
    y: int | None = None


@dataclass(frozen=True)
class ModelArranged(Act):
    """Elements were put elsewhere in the figure."""

    action = "model.arranged"
    subject_kind = Subject.PROJECT
    says = marked("arranged the model")

    places: tuple[PlacedElement, ...]


@dataclass(frozen=True)
class RelationTypeMade(Act):
    """A type of relation was added to those that there are."""

    action = "relation.type"
    subject_kind = Subject.RELATION
    says = marked("added the type of relation “{name}”")

    name: str
    stroke: Stroke


@dataclass(frozen=True)
class RelationMade(Act):
    """Two elements or two codes were related. ``first`` and ``second``: what they were called then."""

    action = "relation.made"
    subject_kind = Subject.RELATION
    says = marked("related “{first}” to “{second}”")

    first: str
    second: str
    sort: RelationSort


@dataclass(frozen=True)
class RelationChanged(Act):
    """Type, sign or words of a relation were changed. Fields that are None stayed as they were."""

    action = "relation.changed"
    subject_kind = Subject.RELATION
    says = marked("changed how “{first}” is related to “{second}”")

    first: str
    second: str
    sort: RelationSort | None = None
    sign: Sign | None = None
    directed: bool | None = None
    words: str | None = None


@dataclass(frozen=True)
class RelationRemoved(Act):
    """A relation was taken away, or put back."""

    action = "relation.removed"
    subject_kind = Subject.RELATION
    says = marked("took the relation of “{first}” to “{second}” away")
    says_back = marked("put the relation of “{first}” to “{second}” back")

    first: str
    second: str
    back: bool | None = None

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says_back if self.back else self.says, {"first": self.first, "second": self.second})


@dataclass(frozen=True)
class EvidenceGiven(ActInRound):
    """A passage was put to a relation, or what it says of it was changed."""

    action = "relation.evidence"
    subject_kind = Subject.RELATION
    says = marked("put a passage for “{first}” → “{second}”")
    says_against = marked("put a passage against “{first}” → “{second}”")

    first: str
    second: str
    stance: Stance
    document: UUID
    start: int
    end: int

    def sentence(self) -> Sentence:
        """Return whether it speaks for the relation."""
        chosen = self.says if self.stance is Stance.FOR else self.says_against
        return Sentence(chosen, {"first": self.first, "second": self.second})


@dataclass(frozen=True)
class EvidenceTaken(ActInRound):
    """A passage was taken from a relation."""

    action = "relation.evidence.taken"
    subject_kind = Subject.RELATION
    says = marked("took a passage from “{first}” → “{second}”")

    first: str
    second: str
    document: UUID
    start: int
    end: int


@dataclass(frozen=True)
class QuotationStarred(ActInRound):
    """A passage was starred as typical of a code."""

    action = "quotation.starred"
    subject_kind = Subject.CODE
    says = marked("starred a typical quotation of “{name}”")

    name: str
    quotation: UUID
    document: UUID
    start: int
    end: int


@dataclass(frozen=True)
class QuotationShortened(ActInRound):
    """What is left out of a typical quotation where it is printed was changed. ``kept``: characters that are printed."""

    action = "quotation.shortened"
    subject_kind = Subject.CODE
    says = marked("changed what is printed of a typical quotation of “{name}”")

    name: str
    quotation: UUID
    kept: int


@dataclass(frozen=True)
class QuotationUnstarred(ActInRound):
    """The star of a typical quotation was taken away."""

    action = "quotation.unstarred"
    subject_kind = Subject.CODE
    says = marked("took the star of a quotation of “{name}” away")

    name: str
    quotation: UUID
    document: UUID
    start: int
    end: int


@dataclass(frozen=True)
class QuotationsOrdered(Act):
    """The typical quotations of a code were put in another order."""

    action = "quotation.ordered"
    subject_kind = Subject.CODE
    says = marked("put the typical quotations of “{name}” in another order")

    name: str
    quotations: tuple[UUID, ...]


@dataclass(frozen=True)
class ViewKept(Act):
    """What is asked of the passages of the study was kept under a name, or is kept no more (``gone``)."""

    action = "view.kept"
    subject_kind = Subject.PROJECT
    says = marked("kept the view “{name}”")
    says_gone = marked("took the view “{name}” away")

    name: str
    view: UUID
    gone: bool | None = None

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says_gone if self.gone else self.says, {"name": self.name})
