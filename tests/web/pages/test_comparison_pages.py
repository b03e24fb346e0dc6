"""The pages of agreement, adjudication, consensus and saturation."""

import json
import re
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from cast import Cast, Client
from intercoder.db import Database
from intercoder.models import AgreementReport as ReportRow
from intercoder.models import Disagreement, Level, ReportLevel, Role, Unit
from intercoder.policy import Permission
from intercoder.services import adjudication, disagreements, members, results, rounds
from intercoder.services.provenance import CoderThen, CodeThen, DocumentThen, Provenance, RoundThen
from intercoder.stats.agreement.results import AgreementReport, CodeAgreement, CodePairAgreement
from intercoder.stats.results import Estimate
from intercoder.web import figures
from intercoder.web.figures import coefficient_text
from intercoder.web.project import report_view
from web.pages.reading import Reader, select, words

pytestmark = pytest.mark.sqlite


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


def report_of(database: Database, round_id: UUID) -> ReportRow:
    with database.reading() as session:
        return session.scalars(sa.select(ReportRow).where(ReportRow.round_id == round_id)).one()


def disagreements_of(database: Database, round_id: UUID) -> list[Disagreement]:
    with database.reading() as session:
        return list(
            session.scalars(
                sa.select(Disagreement).where(Disagreement.round_id == round_id).order_by(Disagreement.position)
            )
        )


# --- agreement -----------------------------------------------------------------------------------


def test_while_coders_work_the_agreement_page_says_so_and_shows_no_number(reader: Reader, cast: Cast) -> None:
    made = cast.coded_round()
    for person in ("ai", "lena", "olga"):
        page = reader.page(person, f"/projects/{cast.project}/agreement")
        assert "Coders are at work" in words(page)
        assert "α" not in words(page)
    reader.page("lena", f"/rounds/{made}/adjudication", 409)


def test_a_single_report_is_opened_at_once_and_several_rounds_are_listed(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    address = f"/projects/{cast.project}/agreement"
    assert reader.leads_to("bo", address) == f"/reports/{report_of(database, compared_round).id}"
    second = cast.compared_round()
    links = [a.get("href") for a in select(reader.page("bo", address), "tbody th a")]
    assert links == [f"/reports/{report_of(database, r).id}" for r in (second, compared_round)]
    assert (
        reader.leads_to("bo", f"{address}?round={compared_round}")
        == f"/reports/{report_of(database, compared_round).id}"
    )


def test_every_number_of_a_report_opens_the_passages_behind_it(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    report = report_of(database, compared_round)
    page = reader.page("olga", f"/reports/{report.id}")
    links = {a.get("href") for a in select(page, "main a") if "/segments" in a.get("href")}
    assert len(links) > 8
    for link in links:
        reader.page("olga", link)
    cell = f"/reports/{report.id}/segments?code={cast.codes['l1']}"
    assert any(link.startswith(cell) for link in links)


def test_a_number_that_cannot_be_computed_gives_its_reason(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    report = report_of(database, compared_round)
    page = reader.page("lena", f"/reports/{report.id}")
    assert (report.low, report.interval_reason) == (None, "too_few_units")
    assert "Too few units for an interval" in words(page)
    assert "NaN" not in words(page)
    assert "None" not in words(page)


def test_codes_nobody_used_are_folded_away_and_used_ones_are_in_the_table(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    page = reader.page("lena", f"/reports/{report_of(database, compared_round).id}")
    table = page.get_element_by_id("code-table").text_content()
    assert "旧机器接上网" in table
    assert "校企合作" not in table
    assert "校企合作" in select(page, "#codes details")[0].text_content()


def test_the_methods_sentence_is_there_in_both_languages_with_the_numbers_of_the_report(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    report = report_of(database, compared_round)
    page = reader.page("lena", f"/reports/{report.id}")
    alpha = f"{report.value:.2f}"
    with database.reading() as session:
        software = results.open_report(session, session.get_one(ReportRow, report.id)).provenance.software
    for language in ("en", "zh"):
        sentence = page.get_element_by_id(f"methods-{language}").text_content()
        assert alpha in sentence
        assert software in sentence


def test_only_those_who_may_compute_are_offered_another_report(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    report = report_of(database, compared_round).id
    address = f"/reports/{report}"
    form = f'a[href="/rounds/{compared_round}/reports/new?like={report}"]'
    assert select(reader.page("lena", address), form)
    assert not select(reader.page("bo", address), form)
    assert not select(reader.page("olga", address), form)


def test_a_report_of_a_reopened_round_is_hidden_and_then_marked_as_out_of_date(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    address = f"/reports/{report_of(database, compared_round).id}"
    with database.transaction() as session:
        rounds.reopen_round(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round))
    reader.page("lena", address, 409)
    cast.close(compared_round)
    assert "This report is out of date" in words(reader.page("lena", address))


def test_missing_documents_are_told_apart_from_uncoded_ones(reader: Reader, cast: Cast, database: Database) -> None:
    made = cast.round()
    cast.submit("ai", made, "访谈一")
    cast.submit("bo", made, "访谈一")
    cast.close(made, unfinished=True)
    text = words(reader.page("lena", f"/reports/{report_of(database, made).id}"))
    assert "2 of 4 documents given out were not submitted" in text
    assert "No coder applied a code" in text


def test_the_worst_code_with_enough_uses_comes_first_and_rare_ones_stand_apart() -> None:
    def estimate(value: float | None) -> Estimate:
        reason = None if value is not None else "no_variation"
        return Estimate(value, reason, 20, 20, 40, 0, 2, "m", interval_reason="too_many_undefined")

    values = {"good": (0.9, 30), "bad": (0.2, 20), "undefined": (None, 40), "rare": (-0.001, 1), "unused": (None, 0)}
    codes = tuple(
        CodeAgreement(code, {"alpha": estimate(value)}, 0.1, positives, positives, {}, positives < 5, False)
        for code, (value, positives) in values.items()
    )
    cells = tuple(CodePairAgreement(c, ("x", "y"), {"alpha": estimate(0.5)}, 20, 1, 2, 3) for c in values)
    result = AgreementReport(
        ("x", "y"), ("d",), tuple(values), 1, 1000, 1, {"alpha": estimate(0.5)}, codes, (), cells, (), (), (), False
    )
    provenance = Provenance(
        RoundThen(uuid4(), 1, "R"),
        (CoderThen("y", "A"), CoderThen("x", "B")),
        (DocumentThen("d", "D", ""),),
        tuple(CodeThen(c, c, Level.LABEL, 0) for c in values),
        1,
        Unit.SPAN,
        Unit.SENTENCE,
        ReportLevel.AS_CODED,
        1000,
        1,
        2,
        2,
        0,
        "",
        "",
    )
    shown = report_view.view(results.freeze(result, provenance))
    matrix = shown.heatmap
    assert [row.code.name for row in matrix.codes] == ["bad", "good", "undefined"]
    assert [row.code.name for row in matrix.rare] == ["rare"]
    assert coefficient_text(matrix.rare[0].alpha.value) == "0.00"
    assert [name for _, name in matrix.unused] == ["unused"]
    assert (shown.below, shown.measured) == (2, 3)
    # The columns follow the letters, and what each of the two had alone goes with them.
    assert matrix.pairs == [("y", "x")]
    cell = matrix.codes[0].cells[0]
    assert (cell.coders, cell.first, cell.second) == (("y", "x"), 3, 2)


@pytest.mark.parametrize(
    ("value", "band"), [(None, "band-none"), (-0.1, "band-0"), (0.4, "band-1"), (0.667, "band-2"), (0.8, "band-3")]
)
def test_the_bands_of_the_heat_map_begin_at_their_bounds(value: float | None, band: str) -> None:
    assert figures.band(value) == band


# --- adjudication --------------------------------------------------------------------------------


def test_the_queue_opens_the_first_undecided_place_that_fits(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    places = disagreements_of(database, compared_round)
    address = f"/rounds/{compared_round}/adjudication"
    assert reader.leads_to("ada", f"/projects/{cast.project}/adjudication") == address
    assert reader.leads_to("ada", address) == f"/disagreements/{places[0].id}"
    boundary = next(d for d in places if d.kind == "boundary")
    assert reader.leads_to("ada", f"{address}?kind=boundary") == f"/disagreements/{boundary.id}?kind=boundary"
    assert "No disagreement like this" in words(reader.page("ada", f"{address}?state=ruled"))


def test_a_card_shows_both_coders_with_memo_doubt_and_definitions(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    different = next(d for d in disagreements_of(database, compared_round) if d.kind == "different_code")
    page = reader.page("ada", f"/disagreements/{different.id}")
    sides = {select(c, "header")[0].text_content().strip()[1:]: c for c in select(page, "article.coder")}
    assert set(sides) == {"Ai", "Bo"}
    assert "原话" in sides["Ai"].text_content()
    assert select(sides["Ai"], ".badge.warn")
    assert "平台把数据开放" in sides["Bo"].text_content()
    assert select(page, ".context mark")[0].text == "没有信任什么都谈不了"


def test_an_adjudicator_who_coded_the_document_reads_why_somebody_else_decides(
    reader: Reader, cast: Cast, app: Flask, database: Database, compared_round: UUID
) -> None:
    with database.transaction() as session:
        members.add_member(session, cast.project, cast.people["ai"].id, [Role.ADJUDICATOR])
    first = disagreements_of(database, compared_round)[0]
    form = f'form[action="/api/v1/disagreements/{first.id}/rulings"]'
    page = reader.page("ai", f"/disagreements/{first.id}")
    assert not select(page, form)
    assert "You coded this document in this round" in words(page)
    ai, lena = (Client(app, database, cast.people[name]) for name in ("ai", "lena"))
    place = f"/api/v1/disagreements/{first.id}"
    refused = ai.call("POST", f"{place}/rulings", {"codings": [], "reason": "没有行动"}, If_Match='"1"')
    assert refused.status_code == 409
    assert "/problems/own_work" in refused.get_data(as_text=True)
    lena.call("PATCH", f"/api/v1/projects/{cast.project}", {"coders_may_rule": True})
    assert lena.get(f"/api/v1/projects/{cast.project}")["coders_may_rule"]
    assert ai.post(f"{place}/rulings", {"codings": [], "reason": "没有行动"}, If_Match='"1"')["by_coder"]
    shown = words(reader.page("olga", f"/disagreements/{first.id}"))
    assert "by a coder of this document" in shown
    assert "1 ruling in force is by a coder of the document" in shown


def test_names_can_be_hidden_while_one_decides(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    first = disagreements_of(database, compared_round)[0]
    page = reader.page("ada", f"/disagreements/{first.id}?names=hidden")
    assert not re.search(r"\b(Ai|Bo)\b", words(page))
    assert "Coder A" in words(page)
    assert all("names=hidden" in a.get("href") for a in select(page, ".queue a"))


def test_a_boundary_can_be_settled_by_a_coders_span_by_all_or_by_what_is_shared(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    boundary = next(d for d in disagreements_of(database, compared_round) if d.kind == "boundary")
    data = json.loads(reader.page("ada", f"/disagreements/{boundary.id}").get_element_by_id("page-data").text_content())
    spans = {(s["start"], s["end"]) for s in data["spans"]}
    with database.reading() as session:
        codings = disagreements.sides_of(session, [boundary])[boundary.id]
    sides = {(s.start, s.end) for s in codings}
    assert sides <= spans
    assert (min(s for s, _ in sides), max(e for _, e in sides)) in spans
    assert (max(s for s, _ in sides), min(e for _, e in sides)) in spans
    taken = [[{"code": str(s.code), "start": s.start, "end": s.end}] for s in codings]
    assert sorted([data["takes"]["1"], data["takes"]["2"]], key=str) == sorted(taken, key=str)


def test_coders_read_what_was_decided_and_only_adjudicators_decide(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    first = disagreements_of(database, compared_round)[0]
    form = f'form[action="/api/v1/disagreements/{first.id}/rulings"]'
    offered = select(reader.page("ada", f"/disagreements/{first.id}"), form)[0]
    assert offered.get("data-version") == str(first.version)
    with database.transaction() as session:
        ada = cast.access(session, "ada", Permission.ADJUDICATE, "disagreement", first.id)
        side = disagreements.sides_of(session, [first])[first.id][0]
        stands = adjudication.Span(code=side.code, start=side.start, end=side.end)
        decision = adjudication.RulingIn(codings=(stands,), reason="原话更准确")
        adjudication.rule(session, ada, first.id, first.version, decision)
    for person in ("ai", "bo", "lena", "olga"):
        page = reader.page(person, f"/disagreements/{first.id}")
        assert not select(page, form)
        assert "原话更准确" in words(page)
    assert "原话更准确" in words(reader.page("bo", f"/rounds/{compared_round}/consensus"))
    ruled = json.loads(reader.page("ada", f"/disagreements/{first.id}").get_element_by_id("page-data").text_content())
    assert ruled["standing"] == [{"code": str(side.code), "start": side.start, "end": side.end}]


def test_the_consensus_page_counts_what_is_unanimous_ruled_and_undecided(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    text = words(reader.page("olga", f"/rounds/{compared_round}/consensus"))
    assert "1 unanimous" in text
    assert f"{len(disagreements_of(database, compared_round))} undecided" in text
    assert "把旧机器都接上了网" in text


# --- saturation ----------------------------------------------------------------------------------


def saturation(cast: Cast, query: str = "level=label") -> str:
    return f"/projects/{cast.project}/saturation?{query}"


def test_an_open_round_is_hidden_from_coders_and_shown_to_a_lead_who_does_not_code(reader: Reader, cast: Cast) -> None:
    cast.coded_round()
    blind = words(reader.page("ai", saturation(cast)))
    assert "No document has been finished yet" in blind
    assert "1 open round is not shown" in blind
    seen = words(reader.page("lena", saturation(cast)))
    assert "访谈一" in seen
    assert "Round 1 is still open" in seen


def test_the_passages_of_an_open_round_stay_hidden_even_where_its_figures_are_shown(reader: Reader, cast: Cast) -> None:
    made = cast.coded_round()
    address = f"/projects/{cast.project}/saturation/evidence?level=label&document={cast.documents['访谈一']}"
    for person in ("lena", "olga", "ai"):
        assert "没有信任什么都谈不了" not in words(reader.page(person, address))
    cast.close(made)
    page = reader.page("bo", address)
    assert "没有信任什么都谈不了" in words(page)
    of_one_code = reader.page("bo", f"{address}&code={cast.codes['l2']}")
    assert [q.text for q in select(of_one_code, ".quote")] == ["没有信任什么都谈不了"]


def test_documents_stand_in_order_of_arrival_with_the_codes_each_one_brought(reader: Reader, cast: Cast) -> None:
    made = cast.round()
    cast.code("ai", made, "年报节选", "c2", "高校")
    cast.code("ai", made, "访谈一", "c2", "旧机器")
    cast.code("ai", made, "访谈一", "c3", "信任")
    cast.submit("ai", made, "年报节选", "访谈一")
    cast.close(made, unfinished=True)
    rows = select(reader.page("olga", saturation(cast, "level=concept")), "#by-document tbody tr")
    cells = [[cell.text_content().strip() for cell in select(row, "th, td")] for row in rows]
    assert [(r[1].removesuffix("案例一"), r[3], r[2], r[4]) for r in cells] == [
        ("年报节选", "1", "1", "1"),
        ("访谈一", "1", "2", "2"),
    ]
    assert "信任先行" in cells[1][7]
    assert "校企合作" not in cells[1][7]


def test_the_page_never_says_that_saturation_was_reached(reader: Reader, cast: Cast, compared_round: UUID) -> None:
    assert compared_round
    for level in ("label", "concept", "theme", "construct"):
        for view in ("union", "agree:2", "consensus"):
            text = words(reader.page("lena", saturation(cast, f"level={level}&view={view}&base=1&run=1&percent=100")))
            assert not re.search(r"saturat\w+ (is|was|has been) reached|saturated", text)
            assert "researcher’s judgement" in text or "No document has been finished" in text


def test_a_rule_that_cannot_be_used_is_refused_with_its_bounds(reader: Reader, cast: Cast) -> None:
    page = reader.page("lena", saturation(cast, "base=0"), 422)
    assert "from 1 to 100" in words(page)
