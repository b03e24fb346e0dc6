"""What a ruling taught reaches the draft by a lead's hand, and the version that has it names the ruling."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.models import (
    Disagreement,
    DisagreementState,
    Lesson,
    LessonQuote,
    LessonRule,
    LessonState,
    Passage,
    Ruling,
    StandingCoding,
)
from intercoder.policy import Permission
from intercoder.services import adjudication, lessons, versions
from intercoder.services.adjudication import RulingIn, Span
from intercoder.services.codebook import get_code
from intercoder.services.lessons import LessonDecision, LessonIn, LessonVerdict, Taught
from services.comparing import disagreements_of, reopen

ACCEPT, DECLINE = LessonVerdict.ACCEPT, LessonVerdict.DECLINE


def ruled(cast: Cast, round_id: UUID, *given: LessonIn, place: int = 2, code: str = "l3") -> Ruling:
    d = disagreements_of(cast, round_id)[place]
    with cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
        stands = (Span(code=cast.codes[code], start=d.start, end=d.end - 1),)
        decision = RulingIn(codings=stands, reason="只编到“开放”", lessons=given)
        return adjudication.rule(session, access, d.id, d.version, decision)


def taught(cast: Cast, who: str = "lena", state: LessonState | None = None) -> list[Taught]:
    with cast.database.reading() as session:
        return lessons.lessons(session, cast.access(session, who, Permission.CODEBOOK_VIEW), state)


def decided(cast: Cast, lesson: Lesson, verdict: LessonVerdict, answer: str = "", text: str | None = None) -> Lesson:
    with cast.acting("lena", Permission.CODEBOOK_EDIT, "lesson", lesson.id) as (session, access):
        return lessons.decide(session, access, lesson.id, LessonDecision(verdict=verdict, answer=answer, text=text))


def test_a_rule_and_an_example_wait_are_accepted_and_the_next_version_names_their_ruling(
    cast: Cast, compared_round: UUID
) -> None:
    lesson = LessonIn(
        code=cast.codes["l3"], rule=LessonRule.INCLUDE, text="说出开放的对象时", quote=LessonQuote.EXAMPLE
    )
    ruling = ruled(cast, compared_round, lesson)
    [one] = taught(cast, state=LessonState.WAITING)
    [coding] = ruling.codings
    assert isinstance(coding, StandingCoding)
    assert one.quoted is not None
    assert (one.lesson.ruling_id, one.code, one.reason, one.by) == (ruling.id, "平台把数据开放", "只编到“开放”", "Ada")
    assert len(one.quoted.words) == coding.end - coding.start
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        assert (
            get_code(session, cast.project, cast.codes["l3"]).include == ""
        )  # nothing is said before the lead says so
    decided(cast, one.lesson, ACCEPT)
    with pytest.raises(Conflict, match="in the meantime"):
        decided(cast, one.lesson, DECLINE, "太迟")
    second = ruled(cast, compared_round, place=2)
    with cast.acting("ada", Permission.TEACH, "ruling", second.id) as (session, access):
        again = LessonIn(code=cast.codes["l3"], quote=LessonQuote.EXAMPLE, text="更短")
        later = lessons.teach_by(session, access, ruling.id, again)
        kept = lessons.teach_by(
            session, access, second.id, LessonIn(code=cast.codes["c4"], quote=LessonQuote.NEAR_MISS)
        )
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        code = get_code(session, cast.project, cast.codes["l3"])
        assert (code.include, code.example_at) == ("说出开放的对象时", one.lesson.passage)
        assert [x.lesson.id for x in lessons.behind(session, access, None)[code.id]] == [one.lesson.id]
        version = versions.publish(session, access)
        assert lessons.behind(session, access, None) == {}
        assert [x.lesson.ruling_id for x in lessons.behind(session, access, version)[code.id]] == [ruling.id]
        first = versions.get_version(session, cast.project, cast.version)
        assert set(lessons.behind(session, access, version, first)) == {code.id}
        code.example_at = Passage(kept.passage.revision, 0, 4) if kept.passage else None
    # A code links one example: the one before stays in words.
    decided(cast, later, ACCEPT, text="更短些")
    with cast.database.reading() as session:
        code = get_code(session, cast.project, cast.codes["l3"])
        assert (code.example_at, code.example.splitlines()) == (later.passage, ["“访谈者：” (访谈一)", "更短些"])
    with pytest.raises(InvalidInput, match="in a sentence"):
        decided(cast, kept, DECLINE)
    told = decided(cast, kept, DECLINE, "已有近似例")
    assert (told.state, told.answer, told.version_id) == (LessonState.DECLINED, "已有近似例", None)
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", compared_round)
        by_ruling = lessons.lessons_of(session, access, [ruling.id, second.id])
    assert [[x.lesson.state for x in of] for of in by_ruling.values()] == [
        [LessonState.ACCEPTED, LessonState.ACCEPTED],
        [LessonState.DECLINED],
    ]


def test_what_teaches_nothing_is_refused_and_then_nothing_is_ruled(cast: Cast, compared_round: UUID) -> None:
    code = cast.codes["l3"]
    for given, sentence in (
        (LessonIn(code=code), "what the ruling teaches"),
        (LessonIn(code=code, rule=LessonRule.EXCLUDE), "in words"),
        (LessonIn(code=UUID(int=1), quote=LessonQuote.EXAMPLE), "not in the draft"),
    ):
        with pytest.raises(InvalidInput, match=sentence):
            ruled(cast, compared_round, given)
    assert [d.version for d in disagreements_of(cast, compared_round)] == [1, 1, 1]


def test_a_lesson_is_hidden_with_its_ruling_while_the_round_is_open_again(cast: Cast, compared_round: UUID) -> None:
    ruled(cast, compared_round, LessonIn(code=cast.codes["l3"], quote=LessonQuote.EXAMPLE))
    [one] = taught(cast, "ai")
    reopen(cast, compared_round)
    assert taught(cast, "ai") == taught(cast) == []
    with pytest.raises(NotFound):
        decided(cast, one.lesson, ACCEPT)


def test_a_lesson_tells_nobody_how_the_first_of_two_ruled(cast: Cast, compared_round: UUID) -> None:
    ruling = ruled(cast, compared_round, LessonIn(code=cast.codes["l3"], quote=LessonQuote.EXAMPLE))
    assert len(taught(cast, "ada")) == len(taught(cast)) == 1
    with cast.database.transaction() as session:
        session.get_one(Disagreement, ruling.disagreement_id).state = DisagreementState.TWICE
    assert (len(taught(cast, "ada")), taught(cast)) == (1, [])
    with (
        pytest.raises(Conflict, match="Two adjudicators"),
        cast.acting("ada", Permission.TEACH, "ruling", ruling.id) as (session, access),
    ):
        lessons.teach_by(session, access, ruling.id, LessonIn(code=cast.codes["l3"], quote=LessonQuote.EXAMPLE))
