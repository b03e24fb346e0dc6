"""Servers for the tests of pages: forked from a process that has the program loaded, see ``loaded``."""

import atexit
import json
import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

from browser.loaded import Order
from outbound.run import also
from reliability import serving
from waiting import until

TESTS = Path(__file__).resolve().parents[1]


class Forked:
    """A server that another process has forked: what ``Popen`` says of a child, as far as it is needed."""

    args = "a server"

    def __init__(self, order: Order) -> None:
        loaded = _loaded()
        assert loaded.stdin is not None
        assert loaded.stdout is not None
        print(json.dumps(order), file=loaded.stdin, flush=True)
        self.pid = int(loaded.stdout.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return None while it lives; nobody knows with what it ended."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            self.returncode = -1
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:  # noqa: ARG002 - `until` has its own
        """Wait until it has ended."""
        return until(self.poll, "a server lives on")

    def terminate(self) -> None:
        """Ask it to end."""
        os.kill(self.pid, signal.SIGTERM)


class Server(serving.Server):
    """A server on a free port, as in ``reliability.serving``."""

    def _begin(self) -> Forked:
        return Forked(Order(self.environment, str(self.log)))


@cache
def _loaded() -> "subprocess.Popen[str]":
    """Start the process that forks; it ends with this one, which holds its input."""
    made = subprocess.Popen(
        [sys.executable, "-m", "browser.loaded"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": also(TESTS)},
    )
    atexit.register(made.communicate)
    return made
