"""The live state: whatever came, went, was merged or unmerged, it holds what a count from scratch gives."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.saturation.state import State

CODES, NAMES = "abcdef", range(6)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(NAMES), st.frozensets(st.sampled_from(CODES)), st.integers(0, 3)),
        st.tuples(st.just("remove"), st.sampled_from(NAMES)),
        st.tuples(st.sampled_from(["apply", "unapply"]), st.sampled_from(NAMES), st.sampled_from(CODES)),
        st.tuples(st.just("merge"), st.sampled_from(CODES), st.sampled_from(CODES)),
        st.tuples(st.just("unmerge"), st.sampled_from(CODES)),
    ),
    max_size=30,
)


class Scratch:
    """The same, counted anew every time."""

    def __init__(self) -> None:
        self.documents: list[tuple[int, int, int, set[str]]] = []  # place, serial, name, codes as applied
        self.serial = 0
        self.into: dict[str, str] = {}

    def live(self, code: str) -> str:
        return self.live(self.into[code]) if code in self.into else code

    def of(self, name: int) -> set[str] | None:
        return next((codes for _, _, other, codes in self.documents if other == name), None)

    def do(self, kind: str, *what: Any) -> bool:
        """Return whether it was possible."""
        if kind == "merge":
            gone, kept = self.live(what[0]), self.live(what[1])
            if gone != kept:
                self.into[gone] = kept
            return gone != kept
        if kind == "unmerge":
            return self.into.pop(what[0], None) is not None
        codes = self.of(what[0])
        if kind == "add":
            if codes is None:
                self.serial += 1
                self.documents.append((what[2], self.serial, what[0], set(what[1])))
            return codes is None
        if codes is None:
            return False
        if kind == "remove":
            self.documents = [document for document in self.documents if document[2] != what[0]]
        elif kind == "apply":
            codes.add(what[1])
        else:
            codes.discard(what[1])
        return True

    def check(self, state: State) -> None:
        order = sorted(self.documents)
        sets = [{self.live(code) for code in codes} for *_, codes in order]
        times = Counter(code for codes in sets for code in codes)
        seen: set[str] = set()
        new: list[int] = []
        first: dict[str, int] = {}
        for (_, _, name, _), codes in zip(order, sets, strict=True):
            new.append(len(codes - seen))
            first |= dict.fromkeys(codes - seen, name)
            seen |= codes
        unique = {
            name: sum(times[code] == 1 for code in codes) for (_, _, name, _), codes in zip(order, sets, strict=True)
        }
        assert state.order == tuple(name for _, _, name, _ in order)
        assert state.present == times
        assert state.frequencies.q == Counter(times.values())
        assert state.frequencies.documents == state.documents == len(order)
        assert state.incidences == sum(times.values())
        assert state.uniques == {name: count for name, count in unique.items() if count}
        assert state.first == first
        assert state.discovery.new == tuple(new)
        assert state.discovery.codes_in_document == tuple(len(codes) for codes in sets)


@settings(max_examples=150)
@given(steps=operations)
def test_any_sequence_of_changes_leaves_what_a_count_from_scratch_gives(steps: list[tuple[Any, ...]]) -> None:
    state, scratch = State(), Scratch()
    for kind, *what in steps:
        possible = scratch.do(kind, *what)
        try:
            if kind == "add":
                state.add(what[0], what[1], at=what[2])
            else:
                getattr(state, kind)(*what)
            assert possible
        except WrongArgument:
            assert not possible
        scratch.check(state)


def test_a_document_added_later_but_earlier_in_the_order_takes_the_news_with_it() -> None:
    state = State()
    assert state.add("May", "ab", at=5) == 2
    assert state.add("June", "bc", at=6) == 1
    assert state.add("April", "b", at=4) == 1
    assert state.discovery.new == (1, 1, 1)
    assert state.first["b"] == "April"


def test_a_merge_counts_in_the_past_too_and_can_be_undone() -> None:
    state = State.of(["a", "b", "c"])
    state.merge("b", "a")
    state.merge("a", "c")
    assert (state.live("b"), state.present) == ("c", {"c": 3})
    assert state.discovery.new == (1, 0, 0)
    state.unmerge("a")
    assert state.present == {"a": 2, "c": 1}
    assert state.uniques == {3: 1}


def test_documents_without_a_place_come_last() -> None:
    state = State()
    state.add("one", at=7)
    state.add("two")
    assert state.order == ("one", "two")


def test_what_is_not_there_cannot_change() -> None:
    state = State.of(["a"])
    for call in (
        lambda: state.add(1, "b"),
        lambda: state.apply(2, "a"),
        lambda: state.remove(2),
        lambda: state.merge("a", "a"),
        lambda: state.unmerge("a"),
    ):
        with pytest.raises(WrongArgument):
            call()
    assert state.present == {"a": 1}
