"""kill -9 of a real server while twenty people write: nothing acknowledged is lost, nothing is stored twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

from intercoder import events, schema
from intercoder.db import Database
from intercoder.models import Coding, Event
from reliability.serving import Server, Writers, prepare_study
from services_up import Postgres
from waiting import a_moment, until

KILLS = 3
WRITES = 40  # between two of them


@pytest.fixture
def disk() -> Iterator[Path]:
    """A folder on a disk: those of other tests may lie in memory."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


@pytest.fixture(params=("sqlite", "postgresql"))
def url(request: pytest.FixtureRequest, disk: Path) -> Iterator[str]:
    """An empty database that writes to the disk as a real one does: no setting here is laxer."""
    if request.param == "sqlite":
        yield f"sqlite:///{disk / 'data' / 'intercoder.sqlite3'}"
        return
    with Postgres(fsync=True) as server:
        yield server.create_database("kill")


def test_no_acknowledged_coding_is_lost_or_doubled_when_the_server_is_killed(url: str, disk: Path) -> None:
    (disk / "data").mkdir()
    database = Database(url)
    schema.upgrade(database)
    study = prepare_study(database)
    database.dispose()

    seen: list[int] = []
    with Server(disk / "data", database_url=url) as server:
        server.start()
        writers = Writers(server.port, study).start()
        for _ in range(KILLS):
            writers.wait_for(WRITES)  # everybody is at work when the blow comes
            a_moment(most=0.3)
            server.kill9()
            seen.append(len(writers.acknowledged))
            server.start()
        writers.wait_for(WRITES)
        writers.stop()
        log = server.said()

    assert writers.refusals == []
    assert set(writers.statuses) <= {200, 201, 503}
    assert seen == sorted(seen)
    assert seen[-1] >= KILLS * WRITES
    assert writers.broken >= KILLS, "the kills met nobody who was writing"
    assert "database is locked" not in log

    everything_is_there_once(url, writers)


def test_no_acknowledged_coding_is_lost_or_doubled_when_postgresql_is_killed(disk: Path) -> None:
    (disk / "data").mkdir()
    with Postgres(fsync=True) as postgres:
        url = postgres.create_database("kill")
        database = Database(url)
        schema.upgrade(database)
        study = prepare_study(database)
        database.dispose()
        with Server(disk / "data", database_url=url) as server:
            server.start()
            writers = Writers(server.port, study).start()
            for _ in range(2):
                writers.wait_for(WRITES)
                writers.statuses.pop(503, None)
                postgres.kill9()
                until(lambda: writers.statuses[503], "the kill met nobody who was writing")
                postgres.restart()
            writers.wait_for(WRITES)
            writers.stop()
        assert writers.refusals == []
        assert set(writers.statuses) <= {200, 201, 503}
        assert writers.broken == 0, "the server itself lives on"
        everything_is_there_once(url, writers)


def everything_is_there_once(url: str, writers: Writers) -> None:
    """Compare what was acknowledged with what is stored, coding by coding, and follow every chain of the log."""
    database = Database(url)
    with database.reading() as session:
        stored = {(c.coder_id, c.key): c for c in session.scalars(sa.select(Coding))}
        rows = session.scalars(sa.select(Event).order_by(Event.stream, Event.seq)).all()
        created = Counter((e.actor_id, e.subject_id) for e in rows if e.action == "coding.created")
    database.dispose()
    for a in writers.acknowledged:
        kept = stored.get((a.coder, a.key))
        assert kept is not None, "an acknowledged coding is missing"
        assert (str(kept.code_id), kept.start, kept.end) == (a.body["code"], a.body["start"], a.body["end"])
    # Everybody finished the coding at hand, so what is stored is what was acknowledged, each under one key.
    assert len(stored) == len(writers.acknowledged) == len({(a.coder, a.key) for a in writers.acknowledged})
    assert created == Counter(dict.fromkeys(stored, 1))
    for stream in {e.stream for e in rows}:
        assert events.first_break([e for e in rows if e.stream == stream]) is None
