"""What all tables share: naming of constraints, column types, identifiers."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler

from intercoder.models.states import STATES, Stored
from intercoder.models.values import TYPED, Json, SmallJson, Typed
from intercoder.text.anchors import Data

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware time in UTC; SQLite, which has no zones, stores it bare and gets its zone back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Refuse a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give SQLite's bare time its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class FewUuids(sa.Uuid[UUID]):
    """Identifiers of which few different ones come in many rows: each is read once, not 200,000 times."""

    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[object], UUID | None] | None:
        """Return what reads a value; None where the driver gives identifiers."""
        read = super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]
        return None if read is None else lru_cache(maxsize=8192)(read)


class FewJson(Json):
    """JSON of which few different values come in many rows: each is read once, and whoever is given one does not change it."""

    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[object], Any] | None:
        """Return what reads a value; None where the driver gives it read."""
        read = super().result_processor(dialect, coltype)
        return None if read is None else lru_cache(maxsize=8192)(read)


def unread(identifier: sa.SQLColumnExpression[UUID] | sa.SQLColumnExpression[UUID | None]) -> sa.ColumnElement[Any]:
    """Return an identifier to be selected and not made a ``UUID``: digits from SQLite, what the driver has of PostgreSQL."""
    return sa.type_coerce(identifier, sa.CHAR(32))


def unread_time(moment: sa.SQLColumnExpression[datetime]) -> sa.ColumnElement[Any]:
    """Return a time to be selected and only compared; ``read_time`` reads those that are shown."""
    return sa.type_coerce(moment, sa.String())


class _Spelled(sa.sql.functions.FunctionElement[str]):
    """A value as a text that the database spells: of many rows a driver takes twice as long to make objects that are spelled here."""

    type = sa.String()


class Digits(_Spelled):
    """An identifier as its 32 hexadecimal digits, which is how SQLite keeps it."""

    name = "digits"
    inherit_cache = True


class ToTheSecond(_Spelled):
    """A time in UTC, as in 2026-03-02 12:00:00; SQLite keeps it as a text that begins so."""

    name = "to_the_second"
    inherit_cache = True


@compiles(Digits)
def _digits(element: Digits, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(Digits, "postgresql")
def _digits_of_postgresql(element: Digits, compiler: SQLCompiler, **options: Any) -> str:
    return f"replace(CAST({compiler.process(element.clauses, **options)} AS text), '-', '')"


@compiles(ToTheSecond)
def _to_the_second(element: ToTheSecond, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 19)"


@compiles(ToTheSecond, "postgresql")
def _to_the_second_of_postgresql(element: ToTheSecond, compiler: SQLCompiler, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"


def read_time(value: str | datetime) -> datetime:
    """Return a time that was selected by ``unread_time``."""
    return datetime.fromisoformat(f"{value}+00:00") if isinstance(value, str) else value.astimezone(UTC)


def read_identifier(value: str | UUID) -> UUID:
    """Return an identifier that was selected ``unread``."""
    return UUID(value) if isinstance(value, str) else value


def digits(value: str | UUID) -> str:
    """Return 32 hexadecimal digits of an identifier that was selected ``unread``."""
    return value if isinstance(value, str) else value.hex


def dashed(value: str | UUID) -> str:
    """Return an identifier that was selected ``unread`` as JSON and tables have it."""
    if isinstance(value, str):
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
    return str(value)


#: the same where few different ones come in many rows
few_dashed = lru_cache(maxsize=8192)(dashed)


def uuid7() -> UUID:
    """Return a time-ordered identifier (RFC 9562, version 7): for rows whose order may be known."""
    stamp = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    value = (stamp & (1 << 48) - 1) << 80 | tail
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


class Base(DeclarativeBase):
    """The declarative base."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        **{kind: Stored(kind) for kind in STATES},
        **{kind: Typed(kind) for kind in TYPED},
        datetime: UtcDateTime,
        dict[str, str]: Json,
        Data: SmallJson,
        dict[str, object]: Json,
        UUID: sa.Uuid(),
        str: sa.Text(),
    }


class Identified:
    """A row with a time-ordered identifier."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
