"""doctor: whether this installation is whole, and what it would work with."""

import tempfile
from pathlib import Path

import click

from intercoder import schema
from intercoder.config import SETTINGS, Settings, load_settings
from intercoder.db import Database
from intercoder.errors import IntercoderError
from intercoder.events import ANCHORS, AnchorFile
from intercoder.paths import PACKAGE, asset_dir
from intercoder.reports.audit import difference_sentences
from intercoder.services.audit import audit


def _part(name: str) -> str | None:
    """Return what is wrong with a part of the installation, or None."""
    try:
        if name == "templates":
            files = list((PACKAGE / "web" / "templates").rglob("*.html"))
        elif name == "static":
            files = [f for f in asset_dir("static").rglob("*") if f.suffix in {".css", ".js"}]
        elif name == "translations":
            files = list((PACKAGE / "translations").rglob("*.mo"))
        else:
            files = list((asset_dir("migrations") / "versions").glob("*.py"))
            with tempfile.TemporaryDirectory() as folder:
                database = Database(f"sqlite:///{folder}/doctor.sqlite3")
                schema.upgrade(database)
                schema.require_current(database)
                database.dispose()
    except (RuntimeError, IntercoderError) as error:
        return str(error)
    return None if files else "no file was found"


def _connections(settings: Settings) -> str:
    each = settings.pool_size
    return (
        f"{settings.web_workers} x {each} = {settings.web_workers * each}; PostgreSQL's max_connections must be higher"
    )


def _log(database: Database, settings: Settings) -> bool:
    """Say whether the database is what its log says."""
    with database.reading() as session:
        projects = list(audit(session, AnchorFile(settings.data / ANCHORS).read()))
    for project in projects:
        for sentence in difference_sentences(project):
            click.echo(f"log BROKEN: {project.name}: {sentence}")
    whole = all(project.whole for project in projects)
    if whole:
        click.echo(f"log ok: {sum(project.counts.events for project in projects)} events")
    return whole


@click.command()
def doctor() -> None:
    """Check the installation and show the settings. Exit status 1 when something is missing."""
    healthy = True
    for name in ("templates", "static", "translations", "migrations"):
        wrong = _part(name)
        healthy = healthy and wrong is None
        click.echo(f"{name} ok" if wrong is None else f"{name} BROKEN: {wrong}")
    settings = load_settings()
    shown = {
        "INTERCODER_DATA": settings.data,
        "DATABASE_URL": "SQLite in the data folder" if settings.sqlite else "PostgreSQL",
        "DATABASE_CONNECTIONS": "not for SQLite" if settings.sqlite else _connections(settings),
        "REDIS_URL": "set" if settings.redis_url else "not set: one process, jobs inside it",
        "PUBLIC_URL": settings.public_url or "not set",
        "SMTP_URL": "set" if settings.smtp_url else "not set: invitations are links to copy",
    }
    for name, value in shown.items():
        click.echo(f"{name}: {value}  ({SETTINGS[name].help})")
    database_file = Path(settings.database_url.removeprefix("sqlite:///")) if settings.sqlite else None
    if database_file is None or database_file.exists():
        database = Database(settings.database_url)
        try:
            schema.require_current(database)
            click.echo("database ok")
            healthy = _log(database, settings) and healthy
        except IntercoderError as error:
            healthy = False
            click.echo(f"database BROKEN: {error}")
        finally:
            database.dispose()
    raise SystemExit(0 if healthy else 1)
