"""A study in the eyes of one coder, of all, of those who agree and of the consensus; at every level."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.saturation.incidence import Incidence
from intercoder.stats.saturation.stopping import Rule
from intercoder.stats.saturation.study.events import Study
from intercoder.stats.saturation.study.views import (
    by_category,
    by_group,
    cases_as_units,
    disagreements,
    drop,
    look,
    provenance,
)
from intercoder.stats.tree import Level
from stats.study_events import applied, doc, merged, ruled, tree


def _new(study: Study, view: str, level: Level = Level.LABEL) -> tuple[int, ...]:
    return look(study, view, level).incidence.discovery.new


def test_every_view_counts_other_codings() -> None:
    study = Study.of(
        [doc("d1"), doc("d2"), *applied("u", "d1", "a", "b"), *applied("v", "d1", "a"), *applied("v", "d2", "c")]
    )
    assert _new(study, "union") == (2, 1)
    assert _new(study, "coder:u") == (2, 0)
    assert _new(study, "coder:v") == (1, 1)
    assert look(study, "agree:2", Level.LABEL).docs == ("d1",)
    assert _new(study, "agree:2") == (1,)
    assert _new(study, "consensus") == (1, 0)


def test_a_view_that_is_none_is_refused() -> None:
    for name in ("everybody", "coder:", "agree:0", "agree:x", "union:2"):
        with pytest.raises(WrongArgument, match="none of union"):
            look(Study(), name, Level.LABEL)


def test_who_finished_a_document_decides_where_it_counts_when_that_is_known() -> None:
    study = Study.of([doc("d1", coders="uv"), doc("d2", coders="u"), *applied("u", "d2", "a"), doc("d3", coders="uv")])
    assert look(study, "union", Level.LABEL).docs == ("d1", "d2", "d3")
    assert look(study, "coder:v", Level.LABEL).docs == look(study, "agree:2", Level.LABEL).docs == ("d1", "d3")
    assert look(study, "consensus", Level.LABEL).docs == ("d1", "d3")


def test_taking_back_the_last_code_leaves_an_empty_document_and_not_none() -> None:
    study = Study.of([doc("d1"), *applied("u", "d1", "a"), *applied("v", "d1", "a")])
    study.take({"e": "unapply", "coder": "v", "doc": "d1", "code": "a"})
    assert look(study, "agree:2", Level.LABEL).codes == (frozenset(),)


def test_codes_are_lifted_and_those_without_a_place_are_named() -> None:
    study = Study.of(
        [*tree(), doc("d1"), *applied("u", "d1", "l1", "l2", "l4"), doc("d2"), *applied("u", "d2", "l3", "F2")]
    )
    assert _new(study, "union", Level.LABEL) == (3, 1)
    assert _new(study, "union", Level.CONCEPT) == (1, 1)
    assert _new(study, "union", Level.CONSTRUCT) == (1, 0)
    assert look(study, "union", Level.CONCEPT).without_ancestor == ("l4",)
    assert look(study, "union", Level.LABEL).without_ancestor == ("F2",)


def test_two_coders_who_used_two_labels_of_one_concept_agree_on_the_concept() -> None:
    study = Study.of([*tree(), doc("d1"), *applied("u", "d1", "l1"), *applied("v", "d1", "l2")])
    assert look(study, "agree:2", Level.LABEL).observed == frozenset()
    assert look(study, "agree:2", Level.CONCEPT).observed == look(study, "consensus", Level.CONCEPT).observed == {"F1"}


def test_moving_a_code_changes_the_levels_above_it_only() -> None:
    study = Study.of([*tree(), doc("d1"), *applied("u", "d1", "l1"), doc("d2"), *applied("u", "d2", "l2")])
    assert _new(study, "union", Level.CONCEPT) == (1, 0)
    study.take({"e": "parent", "code": "l2", "parent": "F2"})
    assert _new(study, "union", Level.CONCEPT) == (1, 1)
    assert _new(study, "union", Level.LABEL) == (1, 1)


def test_a_merge_counts_in_the_past_and_chains_resolve() -> None:
    study = Study.of(
        [doc("d1"), *applied("u", "d1", "a"), doc("d2"), *applied("v", "d2", "b"), doc("d3"), *applied("u", "d3", "c")]
    )
    study.take(merged("a", "b"))
    study.take(merged("b", "c"))
    assert _new(study, "union") == (1, 0, 0)
    assert look(study, "union", Level.LABEL).observed == {"c"}
    study.take({"e": "unmerge", "code": "b"})
    assert _new(study, "union") == (1, 0, 1)
    assert study.applied["d1"] == {"a": {"u"}}


def test_merges_and_parents_in_a_circle_change_nothing_and_are_noted() -> None:
    study = Study.of([*tree(), merged("l1", "l2"), merged("l2", "l1"), {"e": "parent", "code": "G1", "parent": "l3"}])
    study.take(merged("G1", "l3"))
    assert [refusal.why for refusal in study.refused] == ["merge_cycle", "parent_cycle", "parent_cycle"]
    assert study.refused[0].at == 15
    assert study.lift("l1", Level.CONCEPT) == "F1"


def test_renaming_changes_no_figure() -> None:
    study = Study.of([*tree(), doc("d1"), *applied("u", "d1", "l1")])
    before = look(study, "union", Level.CONCEPT)
    study.take({"e": "rename", "code": "F1", "label": "资源拼凑"})
    assert look(study, "union", Level.CONCEPT) == before
    assert study.labels["F1"] == "资源拼凑"


def test_an_excluded_document_is_back_at_its_old_place() -> None:
    study = Study.of([doc("d1"), *applied("u", "d1", "a"), doc("d2"), *applied("u", "d2", "a", "b")])
    study.take({"e": "exclude", "doc": "d1"})
    assert _new(study, "union") == (2,)
    study.take({"e": "include", "doc": "d1"})
    assert _new(study, "union") == (1, 1)


def test_after_a_split_the_curves_are_provisional_until_everything_is_coded_anew() -> None:
    study = Study.of(
        [
            doc("d1"),
            *applied("u", "d1", "a"),
            *applied("v", "d1", "a"),
            {"e": "split", "code": "a", "into": ["a1", "a2"]},
        ]
    )
    assert look(study, "union", Level.LABEL).awaiting == 2
    for coder in "uv":
        study.take({"e": "unapply", "coder": coder, "doc": "d1", "code": "a"})
        study.take(*applied(coder, "d1", "a1"))
    assert not look(study, "union", Level.LABEL).provisional


def test_rulings_of_merged_codes_are_joined_by_or_and_shown_when_they_differ() -> None:
    study = Study.of([doc("d1"), *applied("u", "d1", "a"), *applied("v", "d1", "b"), ruled("d1", "a", present=True)])
    study.take(ruled("d1", "b", present=False))
    study.take(merged("a", "b"))
    seen = look(study, "consensus", Level.LABEL)
    assert seen.observed == {"b"}
    assert seen.review == (("d1", "b"),)


def test_a_ruling_overrules_two_who_agree_and_one_who_is_alone() -> None:
    study = Study.of([doc("d1"), *applied("u", "d1", "a", "b"), *applied("v", "d1", "a")])
    assert look(study, "consensus", Level.LABEL).observed == {"a"}
    study.take(ruled("d1", "a", present=False))
    study.take(ruled("d1", "b", present=True))
    assert look(study, "consensus", Level.LABEL).observed == {"b"}


def test_a_ruling_against_a_label_does_not_delete_its_concept_seen_by_two() -> None:
    study = Study.of(
        [
            *tree(),
            doc("d1"),
            *applied("u", "d1", "l1", "l2"),
            *applied("v", "d1", "l2"),
            ruled("d1", "l1", present=False),
        ]
    )
    assert look(study, "consensus", Level.LABEL).observed == {"l2"}
    assert look(study, "consensus", Level.CONCEPT).observed == {"F1"}


def test_the_gap_between_union_and_consensus_is_listed_until_somebody_rules() -> None:
    study = Study.of([doc("d1"), *applied("u", "d1", "a", "b"), *applied("v", "d1", "a")])
    (gap,) = disagreements(study, Level.LABEL)
    assert (gap.doc, gap.code, gap.coders) == ("d1", "b", ("u",))
    study.take(ruled("d1", "b", present=False))
    assert disagreements(study, Level.LABEL) == ()


def test_a_drop_says_how_much_of_it_is_merging() -> None:
    study = Study.of([doc("d1"), *applied("u", "d1", "a", "b", "c", "d")])
    before = look(study, "union", Level.LABEL).observed
    for event in (merged("a", "b"), {"e": "unapply", "coder": "u", "doc": "d1", "code": "d"}, *applied("u", "d1", "e")):
        study.take(event)
    change = drop(study, before, look(study, "union", Level.LABEL))
    assert change.to_json() == {"before": 4, "now": 3, "merged": 1, "gone": 1, "came": 1}


def test_documents_are_grouped_by_case_source_and_coder_and_cases_can_be_units() -> None:
    study = Study.of(
        [
            *(doc("d1"), doc("d2", "B", "news"), doc("d3", "A", "news"), doc("d4", None, None)),
            *(
                *applied("u", "d1", "a"),
                *applied("u", "d2", "b"),
                *applied("v", "d3", "a", "c"),
                *applied("v", "d4", "d"),
            ),
        ]
    )
    seen = look(study, "union", Level.LABEL)
    assert by_group(study, seen, "case") == {"A": [{"a"}, {"a", "c"}], "B": [{"b"}]}
    assert by_group(study, seen, "source") == {"interview": [{"a"}], "news": [{"b"}, {"a", "c"}]}
    assert by_group(study, seen, "coder")["v"] == [set(), set(), {"a", "c"}, {"d"}]
    assert cases_as_units(study, seen) == {"A": {"a", "c"}, "B": {"b"}, "d4": {"d"}}
    with pytest.raises(WrongArgument, match="grouped by case"):
        by_group(study, seen, "year")


def test_another_order_of_the_documents_can_be_asked_for() -> None:
    study = Study.of([doc("d1"), *applied("u", "d1", "a"), doc("d2"), *applied("u", "d2", "a", "b"), doc("d3")])
    seen = look(study, "union", Level.LABEL, order=["d2", "d1"])
    assert (seen.docs, seen.order) == (("d2", "d1", "d3"), "chosen")
    assert seen.incidence.discovery.new == (2, 0, 0)


def test_a_rule_is_asked_for_every_category() -> None:
    study = Study.of([*tree(), doc("d1"), *applied("u", "d1", "l1", "l3"), doc("d2"), *applied("u", "d2", "l2", "l4")])
    categories = by_category(study, "union", Level.CONCEPT)
    assert categories == {"F1": [{"l1"}, {"l2"}], "F2": [{"l3"}, set()]}
    rule = Rule("francis2010", {"initial": 1, "stop": 1})
    assert {name: rule.now(Incidence.of(codes).discovery.new).met for name, codes in categories.items()} == {
        "F1": False,
        "F2": True,
    }


def test_a_figure_can_be_told_from_one_under_other_merges() -> None:
    study = Study.of([*tree(), doc("d1"), *applied("u", "d1", "l1")])
    before = provenance(study, look(study, "union", Level.LABEL))
    study.take(merged("l3", "l2"))
    after = provenance(study, look(study, "union", Level.LABEL))
    assert before.merges_sha256 != after.merges_sha256
    assert before.documents_sha256 == after.documents_sha256


def test_reserving_again_is_seen() -> None:
    study = Study.of(
        [{"e": "reserve", "docs": ["d8"]}, {"e": "reserve", "docs": ["d9"]}, {"e": "open_reserve", "docs": ["d9"]}]
    )
    assert study.reserves == [(0, "reserve", ("d8",)), (1, "reserve", ("d9",)), (2, "open_reserve", ("d9",))]


def test_a_merge_cannot_be_undone_once_that_would_close_a_circle() -> None:
    study = Study.of([*tree(), merged("F1", "F2"), {"e": "parent", "code": "S1", "parent": None}])
    study.take({"e": "parent", "code": "F2", "parent": None})
    study.take({"e": "parent", "code": "S1", "parent": "F2"})
    assert study.take({"e": "parent", "code": "F1", "parent": "S1"})  # asleep: F1 counts as F2
    assert study.take({"e": "unmerge", "code": "F1"})
    study.take(merged("F1", "F2"))
    study.take({"e": "parent", "code": "S1", "parent": "F1"})
    assert not study.take({"e": "unmerge", "code": "F1"})
    assert study.live("F1") == "F2"


def test_events_that_make_no_sense_are_noted_and_change_nothing() -> None:
    study = Study.of(
        [{"e": "explode"}, {"e": "apply", "doc": "d1"}, {}, doc("d1"), doc("d1"), {"e": "exclude", "doc": "d9"}]
    )
    assert [refusal.why for refusal in study.refused] == [
        "unknown_event",
        "incomplete_event",
        "unknown_event",
        "document_twice",
        "unknown_document",
    ]
    assert look(study, "union", Level.LABEL).docs == ("d1",)


codes, docs, coders = (
    st.sampled_from(["l1", "l2", "l3", "l4", "F1"]),
    st.sampled_from(["d1", "d2", "d3"]),
    st.sampled_from("uv"),
)
events = st.lists(
    st.one_of(
        st.builds(lambda c, d, k: {"e": "apply", "coder": c, "doc": d, "code": k}, coders, docs, codes),
        st.builds(lambda c, d, k: {"e": "unapply", "coder": c, "doc": d, "code": k}, coders, docs, codes),
        st.builds(doc, docs),
        st.builds(lambda d, e: {"e": e, "doc": d}, docs, st.sampled_from(["exclude", "include"])),
        st.builds(ruled, docs, codes, st.booleans()),
        st.builds(merged, codes, codes),
        st.builds(lambda k: {"e": "unmerge", "code": k}, codes),
        st.builds(lambda k, p: {"e": "parent", "code": k, "parent": p}, codes, st.sampled_from(["F1", "F2", None])),
    ),
    max_size=25,
)


@settings(max_examples=80)
@given(happened=events)
def test_whatever_happens_the_views_stay_inside_one_another(happened: list[dict[str, Any]]) -> None:
    study = Study.of([*tree(), *happened])
    for level in Level:
        union = dict(zip(look(study, "union", level).docs, look(study, "union", level).codes, strict=True))
        assert list(union) == study.counted
        for view in ("agree:1", "agree:2", "coder:u"):
            seen = look(study, view, level)
            assert all(codes <= union[name] for name, codes in zip(seen.docs, seen.codes, strict=True))
        assert look(study, "agree:1", level).observed == look(study, "union", level).observed
    below = look(study, "consensus", Level.LABEL)
    above = dict(zip(below.docs, look(study, "consensus", Level.CONCEPT).codes, strict=True))
    for name, labels in zip(below.docs, below.codes, strict=True):
        assert {study.lift(code, Level.CONCEPT) for code in labels} - {None} <= above[name]


@settings(max_examples=60)
@given(happened=events)
def test_taking_events_one_by_one_is_replaying_them(happened: list[dict[str, Any]]) -> None:
    kept = Study()
    for event in (*tree(), *happened):
        kept.take(event)
        look(kept, "union", Level.CONCEPT)  # what is remembered on the way must not go stale
    assert look(kept, "consensus", Level.CONCEPT) == look(Study.of([*tree(), *happened]), "consensus", Level.CONCEPT)
