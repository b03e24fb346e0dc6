"""Declared, withdrawn, and never back by itself."""

from typing import Any

import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.saturation.stopping import Rule
from intercoder.stats.saturation.study.declarations import Terms, run_declarations
from intercoder.stats.tree import Level
from stats.study_events import Event, applied, doc, merged, ruled, shown, tree

DECLARE: Event = {"e": "declare", "by": "lead"}
LABELS = Terms(view="union", level=Level.LABEL)


def _states(events: list[Event], terms: Terms = LABELS) -> list[tuple[str, str | None]]:
    return [(entry.state, entry.reason) for entry in run_declarations(events, terms).log]


def _start() -> list[Event]:
    return [doc("d1"), *applied("u", "d1", "a", "b"), doc("d2"), *applied("u", "d2", "b"), DECLARE]


def test_nothing_declared_is_open() -> None:
    declarations = run_declarations(_start()[:-1], LABELS)
    assert (declarations.final, declarations.log, declarations.documents, declarations.codes) == ("open", (), 2, 2)


def test_a_declaration_freezes_who_what_and_which_numbers() -> None:
    (entry,) = run_declarations(_start(), LABELS).log
    assert (entry.state, entry.by, entry.at, entry.documents) == ("declared", "lead", 5, 2)
    assert entry.frozen == ("a", "b")
    assert entry.numbers is not None
    assert entry.numbers["coverage"] is not None


def test_a_late_document_without_news_does_not_withdraw_and_counts() -> None:
    declarations = run_declarations([*_start(), doc("d3"), *applied("u", "d3", "a")], LABELS)
    assert (declarations.final, declarations.documents, len(declarations.log)) == ("declared", 3, 1)


@pytest.mark.parametrize("where", ["d1", "d3"])
def test_a_new_code_withdraws_in_a_late_and_in_an_old_document(where: str) -> None:
    declarations = run_declarations([*_start(), doc("d3"), *applied("v", where, "c")], LABELS)
    assert declarations.final == "withdrawn"
    entry = declarations.log[-1]
    assert (entry.reason, entry.new_codes, entry.event, entry.doc, entry.coder) == (
        "new_codes",
        ("c",),
        "apply",
        where,
        "v",
    )


def test_it_never_comes_back_by_itself_but_can_be_declared_again() -> None:
    news = [*_start(), *applied("u", "d2", "c")]
    gone = [{"e": "unapply", "coder": "u", "doc": "d2", "code": "c"}]
    for more in (gone, [merged("c", "a")], [{"e": "exclude", "doc": "d2"}]):
        assert run_declarations([*news, *more], LABELS).final == "withdrawn"
        assert run_declarations([*news, *more, DECLARE], LABELS).final == "declared"


def test_merging_declared_codes_withdraws_nothing_but_undoing_it_does() -> None:
    together = [*_start()[:-1], merged("a", "b"), DECLARE]
    assert _states([*_start(), merged("a", "b")]) == [("declared", None)]
    assert _states([*together, {"e": "unmerge", "code": "a"}]) == [("declared", None), ("withdrawn", "new_codes")]


def test_a_code_merged_into_an_unused_one_is_no_news() -> None:
    assert _states([*_start(), {"e": "code", "code": "z", "level": "label"}, merged("a", "z")]) == [("declared", None)]


def test_a_document_brought_back_with_a_code_of_its_own_withdraws() -> None:
    events = [
        doc("d0"),
        *applied("u", "d0", "z"),
        {"e": "exclude", "doc": "d0"},
        *_start(),
        {"e": "include", "doc": "d0"},
    ]
    entry = run_declarations(events, LABELS).log[-1]
    assert (entry.state, entry.event, entry.new_codes) == ("withdrawn", "include", ("z",))


def test_a_code_moved_to_a_new_concept_withdraws_the_concepts() -> None:
    events = [
        *tree(),
        doc("d1"),
        *applied("u", "d1", "l1", "l2"),
        DECLARE,
        {"e": "parent", "code": "l2", "parent": "F2"},
    ]
    assert _states(events, Terms(view="union", level=Level.CONCEPT))[-1] == ("withdrawn", "new_codes")
    assert _states(events, LABELS) == [("declared", None)]


def test_in_the_consensus_a_ruling_can_bring_the_news() -> None:
    events = [
        doc("d1"),
        *applied("u", "d1", "a", "b"),
        *applied("v", "d1", "a"),
        DECLARE,
        ruled("d1", "b", present=True),
    ]
    entry = run_declarations(events, Terms(view="consensus", level=Level.LABEL)).log[-1]
    assert (entry.state, entry.event, entry.new_codes) == ("withdrawn", "adjudicate", ("b",))


def test_open_disagreements_forbid_it_unless_it_is_forced_with_a_reason() -> None:
    events = [doc("d1"), *applied("u", "d1", "a", "b"), *applied("v", "d1", "a")]
    terms = Terms(view="consensus", level=Level.LABEL, settled=True)
    assert _states([*events, DECLARE], terms) == [("refused", "open_disagreements")]
    declarations = run_declarations([*events, {**DECLARE, "forced": "b is a typing error"}], terms)
    assert (declarations.final, declarations.log[0].forced, declarations.log[0].open_disagreements) == (
        "declared",
        "b is a typing error",
        1,
    )


def test_relations_properties_and_dimensions_withdraw_only_when_they_are_covered() -> None:
    relation = {"e": "relation", "doc": "d2", "from": "a", "type": "causes", "to": "b"}
    for event, kind in (
        (relation, "relations"),
        (shown("d1", "a", "speed"), "properties"),
        (shown("d1", "a", "speed", "slow"), "dimensions"),
    ):
        covering = Terms(view="union", level=Level.LABEL, covers=(kind,))
        assert _states([*_start(), event]) == [("declared", None)]
        assert _states([*_start(), event], covering)[-1] == ("withdrawn", f"new_{kind}")
        assert _states([*_start()[:-1], event, DECLARE, {**event, "doc": "d1"}], covering) == [("declared", None)]


def test_a_relation_between_merged_codes_is_no_new_one() -> None:
    relation = {"e": "relation", "doc": "d2", "from": "a", "type": "causes", "to": "b"}
    events = [*_start()[:-1], *applied("u", "d1", "c"), relation, DECLARE, merged("a", "c"), {**relation, "from": "c"}]
    assert _states(events, Terms(view="union", level=Level.LABEL, covers=("relations",))) == [("declared", None)]


def test_another_coder_too_few_documents_a_failed_hold_out_and_a_rule_broken_withdraw_when_asked() -> None:
    another: list[Event] = applied("v", "d1", "a")
    fewer: list[Event] = [{"e": "exclude", "doc": "d2"}]
    failed: list[Event] = [{"e": "open_reserve", "docs": ["d1"]}]
    rule = Rule("guest2020", {"base": 1, "run": 1, "threshold": 0.0})
    broken: list[Event] = [{"e": "unapply", "coder": "u", "doc": "d1", "code": "b"}]  # now d2 is the first with b
    for more, reason, terms in (
        (another, "coder_joined", Terms(view="union", level=Level.LABEL, new_coder=True)),
        (fewer, "too_few_documents", Terms(view="union", level=Level.LABEL, minimum=2)),
        (broken, "rule_not_met", Terms(view="union", level=Level.LABEL, rule=rule)),
    ):
        assert _states([*_start(), *more]) == [("declared", None)]
        assert _states([*_start(), *more], terms)[-1] == ("withdrawn", reason)
    tests = [
        *tree(),
        doc("d1"),
        *applied("u", "d1", "l1", "l3"),
        doc("d2"),
        *applied("u", "d2", "l1"),
        DECLARE,
        *failed,
    ]
    assert _states(tests)[-1] == ("withdrawn", "holdout_failed")


def test_the_history_is_the_same_for_every_prefix() -> None:
    events = [
        *_start(),
        *applied("u", "d2", "c"),
        DECLARE,
        merged("c", "a"),
        doc("d3"),
        *applied("u", "d3", "d"),
        DECLARE,
    ]
    whole = run_declarations(events, LABELS).log
    for end in range(len(events)):
        part = run_declarations(events[:end], LABELS).log
        assert part == whole[: len(part)]


@pytest.mark.parametrize("given", [{"view": "somebody"}, {"covers": ("memos",)}])
def test_terms_that_make_no_sense_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(WrongArgument):
        Terms(**given)
