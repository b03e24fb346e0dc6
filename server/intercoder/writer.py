"""Short writes: work of a few prepared statements, durable when the call returns. What all databases have in common.

Many wait for the disk at once: one thread does what has gathered meanwhile and commits it together.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

import sqlalchemy as sa

from intercoder.logs import get_logger
from intercoder.prepared import Question, Transaction

log = get_logger()
T = TypeVar("T")
D_co = TypeVar("D_co", covariant=True)
#: pieces of work in one commit at most
TOGETHER = 100


class Writer(Protocol):
    """Does short writes."""

    def do(self, work: Callable[[Transaction], T], asks: Question | None = None) -> T:
        """Do some work in a transaction and return its result once that is durable; nothing of it stays on an error.

        The work may be done more than once, or in another thread, and finds its own result where the first answer was lost.
        ``asks`` is what it asks first, which may be asked ahead. ``Unavailable`` when it cannot begin in time.
        """

    def stop(self) -> None:
        """End; what was given is done before."""


class Task(Generic[D_co]):
    """Work that somebody waits for."""

    def __init__(self, work: Callable[[Transaction], D_co], asks: Question | None = None) -> None:
        self._work = work
        self.asks = asks
        self._result: D_co
        self._afterwards: list[Callable[[], None]] = []
        self.error: BaseException | None = None
        self._ended = threading.Lock()
        self._ended.acquire()

    def run(self, opened: Callable[[Callable[[Callable[[], None]], None]], Transaction]) -> None:
        """Do it in a transaction, opened with what keeps things for after the commit; anew where it was done before and that was rolled back."""
        self.error = None
        self._afterwards.clear()
        self._result = self._work(opened(self._afterwards.append))

    def committed(self) -> None:
        """Do what waits for the commit."""
        do_afterwards(self._afterwards)

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


class Gathering(ABC):
    """One thread that commits together what has gathered."""

    def __init__(self, engine: sa.Engine, hooks: Mapping[str, object]) -> None:
        self._engine, self._hooks = engine, hooks
        self._tasks: SimpleQueue[Task[object] | None] = SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def _commit_together(self, group: list[Task[object]]) -> bool:
        """Do a group of tasks, and those which are taken meanwhile, and commit; keep with each what went wrong with it.

        Return whether the end was asked for.
        """

    def _done_by_thread(self, task: Task[T]) -> T:
        """Let the thread do it; return its result or raise what went wrong."""
        if self._thread is None or not self._thread.is_alive():  # in a process that was forked it is not
            self._start()
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
                ended = self._commit_together(group)
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

    def _take(self, group: list[Task[object]]) -> bool:
        """Add those that wait to the group, as far as there is room; return whether the end was asked for."""
        with suppress(Empty):
            while len(group) < TOGETHER:
                task_or_end = self._tasks.get_nowait()
                if task_or_end is None:
                    return True
                group.append(task_or_end)
        return False


def do_afterwards(actions: Iterable[Callable[[], None]]) -> None:
    """Do what waited for a commit. What goes wrong with it is logged: the work is stored, and is answered so."""
    for action in actions:
        try:
            action()
        except Exception:
            log.exception("writer.after_commit")


def as_sqlalchemy(error: BaseException, dialect: sa.Dialect) -> BaseException:
    """Return a driver's error as everybody above the database knows it; any other as it is."""
    base = dialect.loaded_dbapi.Error
    if not isinstance(error, base):
        return error
    return sa.exc.DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=dialect)
