"""The data behind a report: what its numbers were computed from, or a refusal."""

from functools import partial
from uuid import UUID

import pytest

from cast import TEXTS, Cast
from intercoder.errors import Conflict
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import agreement, remapping, rounds
from intercoder.services.reliability_data import Missing, ReliabilityData, UnitRow, reliability_data, texts_of
from intercoder.services.remapping import MergeIn
from services.comparing import behind_its_back, give


def data_of(cast: Cast, round_id: UUID) -> tuple[ReliabilityData, list[UnitRow]]:
    with cast.database.reading() as session:
        report = agreement.reports(session, round_id)[0]
        access = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", report.id)
        data = reliability_data(session, access, report)
        return data, list(data.units(partial(texts_of, session)))


def test_units_have_a_value_of_each_coder_or_the_reason_why_not(cast: Cast) -> None:
    give(cast, "olga", Role.CODER)
    made = cast.round(documents=("访谈一", "年报节选"), coders=("ai", "bo", "olga"))
    cast.code("ai", made, "访谈一", "l1", "把旧机器都接上了网")
    for coder in ("ai", "bo"):
        cast.submit(coder, made, "访谈一", "年报节选")
    cast.submit("olga", made, "访谈一")
    cast.close(made, unfinished=True)
    data, units = data_of(cast, made)
    place = [*data.coders.values()].index("Olga")
    assert {unit.title for unit in units if unit.values[place] is Missing.NOT_FINISHED} == {"年报节选"}
    assert all(unit.text == TEXTS[unit.title][unit.start : unit.end] for unit in units)
    coded = [unit for unit in units if unit.differs]
    assert [unit.values[[*data.coders.values()].index("Ai")] for unit in coded] == [frozenset({str(cast.codes["l1"])})]
    whole = data.report.summary.overall["alpha"]
    assert (len(units), sum(unit.compared for unit in units)) == (whole.n_units, whole.n_pairable)


def test_a_report_keeps_its_own_mapping_and_is_refused_when_its_data_are_others(
    cast: Cast, compared_round: UUID
) -> None:
    before = [unit.values for unit in data_of(cast, compared_round)[1]]
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"]))
    assert [unit.values for unit in data_of(cast, compared_round)[1]] == before
    with behind_its_back(cast) as session:
        session.connection().exec_driver_sql('UPDATE coding SET "end" = "end" - 1')
    with pytest.raises(Conflict, match="no longer what this report"):
        data_of(cast, compared_round)


def test_a_report_of_a_round_that_was_opened_again_has_no_data(cast: Cast, compared_round: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        rounds.reopen_round(session, access)
    cast.close(compared_round)
    with cast.database.reading() as session:
        stale = next(report for report in agreement.reports(session, compared_round) if report.stale_at)
        access = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", stale.id)
        with pytest.raises(Conflict, match="reopened"):
            reliability_data(session, access, stale)
