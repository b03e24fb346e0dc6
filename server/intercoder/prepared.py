"""Statements that are built once and sent as they are: what is written or asked many times a second.

SQLAlchemy builds them and knows the types; what it does anew at each execution costs ten times what SQLite needs.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor

#: what a row of the answer becomes
R = TypeVar("R")
#: what turns a value into what the driver takes, or back; None where it is the same
Processor = Callable[[object], object] | None
Statement = sa.SelectBase | sa.Insert | sa.Update


class Prepared(Generic[R]):
    """A statement with named places, and what its rows become: called with a row's values, in their order."""

    def __init__(self, statement: Statement, row: Callable[..., R]) -> None:
        self._statement, self._row = statement, row
        self._ready: dict[str, _Ready] = {}

    def rows(self, cursor: DBAPICursor, dialect: sa.Dialect, values: Mapping[str, object]) -> list[R]:
        """Return all rows."""
        self.send(cursor, dialect, values)
        return self.fetched(cursor, dialect)

    def fetched(self, cursor: DBAPICursor, dialect: sa.Dialect) -> list[R]:
        """Return all rows of the answer to what was sent."""
        ready = self.ready(dialect)
        return [self._row(*ready.read(row)) for row in cursor.fetchall()]

    def send(self, cursor: DBAPICursor, dialect: sa.Dialect, values: Mapping[str, object]) -> None:
        """Send it; what comes back, if anything does, is left there."""
        ready = self.ready(dialect)
        cursor.execute(ready.text, ready.given(values))

    def send_rows(self, cursor: DBAPICursor, dialect: sa.Dialect, rows: Sequence[Mapping[str, object]]) -> None:
        """Send it once for each row, of which there are some; nothing comes back."""
        ready = self.ready(dialect)
        cursor.executemany(ready.text, ready.given_rows(rows))

    def ready(self, dialect: sa.Dialect) -> "_Ready":
        """Return what is sent to this kind of database, made once."""
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _Ready(self._statement, dialect)
        return ready


def change(statement: sa.Insert | sa.Update) -> Prepared[None]:
    """Return a statement that answers nothing. One that inserts is given every column but a number that the database gives."""
    return Prepared(statement, _nothing)


def _nothing(*_values: object) -> None:
    """Stand for the rows of what returns none."""


@dataclass(frozen=True)
class Question:
    """What some work asks first, which may be asked ahead, together with what others ask."""

    statement: Prepared[Any]
    #: asks the same, and passes over what others hold
    passing: Prepared[Any]
    values: Mapping[str, object]
    #: what the work reads and changes: two of the same place are done one after the other
    place: Hashable

    def asks(self, statement: Prepared[R], values: Mapping[str, object]) -> bool:
        """Return whether it is this that is asked."""
        return statement is self.statement and values == self.values


class _Ready:
    """A statement as one kind of database takes it."""

    def __init__(self, statement: Statement, dialect: sa.Dialect) -> None:
        columns = None
        if isinstance(statement, sa.Insert) and isinstance(statement.table, sa.TableClause):
            numbered = statement.table.autoincrement_column if isinstance(statement.table, sa.Table) else None
            columns = [c.key for c in statement.table.c if c is not numbered]
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self.text = str(compiled)
        self._order = compiled.positiontup  # None where places are named
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._writers: list[tuple[str, Processor]] = [
            (name, place.type.dialect_impl(dialect).bind_processor(dialect))
            for place, name in compiled.bind_names.items()
        ]
        answer = () if isinstance(statement, sa.CompoundSelect) else statement.exported_columns
        self._readers: list[Processor] = [
            _reader(column.type.dialect_impl(dialect).result_processor(dialect, None), column.type) for column in answer
        ]

    def given(self, values: Mapping[str, object]) -> dict[str, object] | list[object]:
        """Return the parameters as the driver takes them; ``KeyError`` where one is missing."""
        every = {**self._fixed, **values}
        written = {name: every[name] if write is None else write(every[name]) for name, write in self._writers}
        return written if self._order is None else [written[name] for name in self._order]

    def given_rows(self, rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]] | list[tuple[object, ...]]:
        """Return the parameters of many rows, made column by column: of most columns few different values come."""
        written = {name: _column(name, write, rows, self._fixed) for name, write in self._writers}
        if self._order is None:
            return [dict(zip(written, row, strict=True)) for row in zip(*written.values(), strict=True)]
        return list(zip(*(written[name] for name in self._order), strict=True))

    def read(self, row: Iterable[object]) -> list[object]:
        """Return the values of a row."""
        pairs = zip(row, self._readers, strict=True)
        return [value if read is None or value is None else read(value) for value, read in pairs]


def _reader(read: Processor, kind: sa.types.TypeEngine[object]) -> Processor:
    """Return what reads a column: SQLite has identifiers as digits, and the same few come again and again."""
    return _identifier if type(kind) is sa.Uuid and read is not None else read


@lru_cache(maxsize=16_384)
def _identifier(digits: object) -> UUID:
    return UUID(str(digits))


def _column(
    name: str, write: Processor, rows: Sequence[Mapping[str, object]], fixed: Mapping[str, object]
) -> list[object]:
    values = [row[name] for row in rows] if name in rows[0] else [fixed[name]] * len(rows)
    if write is None:
        return values
    written: dict[int, object] = {}  # by identity: many rows have the very same thing
    for value in values:
        if id(value) not in written:
            written[id(value)] = write(value)
    return [written[id(value)] for value in values]


@dataclass(frozen=True)
class Transaction:
    """A transaction of prepared statements. Whoever made it commits it."""

    cursor: DBAPICursor
    dialect: sa.Dialect
    #: who is told of what was committed: see ``Database.hooks``
    hooks: Mapping[str, object]
    #: keeps what is to be done once the work is durable, and drops it when the work is rolled back
    after_commit: Callable[[Callable[[], None]], None]
    #: whether others came between, so that the work is done once more
    again: bool = False

    def first(self, statement: Prepared[R], values: Mapping[str, object]) -> R | None:
        """Return the first row that a statement asks for; None when there is none."""
        rows = statement.rows(self.cursor, self.dialect, values)
        return rows[0] if rows else None

    def every(self, statement: Prepared[R], values: Mapping[str, object]) -> list[R]:
        """Return all rows that a statement asks for."""
        return statement.rows(self.cursor, self.dialect, values)

    def send(self, statement: Prepared[None], values: Mapping[str, object]) -> None:
        """Send a statement that changes something. PostgreSQL may answer, and refuse, with the commit only."""
        statement.send(self.cursor, self.dialect, values)

    def send_rows(self, statement: Prepared[None], rows: Sequence[Mapping[str, object]]) -> None:
        """Send a statement that inserts once for each row."""
        statement.send_rows(self.cursor, self.dialect, rows)
