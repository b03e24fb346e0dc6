"""Short writes: durable when they return, each whole or not at all, whoever writes beside them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from intercoder.clock import now
from intercoder.db import Database, within
from intercoder.errors import Conflict
from intercoder.models import SetupLink
from intercoder.prepared import Prepared, Question, Transaction, change
from services_up import Postgres
from templates import Templates
from waiting import until

LINKS = SetupLink.metadata.tables[SetupLink.__tablename__]
ADD = change(sa.insert(LINKS))
_FOUND = sa.select(LINKS.c.token_hash).where(LINKS.c.token_hash == sa.bindparam("name"))
FIND, HOLD = Prepared(_FOUND, str), Prepared(_FOUND.with_for_update(), str)
HOLD_FREE = Prepared(_FOUND.with_for_update(skip_locked=True), str)
LATEST = Prepared(sa.select(sa.func.max(LINKS.c.token_hash)), int)
T = TypeVar("T")


class Do(Protocol):
    """Does a short write."""

    def __call__(self, work: Callable[[Transaction], T]) -> T: ...


@pytest.fixture(params=["apart", "together"])
def do(database: Database, request: pytest.FixtureRequest) -> Do:
    """What does a short write: one that says what it asks first is done together with others."""

    def done(work: Callable[[Transaction], T]) -> T:
        asks = Question(FIND, FIND, {"name": "nobody"}, uuid4()) if request.param == "together" else None
        return database.writer.do(work, asks)

    return done


def stored(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(sa.select(SetupLink.token_hash)))


def add(transaction: Transaction, *names: str) -> None:
    for name in names:
        transaction.send(ADD, {"token_hash": name, "expires_at": now()})


def test_what_returned_is_there_for_everybody(database: Database, do: Do) -> None:
    def write(number: int) -> bool:
        name = f"{number}-{uuid4()}"
        do(lambda transaction: add(transaction, name))
        return name in stored(database)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write, range(40)))
    assert len(stored(database)) == 40


def test_one_that_fails_takes_nothing_of_the_others_with_it(database: Database, do: Do) -> None:
    ready = threading.Barrier(12)
    told: list[int] = []

    def write(number: int) -> str:
        def work(transaction: Transaction) -> str:
            transaction.after_commit(lambda: told.append(number))
            add(transaction, f"{number} a")
            if number % 3 == 0:
                raise Conflict("refused", "Not this one.")
            if number % 3 == 1:
                add(transaction, "the same for all")  # a clash, for all but one
            add(transaction, f"{number} b")
            return "written"

        ready.wait()
        try:
            return do(work)
        except Conflict:
            return "refused"
        except sa.exc.IntegrityError:
            return "clashed"

    with ThreadPoolExecutor(12) as pool:
        ends = list(pool.map(write, range(12)))
    assert [end for number, end in enumerate(ends) if number % 3 == 0] == ["refused"] * 4
    assert sorted(end for number, end in enumerate(ends) if number % 3 == 1) == ["clashed"] * 3 + ["written"]
    whole = {f"{number} {part}" for number, end in enumerate(ends) if end == "written" for part in "ab"}
    assert stored(database) == whole | {"the same for all"}
    assert sorted(told) == [
        number for number, end in enumerate(ends) if end == "written"
    ]  # once, however often it was done


def test_hints_leave_after_the_commit_only(database: Database, do: Do) -> None:
    seen: list[bool] = []

    def work(transaction: Transaction) -> None:
        add(transaction, "told")
        transaction.after_commit(lambda: seen.append("told" in stored(database)))

    def broken(transaction: Transaction) -> None:
        add(transaction, "told")
        transaction.after_commit(lambda: seen.append(False))
        raise Conflict("refused", "Not this one.")

    with pytest.raises(Conflict):
        do(broken)
    do(work)
    assert seen == [True]


def test_what_goes_wrong_after_the_commit_takes_nothing_back_and_stops_nobody(database: Database, do: Do) -> None:
    heard: list[str] = []

    def broken() -> None:
        raise OSError("the bus is gone")

    def work(transaction: Transaction, name: str) -> str:
        add(transaction, name)
        transaction.after_commit(broken)
        transaction.after_commit(lambda: heard.append(name))
        return name

    for name in ("first", "second"):
        assert do(partial(work, name=name)) == name
    assert stored(database) == {"first", "second"}
    assert heard == ["first", "second"]


def test_who_waits_hears_what_broke_and_the_next_is_served(database: Database, do: Do) -> None:
    def work(_transaction: Transaction) -> UUID:
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            do(work)
    assert do(lambda transaction: transaction.first(FIND, {"name": "nobody"})) is None


@pytest.mark.parametrize("asks", [None, Question(FIND, FIND, {"name": "before"}, "here")])
def test_a_connection_that_was_lost_is_replaced(
    postgresql_templates: Templates, postgres: Postgres, asks: Question | None
) -> None:
    name = f"t{uuid4().hex}"
    database = Database(postgresql_templates.copy("empty", name))
    database.writer.do(lambda transaction: add(transaction, "before"), asks)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with database.transaction() as session:
        session.execute(sa.text(others))
    database.writer.do(lambda transaction: add(transaction, "after"), asks)
    assert stored(database) == {"before", "after"}
    database.dispose()
    postgres.drop_database(name)


def test_what_was_asked_ahead_is_the_answer_to_that_alone(database: Database) -> None:
    database.writer.do(lambda transaction: add(transaction, "one", "other"))

    def work(transaction: Transaction) -> str | None:
        return transaction.first(FIND, {"name": "other"})

    for asked in ("one", "other", "nobody"):
        assert database.writer.do(work, Question(FIND, FIND, {"name": asked}, asked)) == "other"


def test_those_of_one_place_follow_one_another_and_none_is_done_twice(database: Database) -> None:
    database.writer.do(lambda transaction: add(transaction, "1000"))
    asks = Question(LATEST, LATEST, {}, "place")
    begun, go_on, done = threading.Event(), threading.Event(), list[int]()

    def busy(_transaction: Transaction) -> None:
        begun.set()
        go_on.wait()

    def work(transaction: Transaction) -> int:
        number = (transaction.first(LATEST, {}) or 0) + 1
        done.append(number)
        add(transaction, str(number))
        return number

    with ThreadPoolExecutor(5) as pool:
        pool.submit(database.writer.do, busy, asks)
        begun.wait()
        others = [pool.submit(database.writer.do, work, asks) for _ in range(4)]
        go_on.set()
        assert sorted(other.result() for other in others) == [1001, 1002, 1003, 1004]
    assert done == [1001, 1002, 1003, 1004]


def test_what_somebody_holds_is_waited_for_by_nobody_else(postgresql_templates: Templates, postgres: Postgres) -> None:
    name = f"t{uuid4().hex}"
    database = Database(postgresql_templates.copy("empty", name))
    database.writer.do(lambda transaction: add(transaction, "held", "free"))

    def write(place: str) -> str | None:
        values = {"name": place}
        return database.writer.do(
            lambda transaction: transaction.first(HOLD, values), Question(HOLD, HOLD_FREE, values, place)
        )

    waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = :name")

    def somebody_waits() -> bool:
        with database.reading() as session:
            return bool(session.scalar(waits, {"name": name}))

    with ThreadPoolExecutor(2) as pool:
        with database.transaction() as session:
            within(session).first(HOLD, {"name": "held"})
            held = pool.submit(write, "held")
            until(somebody_waits, "nobody waits for what is held")
            free = pool.submit(write, "free")
            until(free.done, "what nobody holds waits too")
            assert not held.done()
        assert (held.result(), free.result()) == ("held", "free")
    database.dispose()
    postgres.drop_database(name)
