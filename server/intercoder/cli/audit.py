"""audit: whether the database, or a backup, is what its log says."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from intercoder import schema
from intercoder.cli.copies import MANIFEST, check_manifest, opened
from intercoder.cli.words import spoken
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.errors import InvalidInput
from intercoder.events import ANCHORS, AnchorFile
from intercoder.reports.audit import difference_sentences, head_sentence, project_sentence
from intercoder.reports.certificate import certificate_sentences
from intercoder.services.audit import AuditedProject
from intercoder.services.audit import audit as audited
from intercoder.services.certificate import Certificate, faults


@click.group()
def audit() -> None:
    """Check the log: every chain; and codings, rulings, texts, codes and versions against it."""


@audit.command("verify")
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of heads that were written down outside the database (default: anchors.jsonl of the data folder).",
)
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A certificate of independence, as JSON, that is held against the log.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@spoken
def verify(path: Path | None, anchors: Path | None, certificate: Path | None, as_json: bool) -> None:
    """Check the living database, or the backup PATH (its folder, or its SQLite file). Exit status 1 when anything differs.

    \b
      intercoder audit verify
      intercoder audit verify backups/20261127T101500000000Z-manual
      intercoder audit verify intercoder.sqlite3 --anchors kept/anchors.jsonl
      intercoder audit verify backups/20261127T101500000000Z-manual --certificate certificate-round-1.json
    """  # noqa: D301 - click's mark for lines that stay as they are
    settings = load_settings()
    # The file beside the data goes with the living database; it may know later acts than a backup holds.
    outside = anchors or (settings.data / ANCHORS if path is None else None)
    told = read_certificate(certificate) if certificate else None
    with _session(path) as session:
        projects = list(audited(session, AnchorFile(outside).read() if outside else ()))
        wrong = faults(session, told) if told else []
    _print(projects, as_json=as_json)
    if told:
        for sentence in certificate_sentences(told, wrong):
            click.echo(sentence, err=as_json)
    raise SystemExit(0 if all(project.whole for project in projects) and not wrong else 1)


def read_certificate(path: Path) -> Certificate:
    """Return the certificate in a file; refuse what is none."""
    try:
        return TypeAdapter(Certificate).validate_json(path.read_bytes())
    except ValueError as error:
        raise InvalidInput(
            "no_certificate",
            "{path} is not a certificate of independence as JSON. Download it from the page of the certificate.",
            path=path,
        ) from error


@contextmanager
def _session(path: Path | None) -> Iterator[Session]:
    if path is None:
        database = Database(load_settings().database_url)
        try:
            schema.require_current(database)
            with database.reading() as session:
                yield session
        finally:
            database.dispose()
        return
    copy = path
    if path.is_dir() or path.name == MANIFEST:
        folder = path if path.is_dir() else path.parent
        copy = folder / check_manifest(folder).file
    with opened(copy, load_settings()) as session:
        yield session


def _print(projects: Sequence[AuditedProject], *, as_json: bool) -> None:
    if as_json:
        told = TypeAdapter(list[AuditedProject]).dump_python(list(projects), mode="json")
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for project in projects:
        click.echo(project_sentence(project))
        for sentence in difference_sentences(project):
            click.echo(f"  {sentence}")
        click.echo(f"  {head_sentence(project)}")
