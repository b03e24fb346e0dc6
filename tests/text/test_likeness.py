"""Passages are alike by the runs of characters that they share, in Chinese and in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.text.likeness import likeness, runs

TEXTS = st.text(st.sampled_from("信任先行合同abc D。, 𠮷é"), max_size=30)


@given(TEXTS, TEXTS)
def test_likeness_is_a_share_the_same_both_ways(one: str, other: str) -> None:
    a, b = runs(one), runs(other)
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, b) == likeness(b, a)
    assert likeness(a, a) == (1 if a else 0)


@pytest.mark.parametrize(
    ("passage", "nearer", "further"),
    [
        ("先有信任，再有合同", "没有信任，不谈合同", "设备都接上了网"),
        ("Trust came before any contract", "any contract came after trust", "the machines were old"),
        ("他们用ERP管库存", "ERP系统管理库存", "他们去了北京"),
        ("𠮷野家先行", "𠮷野家跟进", "吉祥物先到"),
    ],
)
def test_what_shares_words_is_nearer_than_what_does_not(passage: str, nearer: str, further: str) -> None:
    assert likeness(runs(passage), runs(nearer)) > likeness(runs(passage), runs(further))


def test_width_case_and_signs_do_not_count() -> None:
    assert runs("ＥＲＰ，System!") == runs("erp system")
    assert runs("。， ") == frozenset()
