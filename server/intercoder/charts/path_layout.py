"""Where the parts of a path model lie: elements in columns by what they are, edges around them, what is said on each away from others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from intercoder.charts.drawing import wrapped
from intercoder.charts.svg import width_of

WIDTH, PAD, LINE = 176.0, 12.0, 17.0
GAP, ROW, MARGIN, TOP = 184.0, 44.0, 40.0, 84.0
#: how far an edge stays away from what it passes, and how far a label from others
CLEAR, AWAY, APART = 8.0, 5.0, 7.0
PILL = 20.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """An element: ``column`` says where it stands unless ``at`` does, the place of its middle; ``below``: what it stands for.

    ``shape`` is ``box``, ``round`` or ``pill``; ``open``: nothing coded stands for it.
    """

    id: str
    name: str
    kind: str
    below: str
    column: int
    shape: str = "box"
    open: bool = False
    grouped: str = ""
    at: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation: from an element to another, or to an edge that it moderates; ``said`` stands on it, ``told`` is read out."""

    id: str
    first: str
    second: str
    said: str
    told: str
    stroke: str = "solid"
    directed: bool = True
    to_edge: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A node or a label in its place, by its corners."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> Point:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def meets(self, other: "Box", away: float = 0.0) -> bool:
        """Whether another box is nearer than so much."""
        across = self.left < other.right + away and other.left < self.right + away
        return across and self.top < other.bottom + away and other.top < self.bottom + away

    def crossed(self, a: Point, b: Point, away: float = 0.0) -> bool:
        """Whether a level or upright stretch comes nearer than so much."""
        stretch = Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        return self.meets(stretch, away)


@dataclass(frozen=True)
class Laid:
    """A model as it is drawn: where each node and label lies, and by which corners each edge runs."""

    nodes: Mapping[str, Box]
    routes: Mapping[str, Sequence[Point]]
    labels: Mapping[str, Box]
    groups: Mapping[str, Box] = field(default_factory=dict)


def laid_out(nodes: Sequence[Node], edges: Sequence[Edge]) -> Laid:
    """Return where everything lies. Columns from left to right, in each the order that brings what is related near to one another.

    O(edges x nodes), and for an edge whose way is barred O(nodes ** 2).
    """
    boxes = {**_columns(nodes, edges)}
    for node in nodes:
        if node.at is not None:
            boxes[node.id] = _box(node, *node.at)
    routes: dict[str, Sequence[Point]] = {}
    ports = _ports(boxes, edges)
    for edge in (e for e in edges if not e.to_edge and e.first in boxes and e.second in boxes):
        routes[edge.id] = _route(boxes, edge, ports, [part for way in routes.values() for part in pairwise(way)])
    for edge in (e for e in edges if e.to_edge and e.first in boxes and e.second in routes):
        others = [part for other, way in routes.items() if other != edge.second for part in pairwise(way)]
        routes[edge.id] = _to_edge(boxes[edge.first], routes[edge.second], others)
    return Laid(boxes, routes, _labels(boxes, edges, routes), _groups(nodes, boxes))


def lines_of(node: Node) -> tuple[list[str], list[str]]:
    """Return the name of a node, and what it stands for, in lines that fit into it."""
    name = wrapped(node.name, WIDTH - 2 * PAD, 14, bold=True)
    return name, wrapped(node.below, WIDTH - 2 * PAD, 12) if node.below else []


def _box(node: Node, x: float, y: float) -> Box:
    name, below = lines_of(node)
    high = 2 * PAD + LINE * (len(name) + 1 + len(below))
    return Box(x - WIDTH / 2, y - high / 2, x + WIDTH / 2, y + high / 2)


def _columns(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, Box]:
    order = _ordered(nodes, edges)
    high = {node.id: _box(node, 0, 0).bottom * 2 for node in nodes}
    tall = max((sum(high[n.id] + ROW for n in column) - ROW for column in order), default=0.0)
    boxes = {}
    for place, column in enumerate(order):
        x = MARGIN + WIDTH / 2 + place * (WIDTH + GAP)
        y = TOP + (tall - sum(high[n.id] + ROW for n in column) + ROW) / 2
        for node in column:
            boxes[node.id] = _box(node, x, y + high[node.id] / 2)
            y += high[node.id] + ROW
    return boxes


def _ordered(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[Node]]:
    """Return the columns, each in an order by the mean place of what its nodes are related to; groups stay together."""
    used = sorted({node.column for node in nodes})
    columns = [[node for node in nodes if node.column == at] for at in used]
    near: dict[str, list[str]] = {node.id: [] for node in nodes}
    for edge in edges:
        if not edge.to_edge and edge.first in near and edge.second in near:
            near[edge.first].append(edge.second)
            near[edge.second].append(edge.first)
    column_of = {node.id: node.column for node in nodes}
    for _ in range(4):
        place = {n.id: (i + 0.5) / len(column) for column in columns for i, n in enumerate(column)}

        def mean(node: Node, place: Mapping[str, float] = place) -> float:
            others = [place[o] for o in near[node.id] if column_of[o] != node.column]
            return sum(others) / len(others) if others else place[node.id]

        for at, column in enumerate(columns):
            first = {node.grouped: min(mean(n) for n in column if n.grouped == node.grouped) for node in column}
            columns[at] = sorted(column, key=lambda n: (first[n.grouped], n.grouped, mean(n)))
    return columns


# --- edges ---------------------------------------------------------------------------------------

_Ports = Mapping[tuple[str, str, bool], Point]


def _side(a: Box, b: Box) -> str:
    """Return at which side of a box an edge to another begins."""
    if b.left >= a.right + 2 * CLEAR:
        return "right"
    if b.right <= a.left - 2 * CLEAR:
        return "left"
    return "bottom" if b.top >= a.bottom else "top"


def _ports(boxes: Mapping[str, Box], edges: Sequence[Edge]) -> _Ports:
    """Return where edges begin and end, spread over each side in the order of what lies at their other ends."""
    sides: dict[tuple[str, str], list[tuple[float, str, bool]]] = {}
    for edge in edges:
        if edge.to_edge or edge.first not in boxes or edge.second not in boxes:
            continue
        for here, there, begins in ((edge.first, edge.second, True), (edge.second, edge.first, False)):
            side = _side(boxes[here], boxes[there])
            far = boxes[there].middle[1 if side in {"left", "right"} else 0]
            sides.setdefault((here, side), []).append((far, edge.id, begins))
    ports: dict[tuple[str, str, bool], Point] = {}
    for (node, side), ends in sides.items():
        box = boxes[node]
        for place, (_, edge_id, begins) in enumerate(sorted(ends), start=1):
            share = place / (len(ends) + 1)
            x, y = box.left + (box.right - box.left) * share, box.top + (box.bottom - box.top) * share
            at = {"left": (box.left, y), "right": (box.right, y), "top": (x, box.top), "bottom": (x, box.bottom)}[side]
            ports[edge_id, node, begins] = at
    return ports


def _route(
    boxes: Mapping[str, Box], edge: Edge, ports: _Ports, taken: Sequence[tuple[Point, Point]]
) -> Sequence[Point]:
    """Return the corners of the shortest way, with few corners, that no box bars; one that runs along no other where there is one."""
    a, b = ports[edge.id, edge.first, True], ports[edge.id, edge.second, False]
    first, second = boxes[edge.first], boxes[edge.second]
    others = [box for node, box in boxes.items() if node not in {edge.first, edge.second}]
    upright = _side(first, second) in {"top", "bottom"}
    shared = None
    for way in (*(_upright(a, b) if upright else _level(a, b)), *_around(boxes, first, second)):
        barred = any(box.crossed(p, q, CLEAR) for p, q in pairwise(way) for box in others)
        if barred or not _leaves(way, first, second):
            continue
        if not any(_along(part, other) for part in pairwise(way) for other in taken):
            return way
        shared = shared or way
    return shared or [a, b]


def _along(part: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two stretches run along one another, so that nobody could tell one edge from the other."""
    for across, ahead in ((0, 1), (1, 0)):
        both = all(abs(p[across] - q[across]) < 1 for p, q in (part, other))
        if both and abs(part[0][across] - other[0][across]) < APART:
            low, high = sorted((part[0][ahead], part[1][ahead]))
            least, most = sorted((other[0][ahead], other[1][ahead]))
            if low < most and least < high:
                return True
    return False


def _leaves(way: Sequence[Point], first: Box, second: Box) -> bool:
    """Whether a way crosses neither of the boxes that it joins."""
    parts = list(pairwise(way))
    return not any(first.crossed(p, q, -1) for p, q in parts) and not any(second.crossed(p, q, -1) for p, q in parts)


def _level(a: Point, b: Point) -> list[list[Point]]:
    if abs(a[1] - b[1]) < 1:
        return [[a, b]]
    return [
        [a, (x, a[1]), (x, b[1]), b]
        for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88)
        for x in (a[0] + (b[0] - a[0]) * share,)
    ]


def _upright(a: Point, b: Point) -> list[list[Point]]:
    if abs(a[0] - b[0]) < 1:
        return [[a, b]]
    return [[a, (a[0], y), (b[0], y), b] for share in (0.5, 0.3, 0.7) for y in (a[1] + (b[1] - a[1]) * share,)]


def _around(boxes: Mapping[str, Box], first: Box, second: Box) -> list[list[Point]]:
    """Return ways out of the sides of two boxes and along a level between, above or below all of them, the shortest first."""
    levels = sorted({y for box in boxes.values() for y in (box.top - 2 * CLEAR, box.bottom + 2 * CLEAR) if y > 0})
    out = (16.0, 28.0)
    ways = []
    for (left, far), (other_left, near), y in product(product((True, False), out), product((True, False), out), levels):
        x1 = first.left - far if left else first.right + far
        x2 = second.left - near if other_left else second.right + near
        a = (first.left if left else first.right, first.middle[1])
        b = (second.left if other_left else second.right, second.middle[1])
        ways.append([a, (x1, a[1]), (x1, y), (x2, y), (x2, b[1]), b])
    return sorted(ways, key=lambda way: sum(abs(p[0] - q[0]) + abs(p[1] - q[1]) for p, q in pairwise(way)))


def _to_edge(box: Box, route: Sequence[Point], others: Sequence[tuple[Point, Point]]) -> Sequence[Point]:
    """Return the way from a box to the nearest place on an edge where no other edge is, so that it is clear which one is meant."""
    x, y = box.middle
    spots = [
        (p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share)
        for p, q in pairwise(route)
        for share in (0.5, 0.25, 0.75, 0.1, 0.9)
    ]
    spots.sort(key=lambda spot: abs(spot[0] - x) + abs(spot[1] - y))
    ways = [_straight_to(box, spot) for spot in spots]
    alone = [way for way in ways if not any(_near(way[-1], p, q) for p, q in others)] or ways
    ways_here = (*others, *pairwise(route))
    clear = (way for way in alone if not any(_along(part, other) for part in pairwise(way) for other in ways_here))
    return next(clear, alone[0])


def _near(spot: Point, p: Point, q: Point) -> bool:
    return Box(spot[0], spot[1], spot[0], spot[1]).crossed(p, q, 2 * CLEAR)


def _straight_to(box: Box, to: Point) -> Sequence[Point]:
    x, y = box.middle
    inside = box.left < to[0] < box.right
    begin = (
        to[0] if inside else (box.right if to[0] > x else box.left),
        y if not inside else (box.bottom if to[1] > y else box.top),
    )
    return [begin, to] if inside or abs(begin[1] - to[1]) < 1 else [begin, (to[0], begin[1]), to]


def _labels(boxes: Mapping[str, Box], edges: Sequence[Edge], routes: Mapping[str, Sequence[Point]]) -> dict[str, Box]:
    """Return where what is said of each edge stands: on it, away from boxes and from one another."""
    placed: dict[str, Box] = {}
    for edge in edges:
        if edge.id not in routes or not edge.said:
            continue
        wide = width_of(edge.said) + 16
        parts = sorted(pairwise(routes[edge.id]), key=lambda s: -abs(s[0][0] - s[1][0]) - abs(s[0][1] - s[1][1]))
        tried = [
            Box(x - wide / 2, y - PILL / 2, x + wide / 2, y + PILL / 2)
            for p, q in parts
            for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
            for x, y in ((p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share),)
        ]
        tried += [
            Box(box.left + aside, box.top, box.right + aside, box.bottom)
            for box in tried
            for aside in (wide / 2 + 8, -wide / 2 - 8)
        ]
        barred = (*boxes.values(), *placed.values())
        free = [box for box in tried if not any(box.meets(other, AWAY) for other in barred)]
        ways = [part for other, way in routes.items() if other != edge.id for part in pairwise(way)]
        alone = (box for box in free if not any(box.crossed(p, q, 2) for p, q in ways))
        placed[edge.id] = next(alone, (free or tried)[0])
    return placed


def _groups(nodes: Sequence[Node], boxes: Mapping[str, Box]) -> dict[str, Box]:
    named: dict[str, list[Box]] = {}
    for node in nodes:
        if node.grouped:
            named.setdefault(node.grouped, []).append(boxes[node.id])
    return {
        name: Box(
            min(b.left for b in of) - 14,
            min(b.top for b in of) - 30,
            max(b.right for b in of) + 14,
            max(b.bottom for b in of) + 14,
        )
        for name, of in named.items()
    }


def extent(laid: Laid) -> Point:
    """Return how far right and down a model reaches; 400 and ``TOP`` at least."""
    corners = [p for route in laid.routes.values() for p in route]
    boxes = (*laid.nodes.values(), *laid.groups.values(), *laid.labels.values())
    right = max([b.right for b in boxes] + [p[0] for p in corners] + [400.0])
    return right, max([b.bottom for b in boxes] + [p[1] for p in corners] + [TOP])
