"""Backups: made while people write, read back before they are trusted, refused when they are not whole, brought back."""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from intercoder import schema
from intercoder.db import Database
from intercoder.models import Coding
from reliability.serving import Server, Writers, prepare_study
from services_up import Postgres
from templates import Templates


@pytest.fixture(params=("sqlite", "postgresql"))
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server that is not started yet, on an empty database of each kind."""
    data = tmp_path / "data"
    data.mkdir()
    url = f"sqlite:///{data / 'intercoder.sqlite3'}"
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create_database(f"backup_{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:16]}")
    with Server(data, database_url=url) as made:
        yield made


def keys_in(url: str) -> set[tuple[str, str]]:
    database = Database(url)
    try:
        with database.reading() as session:
            return {(str(coder), str(key)) for coder, key in session.execute(sa.select(Coding.coder_id, Coding.key))}
    finally:
        database.dispose()


def test_a_backup_made_while_five_write_holds_what_was_acknowledged_and_comes_back(
    server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = server.environment["DATABASE_URL"]
    database = Database(url)
    schema.upgrade(database)
    study = prepare_study(database, coders=5)
    database.dispose()
    server.start()
    writers = Writers(server.port, study, coders=5, pause=0.05).start()
    writers.wait_for(30)
    before = {(str(a.coder), str(a.key)) for a in list(writers.acknowledged)}
    made = server.run("backup")
    writers.wait_for(10)
    writers.stop()
    assert made.returncode == 0, made.stderr
    assert writers.refusals == []
    kept = Path(made.stdout.strip().splitlines()[-1])
    checked = server.command("verify", str(kept))
    assert checked.returncode == 0, checked.stderr
    server.kill9()

    other = tmp_path / "other"
    if url.startswith("sqlite"):
        target = f"sqlite:///{other / 'intercoder.sqlite3'}"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        target = postgres.create_database(url.rpartition("/")[2] + "_back")
    with Server(other, database_url=target) as restored:
        done = restored.command("restore", str(kept))
        assert done.returncode == 0, done.stderr
        restored.start()
        assert restored.get("/readyz")[0] == 200
    back = keys_in(target)
    assert before <= back
    assert back <= {(str(a.coder), str(a.key)) for a in writers.acknowledged}


@pytest.fixture(scope="module")
def good_backup(tmp_path_factory: pytest.TempPathFactory, sqlite_templates: Templates) -> tuple[Path, str]:
    """The folder of a stopped SQLite server with some codings, and where in it a good backup is."""
    data = tmp_path_factory.mktemp("good") / "data"
    data.mkdir()
    server = Server(data)
    database = sqlite_templates.migrated(data / "intercoder.sqlite3")
    study = prepare_study(database, coders=2)
    database.dispose()
    with server:
        server.start()
        Writers(server.port, study, coders=2, each=10).start().wait()
    made = server.command("backup")
    assert made.returncode == 0, made.stderr
    return data, str(Path(made.stdout.strip()).relative_to(data))


@pytest.fixture
def backed_up(good_backup: tuple[Path, str], tmp_path: Path) -> tuple[Server, Path]:
    """A copy of that server, and its backup."""
    kept, backup = good_backup
    shutil.copytree(kept, tmp_path / "data")
    return Server(tmp_path / "data"), tmp_path / "data" / backup


def reseal(backup: Path) -> None:
    """Write the hash of the changed file into the manifest, as somebody who means harm would."""
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["sha256"] = hashlib.sha256((backup / manifest["file"]).read_bytes()).hexdigest()
    (backup / "manifest.json").write_text(json.dumps(manifest))


def refusal(server: Server, backup: Path) -> str:
    """Return what verify says of a backup that it refuses; restore must refuse it too."""
    done = server.command("verify", str(backup))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    again = server.command("restore", str(backup), "--force")
    assert again.returncode == 1
    return done.stderr


def test_a_damaged_backup_is_refused(backed_up: tuple[Server, Path]) -> None:
    server, backup = backed_up
    copy = backup / "intercoder.sqlite3"
    content = bytearray(copy.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = bytes(4096)
    copy.write_bytes(content)
    assert "not the one that was written" in refusal(server, backup)
    reseal(backup)
    assert "SQLite finds it damaged" in refusal(server, backup)


def test_a_plain_copy_of_the_file_is_no_backup(backed_up: tuple[Server, Path], tmp_path: Path) -> None:
    server, backup = backed_up
    live = server.data / "intercoder.sqlite3"
    connection = sqlite3.connect(live)
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("DELETE FROM coding")  # newest state: only in the write-ahead log, not in the file
    connection.commit()
    folder = tmp_path / "copied"
    folder.mkdir()
    shutil.copy(live, folder / "intercoder.sqlite3")
    connection.close()
    assert "is not a backup made by intercoder backup" in refusal(server, folder)
    shutil.copy(folder / "intercoder.sqlite3", backup / "intercoder.sqlite3")
    assert "not the one that was written" in refusal(server, backup)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        ("DELETE FROM coding WHERE key = (SELECT min(key) FROM coding)", "rows are missing"),
        ("UPDATE event SET detail = '{}' WHERE action = 'coding.created'", "does not follow from the one before it"),
        ("UPDATE coding SET doubt = 1 - doubt", "differs in doubt"),
    ],
)
def test_a_backup_with_changed_rows_is_refused_even_with_a_fitting_hash(
    backed_up: tuple[Server, Path], harm: str, sentence: str
) -> None:
    server, backup = backed_up
    connection = sqlite3.connect(backup / "intercoder.sqlite3")
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    assert connection.execute(harm).rowcount > 0
    connection.commit()
    connection.close()
    reseal(backup)
    assert sentence in refusal(server, backup)


def without_triggers(path: Path, harm: str) -> None:
    """Change a database as somebody does who owns it."""
    with sqlite3.connect(path) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        assert connection.execute(harm).rowcount > 0
    connection.close()


def test_a_log_that_was_changed_in_the_living_database_is_named_everywhere(backed_up: tuple[Server, Path]) -> None:
    server, before = backed_up
    whole = server.command("doctor")
    assert (whole.returncode, "log ok" in whole.stdout) == (0, True), whole.stdout
    without_triggers(server.data / "intercoder.sqlite3", 'UPDATE coding SET start = start + 1, "end" = "end" + 1')
    told = server.command("audit", "verify", "--json")
    assert (told.returncode, [project["found"] for project in json.loads(told.stdout)]) == (1, [40, 0])
    spoken = server.command("audit", "verify", "--lang", "zh_CN")
    assert "与日志不符，字段 start" in spoken.stdout
    sick = server.command("doctor")
    assert (sick.returncode, "log BROKEN" in sick.stdout) == (1, True)
    kept = server.command("backup")
    assert (kept.returncode, "not what its log says" in kept.stderr) == (1, True)
    refused = server.command("verify", kept.stdout.strip())
    assert (refused.returncode, "differs in start" in refused.stderr) == (1, True)
    # What was kept before can still be brought back.
    assert server.command("restore", str(before), "--force").returncode == 0
    assert server.command("audit", "verify").returncode == 0


def test_a_rewritten_log_is_said_at_the_start(backed_up: tuple[Server, Path]) -> None:
    server, _ = backed_up
    head = json.loads(server.command("audit", "verify", "--json").stdout)[0]
    line = {"project": head["id"], "seq": head["seq"], "hash": "0" * 64, "at": "2026-11-27T00:00:00"}
    (server.data / "anchors.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    with server:
        server.start()
        assert "WARNING: the log in the database is not the one" in server.said()
        server.terminate()
    verified = server.command("audit", "verify")
    assert (verified.returncode, "outside the database" in verified.stdout) == (1, True)


def test_nobody_else_reads_the_database_or_its_backups(backed_up: tuple[Server, Path]) -> None:
    server, _ = backed_up
    made = server.command("backup", str(server.data.parent / "elsewhere"))
    assert made.returncode == 0, made.stderr
    folder = Path(made.stdout.strip())
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder.parent, folder, *folder.iterdir())}
    assert modes == {"elsewhere": 0o700, folder.name: 0o700, "intercoder.sqlite3": 0o600, "manifest.json": 0o600}
    assert (server.data / "intercoder.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_dump_is_looked_into_and_the_password_is_in_no_command_line(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.create_database(f"dump_{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:16]}")
    database = Database(url)
    schema.upgrade(database)
    prepare_study(database, coders=1, letters=1000)
    # The real programs, behind ones that write down how they were called.
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (programs / name).write_text(f'#!/bin/sh\necho "$0 $@" >> {tmp_path}/calls\nexec {shutil.which(name)} "$@"\n')
        (programs / name).chmod(0o755)
    known = sa.engine.make_url(url).set(password="s3cret:pass").render_as_string(hide_password=False)
    path = f"{programs}:{os.environ['PATH']}"
    server = Server(tmp_path / "data", database_url=known, PATH=path)
    made = server.command("backup")
    assert made.returncode == 0, made.stderr
    checked = server.command("verify", made.stdout.strip())
    assert (checked.returncode, "whole" in checked.stdout) == (0, True), checked.stderr
    with database.transaction() as session:
        session.execute(sa.text("UPDATE code SET name = 'x' || name"))
    harmed = server.command("backup")
    assert (harmed.returncode, "differs in name" in harmed.stderr) == (1, True)
    with database.reading() as session:
        left = session.scalars(sa.text("SELECT datname FROM pg_database WHERE datname LIKE 'intercoder_verify%'")).all()
    assert left == []
    calls = (tmp_path / "calls").read_text()
    assert "pg_dump" in calls
    assert "s3cret" not in calls
    database.dispose()


def test_restore_sets_the_database_aside_and_never_replaces_one_in_use(backed_up: tuple[Server, Path]) -> None:
    server, backup = backed_up
    url = f"sqlite:///{server.data / 'intercoder.sqlite3'}"
    kept = keys_in(url)
    assert len(kept) == 20
    with server:
        server.start()
        busy = server.command("restore", str(backup), "--force")
        assert busy.returncode == 1
        assert "Another Intercoder server uses" in busy.stderr
        server.terminate()
    with sqlite3.connect(server.data / "intercoder.sqlite3") as connection:
        connection.execute("DELETE FROM coding")
    connection.close()
    careful = server.command("restore", str(backup))
    assert careful.returncode == 1
    assert "use --force to set it aside" in careful.stderr
    forced = server.command("restore", str(backup), "--force")
    assert forced.returncode == 0, forced.stderr
    assert keys_in(url) == kept
    (aside,) = [p for p in server.data.glob("*before-restore*") if p.suffix not in {"-wal", "-shm"}]
    assert keys_in(f"sqlite:///{aside}") == set()
