"""Places where the layers of the coders differ."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.stats.differences import LONGEST, Coding, Place, places
from intercoder.stats.tree import CodeTree

TREE = CodeTree.of({"a1": "a", "a2": "a", "b1": "b", "a": None, "b": None})


def _codings(*given_: tuple[str, str, int, int]) -> list[Coding]:
    return [Coding(str(i), *coding) for i, coding in enumerate(given_)]


def _one(*given_: tuple[str, str, int, int], coders: str = "xy") -> Place:
    (place,) = places(_codings(*given_), coders, TREE)
    return place


def test_the_same_codes_on_the_same_span_are_unanimous() -> None:
    place = _one(("x", "a1", 3, 9), ("y", "a1", 3, 9))
    assert (place.start, place.end, place.kind, place.detail) == (3, 9, "unanimous", None)


def test_the_same_codes_on_other_spans_differ_in_their_boundaries() -> None:
    place = _one(("x", "a1", 3, 9), ("y", "a1", 5, 12))
    assert (place.start, place.end, place.kind) == (3, 12, "boundary")


def test_a_coder_without_anything_here_omitted_it() -> None:
    assert _one(("x", "a1", 3, 9)).kind == "omission"
    assert _one(("x", "a1", 3, 9), ("y", "a1", 3, 9), coders="xyz").kind == "omission"


def test_codes_that_differ_are_told_apart_by_the_tree() -> None:
    def detail(mine: str, theirs: str) -> str | None:
        place = _one(("x", mine, 3, 9), ("y", theirs, 3, 9))
        assert place.kind == "different_code"
        return place.detail

    assert detail("a1", "a2") == "sibling"
    assert detail("a1", "a") == "ancestor"
    assert detail("a1", "b1") == "other"
    assert detail("a", "b") == "other"


def test_a_code_that_only_one_added_is_a_different_code_and_without_a_tree_there_is_no_detail() -> None:
    given_ = _codings(("x", "a1", 3, 9), ("x", "b1", 3, 9), ("y", "a1", 3, 9))
    (place,) = places(given_, "xy")
    assert (place.kind, place.detail) == ("different_code", None)


def test_codings_that_touch_or_overlap_little_are_two_places() -> None:
    assert len(places(_codings(("x", "a", 0, 10), ("y", "a", 10, 20)), "xy")) == 2
    assert len(places(_codings(("x", "a", 0, 10), ("y", "a", 6, 16)), "xy")) == 2
    assert len(places(_codings(("x", "a", 0, 10), ("y", "a", 5, 15)), "xy")) == 1


def test_a_coding_over_the_page_does_not_swallow_the_short_ones_inside() -> None:
    short = [("y", "a1", 20 * i, 20 * i + 10) for i in range(20)]
    parts = places(_codings(("x", "b", 0, 400), *short), "xy")
    assert len(parts) == 21
    assert sum(place.end - place.start == 400 for place in parts) == 1


def test_a_chain_through_the_document_is_cut_where_few_codings_cross() -> None:
    chain = [("xy"[i % 2], "a", 5 * i, 5 * i + 10) for i in range(200)]
    parts = places(_codings(*chain), "xy")
    assert len(parts) > 10
    assert max(place.end - place.start for place in parts) <= 40


def test_empty_spans_and_unknown_coders_are_refused() -> None:
    with pytest.raises(ValueError, match="empty span"):
        places(_codings(("x", "a", 3, 3)), "x")
    with pytest.raises(ValueError, match="not among the coders"):
        places(_codings(("z", "a", 3, 4)), "xy")


coding = st.tuples(st.sampled_from("xyz"), st.sampled_from(["a1", "a2", "b1"]), st.integers(0, 60), st.integers(1, 25))


@st.composite
def layers(draw: st.DrawFn) -> list[Coding]:
    return _codings(*((c, k, s, s + n) for c, k, s, n in draw(st.lists(coding, max_size=40))))


@given(given_=layers())
def test_every_coding_is_in_exactly_one_place_and_places_are_ordered(given_: list[Coding]) -> None:
    ordered = places(given_, "xyz", TREE)
    assert sorted(c.id for place in ordered for c in place.codings) == sorted(c.id for c in given_)
    assert [(p.start, p.end) for p in ordered] == sorted((p.start, p.end) for p in ordered)
    for place in ordered:
        assert place.start == min(c.start for c in place.codings)
        assert place.end == max(c.end for c in place.codings)


@given(given_=layers())
def test_no_place_is_much_longer_than_its_codings(given_: list[Coding]) -> None:
    for place in places(given_, "xyz"):
        lengths = sorted(c.end - c.start for c in place.codings)
        assert place.end - place.start <= LONGEST * lengths[(len(lengths) - 1) // 2]


def _shape(parts: list[Place], name: Callable[[str], str]) -> list[object]:
    return [
        (p.start, p.end, p.kind, p.detail, sorted((name(c.coder), c.code, c.start, c.end) for c in p.codings))
        for p in parts
    ]


@given(given_=layers(), order=st.randoms(use_true_random=False))
def test_who_the_coders_are_and_who_came_first_changes_nothing(given_: list[Coding], order: random.Random) -> None:
    other = dict(zip("xyz", "yzx", strict=True))
    moved = [Coding(f"n{c.id}", other[c.coder], c.code, c.start, c.end) for c in given_]
    order.shuffle(moved)
    before, after = places(given_, "xyz", TREE), places(moved, "zyx", TREE)
    assert sorted(map(repr, _shape(before, lambda c: other[c]))) == sorted(map(repr, _shape(after, str)))


@given(given_=layers())
def test_a_unanimous_place_never_holds_a_difference(given_: list[Coding]) -> None:
    for place in places(given_, "xyz"):
        spans = {c: {(g.code, g.start, g.end) for g in place.codings if g.coder == c} for c in "xyz"}
        assert (place.kind == "unanimous") == (spans["x"] == spans["y"] == spans["z"])


@given(given_=layers())
def test_equal_spans_and_near_spans_of_a_short_group_are_together(given_: list[Coding]) -> None:
    place_of = {c.id: i for i, place in enumerate(places(given_, "xyz")) for c in place.codings}
    for a in given_:
        for b in given_:
            if (a.start, a.end) == (b.start, b.end):
                assert place_of[a.id] == place_of[b.id]


@given(given_=layers())
def test_places_are_the_components_that_a_slow_search_finds_when_none_is_too_long(
    given_: list[Coding],
) -> None:
    groups = [{i} for i in range(len(given_))]
    for i, a in enumerate(given_):
        for j, b in enumerate(given_):
            shared = min(a.end, b.end) - max(a.start, b.start)
            if 2 * shared >= min(a.end - a.start, b.end - b.start):
                mine = next(g for g in groups if i in g)
                theirs = next(g for g in groups if j in g)
                if mine is not theirs:
                    groups.remove(theirs)
                    mine |= theirs
    for group in groups:
        members = [given_[i] for i in group]
        lengths = sorted(c.end - c.start for c in members)
        extent = max(c.end for c in members) - min(c.start for c in members)
        ids = {c.id for c in members}
        touched = [p for p in places(given_, "xyz") if ids & {c.id for c in p.codings}]
        assert set().union(*({c.id for c in p.codings} for p in touched)) == ids
        assert (len(touched) == 1) == (extent <= LONGEST * lengths[(len(lengths) - 1) // 2])
