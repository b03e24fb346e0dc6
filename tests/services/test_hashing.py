"""Hashes of passwords: two at a time, others in a queue that ends, and nobody learns which account there is."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from intercoder.errors import Unavailable
from intercoder.services import hashing
from waiting import PATIENCE, until


class Work:
    """Slow work that ends when the test says so, and counts who is at it."""

    def __init__(self) -> None:
        self.running = self.most = self.begun = 0
        self.end = threading.Event()
        self._lock = threading.Lock()

    def __call__(self) -> bool:
        with self._lock:
            self.running += 1
            self.begun += 1
            self.most = max(self.most, self.running)
        self.end.wait()
        with self._lock:
            self.running -= 1
        return True


@pytest.mark.parametrize(("at_once", "waiting"), [(1, 1), (2, 3), (2, 0)])
def test_no_more_run_at_once_and_whoever_finds_the_queue_full_is_refused_at_once(at_once: int, waiting: int) -> None:
    queue, work = hashing.Queue(at_once=at_once, waiting=waiting), Work()
    with ThreadPoolExecutor(at_once + waiting) as people:
        inside = [people.submit(queue.run, work, PATIENCE) for _ in range(at_once + waiting)]
        until(lambda: work.running == at_once, "nobody works")
        until(lambda: _is_full(queue), "the queue does not fill")
        with pytest.raises(Unavailable, match="try again in 5 seconds") as refused:
            queue.run(work)
        assert refused.value.values["seconds"] == 5
        work.end.set()
        assert all(turn.result() for turn in inside)
    assert (work.most, work.begun) == (at_once, at_once + waiting)
    assert queue.run(lambda: "the next one"), "the places are given back"


def _is_full(queue: hashing.Queue) -> bool:
    try:
        return queue.run(lambda: False)
    except Unavailable:
        return True


def test_whoever_waits_too_long_is_refused_and_not_run_later() -> None:
    queue, work, late = hashing.Queue(at_once=1, waiting=1), Work(), Work()
    late.end.set()
    with ThreadPoolExecutor(1) as people:
        first = people.submit(queue.run, work, PATIENCE)
        until(lambda: work.running == 1, "nobody works")
        assert _refused(lambda: queue.run(late, 0))
        work.end.set()
        assert first.result()
    until(lambda: queue.run(lambda: True), "the place is not given back")
    assert late.begun == 0


def _refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except Unavailable:
        return True
    return False


def test_a_hash_is_of_its_password_only_and_nobodys_hash_is_of_none() -> None:
    kept = hashing.make_hash("four quiet herons stand")
    assert hashing.matches(kept, "four quiet herons stand")
    for wrong in ("four quiet herons stand ", "", "四只安静的鹭"):
        assert not hashing.matches(kept, wrong)
        assert not hashing.matches(None, wrong)
    assert not hashing.matches("damaged", "four quiet herons stand")


def test_looking_for_nobody_costs_what_looking_for_somebody_costs() -> None:
    def cost(kept: str) -> str:
        return kept.rsplit("$", 2)[0]

    assert cost(hashing._nobodys_hash()) == cost(hashing.make_hash("four quiet herons stand"))
    assert len(hashing._nobodys_hash()) == len(hashing.make_hash("four quiet herons stand"))


def test_where_a_sandbox_lets_nobody_stand_back_passwords_are_looked_at_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forbidden(*_: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.setpriority", forbidden)
    assert hashing.Queue().run(lambda: "looked at") == "looked at"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_process_that_was_forked_after_a_hash_hashes_too() -> None:
    program = (
        "import os; from intercoder.services.hashing import make_hash\n"
        "make_hash('four quiet herons stand')\n"
        "child = os.fork()\n"
        "if not child: make_hash('four quiet herons sail'); os._exit(0)\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
