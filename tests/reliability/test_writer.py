"""Short writes: durable when they return, each whole or not at all, whoever writes beside them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from intercoder.clock import now
from intercoder.db import Database
from intercoder.errors import Conflict
from intercoder.models import SetupLink
from intercoder.prepared import Prepared, Transaction, change
from services_up import Postgres
from templates import Templates

LINKS = SetupLink.metadata.tables[SetupLink.__tablename__]
ADD = change(sa.insert(LINKS))
FIND = Prepared(sa.select(LINKS.c.token_hash).where(LINKS.c.token_hash == sa.bindparam("name")), str)


def stored(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(sa.select(SetupLink.token_hash)))


def add(transaction: Transaction, *names: str) -> None:
    for name in names:
        transaction.send(ADD, {"token_hash": name, "expires_at": now()})


def test_what_returned_is_there_for_everybody(database: Database) -> None:
    def write(number: int) -> bool:
        name = f"{number}-{uuid4()}"
        database.writer.do(lambda transaction: add(transaction, name))
        return name in stored(database)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write, range(40)))
    assert len(stored(database)) == 40


def test_one_that_fails_takes_nothing_of_the_others_with_it(database: Database) -> None:
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
            return database.writer.do(work)
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


def test_hints_leave_after_the_commit_only(database: Database) -> None:
    seen: list[bool] = []

    def work(transaction: Transaction) -> None:
        add(transaction, "told")
        transaction.after_commit(lambda: seen.append("told" in stored(database)))

    def broken(transaction: Transaction) -> None:
        transaction.after_commit(lambda: seen.append(False))
        raise Conflict("refused", "Not this one.")

    with pytest.raises(Conflict):
        database.writer.do(broken)
    database.writer.do(work)
    assert seen == [True]


def test_what_goes_wrong_after_the_commit_takes_nothing_back_and_stops_nobody(database: Database) -> None:
    heard: list[str] = []

    def broken() -> None:
        raise OSError("the bus is gone")

    def work(transaction: Transaction, name: str) -> str:
        add(transaction, name)
        transaction.after_commit(broken)
        transaction.after_commit(lambda: heard.append(name))
        return name

    for name in ("first", "second"):
        assert database.writer.do(partial(work, name=name)) == name
    assert stored(database) == {"first", "second"}
    assert heard == ["first", "second"]


def test_who_waits_hears_what_broke_and_the_next_is_served(database: Database) -> None:
    def work(_transaction: Transaction) -> UUID:
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            database.writer.do(work)
    assert database.writer.do(lambda transaction: transaction.first(FIND, {"name": "nobody"})) is None


def test_a_connection_that_was_lost_is_replaced(postgresql_templates: Templates, postgres: Postgres) -> None:
    name = f"t{uuid4().hex}"
    database = Database(postgresql_templates.copy("empty", name))
    database.writer.do(lambda transaction: add(transaction, "before"))
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with database.transaction() as session:
        session.execute(sa.text(others))
    database.writer.do(lambda transaction: add(transaction, "after"))
    assert stored(database) == {"before", "after"}
    database.dispose()
    postgres.drop_database(name)
