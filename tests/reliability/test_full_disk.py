"""A disk that is full while coders write: a refusal that says so and when to try again, and nothing that was taken is lost."""

import resource
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from intercoder import schema
from intercoder.db import Database
from intercoder.models import Coding
from reliability.serving import PROGRAM, Person, Server, group_of, prepare_study
from templates import Templates
from waiting import PATIENCE

UNLIMITED = resource.RLIM_INFINITY


def limit(server: Server, size: int) -> None:
    """Let no file of the server's processes grow beyond a size: to them it is a full disk."""
    assert server.process is not None
    for process in group_of(server.process.pid):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, UNLIMITED))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
def test_a_full_disk_is_a_refusal_with_a_time_and_costs_no_coding(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    url = f"sqlite:///{data / 'intercoder.sqlite3'}"
    database = Database(url)
    schema.upgrade(database)
    study = prepare_study(database, coders=1, letters=2000)
    database.dispose()
    token = next(iter(study.tokens.values()))
    taken: list[str] = []
    with Server(data, database_url=url) as server:
        server.start()
        person = Person(server.port, token)

        def code() -> tuple[int, dict[str, object]]:
            key = str(uuid4())
            body = {"code": str(study.codes[0]), "start": 3, "end": 9, "memo": "", "doubt": False}
            status, answer = person.send("PUT", f"{study.path}/codings/{key}", body)
            if status in {200, 201}:
                taken.append(key)
            return status, answer

        assert code()[0] == 201
        limit(server, (data / "intercoder.sqlite3-wal").stat().st_size + 30_000)
        answers = [code() for _ in range(30)]
        refused = [(status, answer["code"]) for status, answer in answers if status >= 400]
        assert refused
        assert set(refused) == {(507, "disk_full")}
        assert "Traceback" not in server.said()
        limit(server, UNLIMITED)
        assert code()[0] == 201
        person.close()
        server.kill9()
    database = Database(url)
    with database.reading() as session:
        stored = {str(key) for key in session.scalars(sa.select(Coding.key))}
    database.dispose()
    assert stored == set(taken)


SMALL_DISK = """
mount -t tmpfs -o size=64k none "$1" || exit 77
shift
exec "$@"
"""


def test_a_backup_on_a_full_disk_says_so_and_leaves_nothing_behind(tmp_path: Path, sqlite_templates: Templates) -> None:
    data, folder = tmp_path / "data", tmp_path / "backups"
    data.mkdir()
    folder.mkdir()
    database = sqlite_templates.migrated(data / "intercoder.sqlite3")
    database.dispose()
    server = Server(data)
    # A disk of its own, which only this process sees.
    apart = ["unshare", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, "sh", str(folder)]
    leaves = f'"{PROGRAM}" backup "{folder}"; status=$?; ls -A "{folder}"; exit $status'
    done = subprocess.run(
        [*apart, "sh", "-c", leaves],
        capture_output=True,
        text=True,
        env=server.environment,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip(f"this system lets nobody mount a disk of their own: {done.stderr.strip()}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("intercoder: There is no room for a backup in")
    assert "Make room, or name another folder." in done.stderr
