"""Rows of a table written many at a time: identifiers are text, states and kinds are what is stored.

To make an object of each identifier costs more than to read or write its row.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.db import within
from intercoder.models.states import Stored
from intercoder.models.values import Json, Typed
from intercoder.prepared import Prepared, change

#: a column of one table -> a value for it
Row = dict[str, object]

#: an identifier
TEXT = sa.Uuid(as_uuid=False)


def plainly(table: sa.Table, columns: Sequence[str] = ()) -> sa.TableClause:
    """Return a table as bulk writes see it: some columns, or all where none are named."""

    def kind(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
        if isinstance(column.type, sa.Uuid):
            return TEXT
        if isinstance(column.type, Typed):
            return Json()
        return sa.Text() if isinstance(column.type, Stored) else column.type

    wanted = [table.columns[name] for name in columns] or table.columns
    return sa.table(table.name, *(sa.column(column.name, kind(column)) for column in wanted))


def execute(session: Session, statement: sa.Executable, rows: Sequence[Row] | None = None) -> None:
    """Execute a statement once, or once for each row, past the objects of the session."""
    session.connection().execute(statement, list(rows) if rows is not None else None)


@cache
def _adding(table: sa.Table, columns: tuple[str, ...]) -> Prepared[None]:
    """Return what inserts a row of these columns, built once."""
    return change(sa.insert(plainly(table, columns)))


def insert(table: sa.Table, rows: Sequence[Row], session: Session) -> None:
    """Insert rows, all of the same columns; none is no statement."""
    if rows:
        within(session).send_rows(_adding(table, tuple(rows[0])), rows)


def drop(table: sa.Table, ids: Sequence[str], session: Session) -> None:
    """Delete the rows with these identifiers."""
    rows = plainly(table)
    execute(session, sa.delete(rows).where(rows.c.id.in_(ids)))
