"""The state of the database's schema: what it is, what the program wants, and how to get there."""

import re
from typing import TYPE_CHECKING

import sqlalchemy as sa

from intercoder.db import Database
from intercoder.errors import Conflict
from intercoder.paths import asset_dir

if TYPE_CHECKING:  # most commands ask for a revision at most
    from alembic.config import Config

#: any number, the same in every process: two upgrades of one PostgreSQL wait for each other
LOCK = 7_205_759_403
#: how a migration says which it is, and which comes before it
_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_BEFORE = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(asset_dir("migrations")).replace("%", "%%"))
    return config


def head() -> str:
    """Return the revision that this program wants: the one that no other follows.

    Read as text: Alembic runs every migration for that, and takes a fifth of the start.
    """
    said = [path.read_text("utf-8") for path in sorted((asset_dir("migrations") / "versions").glob("*.py"))]
    revisions: set[str] = {revision for text in said for revision in _REVISION.findall(text)}
    last = revisions - {before for text in said for before in _BEFORE.findall(text)}
    if len(last) != 1 or len(revisions) != len(said):
        raise RuntimeError(f"migrations/versions: one last revision is wanted, there are {sorted(last)}")
    return last.pop()


def current(database: Database) -> str | None:
    """Return the revision of the database; None when it is empty."""
    with database.engine.execution_options(readonly=True).connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return revision


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision (the newest), in one transaction per migration."""
    _run(database, revision, up=True)


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to a revision."""
    _run(database, revision, up=False)


def _run(database: Database, revision: str, *, up: bool) -> None:
    from alembic import command

    config = _config()
    with database.engine.connect() as connection:
        if database.sqlite:
            # Batch mode rebuilds tables: foreign keys must be off, and that is only possible outside a transaction.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        config.attributes["connection"] = connection
        (command.upgrade if up else command.downgrade)(config, revision)
        connection.commit()
        if database.sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            connection.rollback()
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
            if broken:
                raise Conflict(
                    "broken_keys", "After the migration {n} rows point at rows that are not there.", n=len(broken)
                )


def require_current(database: Database) -> None:
    """Refuse to work on a database that is not migrated; the sentence names the command."""
    revision, wanted = current(database), head()
    if revision != wanted:
        raise Conflict(
            "not_migrated",
            "The database is at revision {found}, this program needs {wanted}. Stop the servers, make a backup, "
            "and run: intercoder migrate",
            found=revision or "none",
            wanted=wanted,
        )
