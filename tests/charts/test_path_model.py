"""The path model by its geometry: nothing overlaps, no edge crosses what it does not join, names fit into their boxes."""

from itertools import combinations, pairwise

import pytest

from intercoder.charts.drawing import Leaf, leaf_svg, measured
from intercoder.charts.path_layout import PAD, WIDTH, Edge, Node, laid_out, lines_of
from intercoder.charts.path_model import ModelWords, model_leaf, path_model


def node(name: str, column: int, **more: object) -> Node:
    return Node(name, name, "模式", "构念", column, **more)  # type: ignore[arg-type]


def edge(first: str, second: str, **more: object) -> Edge:
    return Edge(f"{first}>{second}", first, second, "22 (7) | 2", f"{first} → {second}", **more)  # type: ignore[arg-type]


FORCES, MODES = ("资源不宽裕", "平台挤压", "准入门槛抬高"), ("资源行动", "信任嵌入", "价值重塑", "合法性建构")
STUDY = [
    *(node(name, 0, open=True, grouped="三种驱动力") for name in FORCES),
    *(node(name, 1, grouped="四种模式") for name in MODES),
    node("代际互教", 2, shape="pill"),
    node("传统企业在数字化转型中立得住并且能够继续往前走的长长的名字", 3, shape="round"),
]
OUTCOME = STUDY[-1].name
RELATED = [
    *(edge(force, mode) for force, mode in zip((*FORCES, FORCES[1]), MODES, strict=True)),
    edge(FORCES[0], MODES[3]),
    *(edge(mode, OUTCOME) for mode in MODES),
    *(edge(a, b, stroke="dashed") for a, b in pairwise(MODES)),
    edge(MODES[0], MODES[3], stroke="dashed"),
    edge(FORCES[2], OUTCOME),
    edge("代际互教", f"{MODES[1]}>{OUTCOME}", stroke="dotted", to_edge=True),
]


def dragged(nodes: list[Node], **to: tuple[int, int]) -> list[Node]:
    return [Node(n.id, n.name, n.kind, n.below, n.column, n.shape, n.open, n.grouped, to.get(n.id)) for n in nodes]


@pytest.mark.parametrize(
    "nodes",
    [STUDY, dragged(STUDY, 平台挤压=(600, 760), 合法性建构=(784, 60)), list(reversed(STUDY))],
    ids=["laid out", "dragged", "reversed"],
)
def test_nothing_overlaps_and_edges_go_around_what_they_do_not_join(nodes: list[Node]) -> None:
    laid = laid_out(nodes, RELATED)
    for a, b in combinations(laid.nodes.values(), 2):
        assert not a.meets(b)
    assert set(laid.routes) == {one.id for one in RELATED}
    for one in RELATED:
        for p, q in pairwise(laid.routes[one.id]):
            assert p[0] == q[0] or p[1] == q[1] or one.to_edge, "level or upright"
            if not one.to_edge:
                crossed = [n for n, box in laid.nodes.items() if n not in {one.first, one.second} and box.crossed(p, q)]
                assert crossed == [], one.id
            else:
                x, y = laid.routes[one.id][-1]
                others = [
                    part
                    for other, way in laid.routes.items()
                    if other not in {one.id, one.second}
                    for part in pairwise(way)
                ]
                far = [
                    max(min(p[0], q[0]) - x, x - max(p[0], q[0]), min(p[1], q[1]) - y, y - max(p[1], q[1]))
                    for p, q in others
                ]
                assert min(far) > 8, "it is clear which edge is moderated"
    for said, other in combinations(laid.labels.values(), 2):
        assert not said.meets(other)
    for said in laid.labels.values():
        assert not any(said.meets(box) for box in laid.nodes.values())


def test_names_fit_into_their_boxes_and_columns_go_from_left_to_right() -> None:
    laid = laid_out(STUDY, RELATED)
    for one in STUDY:
        (lines, below), box = lines_of(one), laid.nodes[one.id]
        assert "".join(lines) == one.name
        assert max(measured(line, 14, bold=True) for line in lines) <= WIDTH - 2 * PAD
        assert box.bottom - box.top >= 17 * (len(lines) + 1 + len(below))
        assert box.left >= 0
        assert box.top >= 0
    assert [sorted({laid.nodes[n.id].left for n in STUDY if n.column == at}) for at in range(4)] == sorted(
        [sorted({laid.nodes[n.id].left for n in STUDY if n.column == at}) for at in range(4)]
    )


def test_an_element_stays_where_it_was_put_and_a_figure_of_nothing_is_one() -> None:
    laid = laid_out(dragged(STUDY, 资源行动=(900, 700)), RELATED)
    assert laid.nodes["资源行动"].middle == (900, 700)
    assert "<svg" in path_model([], [], ModelWords("t", "d"))
    svg = path_model(STUDY, RELATED, ModelWords("路径模型", "d", ["n"], [("solid", "引发")]))
    assert svg.count('data-element="') == len(STUDY)
    assert svg.count('data-relation="') == len(RELATED)


def leaf() -> Leaf:
    """The figure as it is printed, with an element that stands for a code of a long other name."""
    other = Node(
        "other", "Joint value with platforms", "Mode", "Aggregate construct Embedding in a platform's trust", 1
    )
    return model_leaf(
        [*STUDY, other], RELATED, ModelWords("路径模型", "d", ["note"], [("solid", "引发"), ("dotted", "调节")])
    )


def test_a_printed_model_cuts_no_word_and_lies_on_its_page() -> None:
    printed = leaf()
    for box in printed.boxes:
        lines = list(box.written())
        assert box.x >= 0
        assert box.x + box.width <= printed.width
        assert box.y + box.height <= printed.height
        if lines:
            assert max(measured(line, size, bold=bold) for line, size, bold in lines) <= box.width + 0.01, lines
            assert sum(size * 1.33 for _, size, _ in lines) <= box.height + 0.1, lines
    for stroke in printed.strokes:
        assert all(0 <= x <= printed.width and 0 <= y <= printed.height for x, y in stroke.points)
    svg = leaf_svg(printed)
    assert svg.count("<polyline") == len(RELATED) + 2
    assert "路径模型</text>" not in svg, "its caption stands below it"
