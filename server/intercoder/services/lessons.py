"""What rulings teach: words and passages that an adjudicator puts before the lead, who takes them into the draft codebook."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    Code,
    CodebookVersion,
    CodeState,
    Disagreement,
    DisagreementState,
    Lesson,
    LessonQuote,
    LessonRule,
    LessonState,
    Passage,
    Round,
    RoundState,
    Ruling,
    User,
)
from intercoder.policy import Permission
from intercoder.services.access import Access, RoundAccess, answers_hidden, comparison_finished, no_such_thing
from intercoder.services.codebook import CodeChange, change_code
from intercoder.services.command import Command, Text, checked
from intercoder.services.disagreements import get_disagreement
from intercoder.services.quoting import PassageIn, Quotation, passage_of, quotations
from intercoder.text.canonical import canonical

#: characters of a rule, and of what the author is told
RULE_LENGTH = 2000


def _words(text: str) -> str:
    kept = canonical(text).strip()
    if len(kept) > RULE_LENGTH:
        raise InvalidInput("long_text", "A rule for the codebook has at most {n} characters.", n=RULE_LENGTH)
    return kept


RuleText = Annotated[Text, checked(_words)]


class LessonIn(Command):
    """What a ruling says of a code: a rule in words, the passage as an example or a near-miss, or both."""

    code: UUID
    rule: LessonRule | None = None
    text: RuleText = ""
    quote: LessonQuote | None = None


class LessonVerdict(enum.StrEnum):
    """What a lead does with it."""

    ACCEPT = "accept"  #: it is in the draft, and in the next version
    DECLINE = "decline"  #: its author is told why


class LessonDecision(Command):
    """A lead's decision: ``text`` in place of the author's words where it is given, ``answer`` what the author is told."""

    verdict: LessonVerdict
    text: RuleText | None = None
    answer: RuleText = ""


def teach(session: Session, access: RoundAccess, ruling: Ruling, d: Disagreement, given: LessonIn) -> Lesson:
    """Put what a ruling taught before the lead.

    The passage is what stands of the code by the ruling, else the place.
    """
    if given.rule is None and given.quote is None:
        raise InvalidInput("nothing_taught", "Say what the ruling teaches: a rule in words, an example or a near miss.")
    if given.rule is not None and not given.text:
        raise InvalidInput("no_rule", "Write the rule in words.")
    code = _code(session, access, given.code)
    passage = None
    if given.quote is not None:
        own = next((c for c in ruling.codings if c.code == given.code), None)
        start, end = (d.start, d.end) if own is None else (own.start, own.end)
        passage = passage_of(session, access.project.id, PassageIn(revision=d.revision_id, start=start, end=end))
    lesson = Lesson(
        project_id=access.project.id,
        round_id=access.round.id,
        ruling_id=ruling.id,
        code_id=code.id,
        rule=given.rule,
        text=given.text,
        quote=given.quote,
        passage=passage,
        state=LessonState.WAITING,
        author_id=access.actor.id,
        created_at=now(),
        answer="",
    )
    session.add(lesson)
    session.flush()
    told = events.LessonGiven(
        code.id,
        access.round.id,
        lesson=lesson.id,
        ruling=ruling.id,
        name=code.name,
        rule=given.rule,
        text=given.text or None,
        quote=given.quote,
        passage=passage,
    )
    access.log(session, told)
    return lesson


def teach_by(session: Session, access: RoundAccess, ruling_id: UUID, given: LessonIn) -> Lesson:
    """Put before the lead what a ruling that already stands taught."""
    ruling = session.get(Ruling, ruling_id)
    if ruling is None:
        raise no_such_thing()
    d = get_disagreement(session, access, ruling.disagreement_id)
    if d.state is DisagreementState.TWICE:
        raise not_while_two_rule()
    return teach(session, access, ruling, d, given)


def not_while_two_rule() -> Conflict:
    """Return the refusal of a lesson that would tell the second adjudicator what the first said."""
    return Conflict(
        "two_rule_here", "Two adjudicators rule here, blind to one another: what it teaches is said when both have."
    )


def _code(session: Session, access: Access, code_id: UUID) -> Code:
    """Return the code of the draft that a code of a round counts as; refused where there is none."""
    code = session.get(Code, code_id)
    while code is not None and code.state is CodeState.MERGED and code.into_id is not None:
        code = session.get(Code, code.into_id)
    if code is None or code.project_id != access.project.id or code.state is not CodeState.ACTIVE:
        raise InvalidInput(
            "not_in_draft", "This code is not in the draft of the codebook, so nothing can be said of it there."
        )
    return code


def decide(session: Session, access: RoundAccess, lesson_id: UUID, decision: LessonDecision) -> Lesson:
    """Take what a ruling taught into the draft codebook, or decline it."""
    refusal = access.refusal(Permission.DISAGREEMENTS_VIEW)
    if refusal is not None:
        raise refusal
    lesson = session.get(Lesson, lesson_id, with_for_update=True, populate_existing=True)
    if lesson is None:
        raise no_such_thing()
    if lesson.state is not LessonState.WAITING:
        raise Conflict("lesson_decided", "Somebody decided on this in the meantime.")
    declined = decision.verdict is LessonVerdict.DECLINE
    if declined and not decision.answer:
        raise InvalidInput("no_answer_to_lesson", "Say in a sentence why it is not taken into the codebook.")
    code = _code(session, access, lesson.code_id)
    lesson.state = LessonState.DECLINED if declined else LessonState.ACCEPTED
    lesson.answer, lesson.decided_by, lesson.decided_at = decision.answer, access.actor.id, now()
    if not declined:
        text = lesson.text if decision.text is None else decision.text
        change_code(session, access, code.id, None, _change(session, code, lesson, text))
    session.flush()
    kind = events.LessonDeclined if declined else events.LessonAccepted
    told = kind(
        code.id,
        access.round.id,
        lesson=lesson.id,
        ruling=lesson.ruling_id,
        name=code.name,
        answer=decision.answer or None,
    )
    access.log(session, told)
    return lesson


def _change(session: Session, code: Code, lesson: Lesson, text: str) -> CodeChange:
    """Return what the draft says of the code with the lesson in it.

    A code links one passage as its example: one that it quoted before stays there in words.
    """
    changed: dict[str, object] = {}
    if lesson.rule is not None:
        if not text:
            raise InvalidInput("no_rule", "Write the rule in words.")
        changed[lesson.rule.value] = _joined(getattr(code, lesson.rule.value), text)
    if lesson.quote is not None and lesson.passage is not None:
        field = lesson.quote.value
        before: Passage | None = getattr(code, f"{field}_at")
        kept = quotations(session, [before if before != lesson.passage else None])
        quoted = [f"“{one.words}” ({one.title})" for one in kept.values()]
        said = _joined(getattr(code, field), *quoted, "" if lesson.rule is not None else text)
        if said != getattr(code, field):
            changed[field] = said
        p = lesson.passage
        changed[f"{field}_at"] = PassageIn(revision=p.revision, start=p.start, end=p.end)
    return CodeChange.model_validate(changed)


def _joined(*lines: str) -> str:
    return "\n".join(filter(None, lines))


# --- as they are read ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Taught:
    """What a ruling taught, as it is read; ``code`` is what the code is called today."""

    lesson: Lesson
    code: str
    place: UUID
    reason: str
    round_number: int
    by: str
    quoted: Quotation | None


@cache
def _readable() -> sa.Select[Lesson, str, UUID, str, int, str]:
    """Return the query of the lessons of a project that a person may read, built once."""
    project, person = (sa.bindparam(name, type_=sa.Uuid()) for name in ("project", "person"))
    return (
        sa.select(Lesson, Code.name, Ruling.disagreement_id, Ruling.reason, Round.number, User.name)
        .join(Ruling, Ruling.id == Lesson.ruling_id)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .join(Round, Round.id == Lesson.round_id)
        .join(Code, Code.id == Lesson.code_id)
        .join(User, User.id == Lesson.author_id)
        .where(
            Lesson.project_id == project,
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
            comparison_finished(Lesson.round_id),
            sa.or_(Disagreement.state != DisagreementState.TWICE, Ruling.adjudicator_id == person),
            Lesson.round_id.not_in(answers_hidden(project, person)),
        )
        .order_by(Lesson.created_at, Lesson.id)
    )


def _read(session: Session, access: Access, *conditions: sa.ColumnElement[bool]) -> list[Taught]:
    """Return those whose ruling the person may read: of compared rounds, none whose answers are hidden or that a second is blind to."""
    asked = {"project": access.project.id, "person": access.actor.id}
    rows = session.execute(_readable().where(*conditions), asked).all()
    words = quotations(session, [row[0].passage for row in rows])
    return [
        Taught(lesson, code, place, reason, number, by, words.get(lesson.passage) if lesson.passage else None)
        for lesson, code, place, reason, number, by in rows
    ]


def lessons(session: Session, access: Access, state: LessonState | None = None) -> list[Taught]:
    """Return what rulings taught, in the order in which it came; of one state, or of any."""
    return _read(session, access, sa.true() if state is None else Lesson.state == state)


def of_draft(session: Session, access: Access) -> tuple[list[Taught], Mapping[UUID, list[Taught]]]:
    """Return what waits for a lead, and by code what is in the draft and in no version yet; read as one."""
    fresh = sa.and_(Lesson.state == LessonState.ACCEPTED, Lesson.version_id.is_(None))
    found = _read(session, access, sa.or_(Lesson.state == LessonState.WAITING, fresh))
    waiting = [one for one in found if one.lesson.state is LessonState.WAITING]
    return waiting, _by_code(one for one in found if one.lesson.state is LessonState.ACCEPTED)


def _by_code(found: Iterable[Taught]) -> dict[UUID, list[Taught]]:
    by_code: dict[UUID, list[Taught]] = {}
    for one in found:
        by_code.setdefault(one.lesson.code_id, []).append(one)
    return by_code


def lessons_of(session: Session, access: Access, rulings: Sequence[UUID]) -> Mapping[UUID, list[Taught]]:
    """Return what some rulings taught, by ruling; no statement without any."""
    found: dict[UUID, list[Taught]] = {ruling: [] for ruling in rulings}
    for one in _read(session, access, Lesson.ruling_id.in_(rulings)) if rulings else ():
        found[one.lesson.ruling_id].append(one)
    return found


def behind(
    session: Session, access: Access, version: CodebookVersion | None, since: CodebookVersion | None = None
) -> Mapping[UUID, list[Taught]]:
    """Return the lessons that came into the codebook, by code: with one version, or with those after ``since`` up to it.

    Of no version: those in the draft that no version has yet.
    """
    number = sa.select(CodebookVersion.number).where(CodebookVersion.id == Lesson.version_id).scalar_subquery()
    if version is None:
        fresh: sa.ColumnElement[bool] = Lesson.version_id.is_(None)
    elif since is None:
        fresh = Lesson.version_id == version.id
    else:
        first, last = sorted((version.number, since.number))
        fresh = sa.and_(number > first, number <= last)
    return _by_code(_read(session, access, Lesson.state == LessonState.ACCEPTED, fresh))
