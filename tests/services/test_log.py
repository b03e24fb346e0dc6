"""The log: who sees which rows, one unbroken chain for each stream, written once."""

import base64
import json
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import events
from intercoder.errors import InvalidInput, NotFound
from intercoder.models import Event
from intercoder.policy import Permission
from intercoder.services import log
from intercoder.services.paging import Asked, Mark
from intercoder.services.projects import ProjectChange, change_project
from services.conftest import Clock


def seen(cast: Cast, person: str, *, older: UUID | None = None, newer: UUID | None = None) -> list[Event]:
    with cast.database.reading() as session:
        access, at = cast.access(session, person, Permission.LOG_VIEW), older or newer
        cursor = log.cursor_at(session, access, at, newer=newer is not None) if at else None
        return list(log.rows(session, access, Asked(cursor)).rows)


def test_the_log_of_every_stream_is_one_unbroken_chain(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        streams = session.scalars(sa.select(Event.stream).distinct()).all()
        assert len(streams) >= 4  # the two projects, and one for each assignment
        for stream in streams:
            rows = session.scalars(sa.select(Event).where(Event.stream == stream).order_by(Event.seq)).all()
            assert events.first_break(rows) is None
            if len(rows) > 2:
                rows[1].detail = {"forged": True}
                session.expunge(rows[1])
                assert events.first_break(rows) is rows[1]


def test_the_log_cannot_be_rewritten(cast: Cast) -> None:
    for statement in ("UPDATE event SET action = 'x'", "DELETE FROM event"):
        with pytest.raises(sa.exc.DBAPIError, match="written once"), cast.database.transaction() as session:
            session.execute(sa.text(statement))


@pytest.mark.sqlite
def test_a_blind_coder_sees_own_acts_and_nothing_of_what_another_does_in_the_round(cast: Cast) -> None:
    round_id = cast.round()
    before = {row.id for row in seen(cast, "ai")}
    cast.code("bo", round_id, "访谈一", "l1", "旧机器")
    cast.submit("bo", round_id, "访谈一")
    assert {row.id for row in seen(cast, "ai")} == before
    cast.code("ai", round_id, "访谈一", "l1", "旧机器")
    own = [row for row in seen(cast, "ai") if row.id not in before]
    assert [(row.action, row.actor_id) for row in own] == [("coding.created", cast.people["ai"].id)]
    cast.close(round_id, unfinished=True)
    assert cast.people["bo"].id in {row.actor_id for row in seen(cast, "ai") if row.action == "coding.created"}


@pytest.mark.sqlite
def test_a_lead_sees_who_submitted_but_not_what_is_coded_before_the_round_closes(cast: Cast) -> None:
    round_id = cast.coded_round()
    for person in ("lena", "olga", "ada"):
        assert {row.action for row in seen(cast, person) if row.round_id == round_id} >= {"assignment.submitted"}
        assert "coding.created" not in {row.action for row in seen(cast, person)}, person
    cast.close(round_id)
    assert "coding.created" in {row.action for row in seen(cast, "lena")}


@pytest.mark.sqlite
def test_the_rows_older_and_newer_than_one_are_the_rest_of_the_log(cast: Cast, compared_round: UUID) -> None:
    rows = seen(cast, "lena")
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    middle = len(rows) // 2
    assert [row.id for row in seen(cast, "lena", older=rows[middle].id)] == [row.id for row in rows[middle + 1 :]]
    assert [row.id for row in seen(cast, "lena", newer=rows[middle].id)] == [row.id for row in rows[:middle]]


@pytest.mark.sqlite
def test_a_row_that_one_may_not_see_is_no_mark_to_read_from(cast: Cast) -> None:
    round_id = cast.round()
    cast.code("bo", round_id, "访谈一", "l1", "旧机器")
    (hidden,) = [row.id for row in seen(cast, "bo") if row.action == "coding.created"]
    with pytest.raises(NotFound):
        seen(cast, "ai", newer=hidden)
    with cast.acting("otto", Permission.PROJECT_EDIT, "project", cast.other_project) as (session, access):
        change_project(session, access, ProjectChange(name="theirs"))
        foreign = session.scalars(sa.select(Event.id).where(Event.project_id == cast.other_project)).first()
    assert foreign is not None
    with pytest.raises(NotFound):
        seen(cast, "lena", older=foreign)


def test_a_clock_that_is_set_back_hides_nothing_from_who_follows_the_log(cast: Cast, clock: Clock) -> None:
    cast.round()
    known = seen(cast, "lena")[0]
    clock.forward(hours=-1)
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        change_project(session, access, ProjectChange(name="Later, by an earlier clock"))
    (newer,) = seen(cast, "lena", newer=known.id)
    assert newer.action == "project.changed"
    assert newer.at < known.at  # the row says what the clock said
    assert seen(cast, "lena")[0].id == newer.id


@pytest.mark.sqlite
def test_a_cursor_tells_nothing_of_how_much_others_did(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.LOG_VIEW)
        part = log.rows(session, access, Asked(limit=3))
        assert part.next is not None
        backward, named = json.loads(base64.urlsafe_b64decode(part.next + "=" * (-len(part.next) % 4)))
        assert (backward, UUID(named)) == (0, part.rows[-1].id)
        following = log.rows(session, access, Asked(part.next, 3))
        assert following.previous is not None
        again = log.rows(session, access, Asked(following.previous, 3))
        assert [row.id for row in again.rows] == [row.id for row in part.rows]
        with pytest.raises(InvalidInput, match="no place in the list"):
            log.rows(session, access, Asked(Mark((uuid4(),)).cursor()))


def test_places_in_the_log_are_counted_for_each_project(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        for project in (cast.project, cast.other_project):
            places = session.scalars(sa.select(Event.position).where(Event.project_id == project)).all()
            assert sorted(places) == list(range(1, len(places) + 1))
