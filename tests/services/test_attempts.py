"""Attempts at passwords: in this process, through a real Redis, and while it is away."""

from collections.abc import Callable, Iterator

import pytest
import redis

from intercoder.errors import TooManyRequests
from intercoder.services import attempts
from intercoder.services.attempts import ACCOUNT, ADDRESS, BROWSER, OWN, Attempts, Count, Limit, network
from services_up import Redis
from waiting import until

#: a limit whose waiting is far longer than any test takes, and one that is over at once
LONG = Limit("long", free=3, first=1000, longest=4000, memory=9000)
SHORT = Limit("short", free=2, first=0.001, longest=0.001, memory=9000)
EVERYBODY = Limit("everybody", free=5, first=1000, longest=4000, memory=9000, wiped=False)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[Redis]:
    with Redis() as server:
        yield server


def empty(server: Redis) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.flushdb()


@pytest.fixture(params=["memory", "redis", "redis away"])
def make(request: pytest.FixtureRequest, redis_server: Redis) -> Callable[[], Attempts]:
    """A function that gives a process its counts: with no Redis, with one that all share, with one that is not there."""
    url = {"memory": None, "redis": redis_server.url, "redis away": "redis://127.0.0.1:1/0"}[request.param]
    if request.param == "redis":
        empty(redis_server)
    return lambda: Attempts(url)


def refused(attempts: Attempts, *counts: Count) -> int:
    """Return how many seconds an attempt must wait; 0 when it was admitted."""
    try:
        attempts.admit(*counts)
    except TooManyRequests as error:
        return int(str(error.values["seconds"]))
    return 0


@pytest.mark.parametrize("who", ["ai@study.example", "陈总@研究.example", "", "x" * 5000, "\udcff"])
def test_after_the_free_ones_an_attempt_waits_whoever_it_is(make: Callable[[], Attempts], who: str) -> None:
    counts, other = Count(LONG, who), Count(LONG, f"not {who}")
    process = make()
    assert [refused(process, counts) for _ in range(3)] == [0, 0, 0]
    assert 900 <= refused(process, counts) <= 1000
    assert 900 <= refused(process, counts) <= 1000, "one that was refused is not counted"
    assert refused(process, other) == 0, "nobody else waits"


def test_the_pause_grows_up_to_a_longest_one() -> None:
    assert [LONG.wait(n) for n in (0, 2, 3, 4, 5, 6, 4000)] == [0, 0, 1000, 2000, 4000, 4000, 4000]


def test_an_attempt_that_waited_is_admitted(make: Callable[[], Attempts]) -> None:
    process, counts = make(), Count(SHORT, "patient")
    for _ in range(SHORT.free + 3):
        until(lambda: refused(process, counts) == 0, "nobody is admitted again")


def test_a_right_password_wipes_an_account_and_takes_back_one_of_an_address(make: Callable[[], Attempts]) -> None:
    account, address, process = Count(LONG, "ai"), Count(EVERYBODY, "198.51.100.7"), make()
    for _ in range(2):
        assert refused(process, account, address) == 0
    assert refused(process, account, address) == 0
    process.take_back(account, address, success=True)
    assert [refused(process, account) for _ in range(3)] == [0, 0, 0], "all of the account were forgotten"
    assert [refused(process, address) > 0 for _ in range(4)] == [False, False, False, True], "two of the address stand"


def test_one_that_was_not_looked_at_is_taken_back_alone(make: Callable[[], Attempts]) -> None:
    account, process = Count(LONG, "bo"), make()
    for _ in range(3):
        assert refused(process, account) == 0
    process.take_back(account, success=False)
    assert refused(process, account) == 0
    assert refused(process, account) > 0


def test_where_one_of_two_waits_the_other_is_not_counted(make: Callable[[], Attempts]) -> None:
    account, address, process = Count(LONG, "ada"), Count(LONG, "198.51.100.8"), make()
    for _ in range(3):
        assert refused(process, account) == 0
    for _ in range(5):
        assert refused(process, account, address) > 0
    assert refused(process, address) == 0


def test_all_processes_count_together_through_redis(redis_server: Redis) -> None:
    empty(redis_server)
    one, two = Attempts(redis_server.url), Attempts(redis_server.url)
    counts = Count(LONG, "olga")
    assert [refused(process, counts) for process in (one, two, one)] == [0, 0, 0]
    assert refused(one, counts) > 0
    assert refused(two, counts) > 0


def test_when_redis_is_killed_what_was_counted_still_counts_and_nobody_gets_more_than_the_free_ones() -> None:
    with Redis() as server:
        process, counts, fresh = Attempts(server.url), Count(LONG, "lena"), Count(LONG, "otto")
        assert refused(process, counts) == 0
        assert refused(process, counts) == 0
        server.kill9()
        assert refused(process, counts) == 0
        assert refused(process, counts) > 0
        assert [refused(process, fresh) > 0 for _ in range(5)] == [False, False, False, True, True]
        process.take_back(fresh, success=True)
        assert refused(process, fresh) == 0


def test_the_memory_of_a_process_is_bounded_and_forgets_the_least_recent() -> None:
    memory = attempts.Memory(most=3)
    counts = [Count(LONG, str(n)) for n in range(5)]
    for one in counts:
        for _ in range(3):
            memory.admit([one])
    assert [memory.admit([one]) > 0 for one in reversed(counts)] == [True, True, True, False, False]
    assert len(memory._kept) == 3


def test_a_key_says_nothing_of_whom_it_is_about() -> None:
    for who in ("ai@study.example", "198.51.100.7"):
        key = Count(ACCOUNT, who).key
        assert who not in key
        assert key != Count(ADDRESS, who).key


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("2001:db8:1:2::5", "2001:db8:1:2:ffff::9"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("198.51.100.7", "198.51.100.7"),
        ("a name", "a name"),
    ],
)
def test_a_subscriber_of_ipv6_has_one_network(address: str, same: str) -> None:
    assert network(address) == network(same)
    assert network(address) != network("198.51.100.8")
    assert network("2001:db8:1:2::5") != network("2001:db8:1:3::5")
    assert network(None) == ""


def test_the_limits_leave_a_class_in_and_a_guesser_out() -> None:
    def guesses_of_a_day(limit: Limit) -> int:
        seconds, made = 0.0, 0
        while seconds < 86_400:
            seconds += limit.wait(made)
            made += 1
        return made

    assert guesses_of_a_day(ACCOUNT) < 120
    assert guesses_of_a_day(OWN) < 120
    assert guesses_of_a_day(BROWSER) < 1500
    assert ADDRESS.free >= 100
    assert ADDRESS.longest <= 10, "whoever shares an address with a guesser waits for seconds, not for minutes"
