"""A project as rows: all that belongs to it and nothing else, from either database into an empty one."""

from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder import schema
from intercoder.db import Database
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import Code, Coding, Document
from intercoder.policy import Permission
from intercoder.services import archiving
from intercoder.services.archiving import Row


def everything(database: Database, cast: Cast) -> dict[str, list[Row]]:
    with database.reading() as session:
        return {table.name: list(archiving.rows(session, cast.project, table)) for table in archiving.tables()}


def test_rows_come_into_an_empty_database_as_they_left(cast: Cast, tmp_path: Path) -> None:
    cast.compared_round()
    cast.two_documents()
    left = everything(cast.database, cast)
    assert {len(left["project"]), len(left["round"])} == {1, 2}
    assert "password_hash" not in left["user_account"][0]
    with cast.database.reading() as session:
        files = {name: archiving.original(session, name) for name in archiving.sources(session, cast.project)}
    assert any(files.values())
    empty = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    schema.upgrade(empty)
    with empty.transaction() as session:
        archiving.require_empty(session)
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in archiving.tables():
            if table.name != "source_file":
                archiving.enter(session, table, left[table.name])
                continue
            for row in left[table.name]:
                archiving.enter(session, table, [row], original=files[UUID(str(row["id"]))])
    assert everything(empty, cast) == left
    with empty.reading() as session, pytest.raises(Conflict, match="already has a project"):
        archiving.require_empty(session)
    with empty.reading() as session:
        assert [text.text for text in archiving.texts(session, cast.project)] == [
            TEXTS[title] for title in session.scalars(sa.select(Document.title).order_by(Document.position))
        ]
        assert {name: archiving.original(session, name) for name in archiving.sources(session, cast.project)} == files
        assert {str(person) for person in archiving.everybody(session, cast.project)} == {
            str(row["id"]) for row in left["user_account"]
        }
        assert session.scalar(sa.select(sa.func.count()).select_from(Coding)) == len(left["coding"])
        parents = dict(session.execute(sa.select(Code.id, Code.parent_id)).all())
    assert {str(code): parent and str(parent) for code, parent in parents.items()} == {
        row["id"]: row["parent_id"] for row in left["code"]
    }
    empty.dispose()


@pytest.mark.sqlite
def test_a_row_that_is_none_is_refused(cast: Cast) -> None:
    (table,) = (table for table in archiving.tables() if table.name == "coding")
    with cast.database.reading() as session, pytest.raises(InvalidInput, match="none of “coding”"):
        archiving.enter(session, table, [{"key": "no identifier"}])


@pytest.mark.sqlite
def test_nothing_is_taken_while_a_round_is_open(cast: Cast) -> None:
    made = cast.coded_round()
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.PROJECT_EDIT)
        with pytest.raises(Conflict, match="Round 1 is open"):
            archiving.require_nothing_open(session, access)
    cast.close(made)
    with cast.database.reading() as session:
        archiving.require_nothing_open(session, cast.access(session, "lena", Permission.PROJECT_EDIT))
