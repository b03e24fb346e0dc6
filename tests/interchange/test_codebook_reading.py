"""Codebooks as people have them: indented text of any kind, tables with and without headings."""

import pytest

from intercoder.errors import InvalidInput
from intercoder.interchange.codebook.given import LINES, Field, Form
from intercoder.interchange.codebook.reading import read_pasted
from intercoder.stats.tree import Level

TREE = [(0, "资源行动"), (1, "就手拼凑"), (2, "旧物改用"), (2, "土法沉淀"), (1, "能力重组"), (0, "信任嵌入")]
ENGLISH = [(0, "Resourcing"), (1, "Making do"), (2, "Reuse"), (0, "Trust")]


def read(text: str) -> list[tuple[int, str]]:
    return [(line.depth, line.name) for line in read_pasted(text).lines]


def indented(tree: list[tuple[int, str]], step: str, sign: str = "") -> str:
    return "\n".join(f"{step * depth}{sign}{name}" for depth, name in tree)


@pytest.mark.parametrize("tree", [TREE, ENGLISH])
@pytest.mark.parametrize("step", ["\t", "  ", "    ", "\u3000", "\u3000\u3000", "   "])
@pytest.mark.parametrize("sign", ["", "- ", "•", "* ", "● "])
def test_blanks_say_how_deep_a_code_stands(tree: list[tuple[int, str]], step: str, sign: str) -> None:
    assert read(indented(tree, step, sign)) == tree
    assert read("\r\n\r\n" + indented(tree, step, sign).replace("\n", "\r\n") + "\n \n") == tree


def test_a_tree_that_is_indented_as_a_whole_or_unevenly_is_the_same_tree() -> None:
    assert read("\n".join("      " + line for line in indented(TREE, "  ").split("\n"))) == TREE
    assert read("甲\n   乙\n     丙\n   丁\n戊") == [(0, "甲"), (1, "乙"), (2, "丙"), (1, "丁"), (0, "戊")]


@pytest.mark.parametrize(
    "signs",
    [
        ["1 ", "1.1 ", "1.1.1 ", "1.1.2 ", "1.2 ", "2 "],
        ["1. ", "1.1. ", "1.1.1. ", "1.1.2. ", "1.2. ", "2. "],
        ["1、", "1.1、", "1.1.1、", "1.1.2、", "1.2、", "2、"],
        ["一、", "（一）", "1. ", "2. ", "（二）", "二、"],
        ["一、", "(一)", "1、", "2、", "(二)", "二、"],
        ["# ", "## ", "### ", "### ", "## ", "# "],
        ["● ", "○ ", "▪ ", "▪ ", "○ ", "● "],
        ["•\t", "o\t", "▪\t", "▪\t", "o\t", "•\t"],
        ["AAA1 ", "AA1 ", "A1 ", "A2 ", "AA2 ", "AAA2 "],
    ],
)
def test_where_nothing_is_indented_numbers_and_signs_say_it(signs: list[str]) -> None:
    assert read("\n".join(sign + name for sign, (_, name) in zip(signs, TREE, strict=True))) == TREE


def test_the_numbers_of_this_program_say_the_level_and_come_back() -> None:
    given = read_pasted("AAA1 资源行动\n  AA1 就手拼凑\n    A12 旧物改用\n      a3 捡来用")
    assert [line.level for line in given.lines] == [Level.CONSTRUCT, Level.THEME, Level.CONCEPT, Level.LABEL]
    assert [line.written_number for line in given.lines] == ["AAA1", "AA1", "A12", "a3"]


def test_a_name_that_begins_like_a_number_stays_a_name() -> None:
    names = ["5G 应用", "2020年的订单", "3.14 不是圆", "A4纸", "一线员工", "“二十年”"]
    assert [name for _, name in read("\n".join(f"- {name}" for name in names if not name.startswith("3.")))] == [
        name for name in names if not name.startswith("3.")
    ]


def test_after_a_bar_stand_the_other_name_and_the_definition() -> None:
    (line,) = read_pasted("旧物改用 | Repurposing ｜ 把旧设备用于新用途").lines
    assert (line.name, dict(line.said)) == (
        "旧物改用",
        {Field.OTHER_NAME: "Repurposing", Field.DEFINITION: "把旧设备用于新用途"},
    )


# --- tables --------------------------------------------------------------------------------------

BY_LEVELS = [
    (0, "资源行动", Level.CONSTRUCT),
    (1, "就手拼凑", Level.THEME),
    (2, "旧物改用", Level.CONCEPT),
    (2, "土法沉淀", Level.CONCEPT),
    (0, "信任嵌入", Level.CONSTRUCT),
    (1, "信任积累", Level.THEME),
    (2, "以人立信", Level.CONCEPT),
]


def read_levels(text: str) -> list[tuple[int, str, Level | None]]:
    return [(line.depth, line.name, line.level) for line in read_pasted(text).lines]


@pytest.mark.parametrize("sign", ["\t", ",", ";"])
@pytest.mark.parametrize(
    ("headings", "quote"),
    [
        (("聚合构念", "二阶主题", "一阶概念"), "典型引文"),
        (("主范畴", "范畴", "初始概念"), "原始语句"),
        (("Aggregate dimension", "Second-order theme", "1st-order concept"), "Quote"),
    ],
)
def test_a_column_for_each_level_with_merged_or_repeated_cells(
    sign: str, headings: tuple[str, str, str], quote: str
) -> None:
    merged = [
        [*headings, quote],
        ["资源行动", "就手拼凑", "旧物改用", "凑合用"],
        ["", "", "土法沉淀", "记下来"],
        ["信任嵌入", "信任积累", "以人立信", "信得过"],
    ]
    repeated = [*merged[:2], ["资源行动", "就手拼凑", "土法沉淀", "记下来"], merged[3]]
    for rows in (merged, repeated):
        text = "\n".join(sign.join(row) for row in rows)
        assert read_levels(text) == BY_LEVELS
        said = [line.said.get(Field.EXAMPLE) for line in read_pasted(text).lines if line.level is Level.CONCEPT]
        assert said == ["凑合用", "记下来", "信得过"]


def test_an_evidence_table_names_a_concept_once_for_each_quotation() -> None:
    text = "构念\t主题\t概念\t原始语句\n资源\t拼凑\t旧物\t一\n资源\t拼凑\t旧物\t二\n资源\t拼凑\t土法\t三"
    given = read_pasted(text)
    assert [(line.name, line.said.get(Field.EXAMPLE)) for line in given.lines if line.level is Level.CONCEPT] == [
        ("旧物", "一"),
        ("旧物", "二"),
        ("土法", "三"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "编码\t层级\t上级编码\t定义\n旧物改用\t一阶概念\t就手拼凑\t改\n就手拼凑\t二阶主题\t\t凑",
        "Code,Level,Parent,Definition\n旧物改用,concept,就手拼凑,改\n就手拼凑,theme,,凑",
    ],
)
def test_names_with_their_level_and_what_stands_above_in_any_order(text: str) -> None:
    given = read_pasted(text)
    assert given.form is Form.NAMED
    assert [(line.name, line.level, line.above, line.said[Field.DEFINITION]) for line in given.lines] == [
        ("旧物改用", Level.CONCEPT, "就手拼凑", "改"),
        ("就手拼凑", Level.THEME, "", "凑"),
    ]


@pytest.mark.parametrize("sign", ["\\", "\\\\", "::"])
def test_a_name_may_be_a_path(sign: str) -> None:
    text = f"Name,Description\n资源,甲\n资源{sign}拼凑,乙\n资源{sign}拼凑{sign}旧物,丙"
    assert read(text) == [(0, "资源"), (1, "拼凑"), (2, "旧物")]


def test_titles_above_the_headings_and_cells_of_several_lines_are_read() -> None:
    text = '编码本 第三稿,,\n,,\n编号,编码名称,定义\nA1,"旧物改用","第一行\n第二行, 有逗号"\n'
    (line,) = read_pasted(text).lines
    assert (line.name, line.written_number, line.said[Field.DEFINITION]) == ("旧物改用", "A1", "第一行\n第二行, 有逗号")


def test_a_table_without_headings_is_levels_from_the_left_and_says_so() -> None:
    given = read_pasted("资源\t拼凑\t旧物\n\t\t土法\n信任\t积累\t以人")
    assert given.guessed
    assert [(line.depth, line.name) for line in given.lines][:4] == [(0, "资源"), (1, "拼凑"), (2, "旧物"), (2, "土法")]


def test_a_formula_of_a_csv_file_is_a_name() -> None:
    assert read("Code,Definition\n'=1+1,'-x\n'quoted',y") == [(0, "=1+1"), (0, "'quoted'")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no code in this"),
        (" \n\t\n", "no code in this"),
        ("编码,定义\n,", "no code in this"),
        ("a\tb\tc\td\te\nf\tg\th\ti\tj", "heading that is known"),
        ("\n".join(f"编码{n}" for n in range(LINES + 1)), f"At most {LINES} codes"),
    ],
)
def test_what_holds_no_codebook_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        read_pasted(text)
