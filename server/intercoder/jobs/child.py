"""A process of its own for the heavy jobs of a laptop, so that the one that serves neither computes nor grows.

It does what waits and ends. Its parent holds its input: a line there asks it to stop after the job at hand, the end of
it says that the parent is gone, however that came. What open pages must know goes to its output, one JSON object a line.
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
from intercoder.jobs.runner import HEAVY, STOP, give_back, run_next
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
        with self._lock:
            print(hint.text(), file=self._out, flush=True)


class Running:
    """The heavy jobs, one after the other, until somebody says stop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopped = threading.Event()
        self._idle = threading.Event()
        self._at_hand: Work | None = None

    def run(self) -> None:
        """Do what waits."""
        while not self._stopped.is_set() and run_next(self._database, kinds=HEAVY, begun=self._begun):
            pass
        self._idle.set()

    def stop(self) -> None:
        """Stop after the job at hand; give it back and end the process where that takes too long."""
        self._stopped.set()
        if not self._idle.wait(GRACE):
            if self._at_hand is not None:
                give_back(self._at_hand)
            os._exit(0)

    def _begun(self, work: Work) -> None:
        self._at_hand = work


def main() -> None:
    """Do every heavy job that waits."""
    # Ctrl-C reaches every process of a terminal: this one ends when its parent does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = load_settings()
    configure_logs(settings.log_level)
    database = Database(settings.database_url, pool_size=4)
    database.hooks["bus"] = PipeBus(sys.stdout)
    database.hooks["quotas"] = settings.quotas
    database.hooks["anchors"] = AnchorFile(settings.data / ANCHORS)
    running = Running(database)
    heap.settle()
    threading.Thread(target=_listen, args=(running,), daemon=True).start()
    running.run()
    database.dispose()


def _listen(running: Running) -> None:
    """Stop when the parent asks for it, and at once when it is gone."""
    for line in sys.stdin:
        if line.strip() == STOP:
            threading.Thread(target=running.stop, daemon=True).start()
    os._exit(1)


if __name__ == "__main__":
    main()
