"""What a category rests on, which concept is seen where, and the hold-out test of a study."""

import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.saturation.study.events import Study
from intercoder.stats.saturation.study.holdout import study_hold_out
from intercoder.stats.saturation.study.support import category_support, triangulation
from intercoder.stats.tree import Level
from stats.study_events import applied, doc, merged, shown, tree


def _study() -> Study:
    return Study.of(
        [
            *tree(),
            doc("d1", "A", "interview"),
            *applied("u", "d1", "l1"),
            shown("d1", "F1", "speed", "slow"),
            doc("d2", "B", "news"),
            *applied("u", "d2", "l2", "l3"),
            shown("d2", "F1", "speed", "fast"),
            doc("d3", "B", "interview"),
            *applied("u", "d3", "l1"),
            shown("d3", "F1", "speed", "slow"),
            doc("d4", "C", "news"),
            *applied("u", "d4", "l1"),
            {"e": "relation", "doc": "d1", "from": "F1", "type": "causes", "to": "F2"},
            {"e": "relation", "doc": "d3", "from": "F1", "type": "causes", "to": "F2"},
        ]
    )


def test_support_counts_documents_cases_sources_properties_and_places() -> None:
    support = category_support(_study(), Level.CONCEPT)["F1"]
    assert (support.documents, support.cases, support.sources) == (4, 3, 2)
    assert (support.properties, support.dimensions, support.last_new_document) == (1, 2, "d2")
    assert (support.touching_documents, support.touching_documents_since_last_new) == (4, 2)
    (relation,) = support.relations
    assert (relation.relation, relation.documents, relation.cases) == (("F1", "causes", "F2"), ("d1", "d3"), 2)


def test_traffic_is_thin_developing_or_without_recent_news_and_never_saturated() -> None:
    study = _study()
    support = category_support(study, Level.CONCEPT)
    assert (support["F1"].traffic, support["F2"].traffic) == ("no_recent_news", "thin")
    study.take(shown("d4", "F1", "cost"))
    assert category_support(study, Level.CONCEPT)["F1"].traffic == "developing"
    assert category_support(study, Level.THEME)["S1"].traffic == "thin"  # properties are noted for F1, not for S1


def test_a_property_in_a_document_without_the_code_touches_the_category_but_is_no_document_of_it() -> None:
    study = Study.of([*tree(), doc("d1"), *applied("u", "d1", "l1"), doc("d2"), shown("d2", "F1", "speed")])
    support = category_support(study, Level.CONCEPT)["F1"]
    assert (support.documents, support.touching_documents, support.last_new_document) == (1, 2, "d2")


def test_a_category_that_nothing_supports_is_shown_as_thin() -> None:
    support = category_support(Study.of([*tree(), doc("d1")]), Level.CONCEPT)["F2"]
    assert (support.documents, support.touching_documents, support.last_new_document, support.traffic) == (
        0,
        0,
        None,
        "thin",
    )


def test_a_merged_category_has_the_support_of_both() -> None:
    study = _study()
    study.take(merged("F2", "F1"))
    support = category_support(study, Level.CONCEPT)
    assert list(support) == ["F1"]
    assert support["F1"].relations[0].relation == ("F1", "causes", "F1")


def test_quotations_are_counted_by_case_and_contradicting_documents_are_marked() -> None:
    study = _study()
    study.take({"e": "apply", "coder": "u", "doc": "d3", "code": "l2", "quotations": 3})
    study.take({"e": "apply", "coder": "u", "doc": "d2", "code": "l2", "quotations": 2})
    study.take({"e": "negative", "doc": "d4", "code": "F1"})
    support = category_support(study, Level.CONCEPT)["F1"]
    assert support.quotations == {"B": 5}
    assert support.negative == ("d4",)


def test_the_matrix_keeps_rows_and_columns_where_nothing_is() -> None:
    study = _study()
    study.take({"e": "code", "code": "F3", "level": "concept"})
    matrix = triangulation(study)
    assert matrix.rows == ("F1", "F2", "F3")
    assert matrix.columns == tuple((case, source) for case in "ABC" for source in ("interview", "news"))
    assert matrix.documents == (1, 0, 1, 1, 0, 1)
    assert matrix.cells == ((1, 0, 1, 1, 0, 1), (0, 0, 0, 1, 0, 0), (0, 0, 0, 0, 0, 0))
    assert matrix.empty_rows == ("F3",)
    assert matrix.empty_columns == (("A", "news"), ("C", "interview"))
    assert triangulation(Study()).cells == ()


def test_the_hold_out_passes_with_new_labels_but_not_strictly() -> None:
    study = Study.of([*tree(), doc("d1"), *applied("u", "d1", "l1"), doc("d2"), *applied("u", "d2", "l2"), doc("d3")])
    test = study_hold_out(study, ["d2"])
    assert (test.passed, test.passed_strict) == (True, False)
    assert test.tests[Level.LABEL].new_in_reserved == 1
    assert test.tests[Level.LABEL].expected_new_if_random_split == pytest.approx(2 / 3)
    assert test.tests[Level.LABEL].share_of_splits_with_nothing_new == pytest.approx(1 / 3)
    study.take(shown("d2", "F1", "speed"))
    assert not study_hold_out(study, ["d2"]).passed


def test_a_reserved_document_that_does_not_count_is_named_and_an_unknown_one_refused() -> None:
    study = Study.of([doc("d1"), doc("d2"), {"e": "exclude", "doc": "d2"}])
    test = study_hold_out(study, ["d1", "d2"])
    assert (test.reserved, test.left_out) == (("d1",), ("d2",))
    assert study_hold_out(Study(), []).passed_strict
    with pytest.raises(WrongArgument, match="documents of the study"):
        study_hold_out(study, ["d9"])
