"""Heavy jobs have a process of their own, which ends some time after its work, with its parent, and when it is asked to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.config import Settings
from intercoder.events import Hint, LocalBus
from intercoder.jobs.runner import LocalExecutor
from intercoder.models import AgreementReport, Job, JobState
from intercoder.policy import Permission
from intercoder.services import rounds
from waiting import until

PARENT = """
import sys, time
from intercoder.db import Database
from intercoder.jobs.runner import LocalExecutor
LocalExecutor(Database(sys.argv[1])).start()
time.sleep(600)
"""


def close(cast: Cast, round_id: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.close_round(session, access)


def children(parent: int) -> list[int]:
    """Return the heavy jobs' processes of a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            words = stat.read_text(errors="replace").rpartition(")")[2].split()
            command = stat.with_name("cmdline").read_bytes()
            if int(words[1]) == parent and words[0] != "Z" and b"intercoder.jobs.child" in command:
                found.append(int(stat.parent.name))
    return found


def lives(process: int) -> bool:
    return Path(f"/proc/{process}/cmdline").exists() and bool(Path(f"/proc/{process}/cmdline").read_bytes())


def job(cast: Cast) -> Job:
    """Return the newest job."""
    with cast.database.reading() as session:
        return session.scalars(sa.select(Job).order_by(Job.created_at.desc())).all()[0]


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return {"DATABASE_URL": settings.database_url, "INTERCODER_DATA": str(settings.data), "REDIS_URL": ""}


@contextmanager
def running(cast: Cast, environment: dict[str, str], *, rest: float) -> Iterator[LocalExecutor]:
    executor = LocalExecutor(cast.database, environment, rest=rest)
    cast.database.hooks["wake"] = executor.wake
    executor.start()
    try:
        yield executor
    finally:
        executor.stop()


def test_a_round_is_compared_in_a_process_that_ends_and_pages_hear_of_it(
    cast: Cast, environment: dict[str, str]
) -> None:
    heard: list[Hint] = []
    bus = cast.database.hooks["bus"]
    assert isinstance(bus, LocalBus)
    bus.listen(heard.append)
    round_id = cast.coded_round()
    with running(cast, environment, rest=0):
        close(cast, round_id)
        until(lambda: children(os.getpid()), "no child was started")
        until(lambda: job(cast).state.ended, "the job did not end")
        until(lambda: not children(os.getpid()), "the child did not end")
    assert job(cast).state is JobState.DONE
    assert {hint.topic for hint in heard} >= {"job", "report"}
    with cast.database.reading() as session:
        assert session.scalars(sa.select(AgreementReport.round_id)).all() == [round_id]


def test_what_is_asked_for_while_the_process_waits_for_more_is_done_by_it_and_the_end_of_the_server_is_its_end(
    cast: Cast, environment: dict[str, str]
) -> None:
    def compared_by() -> int:
        close(cast, cast.coded_round())
        until(lambda: job(cast).state.ended, "the job did not end")
        assert job(cast).state is JobState.DONE
        (worker,) = children(os.getpid())
        return worker

    with running(cast, environment, rest=600):
        first = compared_by()
        assert compared_by() == first
        os.kill(first, signal.SIGKILL)
        until(lambda: not children(os.getpid()), "the child did not end")
        last = compared_by()
    assert not lives(last)


@pytest.mark.sqlite
def test_a_server_that_is_killed_leaves_no_child_and_the_job_is_done_by_the_next(
    cast: Cast, environment: dict[str, str]
) -> None:
    close(cast, cast.coded_round())
    command = [sys.executable, "-c", PARENT, environment["DATABASE_URL"]]
    parent = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        (child,) = until(lambda: children(parent.pid), "no child was started", alive=[parent])
        assert os.getpgid(child) != os.getpgid(parent.pid)  # Ctrl-C reaches its parent alone
        assert lives(child)
    finally:
        parent.kill()
        parent.wait()
    until(lambda: not lives(child), "the child outlived its parent")
    with cast.database.transaction() as session:
        session.scalars(sa.select(Job)).one().lease_until = None
        session.scalars(sa.select(Job)).one().state = JobState.QUEUED  # half a minute later
    with running(cast, environment, rest=0):
        until(lambda: job(cast).state.ended, "the job did not end")
    assert job(cast).state is JobState.DONE
