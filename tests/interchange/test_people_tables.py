"""How tables differ from the help text, one kind after the other, in two languages: the right number, a question, or a note."""

import csv
import io
from pathlib import Path

import pytest

from interchange.table_shapes import alpha, read
from intercoder.errors import InvalidInput

LIN = ["1", "2", "3", "1", "2", "3", "1", "2", "3", "1"]
WEI = ["1", "2", "3", "1", "2", "3", "2", "2", "1", "1"]
TOM = ["1", "2", "2", "1", "2", "3", "1", "2", "3", "3"]
NUMBERS = [str(i + 1) for i in range(10)]
WORDS = {"1": "trust", "2": "risk", "3": "control"}
RIGHT = alpha([LIN, WEI, TOM])


def table(heads: list[str], *columns: list[str], separator: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([heads, *zip(*columns, strict=True)])
    return out.getvalue()


def number(folder: Path, text: str | bytes) -> tuple[float | None, dict[str, str]]:
    """Return alpha of a file, and what was said of its reading."""
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    report = read(path)
    value = next(f.number.value for f in report.figures if f.coefficient == "krippendorff_alpha_nominal")
    return value, {note.code: note.sentence + str(dict(note.values)) for note in report.reading}


def question(folder: Path, text: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        number(folder, text)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("heading", "contents"),
    [
        ("序号", NUMBERS),
        ("No.", NUMBERS),
        ("item_id", [f"q{n}" for n in NUMBERS]),
        ("文档名称", [f"访谈{n}" for n in NUMBERS]),
        ("Sentence", [f"We said {n} things that day." for n in NUMBERS]),
        ("原始语句", [f"那天我们说了{n}件事。" for n in NUMBERS]),
        ("备注", ["", "再看", *[""] * 8]),
        ("comments (Lin)", ["unsure", *[""] * 9]),
        ("讨论后一致", LIN),
        ("Gold standard", WEI),
        ("final code", TOM),
        ("性别", ["男", "女"] * 5),
        ("Condition", ["a", "b"] * 5),
        ("编码时间", [f"2026-11-{10 + i} 09:00" for i in range(10)]),
        ("Zeitpunkt", [f"2026-11-{10 + i}T09:00:00Z" for i in range(10)]),
        ("Total", [str(sum(map(int, row))) for row in zip(LIN, WEI, TOM, strict=True)]),
        ("一致率", ["67%"] * 10),
        ("Agree?", ["1", "0"] * 5),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_column_that_is_no_coder_becomes_none_and_is_named(
    tmp_path: Path, heading: str, contents: list[str], first: bool
) -> None:
    heads, columns = ["Lin", "Wei", "组长"], [LIN, WEI, TOM]
    heads, columns = ([heading, *heads], [contents, *columns]) if first else ([*heads, heading], [*columns, contents])
    value, said = number(tmp_path, table(heads, *columns))
    assert value == pytest.approx(RIGHT)
    assert heading in said.get("left_out", "") + said["columns"] + said.get("document", "")


@pytest.mark.parametrize(
    ("heading", "contents"),
    [
        ("Fallkennung", NUMBERS),
        ("type_of_speaker", ["m", "f"] * 5),
        ("发言人类型", ["官员", "居民"] * 5),
        ("started", [str(1_700_000_000 + 37 * i) for i in range(10)]),
        ("case", ["1", "2", "3", "1", "2", "3", "1", "2", "3", "1"]),
        ("keyword", ["bank", "loan", "risk", "debt", "cash", "firm", "city", "road", "rail", "port"]),
    ],
)
def test_a_column_that_may_be_a_coder_is_asked_about_with_the_option(
    tmp_path: Path, heading: str, contents: list[str]
) -> None:
    asked = question(tmp_path, table([heading, "Lin", "Wei", "Tom"], contents, LIN, WEI, TOM))
    assert heading in asked
    assert "--columns" in asked or "--unit-column" in asked


def test_coders_may_be_called_by_any_name(tmp_path: Path) -> None:
    for names in (["组长", "组员甲", "组员乙"], ["1", "2", "3"], ["Will", "May", "Chance"], ["A", "B", "C"]):
        value, said = number(tmp_path, table(["单元", *names], NUMBERS, LIN, WEI, TOM))
        assert value == pytest.approx(RIGHT)
        assert set(said) == {"columns"}


def test_answers_that_are_all_different_are_answers(tmp_path: Path) -> None:
    lin, wei = ["trust", "risk", "fear", "hope"], ["trust", "risk", "anger", "hope"]
    assert number(tmp_path, table(["unit", "Lin", "Wei"], NUMBERS[:4], lin, wei))[0] == pytest.approx(alpha([lin, wei]))


@pytest.mark.parametrize(
    "heads",
    [
        ("unit", "coder", "value"),
        ("条目", "评分人", "得分"),
        ("document_id", "annotator_id", "annotation"),
        ("sample", "user", "label"),
        ("题目", "编码人员", "编码结果"),
        ("text", "Created by", "Code"),
        ("数据ID", "标注员ID", "标注结果"),
        ("HITId", "WorkerId", "answer"),
        ("_unit_id", "_worker_id", "label"),
    ],
)
@pytest.mark.parametrize("more", [[], ["annotation_id", "lead_time"], ["编号2", "备注"]])
def test_a_long_table_is_known_by_its_headings(tmp_path: Path, heads: tuple[str, str, str], more: list[str]) -> None:
    rows = [[*heads, *more]]
    for name, values in {"Lin": LIN, "魏": WEI, "Tom": TOM}.items():
        rows += [[f"u{u}", name, value, *[f"{name}{u}"] * len(more)] for u, value in enumerate(values)]
    value, said = number(tmp_path, table(rows[0], *map(list, zip(*rows[1:], strict=True))))
    assert value == pytest.approx(RIGHT)
    assert all(head in said["columns"] for head in heads)


@pytest.mark.parametrize("heads", [("Wer", "Was", "Wert"), ("a", "b", "c"), ("甲列", "乙列", "丙列")])
def test_a_long_table_with_headings_that_nobody_knows_is_asked_about(tmp_path: Path, heads: tuple[str, ...]) -> None:
    people, units, values = ["Lin"] * 10 + ["Wei"] * 10, [f"u{n}" for n in NUMBERS] * 2, LIN + WEI
    assert "--format wide" in question(tmp_path, table([*heads], people, units, values))


def test_two_columns_that_may_hold_the_values_are_asked_about(tmp_path: Path) -> None:
    for first, second in (("label", "category"), ("编码", "类别"), ("code", "score")):
        people, units = ["Lin"] * 10 + ["Wei"] * 10, NUMBERS * 2
        asked = question(tmp_path, table(["unit", "coder", first, second], units, people, LIN + WEI, TOM + TOM))
        assert f"--columns {first}" in asked
        assert f"--columns {second}" in asked


@pytest.mark.parametrize("spelling", ["NaN", "nan", ".", "<NA>", "#N/A", "NULL", "n/a", "None", "缺失", "NaT"])
def test_what_programs_write_for_nothing_is_missing_and_counted(tmp_path: Path, spelling: str) -> None:
    lin, wei = [spelling, *LIN[1:]], [*WEI[:8], spelling, spelling]
    value, said = number(tmp_path, table(["unit", "Lin", "Wei", "Tom"], NUMBERS, lin, wei, TOM))
    assert value == pytest.approx(alpha([[None, *LIN[1:]], [*WEI[:8], None, None], TOM]))
    assert f"{spelling} (3)" in said["missing"]


@pytest.mark.parametrize("spelling", ["-", "/", "无", "none", "99", "未编码", "?"])
def test_what_may_mean_nothing_stays_a_value_and_is_said(tmp_path: Path, spelling: str) -> None:
    lin = [spelling, spelling, *LIN[2:]]
    value, said = number(tmp_path, table(["unit", "Lin", "Wei", "Tom"], NUMBERS, lin, WEI, TOM))
    assert value == pytest.approx(alpha([lin, WEI, TOM]))
    assert f"{spelling} (2)" in said["doubtful"]
    assert "--missing=" in said["doubtful"]


@pytest.mark.parametrize("form", ["{}.0", "{},0", "{}.00", "+{}", "{}e0", " {} ", "{}.", "0{}"])
def test_one_number_written_in_two_ways_is_one_category(tmp_path: Path, form: str) -> None:
    wei = [form.format(value) for value in WEI]
    value, said = number(tmp_path, table(["unit", "Lin", "Wei", "Tom"], NUMBERS, LIN, wei, TOM, separator=";"))
    assert value == pytest.approx(RIGHT)
    assert "one_name" in said or form == " {} "


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("1,5", "1.5"),
        ("1,000", "1000"),
        ("１２", "12"),
        ("Trust", "trust"),
        ("café", "cafe\u0301"),
        ("Ａ类", "A类"),
        ("是 ", "是"),
        ("⽂件", "文件"),
        ("TRUE", "true"),
    ],
)
def test_one_word_written_in_two_ways_is_one_category_and_is_said(tmp_path: Path, here: str, there: str) -> None:
    lin, wei = [here, "7", here, "8"] * 2, [there, "7", there, "7"] * 2
    value, said = number(tmp_path, table(["unit", "Lin", "Wei"], NUMBERS[:8], lin, wei))
    assert value == pytest.approx(alpha([["x", "7", "x", "8"] * 2, ["x", "7", "x", "7"] * 2]))
    assert here.strip() == there or there in said["one_name"]


@pytest.mark.parametrize(
    "pair",
    [
        ("self-efficacy", "self efficacy"),
        ("信任 银行", "信任-银行"),
        ("don't know", "don’t know"),
        ("control", "contol"),
        ("control", "contorl"),
        ("1", "1分"),
        ("2", "2 (low)"),
    ],
)
def test_names_that_are_nearly_the_same_are_kept_apart_and_named(tmp_path: Path, pair: tuple[str, str]) -> None:
    lin, wei = [pair[0], "x"] * 4, [pair[1], "x"] * 4
    value, said = number(tmp_path, table(["unit", "Lin", "Wei"], NUMBERS[:8], lin, wei))
    assert value == pytest.approx(alpha([lin, wei]))
    assert all(word in said["alike"] for word in pair)


@pytest.mark.parametrize(
    "heads",
    [
        ("positive", "negative", "neutral"),
        ("正面", "负面", "中性"),
        ("yes", "no", "unsure"),
        ("agree", "disagree", "same"),
    ],
)
@pytest.mark.parametrize("more", ["", "total"])
def test_a_table_of_counts_is_read_as_one(tmp_path: Path, heads: tuple[str, ...], more: str) -> None:
    rows = [(4, 0, 0), (3, 1, 0), (0, 4, 0), (1, 1, 2), (0, 0, 4), (2, 2, 0)]
    sums = [["4"] * 6] if more else []
    columns = [[str(row[i]) for row in rows] for i in range(3)]
    text = table(["unit", *heads, *([more] if more else [])], NUMBERS[:6], *columns, *sums)
    cells = [[heads[i] for i, n in enumerate(row) for _ in range(n)] for row in rows]
    value, said = number(tmp_path, text)
    assert value == pytest.approx(alpha(list(zip(*cells, strict=True))))
    assert "--format wide" in said["counts"]


@pytest.mark.parametrize("names", [("trust", "risk"), ("信任", "风险"), ("1", "2")])
@pytest.mark.parametrize("sums", [False, True])
def test_a_cross_table_is_read_as_one(tmp_path: Path, names: tuple[str, str], sums: bool) -> None:
    rows = [["", *names], [names[0], "20", "5"], [names[1], "3", "12"]]
    if sums:
        rows = [[*rows[0], "合计"], [*rows[1], "25"], [*rows[2], "15"], ["合计", "23", "17", "40"]]
    pairs = [(0, 0)] * 20 + [(0, 1)] * 5 + [(1, 0)] * 3 + [(1, 1)] * 12
    value, said = number(tmp_path, "".join(",".join(row) + "\n" for row in rows))
    assert value == pytest.approx(alpha([[str(a) for a, _ in pairs], [str(b) for _, b in pairs]]))
    assert "crosstab" in said


@pytest.mark.parametrize(
    "lines", [["# exported 2026-11-27"], ["Round 2; coders: 3"], ["第二轮编码", "共三位编码者"], ["#", ""]]
)
def test_lines_above_the_names_are_left_out_and_said(tmp_path: Path, lines: list[str]) -> None:
    value, said = number(tmp_path, "\n".join([*lines, table(["unit", "Lin", "Wei", "Tom"], NUMBERS, LIN, WEI, TOM)]))
    assert value == pytest.approx(RIGHT)
    assert lines[0] in said["above"]


@pytest.mark.parametrize(
    "last",
    [["Total", "21", "20", "20"], ["平均", "2.1", "1.9", "2.0"], ["N", "10", "10", "10"], ["注：空为缺失", "", "", ""]],
)
def test_rows_of_sums_and_footnotes_are_left_out_and_said(tmp_path: Path, last: list[str]) -> None:
    text = table(["unit", "Lin", "Wei", "Tom"], NUMBERS, LIN, WEI, TOM) + ",".join(last) + "\n"
    value, said = number(tmp_path, text)
    assert value == pytest.approx(RIGHT)
    assert last[0] in said["last_rows"]


@pytest.mark.parametrize("word", ["agree", "same", "all", "difference", "一致"])
def test_answers_and_units_that_are_called_like_sums_stay(tmp_path: Path, word: str) -> None:
    lin, wei = ["x", "y"] * 4 + [word], ["x", "y", "y", "x"] * 2 + [word]
    assert number(tmp_path, table(["Lin", "Wei"], lin, wei))[0] == pytest.approx(alpha([lin, wei]))
    units = [*NUMBERS[:8], word]
    lin, wei = ["x", "y"] * 4 + ["x"], ["x", "y", "y", "x"] * 2 + ["y"]
    assert number(tmp_path, table(["unit", "Lin", "Wei"], units, lin, wei))[0] == pytest.approx(alpha([lin, wei]))


@pytest.mark.parametrize(
    ("heads", "kind"),
    [
        (["unit", "Lin_code", "Wei_code", "Lin_sure", "Wei_sure"], "several questions"),
        (["单元", "林.第一轮", "魏.第一轮", "林.第二轮", "魏.第二轮"], "several questions"),
        (["id", "trust Lin", "trust Wei", "risk Lin", "risk Wei"], "several questions"),
    ],
)
def test_several_questions_for_each_coder_are_asked_about(tmp_path: Path, heads: list[str], kind: str) -> None:
    asked = question(tmp_path, table(heads, NUMBERS, LIN, WEI, TOM, LIN))
    assert kind in asked
    assert asked.count("--columns") == 2


@pytest.mark.parametrize("heading", ["coder", "编码员", "Rater"])
def test_a_table_with_a_row_for_each_coder_is_turned(tmp_path: Path, heading: str) -> None:
    rows = [[heading, *(f"u{n}" for n in NUMBERS)], ["Lin", *LIN], ["魏", *WEI], ["Tom", *TOM]]
    value, said = number(tmp_path, "".join(",".join(row) + "\n" for row in rows))
    assert value == pytest.approx(RIGHT)
    assert "--format wide" in said["turned"]


def test_a_table_that_may_have_its_coders_in_rows_is_asked_about(tmp_path: Path) -> None:
    for heading in ("name", "", "姓名"):
        rows = [[heading, *(f"q{n}" for n in NUMBERS)], ["Lin", *LIN], ["魏", *WEI], ["Tom", *TOM]]
        assert "--format turned" in question(tmp_path, "".join(",".join(row) + "\n" for row in rows))


@pytest.mark.parametrize(
    "data",
    [
        table(["unit", "Lin", "Wei", "Tom"], NUMBERS, LIN, WEI, TOM, separator="|"),
        "sep=;\n" + table(["unit", "Lin", "Wei", "Tom"], NUMBERS, LIN, WEI, TOM, separator=";"),
        table(["unit", "Lin", "Wei", "Tom"], NUMBERS, LIN, WEI, TOM, separator="\t").encode("utf-16"),
        table(["单元", "林", "魏", "组长"], NUMBERS, LIN, WEI, TOM).replace("\r\n", "\r"),
        table(["unit", "Lin", "", "Wei", "Tom"], NUMBERS, LIN, [""] * 10, WEI, TOM),
        table(["Lin", "Wei", "Tom"], LIN, WEI, TOM),
        "| unit | Lin | Wei | Tom |\n|---|---|---|---|\n"
        + "".join(f"| {' | '.join(row)} |\n" for row in zip(NUMBERS, LIN, WEI, TOM, strict=True)),
        "Lin,Wei,Tom\n" + "".join(f"{n},{a},{b},{c}\n" for n, a, b, c in zip(NUMBERS, LIN, WEI, TOM, strict=True)),
    ],
    ids=["bars", "sep", "utf-16", "old line ends", "an empty column", "no units", "markdown", "names of rows of R"],
)
def test_a_table_may_be_written_in_many_ways(tmp_path: Path, data: str | bytes) -> None:
    assert number(tmp_path, data)[0] == pytest.approx(RIGHT)


def test_a_file_without_names_is_asked_about(tmp_path: Path) -> None:
    without = [
        table(["1", "1", "1"], LIN, WEI, TOM),
        table(["u0", "信任", "风险", "信任"], [f"u{n}" for n in NUMBERS], *[["信任", "风险"] * 5] * 3),
        table(["Lin", "u0", "trust"], ["Lin"] * 10, [f"u{n}" for n in NUMBERS], [WORDS[v] for v in LIN]),
    ]
    for text in without:
        assert "--no-header" in question(tmp_path, text)


def test_a_second_row_of_names_is_asked_about(tmp_path: Path) -> None:
    for names in (
        ["Code of Lin", "Code of Wei"],
        ["编码：Lin", "编码：Wei"],
        ["Which code fits best?", "Which code fits? (2)"],
    ):
        text = table(["unit", "Lin", "Wei"], ["", *NUMBERS], [names[0], *LIN], [names[1], *WEI])
        assert "second row of names" in question(tmp_path, text.replace("\n,", "\nlabel,", 1))


@pytest.mark.parametrize("name", ["Judge", "专家", "Observer"])
def test_a_coder_who_is_called_like_coders_is_one(tmp_path: Path, name: str) -> None:
    assert number(tmp_path, table(["unit", "Lin", "Wei", name], NUMBERS, LIN, WEI, TOM))[0] == pytest.approx(RIGHT)


@pytest.mark.parametrize("heading", ["Merkmal", "区位", "x7"])
def test_a_column_that_agrees_with_nobody_where_others_do_is_named(tmp_path: Path, heading: str) -> None:
    value, said = number(tmp_path, table([heading, "Lin", "Wei", "Tom"], ["1", "2"] * 10, LIN * 2, WEI * 2, TOM * 2))
    assert value == pytest.approx(alpha([["1", "2"] * 10, LIN * 2, WEI * 2, TOM * 2]))
    assert heading in said["stands_apart"]


def test_shares_of_coders_are_no_counts(tmp_path: Path) -> None:
    for rows in (
        ("0.8,0.2,0", "0,1,0", "0.2,0.4,0.4"),
        ("80%,20%,0%", "0%,100%,0%", "20%,40%,40%"),
        ("50,50,0", "0,100,0", "0,0,100"),
    ):
        text = "单元,正面,负面,中性\n" + "".join(f"u{i},{row}\n" for i, row in enumerate(rows))
        assert "shares of coders" in question(tmp_path, text)


@pytest.mark.parametrize("names", [("trust", "risk", "control"), ("信任", "风险", "控制"), ("a", "b", "c")])
def test_a_cross_table_may_lack_a_category_that_one_coder_never_gave(tmp_path: Path, names: tuple[str, ...]) -> None:
    text = f",{names[0]},{names[1]},{names[2]}\n{names[0]},20,5,1\n{names[1]},3,12,2\n"
    pairs = [(0, 0)] * 20 + [(0, 1)] * 5 + [(0, 2)] + [(1, 0)] * 3 + [(1, 1)] * 12 + [(1, 2)] * 2
    assert number(tmp_path, text)[0] == pytest.approx(alpha([[str(a) for a, _ in pairs], [str(b) for _, b in pairs]]))


def test_marks_of_one_coder_are_no_ratings(tmp_path: Path) -> None:
    for heads in ("trust,risk,control", "信任,风险,控制", "yes,no,unsure"):
        text = f"unit,{heads}\n" + "".join(
            f"u{i},{row}\n" for i, row in enumerate(("1,0,0", "0,1,0", "0,0,1", "1,0,0"))
        )
        assert "one coder" in question(tmp_path, text)


def test_names_with_blanks_and_commas_are_named_as_an_option_takes_them(tmp_path: Path) -> None:
    for names, option in (
        (["Rater 1", "Rater 2"], '"Rater 1,Rater 2"'),
        (["Lin, first", "Wei"], "'\"Lin, first\",Wei'"),
        (["林", "魏"], "林,魏"),
    ):
        asked = question(tmp_path, table(["type_of_speaker", *names], ["m", "f"] * 5, LIN, WEI))
        assert f"--columns {option} without it" in asked
