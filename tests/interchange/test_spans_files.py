"""Spans: lengths, who finished without a span, and what is refused."""

import pytest

from intercoder.errors import InvalidInput
from intercoder.interchange.spans import SpanTable, read_spans
from intercoder.interchange.tables import read_text

HEADER = "document,coder,start,end,code\n"


def spans(text: str, lengths: str | None = None, coders: str | None = None) -> SpanTable:
    length_table, coder_table = (None if more is None else read_text(more, "more.csv") for more in (lengths, coders))
    return read_spans(read_text(text, "spans.csv"), length_table, coder_table)


def test_spans_know_their_document_coder_offsets_and_code() -> None:
    table = spans(HEADER + "d1,甲,0,3,信任\nd1,乙,1,3,信任\n")
    assert [(s.document, s.coder, s.start, s.end, s.code, s.line) for s in table.spans] == [
        ("d1", "甲", 0, 3, "信任", 2),
        ("d1", "乙", 1, 3, "信任", 3),
    ]
    assert table.codes == ("信任",)


def test_without_a_length_the_last_end_stands_for_it_and_that_is_said() -> None:
    table = spans(HEADER + "d1,A,0,3,x\nd2,A,5,9,x\n", lengths="document,length\nd1,100\n")
    assert (table.lengths, table.assumed) == ({"d1": 100, "d2": 9}, ("d2",))


def test_lengths_may_stand_in_a_column_or_in_rows_of_their_own() -> None:
    column = spans("document,coder,start,end,code,length\nd1,A,0,3,x,50\nd1,B,0,3,x,\n")
    rows = spans("document,coder,start,end,code,length\nd1,,,,,50\nd1,A,0,3,x,\nd1,B,0,3,x,\n")
    assert column.lengths == rows.lengths == {"d1": 50}
    assert column.coders == rows.coders == {"d1": ("A", "B")}


def test_a_coder_who_finished_without_a_span_is_listed_by_a_row_or_by_the_file_of_coders() -> None:
    assert spans(HEADER + "d1,A,0,3,x\nd1,B,,,\n").coders == {"d1": ("A", "B")}
    assert spans(HEADER + "d1,A,0,3,x\n", coders="document,coder\nd1,B\nd2,A\n").coders == {
        "d1": ("A", "B"),
        "d2": ("A",),
    }
    everywhere = spans(HEADER + "d1,A,0,3,x\nd2,A,0,3,x\n", coders="coder\nB\n")
    assert everywhere.coders == {"d1": ("A", "B"), "d2": ("A", "B")}


@pytest.mark.parametrize(
    ("row", "code", "sentence"),
    [
        ("d1,A,3,3,x", "span_ends_early", "line 2: the span ends at 3, which is not after its start 3"),
        ("d1,A,-1,3,x", "not_an_offset", "column start: “-1” is not a whole number"),
        ("d1,A,0,3.5,x", "not_an_offset", "column end: “3.5”"),
        ("d1,A,0,3,", "half_a_span", "line 2: a span needs document, coder, start, end and code"),
        ("d1,,0,3,x", "half_a_span", "line 2"),
        (",A,0,3,x", "half_a_span", "line 2"),
        ("d1,A,0,300,x", "span_outside", "line 2: the span ends at 300, but the document d1 has 100 characters"),
    ],
)
def test_a_wrong_span_is_refused_with_its_line(row: str, code: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        spans(f"{HEADER}{row}\n", lengths="document,length\nd1,100\n")
    assert refusal.value.code == code
    assert sentence in str(refusal.value)


def test_a_document_has_one_length() -> None:
    with pytest.raises(InvalidInput, match="line 3: the document d1 has length 51 here and 50 elsewhere"):
        spans("document,coder,start,end,code,length\nd1,A,0,3,x,50\nd1,B,0,3,x,51\n")
