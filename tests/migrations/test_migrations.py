"""The schema: one line of revisions, up and down and up with data in it, and no drift from the models."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from cast import Cast, make_cast
from intercoder import schema
from intercoder.db import Database
from intercoder.errors import Conflict
from intercoder.models import Base, Coding, Event


def test_there_is_one_newest_revision() -> None:
    assert len(ScriptDirectory.from_config(schema._config()).get_heads()) == 1


def test_the_migrated_schema_is_the_one_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_up_down_up_with_data_in_every_table_works(cast: Cast) -> None:
    cast.compared_round()
    with cast.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Coding)) == 7
    schema.downgrade(cast.database, "base")
    assert schema.current(cast.database) is None
    left = set(sa.inspect(cast.database.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    schema.upgrade(cast.database)
    again = make_cast(cast.database)
    again.compared_round()
    with cast.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.action == "round.closed")) == 1


def test_a_database_that_is_not_migrated_is_refused_with_the_command(cast: Cast) -> None:
    schema.downgrade(cast.database, "base")
    with pytest.raises(Conflict, match="intercoder migrate"):
        schema.require_current(cast.database)
