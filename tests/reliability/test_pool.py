"""Connections: how many there are to PostgreSQL, replaced when they are gone; what is prepared on them, on both databases."""

import sqlite3
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from intercoder import schema
from intercoder.clock import now
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.errors import Unavailable
from intercoder.models import SetupLink
from intercoder.prepared import change
from intercoder.services import tokens
from intercoder.web.app import create_app
from intercoder.web.session import storage_problem
from services_up import Postgres
from templates import Templates

ADD = change(sa.insert(SetupLink.metadata.tables[SetupLink.__tablename__]))
ADDED = sa.text("INSERT INTO setup_link (token_hash, expires_at) VALUES (:name, :at)")
ASKED = sa.select(sa.func.count()).select_from(SetupLink)
#: what PostgreSQL does to everybody when it is restarted
END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"


def end_connections(url: str) -> None:
    """End all connections to a database but one's own."""
    other = Database(url, pool_size=1)
    with other.engine.begin() as connection:
        connection.execute(sa.text(END_OTHERS), {"name": url.rpartition("/")[2]})
    other.dispose()


def test_a_lost_connection_is_said_once_and_all_are_replaced(
    postgresql_templates: Templates, postgres: Postgres, tmp_path: Path
) -> None:
    name = f"lost_{uuid4().hex}"
    database = Database(postgresql_templates.copy("cast", name), pool_size=4)
    people = postgresql_templates["cast"].cast
    assert people is not None
    cast = people.on(database)
    with database.transaction() as session:
        token = tokens.create_token(session, cast.people["lena"].id, tokens.NewToken(name="lead"))[1]
    app = create_app(load_settings({"INTERCODER_DATA": str(tmp_path), "DATABASE_URL": database.url}), database)
    sent = {"Authorization": f"Bearer {token}"}
    client, path = app.test_client(), f"/api/v1/projects/{cast.project}"
    with database.reading() as one, database.reading() as two:  # so that the pool has several
        one.execute(sa.text("SELECT 1"))
        two.execute(sa.text("SELECT 1"))
    assert client.get(path, headers=sent).status_code == 200
    end_connections(database.url)
    lost = client.get(path, headers=sent)
    assert (lost.status_code, lost.json["code"]) == (503, "database_away")  # type: ignore[index]
    assert int(lost.headers["Retry-After"]) > 0
    for _ in range(3):
        assert client.get(path, headers=sent).status_code == 200
    database.dispose()
    postgres.drop_database(name)


@pytest.mark.parametrize(("option", "prepared"), [("", True), ("?prepare_threshold=off", False)])
def test_what_is_asked_again_is_prepared_unless_the_address_says_otherwise(
    postgres: Postgres, option: str, prepared: bool
) -> None:
    database = Database(postgres.create_database(f"prepared_{uuid4().hex}") + option, pool_size=1)
    with database.reading() as session:
        for number in range(4):
            assert session.scalar(sa.text("SELECT 40 + :n"), {"n": number}) == 40 + number
        kept = session.scalars(sa.text("SELECT statement FROM pg_prepared_statements")).all()
    database.dispose()
    assert any("SELECT 40 +" in statement for statement in kept) is prepared


def test_sqlite_hears_whether_it_may_write_only_where_that_changed(tmp_path: Path) -> None:
    """Each such word makes it prepare anew whatever is prepared on the connection."""
    database = Database(f"sqlite:///{tmp_path / 'study.sqlite3'}")
    schema.upgrade(database)
    database.dispose()
    heard: list[str] = []

    @event.listens_for(database.engine, "connect")
    def connect(dbapi: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        assert isinstance(dbapi, sqlite3.Connection)
        dbapi.set_trace_callback(lambda sent: heard.append(sent) if "query_only" in sent else None)

    def read() -> None:
        with database.reading() as session:
            session.scalar(ASKED)

    def write() -> None:
        with database.transaction() as session:
            session.execute(ADDED, {"name": uuid4().hex, "at": now()})

    def write_shortly() -> None:
        values = {"token_hash": uuid4().hex, "expires_at": now()}
        database.writer.do(lambda transaction: transaction.send(ADD, values))

    for _ in range(3):
        write()
    assert heard == []
    for _ in range(3):
        read()
    assert heard == ["PRAGMA query_only=1"]
    for _ in range(3):  # on a connection that another thread keeps: where it was read before, it may write from then on
        write_shortly()
        read()
    assert heard[1:] in (["PRAGMA query_only=0"], ["PRAGMA query_only=0", "PRAGMA query_only=1"])
    write()
    assert heard[-1] == "PRAGMA query_only=0"
    with database.reading() as session, pytest.raises(sa.exc.OperationalError, match="readonly"):
        session.execute(ADDED, {"name": "nobody", "at": now()})
    with database.reading() as session:
        assert session.scalar(ASKED) == 7
    database.dispose()


def test_all_connections_in_use_is_said() -> None:
    assert isinstance(storage_problem(sa.exc.TimeoutError("QueuePool limit reached")), Unavailable)


@pytest.mark.parametrize(
    ("workers", "together", "each"),
    [("1", "80", 28), ("2", "80", 28), ("4", "80", 20), ("8", "200", 25), ("64", "80", 2)],
)
def test_the_processes_share_what_postgresql_takes(workers: str, together: str, each: int) -> None:
    settings = load_settings(
        {
            "DATABASE_URL": "postgresql://example/x",
            "REDIS_URL": "redis://example",
            "SECRET_KEY": "x" * 32,
            "WEB_WORKERS": workers,
            "DATABASE_CONNECTIONS": together,
        }
    )
    assert settings.pool_size == each
