"""The data structure of a grounded theory: concepts, themes and constructs in three columns, joined by brackets, as journals print it."""

from collections.abc import Sequence
from dataclasses import dataclass

from intercoder.charts.drawing import BLACK, WHITE, Box, Ends, Leaf, Stroke, measured, wrapped

#: units of 1/96 inch: 605 are the width of a printed page, 160 mm
WIDTH, HIGHEST, MARGIN, HEAD = 605.0, 900.0, 8.0, 34.0
SIZE, BETWEEN, OF_THEMES, OF_CONSTRUCTS, PADDING = 12.0, 4.0, 12.0, 20.0, 8.0
#: widest concept and widest box; room of a bracket between two columns
CONCEPTS, BOXES, BRACKET = 250.0, 128.0, 38.0
#: a coloured square before the name of a concept, and the room that it takes
MARK, INDENT = 7.0, 13.0


@dataclass(frozen=True)
class Theme:
    """A theme and the names of its concepts; ``tones``: the colour of each of these, none in black and white."""

    name: str
    concepts: Sequence[str]
    tones: Sequence[str] = ()


@dataclass(frozen=True)
class Construct:
    """A construct and its themes; ``colour``: of its frame and of theirs, none in black and white."""

    name: str
    themes: Sequence[Theme]
    colour: str = ""


@dataclass(frozen=True)
class StructureWords:
    """What is written besides the names: the title, heads of the three columns, what stands behind a construct that goes on, and in words who belongs to whom."""

    title: str
    heads: tuple[str, str, str]
    goes_on: str
    belongs: str


@dataclass(frozen=True)
class _Group:
    """A theme with its concepts, as it will be drawn; heights in units."""

    name: Sequence[str]
    concepts: Sequence[Sequence[str]]
    tones: Sequence[str]

    @property
    def lead(self) -> float:
        return SIZE * 1.33

    @property
    def box(self) -> float:
        return len(self.name) * self.lead + 2 * PADDING

    @property
    def column(self) -> float:
        return sum(len(lines) * self.lead + BETWEEN for lines in self.concepts) - (BETWEEN if self.concepts else 0)

    @property
    def height(self) -> float:
        return max(self.box, self.column)


def pale(colour: str, share: float = 0.12) -> str:
    """Return a colour so thin on white that black words on it stay easy to read."""
    mixed = (round(255 - share * (255 - int(colour[n : n + 2], 16))) for n in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def structure(constructs: Sequence[Construct], words: StructureWords) -> list[Leaf]:
    """Return the pages of the figure: one where all fits, else broken between constructs or themes, none within a theme."""
    names = [concept for c in constructs for theme in c.themes for concept in theme.concepts]
    wide = min(max([measured(name, SIZE) for name in [*names, words.heads[0]]] or [0]) + 6, CONCEPTS)
    indent = INDENT if any(theme.tones for c in constructs for theme in c.themes) else 0.0
    pages: list[list[tuple[Construct, list[_Group], bool]]] = [[]]
    room = HIGHEST - HEAD - 2 * MARGIN
    left = room
    for construct in constructs:
        groups = [_group(theme, wide) for theme in construct.themes]
        begun = False
        while groups or not begun:
            fit = _fitting(construct, groups, left)
            if not fit and pages[-1]:
                pages.append([])
                left = room
                continue
            # What is higher than a page stands on a page of its own, which is as high as it needs.
            fit = fit or max(len(groups[:1]), 0)
            taken = groups[:fit]
            pages[-1].append((construct, taken, begun))
            left -= _height(construct, taken) + OF_CONSTRUCTS
            groups, begun = groups[fit:], True
    return [_leaf(page, words, wide + indent, indent, n, len(pages)) for n, page in enumerate(pages, 1) if page]


def _group(theme: Theme, wide: float) -> _Group:
    name = wrapped(theme.name, BOXES - 2 * PADDING, SIZE)
    return _Group(name, [wrapped(concept, wide, SIZE) for concept in theme.concepts], theme.tones)


def _height(construct: Construct, groups: Sequence[_Group]) -> float:
    name = wrapped(construct.name, BOXES - 2 * PADDING, SIZE, bold=True)
    themes = sum(group.height for group in groups) + OF_THEMES * max(len(groups) - 1, 0)
    return max(themes, (len(name) + 1) * SIZE * 1.33 + 2 * PADDING)


def _fitting(construct: Construct, groups: Sequence[_Group], room: float) -> int:
    """Return how many themes of a construct fit into a room."""
    return max((n for n in range(1, len(groups) + 1) if _height(construct, groups[:n]) <= room), default=0)


def _leaf(
    rows: Sequence[tuple[Construct, Sequence[_Group], bool]],
    words: StructureWords,
    wide: float,
    indent: float,
    page: int,
    pages: int,
) -> Leaf:
    boxes: list[Box] = []
    strokes: list[Stroke] = []
    # Gaps and boxes share what the names of the concepts leave.
    gap = (WIDTH - 2 * MARGIN - wide - 2 * BOXES) / 2
    gap = min(gap, 84.0)
    first, second = MARGIN, MARGIN + wide + gap
    third = second + BOXES + gap
    for x, width, head in zip((first, second, third), (wide, BOXES, BOXES), words.heads, strict=True):
        boxes.append(Box(x, MARGIN, width, HEAD - 12, wrapped(head, width + 30, SIZE), SIZE, bold=True, framed=False))
    y = MARGIN + HEAD
    for construct, groups, begun in rows:
        height = _height(construct, groups)
        themes = sum(group.height for group in groups) + OF_THEMES * max(len(groups) - 1, 0)
        top = y + (height - themes) / 2
        middles = []
        ink, ground = (construct.colour, pale(construct.colour)) if construct.colour else (BLACK, WHITE)
        for group in groups:
            middle = top + group.height / 2
            middles.append(middle)
            boxes.append(Box(second, middle - group.box / 2, BOXES, group.box, group.name, SIZE, ink=ink, tint=ground))
            at = middle - group.column / 2
            centres = []
            for n, lines in enumerate(group.concepts):
                high = len(lines) * group.lead
                boxes.append(Box(first + indent, at, wide - indent, high, lines, SIZE, framed=False, align="start"))
                if group.tones:
                    tone, top_of_mark = group.tones[n], at + (group.lead - MARK) / 2
                    boxes.append(Box(first, top_of_mark, MARK, MARK, [], SIZE, ink=tone, tint=tone))
                centres.append((at, at + high))
                at += high + BETWEEN
            strokes += _bracket([(a + b) / 2 for a, b in centres], first + wide, second, middle)
            top += group.height + OF_THEMES
        called = f"{construct.name}{words.goes_on}" if begun else construct.name
        name = wrapped(called, BOXES - 2 * PADDING, SIZE, bold=True)
        high = len(name) * SIZE * 1.33 + 2 * PADDING
        centre = y + height / 2
        boxes.append(Box(third, centre - high / 2, BOXES, high, name, SIZE, bold=True, thick=1.6, ink=ink, tint=ground))
        strokes += _bracket(middles, second + BOXES, third, centre)
        y += height + OF_CONSTRUCTS
    title = words.title if pages == 1 else f"{words.title} ({page}/{pages})"
    return Leaf(third + BOXES + MARGIN, y - OF_CONSTRUCTS + MARGIN, title, words.belongs, boxes, strokes)


def _bracket(at: Sequence[float], left: float, right: float, middle: float) -> list[Stroke]:
    """Return a bracket around what stands at some heights, and an arrow from it to what it belongs to."""
    if not at:
        return []
    x = left + 6 + min((right - left) / 4, 8)
    ends = (min(at), max(at))
    spine = [(x - 6, ends[0]), (x, ends[0]), (x, ends[1]), (x - 6, ends[1])] if ends[0] != ends[1] else []
    start = x if spine else x - 6
    here = min(max(middle, ends[0]), ends[1])
    arrow = (
        [(start, here), (right, middle)]
        if abs(here - middle) < 0.5
        else [(start, here), (x + 6, here), (x + 6, middle), (right, middle)]
    )
    return [*([Stroke(spine)] if spine else []), Stroke(arrow, ends=Ends.ARROW)]
