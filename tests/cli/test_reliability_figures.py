"""intercoder reliability: its figures are those of the reference cases, whatever the layout of the file."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cli.running import case, cell, long, refused, told, value, wide, write
from cli.running import run as run_command


def run(*arguments: str | Path, text: str | bytes | None = None) -> Result:
    return run_command("reliability", *arguments, text=text)


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    return write(tmp_path / "ratings.csv", wide("kripp2011_C_missing__alpha_nominal"))


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("layout", [wide, long])
def test_krippendorffs_example_gives_the_published_alpha_from_either_layout(
    tmp_path: Path, level: str, layout: Any
) -> None:
    name = f"kripp2011_C_missing__alpha_{level}"
    path = write(tmp_path / "c.csv", layout(name))
    report = told(run(path, "--json", "--resamples", "0", "--level", level))
    assert value(report, f"krippendorff_alpha_{level}") == pytest.approx(case(name)["expected"], abs=1e-6)


def test_the_other_coefficients_are_those_of_the_reference_cases(ratings: Path) -> None:
    report = told(run(ratings, "--json", "--resamples", "0"))
    for name, coefficient in {
        "ac1": "gwet_ac1",
        "fleiss": "fleiss_kappa",
        "conger": "conger_kappa",
        "bp": "brennan_prediger",
        "holsti": "holsti",
        "pa_units": "percent_agreement_units",
        "pa_coderpairs": "percent_agreement_coderpairs",
    }.items():
        expected = case(f"kripp2011_C_missing__{name}")["expected"]
        assert value(report, coefficient) == pytest.approx(expected, abs=1e-6), coefficient


def test_pairs_and_coders_left_out_are_those_of_the_reference_cases(tmp_path: Path) -> None:
    given = case("view_901__per_pair_alpha")
    matrix = given["data"]["matrix"]
    rows = [["unit", *map(str, range(len(matrix)))]]
    rows += [[str(u), *(cell(row[u]) for row in matrix)] for u in range(len(matrix[0]))]
    path = write(tmp_path / "view.csv", rows)
    report = told(run(path, "--json", "--by", "pair,coder", "--resamples", "0", "--level", given["level"]))
    key = f"krippendorff_alpha_{given['level']}"
    for pair, expected in given["expected"].items():
        assert value(report, key, "pair", pair.replace("-", " – ")) == pytest.approx(expected, abs=1e-6)
    for coder, expected in case("view_901__leave_one_coder_out_alpha")["expected"].items():
        assert value(report, key, "coder", coder) == pytest.approx(expected, abs=1e-6)


def test_sets_of_codes_give_masi_jaccard_and_every_code(tmp_path: Path) -> None:
    path = write(tmp_path / "sets.csv", wide("set_g_syn__alpha_masi"))
    report = told(run(path, "--multi", "--json", "--resamples", "0"))
    for distance in ("masi", "jaccard"):
        expected = case(f"set_g_syn__alpha_{distance}")["expected"]
        assert value(report, f"krippendorff_alpha_{distance}") == pytest.approx(expected, abs=1e-6)
    for code, expected in case("set_g_syn__per_code_binary")["expected"].items():
        assert value(report, "krippendorff_alpha_nominal", "code", code) == pytest.approx(expected, abs=1e-6)


def test_the_empty_set_is_a_value_and_missing_is_not(tmp_path: Path) -> None:
    """Long: an empty value is the empty set, no row is missing. Wide: an empty cell is the empty set, NA is missing."""
    long_file = write(
        tmp_path / "l.csv", [["unit", "coder", "value"], ["1", "A", "x;y"], ["1", "B", ""], ["2", "A", "x"]]
    )
    wide_file = write(tmp_path / "w.csv", [["unit", "A", "B"], ["1", "x;y", ""], ["2", "x", "NA"]])
    for path in (long_file, wide_file):
        data = told(run(path, "--multi", "--json"))["data"]
        assert (data["n_values"], data["n_missing"], data["n_pairable"]) == (3, 1, 1)
    data = told(run(wide_file, "--json"))["data"]  # single values: an empty cell is missing as well
    assert (data["n_values"], data["n_missing"]) == (2, 2)


def test_codes_are_compared_at_a_level_of_the_tree(tmp_path: Path) -> None:
    path = write(
        tmp_path / "labels.csv",
        [["unit", "甲", "乙"], ["1", "争取", "求助"], ["2", "让步", "让步"], ["3", "独", "争取"]],
    )
    tree = write(
        tmp_path / "tree.csv",
        [
            ["编码", "层级", "上级"],
            ["争取", "标签", "主动"],
            ["求助", "标签", "主动"],
            ["让步", "标签", "被动"],
            ["独", "标签", ""],
            ["主动", "一阶概念", ""],
            ["被动", "一阶概念", ""],
        ],
    )
    as_coded = told(run(path, "--json", "--resamples", "0", "--codes", tree))
    lifted = told(run(path, "--json", "--resamples", "0", "--codes", tree, "--level", "concept"))
    assert value(as_coded, "percent_agreement_units") == pytest.approx(1 / 3)
    assert value(lifted, "percent_agreement_units") == 1.0
    assert lifted["data"]["categories"] == ["主动", "被动"]
    assert lifted["data"]["n_missing"] == 1
    assert lifted["notes"][0]["code"] == "codes_without_ancestor"
    along = told(run(path, "--json", "--resamples", "0", "--codes", tree, "--level", "tree"))
    assert value(along, "krippendorff_alpha_tree") > value(as_coded, "krippendorff_alpha_nominal")


def test_declared_categories_count_also_when_nobody_used_them(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", [["unit", "A", "B"], ["1", "x", "x"], ["2", "x", "x"]])
    alone = told(run(path, "--json"))
    assert value(alone, "gwet_ac1") is None
    assert "paradox" not in [note["code"] for note in alone["notes"]]  # it says: read AC1
    (tmp_path / "codes.txt").write_text("x\ny\n", "utf-8")
    assert value(told(run(path, "--json", "--codes", tmp_path / "codes.txt")), "gwet_ac1") == 1.0


def test_the_order_of_a_scale_comes_from_the_list_of_codes(tmp_path: Path) -> None:
    rows = wide("kripp2011_C_missing__alpha_ordinal")
    words = {"1": "低", "2": "偏低", "3": "中", "4": "偏高", "5": "高", "NA": "NA"}
    named = [rows[0], *([row[0], *(words[text] for text in row[1:])] for row in rows[1:])]
    path = write(tmp_path / "words.csv", named)
    assert "nobody has said in which order" in refused(run(path, "--level", "ordinal"))
    (tmp_path / "scale.txt").write_text("低\n偏低\n中\n偏高\n高\n", "utf-8")
    report = told(run(path, "--level", "ordinal", "--codes", tmp_path / "scale.txt", "--json", "--resamples", "0"))
    expected = case("kripp2011_C_missing__alpha_ordinal")["expected"]
    assert value(report, "krippendorff_alpha_ordinal") == pytest.approx(expected, abs=1e-6)


def test_weights_are_used(ratings: Path) -> None:
    report = told(run(ratings, "--json", "--resamples", "0", "--level", "interval", "--weights", "quadratic"))
    expected = case("kripp2011_C_missing__ac2_quadratic")["expected"]
    assert value(report, "gwet_ac2") == pytest.approx(expected, abs=1e-6)


SPANS = [
    ["资料", "编码员", "起点", "终点", "编码"],
    ["d1", "林", "0", "120", "信任"],
    ["d1", "魏", "10", "120", "信任"],
    ["d1", "林", "200", "240", "控制"],
    ["d2", "林", "0", "50", "信任"],
    ["d2", "魏", "", "", ""],
]


def test_spans_are_recognised_by_their_chinese_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "spans.csv", SPANS)
    lengths = write(tmp_path / "lengths.csv", [["资料", "长度"], ["d1", "1000"], ["d2", "800"]])
    report = told(run(path, "--json", "--lengths", lengths))
    assert report["provenance"]["format"] == "spans"
    assert report["data"]["length"] == 1800
    assert report["data"]["lengths_assumed"] == []
    assert {figure["name"] for figure in report["estimates"] if figure["scope"] == "code"} == {"信任", "控制"}
    assert value(report, "u_alpha") is not None
    assumed = told(run(path, "--json"))
    assert assumed["data"]["lengths_assumed"] == ["d1", "d2"]
    assert "lengths_assumed" in {note["code"] for note in assumed["notes"]}


def test_units_of_one_character_give_nominal_alpha_over_characters(tmp_path: Path) -> None:
    """The published reduction: when all units have length 1, u-alpha is nominal alpha, which is computed elsewhere."""
    texts = {"A": "xxyyzxyz", "B": "xxyzzxyy"}
    rows = [["document", "coder", "start", "end", "code", "length"]]
    rows += [["d", who, str(i), str(i + 1), code, "8"] for who, text in texts.items() for i, code in enumerate(text)]
    by_spans = told(run(write(tmp_path / "s.csv", rows), "--json"))
    matrix = [["unit", *texts], *([str(i), *(text[i] for text in texts.values())] for i in range(8))]
    by_units = told(run(write(tmp_path / "u.csv", matrix), "--json", "--resamples", "0"))
    assert value(by_spans, "u_alpha") == pytest.approx(value(by_units, "krippendorff_alpha_nominal"), abs=1e-9)
    assert value(by_spans, "character_alpha") == pytest.approx(value(by_units, "krippendorff_alpha_nominal"), abs=1e-9)


def test_spans_by_document_are_sets_of_codes(tmp_path: Path) -> None:
    alone = ["d3", "林", "0", "9", "信任"]
    report = told(
        run(write(tmp_path / "spans.csv", [*SPANS, alone]), "--json", "--unit", "document", "--resamples", "0")
    )
    data = report["data"]
    assert (data["units"], data["n_pairable"], data["n_values"], data["n_missing"]) == (3, 2, 5, 1)
    assert value(report, "percent_agreement_units") == 0.0
    assert value(report, "krippendorff_alpha_nominal", "code", "控制") is not None


def test_every_table_of_spans_is_printed_and_its_numbers_are_in_the_csv(tmp_path: Path) -> None:
    path = write(tmp_path / "spans.csv", [*SPANS, ["d2", "张", "0", "50", "信任"], ["d1", "张", "200", "239", "控制"]])
    options = ["--by", "code,pair,document,coder", "--threshold", "0.5"]
    page = run(path, *options).stdout
    for heading in ("By code", "By pair of coders", "By document", "Alpha without one coder"):
        assert heading in page
    rows = list(csv.DictReader(io.StringIO(run(path, "--csv", *options).stdout)))
    assert {row["scope"] for row in rows} == {"overall", "code", "pair", "code and pair", "document", "coder"}
    segments = [row for row in rows if row["coefficient"] == "segment_agreement"]
    assert {row["parameters"] for row in segments} == {"threshold=0.5"}


def test_levels_of_units_make_no_sense_for_spans(tmp_path: Path) -> None:
    result = run(write(tmp_path / "spans.csv", SPANS), "--level", "ordinal")
    assert result.exit_code == 2
    assert "--unit document" in result.stderr
