"""Files that leave, opened by the programs that they are for: R, PSPP, Python with NLTK, LibreOffice find the report's numbers."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import krippendorff
import pytest
from flask import Flask
from pypdfium2 import PdfDocument
from python_calamine import CalamineWorkbook

from cast import Cast, Client
from intercoder.reports.numbers import number
from web.exported import NASTY, report_of_three
from web.leaving import fetched

pytestmark = pytest.mark.sqlite


@pytest.fixture
def report(cast: Cast) -> str:
    return report_of_three(cast)


def unpacked(app: Flask, cast: Cast, report: str, name: str, to: Path) -> Path:
    answer = Client(app, cast.database, cast.people["ada"]).call(
        "GET", f"/api/v1/{report}/exports/{name}?language=zh&names=letters"
    )
    assert answer.mimetype == "application/zip", answer.data[:500]
    zipfile.ZipFile(io.BytesIO(answer.data)).extractall(to)
    return to


def ran(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as content:
        return list(csv.DictReader(content))


def headline(app: Flask, cast: Cast, report: str) -> float:
    told = Client(app, cast.database, cast.people["ada"]).get(f"/api/v1/{report}")
    return float(told["result"]["overall"]["alpha"]["value"])


def test_r_finds_every_alpha_of_the_report(app: Flask, cast: Cast, report: str, tmp_path: Path) -> None:
    folder = unpacked(app, cast, report, "r", tmp_path)
    said = ran(folder, "Rscript", "alpha.R")
    expected = [row for row in rows(folder / "expected.csv") if row["coefficient"] == "alpha"]
    assert said.count("same\n") == len(expected) > 5
    assert float(said.split()[2]) == pytest.approx(headline(app, cast, report), abs=1e-9)
    # A number that is another is found.
    text = (folder / "expected.csv").read_text("utf-8-sig")
    first = next(row["value"] for row in expected if row["value"])
    (folder / "expected.csv").write_text(text.replace(first, "0.5", 1), encoding="utf-8-sig")
    done = subprocess.run(["Rscript", "alpha.R"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, "DIFFERENT" in done.stdout) == (1, True)


def test_python_and_nltk_find_it(app: Flask, cast: Cast, report: str, tmp_path: Path) -> None:
    folder = unpacked(app, cast, report, "python", tmp_path)
    said = ran(folder, sys.executable, "alpha.py")
    assert "by_nltk" in said
    assert "DIFFERENT" not in said
    assert said.count("by_krippendorff") == sum(row["coefficient"] == "alpha" for row in rows(folder / "expected.csv"))


def test_pspp_finds_alpha_by_the_syntax_for_spss(app: Flask, cast: Cast, report: str, tmp_path: Path) -> None:
    folder = unpacked(app, cast, report, "spss", tmp_path)
    said = ran(folder, "pspp", "-O", "format=csv", "reliability.sps").split("\n\n")
    found = dict(block.removeprefix("alpha of ").split("\n")[:2] for block in said if block.startswith("alpha of"))
    expected = {
        row["name"] or "coder_1 coder_2 coder_3": float(row["value"])
        for row in rows(folder / "expected.csv")
        if row["coefficient"] == "alpha" and row["scope"] in {"overall", "pair"}
    }
    assert {name: float(value) for name, value in found.items()} == pytest.approx(expected, abs=1e-8)
    syntax = (folder / "reliability.sps").read_text("utf-8")
    people = [row["name"] for row in rows(folder / "coders.csv")]
    assert sorted(people) == ["丙", "乙", "甲"]
    assert all(f"coder_{n} '{name}'" in syntax for n, name in enumerate(people, 1))
    assert "'无编码'" in syntax


def test_what_recal_takes_gives_the_same_alpha(app: Flask, cast: Cast, report: str, tmp_path: Path) -> None:
    folder = unpacked(app, cast, report, "recal", tmp_path)
    lines = [line.split(",") for line in (folder / "recal-oir.csv").read_text("ascii").split()]
    data = [[float("nan") if cell == "#" else float(cell) for cell in column] for column in zip(*lines, strict=True)]
    found = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    assert found == pytest.approx(headline(app, cast, report), abs=1e-9)
    whole = [line.split(",") for line in (folder / "recal3.csv").read_text("ascii").split()]
    assert whole == [line for line in lines if "#" not in line] != []
    assert {cell for line in lines for cell in line if cell != "#"} <= {
        r["number"] for r in rows(folder / "values.csv")
    }


def test_the_files_for_stata_name_every_set_and_break_out_of_no_quotes(
    app: Flask, cast: Cast, report: str, tmp_path: Path
) -> None:
    folder = unpacked(app, cast, report, "stata", tmp_path)
    script = (folder / "reliability.do").read_text("utf-8")
    labels = [line for line in script.splitlines() if line.startswith("label define")]
    assert len(labels) == len(rows(folder / "values.csv"))
    inside = [line.split('`"', 1)[1].removesuffix("\"', modify") for line in labels]
    assert not {"`", "'", '"', "$", "\\"} & {*"".join(inside)}
    assert any("S_DATE" in text for text in inside)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_libreoffice_opens_a_table_with_chinese_and_computes_nothing(
    app: Flask, cast: Cast, report: str, tmp_path: Path, form: str
) -> None:
    lead = Client(app, cast.database, cast.people["lena"])
    answer = fetched(lead, cast.database, f"projects/{cast.project}/exports/codings?format={form}&language=zh")
    (tmp_path / f"codings.{form}").write_bytes(answer.data)
    # Who opens a csv file by hand is shown the encoding that its mark says.
    said = {"xlsx": (), "csv": ("--infilter=CSV:44,34,UTF8",)}
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    ran(
        tmp_path,
        "soffice",
        home,
        "--headless",
        *said[form],
        "--convert-to",
        "ods",
        "--outdir",
        "out",
        f"codings.{form}",
    )
    sheet = CalamineWorkbook.from_path(tmp_path / "out" / "codings.ods").get_sheet_by_index(0).to_python()
    line = [json.loads(row) for row in codings_as_lines(lead, cast)]
    by_name = [dict(zip(sheet[0], row, strict=True)) for row in sheet[1:]]
    assert [row["原文"] for row in by_name] == [row["text"] for row in line]
    assert {str(row["编码"]).removeprefix("'") for row in by_name} == {row["code"] for row in line} >= {NASTY}


def codings_as_lines(lead: Client, cast: Cast) -> list[bytes]:
    return list(lead.call("GET", f"/api/v1/projects/{cast.project}/exports/codings?format=ndjson").data.splitlines())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_is_a_word_file_a_pdf_and_a_workbook_with_the_same_numbers(
    app: Flask, cast: Cast, report: str, tmp_path: Path, language: str
) -> None:
    lead = Client(app, cast.database, cast.people["lena"])
    files = {}
    for form in ("docx", "pdf", "xlsx", "csv", "json"):
        address = f"{report}/exports/report?format={form}&language={language}&names=letters"
        answer = fetched(lead, cast.database, address)
        assert answer.status_code == 200, answer.data[:300]
        files[form] = answer.data
        (tmp_path / f"report.{form}").write_bytes(answer.data)
    told = lead.get(f"/api/v1/{report}")["result"]
    alphas = {code["code"]: code["estimates"]["alpha"]["value"] for code in told["by_code"]}
    values = [told["overall"]["alpha"]["value"], *(value for value in alphas.values() if value is not None)]
    assert len(values) > 2
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    ran(
        tmp_path,
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "txt:Text (encoded):UTF8",
        "--outdir",
        "out",
        "report.docx",
    )
    read = {
        "docx": (tmp_path / "out" / "report.txt").read_text("utf-8-sig"),
        "pdf": "".join(page.get_textpage().get_text_range() for page in PdfDocument(files["pdf"])),
        "csv": files["csv"].decode("utf-8-sig"),
    }
    for value in values:
        for form in ("docx", "pdf"):
            assert number(value) in read[form], (form, value)
    book = CalamineWorkbook.from_path(tmp_path / "report.xlsx")
    numbers = [
        cell
        for sheet in range(len(book.sheet_names))
        for row in book.get_sheet_by_index(sheet).to_python()
        for cell in row
        if isinstance(cell, float)
    ]
    cells = [float(cell) for row in csv.reader(io.StringIO(read["csv"])) for cell in row if is_number(cell)]
    for value in values:
        for found in (numbers, cells):
            assert any(cell == pytest.approx(value, abs=1e-9) for cell in found), value
    kept = json.loads(files["json"])
    assert json.dumps(told["overall"]["alpha"]["value"]) in json.dumps(kept)


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
