"""What follows from closing a round: reports, disagreements, rulings, consensus; originals stay."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import Coding, ConsensusCoding, Disagreement, DisagreementState, ReportLevel, ReportSection, Unit
from intercoder.policy import Permission
from intercoder.services import adjudication, agreement, coding, disagreements, layers, results, rounds, segments
from intercoder.services import consensus as layer
from intercoder.services.adjudication import RulingIn, Span
from intercoder.services.segments import Cell, Only


def found(cast: Cast, round_id: UUID) -> list[Disagreement]:
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return list(disagreements.disagreements(session, access).rows)


def rule(cast: Cast, d: Disagreement, version: int, codings: list[Span], reason: str) -> None:
    with cast.database.transaction() as session:
        access = cast.access(session, "ada", Permission.ADJUDICATE, "disagreement", d.id)
        decision = RulingIn(codings=tuple(codings), reason=reason)
        adjudication.rule(session, access, d.id, version, decision)


def consensus(cast: Cast, round_id: UUID) -> list[tuple[UUID, int, int, bool]]:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        rows = layer.consensus(session, access)
        return [(c.code_id, c.start, c.end, c.ruling_id is not None) for c in rows]


def originals(cast: Cast) -> list[Any]:
    with cast.database.reading() as session:
        return [
            tuple(row) for row in session.execute(sa.select(Coding.__table__).order_by(Coding.coder_id, Coding.key))
        ]


def test_every_kind_of_difference_is_found_and_unanimity_goes_into_the_consensus(
    cast: Cast, compared_round: UUID
) -> None:
    assert [d.kind for d in found(cast, compared_round)] == ["omission", "different_code", "boundary"]
    agreed = consensus(cast, compared_round)
    assert [(code, ruled) for code, _, _, ruled in agreed] == [(cast.codes["l1"], False)]


def test_a_ruling_makes_consensus_and_leaves_the_originals(cast: Cast, compared_round: UUID) -> None:
    before = originals(cast)
    d = found(cast, compared_round)[1]
    rule(cast, d, 1, [Span(code=cast.codes["l2"], start=d.start, end=d.end)], "说的是信任，不是数据。")
    assert (cast.codes["l2"], d.start, d.end, True) in consensus(cast, compared_round)
    assert originals(cast) == before
    again = next(x for x in found(cast, compared_round) if x.id == d.id)
    assert (again.state, again.version) == ("ruled", 2)


def test_a_ruling_needs_a_reason_a_version_and_known_codes(cast: Cast, compared_round: UUID) -> None:
    d = found(cast, compared_round)[0]
    with pytest.raises(InvalidInput, match="reason"):
        rule(cast, d, 1, [], "  ")
    with pytest.raises(InvalidInput, match="codebook"):
        rule(cast, d, 1, [Span(code=cast.project, start=0, end=4)], "x")
    assert found(cast, compared_round)[0].state == "open"


def test_of_two_adjudicators_who_decide_at_once_one_is_told_to_look_again(cast: Cast, compared_round: UUID) -> None:
    d = found(cast, compared_round)[0]
    rule(cast, d, 1, [], "没有行动")
    with pytest.raises(Stale):
        rule(cast, d, 1, [Span(code=cast.codes["c1"], start=d.start, end=d.end)], "有行动")


def test_a_later_ruling_supersedes_and_undo_opens_again_but_nothing_is_deleted(
    cast: Cast, compared_round: UUID
) -> None:
    d = found(cast, compared_round)[0]
    rule(cast, d, 1, [Span(code=cast.codes["c1"], start=d.start, end=d.end)], "第一次")
    rule(cast, d, 2, [], "第二次：这一句只是处境")
    assert not any(ruled for _, _, _, ruled in consensus(cast, compared_round))
    with cast.database.transaction() as session:
        access = cast.access(session, "ada", Permission.ADJUDICATE, "disagreement", d.id)
        assert adjudication.undo(session, access, d.id, 3).state == "open"
        card = disagreements.card(session, access, d.id)
        assert [(r.reason, r.ended_at is not None) for r, _ in card.rulings] == [
            ("第二次：这一句只是处境", True),
            ("第一次", True),
        ]


def test_a_round_is_settled_when_nothing_waits_any_more(cast: Cast, compared_round: UUID) -> None:
    with pytest.raises(Conflict, match="3 disagreements"), cast.database.transaction() as session:
        rounds.settle_round(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round))
    for d in found(cast, compared_round):
        with cast.database.transaction() as session:
            access = cast.access(session, "ada", Permission.ADJUDICATE, "disagreement", d.id)
            adjudication.set_state(session, access, d.id, d.version, DisagreementState.DEFERRED)
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round)
        assert rounds.settle_round(session, access).state == "settled"
    with pytest.raises(Conflict, match="settled"):
        rule(cast, found(cast, compared_round)[0], 2, [], "too late")


def test_reopening_keeps_rulings_whose_place_is_still_there_and_voids_the_others(
    cast: Cast, compared_round: UUID
) -> None:
    kept, gone, _ = found(cast, compared_round)
    rule(cast, kept, 1, [Span(code=cast.codes["c1"], start=kept.start, end=kept.end)], "保留")
    rule(cast, gone, 1, [Span(code=cast.codes["l2"], start=gone.start, end=gone.end)], "以后改了")
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round)
        rounds.reopen_round(session, access)
        assert agreement.reports(session, compared_round)[0].stale_at is not None
        mine = next(a for a in rounds.assignments(session, compared_round) if a.coder_id == cast.people["bo"].id)
        access = cast.access(session, "lena", Permission.HAND_BACK, "assignment", mine.id)
        rounds.hand_back(session, access, mine.id, "")
    with cast.database.transaction() as session:
        access = cast.access(session, "bo", Permission.CODE, "round", compared_round)
        wrong = next(c for c in layers.codings(session, access).rows if c.start == gone.start)
        document = cast.documents["访谈一"]
        coding.change_coding(session, access, document, wrong.key, 1, coding.CodingPatch(code=cast.codes["l2"]))
        coding.submit(session, access, document)
    cast.close(compared_round)
    after = {d.id: d for d in found(cast, compared_round)}
    assert after[kept.id].state == "ruled"
    assert gone.id not in after
    layer = consensus(cast, compared_round)
    assert (cast.codes["c1"], kept.start, kept.end, True) in layer
    assert (cast.codes["l2"], gone.start, gone.end, False) in layer  # unanimous now


def test_a_report_says_what_it_was_computed_from_and_opens_its_evidence(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        access = cast.access(session, "lena", Permission.AGREEMENT_VIEW, "report", report.id)
        opened = results.open_report(session, report)
        made_of = opened.provenance
        assert {c.name for c in made_of.coders} == {"Ai", "Bo"}
        assert (made_of.codebook_version, made_of.unit, made_of.submitted) == (1, "sentence", 2)
        assert "krippendorff" in made_of.software
        row = next(row for row in opened.codes if row.code == str(cast.codes["l3"]))
        evidence = segments.segments(session, access, report, Cell(code=cast.codes["l3"])).rows
        assert len(evidence) == row.units_used
        differing = segments.segments(session, access, report, Cell(code=cast.codes["l3"], only=Only.DIFFER)).rows
        assert [s.text for s in differing] == ["陈总：没有信任什么都谈不了。"]
        assert differing[0].codes[str(cast.people["bo"].id)] == ("平台把数据开放",)


def test_agreement_at_a_higher_level_forgives_sibling_codes(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        round_ = cast.access(session, "lena", Permission.AGREEMENT_VIEW, "round", compared_round).round
        assert round_ is not None
        percent = {
            level: agreement.compute(agreement.compare(session, round_, Unit.SENTENCE, level), resamples=0)
            .overall["percent"]
            .value
            for level in (ReportLevel.AS_CODED, ReportLevel.THEME)
        }
    as_coded, theme = percent[ReportLevel.AS_CODED], percent[ReportLevel.THEME]
    assert as_coded is not None
    assert theme is not None
    assert theme > as_coded


def test_documents_of_one_coder_only_make_no_disagreement_and_no_consensus(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一",))
    cast.code("ai", round_id, "访谈一", "l1", "旧机器")
    cast.submit("ai", round_id, "访谈一")
    cast.close(round_id, unfinished=True)
    assert found(cast, round_id) == []
    with cast.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ConsensusCoding)) == 0
        report = agreement.reports(session, round_id)[0]
        assert (report.value, report.reason) == (None, "no_pairable_values")
        overall = results.open_report(session, report, ReportSection.SUMMARY).summary.overall
        assert (overall["alpha"].value, overall["alpha"].reason) == (None, "no_pairable_values")
