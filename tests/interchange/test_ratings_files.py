"""Ratings, long and wide: what is missing, what is the empty set, and what is refused."""

import pytest

from intercoder.errors import InvalidInput
from intercoder.interchange.cells import Reading
from intercoder.interchange.ratings import RatingTable, read_long, read_wide
from intercoder.interchange.reading import Shape, Wishes
from intercoder.interchange.tables import read_text

MULTI = Reading(multi=True)


def long(text: str, reading: Reading | None = None) -> RatingTable:
    return read_long(read_text(text, "long.csv"), reading)


def wide(text: str, reading: Reading | None = None, *, sure: bool = False) -> RatingTable:
    return read_wide(read_text(text, "wide.csv"), reading, Wishes(shape=Shape.WIDE if sure else None))


def test_long_and_wide_say_the_same() -> None:
    a = long("unit,coder,value\nu1,A,x\nu1,B,y\nu2,A,x\nu3,B,NA\nu2,B,\n")
    b = wide("unit,A,B\nu1,x,y\nu2,x,\nu3,NA,\n")
    assert (a.coders, a.units, a.cells) == (b.coders, b.units, b.cells)
    assert a.cells == (("x", "x", None), ("y", None, None))
    assert (a.layout, b.layout) == ("long", "wide")


def test_with_several_codes_an_empty_value_of_a_long_file_is_the_empty_set_and_no_row_is_missing() -> None:
    ratings = long("unit,coder,value\nu1,A,x; y\nu1,B,\nu2,A,y;x;\nu3,A,NA\nu3,B,x\n", MULTI)
    assert ratings.cells == (
        (frozenset("xy"), frozenset("xy"), None),
        (frozenset(), None, frozenset("x")),
    )


def test_with_several_codes_an_empty_cell_of_a_wide_file_is_the_empty_set_and_na_is_missing() -> None:
    ratings = wide("unit,A,B\nu1,x;y,\nu2,NA,x\n", MULTI)
    assert ratings.cells == ((frozenset("xy"), None), (frozenset(), frozenset("x")))


def test_the_full_width_semicolon_of_a_chinese_keyboard_separates_codes() -> None:
    assert wide("单元,甲\nu1,信任；控制;资源\n", MULTI).cells[0][0] == frozenset({"信任", "控制", "资源"})


@pytest.mark.parametrize("spelling", ["nan", "None", ".", "#N/A", "<NA>", "NULL", "缺失"])
def test_what_software_writes_for_no_value_is_missing_and_counted(spelling: str) -> None:
    ratings = wide(f"unit,A,B\n1,x,{spelling}\n2,{spelling},y\n")
    assert ratings.cells == (("x", None), (None, "y"))
    assert [(told.text, told.times) for told in ratings.reading.missing] == [(spelling, 2)]


@pytest.mark.parametrize("spelling", ["none", "无", "-", "/", "未知"])
def test_what_may_be_a_category_stays_one_with_a_word_until_somebody_says_that_it_is_missing(spelling: str) -> None:
    text = f"unit,A,B\n1,x,{spelling}\n2,y,y\n"
    assert wide(text).cells[1] == (spelling, "y")
    assert [told.text for told in wide(text).reading.doubtful] == [spelling]
    assert wide(text, Reading(missing=(spelling,))).cells[1] == (None, "y")


def test_a_code_that_is_declared_is_a_code_whatever_it_is_called() -> None:
    declared = Reading(declared=frozenset({"nan", "None"}))
    assert wide("unit,A,B\n1,nan,None\n", declared).cells == (("nan",), ("None",))
    assert wide("unit,A,B\n1,nan,None\n", Reading(missing=("NA",))).cells == (("nan",), ("None",))


def test_units_of_different_documents_may_share_a_name() -> None:
    text = "document,unit,coder,value\nd1,1,A,x\nd2,1,A,y\n"
    assert long(text).documents == ("d1", "d2")
    assert long(text).units == ("1", "1")
    assert wide("资料,单元,甲\nd1,1,x\nd2,1,y\n").documents == ("d1", "d2")


def test_units_without_names_are_numbered() -> None:
    assert wide("A,B\nx,y\nx,x\n").units == ("1", "2")
    assert wide(",A,B\nu7,x,y\n").units == ("u7",)


def test_numbers_are_read_where_the_level_needs_them_and_declared_codes_may_stand_for_some() -> None:
    assert wide("unit,A\nu1,-1.5\nu2,3\n", Reading(numeric=True)).cells == ((-1.5, 3.0),)
    scale = Reading(numeric=True, declared=frozenset({"low", "high"}), numbers={"low": 1.0, "high": 4.0})
    assert wide("unit,A\nu1,low\nu2,high\n", scale).cells == ((1.0, 4.0),)


def test_values_that_look_like_several_codes_are_counted() -> None:
    assert wide("unit,A\nu1,x;y\nu2,x\n").with_separator == 1


@pytest.mark.parametrize(
    ("text", "reading", "code", "sentence"),
    [
        (
            "unit,coder,value\nu,A,x\nu,B,x\nu,A,y\n",
            None,
            "repeated_rating",
            "line 4: coder A has a value for unit u already, in line 2",
        ),
        ("unit,coder,value\nu,,x\n", None, "empty_cell", "line 2: the column coder is empty"),
        ("unit,coder,value\n,A,x\n", None, "empty_cell", "line 2: the column unit is empty"),
        ("unit,coder,score\nu,A,x\n", None, "missing_column", "no column “value”"),
        (
            "unit,coder,value\nu,A,high\n",
            Reading(numeric=True),
            "not_a_number",
            "line 2, column value: “high” is not a number",
        ),
        ("unit,coder,value\nu,A,inf\n", Reading(numeric=True), "not_a_number", "“inf” is not a number"),
        ("unit,coder,value\nu,A,1_0\n", Reading(numeric=True), "not_a_number", "“1_0” is not a number"),
        (
            "unit,coder,value\nu,A,z\n",
            Reading(declared=frozenset("xy")),
            "not_declared",
            "“z” is not among the declared codes (x, y)",
        ),
        (
            "unit,coder,value\nu,A,x;z\n",
            Reading(multi=True, declared=frozenset("xy")),
            "not_declared",
            "line 2, column value: “z”",
        ),
    ],
)
def test_a_wrong_row_of_a_long_file_is_refused_with_its_place(
    text: str, reading: Reading | None, code: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        long(text, reading)
    assert refusal.value.code == code
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("unit,document\nu,d\n", "no_coders", "no column of a coder"),
        ("unit,A\nu,x\nu,y\n", "unit_twice", "line 3: unit u has a row already, line 2"),
        ("unit,A\n,x\n", "empty_cell", "line 2: the column unit is empty"),
        ("document,unit,A\n,u,x\n", "empty_cell", "line 2: the column document is empty"),
        ("quote,A,B\nq1,x,y\nq2,x,x\nq3,y,x\n", "names_of_units", "the column quote has another value in each row"),
    ],
)
def test_a_wrong_wide_file_is_refused_with_the_place(text: str, code: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        wide(text)
    assert refusal.value.code == code
    assert sentence in str(refusal.value)


def test_who_is_sure_that_a_column_is_a_coder_may_say_so() -> None:
    assert wide("quote,A,B\nq1,x,y\nq2,x,x\nq3,y,x\n", sure=True).coders == ("quote", "A", "B")
