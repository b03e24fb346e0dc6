"""The database: one engine, two kinds of transaction, the same behaviour on SQLite and PostgreSQL.

On SQLite every writing transaction begins with BEGIN IMMEDIATE (a deferred one that has read cannot
upgrade: "database is locked" at once, whatever the time-out) and waits for one lock inside the
process (SQLite's own waiting is unfair: p99 is eight times longer without it).
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from intercoder.errors import Unavailable
from intercoder.paths import Turn
from intercoder.postgresql_writer import PipelineWriter
from intercoder.prepared import Prepared, R, Transaction
from intercoder.remembered import Remembered
from intercoder.sqlite_writer import GroupWriter
from intercoder.writer import Writer, as_sqlalchemy


class Database:
    """The engine and its two session makers."""

    def __init__(self, url: str, *, pool_size: int = 24) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            self.engine = sa.create_engine(
                url,
                pool_size=pool_size,
                pool_use_lifo=True,  # what is prepared on a connection is ready on few, not on all
                max_overflow=40,
                hide_parameters=True,
                connect_args={"timeout": 15, "cached_statements": _PREPARED},
            )
            lock = FairLock(Turn(Path(f"{self.engine.url.database}.turn")))
            _sqlite_rules(self.engine, lock)
        else:
            self.engine = _postgresql(url, pool_size)
        #: who is told of committed changes and of new jobs; the edge puts them here
        memory = Remembered()
        self.hooks: dict[str, object] = {"sqlite": self.sqlite, "earlier": memory}
        #: does what is written many times a second
        self.writer: Writer = (
            GroupWriter(self.engine, lock, self.hooks) if self.sqlite else PipelineWriter(self.engine, self.hooks)
        )
        self._write = sessionmaker(self.engine, expire_on_commit=False, info=self.hooks)
        event.listen(self._write, "before_commit", _commits)
        event.listen(self._write, "after_commit", _committed)
        event.listen(self._write, "after_rollback", _rolled_back)
        #: what only reading sessions made last, see ``services/code_states.py``; writing ones make theirs of it
        kept = {"remembered": memory}
        self._read = sessionmaker(self.engine.execution_options(readonly=True), expire_on_commit=False, info=kept)
        # SQLite's reading transaction keeps the state of its first statement; PostgreSQL's does when it is told to.
        one_state = {} if self.sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._still = sessionmaker(
            self.engine.execution_options(readonly=True, **one_state), expire_on_commit=False, info=kept
        )

    def session(self, *, readonly: bool = False) -> Session:
        """Return a new session; a read-only one takes no lock and cannot write on SQLite."""
        return self._read() if readonly else self._write()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session whose work is committed at the end, or rolled back whole on any error."""
        session = self.session()
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a read-only session."""
        session = self.session(readonly=True)
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Give a read-only session that reads one state to its end, whatever others write meanwhile."""
        with self._still() as session:
            yield session

    @property
    def in_use(self) -> int:
        """How many connections somebody works with now."""
        pool = self.engine.pool
        return pool.checkedout() if isinstance(pool, sa.QueuePool) else 0

    def size(self) -> int:
        """Return how many bytes the database takes."""
        path = sqlite_path(self.url)
        if path is not None:
            return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
        with self.reading() as session:
            return session.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0

    def dispose(self) -> None:
        """Close every connection."""
        self.writer.stop()
        self.engine.dispose()


#: of a connection to PostgreSQL: one that a firewall dropped without a word is noticed within a minute, also while it waits
_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 20_000}
#: a statement is prepared when it is sent for the second time; so many stay prepared on a connection
_PREPARE, _PREPARED = 2, 500
#: seconds after which a connection is replaced when it is wanted next
_AGE = 1800


def _postgresql(url: str, pool_size: int) -> sa.Engine:
    """Return the engine of PostgreSQL.

    No connection is asked before its use whether it lives, which took a quarter of a short request: the first one to find
    it gone gets 503 with Retry-After, and all of the pool are replaced.
    """
    address = sa.make_url(url)
    prepare = None if address.query.get("prepare_threshold") == "off" else _PREPARE  # pgbouncer before 1.21 wants that
    engine = sa.create_engine(
        address.difference_update_query(["prepare_threshold"]),
        pool_size=pool_size,
        pool_use_lifo=True,  # what is prepared on a connection is ready on few, not on all
        max_overflow=2,  # what ends a request beside it, such as the note that a session was used
        pool_recycle=_AGE,
        hide_parameters=True,
        connect_args={**_ALIVE, "prepare_threshold": prepare},
    )

    @event.listens_for(engine, "connect")
    def connect(dbapi: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        dbapi.prepared_max = _PREPARED

    return engine


class FairLock:
    """A lock that is handed on in the order of asking, and has a turn among processes behind it.

    ``threading.Lock`` lets whoever runs take it before those who sleep: with twenty writers the unlucky
    one waits several times as long as the others. SQLite's own waiting for another process looks ever more seldom:
    a coder waited a second for a job that wrote for 10 ms at a time.
    """

    def __init__(self, turn: Turn | None = None) -> None:
        self._turn = turn
        self._mutex = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, timeout: float) -> bool:
        """Take the lock within this many seconds; return whether it was got."""
        if not self._stand_in_line(timeout):
            return False
        try:
            if self._turn is None or self._turn.take(timeout):
                return True
        except BaseException:
            self._hand_on()
            raise
        self._hand_on()
        return False

    def _stand_in_line(self, timeout: float) -> bool:
        with self._mutex:
            if not self._held:
                self._held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self._mutex:
            if turn not in self._waiting:
                return True  # it came in the last moment
            self._waiting.remove(turn)
            return False

    def release(self) -> None:
        """Hand the lock to whoever has waited longest."""
        if self._turn is not None:
            self._turn.leave()
        self._hand_on()

    def close(self) -> None:
        """Close what the turn is held by; nobody holds it or waits for it."""
        if self._turn is not None:
            self._turn.close()

    def _hand_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


def _sqlite_rules(engine: sa.Engine, lock: FairLock) -> None:
    @event.listens_for(engine, "engine_disposed")
    def disposed(_engine: sa.Engine) -> None:
        lock.close()

    @event.listens_for(engine, "connect")
    def connect(dbapi: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        assert isinstance(dbapi, sqlite3.Connection)
        dbapi.isolation_level = None  # the driver opens no transaction of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON"):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        dbapi = connection.connection.dbapi_connection
        assert isinstance(dbapi, sqlite3.Connection)
        if connection.get_execution_options().get("readonly"):
            _may_write(connection, dbapi, False)
            connection.exec_driver_sql("BEGIN")
            return
        if not lock.acquire(timeout=30):
            raise Unavailable("busy", "The server is busy writing. Try again in a moment.")
        connection.info["write_lock"] = lock
        try:
            _may_write(connection, dbapi, True)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            _release(connection.info)
            raise

    @event.listens_for(engine, "commit")
    def commit(connection: sa.Connection) -> None:
        _commit(connection)

    @event.listens_for(engine, "rollback")
    def rollback(connection: sa.Connection) -> None:
        dbapi = connection.connection.dbapi_connection
        if isinstance(dbapi, sqlite3.Connection) and dbapi.in_transaction:
            dbapi.rollback()
        _release(connection.info)

    @event.listens_for(engine, "reset")
    def reset(_dbapi: DBAPIConnection, record: ConnectionPoolEntry, _state: object) -> None:
        _release(record.info)


def _may_write(connection: sa.Connection, dbapi: sqlite3.Connection, may: bool) -> None:
    """Let a connection write, or not. Said only where it was otherwise: SQLite then prepares all statements anew."""
    if connection.info.get("may_write", True) is not may:
        dbapi.execute(f"PRAGMA query_only={0 if may else 1}")
        connection.info["may_write"] = may


def _commit(connection: sa.Connection) -> None:
    # The driver's own commit() follows; committing here lets the lock go only afterwards.
    dbapi = connection.connection.dbapi_connection
    assert isinstance(dbapi, sqlite3.Connection)
    try:
        dbapi.commit()
    except sqlite3.Error as error:
        # Raised in a hook, it would pass by everybody who waits for SQLAlchemy's own: a full disk was an error 500.
        raise sa.exc.OperationalError("COMMIT", None, error) from error
    finally:
        if not dbapi.in_transaction:
            _release(connection.info)


def _release(info: dict[str, object]) -> None:
    held = info.pop("write_lock", None)
    if isinstance(held, FairLock):
        held.release()


def after_commit(session: Session, action: Callable[[], None]) -> None:
    """Run ``action`` once the session's work is durable; drop it when the work is rolled back."""
    session.info.setdefault("after_commit", []).append(action)


def within(session: Session) -> Transaction:
    """Return the session's own transaction for prepared statements: they are committed with its other work."""
    session.flush()
    connection = session.connection()
    keep = partial(after_commit, session)
    return _Within(connection.connection.cursor(), connection.dialect, session.info, keep, of=connection)


@dataclass(frozen=True, kw_only=True)
class _Within(Transaction):
    """A session's transaction: what the driver raises is known to everybody above, and a lost connection is given up."""

    of: sa.Connection

    def first(self, statement: Prepared[R], values: Mapping[str, object]) -> R | None:
        """Return the first row that a statement asks for; None when there is none."""
        with self._known():
            return super().first(statement, values)

    def every(self, statement: Prepared[R], values: Mapping[str, object]) -> list[R]:
        """Return all rows that a statement asks for."""
        with self._known():
            return super().every(statement, values)

    def send(self, statement: Prepared[None], values: Mapping[str, object]) -> None:
        """Send a statement that changes something."""
        with self._known():
            super().send(statement, values)

    def send_rows(self, statement: Prepared[None], rows: Sequence[Mapping[str, object]]) -> None:
        """Send a statement that inserts once for each row."""
        with self._known():
            super().send_rows(statement, rows)

    @contextmanager
    def _known(self) -> Iterator[None]:
        try:
            yield
        except self.dialect.loaded_dbapi.Error as error:
            if self.dialect.is_disconnect(error, self.of.connection.dbapi_connection, None):
                self.of.invalidate(error)
                self.of.engine.dispose()  # those beside it in the pool were lost with it
            raise as_sqlalchemy(error, self.dialect) from error


def before_commit(session: Session, action: Callable[[], None]) -> None:
    """Run ``action`` when the session's work is about to be committed, as a part of it; drop it when it is rolled back.

    What it does may ask for more such actions.
    """
    session.info.setdefault("before_commit", []).append(action)


def _commits(session: Session) -> None:
    while actions := session.info.pop("before_commit", ()):
        session.flush()
        for action in actions:
            action()


def _committed(session: Session) -> None:
    for action in session.info.pop("after_commit", ()):
        action()


def _rolled_back(session: Session) -> None:
    session.info.pop("before_commit", None)
    session.info.pop("after_commit", None)


def sqlite_path(url: str) -> Path | None:
    """Return the file of an SQLite URL, or None."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
