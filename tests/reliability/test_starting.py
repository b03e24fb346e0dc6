"""Starting, refusing to start, and stopping: a real server process each time."""

import http.client
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from cast import PASSWORD, make_cast
from intercoder import schema
from intercoder.db import Database
from intercoder.models import User
from reliability.serving import Server, Stream, next_release, prepare_study
from services_up import LOOPBACK, Postgres
from waiting import PATIENCE, until


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a server."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def sqlite_url(data: Path) -> str:
    return f"sqlite:///{data / 'intercoder.sqlite3'}"


def people_in(url: str) -> int:
    database = Database(url)
    try:
        with database.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(User)) or 0
    finally:
        database.dispose()


def fill(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    make_cast(database)
    database.dispose()


def test_a_taken_port_is_refused_with_a_sentence(data: Path) -> None:
    server = Server(data)
    with socket.socket() as other:
        other.bind((LOOPBACK, server.port))
        other.listen()
        done = server.command("serve")
    assert done.returncode == 1
    assert f"Port {server.port} of 127.0.0.1 cannot be used" in done.stderr
    assert f"--port {server.port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_says_that_it_serves_when_it_does(data: Path) -> None:
    with Server(data) as server:
        server.start(wait=False)
        until(lambda: "Intercoder serves" in server.said(), server.said, alive=server.processes)
        assert server.get("/readyz")[0] == 200


def test_a_second_server_on_one_sqlite_file_refuses_and_the_first_goes_on(data: Path) -> None:
    with Server(data) as first:
        first.start()
        done = Server(data).command("serve")
        assert done.returncode == 1
        assert "Another Intercoder server uses" in done.stderr
        assert "Traceback" not in done.stderr
        assert first.get("/readyz")[0] == 200
    with Server(data) as third:  # the claim of a killed server is free at once
        third.start()


#: what a server that was started before needs for its first answer is seen by whether these are loaded: each is needed
#: later, by some, and takes a twentieth of the start or of the memory or more
LATER = (
    *("numpy", "scipy", "krippendorff", "alembic", "redis", "rq", "psycopg", "sqlalchemy.dialects.postgresql"),
    *("rich", "pypinyin", "zxcvbn", "lxml", "pypdfium2", "chardet", "babel", "typst", "python_calamine"),
    *(
        "pydantic",
        "argon2",
        "ssl",
        "greenlet",
        "anyio",
        "flask_login.test_client",
        "pdb",
        "smtplib",
        "intercoder.mailing",
    ),
    *("flask_wtf", "wtforms", "intercoder.text.transcripts", "intercoder.jobs.handlers", "intercoder.reports.figures"),
    *(
        "intercoder.cli.backup",
        "intercoder.services.audit",
        "intercoder.models.comparison",
        "intercoder.models.theory",
        "intercoder.models.whole",
        "intercoder.events.rounds",
        "intercoder.events.reading",
        "intercoder.text.readers.docx",
        "intercoder.text.readers.pdf",
    ),
)
FIRST_ANSWER = """
import sys
from intercoder.cli import main
assert main.get_command(None, "serve")
from intercoder.cli import serve
settings = serve.settings_of()
serve.prepare(settings)
from intercoder.db import Database
from intercoder.services import accounts
base = Database(settings.database_url)
with base.transaction() as session:
    assert accounts.make_setup_link(session)
base.dispose()
application, *_ = serve.serving()
from werkzeug.test import create_environ
said = []
content = application(settings).flask(create_environ("/healthz", "http://127.0.0.1"), lambda *head: said.append(head[0]))
assert said == ["200 OK"], (said, *content)
from intercoder.models import Base
configured = [mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.configured]
assert not configured, configured
from intercoder.web.views import table
views = [route.module for route in table() if "intercoder.web." + route.module in sys.modules]
assert set(views) == {"health"}, views
print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.sqlite
def test_a_start_loads_and_builds_nothing_that_only_later_is_needed(data: Path, database_url: str) -> None:
    environment = Server(data, database_url=database_url).environment
    command = [sys.executable, "-c", FIRST_ANSWER]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "sqlalchemy" in loaded
    assert [name for name in LATER if name in loaded] == []


#: what a server that has loaded no TLS has when it sends its first mail, and when it opens its queue
FIRST_MAIL = """
import sys
from intercoder.cli import main
assert main.get_command(None, "serve")
from intercoder.cli import serve
serve.serving()
assert "ssl" not in sys.modules
from intercoder import mailing
assert mailing.ssl.create_default_context().verify_mode is mailing.ssl.CERT_REQUIRED
assert mailing.smtplib.SMTP_SSL and sys.modules["ssl"] is mailing.ssl
import redis
assert redis.SSLConnection(host="localhost").cert_reqs is mailing.ssl.CERT_REQUIRED
"""


def test_mail_and_redis_have_tls_in_a_server_that_has_loaded_none() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_MAIL], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr


def test_several_web_processes_on_sqlite_are_refused(data: Path) -> None:
    done = Server(data, WEB_WORKERS="2").command("serve")
    assert done.returncode == 1
    assert "SQLite serves one web process" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_older_sqlite_database_is_backed_up_verified_and_upgraded(data: Path, tmp_path: Path) -> None:
    fill(sqlite_url(data))
    before = people_in(sqlite_url(data))
    with Server(data, source=next_release(tmp_path)) as newer:
        newer.start()
        assert "backed up in" in newer.said()
        (kept,) = (data / "backups").iterdir()
        checked = newer.run("verify", str(kept))
        assert checked.returncode == 0, checked.stderr
        assert newer.get("/readyz")[0] == 200
    assert people_in(sqlite_url(data)) == before
    assert people_in(f"sqlite:///{kept / 'intercoder.sqlite3'}") == before
    with sqlite3.connect(data / "intercoder.sqlite3") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("next",)]
        assert "of_the_next_release" in [row[1] for row in connection.execute("PRAGMA table_info(project)")]
    connection.close()


def test_a_newer_database_is_refused_by_an_older_program(data: Path, tmp_path: Path) -> None:
    newer = next_release(tmp_path)
    assert Server(data, source=newer).run("migrate").returncode == 0
    done = Server(data).command("serve")
    assert done.returncode == 1
    assert "revision next, which this program does not know" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_older_postgresql_database_is_refused_until_it_is_migrated(
    data: Path, tmp_path: Path, postgres: Postgres
) -> None:
    url = postgres.create_database(f"older_{tmp_path.name}".lower().replace("-", "_"))
    fill(url)
    with Server(data, database_url=url, source=next_release(tmp_path)) as newer:
        refused = newer.run("serve")
        assert refused.returncode == 1
        assert "intercoder migrate" in refused.stderr
        assert "Traceback" not in refused.stderr
        migrated = newer.run("migrate")
        assert migrated.returncode == 0, migrated.stderr
        assert "Backed up: " in migrated.stdout
        newer.start()
        assert newer.get("/readyz")[0] == 200
    assert people_in(url) == 7


def test_the_set_up_link_is_printed_and_works_once(data: Path) -> None:
    with Server(data) as server:
        server.start()
        link = re.search(rf"http://127\.0\.0\.1:{server.port}(/setup/\S+)", server.said())
        assert link is not None
        connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=PATIENCE)
        connection.request("GET", link[1])
        page = connection.getresponse()
        cookie = str(page.headers["Set-Cookie"]).partition(";")[0]
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
        assert token is not None
        form = {
            "csrf_token": token[1],
            "name": "Lena",
            "email": "lena@study.example",
            "password": PASSWORD,
            "password2": PASSWORD,
            "project": "九案例",
            "material": "zh",
        }
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        for expected in (302, 410):
            connection.request("POST", link[1], urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == expected
        connection.close()
        assert server.get(link[1])[0] == 410
    assert people_in(sqlite_url(data)) == 1
    with Server(data) as again:
        again.start()
        assert "/setup/" not in again.said()


def test_a_server_that_is_asked_to_stop_says_goodbye_to_open_pages_and_ends(data: Path) -> None:
    database = Database(sqlite_url(data))
    schema.upgrade(database)
    study = prepare_study(database, coders=2)
    database.dispose()
    with Server(data) as server, ExitStack() as left:
        server.start()
        pages = [left.enter_context(Stream(server.port, t, study.project)) for t in study.tokens.values()]
        assert [page.next_of("hello") for page in pages] == [{}, {}]
        assert server.terminate() == 0
        assert [page.next_of("bye") for page in pages] == [{}, {}]
        assert all(page.ended.wait(PATIENCE) for page in pages)
    with Server(data) as again:
        again.start()
