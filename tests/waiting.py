"""Waiting for what other threads and processes do: one bound for all, which only something dead or wrong reaches.

A test that fails because the machine was busy says nothing, so no test has a bound of its own
(tests/deploy/test_waiting.py looks). Whoever works on a page and wants to see it fail soon: PATIENCE=10 pytest ...
"""

import os
import random
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

PATIENCE = float(os.environ.get("PATIENCE") or 180)  # seconds; on an idle machine nothing takes more than ten

#: what a page may take to show something, in milliseconds; less, because in a page what is wrong looks like what is late
PATIENCE_WITH_A_PAGE = PATIENCE / 3 * 1000

T = TypeVar("T")


class Process(Protocol):
    """Another process, as ``Popen`` tells of it."""

    pid: int
    returncode: int | Any

    @property
    def args(self) -> Any:
        """The command."""

    def poll(self) -> int | None:
        """Return its exit status, None while it lives."""

    def wait(self, timeout: float | None = ...) -> int:
        """Wait until it has ended and return its exit status."""

    def terminate(self) -> None:
        """Ask it to end."""


def until(
    happened: Callable[[], T | None],
    what: str | Callable[[], str],
    *,
    alive: Iterable[Process] = (),
    pause: float = 0.02,
) -> T:
    """Return the first true answer of ``happened``; RuntimeError when it never comes.

    ``what`` names it, or returns the last words of the program that should have made it happen. A process of
    ``alive`` that ends meanwhile ends the waiting at once: nothing is to be expected from it any more.
    """
    given_up = time.monotonic() + PATIENCE
    while not (answer := happened()):
        words = what if isinstance(what, str) else what()
        for process in alive:
            if process.poll() is not None:
                raise RuntimeError(f"{_command(process)} ended with {process.returncode}: {words}")
        if time.monotonic() > given_up:
            raise RuntimeError(f"not in {PATIENCE:.0f} s: {words}")
        time.sleep(pause)
    return answer


def a_moment(*, least: float = 0.0, most: float) -> None:
    """Let some time go by, never the same: for blows that must not always fall on the same instruction."""
    time.sleep(random.uniform(least, most))


def _command(process: Process) -> str:
    command = process.args
    return command if isinstance(command, str) else " ".join(map(str, command)) if isinstance(command, list) else "it"
