"""A project as rows of every table, out of one database and into another that is empty: nothing of it is computed anew.

What belongs to an account and not to the study stays: passwords, sessions, tokens, invitations; and so does what is shown
to one person only, as the minutes at work. Jobs are of the instance.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from pydantic import JsonValue
from pydantic_core import to_json
from sqlalchemy.orm import Session

from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    Disagreement,
    DisagreementState,
    Document,
    NormingRoom,
    NormingState,
    Project,
    Revision,
    Round,
    RoundState,
    SourceFile,
    User,
    all_tables,
)
from intercoder.models.base import UtcDateTime
from intercoder.models.states import Stored
from intercoder.models.values import Json, Typed
from intercoder.services.access import Access, answers_hidden

#: tables that are not of the study, or of one person alone
LEFT = frozenset(
    {"access_token", "active_time", "file_part", "invitation", "job", "reminder", "setup_link", "user_session"}
)
#: columns of an account that leave
_OF_PERSON = frozenset({"id", "email", "email_key", "name", "language", "created_at"})
#: rows that are written with one statement
TOGETHER = 500
#: no password has this hash: whoever comes back sets a new one (`intercoder user password`)
NO_PASSWORD = "!"  # noqa: S105 - it is none
_USERS = User.metadata.tables[User.__tablename__]
_SOURCES = SourceFile.metadata.tables[SourceFile.__tablename__]

#: in which votes are not to be seen by others
_BLIND = (NormingState.VOTING, NormingState.VOTING_AGAIN)

Row = dict[str, JsonValue]


class _AsKept(Json):
    """JSON as the program writes it: readers of parts count its characters. None is no value, not the value null."""

    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[object], object] | None:
        """Return what writes a value out."""
        theirs = super().bind_processor(dialect)
        if dialect.name == "sqlite" or theirs is None:
            return lambda value: None if value is None else to_json(value).decode()
        return lambda value: None if value is None else theirs(value)


def require_nothing_open(session: Session, access: Access) -> None:
    """Refuse while a round is open: an archive holds everybody's work, and who leads may be blind in it."""
    hidden = Round.id.in_(answers_hidden(access.project.id, access.actor.id))
    open_round = session.scalar(
        sa.select(Round.number)
        .where(Round.project_id == access.project.id, sa.or_(Round.state == RoundState.OPEN, hidden))
        .order_by(Round.number)
        .limit(1)
    )
    if open_round is not None:
        raise Conflict(
            "rounds_open",
            "Round {number} is open, or you are tested on it, and an archive holds the work of everybody: close the open rounds first.",
            number=open_round,
        )
    blind = (NormingRoom.project_id == access.project.id, NormingRoom.state.in_(_BLIND))
    voting = session.scalar(sa.select(NormingRoom.name).where(*blind).order_by(NormingRoom.created_at).limit(1))
    if voting is not None:
        raise Conflict(
            "room_voting",
            "The norming room “{name}” votes blind, and an archive holds all votes: reveal them first.",
            name=voting,
        )
    waits = sa.select(Disagreement.id).where(
        Disagreement.project_id == access.project.id, Disagreement.state == DisagreementState.TWICE
    )
    if session.scalar(waits.limit(1)) is not None:
        raise Conflict(
            "ruled_on_by_two_now",
            "Places wait for the rulings of two adjudicators who may not know of one another’s, and an archive holds all of "
            "them: wait for these, or end their draw.",
        )


def tables() -> list[sa.Table]:
    """Return the tables that are kept in an archive, each after those that its rows point at."""
    return [table for table in all_tables().sorted_tables if table.name not in LEFT]


@cache
def _belongs(table: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition of the rows of a project, bound as ``project``: by its column, or by what a row points at."""
    project = sa.bindparam("project", type_=sa.Uuid())
    if table.name == Project.__tablename__:
        return table.c.id == project
    if "project_id" in table.c:
        condition: sa.ColumnElement[bool] = table.c.project_id == project
        return condition
    kept = {other.name for other in tables()} - {_USERS.name, table.name}
    for key in sorted(table.foreign_key_constraints, key=lambda key: sorted(key.column_keys)):
        # What may be empty says of no row that it belongs anywhere.
        if (above := key.referred_table).name in kept and not any(table.c[n].nullable for n in key.column_keys):
            there = [element.column for element in key.elements]
            here = [table.c[name] for name in key.column_keys]
            return sa.tuple_(*here).in_(sa.select(*there).where(_belongs(above)))
    raise LookupError(f"no row of {table.name} says which project it belongs to")


def rows(session: Session, project_id: UUID, table: sa.Table) -> Iterator[Row]:
    """Yield the rows of a table that belong to a project, as JSON has them, in the order of their keys.

    Of accounts those that the study names, without what opens a door; of original files all but their bytes (``original``).
    """
    columns = [sa.type_coerce(column, _plain(column)).label(column.name) for column in table.c if _leaves(column)]
    condition = _belongs(table) if table is not _USERS else _USERS.c.id.in_(sa.union(*_people()))
    wanted = sa.select(*columns).where(condition).order_by(*table.primary_key.columns)
    for row in session.execute(wanted, {"project": project_id}).yield_per(TOGETHER):
        yield {name: _out(value) for name, value in row._mapping.items()}  # noqa: SLF001 - its public name


class ArchivedText(NamedTuple):
    """A text of a project: which document, by its place and title, and which of its texts."""

    position: int
    title: str
    number: int
    text: str


def texts(session: Session, project_id: UUID) -> Iterator[ArchivedText]:
    """Yield every text of a project, one at a time, in the order of the documents."""
    wanted = (
        sa.select(Document.position, Document.title, Revision.number, Revision.text)
        .join(Revision, Revision.document_id == Document.id)
        .where(Document.project_id == project_id)
        .order_by(Document.position, Document.id, Revision.number)
    )
    for row in session.execute(wanted).yield_per(1):
        yield ArchivedText._make(row)


def sources(session: Session, project_id: UUID) -> list[UUID]:
    """Return the files that were imported into a project."""
    wanted = sa.select(SourceFile.id).where(SourceFile.project_id == project_id).order_by(SourceFile.id)
    return list(session.scalars(wanted))


def everybody(session: Session, project_id: UUID) -> list[UUID]:
    """Return the accounts that the study names, in the order in which they were made."""
    there = _USERS.c.id.in_(sa.union(*_people()))
    wanted = sa.select(_USERS.c.id).where(there).order_by(_USERS.c.created_at, _USERS.c.id)
    return list(session.scalars(wanted, {"project": project_id}))


def original(session: Session, source_id: UUID) -> bytes:
    """Return the bytes of a file as it was imported."""
    return session.scalars(sa.select(SourceFile.data).where(SourceFile.id == source_id)).one()


def _leaves(column: sa.Column[Any]) -> bool:
    """Return whether a column is in an archive."""
    if column.table is _USERS:
        return column.name in _OF_PERSON
    return column is not _SOURCES.c.data


def _people() -> Iterator[sa.Select[UUID]]:
    """Yield the queries of the accounts that the rows of a project name."""
    for table in tables():
        for key in table.foreign_keys:
            if key.column.table is _USERS:
                yield sa.select(key.parent).where(_belongs(table), key.parent.is_not(None))


def _plain(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    """Return the type by which a column is read and written as it is kept, without what the models make of it."""
    if isinstance(column.type, Stored):
        return sa.Text()
    return _AsKept() if isinstance(column.type, Typed | Json) else column.type


def _out(value: object) -> JsonValue:
    match value:
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode("ascii")
        case _:
            return value  # type: ignore[return-value] # texts, numbers, truths and JSON


# --- back ----------------------------------------------------------------------------------------


def require_empty(session: Session) -> None:
    """Refuse to bring a project into an instance that has one."""
    if session.scalar(sa.select(Project.id).limit(1)) is not None:
        raise Conflict(
            "not_empty",
            "This instance already has a project. An archive is brought back into an empty one: give it a data folder or a database "
            "of its own.",
        )


def enter(session: Session, table: sa.Table, given: Sequence[Row], *, original: bytes | None = None) -> None:
    """Write rows of an archive as they are. What a row says of others of its own table is written after them.

    ``original``: the bytes of the one file whose row is given.

    Raises
    ------
    InvalidInput : ``bad_archive`` (a row is none of this table).
    """
    if not given:
        return
    own = {key.parent.name for key in table.foreign_keys if key.column.table is table}
    columns = {c.name: c for c in table.c if not _given_by_database(c)}
    try:
        made = [{name: _in(column, row[name]) for name, column in columns.items() if name in row} for row in given]
        if table is _USERS:
            made = [person | {"password_hash": NO_PASSWORD, "is_admin": False, "is_active": True} for person in made]
        if table is _SOURCES:
            made = [file | {"data": original or b""} for file in made]
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(
            "bad_archive",
            "The archive holds a row that is none of “{table}”: {reason}.",
            table=table.name,
            reason=str(error),
        ) from error
    bound = {name: sa.bindparam(name, type_=_plain(columns[name])) for name in made[0]}
    first = [{name: None if name in own else value for name, value in row.items()} for row in made]
    session.execute(sa.insert(_core(table)).values(bound), first)
    later = [row for row in made if any(row[name] is not None for name in own)]
    if later:
        keys = [column.name for column in table.primary_key.columns]
        same = sa.and_(
            *(_core(table).c[name] == sa.bindparam(f"key_{name}", type_=table.c[name].type) for name in keys)
        )
        change = sa.update(_core(table)).where(same).values({name: bound[name] for name in own})
        session.connection().execute(
            change, [{name: row[name] for name in own} | {f"key_{key}": row[key] for key in keys} for row in later]
        )


@cache
def _core(table: sa.Table) -> sa.TableClause:
    """Return a table without the defaults of the models: what is written is what the archive says."""
    return sa.table(table.name, *(sa.column(c.name, _plain(c)) for c in table.c))


def _given_by_database(column: sa.Column[Any]) -> bool:
    """Return whether the database counts a column: rows come in its order again."""
    alone = column.primary_key and len(column.table.primary_key.columns) == 1
    return alone and isinstance(column.type, sa.BigInteger | sa.Integer) and not column.foreign_keys


def _in(column: sa.Column[Any], value: JsonValue) -> object:
    kind = column.type
    if value is None or isinstance(kind, Stored | Typed | Json):
        return value
    if isinstance(kind, sa.Uuid):
        return UUID(str(value))
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(str(value))
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode(str(value), validate=True)
    return value
