"""A lane of its own for requests that hash a password: who waits there holds none of the threads that code.

Waiting happens in the loop. Only when the queue is full, or somebody waited too long, the request goes to the
other threads after all, marked, to be refused in words.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from wsgiref.types import WSGIEnvironment

from intercoder.web.hands import Hands

#: what stands in the environment of a request for which there was no place
CROWDED = "intercoder.crowded"


class Lane:
    """A few threads, and a queue of a bounded length and time before them."""

    def __init__(
        self, *, takes: Callable[[WSGIEnvironment], bool], threads: int = 4, waiting: int = 40, patience: float = 20.0
    ) -> None:
        self.takes = takes
        self.hands = Hands(threads, "sign-in")
        self._free = asyncio.Semaphore(threads)
        self._places = threads + waiting
        self._patience = patience

    @asynccontextmanager
    async def place(self) -> AsyncIterator[bool]:
        """Hold a thread of the lane; gives False when none was to be had in time."""
        if self._places <= 0:
            yield False
            return
        self._places -= 1
        try:
            try:
                await asyncio.wait_for(self._free.acquire(), self._patience)
            except TimeoutError:
                yield False
                return
            try:
                yield True
            finally:
                self._free.release()
        finally:
            self._places += 1
