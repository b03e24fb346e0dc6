"""What a report says about free spans: of rounds by free span only, its headline apart from those of reports by unit."""

from collections.abc import Callable
from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import InvalidInput
from intercoder.models import Drawn, MakeReport, ReportCoefficient, ReportLevel, ReportSection, Unit
from intercoder.models.values import ReportSelection
from intercoder.policy import Permission
from intercoder.services import agreement, gathering, results, spans_compared
from intercoder.services.span_sections import tables_of, whole_of
from intercoder.services.what_next import what_next


def test_a_report_by_sentence_says_how_far_boundaries_agree(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        whole = whole_of(results.open_report(session, report).sections)
        assert whole is not None
        assert (report.coefficient, whole.headline) == ("alpha", "u_alpha")
        # l1 is marked alike; of l2 against l3, and of c1, nothing is shared; of l3 bo has less in front
        assert whole.f1._asdict() == {"total": 7, "exact_pairs": 1, "overlap_pairs": 2}


@pytest.mark.sqlite
def test_units_of_another_kind_have_no_spans(cast: Cast) -> None:
    made = cast.round(documents=("访谈一",), unit="sentence")
    for coder in ("ai", "bo"):
        cast.code(coder, made, "访谈一", "l1", "陈总：没有信任什么都谈不了。")
        cast.submit(coder, made, "访谈一")
    cast.close(made)
    with cast.acting("lena", Permission.AGREEMENT_VIEW, "round", made) as (session, access):
        comparison = gathering.compare(session, access.round, Unit.SENTENCE, ReportLevel.AS_CODED)
        assert spans_compared.gather(session, comparison) is None
        report = agreement.reports(session, made)[0]
        assert whole_of(results.open_report(session, report).sections) is None


@pytest.mark.sqlite
def test_a_report_by_free_span_is_known_by_its_own_coefficient(
    cast: Cast, compared_round: UUID, run_jobs: Callable[[], int]
) -> None:
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", compared_round) as (session, access):
        agreement.start_report(session, access, MakeReport(Unit.SPAN))
    run_jobs()
    with cast.acting("lena", Permission.AGREEMENT_VIEW, "round", compared_round) as (session, access):
        report, by_unit = agreement.reports(session, compared_round)[:2]
        assert (report.unit, by_unit.unit) == (Unit.SPAN, Unit.SENTENCE)
        contents = results.open_report(session, report)
        whole = whole_of(contents.sections)
        assert whole is not None
        assert (report.coefficient, report.value) == ("u_alpha", whole.overall["u_alpha"].value)
        assert (contents.summary.overall, contents.brief, contents.codes) == ({}, (), ())
        assert contents.provenance.unit is Unit.SPAN
        # what counts by units looks past it, however late it was made
        assert [r.id for r in agreement.latest_reports(session, access)] == [by_unit.id]
        advice = what_next(session, access)
        assert advice is not None
        assert advice.report_id == by_unit.id
        assert ReportSection.SPAN_CELLS in contents.sections


def test_layers_that_are_not_independent_are_left_out_once_more() -> None:
    layers = [
        spans_compared.SpanLayers("d", 30, {"x": [(0, 5, "a")], "y": [(0, 5, "a")], "z": [(9, 20, "a")]}),
        spans_compared.SpanLayers("e", 30, {"x": [(3, 9, "a")], "y": [(3, 9, "a")]}),
    ]
    alone = spans_compared.compute(spans_compared.ComparedSpans(layers, ["a"], {("d", "z")}), resamples=0, seed=1).whole
    assert alone.independent is not None
    first, of_those = alone.overall["u_alpha"].value, alone.independent["u_alpha"].value
    assert of_those == 1.0
    assert first is not None
    assert first < of_those
    every = spans_compared.compute(spans_compared.ComparedSpans(layers, ["a"], ()), resamples=0, seed=1).whole
    assert every.independent is None
    assert every.overall == alone.overall
    none_left = spans_compared.ComparedSpans(layers, ["a"], {("d", "z"), ("d", "y"), ("e", "y")})
    assert spans_compared.compute(none_left, resamples=0, seed=1).whole.independent is None


@pytest.mark.sqlite
def test_a_report_by_free_span_takes_choices_that_it_has(
    cast: Cast, compared_round: UUID, run_jobs: Callable[[], int]
) -> None:
    one = ReportSelection(codes=(cast.codes["l1"],))
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", compared_round) as (session, access):
        for wanted in (
            MakeReport(Unit.SPAN, headline=ReportCoefficient.KAPPA),
            MakeReport(Unit.SPAN, drawn=Drawn.UNIT),
        ):
            with pytest.raises(InvalidInput, match="known by u-alpha"):
                agreement.start_report(session, access, wanted)
        wanted = MakeReport(Unit.SPAN, selection=one, coefficients=(ReportCoefficient.AC1,))
        agreement.start_report(session, access, wanted)
    run_jobs()
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        contents = results.open_report(session, report)
        whole = whole_of(contents.sections)
        assert whole is not None
        assert (report.unit, report.narrowed, whole.spans) == (Unit.SPAN, True, 2)
        assert [row.code for row in tables_of(contents.sections).by_code] == [str(cast.codes["l1"])]
