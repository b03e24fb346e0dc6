"""demo: a throw-away instance with a study that is already coded."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from intercoder import schema
from intercoder.cli.demo.load import Account, is_empty, load
from intercoder.cli.serve import LOOPBACK, check_port, prepare, run_server, settings_of
from intercoder.db import Database
from intercoder.errors import Conflict

ROLES = {
    "lead": "leads the study, administers the instance",
    "coder": "codes",
    "adjudicator": "rules on disagreements",
    "observer": "reads",
}


@click.command()
@click.option("--port", type=int, help="Port to listen on (PORT). [default: 8000]")
@click.option("--load-only", is_flag=True, help="Fill the empty database of the settings with the study, and stop.")
def demo(port: int | None, load_only: bool) -> None:
    """Serve a demo study in a throw-away folder: nine cases, three coders, two rounds done, a third open."""
    if load_only:
        settings = settings_of()
        prepare(settings)
        _show(_fill(settings.database_url))
        return
    folder = Path(tempfile.mkdtemp(prefix="intercoder-demo-"))
    try:
        settings = settings_of(
            INTERCODER_DATA=folder,
            DATABASE_URL=f"sqlite:///{folder / 'demo.sqlite3'}",
            REDIS_URL="",
            PORT=port,
            WEB_WORKERS=1,
            LOG_LEVEL="warning",  # a line for each request would carry the accounts off the screen
        )
        check_port(LOOPBACK, settings.port)
        click.echo("Loading the demo study …")
        prepare(settings)
        _show(_fill(settings.database_url))
        address = f"http://{LOOPBACK}:{settings.port}"
        run_server(settings, LOOPBACK, [f"\nIntercoder serves {address}   (Ctrl-C stops it and forgets everything)"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(url: str) -> list[Account]:
    database = Database(url)
    try:
        schema.require_current(database)
        if not is_empty(database):
            raise Conflict("not_empty", "The demo study goes into an empty database only: this one has accounts.")
        return load(database)
    finally:
        database.dispose()


def _show(accounts: Iterable[Account]) -> None:
    click.echo("\nSign in with one of these accounts (made for this run only):")
    for account in accounts:
        click.echo(f"  {account.email:24} {account.password}   {account.name}: {ROLES[account.role]}")
