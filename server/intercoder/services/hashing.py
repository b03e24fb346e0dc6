"""Hashes of passwords: slow on purpose, so they have two threads of their own and a queue that ends.

Argon2 takes 64 MiB and every core that it gets. Without a bound, whoever sends forty sign-ins at once takes 2.5 GiB
and lets everybody who codes wait for seconds.
"""

import base64
import os
import secrets
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from intercoder.errors import Unavailable

if TYPE_CHECKING:  # loaded with the first password
    from argon2 import PasswordHasher

#: hashes that are made at once, in one process
AT_ONCE = 2
#: further ones that may wait; beyond, the answer is "later"
WAITING = 10
#: threads of one hash: with argon2's usual four, two hashes take every core, and a coder's write twice its time
LANES = 1
#: seconds that one waits at most, and after which to come again
PATIENCE = 10.0
COME_AGAIN = 5
#: how much a hash stands back behind a coding; 19 is the most that POSIX knows
NICENESS = 10

T = TypeVar("T")


def crowded() -> Unavailable:
    """Return the refusal for one who comes while too many others sign in."""
    return Unavailable(
        "crowded",
        "Too many people sign in at this moment. Nothing was changed; try again in {seconds} seconds.",
        seconds=COME_AGAIN,
    )


class Queue:
    """Runs slow work two pieces at a time; the others wait for a bounded time, in a queue of a bounded length."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="hashing", initializer=_stand_back)

    def run(self, work: Callable[[], T], patience: float = PATIENCE) -> T:
        """Return what ``work`` returns; ``Unavailable`` when there is no place, or its turn does not come."""
        if not self._places.acquire(blocking=False):
            raise crowded()
        turn: Future[T] = self._pool.submit(work)
        turn.add_done_callback(lambda _turn: self._places.release())
        try:
            return turn.result(patience)
        except TimeoutError:
            turn.cancel()
            raise crowded() from None


def _stand_back() -> None:
    """Let whoever codes go first: on Linux a thread has a niceness of its own, and those that it starts inherit it."""
    if sys.platform == "linux":
        with suppress(OSError):  # a sandbox may forbid it; an error here would shut the door for everybody
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


@cache
def _queue() -> Queue:
    return Queue()


if hasattr(os, "register_at_fork"):
    # A process that the server forks has the queue and none of its threads: every sign-in would wait in vain, as in
    # the demo, which hashes the passwords of its people before it serves.
    os.register_at_fork(after_in_child=_queue.cache_clear)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(parallelism=LANES)


def make_hash(password: str) -> str:
    """Return the argon2 hash of a password. Slow: call it before the transaction that writes."""
    return _queue().run(lambda: _hasher().hash(password))


def matches(kept: str | None, password: str) -> bool:
    """Return whether this is the password of a hash; without a hash it takes as long, and says no."""
    return _queue().run(lambda: _matches(kept or _nobodys_hash(), password)) and kept is not None


def _matches(kept: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    """Return a hash that no password has, with the cost of a true one; made without hashing, which would take time once."""
    hasher = _hasher()
    salt, digest = (
        base64.b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
