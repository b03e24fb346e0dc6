"""Rows of codes: what is asked of them and written is what objects would ask and write."""

import sqlite3
from uuid import uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.clock import now
from intercoder.models import Code, CodeState, Level
from intercoder.services import code_rows
from intercoder.text.canonical import name_key


def code(cast: Cast, name: str, level: Level = Level.LABEL, **more: object) -> Code:
    return Code(
        id=uuid4(), project_id=cast.project, created_at=now(), name=name, name_key=name_key(name), level=level, **more
    )


def test_what_is_written_is_read_again_and_can_be_changed(cast: Cast) -> None:
    concept = code(cast, "资源", Level.CONCEPT, aliases=("资金", "人手"))
    label = code(cast, "先签小单", parent_id=concept.id)
    with cast.database.transaction() as session:
        code_rows.add(session, [concept, label])
        assert session.get(Code, label.id) is label
        label.definition = "一张小单"
    with cast.database.reading() as session:
        read = session.get_one(Code, label.id)
        assert (read.parent_id, read.name, read.level, read.definition) == (
            concept.id,
            "先签小单",
            Level.LABEL,
            "一张小单",
        )
        assert (read.state, read.revision, read.aliases, read.split_into) == (CodeState.ACTIVE, 1, (), ())
        assert (read.round_id, read.into_id, read.example_at, read.colour) == (None, None, None, None)
        assert session.get_one(Code, concept.id).aliases == ("资金", "人手")


def test_what_is_rolled_back_is_not_there(cast: Cast) -> None:
    made = code(cast, "先签小单")
    key = made.id
    with pytest.raises(LookupError), cast.database.transaction() as session:
        code_rows.add(session, [made])
        raise LookupError
    with cast.database.reading() as session:
        assert session.get(Code, key) is None


def test_the_database_refuses_a_code_below_none(cast: Cast) -> None:
    with pytest.raises(sa.exc.IntegrityError), cast.database.transaction() as session:
        code_rows.add(session, [code(cast, "先签小单", parent_id=uuid4())])


def test_only_codes_of_the_draft_count_and_have_a_name(cast: Cast) -> None:
    names = ("先签小单", "后签大单", "私下")
    with cast.database.transaction() as session:
        before = code_rows.how_many(session, cast.project)
        made = [code(cast, names[0]), code(cast, names[1]), code(cast, names[2], state=CodeState.PRIVATE)]
        code_rows.add(session, made)
        made[1].state = CodeState.RETIRED
        assert code_rows.how_many(session, cast.project) == before + 1
        found = code_rows.alike(session, cast.project, {name_key(name) for name in names})
        assert found == {(Level.LABEL, name_key(names[0]))}
        assert code_rows.alike(session, uuid4(), {name_key(names[0])}) == set()


@pytest.mark.sqlite
def test_many_names_are_asked_for_together(cast: Cast) -> None:
    asked: list[str] = []
    with cast.database.reading() as session:
        connection = session.connection().connection.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.set_trace_callback(asked.append)
        few = code_rows.alike(session, cast.project, {"a", "b"})
        once = len(asked)
        many = code_rows.alike(session, cast.project, {f"{n}" for n in range(200)})
        assert (few, many) == (set(), set())
        assert len(asked) == 2 * once > 0
