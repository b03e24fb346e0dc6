import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.errors import InvalidInput
from intercoder.text.offsets import Offsets

TEXTS = st.text(
    st.one_of(
        st.sampled_from("a家𠮷👨\u200d👩🏽e\u0301神\ufe00🇨🇳\U0010fffd"),
        st.characters(exclude_categories=["Cs"]),
    )
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(TEXTS)
def test_every_position_counts_as_many_units_as_the_encoded_text_before_it(text: str) -> None:
    offsets = Offsets(text)
    assert [offsets.to_utf16(i) for i in range(len(text) + 1)] == [units(text[:i]) for i in range(len(text) + 1)]
    assert offsets.length16 == units(text)


@given(TEXTS)
def test_every_position_comes_back_from_utf16(text: str) -> None:
    offsets = Offsets(text)
    assert all(offsets.from_utf16(offsets.to_utf16(i)) == i for i in range(len(text) + 1))


@given(TEXTS)
def test_a_position_inside_a_pair_snaps_to_its_start(text: str) -> None:
    offsets = Offsets(text)
    expected = [i for i, sign in enumerate(text) for _unit in range(units(sign))] + [len(text)]
    assert [offsets.from_utf16(unit) for unit in range(offsets.length16 + 1)] == expected


def test_the_first_character_of_yoshinoya_takes_two_units() -> None:
    offsets = Offsets("𠮷野家")
    assert list(offsets.astral) == [0]
    assert [offsets.to_utf16(i) for i in range(4)] == [0, 2, 3, 4]
    assert [offsets.from_utf16(i) for i in range(5)] == [0, 0, 1, 2, 3]


@pytest.mark.parametrize("position", [-1, 4])
def test_a_position_outside_the_text_is_refused(position: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        Offsets("𠮷野家").to_utf16(position)
    assert refused.value.code == "offset_outside_text"


@pytest.mark.parametrize("position", [-1, 5])
def test_a_utf16_position_outside_the_text_is_refused(position: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        Offsets("𠮷野家").from_utf16(position)
    assert refused.value.code == "offset_outside_text"
