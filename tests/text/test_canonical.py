import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.text.canonical import canonical, clean_name, name_key, search_key

SIGNS = "a家𠮷\r\n\t \x00\x0b\x0c\x1c\x1f\x85\u2028\u2029\ufeff\ufffe\ufdd0\ud842\udfb7\ud83f\udffe\u0301\u200d神\ufe00"
ANY_TEXT = st.text(st.one_of(st.sampled_from(SIGNS), st.characters()))


@given(ANY_TEXT)
def test_canonical_text_is_its_own_canonical_form(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(ANY_TEXT)
def test_canonical_text_is_never_longer(text: str) -> None:
    assert len(canonical(text)) <= len(text)


@given(ANY_TEXT, ANY_TEXT)
def test_pieces_of_canonical_text_put_together_are_canonical(first: str, second: str) -> None:
    joined = canonical(first) + canonical(second)
    assert canonical(joined) == joined


@given(ANY_TEXT)
def test_canonical_text_can_be_stored_as_utf8_and_has_no_other_control_than_tab_and_line_feed(
    text: str,
) -> None:
    stored = canonical(text).encode().decode()
    assert {sign for sign in stored if unicodedata.category(sign) == "Cc"} <= {"\t", "\n"}


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_every_line_end_becomes_one_line_feed(end: str) -> None:
    assert canonical(f"一{end}二{end}{end}三") == "一\n二\n\n三"


def test_marks_controls_and_noncharacters_are_dropped() -> None:
    assert canonical("\ufeff访\x00谈\x7f者\x9f\ufffe\uffff\ufdd0\U0001fffe\U0010ffff甲\x1f") == "访谈者甲"


def test_two_halves_of_a_character_are_joined_and_a_lone_half_is_replaced() -> None:
    assert canonical("\ud842\udfb7野家 \ud842 \udfb7") == "𠮷野家 \ufffd \ufffd"


@pytest.mark.parametrize(
    "text", ["\uf900", "e\u0301", "ＡＢＣ，１２", "  两端 \t", "神\ufe00", "👨\u200d👩\u200d👧", "ﬁ"]
)
def test_nothing_is_composed_trimmed_expanded_or_narrowed(text: str) -> None:
    assert canonical(text) == text


def test_searching_finds_full_width_and_capital_letters() -> None:
    assert search_key("ＥＲＰ系统 Straße") == search_key("erp系统 STRASSE")
    assert search_key("协同") != search_key("协作")


def test_a_name_is_stored_on_one_line_without_blanks_around_it() -> None:
    assert clean_name("  数字化\u3000 转型\r\n\t协同 ") == "数字化 转型 协同"
    assert clean_name("Cafe\u0301") == "Caf\u00e9"
    assert clean_name(" \u3000\ufeff\x00") == ""


@given(ANY_TEXT)
def test_a_clean_name_stays_as_it_is(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)


@pytest.mark.parametrize(
    "second", ["erp 系统", "ＥＲＰ\u3000系统", " ERP  系统\n", "ERP\u200b 系\u200d统", "E\u00adRP 系统"]
)
def test_names_that_read_the_same_have_the_same_key(second: str) -> None:
    assert name_key(second) == name_key("ERP 系统")


def test_names_that_read_differently_have_different_keys() -> None:
    assert len({name_key(name) for name in ("协同", "协作", "协同1", "协同 1")}) == 4


@pytest.mark.parametrize(
    ("seen", "meant"),
    [("⻝品企业", "食品企业"), ("⽂件", "文件"), ("⻋间", "车间"), ("见⻅", "见见"), ("⺠营⻅⻓", "民营见长")],
)
def test_radicals_are_the_ideographs_that_they_look_like_in_names_and_searches(seen: str, meant: str) -> None:
    assert name_key(seen) == name_key(meant)
    assert search_key(seen) == search_key(meant)
    assert canonical(seen) == seen
