"""intercoder reliability: which files it reads, and what it says of those that it cannot use."""

from pathlib import Path

import pytest
import xlsxwriter
from click.testing import Result

from cli.running import refused, told, wide, write
from cli.running import run as run_command


def run(*arguments: str | Path, text: str | bytes | None = None) -> Result:
    return run_command("reliability", *arguments, text=text)


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    return write(tmp_path / "ratings.csv", wide("kripp2011_C_missing__alpha_nominal"))


def test_tab_semicolon_and_spreadsheet_say_the_same_as_commas(tmp_path: Path, ratings: Path) -> None:
    rows = wide("kripp2011_C_missing__alpha_nominal")
    tsv = write(tmp_path / "r.tsv", rows, "\t")
    semicolon = write(tmp_path / "r2.csv", rows, ";", "utf-8-sig")
    with xlsxwriter.Workbook(tmp_path / "r.xlsx") as book:
        page = book.add_worksheet()
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                page.write(i, j, int(text) if text.isdigit() else text)
    reports = [told(run(path, "--json")) for path in (ratings, tsv, semicolon, tmp_path / "r.xlsx")]
    assert all(report["estimates"] == reports[0]["estimates"] for report in reports)
    assert [report["provenance"]["delimiter"] for report in reports] == ["comma", "tab", "semicolon", None]


def test_the_file_may_come_through_a_pipe(ratings: Path) -> None:
    assert told(run("-", "--json", text=ratings.read_bytes()))["data"]["units"] == 12


def test_a_file_that_is_not_utf_8_is_refused_by_its_encoding_and_read_when_told(tmp_path: Path) -> None:
    rows = [
        ["单元", "编码员", "取值"],
        *([f"第{u}句", coder, "信任关系"] for u in range(20) for coder in ("林晓", "魏然")),
    ]
    path = write(tmp_path / "gbk.csv", rows, encoding="gb18030")
    sentence = refused(run(path))
    assert "gbk.csv is not UTF-8; it looks like Simplified Chinese" in sentence
    assert "--encoding gb18030" in sentence
    assert told(run(path, "--encoding", "gbk", "--json"))["data"]["coders"] == ["林晓", "魏然"]
    excel = tmp_path / "unicode.txt"
    excel.write_bytes("\n".join("\t".join(row) for row in rows).encode("utf-16"))
    report = told(run(excel, "--json"))
    assert report["data"]["coders"] == ["林晓", "魏然"]
    assert {"encoding", "separator"} <= {note["code"] for note in report["reading"]}


WRONG: list[tuple[str, list[str], str]] = [
    ("", [], "is empty"),
    ("unit,A,B\n", [], "at least one row"),
    ("unit,coder,lecture\n1,A,x\n", [], "no column “value”; its columns are: unit, coder, lecture"),
    ("unit,coder,valeu\n1,A,x\n", [], "“valeu” looks like it: rename that column to value"),
    ("unit,value\n1,x\n", [], "no column “coder”"),
    ("document,coder,start,end\nd,A,0,3\n", [], "no column “code”"),
    ("document,start,end,code\nd,0,3,x\n", [], "no column “coder”"),
    ("document,code\nd,x\n", [], "a file for “intercoder saturation”"),
    ("unit,coder,value\n1,A,x\n1,A,y\n", [], "line 3: coder A has a value for unit 1 already, in line 2"),
    ("unit,A,B\n1,x,y\n1,x,y\n", [], "line 3: unit 1 has a row already"),
    ("unit,A,B\n1,high,2\n", ["--level", "interval"], "line 2, column A: “high” is not a number"),
    ("unit,A,B\n1,high,low\n", ["--level", "ordinal"], "its values (high, low) are words"),
    ("unit,A,B\n1,high,low\n", ["--weights", "linear"], "its values (high, low) are words"),
    ("unit,A,B\n1,x,y\n", ["--by", "document"], "has no column document"),
    ("unit,A,B\n1,x\n", [], "line 2: this row has 2 cells"),
    ("quote,A,B\na,x,y\nb,x,x\nc,y,x\n", [], "seems to name the units"),
    ("unit,A,B\n1,x,y\n", ["--columns", "A,C"], "no column “C”"),
    ("document,coder,start,end,code\nd,A,5,5,x\n", [], "the span ends at 5, which is not after its start 5"),
]


@pytest.mark.parametrize(("text", "options", "sentence"), WRONG)
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(
    tmp_path: Path, text: str, options: list[str], sentence: str
) -> None:
    path = tmp_path / "data.csv"
    path.write_text(text, "utf-8")
    assert sentence in refused(run(path, *options))


def test_a_picture_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200))
    assert "neither text nor a spreadsheet" in refused(run(tmp_path / "x.csv"))
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04" + bytes(200))
    assert "cannot be read as a spreadsheet" in refused(run(tmp_path / "x.xlsx"))


def test_values_that_are_not_declared_are_refused_with_their_place(tmp_path: Path, ratings: Path) -> None:
    (tmp_path / "codes.txt").write_text("1\n2\n3\n4\n", "utf-8")
    sentence = refused(run(ratings, "--codes", tmp_path / "codes.txt"))
    assert "line 11, column coder 2: “5” is not among the declared codes (1, 2, 3, 4)" in sentence


def test_a_level_that_the_codes_do_not_have_is_refused(tmp_path: Path, ratings: Path) -> None:
    (tmp_path / "codes.txt").write_text("1\n2\n3\n4\n5\n", "utf-8")
    assert "no code a place at the level theme" in refused(
        run(ratings, "--codes", tmp_path / "codes.txt", "--level", "theme")
    )
    assert "give the file of --codes a column parent" in refused(
        run(ratings, "--codes", tmp_path / "codes.txt", "--level", "tree")
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--level", "metric"], "'metric' is not one of"),
        (["--level", "theme"], "needs the code tree: --codes FILE"),
        (["--level", "tree"], "needs the code tree: --codes FILE"),
        (["--level", "masi"], "add --multi"),
        (["--multi", "--level", "ordinal"], "with --multi choose nominal, jaccard, masi, tree"),
        (["--by", "code,time"], "time is not among code, pair, document, coder"),
        (["--json", "--csv"], "exclude one another"),
        (["--resamples", "-1"], "-1 is not in the range"),
        (["--lang", "fr"], "choose en or zh_CN"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(ratings: Path, options: list[str], sentence: str) -> None:
    result = run(ratings, *options)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_file_that_is_read_is_never_written_over(ratings: Path) -> None:
    before = ratings.read_bytes()
    assert run(ratings, "--output", ratings).exit_code == 2
    assert run(ratings, "--csv", "--output", ratings.parent / "." / ratings.name).exit_code == 2
    assert ratings.read_bytes() == before
