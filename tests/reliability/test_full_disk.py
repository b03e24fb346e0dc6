"""A disk that is full while coders write: a refusal that says so and when to try again, and nothing that was taken is lost."""

import resource
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from intercoder import schema
from intercoder.db import Database
from intercoder.models import Coding
from reliability.serving import Person, Server, group_of, prepare_study

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
