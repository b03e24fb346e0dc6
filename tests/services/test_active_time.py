"""Active time: each minute counts once, it is the coder's own, and the lead sees one sum of several coders."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cast import Cast
from intercoder import clock
from intercoder.db import within
from intercoder.errors import Conflict
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import active_time, members, own_documents, progress
from intercoder.services.access import NotThere
from intercoder.services.active_time import ActiveMinutes

TITLE = "访谈一"
#: the minute in which everything happens
NOW = 29_000_000


@pytest.fixture(autouse=True)
def _stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=NOW, seconds=30))


def active(cast: Cast, person: str, round_id: UUID, minutes: Sequence[int], title: str = TITLE) -> int:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        asking = access.asking(Permission.CODE)
        told = ActiveMinutes(minutes=tuple(minutes))
        return active_time.count_minutes(within(session), asking, cast.documents[title], told).minutes


def own(cast: Cast, person: str, round_id: UUID) -> list[int]:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        return [document.minutes for document in own_documents.own_documents(session, access)]


def together(cast: Cast, person: str, round_id: UUID) -> int | None:
    with cast.database.reading() as session:
        return progress.progress(session, cast.people[person].id, [round_id])[round_id].minutes


def test_a_minute_counts_once_from_however_many_windows_and_however_often(cast: Cast) -> None:
    made = cast.round()
    assert active(cast, "ai", made, [NOW - 3, NOW - 2]) == 2
    assert active(cast, "ai", made, [NOW - 3, NOW - 2]) == 2, "an answer was lost and all of it sent again"
    assert active(cast, "ai", made, [NOW - 2, NOW, NOW]) == 3
    assert active(cast, "ai", made, [NOW - 1]) == 3, "another browser went on: what it tells late is passed over"
    assert (own(cast, "ai", made), own(cast, "bo", made)) == ([3, 0], [0, 0])


def test_no_minute_lies_in_the_future_or_longer_ago_than_a_month(cast: Cast) -> None:
    made = cast.round()
    assert active(cast, "ai", made, [NOW + 118, NOW + 120]) == 2, "a clock that goes ahead is taken back"
    assert active(cast, "ai", made, [NOW + 121]) == 2, "it is the same minute here"
    assert active(cast, "bo", made, [1, NOW - 40 * 24 * 60, NOW - 29 * 24 * 60]) == 1


def test_nothing_is_counted_where_nothing_can_be_coded(cast: Cast) -> None:
    made = cast.round(coders=("ai",))
    active(cast, "ai", made, [NOW - 1])
    cast.submit("ai", made, TITLE)
    with pytest.raises(Conflict):
        active(cast, "ai", made, [NOW])
    with pytest.raises(NotThere):
        active(cast, "bo", made, [NOW])
    assert own(cast, "ai", made) == [1, 0]


def test_the_lead_sees_a_sum_that_says_nothing_of_one_coder(cast: Cast) -> None:
    made = cast.round(coders=("ai", "bo"))
    assert together(cast, "lena", made) is None
    active(cast, "ai", made, [NOW - 2, NOW - 1])
    assert together(cast, "lena", made) is None, "it would be one coder's time"
    active(cast, "bo", made, [NOW - 1])
    active(cast, "bo", made, [NOW], "年报节选")
    assert together(cast, "lena", made) == 4


def test_who_coded_cannot_take_the_own_time_from_the_sum(cast: Cast) -> None:
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["lena"].id, [Role.CODER])
    made = cast.round(coders=("ai", "lena"))
    for person in ("ai", "lena"):
        active(cast, person, made, [NOW])
    cast.close(made, unfinished=True)
    assert together(cast, "lena", made) is None
    assert together(cast, "olga", made) == 2
