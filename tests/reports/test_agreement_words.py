"""What is said beside the numbers of agreement, in both languages."""

import pytest

from intercoder.language import speaking
from intercoder.reports.agreement import few_comparable
from intercoder.stats.agreement.remarks import paradox
from intercoder.stats.agreement.report import DocumentRatings, agreement_report


@pytest.mark.parametrize(
    ("units", "pairable", "said"),
    [
        (100, 1, "1 of 100 units"),
        (12, 9, "9 of 12 units"),
        (5000, 1200, "1,200 of 5,000 units"),
        (100, 50, ""),
        (9, 9, ""),
        (40, 0, ""),
    ],
)
def test_few_comparable_units_are_a_note_and_most_of_them_none(units: int, pairable: int, said: str) -> None:
    notes = few_comparable(units, pairable)
    assert [note.code for note in notes] == (["few_comparable"] if said else [])
    assert not notes or notes[0].sentence.startswith(said)


def test_few_comparable_units_are_said_in_chinese_too() -> None:
    with speaking("zh"):
        (note,) = few_comparable(100, 1)
    assert note.sentence.startswith("100 个单元中只有 1 个可以比较")


@pytest.mark.parametrize(("percent", "alpha", "largest"), [(0.9, 0.5, 0.5), (1.0, None, 1.0), (0.8, 0.9, 0.95)])
def test_nobody_is_sent_to_an_ac1_that_is_not_there(percent: float, alpha: float | None, largest: float) -> None:
    assert paradox(percent, alpha, largest, 0.8)
    assert not paradox(percent, alpha, largest, None)


@pytest.mark.parametrize("codes", [(), ("信任",)])
def test_a_report_in_which_everybody_gave_every_unit_the_same_set_has_neither_ac1_nor_the_sentence(
    codes: tuple[str, ...],
) -> None:
    same = [frozenset(codes)] * 12
    report = agreement_report([DocumentRatings("d", ["x", "y"], 12, {"x": same, "y": same})], ["信任"], resamples=0)
    assert report.overall["ac1"].value is None
    assert not report.paradox
    # Of a code in use: present and absent are two categories, so AC1 is 1 and the sentence stays.
    assert report.by_code[0].paradox is (report.by_code[0].estimates["ac1"].value == 1.0) is bool(codes)
