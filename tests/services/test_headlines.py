"""The number that a report is known by."""

from uuid import UUID

from cast import Cast
from intercoder.models import MakeReport, ReportCoefficient, ReportLevel, ReportSection, Unit
from intercoder.services import agreement, gathering, results
from intercoder.services.headlines import headline


def test_the_row_of_a_report_has_the_number_that_fits_its_units_or_was_asked_for(
    cast: Cast, compared_round: UUID
) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        summary = results.open_report(session, report, ReportSection.SUMMARY).summary
        expected = ReportCoefficient.MV_ALPHA if summary.several_codes else ReportCoefficient.ALPHA
        known, shown = summary.overall[expected], headline(report)
        assert (summary.headline, shown.coefficient) == (expected, expected)
        assert (shown.value, shown.reason, shown.n_pairable) == (known.value, known.reason, known.n_pairable)
        assert shown.interval_reason == known.interval_reason
        comparison = gathering.compare(session, report.round, Unit.SENTENCE, ReportLevel.AS_CODED)
        wanted = MakeReport(
            Unit.SENTENCE, resamples=0, headline=ReportCoefficient.AC1, coefficients=(ReportCoefficient.KAPPA,)
        )
        numbers = agreement.compute(comparison, wanted)
        assert set(numbers.overall) == {"alpha", "percent", "ac1", "kappa"}
        frozen = results.freeze(numbers, agreement.provenance(session, comparison, wanted))
        assert headline(frozen.report).value == numbers.overall["ac1"].value
        # Of units with several codes mv-alpha says more than alpha over whole sets: it is what nobody needs to ask for.
        plainly = MakeReport(Unit.SENTENCE, resamples=0)
        numbers = agreement.compute(comparison, plainly)
        made_of = agreement.provenance(session, comparison, plainly)
        assert headline(results.freeze(numbers, made_of, several_codes=True).report).coefficient == "mv_alpha"
