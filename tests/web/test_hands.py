"""Threads that work for the loop: what they have done comes back, whatever else they do meanwhile."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest

from intercoder.web.hands import Hands

T = TypeVar("T")


def in_a_loop(ask: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run something in a loop of its own, in a thread of its own: the browser of other tests has one in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(ask())).result()


def test_each_gets_its_own_result_or_error_and_those_that_end_together_all_of_them() -> None:
    hands, together = Hands(8, "test"), threading.Barrier(8)

    def work(number: int) -> int:
        together.wait()
        if number % 2:
            raise LookupError(number)
        return number

    async def one(number: int) -> int | str:
        try:
            return await hands.do(partial(work, number))
        except LookupError as error:
            return f"raised {error}"

    async def ask() -> list[int | str]:
        return await asyncio.gather(*map(one, range(8)))

    for _ in range(20):  # the loop is woken anew each time
        assert in_a_loop(ask) == [f"raised {n}" if n % 2 else n for n in range(8)]


def test_work_that_nobody_waits_for_any_more_is_not_begun_and_stops_nobody() -> None:
    hands, begun, go, done = Hands(1, "test"), threading.Event(), threading.Event(), list[str]()

    def first() -> str:
        begun.set()
        go.wait()
        return "first"

    async def ask() -> str:
        leaving = asyncio.ensure_future(hands.do(first))
        await asyncio.to_thread(begun.wait)
        gone = asyncio.ensure_future(hands.do(lambda: done.append("gone")))
        await asyncio.to_thread(begun.is_set)  # meanwhile it is given to a thread, which is busy
        gone.cancel()
        leaving.cancel()  # its thread works on, and has nobody to tell
        with pytest.raises(asyncio.CancelledError):
            await gone
        go.set()
        return await hands.do(lambda: "next")

    assert in_a_loop(ask) == "next"
    assert done == []
