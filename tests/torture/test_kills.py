"""Twenty blows where the suite has three: the server, PostgreSQL and Redis are killed while twenty people write."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from reliability.killing import (
    WRITES,
    Blows,
    a_disk,
    everything_is_there_once,
    fill,
    nothing_was_refused,
    postgresql_killed,
    server_killed,
)
from reliability.serving import Server, Writers
from services_up import Postgres, Redis
from torture.conftest import Figure

KILLS = 20


@pytest.fixture
def disk() -> Iterator[Path]:
    with a_disk() as folder:
        yield folder


def note(figure: Figure, blows: Blows) -> None:
    figure("kills", len(blows.seen))
    figure("codings acknowledged", len(blows.writers.acknowledged))
    figure("of them missing, doubled or wrong afterwards", 0)  # asserted before
    figure("requests whose connection broke", blows.writers.broken)
    figure("answers 503 (try again)", blows.writers.statuses[503])
    figure("seconds until the next acknowledgement, median", median(blows.recovery))
    figure("seconds until the next acknowledgement, longest", max(blows.recovery))


def test_the_server_is_killed_on_sqlite(disk: Path, figure: Figure) -> None:
    url = f"sqlite:///{disk / 'data' / 'intercoder.sqlite3'}"
    blows = server_killed(url, disk, kills=KILLS)
    nothing_was_refused(blows)
    everything_is_there_once(url, blows.writers)
    note(figure, blows)


def test_the_server_is_killed_on_postgresql(disk: Path, figure: Figure) -> None:
    with Postgres(fsync=True) as postgres:
        url = postgres.create_database("kill")
        blows = server_killed(url, disk, kills=KILLS)
        nothing_was_refused(blows)
        everything_is_there_once(url, blows.writers)
    note(figure, blows)


def test_postgresql_is_killed_under_the_server(disk: Path, figure: Figure) -> None:
    with Postgres(fsync=True) as postgres:
        url = postgres.create_database("kill")
        blows = postgresql_killed(postgres, url, disk, kills=KILLS // 2)
        nothing_was_refused(blows)
        assert blows.writers.broken == 0
        everything_is_there_once(url, blows.writers)
    note(figure, blows)


def test_redis_is_killed_under_the_server_and_nobody_who_writes_hears_of_it(disk: Path, figure: Figure) -> None:
    with Postgres(fsync=True) as postgres, Redis() as redis:
        url = postgres.create_database("kill")
        study = fill(url)
        with Server(disk / "data", database_url=url, redis_url=redis.url) as server:
            writers = Writers(server.start().port, study).start()
            for _ in range(KILLS // 2):
                writers.wait_for(WRITES)
                redis.kill9()
                writers.wait_for(WRITES)  # with nothing there
                redis.restart()
            writers.wait_for(WRITES)
            writers.stop()
        assert writers.refusals == []
        assert set(writers.statuses) == {201}, "a write failed because Redis was away"
        assert writers.broken == 0
        everything_is_there_once(url, writers)
    figure("kills", KILLS // 2)
    figure("codings acknowledged", len(writers.acknowledged))
    figure("requests that failed", 0)
