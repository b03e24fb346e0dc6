"""Short writes to SQLite, which takes one writer at a time and waits for the disk at every commit: one thread writes for everybody.

Where a piece of work fails that had changed something, all of the group are done again, each in a savepoint of its own.
"""

import sqlite3
import threading
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor

from intercoder.errors import Unavailable
from intercoder.prepared import Question, Transaction
from intercoder.writer import Gathering, Task, as_sqlalchemy

T = TypeVar("T")


class Lock(Protocol):
    """What keeps other writers out."""

    def acquire(self, timeout: float) -> bool:
        """Take it within this many seconds; return whether it was got."""

    def release(self) -> None:
        """Let it go."""


class _Own(threading.local):
    """What belongs to the thread that writes: in a process that was forked there is another."""

    connection: sqlite3.Connection | None = None


class GroupWriter(Gathering):
    """The one writer of an SQLite database."""

    def __init__(self, engine: sa.Engine, lock: Lock, hooks: Mapping[str, object]) -> None:
        super().__init__(engine, hooks)
        self._lock = lock
        self._own = _Own()

    def do(self, work: Callable[[Transaction], T], asks: Question | None = None) -> T:
        """Let the thread do it. To ask ahead would save nothing here, where a question has no way to go."""
        return self._done_by_thread(Task(work, asks))

    def _write(self) -> None:
        try:
            super()._write()
        finally:
            if self._own.connection is not None:
                self._own.connection.close()
                self._own.connection = None

    def _commit_together(self, group: list[Task[object]]) -> bool:
        if not self._lock.acquire(timeout=30):
            raise Unavailable("busy", "The server is busy writing. Try again in a moment.")
        try:
            return self._commit(group)
        finally:
            self._lock.release()

    def _commit(self, group: list[Task[object]]) -> bool:
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            ended = self._do_together(group, cast("DBAPICursor", connection.cursor()), connection)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise as_sqlalchemy(error, self._engine.dialect) from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return ended

    def _connection(self) -> sqlite3.Connection:
        """Return the thread's own connection: on one that also reads all statements would be prepared anew each time."""
        if self._own.connection is None:
            proxied = self._engine.raw_connection()
            connection = cast("sqlite3.Connection", proxied.dbapi_connection)
            connection.execute("PRAGMA query_only=0")  # somebody may have read on it
            proxied.detach()
            self._own.connection = connection
        return self._own.connection

    def _do_together(self, group: list[Task[object]], cursor: DBAPICursor, connection: sqlite3.Connection) -> bool:
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
            if done == len(group) and not ended:
                ended = self._take(group)
        return ended

    def _done(self, task: Task[object], cursor: DBAPICursor, connection: sqlite3.Connection) -> bool:
        """Do one task; return whether the transaction holds nothing of it, or all."""
        before = connection.total_changes
        try:
            self._run(task, cursor)
        except BaseException as error:
            self._fail(task, error, connection)
            return connection.total_changes == before
        return True

    def _do_apart(self, task: Task[object], cursor: DBAPICursor, connection: sqlite3.Connection) -> None:
        """Do one task in a savepoint."""
        connection.execute("SAVEPOINT task")
        try:
            self._run(task, cursor)
        except BaseException as error:
            self._fail(task, error, connection)
            connection.execute("ROLLBACK TO task")
        connection.execute("RELEASE task")

    def _run(self, task: Task[object], cursor: DBAPICursor) -> None:
        task.run(lambda keep: Transaction(cursor, self._engine.dialect, self._hooks, keep))

    def _fail(self, task: Task[object], error: BaseException, connection: sqlite3.Connection) -> None:
        """Keep what went wrong for who waits: it is the task's own, as long as the transaction of all lives on."""
        if not connection.in_transaction:
            raise error  # the disk is full: SQLite has rolled everything back
        task.error = as_sqlalchemy(error, self._engine.dialect) if isinstance(error, sqlite3.Error) else error
