"""Incidence of codes in documents, and declared codes."""

import pytest

from intercoder.errors import InvalidInput
from intercoder.interchange.codes import CodeList, read_codes
from intercoder.interchange.incidence import read_long, read_wide
from intercoder.interchange.tables import read_text


def codes(text: str) -> CodeList:
    return read_codes(read_text(text, "codes.csv"))


def test_wide_and_long_incidence_say_the_same() -> None:
    a = read_wide(
        read_text("document,case,source,x,y,z\nd1,c1,media,1,0,0\nd2,c1,interview,1,1,\nd3,c2,media,0,0,0\n", "w")
    )
    b = read_long(
        read_text(
            "资料,案例,来源,编码\nd1,c1,media,x\nd2,c1,interview,y\nd2,c1,interview,x\nd3,c2,media,\nd1,c1,media,x\n",
            "l",
        )
    )
    assert a.documents == b.documents == ("d1", "d2", "d3")
    assert a.codes == b.codes == (frozenset("x"), frozenset("xy"), frozenset())
    assert (a.cases, a.sources) == (b.cases, b.sources) == (("c1", "c1", "c2"), ("media", "interview", "media"))
    assert (a.columns, b.columns) == (("x", "y", "z"), ("x", "y"))


def test_a_file_of_spans_is_incidence_too_and_its_coders_are_counted() -> None:
    incidence = read_long(read_text("document,coder,start,end,code\nd1,A,0,3,x\nd1,B,5,9,y\n", "spans.csv"))
    assert (incidence.codes, incidence.coders) == ((frozenset("xy"),), 2)


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("document,x\nd1,often\n", "not_incidence", "line 2, column x: “often” is neither 1"),
        ("session,x\nfirst,1\n", "not_incidence", "If this column names the documents, call it document"),
        ("document,x\nd1,1\nd1,0\n", "document_twice", "line 3: the document d1 has a row already, line 2"),
        ("document,case\nd1,c\n", "no_code_columns", "no column of a code"),
        ("document,x\n,1\n", "empty_cell", "line 2: the column document is empty"),
    ],
)
def test_a_wrong_wide_file_is_refused_with_the_place(text: str, code: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_wide(read_text(text, "incidence.csv"))
    assert refusal.value.code == code
    assert sentence in str(refusal.value)


def test_a_document_of_two_cases_is_refused() -> None:
    with pytest.raises(InvalidInput, match="line 3: the document d1 has another case here than above"):
        read_long(read_text("document,code,case\nd1,x,c1\nd1,y,c2\n", "l"))


def test_a_plain_list_is_a_scale_in_the_order_of_its_lines() -> None:
    assert codes("低\n中\n高\n").codes == ("低", "中", "高")
    assert codes("code\nlow\nhigh\n").codes == ("low", "high")


def test_codes_have_an_order_numbers_levels_and_parents() -> None:
    declared = codes("code,order,value\nhigh,3,10\nlow,1,1\nmiddle,2,5\n")
    assert declared.codes == ("low", "middle", "high")
    assert declared.numbers == {"low": 1.0, "middle": 5.0, "high": 10.0}
    tree = codes(
        "编码,层级,上级\n构念甲,聚合构念,\n主题一,二阶主题,构念甲\n概念一,一阶概念,主题一\n标签一,标签,概念一\n"
    )
    assert list(tree.levels.values()) == ["construct", "theme", "concept", "label"]
    assert tree.parents["标签一"] == "概念一"
    assert "构念甲" not in tree.parents


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("code\nx\ny\nx\n", "repeated_code", "line 4: the code “x” stands in line 2 already"),
        ("code,parent\nx,z\n", "unknown_parent", "line 2: the parent “z” of “x”"),
        ("code,parent\nx,y\ny,x\n", "code_circle", "in a circle: x, y"),
        ("code,level\nx,chapter\n", "unknown_code_level", "line 2, column level: there is no level “chapter”"),
        ("code,order\nx,first\n", "not_a_number", "line 2, column order: “first” is not a number"),
        ("name,level\nx,label\n", "missing_column", "no column “code”"),
    ],
)
def test_a_wrong_list_of_codes_is_refused_with_the_place(text: str, code: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        codes(text)
    assert refusal.value.code == code
    assert sentence in str(refusal.value)
