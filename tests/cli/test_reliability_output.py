"""intercoder reliability: tables, csv, json, languages, exit status."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.running import refused, told, wide, write
from cli.running import run as run_command
from intercoder.cli import main


def run(*arguments: str | Path, text: str | bytes | None = None) -> Result:
    return run_command("reliability", *arguments, text=text)


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    return write(tmp_path / "ratings.csv", wide("kripp2011_C_missing__alpha_nominal"))


def test_the_json_says_where_every_number_comes_from(ratings: Path) -> None:
    report = told(run(ratings, "--json", "--by", "code,pair,coder", "--seed", "7", "--resamples", "50"))
    assert set(report) == {"command", "provenance", "data", "reading", "notes", "estimates"}
    provenance = report["provenance"]
    assert provenance["file"] == "ratings.csv"
    assert provenance["sha256"] == hashlib.sha256(ratings.read_bytes()).hexdigest()
    assert (provenance["seed"], provenance["resamples"], provenance["format"]) == (7, 50, "wide")
    assert set(provenance["software"]) == {"intercoder", "krippendorff", "numpy", "scipy", "python"}
    for figure in report["estimates"]:
        assert (figure["value"] is None) != (figure["reason"] is None)
        assert {"scope", "name", "coefficient", "n_units", "n_pairable", "n_values", "n_missing", "coders"} <= set(
            figure
        )
    assert {figure["scope"] for figure in report["estimates"]} == {"overall", "code", "pair", "coder"}
    alpha = report["estimates"][0]
    assert alpha["interval"]["resamples"] == 50
    assert alpha["interval"]["seed"] == 7


def test_the_same_seed_gives_the_same_bytes(ratings: Path) -> None:
    assert run(ratings, "--json", "--seed", "3").stdout == run(ratings, "--json", "--seed", "3").stdout
    assert run(ratings, "--json", "--seed", "3").stdout != run(ratings, "--json", "--seed", "4").stdout


def test_the_csv_has_one_row_for_each_number_of_the_json(ratings: Path) -> None:
    options = ["--by", "code,pair,coder"]
    report = told(run(ratings, "--json", *options))
    rows = list(csv.DictReader(io.StringIO(run(ratings, "--csv", *options).stdout)))
    assert len(rows) == len(report["estimates"])
    for row, figure in zip(rows, report["estimates"], strict=True):
        assert (row["scope"], row["name"], row["coefficient"]) == (
            figure["scope"],
            figure["name"],
            figure["coefficient"],
        )
        assert row["value"] == ("" if figure["value"] is None else str(figure["value"]))
        assert row["reason"] == (figure["reason"] or "")
        assert row["low"] == ("" if figure["interval"] is None else str(figure["interval"]["low"]))
    assert list(rows[0])[:7] == ["scope", "name", "coefficient", "value", "reason", "low", "high"]


def test_output_writes_what_its_ending_says(tmp_path: Path, ratings: Path) -> None:
    for name in ("out.json", "out.csv", "out.txt"):
        assert run(ratings, "--output", tmp_path / name).stdout == ""
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["command"] == "reliability"
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfscope,name")
    assert "Krippendorff’s alpha" in (tmp_path / "out.txt").read_text("utf-8")
    assert "cannot be written" in refused(run(ratings, "--output", tmp_path / "no folder" / "out.csv"))


def test_a_page_in_a_pipe_has_no_colours_no_trailing_spaces_and_the_worst_first(ratings: Path) -> None:
    page = run(ratings, "--by", "pair").stdout
    assert "\x1b" not in page
    assert all(line == line.rstrip() for line in page.splitlines())
    assert page.splitlines()[0] == "ratings.csv: ratings, one column for each coder (wide); nominal"
    values = [line.split()[5] for line in page.splitlines() if " – " in line and "coder" in line]
    assert len(values) == 6
    assert values == sorted(values, key=float)


def test_the_notes_say_how_intervals_were_made(ratings: Path) -> None:
    page = run(ratings, "--method", "bca", "--resamples", "200", "--seed", "9").stdout
    assert "Intervals of alpha: 200 resamples of single units (bias-corrected and accelerated), seed 9." in page
    assert "from their standard error" in page
    assert "Intervals" not in run(ratings, "--resamples", "0", "--multi").stdout


def test_a_reason_stands_where_there_is_no_number(tmp_path: Path) -> None:
    path = write(tmp_path / "same.csv", [["unit", "A", "B"], ["1", "x", "x"], ["2", "x", "x"]])
    page = run(path).stdout
    assert "only one category was used" in page
    assert "One category dominates" not in page  # it sends people to AC1, which has no value either
    assert run(path).exit_code == 0


def test_the_chinese_terminal_speaks_chinese(ratings: Path, tmp_path: Path) -> None:
    page = run(ratings, "--lang", "zh_CN", "--by", "pair").stdout
    assert "单元太少，不给区间" in page
    environment = {"LC_ALL": "zh_CN.UTF-8"}
    assert "编码者" in CliRunner().invoke(main, ["reliability", str(ratings)], env=environment).stdout
    overruled = CliRunner().invoke(main, ["reliability", str(ratings), "--lang", "en"], env=environment)
    assert "编码者" not in overruled.stdout
    assert "Too few units" in run(ratings, "--by", "pair").stdout


def test_chinese_columns_line_up(tmp_path: Path) -> None:
    """A Chinese character is two columns wide: the figures below one another stay so."""
    from rich.cells import cell_len

    rows = [["单元", "甲", "乙"], *([str(i), "信任" if i % 3 else "x", "信任" if i % 4 else "x"] for i in range(20))]
    page = run(write(tmp_path / "zh.csv", rows), "--by", "code").stdout
    lines = [line for line in page.splitlines() if line.startswith(("  信任 ", "  x "))]
    assert len(lines) == 2
    assert len({cell_len(line[: line.index("%")]) for line in lines}) == 1


def test_the_installed_program_works_and_keeps_its_exit_status(ratings: Path, tmp_path: Path) -> None:
    program = [str(Path(sys.executable).parent / "intercoder")]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    fine = subprocess.run([*program, "reliability", str(ratings)], capture_output=True, check=False, env=environment)
    assert fine.returncode == 0
    assert "Krippendorff’s alpha, nominal" in fine.stdout.decode()
    assert fine.stderr == b""
    (tmp_path / "empty.csv").write_text("")
    empty = subprocess.run([*program, "reliability", str(tmp_path / "empty.csv")], capture_output=True, check=False)
    assert (empty.returncode, empty.stdout) == (1, b"")


def test_help_loads_no_numbers() -> None:
    code = (
        "import sys\n"
        "from intercoder.cli import main\n"
        "for given in (['--help'], ['reliability', '--help'], ['saturation', '--help']):\n"
        "    try:\n"
        "        main(given)\n"
        "    except SystemExit:\n"
        "        pass\n"
        "sys.exit('numpy' in sys.modules or 'scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "unit,coder,value" in done.stdout
    assert "\b" not in done.stdout


@pytest.mark.parametrize(("given", "expected"), [(None, "1"), ("3", "3")])
def test_the_program_takes_one_thread_of_blas_unless_told_otherwise(
    ratings: Path, given: str | None, expected: str
) -> None:
    code = (
        "import os, sys\n"
        "from intercoder.cli import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "except SystemExit:\n"
        "    pass\n"
        "print(os.environ['OPENBLAS_NUM_THREADS'], file=sys.stderr)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    if given is not None:
        environment["OPENBLAS_NUM_THREADS"] = given
    command = [sys.executable, "-c", code, "reliability", str(ratings), "--resamples", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.stderr.split()[-1] == expected


THIRTY = "unit,a,b\n" + "".join(f"u{i},{i % 3},{(i + 1) % 3 if i % 7 == 0 else i % 3}\n" for i in range(1, 31))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“substantial” (0.60 to 0.80) of Landis and Koch"),
        ("zh", "Landis 与 Koch 标准的“高度一致”（0.60 至 0.80）"),
    ],
)
def test_gwets_benchmark_stands_in_the_notes_and_in_the_json(tmp_path: Path, language: str, said: str) -> None:
    path = tmp_path / "thirty.csv"
    path.write_text(THIRTY)
    report = told(run_in(language, path, "--json", "--resamples", "200"))
    (sentence,) = [note["sentence"] for note in report["notes"] if note["code"] == "benchmark"]
    assert said in sentence
    ranges = {figure["coefficient"]: figure.get("benchmark") for figure in report["estimates"]}
    assert ranges["krippendorff_alpha_nominal"]["landis_koch"]["word"] == "substantial"
    assert set(ranges["gwet_ac1"]) == {"landis_koch", "altman", "fleiss"}
    assert ranges["percent_agreement_units"] is ranges["holsti_reliability"] is None
    assert ranges["krippendorff_alpha_own_nominal"] is None  # its interval is too narrow to judge by


def test_spans_of_ten_documents_have_a_benchmark_too(tmp_path: Path) -> None:
    rows = [
        f"d{d},{who},{s + (d + o) % 3},{s + 9},{code}"
        for d in range(12)
        for who, o in (("a", 0), ("b", d % 2))
        for s, code in ((0, "x"), (15, "y"))
    ]
    path = tmp_path / "spans.csv"
    path.write_text("document,coder,start,end,code\n" + "\n".join(rows) + "\n")
    report = told(run(path, "--json", "--resamples", "200"))
    assert [note["code"] for note in report["notes"]].count("benchmark") == 1


def run_in(language: str, *arguments: str | Path) -> Result:
    environment = {"LC_ALL": "zh_CN.UTF-8" if language == "zh" else "C.UTF-8"}
    return CliRunner().invoke(main, ["reliability", *map(str, arguments)], env=environment)
