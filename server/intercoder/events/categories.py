"""Acts on what categories are made of: properties, places of cases on their dimensions, negative cases, passages that show them."""

from dataclasses import dataclass
from uuid import UUID

from intercoder.errors import marked
from intercoder.events.act import Act, ActInRound, Sentence, Subject


@dataclass(frozen=True)
class PropertyMade(Act):
    """A property was given to a code."""

    action = "property.made"
    subject_kind = Subject.CODE
    says = marked("gave “{name}” the property “{property}”")

    name: str
    property: str
    property_id: UUID
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class PropertyChanged(Act):
    """A property was changed. Fields that are None stayed as they were."""

    action = "property.changed"
    subject_kind = Subject.CODE
    says = marked("changed the property “{property}” of “{name}”")

    name: str
    property: str
    property_id: UUID
    words: str | None = None
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True)
class PropertyRemoved(Act):
    """A property was taken away, or put back."""

    action = "property.removed"
    subject_kind = Subject.CODE
    says = marked("took the property “{property}” from “{name}”")
    says_back = marked("gave “{name}” the property “{property}” back")

    name: str
    property: str
    property_id: UUID
    back: bool | None = None

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says_back if self.back else self.says, {"name": self.name, "property": self.property})


@dataclass(frozen=True)
class CasePlaced(Act):
    """Somebody said where a case lies on the dimension of a property, or that nobody says so any more (no ``at``)."""

    action = "property.place"
    subject_kind = Subject.CODE
    says = marked("said where “{case}” lies on “{property}”")

    property: str
    property_id: UUID
    case: str
    case_id: UUID
    at: int | None = None


@dataclass(frozen=True)
class NegativeCaseNoted(Act):
    """A case was noted for which a code does not hold, or why that is so was written anew."""

    action = "negative_case.noted"
    subject_kind = Subject.CODE
    says = marked("noted that “{name}” does not hold for “{case}”")

    name: str
    case: str
    case_id: UUID


@dataclass(frozen=True)
class NegativeCaseTaken(Act):
    """A negative case was taken away."""

    action = "negative_case.taken"
    subject_kind = Subject.CODE
    says = marked("took “{case}” from the negative cases of “{name}”")

    name: str
    case: str
    case_id: UUID


@dataclass(frozen=True)
class CategoryShown(ActInRound):
    """A passage was put to a property or to a negative case, or its place on the dimension was said anew."""

    action = "category.passage"
    subject_kind = Subject.CODE
    says = marked("put a passage to “{of}” of “{name}”")

    name: str
    of: str
    passage: UUID
    document: UUID
    start: int
    end: int
    at: int | None = None


@dataclass(frozen=True)
class CategoryPassageTaken(ActInRound):
    """A passage was taken from a property or from a negative case."""

    action = "category.passage.taken"
    subject_kind = Subject.CODE
    says = marked("took a passage from “{of}” of “{name}”")

    name: str
    of: str
    passage: UUID
    document: UUID
    start: int
    end: int
