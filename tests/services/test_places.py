"""Many who write at one place at the same time: each coding once, one chain, nothing after the round has closed."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict
from intercoder.events import first_break
from intercoder.models import Assignment, Coding, Event
from intercoder.policy import Permission
from intercoder.services import coding, places, rounds
from intercoder.services.access import Asking, NotThere
from intercoder.services.credentials import Credential


def writing(
    cast: Cast, person: str, round_id: UUID, *, together: bool = True
) -> Callable[[UUID, int, int], coding.Written]:
    """Return what writes one coding as a request does; or, not together with others, in a transaction of its own."""
    asking = Asking(Credential.of(cast.people[person]), Permission.CODE, round_id)
    document = cast.documents["访谈一"]

    def write(key: UUID, start: int, end: int) -> coding.Written:
        wanted = coding.CodingWrite(code=cast.codes["l1"], start=start, end=end)
        asks = places.question(asking, document, key, wanted.code) if together else None
        return cast.database.writer.do(lambda work: coding.put_coding(work, asking, document, key, wanted), asks)

    return write


def chain_of(cast: Cast, round_id: UUID, person: str) -> Sequence[Event]:
    with cast.database.reading() as session:
        stream = session.scalars(
            sa.select(Assignment.id).where(
                Assignment.round_id == round_id,
                Assignment.coder_id == cast.people[person].id,
                Assignment.document_id == cast.documents["访谈一"],
            )
        ).one()
        return session.scalars(sa.select(Event).where(Event.stream == stream).order_by(Event.seq)).all()


def test_a_place_is_found_with_all_that_decides_and_only_by_whose_it_is(cast: Cast) -> None:
    made, key, document = cast.round(coders=("ai",)), uuid4(), cast.documents["访谈一"]

    def admitted(person: str, code: UUID) -> places.Admitted:
        asking = Asking(Credential.of(cast.people[person]), Permission.CODE, made)
        return cast.database.writer.do(lambda work: places.admit(work, asking, document, key, code))

    before = admitted("ai", cast.codes["l1"])
    assert (before.place.pinned, before.place.head, before.stored(key)) == (True, None, None)
    assert not admitted("ai", uuid4()).place.pinned
    writing(cast, "ai", made)(key, 3, 9)
    after = admitted("ai", cast.codes["l1"])
    assert after.place.head is not None
    assert after.place.head.seq == 1
    stored = after.stored(key)
    assert stored is not None
    assert (stored.start, stored.end, stored.version, stored.deleted) == (3, 9, 1, False)
    for person in ("bo", "lena", "otto"):
        with pytest.raises(NotThere):
            admitted(person, cast.codes["l1"])


@pytest.mark.parametrize("together", [True, False])
def test_two_tabs_of_one_coder_write_one_chain(cast: Cast, together: bool) -> None:
    made = cast.round()
    write = writing(cast, "ai", made, together=together)
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda n: write(uuid4(), n % 7, n % 7 + 2), range(24)))
    assert all(w.new for w in written)
    rows = chain_of(cast, made, "ai")
    assert [row.seq for row in rows] == list(range(1, 25))
    assert first_break(rows) is None


@pytest.mark.parametrize("together", [True, False])
def test_a_request_that_comes_twice_at_once_is_stored_once(cast: Cast, together: bool) -> None:
    made = cast.round()
    write = writing(cast, "ai", made, together=together)
    for _ in range(4):
        key, ready = uuid4(), threading.Barrier(3)

        def again(_number: int, key: UUID = key, ready: threading.Barrier = ready) -> bool:
            ready.wait()
            return write(key, 3, 9).new

        with ThreadPoolExecutor(3) as pool:
            assert Counter(pool.map(again, range(3))) == {True: 1, False: 2}
    assert len(chain_of(cast, made, "ai")) == 4


def test_what_is_acknowledged_is_stored_and_nothing_is_after_the_round_has_closed(cast: Cast) -> None:
    made = cast.round()
    acknowledged, refused, enough = list[UUID](), list[str](), threading.Event()

    def go_on(person: str) -> None:
        write = writing(cast, person, made)
        for number in count():
            key = uuid4()
            try:
                write(key, number % 7, number % 7 + 2)
            except Conflict as conflict:
                refused.append(conflict.code)
                return
            acknowledged.append(key)
            if number == 5:
                enough.set()

    with ThreadPoolExecutor(2) as pool:
        going = [pool.submit(go_on, person) for person in ("ai", "bo")]
        enough.wait()
        with cast.database.transaction() as session:
            access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", made)
            rounds.close_round(session, access, unfinished=True)
        for each in going:
            each.result()
    assert refused == ["round_closed", "round_closed"]
    with cast.database.reading() as session:
        stored = session.scalars(sa.select(Coding.key)).all()
        closed = session.scalars(sa.select(Event.position).where(Event.action == "round.closed")).one()
        later = session.scalars(sa.select(Event.position).where(Event.action == "coding.created")).all()
    assert sorted(stored) == sorted(acknowledged)
    assert max(later) <= closed
