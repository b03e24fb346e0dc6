"""The figure of the data structure: every name is there, none cut, over another or outside, as a browser draws it."""

import json
import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from playwright.sync_api import Browser, Page

from intercoder.charts.drawing import BLACK, WHITE, leaf_svg, measured, wrapped
from intercoder.charts.structure import HIGHEST, Construct, StructureWords, Theme, pale, structure
from intercoder.paths import asset_dir
from intercoder.stats.tones import MIDDLE, TONES
from model_study import TREE

WORDS = StructureWords("数据结构", ("一阶概念", "二阶主题", "聚合构念"), "（续）", "谁属于谁")
MODEL = [Construct(c, [Theme(t, list(names)) for t, names in themes.items()]) for c, themes in TREE.items()]
SIXTY = [
    Construct(
        f"Aggregate construct {c} of a study",
        [
            Theme(
                f"Second-order theme {c}.{t} with words",
                [f"First-order concept {c}.{t}.{k}, which takes more than one line of the column" for k in range(5)],
            )
            for t in range(3)
        ],
    )
    for c in range(4)
]
#: where the words of the figure and its frames are, in units of the drawing
PLACES = """() => ['text', 'rect'].map((kind) => [...document.querySelectorAll(kind)].map((e) => {
    const {x, y, width, height} = e.getBBox(); return [e.textContent, x, y, x + width, y + height]; }))"""


@pytest.fixture
def paper(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


COLOURED = [
    Construct(
        c.name,
        [Theme(t.name, t.concepts, [TONES[n][k % 5] for k, _ in enumerate(t.concepts)]) for t in c.themes],
        TONES[n][MIDDLE],
    )
    for n, c in enumerate(MODEL)
]


@pytest.mark.parametrize(("constructs", "pages"), [(MODEL, 1), (SIXTY, 3), (COLOURED, 1)])
def test_every_name_is_drawn_once_and_none_is_cut_or_over_another(
    paper: Page, constructs: list[Construct], pages: int
) -> None:
    leaves = structure(constructs, WORDS)
    assert len(leaves) == pages
    words = "".join("".join(line for box in leaf.boxes for line in box.lines) for leaf in leaves)
    said = words.replace(" ", "")
    for construct in constructs:
        names = [construct.name, *(n for t in construct.themes for n in (t.name, *t.concepts))]
        assert all(name.replace(" ", "") in said for name in names), json.dumps(names, ensure_ascii=False)
    for leaf in leaves:
        assert leaf.width <= 605
        assert leaf.height <= HIGHEST
        paper.set_content(leaf_svg(leaf))
        texts, frames = paper.evaluate(PLACES)
        ground, *boxes = frames
        for _, left, top, right, bottom in texts:
            assert all((ground[1] + 2 <= left, right <= ground[3] - 2, ground[2] <= top, bottom <= ground[4]))
            for _, a, b, c, d in boxes:
                inside = a + 2 <= left and right <= c - 2 and b <= top and bottom <= d
                outside = right <= a or left >= c or bottom <= b or top >= d
                assert inside or outside
        for (one, a, b, c, d), (other, e, f, g, h) in combinations(texts, 2):
            assert c <= e or g <= a or d - 4 <= f or h - 4 <= b, (one, other)


def test_in_colour_each_construct_has_its_own_frame_and_each_concept_its_mark() -> None:
    (black,), (coloured,) = structure(MODEL, WORDS), structure(COLOURED, WORDS)
    assert {(box.ink, box.tint) for box in black.boxes} == {(BLACK, WHITE)}
    framed = [box for box in coloured.boxes if box.framed and box.lines]
    assert [len({box.ink for box in framed}), len({box.tint for box in framed})] == [4, 4]
    marks = [box for box in coloured.boxes if box.framed and not box.lines]
    assert len(marks) == 21
    assert all(box.ink == box.tint != WHITE for box in marks)
    said = [[line for box in leaf.boxes for line in box.lines] for leaf in (black, coloured)]
    assert said[0] == said[1]


def test_colours_on_paper_are_those_of_the_pages_and_black_words_are_read_on_them() -> None:
    css = (asset_dir("static") / "css" / "tokens.css").read_text("utf-8")
    found = re.findall(r"--h(\d)s(\d): light-dark\((#[0-9a-f]{6}),", css)
    assert {(int(hue), int(step)): colour for hue, step, colour in found} == {
        (hue, step): colour.lower() for hue, row in enumerate(TONES) for step, colour in enumerate(row)
    }
    assert all(int(pale(row[MIDDLE])[n : n + 2], 16) >= 0xD8 for row in TONES for n in (1, 3, 5))


def test_lines_are_balanced_begin_with_no_mark_and_part_no_word() -> None:
    lines = wrapped("由一次性出售产品转为按使用、按周期、按面积收费，或由企业承担持续的保障责任", 200, 12)
    assert not any(line[0] in "，。、；：" for line in lines)
    widths = [measured(line, 12) for line in lines]
    assert max(widths) - min(widths) <= 36
    assert wrapped("价值重塑 Reframing of value", 112, 12, bold=True) == ["价值重塑", "Reframing", "of value"]
