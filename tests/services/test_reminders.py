"""Reminders: who wishes them is told of own documents that are due, once, and of nothing that others do."""

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from cast import Cast
from intercoder.models import Assignment, Member, Reminder, ReminderKind
from intercoder.services import reminders
from services.comparing import hand_back

TODAY = date(2026, 12, 1)


def due(cast: Cast, round_id: UUID, **days: int) -> None:
    """Say in how many days what each person was given in a round is due."""
    with cast.database.transaction() as session:
        for person, left in days.items():
            change = sa.update(Assignment).values(due_on=TODAY + timedelta(days=left))
            mine = Assignment.coder_id == cast.people[person].id
            session.execute(change.where(Assignment.round_id == round_id, mine))


def wish(cast: Cast, *people: str, wished: bool = True) -> None:
    with cast.database.transaction() as session:
        for person in people:
            reminders.set_wish(session, cast.people[person].id, wished=wished)


def told(cast: Cast, person: str, today: date = TODAY) -> list[tuple[ReminderKind, int]]:
    """Remind a person and return of what."""
    id_ = cast.people[person].id
    with cast.database.transaction() as session:
        expected = id_ in reminders.people(session, today)
        found = reminders.claim(session, id_, today)
        assert (found is not None) == expected
        return [(one.kind, one.documents) for one in found.waiting] if found else []


def test_only_who_wishes_it_is_told_and_nobody_the_same_twice(cast: Cast) -> None:
    due(cast, cast.round(), ai=2, bo=-1)
    assert told(cast, "ai") == told(cast, "bo") == []
    wish(cast, "ai", "bo")
    assert told(cast, "ai") == [(ReminderKind.SOON, 2)]
    assert told(cast, "bo") == [(ReminderKind.LATE, 2)]
    for day in (TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=2)):
        assert told(cast, "ai", day) == told(cast, "bo", day) == []
    assert told(cast, "ai", TODAY + timedelta(days=3)) == [(ReminderKind.LATE, 2)], "late is another thing than soon"
    assert told(cast, "ai", TODAY + timedelta(days=30)) == []
    wish(cast, "bo", wished=False)
    due(cast, cast.round(), bo=0)
    assert told(cast, "bo") == []


def test_what_is_later_submitted_closed_or_no_longer_the_persons_is_not_told(cast: Cast) -> None:
    wish(cast, "ai", "bo")
    first = cast.round()
    due(cast, first, ai=3)
    assert told(cast, "ai") == [], "not within two days"
    due(cast, first, ai=1)
    cast.submit("ai", first, "访谈一")
    assert told(cast, "ai") == [(ReminderKind.SOON, 1)]
    second = cast.round()
    due(cast, second, ai=1)
    cast.close(second, unfinished=True)
    assert told(cast, "ai") == [], "a closed round waits for nobody"
    draft = cast.round(opened=False)
    due(cast, draft, ai=1)
    assert told(cast, "ai") == [], "nor does one in preparation"
    due(cast, first, bo=1)
    with cast.database.transaction() as session:
        session.execute(sa.delete(Member).where(Member.user_id == cast.people["bo"].id))
    assert told(cast, "bo") == [], "who left the project is left alone"


def test_another_day_is_told_again_and_so_is_what_did_not_leave(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一",))
    wish(cast, "ai")
    due(cast, round_id, ai=1)
    assert told(cast, "ai") == [(ReminderKind.SOON, 1)]
    due(cast, round_id, ai=2)
    assert told(cast, "ai") == [(ReminderKind.SOON, 1)]
    due(cast, round_id, ai=-4)
    with cast.database.transaction() as session:
        found = reminders.claim(session, cast.people["ai"].id, TODAY)
    assert found is not None
    with cast.database.transaction() as session:
        reminders.give_back(session, found)
        assert session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 2
    assert told(cast, "ai") == [(ReminderKind.LATE, 1)]


def test_what_others_do_changes_nothing_of_it(cast: Cast) -> None:
    wish(cast, "ai")
    said = []
    for others_work in (False, True):
        round_id = cast.round()
        due(cast, round_id, ai=1, bo=1)
        if others_work:
            cast.submit("bo", round_id, "访谈一", "年报节选")
            hand_back(cast, round_id, "bo")
        with cast.database.transaction() as session:
            found = reminders.claim(session, cast.people["ai"].id, TODAY)
        assert found is not None
        said.append([(one.kind, one.due_on, one.documents, one.project) for one in found.waiting])
    assert said[0] == said[1]
