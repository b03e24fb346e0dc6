"""Span data: what is refused, what is made one, and what is taken out."""

import numpy as np
import pytest
from hypothesis import given, settings

from intercoder.errors import WrongArgument
from intercoder.stats.spans.continuum import DocumentSpans, Span, Spans
from intercoder.stats.tree import CodeTree, Level
from stats.slow_spans import CODES, documents, overlapping, sets_of

Row = tuple[str, str, str, int, int]


def rows(spans: Spans) -> list[Row]:
    columns = zip(spans.document, spans.coder, spans.code, spans.start, spans.end, strict=True)
    return [(spans.documents[d], spans.coders[m], spans.codes[c], int(s), int(e)) for d, m, c, s, e in columns]


def one_document(*spans: tuple[str, str, int, int], coders: str = "xy") -> Spans:
    return Spans.of([DocumentSpans("d", 30, list(coders), spans)])


@pytest.mark.parametrize(
    ("span", "code", "sentence"),
    [
        (("x", "a", 5, 31), "span_outside", "The span 5–31 of x lies outside d, which has 30 characters."),
        (("x", "a", -1, 3), "span_outside", "The span -1–3 of x lies outside d, which has 30 characters."),
        (("x", "a", 5, 5), "empty_span", "The span 5–5 of x in d is empty."),
        (("x", "a", 5, 4), "empty_span", "The span 5–4 of x in d is empty."),
        (("z", "a", 5, 9), "unknown_coder", "z has a span in d and is not among those who finished it."),
        (("x", "a", 5, 9.5), "bad_offset", "Offsets are whole numbers of characters."),
    ],
)
def test_a_span_that_cannot_be_is_refused_with_its_place(
    span: tuple[str, str, int, int], code: str, sentence: str
) -> None:
    with pytest.raises(WrongArgument) as refused:
        one_document(("x", "a", 0, 3), span)
    assert (refused.value.code, str(refused.value)) == (code, sentence)


def test_documents_and_codes_are_given_once_and_known() -> None:
    document = DocumentSpans("d", 30, ["x"], [("x", "a", 0, 3)])
    with pytest.raises(WrongArgument, match="given twice"):
        Spans.of([document, document])
    with pytest.raises(WrongArgument, match="given twice"):
        Spans.of([document], ["a", "a"])
    with pytest.raises(WrongArgument, match="not in the list: a"):
        Spans.of([document], ["b"])
    with pytest.raises(WrongArgument, match="must not be negative"):
        Spans.of([DocumentSpans("d", -1, ["x"])])
    with pytest.raises(WrongArgument, match="do not have q"):
        Spans.of([document]).select(coders=["q"])


def test_overlapping_spans_of_one_coder_and_code_are_one_and_touching_ones_only_where_asked() -> None:
    spans = one_document(("x", "a", 0, 5), ("x", "a", 3, 8), ("x", "a", 8, 9), ("x", "b", 4, 9), ("y", "a", 1, 2))
    units = [("x", 0, 8), ("x", 8, 9), ("y", 1, 2)]
    assert [(m, s, e) for _, m, c, s, e in rows(spans.units) if c == "a"] == units
    assert [(m, s, e) for _, m, c, s, e in rows(spans.merged) if c == "a"] == [("x", 0, 9), ("y", 1, 2)]
    inside = one_document(("x", "a", 0, 9), ("x", "a", 2, 3), ("x", "a", 5, 6))
    assert [(s, e) for *_, s, e in rows(inside.units)] == [(0, 9)]
    assert one_document(("x", "a", 2, 4), ("x", "a", 2, 4)).units.overlapping == ()


@given(study=overlapping())
@settings(max_examples=30)
def test_making_spans_one_keeps_every_character(study: list[DocumentSpans]) -> None:
    spans = Spans.of(study, CODES)
    for joined in (spans.units, spans.merged):
        given_ = [
            DocumentSpans(
                name.document,
                name.length,
                name.coders,
                [(m, c, s, e) for d, m, c, s, e in rows(joined) if d == name.document],
            )
            for name in study
        ]
        assert sets_of(given_, spans.coders) == sets_of(study, spans.coders)
    places = [(d, m, c, s, e) for d, m, c, s, e in rows(spans.merged)]
    for before, after in zip(sorted(places), sorted(places)[1:], strict=False):
        assert before[:3] != after[:3] or before[4] < after[3]


@given(study=overlapping())
@settings(max_examples=30)
def test_coders_with_two_codes_on_one_character_are_named(study: list[DocumentSpans]) -> None:
    spans = Spans.of(study, CODES)
    cells = sets_of(study, spans.coders)
    double = [
        coder
        for coder, row in zip(spans.coders, cells, strict=True)
        if any(codes_there is not None and len(codes_there) > 1 for codes_there in row)
    ]
    assert list(spans.overlapping) == double


@given(study=documents())
@settings(max_examples=20)
def test_units_that_do_not_overlap_name_nobody(study: list[DocumentSpans]) -> None:
    assert Spans.of(study).overlapping == ()


def test_a_selection_keeps_the_order_and_turns_other_codes_into_gap() -> None:
    study = [
        DocumentSpans("d", 30, ["x", "y"], [Span("x", "a", 0, 5), Span("y", "b", 2, 4)]),
        DocumentSpans("e", 20, ["z"], [("z", "a", 1, 2)]),
        DocumentSpans("f", 10, ["y", "z"], [("z", "b", 1, 2), ("y", "a", 3, 4)]),
    ]
    spans = Spans.of(study)
    part = spans.select(coders=["z", "y"], documents=["f", "d"], codes=["a"])
    assert (part.coders, part.documents, part.codes) == (("y", "z"), ("d", "f"), ("a",))
    assert rows(part) == [("f", "y", "a", 3, 4)]
    assert part.finished.tolist() == [[True, False], [True, True]]
    assert spans.compared.documents == ("d", "f")
    assert spans.per_document.tolist() == [2, 1, 2]
    assert rows(spans.select()) == rows(spans)


def test_codes_are_lifted_to_a_level_and_those_without_a_place_become_gap() -> None:
    parents = {"a": "theme", "b": "theme", "c": None, "theme": None}
    tree = CodeTree.of(parents, {"theme": Level.THEME})
    spans = one_document(("x", "a", 0, 5), ("x", "b", 3, 8), ("y", "c", 2, 4))
    lifted = spans.lift(tree.lift(spans.codes, Level.THEME))
    assert lifted.codes == ("theme",)
    assert rows(lifted.units) == [("d", "x", "theme", 0, 8)]
    assert spans.overlapping == ("x",)
    assert lifted.overlapping == ()
    assert rows(spans.lift({})) == []


def test_numpy_offsets_are_offsets_too() -> None:
    assert rows(one_document(("x", "a", np.int64(1), np.int32(4)))) == [("d", "x", "a", 1, 4)]  # type: ignore[arg-type]
