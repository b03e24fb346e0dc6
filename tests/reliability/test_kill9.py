"""kill -9 of a real server while twenty people write: nothing acknowledged is lost, nothing is stored twice.

`make torture` does the same many times over.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reliability.killing import (
    a_disk,
    everything_is_there_once,
    nothing_was_refused,
    postgresql_killed,
    server_killed,
)
from services_up import Postgres

KILLS = 3


@pytest.fixture
def disk() -> Iterator[Path]:
    with a_disk() as folder:
        yield folder


@pytest.fixture(params=("sqlite", "postgresql"))
def url(request: pytest.FixtureRequest, disk: Path) -> Iterator[str]:
    """An empty database that writes to the disk as a real one does: no setting here is laxer."""
    if request.param == "sqlite":
        yield f"sqlite:///{disk / 'data' / 'intercoder.sqlite3'}"
        return
    with Postgres(fsync=True) as server:
        yield server.create_database("kill")


def test_no_acknowledged_coding_is_lost_or_doubled_when_the_server_is_killed(url: str, disk: Path) -> None:
    blows = server_killed(url, disk, kills=KILLS)
    nothing_was_refused(blows)
    assert blows.writers.broken >= KILLS, "the kills met nobody who was writing"
    everything_is_there_once(url, blows.writers)


def test_no_acknowledged_coding_is_lost_or_doubled_when_postgresql_is_killed(disk: Path) -> None:
    with Postgres(fsync=True) as postgres:
        url = postgres.create_database("kill")
        blows = postgresql_killed(postgres, url, disk, kills=2)
        nothing_was_refused(blows)
        assert blows.writers.broken == 0, "the server itself lives on"
        everything_is_there_once(url, blows.writers)
