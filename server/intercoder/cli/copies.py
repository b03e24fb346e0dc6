"""Copies of the database in a backup: what is said of them, whether they are whole as files, and opened to be read."""

import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from intercoder import models
from intercoder.config import Settings
from intercoder.errors import InvalidInput, Unavailable
from intercoder.models import Event
from intercoder.models.values import Kept

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    ``rows`` of each table where it is of SQLite; ``heads`` of the log's chains, stream → hash, that it holds at least;
    ``faults`` are what the audit found when it was made: such a backup keeps what there was, and is not to be trusted.
    """

    made_at: str
    reason: str
    file: str
    sha256: str
    revision: str | None
    rows: Mapping[str, int] | None
    heads: Mapping[str, str] | None
    faults: tuple[str, ...] = ()


MANIFESTS = Kept(Manifest)


def bad_backup(target: Path, reason: str) -> InvalidInput:
    """Return the refusal of a backup that is not what it says."""
    return InvalidInput("bad_backup", "Do not trust the backup {path}: {reason}.", path=target, reason=reason)


def check_manifest(target: Path) -> Manifest:
    """Return the manifest of a backup whose file is the one that was written."""
    try:
        manifest = MANIFESTS.parse((target / MANIFEST).read_text("utf-8"))
        digest = sha256(target / manifest.file)
    except (OSError, ValueError) as error:
        raise InvalidInput("no_backup", "{path} is not a backup made by intercoder backup.", path=target) from error
    if digest != manifest.sha256:
        raise bad_backup(target, "the file is not the one that was written")
    return manifest


def sha256(path: Path) -> str:
    """Return the hash of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def readonly(copy: Path) -> sqlite3.Connection:
    """Return a connection that leaves an SQLite file as it is, to the last byte: the manifest holds its hash."""
    return sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def count_rows(copy: Path) -> dict[str, int]:
    """Return how many rows each table of an SQLite file has."""
    with closing(readonly(copy)) as connection:
        tables = [t for (t,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        known = [t for t in tables if t in models.all_tables().tables]
        return {t: connection.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in known}  # noqa: S608


def heads_of(session: Session) -> dict[str, str]:
    """Return the hash of the last event of each stream of the log."""
    last = sa.select(Event.stream, sa.func.max(Event.seq).label("seq")).group_by(Event.stream).subquery()
    rows = session.execute(
        sa.select(Event.stream, Event.hash).join(last, sa.and_(Event.stream == last.c.stream, Event.seq == last.c.seq))
    )
    return {str(stream): head for stream, head in rows}


def lacks_heads(session: Session, heads: Mapping[str, str]) -> bool:
    """Return whether a chain does not hold a head that it had; it may have grown since."""
    now = heads_of(session)
    for stream, head in heads.items():
        if now.get(stream) != head and not session.scalar(
            sa.select(Event.id).where(Event.stream == UUID(stream), Event.hash == head).limit(1)
        ):
            return True
    return False


@contextmanager
def opened(copy: Path, settings: Settings) -> Iterator[Session]:
    """Give a session on a copy; a dump of PostgreSQL is brought back into a database of its own on the server of the settings."""
    with ExitStack() as stack:
        if copy.suffix == ".dump":
            engine = sa.create_engine(stack.enter_context(_scratch(copy, settings)), poolclass=sa.NullPool)
        else:
            engine = sa.create_engine("sqlite://", creator=lambda: readonly(copy), poolclass=sa.NullPool)
        stack.callback(engine.dispose)
        yield stack.enter_context(Session(engine))


@contextmanager
def _scratch(dump: Path, settings: Settings) -> Iterator[URL]:
    if settings.sqlite:
        raise Unavailable(
            "needs_postgresql",
            "{path} is a backup of PostgreSQL. To look into it, set DATABASE_URL to a server on which it may be brought back "
            "into a database of its own.",
            path=dump,
        )
    url = make_url(settings.database_url)
    scratch = url.set(database=f"intercoder_verify_{secrets.token_hex(6)}")
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    try:
        with server.connect() as connection:
            connection.execute(sa.text(f'CREATE DATABASE "{scratch.database}"'))
    except sa.exc.DBAPIError as error:
        raise Unavailable(
            "no_scratch",
            "The backup {path} could not be looked into: the database's user may not make the database for it ({reason}).",
            path=dump,
            reason=str(error.orig).strip(),
        ) from error
    try:
        postgres("pg_restore", scratch, "--exit-on-error", "--no-owner", str(dump))
        yield scratch
    finally:
        with server.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{scratch.database}" WITH (FORCE)'))
        server.dispose()


def postgres(program: str, url: URL, *arguments: str) -> str:
    """Run a program of PostgreSQL on a database and return what it printed; the password is in no command line."""
    if shutil.which(program) is None:
        raise Unavailable("no_program", "{program} is needed: install PostgreSQL's client programs.", program=program)
    # URL.set takes None for "as it is".
    plain = url._replace(drivername="postgresql", password=None).difference_update_query(
        ["password", "prepare_threshold"]
    )
    password = url.password or url.query.get("password")
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        if password:
            passwords = Path(folder, "pgpass")
            escaped = str(password).replace("\\", "\\\\").replace(":", "\\:")
            passwords.touch(mode=0o600)
            passwords.write_text(f"*:*:*:*:{escaped}\n", "utf-8")
            environment["PGPASSFILE"] = str(passwords)
            environment.pop("PGPASSWORD", None)
        command = [program, *arguments, f"--dbname={plain.render_as_string(hide_password=False)}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise Unavailable(
            "program_failed", "{program} failed: {reason}", program=program, reason=done.stderr.strip()[-500:]
        )
    return done.stdout
