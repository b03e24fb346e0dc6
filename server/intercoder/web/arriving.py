"""Bodies on their way: how long one may take, how many come at once, and whose are given up when there are too many.

Somebody who sends slowly, or never to the end, holds a connection and a little memory. When a bound is reached,
the address that holds most loses its oldest body: who sends whole bodies from elsewhere never meets the bound.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from intercoder.errors import TooSlow, Unavailable
from intercoder.services.attempts import network

#: bytes a second below which a body is too slow, once its first seconds are over
LEAST_RATE = 1000
#: the largest body that is not a file: five thousand codes with their definitions fit in
LARGEST_JSON = 4 * 2**20


@dataclass(eq=False)
class Body:
    """One body on its way."""

    network: str
    clock: asyncio.Timeout
    begun: float
    length: int = 0
    given_up: bool = False


class Arriving:
    """All bodies on their way in this process.

    ``seconds`` is what a body may take before its rate counts, ``most`` how many come at once, ``most_bytes`` what
    they hold together.
    """

    def __init__(self, *, seconds: float, most: int, most_bytes: int) -> None:
        self._seconds, self._most, self._most_bytes = seconds, most, most_bytes
        self._of: dict[str, dict[Body, None]] = {}  # network → its bodies, the oldest first
        self._count = self._bytes = 0

    @asynccontextmanager
    async def place(self, address: str) -> AsyncIterator[Body]:
        """Give a place to a body from an address.

        Raises ``TooSlow`` within when it takes too long, ``Unavailable`` when its place went to another.
        """
        body: Body | None = None
        try:
            async with asyncio.timeout(self._seconds) as clock:
                body = Body(network(address), clock, asyncio.get_running_loop().time())
                self._of.setdefault(body.network, {})[body] = None
                self._count += 1
                try:
                    self._make_room()
                    yield body
                finally:
                    self._forget(body)
        except TimeoutError:
            if body is not None and body.given_up:
                raise Unavailable(
                    "crowded", "Too many people are sending to this server just now. Try again in a moment."
                ) from None
            raise TooSlow(
                "too_slow", "What was sent did not come whole in time: nothing was stored. Send it again."
            ) from None

    def came(self, body: Body, length: int) -> None:
        """Note that bytes of a body came: they buy time, and take room."""
        if body.given_up:
            return
        body.length += length
        self._bytes += length
        body.clock.reschedule(body.begun + self._seconds + body.length / LEAST_RATE)
        self._make_room()

    def _make_room(self) -> None:
        while self._count > self._most:
            self._give_up(lambda network: len(self._of[network]))
        while self._bytes > self._most_bytes:
            self._give_up(lambda network: sum(body.length for body in self._of[network]))

    def _give_up(self, share: Callable[[str], int]) -> None:
        oldest = next(iter(self._of[max(self._of, key=share)]))
        oldest.given_up = True
        oldest.clock.reschedule(oldest.begun)  # which is over
        self._forget(oldest)

    def _forget(self, body: Body) -> None:
        bodies = self._of.get(body.network, {})
        if body in bodies:
            del bodies[body]
            self._count -= 1
            self._bytes -= body.length
        if not bodies:
            self._of.pop(body.network, None)
