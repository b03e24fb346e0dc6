"""Archives of projects from the command line: read, checked, brought back."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from uuid import UUID

import click
from pydantic import ValidationError
from sqlalchemy.orm import Session

from intercoder import schema
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.errors import InvalidInput, Unavailable
from intercoder.interchange.archived import FORMAT, MANIFEST, Manifest, data_of, source_of
from intercoder.logs import security
from intercoder.services import archiving
from intercoder.services.archiving import Row
from intercoder.services.audit import AuditedProject
from intercoder.services.audit import audit as audited

_PIECE = 1 << 16


def is_archive(path: Path) -> bool:
    """Return whether a file is an archive of a project."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as package:
        return MANIFEST in package.namelist()


def check_archive(path: Path) -> tuple[Manifest, list[AuditedProject]]:
    """Check every hash of an archive, bring it back into a database of its own, and hold that against its log.

    Raises
    ------
    InvalidInput : ``bad_archive``.
    Unavailable : ``other_version`` (the hashes hold; the tables are of another version of the program).
    """
    manifest = _hashes(path)
    if manifest.scrambled:
        return manifest, []
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/archive.sqlite3")
        try:
            schema.upgrade(database)
            load(database, path, manifest)
            with database.reading() as session:
                return manifest, list(audited(session))
        finally:
            database.dispose()


def _hashes(path: Path) -> Manifest:
    with _opened(path) as package:
        try:
            manifest = Manifest.model_validate_json(package.read(MANIFEST))
        except (KeyError, ValidationError) as error:
            raise _bad(path, "its manifest is none of this program") from error
        if manifest.format != FORMAT:
            raise _bad(path, f"it is of format {manifest.format}, and this program reads {FORMAT}")
        there = {*package.namelist()} - {MANIFEST}
        if odd := sorted(there.symmetric_difference(manifest.files)):
            raise _bad(path, f"it lacks or has beside what it names: {', '.join(odd[:5])}")
        for name, wanted in manifest.files.items():
            with package.open(name) as member:
                digest = hashlib.sha256()
                while piece := member.read(_PIECE):
                    digest.update(piece)
            if digest.hexdigest() != wanted:
                raise _bad(path, f"{name} is not what was written")
    return manifest


def load(database: Database, path: Path, manifest: Manifest) -> None:
    """Bring an archive back into an empty database, all of it or nothing."""
    if manifest.scrambled:
        raise InvalidInput(
            "scrambled", "A scrambled archive has no log: it is for reading, and cannot be brought back."
        )
    if manifest.revision != schema.head():
        raise Unavailable(
            "other_version",
            "The archive is of tables {theirs}, and this program has {ours}: bring it back with {program}, then upgrade that.",
            theirs=manifest.revision,
            ours=schema.head(),
            program=manifest.program,
        )
    with _opened(path) as package, database.transaction() as session:
        archiving.require_empty(session)
        if database.sqlite:
            # Rows of one table may point at one another.
            session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in archiving.tables():
            if data_of(table.name) not in manifest.files:
                continue
            rows, count = _rows(package, path, table.name), 0
            while some := list(islice(rows, archiving.TOGETHER)):
                if table.name == "source_file":
                    _enter_sources(session, package, some)
                else:
                    archiving.enter(session, table, some)
                count += len(some)
            if count != manifest.tables.get(table.name):
                raise _bad(
                    path, f"{data_of(table.name)} has {count} rows and should have {manifest.tables.get(table.name)}"
                )


def _enter_sources(session: Session, package: zipfile.ZipFile, rows: Sequence[Row]) -> None:
    """Write files one at a time: each may have 50 MB."""
    (table,) = (table for table in archiving.tables() if table.name == "source_file")
    for row in rows:
        archiving.enter(session, table, [row], original=package.read(source_of(str(UUID(str(row["id"]))))))


def _rows(package: zipfile.ZipFile, path: Path, table: str) -> Iterator[Row]:
    with package.open(data_of(table)) as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError as error:
                raise _bad(path, f"{data_of(table)} holds a line that is no JSON") from error
            if not isinstance(row, dict):
                raise _bad(path, f"{data_of(table)} holds a line that is no row")
            yield row


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as package:
            yield package
    except zipfile.BadZipFile as error:
        raise _bad(path, str(error)) from error


def _bad(path: Path, reason: str) -> InvalidInput:
    return InvalidInput("bad_archive", "{path} is no whole archive of a project: {reason}.", path=path, reason=reason)


@click.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def bring_back(path: Path) -> None:
    """Bring the archive PATH of a project back into the empty database of the settings. Stop the server first.

    People come back without a password: set one with `intercoder user password E-MAIL`.
    """
    manifest, projects = check_archive(path)
    if not all(project.whole for project in projects):
        raise _bad(path, "its tables are not what its log says (`intercoder verify` names the rows)")
    database = Database(load_settings().database_url)
    try:
        if schema.current(database) is None:
            schema.upgrade(database)
        schema.require_current(database)
        load(database, path, manifest)
    finally:
        database.dispose()
    security("archive brought back", outcome="done", name=path.name, project=str(manifest.project_id))
    click.echo(
        f"“{manifest.project}” is here. Set a password for whoever is to sign in: intercoder user password E-MAIL"
    )
