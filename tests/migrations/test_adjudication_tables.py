"""What adjudication writes leaves with its tables, and nothing else does: lessons, norming rooms, talk, places that two rule on."""

from uuid import UUID

import sqlalchemy as sa

from cast import Cast
from intercoder import schema
from intercoder.models import (
    Code,
    Coding,
    Comment,
    DisagreementState,
    DrawnFrom,
    Event,
    Lesson,
    LessonQuote,
    LessonRule,
    LessonState,
    Mention,
    NormingRoom,
    NormingVote,
    Project,
    Ruling,
    Thread,
)
from intercoder.policy import Permission
from intercoder.services import norming, projects
from intercoder.services.lessons import LessonIn
from intercoder.services.norming import WordIn
from services import test_blind_rulings as blind
from services import test_lessons as taught
from services import test_norming as rooms
from services import test_threads as talk
from services.comparing import compare_again, consensus_of, disagreements_of, originals, rule


def stays(cast: Cast, round_id: UUID) -> object:
    """Return what has nothing to do with these tables."""
    with cast.database.reading() as session:
        counts = [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Coding, Ruling, Event)]
        names = sorted(session.execute(sa.select(Project.name, Project.language)).all())
        return counts, names, originals(cast), consensus_of(cast, round_id), blind.states(cast, round_id)


def test_lessons_rooms_and_talk_go_with_their_tables_and_nothing_else_does(cast: Cast, compared_round: UUID) -> None:
    lesson = LessonIn(
        code=cast.codes["l3"], rule=LessonRule.INCLUDE, text="说出开放的对象时", quote=LessonQuote.EXAMPLE
    )
    taught.ruled(cast, compared_round, lesson)
    [waiting] = taught.taught(cast, state=LessonState.WAITING)
    taught.decided(cast, waiting.lesson, taught.ACCEPT)
    room = rooms.opened(cast, compared_round)
    place = disagreements_of(cast, compared_round)[0].id
    rooms.vote(cast, room, "ai", place, "l1")
    rooms.move(cast, room, 1, rooms.REVEALED)
    with cast.acting("bo", Permission.NORM_VOTE, "norming", room.id) as (session, access):
        norming.say(session, access, room.id, WordIn(place=place, text="没有行动，就不编。"))
    talk.say(cast, "ai", place, "这里算行动吗？@Bo")
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, projects.ProjectChange(coders_see_rulings=False))
    tables = (Lesson, NormingRoom, NormingVote, Thread, Comment, Mention)
    with cast.database.reading() as session:
        assert all(session.scalars(sa.select(sa.func.count()).select_from(table)).one() for table in tables)
    before = stays(cast, compared_round)
    schema.downgrade(cast.database, "0059")
    schema.upgrade(cast.database)
    assert stays(cast, compared_round) == before
    with cast.database.reading() as session:
        for table in tables:
            assert session.scalars(sa.select(sa.func.count()).select_from(table)).one() == 0, table
        # What a lead accepted is the codebook's.
        assert "说出开放的对象时" in (session.get_one(Code, cast.codes["l3"]).include or "")
        # Nobody can have said no in the earlier version, which shows rulings to everybody.
        assert session.get_one(Project, cast.project).coders_see_rulings
    # The tables that are there again take the same.
    again = rooms.opened(cast, compared_round)
    rooms.vote(cast, again, "bo", place, "l2")
    talk.say(cast, "bo", place, "算。@Ai")
    assert talk.news(cast, "ai") == [("算。@Ai", True, False)]


def test_a_place_that_two_rule_on_is_open_in_an_earlier_version_and_a_checked_ruling_holds(
    cast: Cast, compared_round: UUID
) -> None:
    first, *_ = disagreements_of(cast, compared_round)
    rule(cast, first, 1, blind.whole(cast, first, "l3"), "原来的裁决")
    ruled = consensus_of(cast, compared_round)
    blind.draw(cast, compared_round, DrawnFrom.RULED)
    blind.draw(cast, compared_round, DrawnFrom.OPEN)
    _, second, _ = disagreements_of(cast, compared_round)
    blind.say(cast, "ada", second, blind.whole(cast, second, "l2"))
    assert set(blind.states(cast, compared_round)) == {DisagreementState.TWICE}
    assert consensus_of(cast, compared_round) != ruled
    schema.downgrade(cast.database, "0057")
    schema.upgrade(cast.database)
    assert blind.states(cast, compared_round) == [
        DisagreementState.RULED,
        DisagreementState.OPEN,
        DisagreementState.OPEN,
    ]
    compare_again(cast, compared_round)
    assert consensus_of(cast, compared_round) == ruled
