"""Connections that nobody needs: when there are many, the idle ones of whoever holds most are closed.

The server below takes connections up to a number and then none at all, whoever asks; it closes those that send no
whole head in time, and those that idle. Before its number is reached, what is open here is counted by address, as
the kernel of Linux knows it. Other systems serve a laptop, where nobody else can connect.
"""

import os
import socket
import stat
import struct
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from intercoder.logs import get_logger
from intercoder.services.attempts import network
from intercoder.web import metrics

EVERY = 1.0  # seconds
FILES = Path("/proc/self/fd")
#: at this part of all connections some are closed, down to the second part
CROWDED, RELIEVED = 0.9, 0.75
#: descriptors that a process needs besides: databases, logs, modules, bodies on the disk
BESIDES = 1000
LEAST = 100
#: where tcp_info (linux/tcp.h) has the milliseconds since data came last
SINCE_DATA = 8 + 4 * 11
log = get_logger()

#: the two ends of what is told of a connection: address and port of who asks
Peer = tuple[str, int]
K = TypeVar("K")


@dataclass(frozen=True)
class Open:
    """An open connection: its descriptor, who is there, and for how many milliseconds nothing came."""

    descriptor: int
    peer: Peer
    idle: int


def room(wanted: int) -> int:
    """Let this process open as many files as it may, up to what the connections need; return how many of these fit."""
    try:
        import resource
    except ImportError:
        return wanted  # Windows has no such limit
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + BESIDES if hard == resource.RLIM_INFINITY else min(hard, wanted + BESIDES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):  # macOS has a limit beside the one it tells
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return wanted if soft == resource.RLIM_INFINITY else max(LEAST, min(wanted, soft - BESIDES))


def share(held: Sequence[int], target: int) -> int:
    """Return the most that each may keep of what it holds, so that all together keep at most the target."""
    left, rest = target, len(held)
    for number in sorted(held):
        if number * rest >= left:
            return left // rest
        left, rest = left - number, rest - 1
    return max(held, default=0)


@contextmanager
def counted_in(counts: "Counter[K]", key: K) -> Iterator[None]:
    """Count something for a while; what nobody has any more leaves no trace."""
    counts[key] += 1
    try:
        yield
    finally:
        counts[key] -= 1
        if not counts[key]:
            del counts[key]


class Connections:
    """The connections of this process.

    ``port`` is the server's own, ``most`` how many it takes, ``per_address`` how many one address (of IPv6: one /64)
    may hold; None where all come from one proxy.
    """

    def __init__(self, *, port: int, most: int, per_address: int | None) -> None:
        self._port, self._most, self._per_address = port, most, per_address
        self._needed: Counter[Peer] = Counter()

    def needed(self, peer: Peer | None) -> AbstractContextManager[None]:
        """Leave the connection of somebody alone: an answer is being made for it, or it is a stream."""
        return nullcontext() if peer is None else counted_in(self._needed, (peer[0], peer[1]))

    def watch(self) -> None:
        """Look after them from now on, where that is possible."""
        if sys.platform == "linux":
            threading.Thread(
                target=self._watch, args=(threading.Event().wait,), name="connections", daemon=True
            ).start()

    def _watch(self, pause: Callable[[float], object]) -> None:
        few = min(self._per_address or self._most, int(self._most * CROWDED))
        while True:
            pause(EVERY)
            try:
                number = sum(1 for _ in FILES.iterdir())
                metrics.open_files(number)
                if number > few:
                    self.shed()
            except Exception:
                log.exception("connections.watch")

    def shed(self) -> int:
        """Close what is too much; return how many that were."""
        held: dict[str, list[Open]] = {}
        for known in self._open():
            held.setdefault(network(known.peer[0]), []).append(known)
        closed = sum(
            _close(known) for of, surplus in self._surplus(held).items() for known in self._idlest(held[of])[:surplus]
        )
        if closed:
            log.warning("connections.closed", closed=closed, open=sum(map(len, held.values())), addresses=len(held))
        return closed

    def _idlest(self, held: Sequence[Open]) -> list[Open]:
        spare = (known for known in held if known.peer not in self._needed)
        return sorted(spare, key=lambda known: known.idle, reverse=True)

    def _surplus(self, held: Mapping[str, Sequence[Open]]) -> dict[str, int]:
        numbers = {of: len(known) for of, known in held.items()}
        most = self._per_address or self._most
        if sum(numbers.values()) > self._most * CROWDED:
            most = min(most, share(list(numbers.values()), int(self._most * RELIEVED)))
        return {of: number - most for of, number in numbers.items() if number > most}

    def _open(self) -> Iterator[Open]:
        for entry in FILES.iterdir():
            descriptor = int(entry.name)
            with suppress(OSError), _at(descriptor) as connection:
                if connection.getsockname()[1] == self._port:
                    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, SINCE_DATA + 4)
                    (idle,) = struct.unpack_from("I", told, SINCE_DATA)
                    yield Open(descriptor, connection.getpeername()[:2], idle)


@contextmanager
def _at(descriptor: int) -> Iterator[socket.socket]:
    """Give the socket behind a descriptor, which may be closed meanwhile; ``OSError`` when it is none of TCP."""
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        raise OSError(descriptor)
    own = os.dup(descriptor)
    try:
        connection = socket.socket(fileno=own)
    except OSError:
        os.close(own)
        raise
    with connection:
        if connection.family not in {socket.AF_INET, socket.AF_INET6}:
            raise OSError(descriptor)
        yield connection


def _close(known: Open) -> bool:
    """End a connection, if the descriptor is still that of whom it was; the server below then closes it."""
    with suppress(OSError), _at(known.descriptor) as connection:
        if connection.getpeername()[:2] == known.peer:
            connection.shutdown(socket.SHUT_RDWR)
            return True
    return False
