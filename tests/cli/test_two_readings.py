"""Where a file can be read in two ways that give two numbers, the command refuses, names both, and each option decides."""

from pathlib import Path

import pytest

from cli.running import refused, run, told, value

LIN, WEI, TOM = "1231231231", "1231232211", "1221231233"
ROWS = list(zip(LIN, WEI, TOM, strict=True))


def lines(heads: str, *rows: object) -> str:
    return "\n".join([heads, *map(str, rows)]) + "\n"


READINGS = {
    "a coder or none": (
        lines("发言人,林,魏", *(f"{'甲乙'[i % 2]},{a},{b}" for i, (a, b, _) in enumerate(ROWS))),
        ["--columns=林,魏"],
        ["--columns=发言人,林,魏"],
    ),
    "a name of units or a coder": (
        lines("case,Lin,Wei", *(f"{i % 3 + 1},{a},{b}" for i, (a, b, _) in enumerate(ROWS))),
        ["--columns=Lin,Wei"],
        ["--columns=case,Lin,Wei"],
    ),
    "counts or ratings": (
        lines("unit,积极,消极", "a,3,0", "b,0,3", "c,2,1", "d,1,2"),
        ["--counts"],
        ["--format=wide"],
    ),
    "a cross table or ratings": (
        lines(",1,2,3", "1,2,4,1", "2,3,2,2", "3,3,1,1"),
        ["--crosstab"],
        ["--format=wide"],
    ),
    "names or values in the first row": (
        lines("1,2,3", *(",".join(row) for row in ROWS)),
        ["--no-header", "--format=wide"],
        ["--header"],
    ),
    "coders in rows or in columns": (
        lines(
            "name," + ",".join(f"q{i}" for i in range(10)),
            *(f"{n},{','.join(v)}" for n, v in (("Lin", LIN), ("Wei", WEI))),
        ),
        ["--format=turned"],
        ["--format=wide"],
    ),
    "two columns of values": (
        lines(
            "unit,coder,label,category",
            *(f"{i},{n},{v},{ord(v) % 2}" for n, c in (("林", LIN), ("魏", WEI)) for i, v in enumerate(c)),
        ),
        ["--format=long", "--columns=label"],
        ["--format=long", "--columns=category"],
    ),
    "two columns of units": (
        lines(
            "sample,task,coder,value",
            *(
                f"{i},{(i + 5 * (n == '魏')) % 10},{n},{v}"
                for n, c in (("林", LIN), ("魏", WEI))
                for i, v in enumerate(c)
            ),
        ),
        ["--unit-column=sample"],
        ["--unit-column=task"],
    ),
    "two signs between cells": (
        lines("A;B,C", *(f"{a};{b},{c}" for a, b, c in ROWS)),
        ["--separator=semicolon"],
        ["--separator=comma"],
    ),
    "several questions": (
        lines("id,林_一,魏_一,林_二,魏_二", *(f"u{i},{a},{b},{c},{a}" for i, (a, b, c) in enumerate(ROWS))),
        ["--columns=林_一,魏_一"],
        ["--format=wide"],
    ),
    "missing or a value": (
        lines(
            "unit,A,B",
            *(
                f"u{i},{v},{w}"
                for i, (v, w) in enumerate(zip(["None", "none", *LIN[2:]], ["none", "None", *WEI[2:]], strict=True))
            ),
        ),
        ["--missing=None,none"],
        ["--missing=NA"],
    ),
}


@pytest.mark.parametrize("name", READINGS)
def test_two_readings_are_named_and_each_option_decides(tmp_path: Path, name: str) -> None:
    text, *readings = READINGS[name]
    path = tmp_path / "data.csv"
    path.write_text(text, "utf-8")
    sentence = refused(run("reliability", path))
    assert "--" in sentence
    numbers = []
    for options in readings:
        for option in options:
            assert option.partition("=")[0] in sentence or option == "--format=wide", "the refusal names what decides"
        report = told(run("reliability", path, "--json", "--resamples", "0", *options))
        numbers.append(value(report, "krippendorff_alpha_nominal"))
    assert numbers[0] != numbers[1]


def test_bytes_that_are_letters_in_one_encoding_and_words_in_another_are_asked_about(tmp_path: Path) -> None:
    for word, letters in (("缺失", "ȱʧ"), ("女", "Ů"), ("一", "һ")):
        path = tmp_path / "data.csv"
        path.write_bytes(
            lines("unit,A,B", *(f"u{i},{word if i % 3 else 1},{i % 2}" for i in range(9))).encode("gb18030")
        )
        sentence = refused(run("reliability", path))
        assert word in sentence
        assert letters in sentence
        for encoding, category in (("utf-8", letters), ("gb18030", word)):
            report = told(run("reliability", path, "--json", "--resamples", "0", "--encoding", encoding))
            assert category in report["data"]["categories"] or category == "缺失"


def test_letters_with_accents_are_utf_8(tmp_path: Path) -> None:
    for word in ("café", "Öl", "так", "ναι"):
        path = tmp_path / "data.csv"
        path.write_text(lines("unit,A,B", *(f"u{i},{word if i % 3 else 1},{i % 2}" for i in range(9))), "utf-8")
        assert word in told(run("reliability", path, "--json", "--resamples", "0"))["data"]["categories"]
