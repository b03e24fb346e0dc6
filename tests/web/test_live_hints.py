"""Hints on their way to open pages: gathered, and none that came too early keeps those that follow."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from cast import Cast
from intercoder.events import Hint, LocalBus
from intercoder.services.credentials import Credential
from intercoder.web import live
from waiting import PATIENCE

pytestmark = pytest.mark.sqlite


def test_what_is_heard_before_the_server_runs_does_not_silence_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "GATHER", 0.0)
    bus, lena = LocalBus(), cast.people["lena"]
    hub = live.Hub(cast.database, bus)
    hint = Hint(str(cast.project), "document", str(lena.id), None, True)
    bus.publish(hint)  # another process writes while this one starts

    async def scenario() -> bytes:
        hub.start(asyncio.get_running_loop())
        stream = hub.stream(Credential.of(lena), cast.project)
        await anext(stream)
        waiting = asyncio.ensure_future(anext(stream))
        for _ in range(50):
            await asyncio.to_thread(bus.publish, hint)
        said = await asyncio.wait_for(waiting, PATIENCE)
        await stream.aclose()
        return said

    # A thread of its own: Playwright has a loop that runs in this one.
    with ThreadPoolExecutor(1) as apart:
        assert apart.submit(asyncio.run, scenario()).result() == b'event: change\ndata: {"topics": ["document"]}\n\n'
