"""What leaves the program: who gets what, and whether the files say what the pages say."""

import csv
import gc
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import docx
import lxml.html
import pytest
import sqlalchemy as sa
from docx.opc.package import OpcPackage
from flask import Flask
from python_calamine import CalamineWorkbook

from cast import TEXTS, Cast, Client
from intercoder.interchange.sheets import csv_parts
from intercoder.models import Assignment, AssignmentState, Role, RulingTag
from intercoder.policy import Permission
from intercoder.reports.exports.codings import codings_table
from intercoder.reports.exports.kinds import Choices, Door, Form, Making
from intercoder.reports.exports.registry import EXPORTS, export_called
from intercoder.reports.exports.taking import taking
from intercoder.services import agreement, projects, rounds
from intercoder.text.units import Unit, units_of
from intercoder.web import leaving
from services.comparing import disagreements_of, give
from services.test_precedents import ruled
from web.asking import refused
from web.leaving import fetched

pytestmark = pytest.mark.sqlite
Ask = Callable[..., Any]


@pytest.fixture
def ask(app: Flask, cast: Cast) -> Ask:
    def asked(person: str, name: str, query: str = "", of: str = "") -> Any:
        address = f"{of or f'projects/{cast.project}'}/exports/{name}?{query}"
        return fetched(Client(app, cast.database, cast.people[person]), cast.database, address)

    return asked


def table(answer: Any) -> list[dict[str, str]]:
    assert (answer.status_code, answer.mimetype) == (200, "text/csv"), answer.data[:500]
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def workbook(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200, answer.data[:500]
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()


def report_of(cast: Cast, round_id: UUID) -> str:
    with cast.database.reading() as session:
        return f"reports/{agreement.reports(session, round_id)[0].id}"


def sentence(place: int) -> str:
    start, end = list(units_of(TEXTS["访谈一"], Unit.SENTENCE))[place]
    return TEXTS["访谈一"][start:end]


def test_each_coding_is_a_row_with_its_words_and_what_stands_above_its_code(cast: Cast, ask: Ask) -> None:
    made = cast.round(documents=("访谈一",))
    cast.code("ai", made, "访谈一", "l2", "没有信任", memo="=1+1", doubt=2, typical=True)
    cast.submit("ai", made, "访谈一")
    assert [table(ask(person, "codings", "format=csv")) for person in ("lena", "ai", "bo", "olga")] == [[]] * 4
    cast.close(made, unfinished=True)
    (row,) = table(ask("olga", "codings", "format=csv&language=en"))
    said = {
        name: row[name]
        for name in ("Round", "Document", "Case", "Coder", "Paragraph", "Coded words", "Before it", "Starred")
    }
    assert said == {
        "Round": "1",
        "Document": "访谈一",
        "Case": "案例一",
        "Coder": "Ai",
        "Paragraph": "3",
        "Coded words": "没有信任",
        "Before it": "陈总：",
        "Starred": "*",
    }
    assert row["After it"].startswith("什么都谈不了。平台")
    assert [row[level] for level in ("Aggregate construct", "Second-order theme", "First-order concept", "Label")] == [
        "信任嵌入",
        "关系治理",
        "信任先行",
        "没有信任什么都谈不了",
    ]
    assert (row["Memo"], row["Doubt (0 to 3)"]) == ("'=1+1", "2"), "no spreadsheet computes it"
    headings, cells = workbook(ask("olga", "codings", "format=xlsx&language=zh&names=letters"))
    by_name = dict(zip(headings, cells, strict=True))
    assert (by_name["编码者"], by_name["备忘录"], by_name["聚合构念"]) == ("甲", "=1+1", "信任嵌入")
    line = json.loads(ask("olga", "codings", "format=ndjson").data)
    assert (line["code"], TEXTS["访谈一"][line["start"] : line["end"]], line["doubt"]) == (
        "没有信任什么都谈不了",
        "没有信任",
        2,
    )
    assert (line["text"], line["coder"], line["coded"][-6:]) == ("没有信任", "Ai", "+00:00")


def test_a_round_that_was_opened_again_is_in_no_file(cast: Cast, ask: Ask, compared_round: UUID) -> None:
    of = report_of(cast, compared_round)
    assert len(table(ask("bo", "codings", "format=csv"))) == 7
    assert ask("bo", "diagnosis", "format=csv", of).status_code == 200
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        rounds.reopen_round(session, access)
    assert table(ask("bo", "codings", "format=csv")) == []
    of_report = [export.name for export in EXPORTS if export.scope == "report"]
    assert {ask("bo", name, "", of).status_code for name in of_report} == {409}


def test_word_documents_of_one_file_do_not_pile_up_in_memory(cast: Cast) -> None:
    made = cast.two_documents()
    gc.collect()
    gc.disable()
    try:
        export, lead = export_called("documents-word"), cast.people["lena"]
        with taking(cast.database, lead, export, made, Choices(Form.ZIP)) as (file, _):
            assert sum(map(len, file.parts))
        assert not [thing for thing in gc.get_objects() if isinstance(thing, OpcPackage)]
    finally:
        gc.enable()


def test_so_many_files_are_on_their_way_to_one_person_and_no_more(app: Flask, cast: Cast) -> None:
    cast.compared_round()
    reader, other = (Client(app, cast.database, cast.people[name]) for name in ("olga", "bo"))
    address = f"/api/v1/projects/{cast.project}/exports/codings?format=csv"
    held = [reader.call("GET", address) for _ in range(leaving.AT_A_TIME)]
    assert {answer.status_code for answer in held} == {200}
    for _ in range(2):
        refused(reader.call("GET", address), 429, "too_many_files")
    assert other.call("GET", address).get_data()
    held[0].get_data()  # one was read to its end, one was given up
    held[1].close()
    again = [reader.call("GET", address) for _ in range(2)]
    assert {answer.status_code for answer in again} == {200}
    refused(reader.call("GET", address), 429, "too_many_files")
    for answer in [*held, *again]:
        answer.close()
    assert reader.call("GET", address).get_data()


def test_csv_written_line_by_line_is_what_the_table_of_all_rows_is(cast: Cast) -> None:
    made = cast.round(documents=("访谈一",))
    nasty = ('=1+1, "so"', "two\r\nlines", "@", '"', "plain", "", "，。", "-3")
    for memo, quote in zip(
        nasty, ("没有信任", "什么都谈不了", "把旧机器", "接上了网", "订单", "六成", "平台", "数据"), strict=True
    ):
        cast.code("ai", made, "访谈一", "l2", quote, memo=memo, doubt=1, typical=True)
    cast.submit("ai", made, "访谈一")
    cast.close(made, unfinished=True)
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.PROJECT_VIEW)

        @contextmanager
        def opened() -> Iterator[Door]:
            yield Door(session, access)

        making = Making(cast.project, opened, Choices(Form.CSV))
        table = codings_table(making)
        told = b"".join(table.csv())
        assert told == b"".join(csv_parts([*table.headings().values()], table.rows()))
    assert told.count(b"\r\n") == len(nasty) + 1, "a memo has its lines with one sign"


def test_a_form_that_an_export_has_not_is_refused_with_those_it_has(cast: Cast, ask: Ask) -> None:
    answer = ask("lena", "codings", "format=pdf")
    assert (answer.status_code, "xlsx, csv, ndjson" in answer.json["detail"]) == (422, True)
    assert ask("lena", "codings", "format=exe").status_code == 422


def test_codings_of_one_round_or_of_all(cast: Cast, ask: Ask) -> None:
    first, second = cast.compared_round(), cast.two_documents()
    both = table(ask("olga", "codings", "format=csv&language=en"))
    assert {row["Round"] for row in both} == {"1", "2"}
    for made, number in ((first, "1"), (second, "2")):
        rows = table(ask("olga", "codings", f"format=csv&language=en&round={made}"))
        assert rows == [row for row in both if row["Round"] == number]
    assert table(ask("olga", "codings", f"format=csv&round={cast.project}")) == []


def test_the_diagnosis_tells_the_three_kinds_of_nothing(cast: Cast, ask: Ask) -> None:
    give(cast, "olga", Role.CODER)
    made = cast.round(documents=("访谈一", "年报节选"), coders=("ai", "bo", "olga"), unit="sentence")
    for coder in ("ai", "bo"):
        cast.code(coder, made, "访谈一", "l1", sentence(0))
        cast.submit(coder, made, "访谈一", "年报节选")
    cast.submit("olga", made, "访谈一")
    cast.close(made, unfinished=True)
    rows = table(ask("ada", "diagnosis", "format=csv&language=en", report_of(cast, made)))
    first = next(row for row in rows if row["Document"] == "访谈一")
    assert (first["Ai"], first["Bo"], first["Olga"], first["Result"]) == (
        "旧机器接上网",
        "旧机器接上网",
        "(no code)",
        "differs",
    )
    assert {row["Olga"] for row in rows if row["Document"] == "年报节选"} == {"(not finished)"}
    assert workbook(ask("ada", "diagnosis", "language=en", report_of(cast, made)))[1:] != []


def test_coded_documents_hold_the_whole_text_and_every_coding_of_it(cast: Cast, ask: Ask, compared_round: UUID) -> None:
    of = f"rounds/{compared_round}"
    pages = zipfile.ZipFile(io.BytesIO(ask("olga", "documents-html", "language=en", of).data))
    (name,) = pages.namelist()
    assert name == "001-访谈一.html"
    page = lxml.html.fromstring(pages.read(name).decode())
    for number in [*page.iter("sup")]:
        number.text = None
        number[:] = []
    assert "\n".join(str(p.xpath("string()")) for p in page.findall(".//p")[1:]) == TEXTS["访谈一"]
    listed = [tuple(str(cell.xpath("string()")) for cell in row)[1:4] for row in page.findall(".//tbody/tr")]
    rows = table(ask("olga", "codings", "format=csv&language=en"))
    assert {(row["Coder"], row["Code"], row["Coded words"]) for row in rows} <= {*listed}
    assert ("Consensus", "旧机器接上网", "把旧机器都接上了网") in listed
    words = zipfile.ZipFile(io.BytesIO(ask("olga", "documents-word", "language=en&names=letters", of).data))
    document = docx.Document(io.BytesIO(words.read("001-访谈一.docx")))
    assert "\n".join(p.text for p in document.paragraphs[2:]) == TEXTS["访谈一"]
    masked = table(ask("olga", "codings", "format=csv&language=en&names=letters"))
    letter = {row["Coder"]: other["Coder"] for row, other in zip(rows, masked, strict=True)}
    assert sorted(letter.values()) == ["A", "B"]
    comments = [(comment.author, comment.paragraphs[0].text) for comment in document.comments]
    assert sorted(comments) == sorted((letter.get(who, who), code) for who, code, _ in listed)


def test_the_page_says_why_there_is_no_archive_while_a_round_is_open(app: Flask, cast: Cast) -> None:
    cast.compared_round()
    lead = Client(app, cast.database, cast.people["lena"])

    def archive() -> str:
        page = lxml.html.fromstring(lead.call("GET", f"/projects/{cast.project}/exports").get_data(as_text=True))
        offer = page.find(".//*[@id='export-archive']")
        assert offer is not None
        return f"{offer.xpath('normalize-space()')!s} {[form.get('action') for form in offer.iter('form')]}"

    assert f"/projects/{cast.project}/exports/archive'" in archive()
    cast.round(documents=("年报节选",))
    assert "Round 2 is open" in archive()
    assert archive().endswith("[]")


@pytest.mark.parametrize("many", [0, 1])
def test_of_a_round_that_nobody_or_one_has_finished_everything_is_a_file_or_a_sentence(
    cast: Cast, ask: Ask, many: int
) -> None:
    made = cast.round(documents=("访谈一",))
    if many:
        cast.submit("ai", made, "访谈一")
    cast.close(made, unfinished=True)
    of = {"project": f"projects/{cast.project}", "round": f"rounds/{made}", "report": report_of(cast, made)}
    answers = [
        (export.name, ask("lena", export.name, f"format={form}&names=letters", of[export.scope]))
        for export in EXPORTS
        for form in export.forms
    ]
    refused = {name: answer.json["detail"] for name, answer in answers if answer.status_code != 200}
    assert {*refused} == (set() if many else {"r", "python", "spss", "stata", "recal"})
    assert all("Nobody submitted" in sentence for sentence in refused.values())
    assert [name for name, answer in answers if not answer.data] == ["codings"], (
        "no lines of JSON where nothing was coded"
    )


def test_a_report_that_no_longer_holds_names_by_letter_who_has_no_work_there_today(
    cast: Cast, ask: Ask, compared_round: UUID
) -> None:
    of = report_of(cast, compared_round)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        rounds.reopen_round(session, access)
    with cast.database.transaction() as session:
        session.execute(
            sa.update(Assignment)
            .where(Assignment.round_id == compared_round, Assignment.coder_id == cast.people["bo"].id)
            .values(state=AssignmentState.IN_PROGRESS)
        )
    cast.close(compared_round, unfinished=True)
    answer = ask("lena", "report", "format=json&names=letters", of)
    assert (answer.status_code, answer.json["stale"]) == (200, True)
    assert sorted(coder["name"] for coder in answer.json["provenance"]["coders"]) == ["A", "B"]


def test_both_readings_stand_is_an_outcome_of_its_own(cast: Cast, ask: Ask, compared_round: UUID) -> None:
    places = disagreements_of(cast, compared_round)
    ruled(cast, places[1], ["l2", "l3"], "两个意思都在。", RulingTag.BOTH_STAND)
    ruled(cast, places[0], [], "不是行动。")
    rows = table(ask("ada", "disagreements", "format=csv&language=en", f"rounds/{compared_round}"))
    assert [row["Outcome"] for row in rows] == ["no code stands", "both readings stand", "not settled"]
    assert (rows[1]["Reason"], rows[1]["Ruled by"], rows[1]["Why coders differ"]) == (
        *("两个意思都在。", "Ada", "Two meanings, both stand"),
    )
    assert {part.split(":")[0] for part in rows[1]["Who gave it which codes"].split("; ")} == {"Ai", "Bo"}
    assert workbook(ask("ada", "disagreements", "language=zh", f"rounds/{compared_round}"))[2][14] == "两种读法并存"
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, projects.ProjectChange(masked_names=True))
    hidden = table(ask("ada", "disagreements", "format=csv&language=en", f"rounds/{compared_round}"))
    assert {part.split(":")[0] for part in hidden[1]["Who gave it which codes"].split("; ")} == {"A", "B"}
