"""Hints on a real Redis: what is sent last is sent, and who closes the way is not held up."""

import threading

import pytest

from intercoder.events import Hint, redis_bus
from intercoder.events.redis_bus import RedisBus
from waiting import until

HINT = Hint("project", "job", "actor", None, False)
#: so often that it is closed in the very moment in which hints go out, again and again
TIMES = 500


def test_a_way_that_is_closed_while_hints_go_out_ends(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that told how far it was 50 ms before its end stood still for the hour after which its job was killed."""
    monkeypatch.setattr(redis_bus, "GATHER", 0.0005)
    for _ in range(TIMES):
        close_as_hints_go_out(RedisBus(redis_url))


def close_as_hints_go_out(bus: RedisBus) -> None:
    """Say something, and end the way when that has been gathered for as long as hints are."""
    bus.publish(HINT)
    looks = iter((False, True))
    until(lambda: next(looks), "nobody looks twice", pause=redis_bus.GATHER)
    closing = threading.Thread(target=bus.close, daemon=True)
    closing.start()
    until(lambda: not closing.is_alive(), "the way was not closed", pause=0.0002)


def test_what_was_said_just_before_the_end_is_heard(redis_url: str) -> None:
    heard: list[str] = []
    there = RedisBus(redis_url)
    there.listen(lambda hint: heard.append(hint.topic))

    def first() -> bool:  # until somebody listens, what is said is lost
        here = RedisBus(redis_url)
        here.publish(HINT)
        here.close()
        return bool(heard)

    until(first, "nobody listens")
    here = RedisBus(redis_url)
    here.publish(Hint("project", "round", "actor", None, False))
    here.close()
    until(lambda: "round" in heard, "the last hint was not heard")
    there.close()
