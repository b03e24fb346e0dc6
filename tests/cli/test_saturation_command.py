"""intercoder saturation on real files: figures of the reference cases, levels, rules, strata, refusals."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cli.running import refused, told, value, write
from cli.running import run as run_command

CASES = Path(__file__).parents[1] / "stats" / "cases" / "saturation"


def run(*arguments: str | Path) -> Result:
    return run_command("saturation", *arguments)


def case(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return content


def wide(name: str) -> list[list[str]]:
    rows = case(name)["data"]["incidence"]
    codes = [f"c{i}" for i in range(len(rows[0]))]
    return [["document", *codes]] + [[f"d{d}", *map(str, row)] for d, row in enumerate(rows, 1)]


def long(name: str) -> list[list[str]]:
    (_, *codes), *rows = wide(name)
    long_rows = [["document", "code"]]
    for document, *cells in rows:
        present = [code for code, cell in zip(codes, cells, strict=True) if cell == "1"]
        long_rows += [[document, code] for code in present or [""]]
    return long_rows


@pytest.mark.parametrize("layout", [wide, long])
@pytest.mark.parametrize("name", ["all_small_8x8", "all_zipf_40x120"])
def test_the_figures_are_those_of_the_reference_cases(tmp_path: Path, layout: Any, name: str) -> None:
    expected = case(name)["expected"]
    report = told(run(write(tmp_path / "inc.csv", layout(name)), "--json"))
    assert value(report, "observed") == expected["observed"]
    assert value(report, "documents") == expected["documents"]
    assert value(report, "chao2") == pytest.approx(expected["chao2"]["estimate"])
    for key in ("coverage", "ice", "expected_new_next", "p_new_last_exact", "jack2"):
        wanted = expected[key]["value"] if isinstance(expected[key], dict) else expected[key]
        assert value(report, key) == pytest.approx(wanted), key
    (chao2,) = [figure for figure in report["estimates"] if figure["coefficient"] == "chao2"]
    assert [chao2["interval"]["low"], chao2["interval"]["high"]] == pytest.approx(expected["chao2"]["ci95"])
    curve = {int(figure["name"]): figure["value"] for figure in report["estimates"] if figure["scope"] == "curve"}
    for h, mean in zip(expected["accumulation"]["h"], expected["accumulation"]["mean"], strict=True):
        assert curve[h] == pytest.approx(mean)


def test_the_hold_out_is_that_of_the_reference_case(tmp_path: Path) -> None:
    given = case("holdout_12_reserve_third")
    names = ",".join(f"d{place + 1}" for place in given["parameters"]["reserved"])
    report = told(run(write(tmp_path / "inc.csv", wide("holdout_12_reserve_third")), "--json", "--reserved", names))
    for key in ("new_in_reserved", "expected_new_if_random_split", "share_of_splits_with_nothing_new"):
        assert value(report, key, "hold-out") == pytest.approx(given["expected"][key])


def test_the_rule_of_guest_is_that_of_the_worked_example(tmp_path: Path) -> None:
    """The paper's numbers of new codes, as documents that hold nothing else."""
    given = case("guest2020_worked_example")
    new, parameters = given["data"]["new_per_document"], given["parameters"]
    rows, number = [["document", "code"]], 0
    for d, count in enumerate(new, 1):
        rows += [[f"d{d}", f"c{number + i}"] for i in range(count)] or [[f"d{d}", ""]]
        number += count
    path = write(tmp_path / "inc.csv", rows)
    for length in parameters["runs"]:
        options = ["--base", str(parameters["base"]), "--run", str(length), "--threshold", str(parameters["threshold"])]
        report = told(run(path, "--json", *options))
        expected = given["expected"][f"run{length}"]
        guest = report["levels"]["as_given"]["guest2020"]
        assert (guest["label"], guest["saturated_at"]) == (expected["label"], expected["saturated_at"])
        assert value(report, "stopped_at", "rule", "guest2020") == expected["saturated_at"]


def test_levels_are_read_one_by_one(tmp_path: Path) -> None:
    path = write(tmp_path / "inc.csv", [["资料", "编码"], *([f"d{i}", f"标签{i}"] for i in range(1, 9)), ["d3", "散"]])
    tree = [["code", "level", "parent"], ["散", "label", ""], ["甲", "concept", ""], ["乙", "concept", ""]]
    tree += [[f"标签{i}", "标签", "甲" if i % 2 else "乙"] for i in range(1, 9)]
    report = told(run(path, "--codes", write(tmp_path / "tree.csv", tree), "--levels", "label,concept", "--json"))
    observed = {
        figure["level"]: figure["value"] for figure in report["estimates"] if figure["coefficient"] == "observed"
    }
    assert observed == {"label": 9, "concept": 2}
    last = {
        figure["level"]: figure["value"]
        for figure in report["estimates"]
        if figure["coefficient"] == "last_document_with_new_code" and figure["scope"] == "overall"
    }
    assert last == {"label": 8, "concept": 2}
    assert {finding["scope"] for finding in report["rules"]["not_met"]} >= {"label"}
    assert "codes_without_ancestor" in {note["code"] for note in report["notes"]}


def test_cases_and_sources_are_compared_at_equal_coverage(tmp_path: Path) -> None:
    (header, *rows) = wide("all_zipf_40x120")
    rows = [[row[0], f"案例{i % 4}", ["访谈", "媒体"][i % 2], *row[1:]] for i, row in enumerate(rows)]
    path = write(tmp_path / "inc.csv", [[header[0], "案例", "来源", *header[1:]], *rows])
    report = told(run(path, "--by", "case,source", "--json"))
    cases = [figure for figure in report["estimates"] if figure["scope"] == "case"]
    assert [figure["name"] for figure in cases] == [f"案例{i}" for i in range(4)]
    assert len({figure["at_coverage"] for figure in cases}) == 1
    assert all(figure["documents"] == 10 for figure in cases)
    page = run(path, "--by", "case").stdout
    assert "compared at coverage" in page
    again = told(run(path, "--by", "case", "--coverage", "0.5", "--json"))
    assert {figure["at_coverage"] for figure in again["estimates"] if figure["scope"] == "case"} == {0.5}


def test_the_page_tells_facts_and_caveats_and_no_verdict(tmp_path: Path) -> None:
    page = run(write(tmp_path / "inc.csv", wide("all_small_8x8"))).stdout
    assert "inc.csv: codes in documents, one column for each code (wide)" in page
    assert "Expected new in the next document" in page
    assert "In order of arrival" in page
    assert "whatever the order" in page
    assert "Merging codes makes any curve flat." in page
    assert "saturation reached" not in page.casefold()


def test_the_csv_has_one_row_for_each_number(tmp_path: Path) -> None:
    path = write(tmp_path / "inc.csv", wide("all_small_8x8"))
    report = told(run(path, "--json", "--reserved", "d8"))
    rows = list(csv.DictReader(io.StringIO(run(path, "--csv", "--reserved", "d8").stdout)))
    assert len(rows) == len(report["estimates"])
    new = [row for row in rows if (row["scope"], row["coefficient"]) == ("document", "new_codes")]
    assert [float(row["value"]) for row in new] == report["levels"]["as_given"]["discovery"]["new"]
    assert [row["cumulative"] for row in new] == [
        str(n) for n in report["levels"]["as_given"]["discovery"]["cumulative"]
    ]


def test_what_lies_beyond_twice_the_documents_is_not_predicted(tmp_path: Path) -> None:
    """The reference case has 40 documents; nine tenths of Chao2 would take 116 more."""
    report = told(run(write(tmp_path / "inc.csv", wide("all_zipf_40x120")), "--json"))
    (figure,) = [figure for figure in report["estimates"] if figure["coefficient"] == "further_documents_0.9"]
    assert (figure["value"], figure["reason"]) == (None, "not_predictable")
    near = told(run(write(tmp_path / "near.csv", wide("holdout_12_reserve_third")), "--json"))
    assert 0 < value(near, "further_documents_0.9") <= 12


def test_little_data_gives_reasons(tmp_path: Path) -> None:
    single = told(run(write(tmp_path / "one.csv", [["document", "x", "y"], ["d1", "1", "0"]]), "--json"))
    assert value(single, "chao2") is None
    assert {e["reason"] for e in single["estimates"] if e["coefficient"] == "coverage"} == {"needs_2_documents"}
    none = write(tmp_path / "none.csv", [["document", "x"], ["d1", "0"], ["d2", "0"]])
    assert "No code has been applied yet." in run(none).stdout
    assert run(none, "--csv").exit_code == 0


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "inc.csv", wide("all_zipf_40x120"))
    assert run(path, "--json", "--seed", "3").stdout == run(path, "--json", "--seed", "3").stdout


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("document,x\nd1,maybe\n", [], "line 2, column x: “maybe” is neither 1 (the code is present) nor 0"),
        ("unit,coder,value\n1,A,x\n", [], "that is a file for “intercoder reliability”"),
        ("code,case\nx,c\n", [], "no column “document”"),
        ("document,x\nd1,1\nd1,1\n", [], "line 3: the document d1 has a row already, line 2"),
        ("document,x\nd1,1\n", ["--reserved", "d7"], "has no document d7; its documents are: d1"),
        ("document,x\nd1,1\n", ["--by", "case"], "has no column case"),
        ("", [], "is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(
    tmp_path: Path, text: str, options: list[str], sentence: str
) -> None:
    path = tmp_path / "inc.csv"
    path.write_text(text, "utf-8")
    assert sentence in refused(run(path, *options))


def test_codes_that_the_tree_does_not_have_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "inc.csv", [["document", "x", "y"], ["d1", "1", "1"]])
    tree = write(tmp_path / "tree.csv", [["code", "level", "parent"], ["x", "label", ""]])
    assert "uses codes that the file of --codes does not have: y" in refused(
        run(path, "--codes", tree, "--levels", "label")
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--levels", "theme"], "--levels needs the code tree"),
        (["--levels", "chapter"], "chapter is not among label, concept, theme, construct"),
        (["--coverage", "0.5"], "add --by case"),
        (["--base", "0"], "0 is not in the range"),
        (["--json", "--csv"], "exclude one another"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(tmp_path: Path, options: list[str], sentence: str) -> None:
    result = run(write(tmp_path / "inc.csv", [["document", "x"], ["d1", "1"]]), *options)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_what_is_told_in_retrospect_and_no_number_is_said_to_be_agreement(tmp_path: Path) -> None:
    path = write(tmp_path / "inc.csv", wide("reorder_check_12x25"))
    out = run(path).output
    assert "In retrospect" in out
    assert "By document 8 of 12, 90 % of the codes found in the end were known." in " ".join(out.split())
    assert "1 to 3: 8, 4 to 6: 9, 7 to 9: 6 and 10 to 12: 2" in " ".join(out.split())
    assert "coders agree everywhere" not in out, "Chao2 is no coefficient of agreement"


CASES_OF = [
    ["document", "case", "source", "a", "b", "c", "d"],
    ["d1", "H", "i", "1", "1", "0", "0"],
    ["d2", "S", "a", "1", "0", "1", "0"],
    ["d3", "H", "a", "0", "1", "0", "1"],
    ["d4", "S", "i", "1", "0", "0", "0"],
    ["d5", "J", "i", "1", "1", "0", "0"],
    ["d6", "", "i", "0", "0", "0", "0"],
]


def met(report: Any) -> dict[str, float]:
    return {f["name"]: f["value"] for f in report["estimates"] if (f["scope"], f["coefficient"]) == ("rule", "met")}


def test_cases_arrive_with_all_that_their_documents_hold(tmp_path: Path) -> None:
    file = write(tmp_path / "inc.csv", CASES_OF)
    report = told(run(file, "--unit", "case", "--json"))
    assert report["data"]["documents"] == ["H", "S", "J", "d6"], "one without a case stands for itself"
    new = [f["value"] for f in report["estimates"] if f["coefficient"] == "new_codes" and f["scope"] == "document"]
    assert new == [3, 1, 0, 0]
    assert report["provenance"]["unit"] == "case"
    words = run(file, "--unit", "case").output
    assert "The next case is expected" in words
    assert "Last case with something new" in words
    assert "column case" in refused(run(write(tmp_path / "no.csv", wide("all_small_8x8")), "--unit", "case"))
    nonsense = run(file, "--unit", "case", "--by", "case")
    assert (nonsense.exit_code, "each of them is one unit" in nonsense.stderr) == (2, True)
    assert "has no case d1; its cases are: H, S, J, d6" in refused(run(file, "--unit", "case", "--reserved", "d1"))


def strata(report: Any, by: str) -> dict[str, tuple[int, int]]:
    return {f["name"]: (f["documents"], f["observed"]) for f in report["estimates"] if f["scope"] == by}


def test_a_case_is_in_each_stratum_with_what_its_documents_there_hold(tmp_path: Path) -> None:
    file = write(tmp_path / "inc.csv", CASES_OF)
    assert strata(told(run(file, "--by", "source", "--json")), "source") == {"i": (4, 2), "a": (2, 4)}
    assert strata(told(run(file, "--by", "source", "--unit", "case", "--json")), "source") == {"i": (4, 2), "a": (2, 4)}
    more = write(tmp_path / "more.csv", [*CASES_OF, ["d7", "H", "i", "0", "0", "0", "1"]])
    assert strata(told(run(more, "--by", "source", "--json")), "source") == {"i": (5, 3), "a": (2, 4)}
    assert strata(told(run(more, "--by", "source", "--unit", "case", "--json")), "source") == {"i": (4, 3), "a": (2, 4)}


def test_any_column_that_says_something_of_documents_makes_strata_and_is_no_code(tmp_path: Path) -> None:
    rows = [[*row[:3], year, *row[3:]] for row, year in zip(CASES_OF, ["采访年份", *"334434"], strict=True)]
    report = told(run(write(tmp_path / "inc.csv", rows), "--by", "采访年份", "--json"))
    assert strata(report, "采访年份") == {"3": (3, 3), "4": (3, 3)}
    assert report["data"]["codes"] == ["a", "b", "c", "d"]
    assert "采访年份, compared at coverage" in run(write(tmp_path / "inc.csv", rows), "--by", "采访年份").stdout
    assert "no column" in refused(run(write(tmp_path / "inc.csv", rows), "--by", "地区"))


def test_coders_are_compared_by_what_each_of_them_applied(tmp_path: Path) -> None:
    rows = [
        ["document", "case", "coder", "code"],
        ["d1", "H", "甲", "a"],
        ["d1", "H", "乙", "b"],
        ["d2", "S", "甲", ""],
        ["d2", "S", "乙", "a"],
        ["d3", "H", "乙", "c"],
    ]
    file = write(tmp_path / "long.csv", rows)
    assert strata(told(run(file, "--by", "coder", "--json")), "coder") == {"甲": (2, 1), "乙": (3, 3)}
    assert strata(told(run(file, "--by", "coder", "--unit", "case", "--json")), "coder") == {"甲": (2, 1), "乙": (2, 3)}
    assert "has no column coder" in refused(run(write(tmp_path / "inc.csv", CASES_OF), "--by", "coder"))


#: what is said of the file, whatever arrives
OF_THE_FILE = {
    "en": ("codes in documents", "Documents are named by", "codes are in which documents", "their first document"),
    "zh": ("资料中的编码", "资料的名称取自", "哪些资料含有哪些编码", "第一份资料"),
}


@pytest.mark.parametrize(("language", "words"), [("en", ("document",)), ("zh", ("资料", "份"))])
def test_where_cases_arrive_every_sentence_speaks_of_cases(
    tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    zipf = wide("all_zipf_40x120")
    many = [["doc", "case", "source", *zipf[0][1:]]]
    many += [[row[0], f"K{i // 2}", "xy"[i % 2], *row[1:]] for i, row in enumerate(zipf[1:])]
    few = [["doc", "case", *"abc"], ["1", "H", "1", "1", "0"], ["2", "S", "1", "0", "1"], ["3", "J", "0", "1", "1"]]
    none = [["doc", "case", "a"], ["1", "H", "0"], ["2", "S", "0"]]
    every = [["doc", "case", "a"], *([str(n), f"K{n}", "1"] for n in range(7))]
    for n, (rows, more) in enumerate(
        ((many, ("--by", "source", "--reserved", "K18,K19")), (few, ("--declared", "S")), (none, ()), (every, ()))
    ):
        path = write(tmp_path / f"{n}.csv", rows)
        out = " ".join(run(path, "--unit", "case", "--lang", language, *more).output.split())
        for sentence in OF_THE_FILE[language]:
            out = out.replace(sentence, "")
        for word in words:
            found = out.casefold().find(word)
            assert found < 0, out[max(found - 90, 0) : found + 90]


def test_a_declaration_is_put_to_what_came_after_it(tmp_path: Path) -> None:
    file = write(tmp_path / "inc.csv", CASES_OF)
    words = run(file, "--declared", "d2").output
    assert "Declared after document 2 (d2)" in words
    assert "“d3” brought what was not there: d." in words
    assert "It holds: 3 came since, without a new code." in run(file, "--declared", "d3").output
    assert "no document d9" in refused(run(file, "--declared", "d9"))
    assert "A file holds which codes are in which documents, and no more" in words


def test_rules_that_look_at_meaning_and_at_other_orders_are_put_to_a_file(tmp_path: Path) -> None:
    tree = write(
        tmp_path / "tree.csv",
        [
            ["code", "level", "parent"],
            ["a", "label", "X"],
            ["b", "label", "X"],
            ["c", "label", "X"],
            ["X", "concept", ""],
        ],
    )
    rows = [["document", "code"], *([f"d{n}", code] for n in range(8) for code in ("a", "b"))]
    file = write(tmp_path / "inc.csv", rows)
    asked = ("--codes", tree, "--levels", "concept", "--json")
    assert met(told(run(file, *asked))) == {"weller2018": 1, "constantinou2017": 1, "hennink2017": 1}
    later = write(tmp_path / "later.csv", [*rows, ["d8", "c"]])
    assert met(told(run(later, *asked))) == {"weller2018": 1, "constantinou2017": 1, "hennink2017": 0}
    assert met(told(run(later, "--json"))) == {"weller2018": 1, "constantinou2017": 0, "hennink2017": 0}
    assert "choose concepts, themes or constructs" in run(later).output
