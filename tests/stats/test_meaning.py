"""Rules that look at more than the arrival curve."""

from hypothesis import given
from hypothesis import strategies as st

from intercoder.stats.saturation.meaning import MOST_ORDERS, constantinou2017, hennink2017, since_news
from intercoder.stats.saturation.reordering import reordering

A, B = frozenset("a"), frozenset("b")


def test_a_code_is_news_when_it_comes_and_when_something_new_is_said_of_it() -> None:
    units = [A, A | B, A, A, B]
    said = [{"a": {"x"}}, {"a": {"x"}, "b": {"z"}}, {"a": {"x", "y"}}, {"a": {"y"}}, {}]
    assert since_news(units, said) == {"a": 1, "b": 1}
    assert since_news([A, A], [{}, {}]) == {"a": 1}
    assert since_news([], []) == {}


def test_codes_and_their_meaning_are_both_to_be_quiet() -> None:
    assert hennink2017([2, 0, 0, 0], [3, 3], 3)
    assert not hennink2017([2, 0, 0, 0], [3, 2], 3), "something new was said of a code"
    assert not hennink2017([1, 1, 0, 0], [3, 3], 3), "a code came"
    assert not hennink2017([0, 0, 0], [], 3), "no more than the run itself"
    assert not hennink2017([0, 0, 0, 0], [], 3), "no code"


def test_news_ends_in_other_orders_or_does_not() -> None:
    same = [A] * 12
    assert constantinou2017(same)
    many = [A] * 200  # where a code of one document ends the news of few orders
    assert constantinou2017([*many, B, *many])
    assert not constantinou2017([*many, B]), "the last one brings something"
    assert not constantinou2017([B, *many]), "reversed, the last one does"
    # one random order of 15 ends with the two documents of b, and more than one in twenty is too many
    twice = [B, A, B, A, A, A]
    assert not constantinou2017(twice, 2)
    assert constantinou2017(twice, 1)
    # as they came and reversed news ends early, in one random order of three it does not: the code is in one of the twelve alone
    assert not constantinou2017([*same[:6], B, *same[:6]])


@given(st.lists(st.frozensets(st.sampled_from("abcdefgh"), max_size=4), max_size=25), st.integers(1, 4))
def test_codes_that_cannot_end_any_order_are_not_needed_to_say_so(units: list[frozenset[str]], stop: int) -> None:
    every = reordering(units, orders=60, run=stop, seed=0)
    ends = max(every.arrival, every.reversed) <= len(units) - stop
    assert constantinou2017(units, stop, orders=60) == (ends and (every.share_stopped or 0.0) >= MOST_ORDERS)
