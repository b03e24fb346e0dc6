"""Part of a long list, cut by the database: it begins where the last part ended, not after so many rows.

A cursor holds the sort keys of the row at which a part ends. Rows that come or go meanwhile neither shift the
next part nor show a row twice, and the database reads no further than it is asked to.
"""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput

T = TypeVar("T")
S = TypeVar("S")
Value = UUID | datetime | int | str
#: how many rows a program gets that does not say how many it wants, and how many it can get at once
LIMIT, LARGEST = 1000, 5000


@dataclass(frozen=True)
class Asked:
    """Which part of a list is wanted: at most ``limit`` rows, from a cursor on."""

    cursor: str | None = None
    limit: int = LIMIT


#: the beginning of a list
BEGINNING = Asked()


@dataclass(frozen=True)
class Page(Generic[T]):
    """Part of a list, with the cursors of the parts before and after it; None where the list ends."""

    rows: Sequence[T]
    previous: str | None = None
    next: str | None = None

    def map(self, change: Callable[[T], S]) -> "Page[S]":
        """Return the same part with each row changed."""
        return Page([change(row) for row in self.rows], self.previous, self.next)


@dataclass(frozen=True)
class Key:
    """One column of the order of a list; never null. The last one tells the rows apart."""

    column: sa.SQLColumnExpression[Value]
    kind: type[Value]
    descending: bool = False

    def ordered(self, *, backward: bool = False) -> sa.SQLColumnExpression[Value]:
        """Return the order of the list from its beginning, or from its end."""
        return self.column.desc() if self.descending is not backward else self.column.asc()


@dataclass(frozen=True)
class Mark:
    """A place in a list: the sort keys of a row, and whether the rows before it are wanted."""

    values: tuple[Value, ...]
    backward: bool = False

    def cursor(self) -> str:
        """Return the mark as text for an address."""
        values = [
            v if isinstance(v, int) else v.isoformat() if isinstance(v, datetime) else str(v) for v in self.values
        ]
        text = json.dumps([int(self.backward), *values], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def no_place() -> InvalidInput:
    """Return the refusal of a cursor that is none."""
    return InvalidInput("bad_cursor", "This is no place in the list: begin again at its first page.")


def marked_by(cursor: str, kinds: Sequence[type[Value]]) -> Mark:
    """Return the mark of a cursor whose keys are of these kinds; ``InvalidInput`` when it is none."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars="-_", validate=True)
        backward, *values = json.loads(text)
        read = tuple(_READERS[kind](value) for kind, value in zip(kinds, values, strict=True))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise no_place() from None
    return Mark(read, bool(backward))


# What PostgreSQL cannot hold would be an error of the server: numbers past 32 bits, texts with NUL, times without a zone.


def _whole(value: object) -> int:
    if type(value) is not int or abs(value) >= 2**31:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if type(value) is not str or "\0" in value:
        raise ValueError(value)
    return value


def _time(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(value)
    return at.astimezone(UTC)


_READERS: dict[type[Value], Callable[..., Value]] = {UUID: UUID, datetime: _time, int: _whole, str: _text}


def page(session: Session, wanted: sa.Select[T], keys: Sequence[Key], asked: Asked) -> Page[T]:
    """Return a part of the rows that ``wanted`` selects, in the order of the keys."""
    mark = marked_by(asked.cursor, [key.kind for key in keys]) if asked.cursor else None
    backward = mark is not None and mark.backward
    query = wanted.add_columns(*(key.column for key in keys))
    if mark is not None:
        query = query.where(beyond(keys, mark.values, backward=mark.backward))
    order = (key.ordered(backward=backward) for key in keys)
    rows = session.execute(query.order_by(*order).limit(asked.limit + 1)).all()
    more, rows = len(rows) > asked.limit, rows[: asked.limit]
    if backward:
        rows = rows[::-1]
    if not rows:
        return Page([])
    before = Mark(tuple(rows[0][1:]), backward=True).cursor() if (more if backward else mark is not None) else None
    after = Mark(tuple(rows[-1][1:])).cursor() if backward or more else None
    return Page([row[0] for row in rows], before, after)


def part_of(rows: Sequence[T], asked: Asked) -> Page[T]:
    """Return a part of rows that never change; a cursor of them is the number of a row, from 0 on."""
    mark = marked_by(asked.cursor, [int]) if asked.cursor else None
    place = -1 if mark is None else int(str(mark.values[0]))
    if not -1 <= place < max(len(rows), 1):
        raise no_place()
    first = place + 1 if mark is None or not mark.backward else max(place - asked.limit, 0)
    past = min(first + asked.limit, len(rows)) if mark is None or not mark.backward else place
    if first >= past:
        return Page([])
    before = Mark((first,), backward=True).cursor() if first else None
    return Page(rows[first:past], before, Mark((past - 1,)).cursor() if past < len(rows) else None)


def every(part: Callable[[Asked], Page[T]]) -> Iterator[T]:
    """Yield every row of a list, asked for a part at a time."""
    asked = Asked(limit=LARGEST)
    while True:
        here = part(asked)
        yield from here.rows
        if here.next is None:
            return
        asked = Asked(here.next, LARGEST)


def beyond(
    keys: Sequence[Key],
    values: Sequence[Value | sa.BindParameter[Value]],
    *,
    backward: bool = False,
    itself: bool = False,
) -> sa.ColumnElement[bool]:
    """Return the condition of the rows behind one with such sort keys, or before it; ``itself``: and of that row."""
    condition: sa.ColumnElement[bool] | None = None
    for key, value in reversed(list(zip(keys, values, strict=True))):
        further = key.column < value if key.descending is not backward else key.column > value
        here = key.column == value
        if condition is None:
            condition = sa.or_(further, here) if itself else further
        else:
            condition = sa.or_(further, sa.and_(here, condition))
    assert condition is not None
    if len(keys) == 1:
        return condition
    # Said of the first key by itself a database reads its index from there on; of the whole it reads all that came before.
    first, at = keys[0], values[0]
    return sa.and_(first.column <= at if first.descending is not backward else first.column >= at, condition)
