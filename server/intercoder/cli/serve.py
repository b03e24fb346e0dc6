"""serve, worker, migrate: what keeps running, and what is done before."""

import asyncio
import ctypes
import gc
import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from intercoder import heap, schema
from intercoder.cli.keeping import backups_folder, keep_backups
from intercoder.config import Settings, load_settings
from intercoder.db import Database, sqlite_path
from intercoder.errors import Conflict, Unavailable
from intercoder.events import ANCHORS, AnchorFile, rewritten
from intercoder.later import NO_TLS, without
from intercoder.paths import claim_file, private_files
from intercoder.services import accounts

if TYPE_CHECKING:
    from granian.log import LogLevels
    from granian.server.embed import Server

    from intercoder.web.asgi import Application

LOOPBACK = "127.0.0.1"
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104
LOOK_EVERY = 0.1  # seconds
BACKLOG = 4096
KILL_AFTER = 10  # seconds
#: heaps that the C library keeps for threads: of its own accord it makes eight for each core, which keep what was freed
_M_ARENA_MAX, ARENAS = -8, 2


def settings_of(**options: str | int | Path | None) -> Settings:
    """Return the settings with what was said on the command line, and hand both to child processes."""
    given = {name: str(value) for name, value in options.items() if value is not None}
    settings = load_settings(None, **given)
    os.environ.update(given)
    return settings


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (INTERCODER_DATA).")
@click.option("--database", help="Database address (DATABASE_URL).")
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on (PORT). [default: 8000]")
@click.option("--workers", type=int, help="Web processes (WEB_WORKERS); more than one needs PostgreSQL and Redis.")
def serve(data: Path | None, database: str | None, host: str, port: int | None, workers: int | None) -> None:
    """Serve Intercoder.

    Creates the data folder, brings an SQLite database up to date after a verified backup, and prints a
    one-time link that makes the first account when there is none.
    """
    settings = settings_of(INTERCODER_DATA=data, DATABASE_URL=database, PORT=port, WEB_WORKERS=workers)
    check_port(host, settings.port)
    prepare(settings)
    address = settings.public_url or f"http://{reached(host)}:{settings.port}"
    base = Database(settings.database_url)
    with base.transaction() as session:
        secret = accounts.make_setup_link(session)
    base.dispose()
    words = [f"Intercoder serves {address}"]
    if secret is not None:
        words.append(f"Nobody has an account yet. Make the first one within 24 hours: {address}/setup/{secret}")
    run_server(settings, host, words, backups=settings.sqlite and settings.daily_backups)


def reached(host: str) -> str:
    """Return where a server that listens on an address can be reached from this machine."""
    return LOOPBACK if host in EVERYWHERE else host


def check_port(host: str, port: int) -> None:
    """Refuse with a sentence when something listens on the port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                "port_taken",
                "Port {port} of {host} cannot be used ({reason}). Choose another: --port {other}",
                port=port,
                host=host,
                reason=error.strerror,
                other=port + 1,
            ) from error


def prepare(settings: Settings) -> None:
    """Make the data folder, see that nobody else serves the SQLite file, and bring the database up to date."""
    private_files()
    settings.data.mkdir(parents=True, exist_ok=True)
    path = sqlite_path(settings.database_url)
    database = Database(settings.database_url)
    try:
        if path is None:
            if schema.current(database) is None:
                schema.upgrade(database)
            schema.require_current(database)
            warn_of_rewriting(settings, database)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with claim_file(path):
            current = schema.current(database)
            if path.exists():
                path.chmod(0o600)  # versions before made it readable for everybody on the machine
            if current == schema.head():
                warn_of_rewriting(settings, database)
                return
            if current is not None:
                from intercoder.cli.backup import make_backup

                kept = make_backup(settings, backups_folder(settings), "before-upgrade")
                kept.report()
                click.echo(f"The database is older than this program: backed up in {kept.path}, now upgraded.")
            upgrade(database)
    finally:
        database.dispose()


def warn_of_rewriting(settings: Settings, database: Database) -> None:
    """Say at a start when the log is not the one whose heads were written down beside it."""
    with database.reading() as session:
        changed = rewritten(session, AnchorFile(settings.data / ANCHORS).read())
    if changed:
        click.echo(
            "WARNING: the log in the database is not the one whose heads stand in "
            f"{settings.data / ANCHORS}. Run intercoder audit verify before anybody relies on it.",
            err=True,
        )


def upgrade(database: Database) -> None:
    """Bring the database up to date; refuse one that a newer program has made."""
    from alembic.util import CommandError

    revision = schema.current(database)
    try:
        schema.upgrade(database)
    except CommandError as error:
        raise Conflict(
            "newer_database",
            "The database is at revision {found}, which this program does not know: a newer one made it. Install that.",
            found=revision,
        ) from error


def run_server(settings: Settings, host: str, words: Sequence[str], *, backups: bool = False) -> None:
    """Serve until stopped; say the words once a request has been answered, and keep backups where that is asked for.

    One web process is this one: another beside it would cost as much memory again and start no sooner. Several are
    children of this one, which starts another when one is gone.
    """
    sys.stdout.flush()
    threads = [threading.Thread(target=_say_when_it_answers, args=(reached(host), settings.port, words), daemon=True)]
    if backups:
        threads.append(threading.Thread(target=keep_backups, args=(settings, threading.Event()), daemon=True))
    if settings.web_workers > 1:
        _serve_in_children(settings, host, threads)
    else:
        _serve_here(settings, host, threads)


def _options(settings: Settings, host: str) -> dict[str, Any]:
    """Return what granian is told either way."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    from intercoder.web.connections import room

    return {
        "address": host,
        "port": settings.port,
        "interface": Interfaces.ASGI,
        "websockets": False,
        # Whoever says nothing at all has no time limit while the server waits to see which HTTP it is.
        "http": HTTPModes.http1,
        "http1_settings": HTTP1Settings(header_read_timeout=settings.idle_seconds * 1000),
        "backlog": BACKLOG,
        "backpressure": room(settings.connections),  # children inherit the files that room makes
        "log_access": False,
    }


def _serve_in_children(settings: Settings, host: str, threads: Sequence[threading.Thread]) -> None:
    from granian import Granian
    from granian.log import LogLevels

    server = Granian(
        "intercoder.web.asgi:application",
        workers=settings.web_workers,
        factory=True,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER,
        **_options(settings, host),
    )
    for thread in threads:
        server.on_startup(thread.start)
    gc.enable()
    with TemporaryDirectory(prefix="intercoder-figures-") as shared:  # where the processes add their figures up
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        server.serve()


def _serve_here(settings: Settings, host: str, threads: Sequence[threading.Thread]) -> None:
    application_of, server_of, levels = serving()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)
    application = application_of(settings)
    _trim()
    heap.settle()
    gc.enable()
    server = server_of(
        application,
        log_level=levels.error,  # it warns that it is called experimental
        **_options(settings, host),
    )
    for thread in threads:
        server.on_startup(thread.start)

    def stop() -> None:
        late = threading.Timer(KILL_AFTER, os._exit, (0,))  # somebody's request does not end
        late.daemon = True
        late.start()
        server.stop()  # type: ignore[no-untyped-call] # of granian, which types half of itself

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, stop)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
        await server.serve()

    asyncio.run(serve())
    if server.interrupt_children:
        sys.exit(1)


def serving() -> "tuple[type[Application], type[Server], type[LogLevels]]":
    """Return what serves in this process, loaded without what it never asks for."""
    with without("anyio", hollow=NO_TLS):  # granian looks whether an application may use anyio
        from granian.log import LogLevels
        from granian.server.embed import Server

        from intercoder.web.asgi import Application
    return Application, Server, LogLevels


def _trim() -> None:
    """Give the system back what loading took and let go of."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def _say_when_it_answers(host: str, port: int, words: Sequence[str]) -> None:
    while True:
        time.sleep(LOOK_EVERY)
        with (
            suppress(OSError, http.client.HTTPException),
            closing(http.client.HTTPConnection(host, port, timeout=10)) as connection,
        ):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                break
    click.echo("\n".join(words))  # in one piece: who waits for the first line reads the others too


@click.command()
def worker() -> None:
    """Run jobs (imports, reports) on this machine, through Redis."""
    from intercoder.jobs.worker import work
    from intercoder.logs import configure_logs

    settings = load_settings()
    if settings.redis_url is None:
        raise Conflict(
            "redis_needed_worker", "A worker needs REDIS_URL. Without Redis, intercoder serve runs the jobs itself."
        )
    configure_logs(settings.log_level)
    database = Database(settings.database_url, pool_size=2)
    schema.require_current(database)
    work(settings.redis_url, database)


@click.command()
@click.option("--no-backup", is_flag=True, help="You have a verified backup of your own.")
def migrate(no_backup: bool) -> None:
    """Bring the database to the state that this program needs. Stop all servers first."""
    settings = load_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    before = schema.current(database)
    if before == schema.head():
        click.echo(f"The database is at revision {before}: nothing to do.")
        return
    if before is not None and not no_backup:
        from intercoder.cli.backup import make_backup

        kept = make_backup(settings, backups_folder(settings), "before-upgrade")
        kept.report()
        click.echo(f"Backed up: {kept.path}")
    upgrade(database)
    database.dispose()
    click.echo(f"The database went from revision {before or 'none'} to {schema.head()}.")
