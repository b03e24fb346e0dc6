"""backup, verify, restore: copies that were read back before anybody trusts them."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from intercoder import events, schema
from intercoder.clock import now
from intercoder.config import Settings, load_settings
from intercoder.db import Database, sqlite_path
from intercoder.errors import Conflict, InvalidInput, Unavailable
from intercoder.models import Base, Event
from intercoder.paths import claim_file

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; ``rows`` of each table and ``heads`` of the log's chains where it is of SQLite."""

    made_at: str
    reason: str
    file: str
    sha256: str
    revision: str | None
    rows: dict[str, int] | None
    heads: dict[str, str] | None


def make_backup(settings: Settings, folder: Path, reason: str = "manual") -> Path:
    """Write a verified backup below ``folder`` and return where; a copy that does not verify is removed."""
    target = folder / f"{now():%Y%m%dT%H%M%S%fZ}-{reason}"
    target.mkdir(parents=True)
    try:
        path = sqlite_path(settings.database_url)
        if path is not None:
            copy = target / "intercoder.sqlite3"
            with sqlite3.connect(path) as source:
                source.execute("VACUUM INTO ?", (str(copy),))
            source.close()
        else:
            copy = target / "intercoder.dump"
            _postgres("pg_dump", settings, "--format=custom", f"--file={copy}")
        manifest = Manifest(
            made_at=now().isoformat(),
            reason=reason,
            file=copy.name,
            sha256=_sha256(copy),
            revision=_revision(settings),
            rows=_count_rows(copy) if path is not None else None,
            heads=_heads(copy) if path is not None else None,
        )
        (target / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
        check_backup(target)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return target


def check_backup(target: Path) -> Manifest:
    """Return the manifest of a backup that is whole; ``InvalidInput`` says what is wrong with another.

    The file's hash; SQLite's own integrity and foreign keys; the rows of every table against the
    manifest; every link of the log's hash chains and the last of each against the manifest.
    """
    try:
        manifest = TypeAdapter(Manifest).validate_json((target / MANIFEST).read_bytes())
        copy = target / manifest.file
        digest = _sha256(copy)
    except (OSError, ValueError) as error:
        raise InvalidInput("no_backup", "{path} is not a backup made by intercoder backup.", path=target) from error
    if digest != manifest.sha256:
        raise _bad(target, "the file is not the one that was written")
    if copy.suffix == ".dump":
        listing = subprocess.run(["pg_restore", "--list", str(copy)], capture_output=True, check=False)
        if listing.returncode:
            raise _bad(target, "pg_restore cannot read it")
        return manifest
    try:
        _check_sqlite(target, copy, manifest)
    except (sqlite3.DatabaseError, sa.exc.DatabaseError) as error:
        raise _bad(target, "SQLite finds it damaged") from error
    return manifest


def _check_sqlite(target: Path, copy: Path, manifest: Manifest) -> None:
    connection = _readonly(copy)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise _bad(target, "SQLite finds it damaged")
        if connection.execute("PRAGMA foreign_key_check").fetchall():
            raise _bad(target, "rows point at rows that are not there")
    finally:
        connection.close()
    if _count_rows(copy) != manifest.rows:
        raise _bad(target, "rows are missing")
    if _heads(copy) != manifest.heads:
        raise _bad(target, "the log's chain is broken or cut")


def _bad(target: Path, reason: str) -> InvalidInput:
    return InvalidInput("bad_backup", "Do not trust the backup {path}: {reason}.", path=target, reason=reason)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _revision(settings: Settings) -> str | None:
    database = Database(settings.database_url)
    try:
        return schema.current(database)
    finally:
        database.dispose()


def _readonly(copy: Path) -> sqlite3.Connection:
    """Return a connection that leaves the file as it is, to the last byte: the manifest holds its hash."""
    return sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _count_rows(copy: Path) -> dict[str, int]:
    connection = _readonly(copy)
    try:
        tables = [t for (t,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        known = [t for t in tables if t in Base.metadata.tables]
        return {t: connection.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in known}  # noqa: S608
    finally:
        connection.close()


def _heads(copy: Path) -> dict[str, str]:
    """Return the last hash of each stream of the log; a broken chain has none that fits."""
    engine = sa.create_engine("sqlite://", creator=lambda: _readonly(copy), poolclass=sa.NullPool)
    heads: dict[str, str] = {}
    with Session(engine) as session:
        for stream in session.scalars(sa.select(Event.stream).distinct()).all():
            rows = session.scalars(sa.select(Event).where(Event.stream == stream).order_by(Event.seq)).all()
            broken = events.first_break(rows)
            heads[str(stream)] = rows[-1].hash if broken is None else f"broken at {broken.seq}"
            session.expunge_all()
    engine.dispose()
    return heads


def _postgres(program: str, settings: Settings, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise Unavailable("no_program", "{program} is needed: install PostgreSQL's client programs.", program=program)
    url = make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run([program, *arguments, f"--dbname={url}"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(
            "program_failed", "{program} failed: {reason}", program=program, reason=done.stderr.strip()[-500:]
        )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
def backup(folder: Path | None) -> None:
    """Write a verified backup below FOLDER (default: backups in the data folder), while the server works."""
    settings = load_settings()
    click.echo(make_backup(settings, folder or settings.data / "backups"))


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def verify(path: Path) -> None:
    """Check that the backup PATH is whole; exit status 1 when it is not."""
    manifest = check_backup(path)
    click.echo(f"{path}: whole, made {manifest.made_at}, revision {manifest.revision}")


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a database that is there; it is set aside, not deleted.")
def restore(path: Path, force: bool) -> None:
    """Bring back the backup PATH into the database of the settings. Stop the server first."""
    manifest = check_backup(path)
    settings = load_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    target = sqlite_path(settings.database_url)
    if (target is None) != (Path(manifest.file).suffix == ".dump"):
        raise Conflict("other_database", "This backup is of another kind of database than the settings name.")
    if target is None:
        _postgres(
            "pg_restore",
            settings,
            "--exit-on-error",
            "--no-owner",
            *(["--clean", "--if-exists"] if force else []),
            str(path / manifest.file),
        )
        click.echo("Restored.")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with claim_file(target):
        if target.exists():
            if not force:
                raise Conflict("database_there", "{path} is there already: use --force to set it aside.", path=target)
            aside = target.with_name(f"{target.name}.before-restore-{now():%Y%m%dT%H%M%SZ}")
            for suffix in ("", "-wal", "-shm"):
                if Path(f"{target}{suffix}").exists():
                    Path(f"{target}{suffix}").rename(f"{aside}{suffix}")
            click.echo(f"The database that was there is now {aside}")
        shutil.copy2(path / manifest.file, target)
    click.echo(f"Restored {target}")
