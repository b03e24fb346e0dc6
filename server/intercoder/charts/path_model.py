"""The path model drawn: as SVG for pages and files, and as boxes and strokes that can be changed in Word."""

from collections.abc import Sequence
from dataclasses import dataclass

from intercoder.charts import drawing
from intercoder.charts.drawing import Dash, Ends, Leaf, Stroke
from intercoder.charts.path_layout import (
    LINE,
    MARGIN,
    PAD,
    PILL,
    Box,
    Edge,
    Node,
    Point,
    extent,
    laid_out,
    lines_of,
)
from intercoder.charts.svg import element, label, number, plate, points, text, width_of, wrapped


@dataclass(frozen=True, slots=True)
class ModelWords:
    """What is written: title, description for those who cannot see it, sentences below, and each type of line with its name."""

    title: str
    description: str
    notes: Sequence[str] = ()
    strokes: Sequence[tuple[str, str]] = ()


def path_model(nodes: Sequence[Node], edges: Sequence[Edge], words: ModelWords) -> str:
    """Return the figure as SVG. Nodes and edges are groups that say which they are, so that a page can move them."""
    laid = laid_out(nodes, edges)
    parts = [_frame(name, box) for name, box in laid.groups.items()]
    parts += [_drawn(edge, laid.routes[edge.id]) for edge in edges if edge.id in laid.routes]
    parts += [_said(edge, laid.labels[edge.id]) for edge in edges if edge.id in laid.labels]
    parts += [_node(node, laid.nodes[node.id]) for node in nodes]
    right, floor = extent(laid)
    right, floor = right + MARGIN, floor + 24
    if words.strokes:
        parts += _legend(words.strokes, floor + 8)
        floor += 28
    return plate(right, floor, words.title, words.description, words.notes, parts)


def _frame(name: str, box: Box) -> str:
    frame = element(
        "rect", "group", x=box.left, y=box.top, width=box.right - box.left, height=box.bottom - box.top, rx=10.0
    )
    return frame + label((box.left + box.right) / 2, box.top + 19, name, "strong", "middle")


def _node(node: Node, box: Box) -> str:
    x = box.middle[0]
    wide, high = box.right - box.left, box.bottom - box.top
    framed = "node-open" if node.open else "node"
    y = box.top + PAD + 11
    inside = element("rect", framed, x=box.left, y=box.top, width=wide, height=high, rx=_corner(node, box)) + label(
        x, y, node.kind, "words", "middle"
    )
    name, below = lines_of(node)
    for look, lines in (("title", name), ("words", below)):
        for at, line in enumerate(lines, 1):
            y += LINE
            # Who reads it aloud has the words apart, as they are.
            apart = " " if at < len(lines) and line[-1:].isascii() else ""
            inside += label(x, y + 1, line + apart, look, "middle")
    told = f"{node.kind}: {node.name}, {node.below}" if node.below else f"{node.kind}: {node.name}"
    place = {"data_x": number(x), "data_y": number(box.middle[1]), "data_put": "yes" if node.at else "no"}
    return element("g", "model-node", f"<title>{text(told)}</title>{inside}", data_element=node.id, **place)


def _corner(node: Node, box: Box) -> float:
    return {"box": 4.0, "round": 16.0, "pill": (box.bottom - box.top) / 2}[node.shape]


def _drawn(edge: Edge, route: Sequence[Point]) -> str:
    look = f"edge-{edge.stroke}"
    parts = element("polyline", look, points=points([*route]))
    if edge.to_edge:
        parts += element("circle", "edge-end", cx=route[-1][0], cy=route[-1][1], r=4.0)
    else:
        parts += _head(route[-2], route[-1])
        parts += "" if edge.directed else _head(route[1], route[0])
    return element("g", "model-edge", f"<title>{text(edge.told)}</title>{parts}", data_relation=edge.id)


def _said(edge: Edge, box: Box) -> str:
    wide = box.right - box.left
    pill = element("rect", "mark", x=box.left, y=box.top, width=wide, height=PILL, rx=10.0)
    words = label(box.middle[0], box.middle[1] + 4, edge.said, "strong", "middle")
    return element("g", "model-said", f"<title>{text(edge.told)}</title>{pill}{words}", data_of=edge.id)


def _head(before: Point, tip: Point) -> str:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1.0)
    ux, uy = dx / length, dy / length
    base = (tip[0] - 9 * ux, tip[1] - 9 * uy)
    wings = [(base[0] - 4.5 * uy, base[1] + 4.5 * ux), (base[0] + 4.5 * uy, base[1] - 4.5 * ux)]
    return element("polygon", "edge-end", points=points([tip, *wings]))


def _legend(strokes: Sequence[tuple[str, str]], y: float) -> list[str]:
    parts, x = [], 16.0
    for stroke, name in strokes:
        parts.append(element("line", f"edge-{stroke}", x1=x, x2=x + 32, y1=y, y2=y))
        parts.append(label(x + 40, y + 4, name))
        x += 64 + width_of(name)
    return parts


def model_leaf(nodes: Sequence[Node], edges: Sequence[Edge], words: ModelWords) -> Leaf:
    """Return the figure as boxes and strokes on one page, laid out as the SVG is, without the title above it."""
    laid = laid_out(nodes, edges)
    right, floor = extent(laid)
    right, floor = right + MARGIN, floor + 24
    boxes = [part for name, box in laid.groups.items() for part in _grouped(name, box)]
    boxes += [_boxed(node, laid.nodes[node.id]) for node in nodes]
    boxes += [_pill(edge, laid.labels[edge.id]) for edge in edges if edge.id in laid.labels]
    strokes = [
        Stroke(laid.routes[edge.id], ends=_ends(edge), thick=1.5, dash=Dash(edge.stroke))
        for edge in edges
        if edge.id in laid.routes
    ]
    x = 16.0
    for stroke, name in words.strokes:
        strokes.append(Stroke([(x, floor + 8), (x + 32, floor + 8)], thick=1.5, dash=Dash(stroke)))
        wide = width_of(name)
        boxes.append(drawing.Box(x + 40, floor - 1, wide + 8, 18, [name], framed=False, align="start"))
        x += 64 + wide
    floor += 28 if words.strokes else 0
    for line in (line for note in words.notes for line in wrapped(note, right - 32)):
        boxes.append(drawing.Box(16, floor, right - 32, 18, [line], framed=False, align="start"))
        floor += 18
    return Leaf(right, floor + 8, words.title, words.description, boxes, strokes)


def _grouped(name: str, box: Box) -> list[drawing.Box]:
    wide = box.right - box.left
    frame = drawing.Box(box.left, box.top, wide, box.bottom - box.top, [], filled=False, corner=10, dash=Dash.DOTTED)
    return [frame, drawing.Box(box.left, box.top + 6, wide, 18, [name], framed=False)]


def _boxed(node: Node, box: Box) -> drawing.Box:
    name, below = lines_of(node)
    return drawing.Box(
        box.left,
        box.top,
        box.right - box.left,
        box.bottom - box.top,
        name,
        size=14,
        bold=True,
        thick=1.5,
        corner=_corner(node, box),
        dash=Dash.DASHED if node.open else Dash.SOLID,
        above=node.kind,
        below=below,
    )


def _pill(edge: Edge, box: Box) -> drawing.Box:
    return drawing.Box(box.left, box.top, box.right - box.left, PILL, [edge.said], corner=10)


def _ends(edge: Edge) -> Ends:
    if edge.to_edge:
        return Ends.DOT
    return Ends.ARROW if edge.directed else Ends.ARROWS
