"""The API of what rulings teach."""

from datetime import datetime
from uuid import UUID

from intercoder.models import Lesson, LessonQuote, LessonRule, LessonState
from intercoder.policy import Permission
from intercoder.services import lessons
from intercoder.services.access import Access, RoundAccess
from intercoder.services.lessons import LessonDecision, LessonIn
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db


class LessonPassage(Out):
    """The passage that was ruled on: half-open, in code points."""

    revision: UUID
    start: int
    end: int


class LessonOut(Out):
    """What a ruling taught about a code; ``version_id``: the first version that has it."""

    id: UUID
    ruling_id: UUID
    round_id: UUID
    code_id: UUID
    rule: LessonRule | None
    text: str
    quote: LessonQuote | None
    passage: LessonPassage | None
    state: LessonState
    author_id: UUID
    created_at: datetime
    answer: str
    version_id: UUID | None


def lesson_out(row: Lesson) -> LessonOut:
    """Return one as the API shows it."""
    return LessonOut.of(row, passage=LessonPassage.of(row.passage) if row.passage else None)


class LessonsQuery(In):
    """Of which state; of any when none is named."""

    state: LessonState | None = None


@endpoint("GET", "/projects/<uuid:project>/lessons", Permission.CODEBOOK_VIEW, tag="codebook")
def list_lessons(access: Access, query: LessonsQuery) -> list[LessonOut]:
    """What rulings taught, in the order in which it came."""
    return [lesson_out(one.lesson) for one in lessons.lessons(db(), access, query.state)]


@endpoint("POST", "/rulings/<uuid:ruling>/lessons", Permission.TEACH, tag="codebook")
def create_lesson(access: RoundAccess, ruling: UUID, body: LessonIn) -> Created[LessonOut]:
    """Put before the lead what a ruling teaches about a code: a rule in words, the passage as an example or near miss."""
    return Created(lesson_out(lessons.teach_by(db(), access, ruling, body)))


@endpoint("POST", "/lessons/<uuid:lesson>/decision", Permission.CODEBOOK_EDIT, tag="codebook")
def decide_on_lesson(access: RoundAccess, lesson: UUID, body: LessonDecision) -> LessonOut:
    """Take it into the draft of the codebook, or decline it with a sentence."""
    return lesson_out(lessons.decide(db(), access, lesson, body))
