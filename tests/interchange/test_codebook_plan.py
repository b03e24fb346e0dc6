"""What pasting a codebook would do: what is new, what changes, and what a person has to decide."""

from collections.abc import Collection, Mapping
from uuid import UUID, uuid5

import pytest

from intercoder.interchange.codebook.alike import alike
from intercoder.interchange.codebook.changes import Known
from intercoder.interchange.codebook.given import Field, Form, Line, given
from intercoder.interchange.codebook.places import Problem
from intercoder.interchange.codebook.plan import Decision, Plan, Result, Row, plan
from intercoder.interchange.codebook.reading import read_pasted
from intercoder.stats.tree import Level

SPACE = UUID(int=7)


def known(*codes: tuple[str, Level, str], **said: str) -> list[Known]:
    """Return codes (name, level, name of what stands above) that all say the same."""
    return [
        Known(
            uuid5(SPACE, name),
            name,
            level,
            uuid5(SPACE, above) if above else None,
            number,
            {Field(field): text for field, text in said.items()},
        )
        for number, (name, level, above) in enumerate(codes, 1)
    ]


THERE = known(
    ("信任嵌入", Level.CONSTRUCT, ""),
    ("信任积累", Level.THEME, "信任嵌入"),
    ("平台周旋", Level.THEME, "信任嵌入"),
    ("数据互见", Level.CONCEPT, "信任积累"),
    ("以人立信", Level.CONCEPT, "信任积累"),
    ("坐在办公室自己看", Level.LABEL, "数据互见"),
)


def paste(text: str, decided: Mapping[int, Collection[Decision]] | None = None, **options: Level) -> Plan:
    return plan(read_pasted(text), THERE, decided=decided, **options)


def results(made: Plan) -> list[tuple[str, Result, Problem | None]]:
    return [(row.line.name, row.result, row.problem) for row in made.rows]


def test_what_is_there_stays_and_what_is_not_named_is_not_touched() -> None:
    made = paste("信任嵌入\n  信任积累\n    以人立信\n    以证立信\n      营业执照")
    assert [row.result for row in made.rows] == [*[Result.SAME] * 3, Result.NEW, Result.NEW]
    assert [row.level for row in made.rows] == [Level.CONSTRUCT, Level.THEME, *[Level.CONCEPT] * 2, Level.LABEL]


@pytest.mark.parametrize(
    ("text", "top"),
    [
        ("信任积累\n  以人立信\n    头一句", Level.THEME),
        ("数据互见\n  新标签", Level.CONCEPT),
        ("甲\n 乙\n  丙\n   丁", Level.CONSTRUCT),
        ("甲\n 乙\n  丙", Level.CONSTRUCT),
        ("甲\n 乙", Level.THEME),
        ("甲\n乙", Level.CONCEPT),
    ],
)
def test_the_outermost_level_is_where_the_names_are_known_else_as_codebooks_are(text: str, top: Level) -> None:
    assert paste(text).top is top


def test_somebody_can_say_what_the_outermost_level_is() -> None:
    assert [row.level for row in paste("甲\n 乙", top=Level.CONCEPT).rows] == [Level.CONCEPT, Level.LABEL]
    made = paste("甲\n 乙", top=Level.LABEL)
    assert results(made)[1] == ("乙", Result.OPEN, Problem.TOO_DEEP)
    beside = paste("甲\n 乙", {1: [Decision.BESIDE]}, top=Level.LABEL)
    assert [row.level for row in beside.rows] == [Level.LABEL, Level.LABEL]


def test_a_skipped_level_is_decided_once_for_all_that_stand_so() -> None:
    text = "信任嵌入\n\t平台周旋\n\t\t\t\t借台\n\t\t\t\t依附\n\t\t多栖"
    assert results(paste(text))[2:] == [
        ("借台", Result.OPEN, Problem.SKIPPED),
        ("依附", Result.OPEN, Problem.SKIPPED),
        ("多栖", Result.NEW, None),
    ]
    below = paste(text, {2: [Decision.BELOW]})
    assert [(row.level, row.result) for row in below.rows[2:]] == [(Level.CONCEPT, Result.NEW)] * 3
    beside = paste(text, {2: [Decision.BESIDE]})
    assert [row.level for row in beside.rows[2:]] == [Level.THEME, Level.THEME, Level.CONCEPT]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("数据互見", "数据互见"),
        ("老带新練手", "老带新练手"),
        ("trust-building", "trust building"),
        ("Trust", "trusts"),
        ("“口碑”", "口碑"),
    ],
)
def test_names_look_alike_that_are_read_the_same_or_differ_in_punctuation(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("信任积累", "信任嵌入"), ("甲", "乙"), ("trust", "truth"), ("公示", "公式")]
)
def test_other_names_do_not(one: str, other: str) -> None:
    assert alike(one, other) == (one == "公示")  # two characters of which one is read the same: asked, not decided


def test_a_look_alike_is_asked_about_and_taken_for_the_code_or_not() -> None:
    text = "信任嵌入\n  信任积累\n    数据互見 | Making visible"
    row = paste(text).rows[2]
    assert (row.result, row.problem, row.options) == (
        Result.OPEN,
        Problem.LOOKS_LIKE,
        (Decision.SAME, Decision.NEW),
    )
    assert row.about is not None
    assert (row.about.name, row.about.numbered) == ("数据互见", "A4")
    same = paste(text, {2: [Decision.SAME]}).rows[2]
    assert (same.result, same.code) == (Result.CHANGED, uuid5(SPACE, "数据互见"))
    assert [(c.field, c.after) for c in same.changes] == [("other_name", "Making visible")]
    assert paste(text, {2: [Decision.NEW]}).rows[2].code is None


def test_full_width_and_case_are_the_same_name() -> None:
    there = known(("Trust 2", Level.CONCEPT, ""))
    (row,) = plan(read_pasted("ＴＲＵＳＴ　２"), there).rows
    assert (row.result, row.problem) == (Result.SAME, None)


def test_a_name_twice_at_two_places_is_left_out_or_moves() -> None:
    text = "信任嵌入\n  信任积累\n    以人立信\n      老王\n  平台周旋\n    以人立信\n      小李"
    row = paste(text).rows[5]
    assert (row.result, row.problem, row.about and row.about.line) == (Result.OPEN, Problem.TWICE, 3)
    out = paste(text, {5: [Decision.OUT]})
    assert [row.result for row in out.rows] == [*[Result.SAME] * 3, Result.NEW, Result.SAME, Result.OUT, Result.NEW]
    assert out.rows[6].above == 2
    here = paste(text, {5: [Decision.HERE]})
    assert [(c.field, c.before, c.after) for c in here.rows[2].changes] == [("parent", "信任积累", "平台周旋")]


def test_a_name_twice_at_one_place_says_both_of_what_it_says() -> None:
    made = plan(read_pasted("概念\t例子\n旧物\t一\n旧物\t二\n旧物\t一"), [])
    assert [row.result for row in made.rows] == [Result.NEW, Result.OUT, Result.OUT]
    assert made.rows[0].said[Field.EXAMPLE] == "一\n二"


def test_a_code_moves_where_it_is_put_and_stays_where_nothing_is_said() -> None:
    moved = paste("平台周旋\n  以人立信").rows[1]
    assert [(c.field, c.before, c.after) for c in moved.changes] == [("parent", "信任积累", "平台周旋")]
    assert paste("以人立信", top=Level.CONCEPT).rows[0].result is Result.SAME


def test_another_name_under_a_known_number_may_be_a_new_name() -> None:
    text = "编号\t编码\t层级\nA5\t信人\t概念"
    row = paste(text).rows[0]
    assert (row.problem, row.about and row.about.name) == (Problem.RENAMED, "以人立信")
    (changed,) = paste(text, {0: [Decision.SAME]}).rows[0].changes
    assert (changed.field, changed.before, changed.after) == ("name", "以人立信", "信人")
    assert paste(text, {0: [Decision.NEW]}).rows[0].result is Result.NEW


def test_an_identifier_of_a_qdc_says_that_a_code_has_a_new_name() -> None:
    line = Line(1, "信人", 0, Level.CONCEPT, guid=str(uuid5(SPACE, "以人立信")))
    (row,) = plan(given(Form.QDC, [line]), THERE).rows
    assert [(c.field, c.after) for c in row.changes] == [("name", "信人")]


def test_empty_cells_change_nothing_and_aliases_are_compared_as_a_set() -> None:
    there = known(("旧物", Level.CONCEPT, ""), definition="改", aliases="翻新; 再用")
    same, changed = (
        plan(read_pasted(f"概念\t定义\t别名\n旧物\t\t{aliases}"), there).rows[0] for aliases in ("再用、翻新", "再用")
    )
    assert same.result is Result.SAME
    assert [(c.field, c.before, c.after) for c in changed.changes] == [("aliases", "翻新; 再用", "再用")]


def test_what_stands_above_may_come_later_and_must_be_there() -> None:
    later = "编码\t层级\t上级\n以书立信\t概念\t新主题\n新主题\t主题\t信任嵌入"
    made = paste(later)
    assert [(row.result, row.above) for row in made.rows] == [(Result.NEW, 1), (Result.NEW, uuid5(SPACE, "信任嵌入"))]
    missing = "编码\t层级\t上级\n以书立信\t概念\t没有的主题\n某标签\t标签\t以书立信"
    assert results(paste(missing)) == [
        ("以书立信", Result.OPEN, Problem.NOTHING_ABOVE),
        ("某标签", Result.OPEN, Problem.WITH_ABOVE),
    ]
    loose = paste(missing, {0: [Decision.LOOSE]})
    assert [(row.result, row.above) for row in loose.rows] == [(Result.NEW, None), (Result.NEW, 0)]
    assert [row.result for row in paste(missing, {0: [Decision.OUT]}).rows] == [Result.OUT, Result.OUT]


def test_a_line_can_be_in_doubt_twice() -> None:
    text = "信任嵌入\n\t信任积累\n\t\t\t\t数据互見"
    first = paste(text).rows[2]
    second = paste(text, {2: [Decision.BELOW]}).rows[2]
    done: Row = paste(text, {2: [Decision.BELOW, Decision.SAME]}).rows[2]
    assert (first.problem, second.problem, done.result) == (Problem.SKIPPED, Problem.LOOKS_LIKE, Result.SAME)
