"""Each place knows by how much agreement would rise: what the report of its whole round says of the units it touches."""

from uuid import UUID

from cast import Cast
from intercoder.jobs.runner import run_next
from intercoder.models import Disagreement, MakeReport, ReportLevel, Unit
from intercoder.policy import Permission
from intercoder.services import agreement, coded_units, levers
from intercoder.services.levers import MILLIONTHS
from services.comparing import disagreements_of
from services.test_picking import studied


def report(cast: Cast, round_id: UUID, wanted: MakeReport) -> None:
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", round_id) as (session, access):
        job = agreement.start_report(session, access, wanted).id
    run_next(cast.database, job)


def said(cast: Cast, round_id: UUID) -> list[int | None]:
    return [d.leverage for d in disagreements_of(cast, round_id)]


def test_a_place_has_the_gains_of_the_units_that_it_touches(cast: Cast) -> None:
    round_id = studied(cast, 5)
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.AGREEMENT_VIEW, "round", round_id)
        (made,) = agreement.reports(session, access.round.id)
        units = coded_units.kept_units(session, made)
        assert units is not None
        for d in disagreements_of(cast, round_id):
            gains = [
                gain
                for number, start, end, gain in zip(units.document, units.start, units.end, units.gain, strict=True)
                if UUID(units.documents[number][0]) == d.document_id and start < d.end and d.start < end and gain
            ]
            assert d.leverage == (sum(round(gain * MILLIONTHS) for gain in gains) if gains else None)
        assert levers.leverages(session, round_id, units) == []
    assert len({d.leverage for d in disagreements_of(cast, round_id)}) > 2


def test_only_a_report_of_the_whole_round_by_its_usual_unit_says_it(cast: Cast) -> None:
    round_id = studied(cast, 5)
    first = said(cast, round_id)
    with cast.database.transaction() as session:
        for d in session.query(Disagreement):
            d.leverage = None
    report(cast, round_id, MakeReport(Unit.PARAGRAPH, ReportLevel.AS_CODED, resamples=0))
    report(cast, round_id, MakeReport(Unit.SENTENCE, ReportLevel.CONCEPT, resamples=0))
    assert set(said(cast, round_id)) == {None}
    report(cast, round_id, MakeReport(Unit.SENTENCE, ReportLevel.AS_CODED, resamples=0))
    assert said(cast, round_id) == first
