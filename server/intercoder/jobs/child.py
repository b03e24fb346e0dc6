"""A process of its own for the heavy jobs of a laptop, so that the one that serves neither computes nor grows.

It does what waits whenever its parent says so, and ends when that has not been for a while. Its parent holds its input: a
line there asks it to do what waits, or to stop after the job at hand; the end of it says that the parent is gone, however
that came. What open pages must know goes to its output, one JSON object a line, and a word when nothing waits any more.
"""

import os
import signal
import sys
import threading
from typing import TextIO

from intercoder import heap
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.events import ANCHORS, AnchorFile, Hint, LocalBus
from intercoder.jobs.handlers import Work
from intercoder.jobs.runner import GO, HEAVY, RESTING, STOP, give_back, run_next
from intercoder.logs import configure_logs

#: seconds that a job may still take when the server stops
GRACE = 4.0


class PipeBus(LocalBus):
    """Hints that go to the process that serves."""

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out = out
        self._lock = threading.Lock()

    def publish(self, hint: Hint) -> None:
        """Send a hint."""
        self.say(hint.text())

    def say(self, line: str) -> None:
        """Send a line."""
        with self._lock:
            print(line, file=self._out, flush=True)


class Running:
    """The heavy jobs, one after the other, whenever the parent says that some wait."""

    def __init__(self, database: Database, bus: PipeBus) -> None:
        self._database = database
        self._bus = bus
        self._asked = threading.Event()
        self._stopped = threading.Event()
        self._idle = threading.Event()
        self._at_hand: Work | None = None

    def run(self, rest: float) -> None:
        """Do what waits when asked to, until that was ``rest`` seconds ago or somebody said stop."""
        at_most = None
        while not self._stopped.is_set() and self._asked.wait(at_most):
            at_most = rest
            self._asked.clear()
            self._idle.clear()
            while not self._stopped.is_set() and run_next(self._database, kinds=HEAVY, begun=self._begun):
                pass
            self._idle.set()
            self._bus.say(RESTING)

    def go(self) -> None:
        """Do what waits."""
        self._asked.set()

    def stop(self) -> None:
        """Stop after the job at hand; give it back and end the process where that takes too long."""
        self._stopped.set()
        self._asked.set()
        if not self._idle.wait(GRACE):
            if self._at_hand is not None:
                give_back(self._at_hand)
            os._exit(0)

    def _begun(self, work: Work) -> None:
        self._at_hand = work


def main() -> None:
    """Do every heavy job that waits, as often as the parent says so."""
    # Ctrl-C reaches every process of a terminal: this one ends when its parent does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = load_settings()
    configure_logs(settings.log_level)
    database = Database(settings.database_url, pool_size=4)
    database.hooks["bus"] = bus = PipeBus(sys.stdout)
    database.hooks["quotas"] = settings.quotas
    database.hooks["anchors"] = AnchorFile(settings.data / ANCHORS)
    running = Running(database, bus)
    heap.settle()
    threading.Thread(target=_listen, args=(running,), daemon=True).start()
    running.run(float(sys.argv[1]))
    database.dispose()


def _listen(running: Running) -> None:
    """Stop when the parent asks for it, and at once when it is gone."""
    for line in sys.stdin:
        word = line.strip()
        if word == GO:
            running.go()
        elif word == STOP:
            threading.Thread(target=running.stop, daemon=True).start()
    os._exit(1)


if __name__ == "__main__":
    main()
