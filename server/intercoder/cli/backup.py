"""backup, verify, restore: copies that were read back before anybody trusts them."""

import errno
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from intercoder import schema
from intercoder.cli.archives import check_archive, is_archive
from intercoder.cli.copies import (
    MANIFEST,
    Manifest,
    bad_backup,
    check_manifest,
    count_rows,
    heads_of,
    lacks_heads,
    opened,
    postgres,
    readonly,
    sha256,
)
from intercoder.cli.keeping import SCHEDULED, backups_folder, remove_outlived
from intercoder.clock import now
from intercoder.config import Settings, load_settings
from intercoder.db import Database, sqlite_path
from intercoder.errors import Conflict, InvalidInput, Unavailable
from intercoder.events import ANCHORS
from intercoder.logs import security
from intercoder.paths import claim_file
from intercoder.reports.audit import difference_sentences
from intercoder.services.audit import audit


@dataclass(frozen=True)
class Made:
    """A backup that was read back; ``unseen`` says why its inside could not be looked at, where it could not."""

    path: Path
    faults: tuple[str, ...]
    unseen: str | None

    def report(self) -> None:
        """Say what is not as it should be."""
        if self.unseen:
            click.echo(self.unseen, err=True)
        if self.faults:
            click.echo(f"The database is not what its log says. {self.path} keeps it as it is:", err=True)
        for fault in self.faults:
            click.echo(f"  {fault}", err=True)


def make_backup(settings: Settings, folder: Path, reason: str = "manual") -> Made:
    """Write a backup below ``folder``, read it back, and return what was found.

    A copy that is damaged is removed. Of a database that is not what its log says the copy is kept, since there may be
    no better one, and its manifest names the faults. Only the owner may read either.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{now():%Y%m%dT%H%M%S%fZ}-{reason}"
    target.mkdir(mode=0o700)
    try:
        with _full_disk_said(target):
            manifest = _copied(settings, target, reason)
            _write_manifest(target, manifest)
            _check_file(target, manifest)
            faults, unseen = _looked_into(target / manifest.file, settings, manifest)
            if faults:
                manifest = replace(manifest, faults=faults)
                _write_manifest(target, manifest)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    security("backup made", outcome="done", reason=reason, name=target.name, faults=len(faults))
    return Made(target, faults, unseen)


def _looked_into(copy: Path, settings: Settings, manifest: Manifest) -> tuple[tuple[str, ...], str | None]:
    """Return what the audit finds in a copy, or why it could not look."""
    try:
        return tuple(_faults(copy, settings, manifest)), None
    except Unavailable as unavailable:
        return (), str(unavailable)


def _copied(settings: Settings, target: Path, reason: str) -> Manifest:
    path = sqlite_path(settings.database_url)
    heads: dict[str, str] | None = None
    if path is not None:
        copy = target / "intercoder.sqlite3"
        _private(copy)
        with closing(sqlite3.connect(path)) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        with opened(copy, settings) as session:
            heads = heads_of(session)
    else:
        copy = target / "intercoder.dump"
        _private(copy)
        database = Database(settings.database_url)
        with database.reading() as session:
            heads = heads_of(session)  # before the dump: it holds these at least
        database.dispose()
        postgres("pg_dump", make_url(settings.database_url), "--format=custom", f"--file={copy}")
    return Manifest(
        made_at=now().isoformat(),
        reason=reason,
        file=copy.name,
        sha256=sha256(copy),
        revision=_revision(settings),
        rows=count_rows(copy) if path is not None else None,
        heads=heads,
    )


def _private(path: Path) -> None:
    """Make an empty file that only its owner may read, before anything is written into it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _write_manifest(target: Path, manifest: Manifest) -> None:
    path = target / MANIFEST
    path.unlink(missing_ok=True)
    _private(path)
    path.write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False), "utf-8")


@contextmanager
def _full_disk_said(target: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
        if not full and "full" not in str(error):
            raise
        raise Unavailable(
            "disk_full",
            "There is no room for a backup in {path}. Make room, or name another folder.",
            path=target.parent,
        ) from error


def check_backup(target: Path, settings: Settings) -> tuple[Manifest, str | None]:
    """Return the manifest of a backup that is whole, and why its inside could not be looked at, if it could not.

    The file's hash; SQLite's own integrity and foreign keys, and the rows of every table against the manifest, or
    PostgreSQL's own listing; every chain of the log, its heads against the manifest, and the log replayed against
    the tables. ``InvalidInput`` says what is wrong.
    """
    manifest = check_manifest(target)
    _check_file(target, manifest)
    faults, unseen = _looked_into(target / manifest.file, settings, manifest)
    if faults:
        raise bad_backup(target, "; ".join(fault.rstrip(".") for fault in faults[:5]))
    return manifest, unseen


def _check_file(target: Path, manifest: Manifest) -> None:
    copy = target / manifest.file
    if copy.suffix == ".dump":
        listing = subprocess.run(["pg_restore", "--list", str(copy)], capture_output=True, check=False)
        if listing.returncode:
            raise bad_backup(target, "pg_restore cannot read it")
        return
    try:
        with closing(readonly(copy)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise bad_backup(target, "SQLite finds it damaged")
            if connection.execute("PRAGMA foreign_key_check").fetchall():
                raise bad_backup(target, "rows point at rows that are not there")
        if count_rows(copy) != manifest.rows:
            raise bad_backup(target, "rows are missing")
    except sqlite3.DatabaseError as error:
        raise bad_backup(target, "SQLite finds it damaged") from error


def _faults(copy: Path, settings: Settings, manifest: Manifest) -> Iterator[str]:
    """Yield what the audit finds in a copy, each as a sentence."""
    try:
        with opened(copy, settings) as session:
            if manifest.heads is not None and lacks_heads(session, manifest.heads):
                yield "the log's chain is broken or cut"
            for project in audit(session):
                for sentence in difference_sentences(project):
                    yield f"{project.name}: {sentence}"
    except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
        # A backup of an earlier version of the program: its tables are not those that this one reads.
        raise Unavailable(
            "other_version",
            "The log in {path} could not be checked: it is of another version of the program (revision {revision}).",
            path=copy,
            revision=manifest.revision,
        ) from error


def _revision(settings: Settings) -> str | None:
    database = Database(settings.database_url)
    try:
        return schema.current(database)
    finally:
        database.dispose()


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option(
    "--scheduled",
    "by_schedule",
    is_flag=True,
    help="One of a schedule: of such backups all of the last day are kept, and one for each of 7 days, 4 weeks, 12 months.",
)
def backup(folder: Path | None, by_schedule: bool) -> None:
    """Write a verified backup below FOLDER (default: backups in the data folder), while the server works."""
    settings = load_settings()
    folder = folder or backups_folder(settings)
    made = make_backup(settings, folder, SCHEDULED if by_schedule else "manual")
    click.echo(made.path)
    made.report()
    if by_schedule:
        for gone in remove_outlived(folder):
            click.echo(f"No longer kept: {gone}")
    raise SystemExit(1 if made.faults else 0)


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def verify(path: Path) -> None:
    """Check that the backup or archive PATH is whole: its files, every chain of its log, and its tables against what the log says.

    Exit status 1 when it is not, 2 when the file is the one that was written but its inside could not be looked at.
    """
    if is_archive(path):
        _verify_archive(path)
        return
    manifest, unseen = check_backup(path, load_settings())
    if unseen is not None:
        click.echo(f"{path}: the file is the one that was written (made {manifest.made_at}). {unseen}", err=True)
        raise SystemExit(2)
    click.echo(f"{path}: whole, made {manifest.made_at}, revision {manifest.revision}")


def _verify_archive(path: Path) -> None:
    manifest, projects = check_archive(path)
    for project in projects:
        for sentence in difference_sentences(project):
            click.echo(f"  {sentence}", err=True)
    if not all(project.whole for project in projects):
        raise InvalidInput("bad_archive", "{path}: its tables are not what its log says.", path=path)
    said = (
        "every hash holds; it has no log"
        if manifest.scrambled
        else "every hash, every chain of the log, every table against it"
    )
    click.echo(f"{path}: whole ({said}), “{manifest.project}”, made by {manifest.program}")


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a database that is there; it is set aside, not deleted.")
def restore(path: Path, force: bool) -> None:
    """Bring back the backup PATH into the database of the settings. Stop the server first."""
    settings = load_settings()
    manifest, unseen = check_backup(path, settings)
    if unseen is not None:
        click.echo(unseen, err=True)
    security("backup restored", outcome="begun", name=path.name, force=force)
    settings.data.mkdir(parents=True, exist_ok=True)
    target = sqlite_path(settings.database_url)
    if (target is None) != (Path(manifest.file).suffix == ".dump"):
        raise Conflict("other_database", "This backup is of another kind of database than the settings name.")
    if target is None:
        postgres(
            "pg_restore",
            make_url(settings.database_url),
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
        anchors = settings.data / ANCHORS
        if anchors.exists():
            # Its heads are those of the database that is set aside.
            anchors.rename(anchors.with_name(f"{ANCHORS}.before-restore-{now():%Y%m%dT%H%M%SZ}"))
        shutil.copy2(path / manifest.file, target)
    click.echo(f"Restored {target}")
