"""Short writes to PostgreSQL: what many ask first goes in one message, and what they write in another, with one commit.

Work that says what it asks is done together with what has gathered, by one thread, which waits for nobody's locks. Work whose
place somebody holds, or with which something goes wrong, is done apart, by whoever asks for it; so is work that does not say.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor

from intercoder.logs import get_logger
from intercoder.prepared import Prepared, Question, R, Transaction
from intercoder.writer import Gathering, Task, as_sqlalchemy, do_afterwards

if TYPE_CHECKING:
    import psycopg

    _Connection = psycopg.Connection[tuple[object, ...]]

log = get_logger()
T = TypeVar("T")
#: how often work is done again that others came between
TRIES = 4
#: what PostgreSQL says when others came between: a key was taken, an order could not be kept, two waited for one another
_BETWEEN = frozenset({"23505", "40001", "40P01"})
#: In this transaction tables are joined in the order of the statement, and what is prepared is planned once. Left to itself
#: PostgreSQL went through all members of a project at each coding, and from some size on planned it anew each time (2 ms).
_PLANNED = (
    "SELECT set_config('join_collapse_limit', '1', true), set_config('plan_cache_mode', 'force_generic_plan', true)"
)


class PipelineWriter(Gathering):
    """The writers of a PostgreSQL database."""

    def do(self, work: Callable[[Transaction], T], asks: Question | None = None) -> T:
        """Do it together with others where it says what it asks; apart where it does not, or where that went wrong."""
        if asks is not None:
            with suppress(_Apart):
                return self._done_by_thread(Task(work, asks))
        return self._done_apart(work)

    # --- together ----------------------------------------------------------------------------------

    def _commit_together(self, group: list[Task[object]]) -> bool:
        ended = self._take(group)
        try:
            with self._pipeline() as connection:
                for task, ahead in zip(group, self._asked_ahead(group, connection), strict=True):
                    self._do(task, ahead, cast("DBAPICursor", connection.cursor()))
        except sa.exc.TimeoutError:
            raise  # all connections are in use: whoever did it apart would wait for one as long again
        except Exception as error:
            if getattr(error, "sqlstate", None) not in _BETWEEN:
                log.warning("writer.apart", error=type(error).__name__)
            for task in group:
                task.error = _Apart()
        return ended

    def _asked_ahead(self, group: Sequence[Task[object]], connection: "_Connection") -> list["_Ahead | None"]:
        """Send what each task asks first; return where the answers come, and None for what is asked in its turn.

        That is the second task of a place: it must know what the first one wrote.
        """
        asked: list[_Ahead | None] = []
        places = set[object]()
        for task in group:
            question = task.asks
            if question is None or question.place in places:
                asked.append(None)
                continue
            places.add(question.place)
            ahead = _Ahead(question, cast("DBAPICursor", connection.cursor()))
            question.passing.send(ahead.cursor, self._engine.dialect, question.values)
            asked.append(ahead)
        return asked

    def _do(self, task: Task[object], ahead: "_Ahead | None", cursor: DBAPICursor) -> None:
        """Do one task; raise where the transaction of all holds a part of it, or is lost."""
        sent: list[Prepared[None]] = []
        try:
            task.run(lambda keep: _Together(cursor, self._engine.dialect, self._hooks, keep, ahead=ahead, sent=sent))
        except Exception as error:
            if sent or isinstance(error, self._engine.dialect.loaded_dbapi.Error):
                raise
            task.error = error

    # --- apart -------------------------------------------------------------------------------------

    def _done_apart(self, work: Callable[[Transaction], T]) -> T:
        """Do it here; again where others came between, or the connection was lost."""
        dialect = self._engine.dialect
        for tries in range(1, TRIES + 1):
            afterwards: list[Callable[[], None]] = []
            try:
                with self._pipeline() as connection:
                    cursor = cast("DBAPICursor", connection.cursor())
                    result = work(Transaction(cursor, dialect, self._hooks, afterwards.append, again=tries > 1))
            except _Lost as lost:
                if tries == TRIES:
                    raise as_sqlalchemy(lost.error, dialect) from lost.error
            except Exception as error:
                if tries == TRIES or getattr(error, "sqlstate", None) not in _BETWEEN:
                    raise as_sqlalchemy(error, dialect) from error
            else:
                do_afterwards(afterwards)
                return result
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def _pipeline(self) -> Iterator["_Connection"]:
        """Give a connection whose work is sent in few messages and committed at the end; ``_Lost`` where it breaks."""
        proxied = self._engine.raw_connection()
        connection = cast("_Connection", proxied.driver_connection)
        try:
            with connection.pipeline():
                try:
                    connection.execute(_PLANNED)
                    yield connection
                    connection.commit()
                except BaseException:
                    # Left to the pool it would be sent after the pipeline's end: one more answer to wait for.
                    with suppress(Exception):
                        connection.rollback()
                    raise
        except Exception as error:
            if connection.broken:
                proxied.invalidate(error)
                self._engine.dispose()  # those beside it in the pool were lost with it
                raise _Lost(error) from error
            raise
        finally:
            proxied.close()


@dataclass(frozen=True)
class _Ahead:
    """What was asked ahead, and where its answer comes."""

    question: Question
    cursor: DBAPICursor


@dataclass(frozen=True, kw_only=True)
class _Together(Transaction):
    """The part that one task has in the transaction of all: what was asked ahead is not asked again."""

    ahead: _Ahead | None
    #: what it has sent
    sent: list[Prepared[None]]

    def first(self, statement: Prepared[R], values: Mapping[str, object]) -> R | None:
        """Return the first row that a statement asks for; None when there is none."""
        if self.ahead is None or not self.ahead.question.asks(statement, values):
            return super().first(statement, values)
        found: list[R] = self.ahead.question.passing.fetched(self.ahead.cursor, self.dialect)
        if not found:
            raise _Apart  # there is no such place, or somebody holds it: whoever asks may wait for it
        return found[0]

    def send(self, statement: Prepared[None], values: Mapping[str, object]) -> None:
        """Send a statement that changes something."""
        self.sent.append(statement)
        super().send(statement, values)

    def send_rows(self, statement: Prepared[None], rows: Sequence[Mapping[str, object]]) -> None:
        """Send a statement that inserts once for each row."""
        self.sent.append(statement)
        super().send_rows(statement, rows)


class _Apart(Exception):
    """The work was not done and is to be done apart."""


class _Lost(Exception):
    """The connection was lost: whether the work is durable is not known."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error
