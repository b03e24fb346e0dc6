"""Short writes: work of a few prepared statements, durable when the call returns.

SQLite takes one writer at a time and waits for the disk at every commit: here one thread writes for everybody, and
what has gathered while the disk was busy is committed together. Where a piece of work fails that had changed something, all
are done again, each in a savepoint of its own.
PostgreSQL gets a connection for each, and one answer for all that is sent with the commit.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor

from intercoder.errors import Unavailable
from intercoder.logs import get_logger
from intercoder.prepared import Transaction

if TYPE_CHECKING:
    import psycopg

log = get_logger()
T = TypeVar("T")
D_co = TypeVar("D_co", covariant=True)
#: pieces of work in one commit at most
TOGETHER = 100
#: how often work is done again that others came between
TRIES = 4
#: what PostgreSQL says when others came between: a key was taken, an order could not be kept, two waited for one another
_BETWEEN = frozenset({"23505", "40001", "40P01"})


class Lock(Protocol):
    """What keeps other writers out."""

    def acquire(self, timeout: float) -> bool:
        """Take it within this many seconds; return whether it was got."""

    def release(self) -> None:
        """Let it go."""


class Writer(Protocol):
    """Does short writes."""

    def do(self, work: Callable[[Transaction], T]) -> T:
        """Do some work in a transaction and return its result once that is durable; nothing of it stays on an error.

        The work may be done more than once, or in another thread, and finds its own result where the first answer was lost. ``Unavailable`` when it cannot begin in time.
        """

    def stop(self) -> None:
        """End; what was given is done before."""


class _Task(Generic[D_co]):
    """Work that somebody waits for."""

    def __init__(self, work: Callable[[Transaction], D_co]) -> None:
        self._work = work
        self._result: D_co
        self._afterwards: list[Callable[[], None]] = []
        self.error: BaseException | None = None
        self._ended = threading.Lock()
        self._ended.acquire()

    def run(self, cursor: DBAPICursor, dialect: sa.Dialect, hooks: Mapping[str, object]) -> None:
        """Do it, in a transaction that is open; anew where it was done before and that was rolled back."""
        self.error = None
        self._afterwards.clear()
        self._result = self._work(Transaction(cursor, dialect, hooks, self._afterwards.append))

    def committed(self) -> None:
        """Do what waits for the commit."""
        _do_afterwards(self._afterwards)

    def end(self, error: BaseException | None = None) -> None:
        """Wake whoever waits."""
        self.error = self.error or error
        self._ended.release()

    def result(self) -> D_co:
        """Wait for the end; return the result or raise the error."""
        self._ended.acquire()
        if self.error is not None:
            raise self.error
        return self._result


class GroupWriter:
    """The one writer of an SQLite database."""

    def __init__(self, engine: sa.Engine, lock: Lock, hooks: Mapping[str, object]) -> None:
        self._engine, self._lock, self._hooks = engine, lock, hooks
        self._tasks: SimpleQueue[_Task[object] | None] = SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def do(self, work: Callable[[Transaction], T]) -> T:
        """Let the thread do it."""
        if self._thread is None or not self._thread.is_alive():  # in a process that was forked it is not
            self._start()
        task = _Task(work)
        self._tasks.put(task)
        return task.result()

    def stop(self) -> None:
        """End the thread."""
        if self._thread is not None:
            self._tasks.put(None)
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._write, name="writer", daemon=True)
                self._thread.start()

    def _write(self) -> None:
        while (first := self._tasks.get()) is not None:
            group, ended = [first], False
            try:
                if not self._lock.acquire(timeout=30):
                    raise Unavailable("busy", "The server is busy writing. Try again in a moment.")
                try:
                    ended = self._commit_together(group)
                finally:
                    self._lock.release()
            except BaseException as error:
                for task in group:
                    task.end(error)
            else:
                for task in group:
                    if task.error is None:
                        task.committed()
                    task.end()
            if ended:
                return

    def _commit_together(self, group: list[_Task[object]]) -> bool:
        """Do a group of tasks, and those which come meanwhile; return whether the end was asked for."""
        proxied = self._engine.raw_connection()
        connection = proxied.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        cursor = proxied.cursor()
        try:
            connection.execute("PRAGMA query_only=0")
            connection.execute("BEGIN IMMEDIATE")
            ended = self._do_together(group, cursor, connection)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise as_sqlalchemy(error, self._engine.dialect) from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            proxied.close()
        return ended

    def _do_together(self, group: list[_Task[object]], cursor: DBAPICursor, connection: sqlite3.Connection) -> bool:
        """Do a group of tasks, and those which come meanwhile; return whether the end was asked for."""
        done, ended = 0, False
        while done < len(group):
            if not self._done(group[done], cursor, connection):
                connection.execute("ROLLBACK")
                connection.execute("BEGIN IMMEDIATE")
                for task in group:
                    self._do_apart(task, cursor, connection)
                return ended
            done += 1
            if done == len(group) < TOGETHER and not ended:
                with suppress(Empty):
                    task_or_end = self._tasks.get_nowait()
                    ended = task_or_end is None
                    group.extend([] if task_or_end is None else [task_or_end])
        return ended

    def _done(self, task: _Task[object], cursor: DBAPICursor, connection: sqlite3.Connection) -> bool:
        """Do one task; return whether the transaction holds nothing of it, or all."""
        before = connection.total_changes
        try:
            task.run(cursor, self._engine.dialect, self._hooks)
        except BaseException as error:
            self._fail(task, error, connection)
            return connection.total_changes == before
        return True

    def _do_apart(self, task: _Task[object], cursor: DBAPICursor, connection: sqlite3.Connection) -> None:
        """Do one task in a savepoint."""
        connection.execute("SAVEPOINT task")
        try:
            task.run(cursor, self._engine.dialect, self._hooks)
        except BaseException as error:
            self._fail(task, error, connection)
            connection.execute("ROLLBACK TO task")
        connection.execute("RELEASE task")

    def _fail(self, task: _Task[object], error: BaseException, connection: sqlite3.Connection) -> None:
        """Keep what went wrong for who waits: it is the task's own, as long as the transaction of all lives on."""
        if not connection.in_transaction:
            raise error  # the disk is full: SQLite has rolled everything back
        task.error = as_sqlalchemy(error, self._engine.dialect) if isinstance(error, sqlite3.Error) else error


class PipelineWriter:
    """Writes to PostgreSQL: whoever asks does it, on a connection of the pool."""

    def __init__(self, engine: sa.Engine, hooks: Mapping[str, object]) -> None:
        self._engine, self._hooks = engine, hooks

    def do(self, work: Callable[[Transaction], T]) -> T:
        """Do it; again where others came between, or the connection was lost."""
        for tries in range(1, TRIES + 1):
            afterwards: list[Callable[[], None]] = []
            try:
                result = self._attempt(work, afterwards, again=tries > 1)
            except _Lost as lost:
                self._engine.dispose()  # those beside it in the pool were lost with it
                if tries == TRIES:
                    raise as_sqlalchemy(lost.error, self._engine.dialect) from lost.error
            except Exception as error:
                if tries == TRIES or getattr(error, "sqlstate", None) not in _BETWEEN:
                    raise as_sqlalchemy(error, self._engine.dialect) from error
            else:
                _do_afterwards(afterwards)
                return result
        raise AssertionError("the last try returns or raises")

    def _attempt(self, work: Callable[[Transaction], T], afterwards: list[Callable[[], None]], *, again: bool) -> T:
        proxied = self._engine.raw_connection()
        connection = cast("psycopg.Connection[tuple[object, ...]]", proxied.driver_connection)
        try:
            with connection.pipeline():
                try:
                    result = work(
                        Transaction(proxied.cursor(), self._engine.dialect, self._hooks, afterwards.append, again)
                    )
                    connection.commit()
                except BaseException:
                    # Left to the pool it would be sent after the pipeline's end: one more answer to wait for.
                    with suppress(Exception):
                        connection.rollback()
                    raise
        except Exception as error:
            if connection.broken:
                proxied.invalidate(error)
                raise _Lost(error) from error
            raise
        finally:
            proxied.close()
        return result

    def stop(self) -> None:
        """Nothing is kept."""


def _do_afterwards(actions: Iterable[Callable[[], None]]) -> None:
    """Do what waited for a commit. What goes wrong with it is logged: the work is stored, and is answered so."""
    for action in actions:
        try:
            action()
        except Exception:
            log.exception("writer.after_commit")


class _Lost(Exception):
    """The connection was lost: whether the work is durable is not known."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def as_sqlalchemy(error: BaseException, dialect: sa.Dialect) -> BaseException:
    """Return a driver's error as everybody above the database knows it; any other as it is."""
    base = dialect.loaded_dbapi.Error
    if not isinstance(error, base):
        return error
    return sa.exc.DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=dialect)
