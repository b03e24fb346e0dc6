"""kill -9 of what serves while twenty people write, and what must be true afterwards: for the suite and for `make torture`."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from intercoder import events, schema
from intercoder.db import Database
from intercoder.models import Coding, Event
from reliability.serving import Server, Study, Writers, prepare_study
from services_up import Postgres
from waiting import a_moment, until

WRITES = 40  #: acknowledged codings between two blows
PAUSE = 0.02  #: seconds between two of one writer: twenty of them keep the server at work all the same


@contextmanager
def a_disk() -> Iterator[Path]:
    """Give a folder on a disk: those of other tests may lie in memory."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        disk = Path(folder)
        (disk / "data").mkdir()
        yield disk


def fill(url: str, *, coders: int = 20) -> Study:
    """Migrate an empty database and return the study in it."""
    database = Database(url)
    schema.upgrade(database)
    study = prepare_study(database, coders)
    database.dispose()
    return study


@dataclass
class Blows:
    """What the writers saw of a number of blows."""

    writers: Writers
    seen: list[int] = field(default_factory=list)  #: codings that were acknowledged when each fell
    recovery: list[float] = field(default_factory=list)  #: seconds until the next acknowledgement
    log: str = ""


def server_killed(url: str, disk: Path, *, kills: int) -> Blows:
    """Kill the server's whole process group ``kills`` times while twenty people write."""
    study = fill(url)
    with Server(disk / "data", database_url=url) as server:
        server.start()
        blows = Blows(Writers(server.port, study, pause=PAUSE).start())
        writers = blows.writers
        for _ in range(kills):
            writers.wait_for(WRITES)  # everybody is at work when the blow comes
            a_moment(most=0.3)
            server.kill9()
            fallen = time.perf_counter()
            blows.seen.append(len(writers.acknowledged))
            server.start()
            writers.wait_for(1)
            blows.recovery.append(time.perf_counter() - fallen)
        writers.wait_for(WRITES)
        writers.stop()
        blows.log = server.said()
    return blows


def postgresql_killed(postgres: Postgres, url: str, disk: Path, *, kills: int) -> Blows:
    """Kill PostgreSQL ``kills`` times under a server that lives on."""
    study = fill(url)
    with Server(disk / "data", database_url=url) as server:
        server.start()
        blows = Blows(Writers(server.port, study, pause=PAUSE).start())
        writers = blows.writers
        for _ in range(kills):
            writers.wait_for(WRITES)
            before = writers.statuses[503]
            blows.seen.append(len(writers.acknowledged))
            postgres.kill9()
            fallen = time.perf_counter()
            until(partial(_told_to_try_again, writers, before), "the kill met nobody who was writing")
            postgres.restart()
            writers.wait_for(1)
            blows.recovery.append(time.perf_counter() - fallen)
        writers.wait_for(WRITES)
        writers.stop()
        blows.log = server.said()
    return blows


def _told_to_try_again(writers: Writers, before: int) -> bool:
    return writers.statuses[503] > before


def nothing_was_refused(blows: Blows) -> None:
    """Assert that nobody was told anything but "stored" and "try again"."""
    writers = blows.writers
    assert writers.refusals == []
    assert set(writers.statuses) <= {200, 201, 503}
    assert blows.seen == sorted(blows.seen)
    assert blows.seen[-1] >= len(blows.seen) * WRITES
    assert "database is locked" not in blows.log


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
