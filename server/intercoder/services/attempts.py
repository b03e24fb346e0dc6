"""Attempts at passwords: each is counted before its password is looked at, and the more have failed, the longer the next waits.

What is counted is an account, a network address, or a browser in which the account was signed in before. Nobody is
locked out for good, and nobody because of others behind the same address for more than a few seconds. Counts are
shared through Redis where there is one; while it is away each process counts by itself.
"""

import hashlib
import ipaddress
import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from intercoder.clock import elapsed
from intercoder.errors import TooManyRequests
from intercoder.logs import get_logger

log = get_logger()


@dataclass(frozen=True)
class Limit:
    """How many attempts are free, and how long the next ones wait since the last: ``first`` seconds, then twice as long each."""

    name: str
    free: int
    first: float
    longest: float
    #: seconds after the last attempt when all are forgotten
    memory: float
    #: whether an attempt that succeeds wipes the others too, or only itself
    wiped: bool = True

    def wait(self, counted: int) -> float:
        """Return how many seconds must lie between the last of so many attempts and the next."""
        return 0.0 if counted < self.free else min(self.longest, self.first * 2.0 ** min(counted - self.free, 30))


#: of somebody who comes from anywhere; about a hundred guesses a day
ACCOUNT = Limit("account", free=10, first=10, longest=900, memory=3600)
#: of somebody who tries many accounts; a whole class may sign in at once behind one address
ADDRESS = Limit("address", free=100, first=1, longest=10, memory=900, wiped=False)
#: in a browser where this account was signed in before: what others do elsewhere does not count here
BROWSER = Limit("browser", free=30, first=5, longest=60, memory=3600)
#: of somebody at a browser that was left signed in
OWN = Limit("own", free=10, first=10, longest=900, memory=3600)

#: of those who ask what is thought of a password while they type it
JUDGING = Limit("judging", free=300, first=1, longest=1, memory=60)


@dataclass(frozen=True)
class Count:
    """Something whose attempts are counted."""

    limit: Limit
    of: str

    @property
    def key(self) -> str:
        """Its name in the store, which says nothing of whom it is about."""
        digest = hashlib.blake2b(self.of.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        return f"intercoder:attempts:{self.limit.name}:{digest}"


@lru_cache(maxsize=4096)
def network(address: str | None) -> str:
    """Return the network that an address stands for: itself, or the /64 that one subscriber of IPv6 has."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if known.version == 6 and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(getattr(known, "ipv4_mapped", None) or known)


class Memory:
    """Counts of one process. It forgets the least recent when there are too many."""

    def __init__(self, most: int = 50_000) -> None:
        self._kept: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def admit(self, counts: Sequence[Count]) -> float:
        """Count an attempt at all of these, or none where one of them must wait; return for how many seconds."""
        moment = elapsed()
        with self._lock:
            known = [self._known(count, moment) for count in counts]
            wait = max(
                c.limit.wait(n) - (moment - last) if n else 0.0 for c, (n, last) in zip(counts, known, strict=True)
            )
            if wait > 0:
                return wait
            for count, (counted, _) in zip(counts, known, strict=True):
                self._keep(count.key, counted + 1, moment)
        return 0.0

    def note(self, counts: Iterable[Count]) -> None:
        """Count an attempt that was admitted elsewhere."""
        moment = elapsed()
        with self._lock:
            for count in counts:
                self._keep(count.key, self._known(count, moment)[0] + 1, moment)

    def take_back(self, counts: Iterable[Count], *, success: bool) -> None:
        """Take an attempt back; all of them where a success wipes them."""
        moment = elapsed()
        with self._lock:
            for count in counts:
                counted, last = self._known(count, moment)
                if (success and count.limit.wiped) or counted <= 1:
                    self._kept.pop(count.key, None)
                else:
                    self._kept[count.key] = (counted - 1, last)

    def _known(self, count: Count, moment: float) -> tuple[int, float]:
        counted, last = self._kept.get(count.key, (0, moment))
        return (0, moment) if moment - last > count.limit.memory else (counted, last)

    def _keep(self, key: str, counted: int, moment: float) -> None:
        self._kept[key] = (counted, moment)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


#: as ``Memory.admit``, in one step and by the clock of Redis: keys, then free, first, longest and memory of each
_ADMIT = """
local time = redis.call('TIME')
local moment = tonumber(time[1]) + tonumber(time[2]) / 1000000
local wait = 0
for i, key in ipairs(KEYS) do
  local kept = redis.call('HMGET', key, 'counted', 'last')
  local counted = tonumber(kept[1] or '0')
  local free = tonumber(ARGV[i * 4 - 3])
  if counted >= free then
    local pause = math.min(tonumber(ARGV[i * 4 - 1]), tonumber(ARGV[i * 4 - 2]) * 2 ^ math.min(counted - free, 30))
    wait = math.max(wait, pause - math.max(0, moment - tonumber(kept[2])))
  end
end
if wait > 0 then return tostring(wait) end
for i, key in ipairs(KEYS) do
  redis.call('HINCRBY', key, 'counted', 1)
  redis.call('HSET', key, 'last', string.format('%.6f', moment))
  redis.call('EXPIRE', key, ARGV[i * 4])
end
return '0'
"""
#: as ``Memory.take_back``: keys, then for each whether it is wiped
_TAKE_BACK = """
for i, key in ipairs(KEYS) do
  if ARGV[i] == '1' or tonumber(redis.call('HGET', key, 'counted') or '0') <= 1 then
    redis.call('DEL', key)
  else
    redis.call('HINCRBY', key, 'counted', -1)
  end
end
"""


class Shared:
    """Counts of all processes, in Redis. Every method raises ``redis.RedisError`` while it is away."""

    def __init__(self, url: str) -> None:
        import redis  # a laptop never loads its client

        self.away = redis.RedisError
        client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._admit = client.register_script(_ADMIT)
        self._take_back = client.register_script(_TAKE_BACK)

    def admit(self, counts: Sequence[Count]) -> float:
        """As ``Memory.admit``."""
        rules = [n for c in counts for n in (c.limit.free, c.limit.first, c.limit.longest, int(c.limit.memory))]
        return float(self._admit(keys=[c.key for c in counts], args=rules))

    def take_back(self, counts: Sequence[Count], *, success: bool) -> None:
        """As ``Memory.take_back``."""
        self._take_back(keys=[c.key for c in counts], args=[int(success and c.limit.wiped) for c in counts])


class Attempts:
    """The attempts at this server's passwords: through Redis, or in this process while there is none."""

    #: seconds that Redis is left alone after it did not answer, so that not every sign-in waits for it
    REST = 5.0

    def __init__(self, redis_url: str | None = None) -> None:
        self._memory = Memory()
        self._shared = Shared(redis_url) if redis_url else None
        self._away_until = -math.inf

    def admit(self, *counts: Count) -> None:
        """Count an attempt before its password is looked at; ``TooManyRequests`` where it comes too soon."""
        wait = self._ask(counts)
        if wait > 0:
            raise TooManyRequests(
                "too_many_attempts",
                "Too many attempts, one after another. Wait {seconds} seconds, then try again.",
                seconds=math.ceil(wait),
            )

    def take_back(self, *counts: Count, success: bool) -> None:
        """Take an attempt back: a right password, or one that was not looked at."""
        self._memory.take_back(counts, success=success)
        if self._shared is not None and elapsed() >= self._away_until:
            try:
                self._shared.take_back(counts, success=success)
            except self._shared.away as error:
                self._away(error)

    def _ask(self, counts: Sequence[Count]) -> float:
        if self._shared is not None and elapsed() >= self._away_until:
            try:
                wait = self._shared.admit(counts)
            except self._shared.away as error:
                self._away(error)
            else:
                if wait == 0:
                    self._memory.note(counts)  # so that what was counted still counts when Redis goes away
                return wait
        return self._memory.admit(counts)

    def _away(self, error: Exception) -> None:
        self._away_until = elapsed() + self.REST
        log.warning("attempts.redis_away", kind=type(error).__name__)
