"""Acts on what rulings teach."""

from dataclasses import dataclass
from uuid import UUID

from intercoder.errors import marked
from intercoder.events.act import ActInRound, CodeName, Sentence, Subject
from intercoder.models import LessonQuote, LessonRule, Passage


@dataclass(frozen=True)
class LessonGiven(ActInRound):
    """What a ruling taught was put before the lead; the subject is the code."""

    action = "lesson.given"
    subject_kind = Subject.CODE
    says = marked("put before the lead what a ruling taught about “{name}”")

    lesson: UUID
    ruling: UUID
    name: str
    rule: LessonRule | None = None
    text: str | None = None
    quote: LessonQuote | None = None
    passage: Passage | None = None

    def sentence(self) -> Sentence:
        """Return it with what the code is called today."""
        return Sentence(self.says, {"name": CodeName(self.subject_id, self.name)})


@dataclass(frozen=True)
class LessonAccepted(ActInRound):
    """A lead took into the draft of the codebook what a ruling taught; the subject is the code."""

    action = "lesson.accepted"
    subject_kind = Subject.CODE
    says = marked("took into the codebook what a ruling taught about “{name}”")

    lesson: UUID
    ruling: UUID
    name: str
    answer: str | None = None

    def sentence(self) -> Sentence:
        """Return it with what the code is called today."""
        return Sentence(self.says, {"name": CodeName(self.subject_id, self.name)})


@dataclass(frozen=True)
class LessonDeclined(LessonAccepted):
    """A lead did not take it."""

    action = "lesson.declined"
    says = marked("did not take into the codebook what a ruling taught about “{name}”")
