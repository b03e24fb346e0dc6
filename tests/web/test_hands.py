"""Threads that work for the loop: what they have done comes back, whatever else they do meanwhile."""

import asyncio
import threading
from functools import partial

import pytest

from intercoder.web.hands import Hands


def test_each_gets_its_own_result_or_error_and_those_that_end_together_all_of_them() -> None:
    hands, together = Hands(8, "test"), threading.Barrier(8)

    def work(number: int) -> int:
        together.wait()
        if number % 2:
            raise LookupError(number)
        return number

    async def ask() -> list[int | BaseException]:
        return await asyncio.gather(*(hands.do(partial(work, n)) for n in range(8)), return_exceptions=True)

    for _ in range(20):  # the loop is woken anew each time
        for number, end in enumerate(asyncio.run(ask())):
            assert isinstance(end, LookupError) if number % 2 else end == number


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
        await asyncio.sleep(0)
        gone.cancel()
        leaving.cancel()  # its thread works on, and has nobody to tell
        with pytest.raises(asyncio.CancelledError):
            await gone
        go.set()
        return await hands.do(lambda: "next")

    assert asyncio.run(ask()) == "next"
    assert done == []
