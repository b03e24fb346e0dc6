"""A process that has the program loaded and forks a server for each order: a line of JSON on its input, answered by a pid.

Starting a server costs half a second of CPU, and what its first pages load and compile another second; the tests of the
browser have thirty. Starting, killing and stopping are tested on the program itself (tests/reliability), and so is the story
that begins with an empty folder.
"""

import json
import os
import pkgutil
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple, NoReturn

import compiled


class Order(NamedTuple):
    """A server that is wanted: its whole environment, and the file that it prints into."""

    environment: Mapping[str, str]
    log: str


def load() -> None:
    """Load what pages and jobs load when they are first asked for."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the program sets it; threads are not forked
    for name in ("services", "stats", "web"):
        package = import_module(f"intercoder.{name}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for name in ("granian.server.embed", "intercoder.cli.serve", "intercoder.jobs.handlers"):
        import_module(name)


def serve(order: Order) -> NoReturn:
    """Be a server, in a process group of its own."""
    from intercoder.cli import main

    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    print(os.getpid(), flush=True)
    log = os.open(order.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for source, target in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(order.environment)
    sys.exit(main(["serve"], prog_name="intercoder"))


def take_orders() -> None:
    """Fork a server for each order, until nobody gives any more. Servers are ended by whoever ordered them."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets those that have ended
    for line in sys.stdin:
        if os.fork() == 0:
            serve(Order(*json.loads(line)))


if __name__ == "__main__":
    load()
    compiled.begin()
    take_orders()
