"""How the figures read: three grades, what holds where, and what they do not say."""

import json

import pytest

from intercoder.stats.saturation.holdout import hold_out
from intercoder.stats.saturation.reading import CAVEATS, FIXED, GRADES, read
from intercoder.stats.saturation.report import Saturation, saturation
from intercoder.stats.saturation.stopping import Rule

#: every document brings two codes of its own
LABELS = saturation([frozenset({f"a{i}", f"b{i}", "common"}) for i in range(9)])
#: the first four brought everything
CONCEPTS = saturation([frozenset("abcd"[: i + 1]) for i in range(4)] + [frozenset("abcd")] * 5)


def test_news_everywhere_says_continue_with_the_facts() -> None:
    reading = read({"labels": LABELS})
    assert reading.grade == "continue"
    assert reading.met == ()
    first = reading.facts["labels"][0]
    assert first.values["unique"] == 9
    assert first.message.format(**first.values).startswith("The next document is expected to bring")


def test_flat_concepts_and_labels_that_keep_coming_are_slowing_and_named_apart() -> None:
    reading = read({"labels": LABELS, "concepts": CONCEPTS})
    assert reading.grade == "slowing"
    assert {finding.scope for finding in reading.met} == {"concepts"}
    assert {(finding.scope, finding.rule) for finding in reading.not_met} == {
        ("labels", "arrival"),
        ("labels", "order_free"),
    }


def test_all_rules_everywhere_say_no_recent_news_since_a_document() -> None:
    reading = read({"concepts": CONCEPTS})
    assert reading.grade == "no_recent_news"
    assert [finding.since for finding in reading.met if finding.rule == "arrival"] == [5]
    assert "no_uniques" in reading.caveats


def test_a_failed_hold_out_keeps_it_at_slowing_and_a_lucky_one_is_called_so() -> None:
    documents = [frozenset("abcd")] * 8 + [frozenset("abcde")]
    assert read({"x": CONCEPTS}, hold_outs={"x": hold_out(documents, [8])}).grade == "slowing"
    lucky = hold_out([frozenset({f"c{i}"}) for i in range(8)] + [frozenset()], [8])
    assert lucky.passed
    reading = read({"x": CONCEPTS}, hold_outs={"x": lucky})
    assert reading.grade == "no_recent_news"
    assert "lucky_split" in reading.caveats


def test_few_documents_and_no_codes_are_never_no_recent_news() -> None:
    few: list[list[frozenset[str]]] = [[], [frozenset()] * 20, [frozenset("ab")], [frozenset("ab")] * 4]
    for documents in few:
        reading = read({"x": saturation(documents)}, Rule("francis2010", {"initial": 1, "stop": 1}))
        assert reading.grade != "no_recent_news"
        assert reading.not_met


def test_the_rule_must_hold_at_the_end_and_not_only_once() -> None:
    late = saturation([frozenset("abcd")] * 7 + [frozenset("abcdefgh")])
    assert late.guest2020.saturated_at == 6
    assert ("x", "arrival") in {(finding.scope, finding.rule) for finding in read({"x": late}).not_met}


def test_beyond_twice_the_documents_nothing_is_promised() -> None:
    sentences = [sentence.message for sentence in read({"x": LABELS}).facts["x"]]
    assert any("not predictable" in sentence for sentence in sentences)
    assert not any(sentence.startswith("About {further}") for sentence in sentences)


def test_an_interval_beyond_tenfold_is_not_printed_with_its_end() -> None:
    wild = saturation([frozenset({f"a{i}", f"b{i}"}) for i in range(9)] + [frozenset({"a0"})])
    assert "more_than_tenfold" in wild.flags
    assert any("ten times" in sentence.message for sentence in read({"x": wild}).facts["x"])


def _read_all() -> list[Saturation]:
    return [LABELS, CONCEPTS, saturation([]), saturation([frozenset("ab"), frozenset("bc")])]


@pytest.mark.parametrize("figures", _read_all())
def test_every_sentence_can_be_filled_every_caveat_is_known_and_none_says_saturated(figures: Saturation) -> None:
    reading = read({"x": figures}, provisional=True)
    for sentence in (*reading.sentences, *reading.facts["x"]):
        assert "saturated" not in sentence.message.format(**sentence.values).lower()
    assert set(reading.caveats) <= set(CAVEATS)
    assert reading.caveats[-len(FIXED) :] == FIXED
    assert "provisional" in reading.caveats
    assert reading.grade in GRADES
    assert "saturat" not in " ".join(GRADES.values()).lower()
    json.dumps(reading.to_json(), allow_nan=False)
