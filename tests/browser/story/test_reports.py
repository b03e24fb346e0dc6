"""From two rounds to the numbers of a paper, in the browser: choices, comparison, and files that other programs open again."""

import io
import random
import subprocess
import zipfile
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect
from python_calamine import CalamineWorkbook

import cast as small_study
from browser.serving import Server
from browser.story.test_exports import signed_in, taken
from cast import Cast, make_cast
from intercoder.models import AgreementReport, Assignment, Role, Unit
from intercoder.policy import Permission
from intercoder.services import agreement, codebook, report_changes, results, rounds, versions
from intercoder.services.round_plans import DesignIn
from intercoder.services.span_sections import tables_of, whole_of
from services.comparing import give
from templates import Templates

CODERS = ("ai", "bo", "olga", "ada")
SAID = {"l1": "把旧机器接上网", "l2": "先有信任", "l3": "开放数据"}
DOCUMENTS = 12


def texts(chance: random.Random) -> dict[str, str]:
    """Twelve documents, each sentence of which is about one of three things."""
    return {
        f"访谈{n}": "".join(f"{n}之{i}说的是怎样{SAID[chance.choice([*SAID])]}。" for i in range(12))
        for n in range(1, DOCUMENTS + 1)
    }


def coded(cast: Cast, version: UUID, right: float, chance: random.Random, *, short: float = 0.0) -> UUID:
    """A compared round: two coders a document and three of some, who are right with a probability.

    ``short``: how often a span begins two characters later than the others'.
    """
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        made = rounds.create_round(
            session,
            access,
            rounds.NewRound(
                name="正式编码",
                version_id=version,
                unit=Unit.SPAN,
                documents=tuple(cast.documents[f"访谈{n}"] for n in range(1, DOCUMENTS + 1)),
                coders=tuple(cast.people[c].id for c in CODERS),
                design=DesignIn(each=2, percent=30, seed=5),
                open=True,
            ),
        ).id
    titles = {identifier: title for title, identifier in cast.documents.items()}
    names = {person.id: name for name, person in cast.people.items()}
    with cast.database.reading() as session:
        pairs = session.execute(
            sa.select(Assignment.document_id, Assignment.coder_id)
            .where(Assignment.round_id == made)
            .order_by(Assignment.document_id, Assignment.coder_id)
        ).all()
    for document, coder in pairs:
        title = titles[document]
        for sentence in small_study.TEXTS[title].split("。")[:-1]:
            there = next(code for code, words in SAID.items() if words in sentence)
            if chance.random() < 0.9:
                code = there if chance.random() < right else chance.choice([*SAID])
                quote = sentence[2:] if short and chance.random() < short else sentence
                cast.code(names[coder], made, title, code, quote, doubt=chance.random() < 0.1)
        cast.submit(names[coder], made, title)
    cast.close(made)
    return made


def two_rounds(cast: Cast, *, short: float = 0.0) -> tuple[UUID, UUID]:
    """Two rounds of four coders, the second one with a codebook in which a definition was sharpened."""
    for name in ("olga", "ada"):
        give(cast, name, Role.CODER)
    first = coded(cast, cast.version, 0.55, random.Random(1), short=short)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        change = codebook.CodeChange(definition="先有信任，后有合同；只谈合同的不算。")
        codebook.change_code(session, access, cast.codes["l2"], None, change)
        second = versions.publish(session, access, "信任的定义收紧").id
    return first, coded(cast, second, 0.9, random.Random(2), short=short / 4)


def figures(content: bytes) -> dict[str, float]:
    """Return the coefficients over everything of a report as a workbook, by their names."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return {str(row[0]): float(row[1]) for row in rows if len(row) > 1 and isinstance(row[1], float)}


def by_openpyxl(content: bytes) -> dict[str, float]:
    """Return the same of an xlsx as openpyxl reads it; none of its cells is a formula."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    rows = [row for sheet in book.worksheets for row in sheet.iter_rows()]
    assert not any(cell.data_type == "f" for row in rows for cell in row)
    # A whole number is written as one and read as an int.
    return {
        str(row[0].value): float(row[1].value) for row in rows if len(row) > 1 and type(row[1].value) in (int, float)
    }


def test_reports_are_chosen_compared_and_taken_away(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_templates: Templates
) -> None:
    for title, text in texts(random.Random(0)).items():
        monkeypatch.setitem(small_study.TEXTS, title, text)
    data = tmp_path / "data"
    data.mkdir()
    database = sqlite_templates.migrated(data / "intercoder.sqlite3")
    cast = make_cast(database)
    two_rounds(cast)
    with Server(data) as server:
        server.start()
        lead = signed_in(browser, server, "lena", "zh")
        lead.goto(f"/projects/{cast.project}/agreement?all=1")
        lead.page.locator("main th a").first.click()
        lead.check_accessible("report")
        # A report of two coders, without codings in doubt, by paragraph: named, and said to be of a part.
        lead.page.get_by_role("link", name=lead.t("Other choices…")).click()
        lead.check_accessible("choices of a report")
        lead.page.fill("#f-name", "表 3：两人、不计存疑")
        lead.page.locator("#f-unit").select_option("paragraph")
        lead.page.locator("[name=doubtful]").uncheck()
        for name in ("Ai", "Bo"):
            lead.page.get_by_label(name, exact=True).check()
        lead.button("Compute").click()
        heading = lead.page.locator("h1", has_text="表 3：两人、不计存疑")
        expect(heading).to_be_visible()
        with database.reading() as session:
            made = session.scalars(sa.select(AgreementReport).where(AgreementReport.name != "")).one()
            contents = results.open_report(session, agreement.get_report(session, cast.project, made.id))
            assert (made.narrowed, made.unit) == (True, Unit.PARAGRAPH)
            assert sorted(coder.name for coder in contents.provenance.coders) == ["Ai", "Bo"]
            assert contents.provenance.choices is not None
            left_out = contents.provenance.choices.codings_doubted
        assert left_out > 0
        expect(lead.page.locator("main")).to_contain_text(str(left_out))
        # Both rounds side by side: the second is better, and that is more than chance.
        lead.goto(f"/projects/{cast.project}/agreement?all=1")
        lead.page.locator("main th a").first.click()
        lead.page.get_by_role("link", name=lead.t("Compare with another…")).click()
        other = lead.page.locator(
            "#b-other option", has_text=lead.t("Round {number}: {name}", number=1, name="正式编码")
        )
        lead.page.locator("#b-other").select_option(other.first.get_attribute("value"))
        lead.button("Compare").click()
        lead.button("Compute the intervals of the changes").click()
        sure = lead.page.locator("#h-overall").locator("xpath=ancestor::section").locator("tr.is-certain")
        expect(sure.first).to_be_visible()
        lead.check_accessible("two reports")
        facts = lead.page.locator("#h-facts").locator("xpath=ancestor::section")
        expect(facts).to_contain_text(lead.t("version {number}", number=2))
        with database.reading() as session:
            reports = {r.round.number: r for r in session.scalars(sa.select(AgreementReport)) if not r.narrowed}
            told = report_changes.changes_of(session, report_changes.Pair(reports[1], reports[2]))
            assert told is not None
            known = told.overall[reports[2].coefficient]
            assert (known.low or 0.0) > 0.0
            value, expected = reports[2].value, results.open_report(session, reports[2]).summary
        expect(sure.first).to_contain_text(f"{known.change:.2f}")
        # What the workbook holds is what the page shows.
        lead.goto(f"/reports/{reports[2].id}")
        expect(lead.page.locator(".hero")).to_contain_text(f"{value:.2f}")
        lead.page.locator(".page-head").get_by_role("link", name=lead.t("Export")).click()
        workbook = taken(lead, "report", "xlsx")
        book = figures(workbook)
        assert by_openpyxl(workbook) == book
        for name in ("alpha", "mv_alpha", "masi", "ac1"):
            known_value = expected.overall[name].value
            assert any(cell == pytest.approx(known_value, abs=1e-9) for cell in book.values()), name
        lead.look_again_in_the_other_language()
        assert lead.complaints == []
    database.dispose()


def opened_by_libreoffice(folder: Path, name: str, content: bytes, form: str, kind: str) -> Path:
    """Return a file as LibreOffice saves it in another form."""
    (folder / f"{name}.{form}").write_bytes(content)
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", kind, "--outdir", str(folder / "out"), f"{name}.{form}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out" / f"{name}.{kind.partition(':')[0]}"


def test_a_report_by_free_span_is_made_compared_and_read_back(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_templates: Templates
) -> None:
    for title, text in texts(random.Random(0)).items():
        monkeypatch.setitem(small_study.TEXTS, title, text)
    data = tmp_path / "data"
    data.mkdir()
    database = sqlite_templates.migrated(data / "intercoder.sqlite3")
    cast = make_cast(database)
    made = two_rounds(cast, short=0.4)
    with Server(data) as server:
        server.start()
        lead = signed_in(browser, server, "lena", "en")
        for round_id in made:
            lead.goto(f"/rounds/{round_id}/reports/new")
            lead.page.locator("#f-unit").select_option("span")
            lead.button("Compute").click()
            expect(lead.page.locator(".hero")).to_be_visible()
        with database.reading() as session:
            both = [next(r for r in agreement.reports(session, round_id) if r.unit is Unit.SPAN) for round_id in made]
            last = agreement.get_report(session, cast.project, both[1].id)
            contents = results.open_report(session, last)
            whole, tables = whole_of(contents.sections), tables_of(contents.sections)
        assert whole is not None
        value = whole.overall["u_alpha"].value or 0.0
        assert both[1].coefficient == "u_alpha"
        expect(lead.page.locator(".hero")).to_contain_text(f"{value:.2f}")
        lead.check_accessible("report by free span")
        # Each code beside what it was in the round before, with what its definition said.
        expect(lead.page.locator("#versions")).to_contain_text(lead.t("Definition"))
        # Both beside one another: the interval of the difference leaves zero out.
        lead.page.get_by_role("link", name=lead.t("Compare with another…")).click()
        lead.page.locator("#b-other").select_option(str(both[0].id))
        lead.button("Compare").click()
        lead.button("Compute the intervals of the changes").click()
        expect(lead.page.locator("tr.is-certain").first).to_be_visible()
        expect(lead.page.locator("main")).to_contain_text(lead.t("What its entry changed"))
        lead.check_accessible("two reports by free span")
        with database.reading() as session:
            told = report_changes.changes_of(session, report_changes.Pair(both[0], both[1]))
        assert told is not None
        assert (told.overall["u_alpha"].low or 0.0) > 0.0
        # What each coder marked, cut where boundaries differ.
        lead.goto(f"/reports/{last.id}/compare")
        differing = lead.page.locator(".compare-line.differs")
        expect(differing.first).to_be_visible()
        lead.check_accessible("the coders by free span")
        # The files say what the page says, in the programs that they are for.
        lead.goto(f"/projects/{cast.project}/exports?report={last.id}")
        lead.check_accessible("what a report by free span can be taken away as")
        alphas = [row.alpha.value for row in tables.by_code if row.alpha.value is not None]
        workbook = taken(lead, "report", "xlsx")
        book = figures(workbook)
        assert by_openpyxl(workbook) == book
        assert any(cell == pytest.approx(value, abs=1e-9) for cell in book.values())
        assert all(any(cell == pytest.approx(alpha, abs=1e-9) for cell in book.values()) for alpha in alphas)
        again = opened_by_libreoffice(tmp_path, "book", workbook, "xlsx", "ods")
        assert figures(again.read_bytes()) == pytest.approx(book)
        paper = opened_by_libreoffice(
            tmp_path, "paper", taken(lead, "report", "docx"), "docx", "txt:Text (encoded):UTF8"
        )
        words = paper.read_text("utf-8-sig")
        assert f"{value:.3f}" in words
        assert all(f"{alpha:.3f}" in words for alpha in alphas)
        figure = taken(lead, "figure-codes", "svg").decode()
        assert all(f">{alpha:.2f} [" in figure for alpha in alphas)
        assert taken(lead, "figure-codes", "png").startswith(b"\x89PNG")
        zipfile.ZipFile(io.BytesIO(taken(lead, "r", "zip"))).extractall(tmp_path / "r")
        said = subprocess.run(["Rscript", "spans.R"], cwd=tmp_path / "r", capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout + said.stderr
        assert said.stdout.count("same\n") == len(tables.by_code) + 3
        lead.look_again_in_the_other_language()
        assert lead.complaints == []
    database.dispose()
