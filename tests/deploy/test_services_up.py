"""The throw-away servers of the test suite: they start, survive a kill, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa

import services_up
from services_up import Postgres, Redis
from waiting import PATIENCE, until


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run one statement on a connection of its own and return what came back."""
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            result = connection.execute(sa.text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def processes_in(folder: str) -> list[str]:
    """Return the command lines of the running processes that work in ``folder``, even if it was removed."""
    running = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            # The folder, not the command line: servers rewrite their own titles.
            if str((process / "cwd").readlink()).startswith(folder):
                running.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return running


def is_gone(folder: str) -> bool:
    return not Path(folder).exists() and not processes_in(folder)


def test_a_database_is_created_empty_and_reached_by_its_address(postgres: Postgres) -> None:
    url = postgres.create_database("first")
    assert url.startswith("postgresql+psycopg://")
    assert rows(url, "select current_database()") == [("first",)]
    assert rows(url, "select count(*) from information_schema.tables where table_schema = 'public'") == [(0,)]


def test_text_is_utf8_and_sorts_by_code_point(postgres: Postgres) -> None:
    url = postgres.create_database("texts")
    assert rows(url, "show server_encoding") == [("UTF8",)]
    in_order = rows(url, "select x from (values ('b'), ('𠮷'), ('Z'), ('编')) as t(x) order by x")
    assert in_order == [("Z",), ("b",), ("编",), ("𠮷",)]


def test_postgres_syncs_to_disk_unless_told_otherwise(postgres: Postgres) -> None:
    assert rows(postgres.url("postgres"), "show fsync") == [("on",)]
    with Postgres(fsync=False) as fast:
        assert rows(fast.url("postgres"), "show fsync") == [("off",)]


def test_what_postgres_committed_survives_a_kill_and_a_restart(postgres: Postgres) -> None:
    url = postgres.create_database("durable")
    rows(url, "create table note (text varchar)")
    rows(url, "insert into note values ('kept')")
    before = postgres.pid
    postgres.kill9()
    with pytest.raises(sa.exc.OperationalError):
        rows(url, "select 1")
    postgres.restart()
    assert postgres.pid != before
    assert rows(url, "select text from note") == [("kept",)]


def test_postgres_listens_on_the_loopback_address_only(postgres: Postgres) -> None:
    assert rows(postgres.url("postgres"), "show listen_addresses") == [("127.0.0.1",)]


def test_redis_answers_and_forgets_all_when_killed() -> None:
    with Redis() as server, redis.Redis.from_url(server.url) as client:
        assert client.set("key", "value")
        assert client.config_get("bind")["bind"] == "127.0.0.1"
        assert client.config_get("save")["save"] == ""
        server.kill9()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        server.restart()
        assert client.get("key") is None


@pytest.mark.parametrize("kind", [Postgres, Redis])
def test_a_stopped_server_leaves_no_process_and_no_folder(kind: type[Postgres] | type[Redis]) -> None:
    with kind() as server:
        assert processes_in(str(server.folder))
    assert processes_in(str(server.folder)) == []
    assert not server.folder.exists()
    server.stop()  # harmless when repeated


@pytest.mark.parametrize("kind", [Postgres, Redis])
def test_a_killed_server_leaves_no_process_and_no_folder(kind: type[Postgres] | type[Redis]) -> None:
    with kind() as server:
        server.kill9()
        assert processes_in(str(server.folder)) == []
    assert not server.folder.exists()


@pytest.mark.parametrize(
    "how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, None], ids=["ctrl-c", "kill", "kill -9", "forgotten"]
)
def test_servers_end_with_the_program_that_started_them(how: signal.Signals | None) -> None:
    program = textwrap.dedent("""
        import signal
        from services_up import Postgres, Redis
        # A suite that runs in the background hands down that SIGINT is ignored; this program stands for one that does not.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        postgres, redis = Postgres(fsync=False), Redis()
        print(postgres.folder, redis.folder, flush=True)
        if input() == "wait":
            print("waiting", flush=True)
            input()
    """)
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(services_up.__file__).parent)},
    )
    with child:
        assert child.stdin
        assert child.stdout
        folders = child.stdout.readline().split()
        assert len(folders) == 2
        child.stdin.write("wait\n" if how else "go\n")
        child.stdin.flush()
        if how:
            assert child.stdout.readline() == "waiting\n"
            child.send_signal(how)
        child.wait(PATIENCE)
    for folder in folders:
        until(partial(is_gone, folder), f"{folder} is still there")


def test_a_missing_program_is_one_sentence_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(services_up, "DEBIAN_POSTGRES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="install the package 'redis-server'") as no_redis:
        Redis()
    with pytest.raises(RuntimeError, match="install the package 'postgresql'") as no_postgres:
        Postgres()
    for refusal in (no_redis, no_postgres):
        assert len(str(refusal.value).splitlines()) == 1


def test_free_port_gives_a_port_that_can_be_used() -> None:
    with Redis() as server:
        assert services_up.free_port() != server.port
