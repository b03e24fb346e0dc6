"""What it costs to start a server that was started before, and to let it idle, beside Taguette.

    python benchmarks/starting.py [--runs N]

CPU of the server's processes from its start to its first answer, and their memory ten seconds later. Both take turns;
what is printed are medians. Memory is what a laptop has, where one such server runs: its own, and the pages of its files,
which other servers of the same files would take over in part (``processes.memory``).
"""

import argparse
import http.client
import os
import shlex
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import taguette
from figures import Figure
from processes import Memory, cpu_seconds, memory

from reliability.serving import Server
from services_up import LOOPBACK
from waiting import until

IDLE = 10.0
BUDGET_CPU, BUDGET_MEMORY = 0.9, 72.0


@dataclass
class Runs:
    """Seconds of CPU to the first answer, and memory when idle, of each run."""

    cpu: list[float] = field(default_factory=list)
    idle: list[Memory] = field(default_factory=list)

    def medians(self) -> Memory:
        """Return the medians of memory, each by itself."""
        return Memory(*(statistics.median(getattr(run, part.name) for run in self.idle) for part in fields(Memory)))

    def take(self, leader: int) -> None:
        """Add a run of a server that has just answered."""
        self.cpu.append(cpu_seconds(leader))
        time.sleep(IDLE)
        self.idle.append(memory(leader))


def answers(port: int) -> bool:
    """Whether a server answers."""
    with suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    return False


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="starts of each [3]")
    figures.option(parser)
    given = parser.parse_args()
    print("$", shlex.join(["python", *sys.argv]), f"  (load average {os.getloadavg()[0]:.1f})")
    # Where containers forbid to keep what Python compiles, every start would compile what this server asks for first.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    ours, theirs = Runs(), Runs()
    with tempfile.TemporaryDirectory(prefix="intercoder-benchmark-") as place:
        folder = Path(place)
        (folder / "data").mkdir()
        for run in range(given.runs + 1):  # the first ones make databases, and files of compiled modules
            with Server(folder / "data").start() as server:
                assert server.process is not None
                if run:
                    ours.take(server.process.pid)
            with taguette.Taguette(folder) as peer:
                assert peer.process is not None
                until(lambda peer=peer: answers(peer.port), "Taguette does not answer")  # type: ignore[misc]
                if run:
                    theirs.take(peer.process.pid)
    print(f"{'':12}{'start, CPU s':>14}{'idle, MiB':>11}{'own':>7}{'files':>7}{'PSS':>7}   median of {given.runs}")
    for name, runs in (("Intercoder", ours), ("Taguette", theirs)):
        idle = runs.medians()
        of_it = f"{idle.alone:11.1f}{idle.own:7.1f}{idle.files:7.1f}{idle.pss:7.1f}"
        print(f"{name:12}{statistics.median(runs.cpu):14.2f}{of_it}")
    cpu = statistics.median(ours.cpu)
    share = cpu / statistics.median(theirs.cpu)
    measured = [
        Figure("warm start to the first answer", cpu, "s CPU", BUDGET_CPU),
        Figure("the same, as a share of Taguette's", share, "", 1.0),
        Figure("idle on a laptop", ours.medians().alone, "MiB", BUDGET_MEMORY),
    ]
    figures.report(measured, given.figures)


if __name__ == "__main__":
    main()
