"""What is counted on is what a count from scratch gives, whatever came, went or changed since."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from intercoder.stats.saturation.incidence import Incidence
from intercoder.stats.saturation.study.counts import Arrived, recount

CODES = st.frozensets(st.sampled_from("abcdef"), max_size=4)
STUDIES = st.lists(st.dictionaries(st.sampled_from("123456"), CODES), min_size=1, max_size=5)
ORDERS = st.lists(st.lists(CODES, max_size=8), min_size=1, max_size=5)


@given(STUDIES)
def test_how_many_documents_hold_each_code(states: list[dict[str, frozenset[str]]]) -> None:
    earlier = None
    for held in states:
        found = recount(held, earlier)
        assert found == Counter(code for codes in held.values() for code in codes)
        earlier = found, held


def test_of_documents_that_hold_the_very_same_nothing_is_looked_at() -> None:
    class Untouched(frozenset[str]):
        def __iter__(self) -> None:  # type: ignore[override]
            raise AssertionError("it was read")

    held = {"1": frozenset("ab"), "2": Untouched("bc")}
    assert recount({**held, "3": frozenset("b")}, ({"a": 1, "b": 2, "c": 1}, held)) == {"a": 1, "b": 3, "c": 1}


@given(ORDERS, st.booleans())
def test_what_arrived_is_counted_on_whatever_it_was_before(states: list[list[frozenset[str]]], later: bool) -> None:
    known: Arrived | None = None
    for codes in states:
        here = [*(known.codes if known and later else ()), *codes]
        known = Arrived.of(here, known)
        scratch = Incidence.of(here)
        assert (known.codes, known.new) == (tuple(here), scratch.discovery.new)
        assert known.q == scratch.frequencies.q
        assert known.holding == Counter(code for held in here for code in held)


def test_of_what_came_last_the_codes_are_looked_at_and_no_others() -> None:
    class Once(frozenset[str]):
        read = 0

        def __iter__(self):  # type: ignore[no-untyped-def]
            Once.read += 1
            return super().__iter__()

    first = [Once({str(n)}) for n in range(50)]
    known, before = Arrived.of(first), Once.read
    assert before >= 50
    assert Arrived.of([*first, frozenset({"3", "new"})], known).new[-1] == 1
    assert Once.read == before
