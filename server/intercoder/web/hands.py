"""Threads that work for the loop, and how it hears of what they have done.

The standard way, a future of one kind chained to one of the other, takes as long for a small answer as Flask does, and
wakes the loop for each. Here it is woken once for all that ended meanwhile.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True)
class _Ended(Generic[T]):
    """What a thread has done: its result, or what went wrong."""

    waited: "asyncio.Future[T]"
    result: T | None = None
    error: BaseException | None = None

    def tell(self) -> None:
        """Wake whoever waits for it and has not gone."""
        if self.waited.done():
            return
        if self.error is not None:
            self.waited.set_exception(self.error)
        else:
            self.waited.set_result(cast("T", self.result))


class Hands:
    """A pool of threads."""

    def __init__(self, threads: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._guard = threading.Lock()
        self._ended: dict[asyncio.AbstractEventLoop, list[_Ended[object]]] = {}

    async def do(self, make: Callable[[], T]) -> T:
        """Do something in a thread; return its result or raise its error. Nothing is done when nobody waits any more."""
        waited: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._pool.submit(self._do, waited, make)
        return await waited

    def _do(self, waited: "asyncio.Future[T]", make: Callable[[], T]) -> None:
        if waited.done():
            return
        try:
            ended = _Ended(waited, make())
        except BaseException as error:
            ended = _Ended(waited, error=error)
        self._hand_back(waited.get_loop(), cast("_Ended[object]", ended))

    def _hand_back(self, loop: asyncio.AbstractEventLoop, ended: _Ended[object]) -> None:
        with self._guard:
            together = self._ended.get(loop)
            if together is not None:
                together.append(ended)  # the loop is woken already
                return
            self._ended[loop] = [ended]
        loop.call_soon_threadsafe(self._tell, loop)

    def _tell(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._guard:
            together = self._ended.pop(loop)
        for ended in together:
            ended.tell()
