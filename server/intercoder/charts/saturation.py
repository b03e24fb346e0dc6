"""The discovery curve: what each document brought, and what further ones may bring."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from intercoder.charts.svg import element, figure, label, points, text

LEFT, RIGHT, TOP, BOTTOM = 56.0, 24.0, 50.0, 74.0
#: With fewer documents no estimate is drawn.
FEWEST_DOCUMENTS = 5
#: A Chao2 so many times above everything else is named, not drawn: it would flatten the curve.
FARTHEST = 2.0
#: Points nearer to one another than this would hide the steps.
CLOSEST = 12.0


@dataclass(frozen=True, slots=True)
class Scale:
    """From documents and codes to the drawing: 0 codes on the axis, document 1 half a step from the left."""

    width: float
    height: float
    last: float
    most: float

    def x(self, document: float) -> float:
        """Return the x of a document (1 is the first)."""
        return LEFT + (document - 0.5) / self.last * (self.width - LEFT - RIGHT)

    def y(self, codes: float) -> float:
        """Return the y of a number of codes."""
        return self.height - BOTTOM - codes / self.most * (self.height - TOP - BOTTOM)


@dataclass(frozen=True, slots=True)
class Curve:
    """What is drawn.

    ``new`` and ``cumulative``: codes of each document in order of arrival. ``at``: numbers of documents, with the mean
    over all orders and its standard deviation there. ``ahead``: (documents, expected codes) beyond those there are;
    ``least``: the least number of codes there may be; both empty where nothing can be estimated.
    """

    new: Sequence[int]
    cumulative: Sequence[int]
    at: Sequence[int]
    mean: Sequence[float]
    spread: Sequence[float]
    ahead: Sequence[tuple[int, float]]
    least: float | None


@dataclass(frozen=True, slots=True)
class CurveWords:
    """What is written: title and description; below the axis and above the other; the legend; ready sentences."""

    title: str
    description: str
    documents: str
    codes: str
    new: str
    arrival: str
    mean: str
    extrapolated: str
    observed: str
    least: str


def discovery_curve(
    curve: Curve,
    words: CurveWords,
    *,
    names: Sequence[str] = (),
    marks: Sequence[int] = (),
    width: float = 860,
    height: float = 420,
) -> str:
    """Return an SVG of the curve of codes over documents; see ``curve_parts``."""
    parts = curve_parts(curve, words, names=names, marks=marks, width=width, height=height)
    return figure(width, height, words.title, words.description, parts)


def curve_parts(
    curve: Curve,
    words: CurveWords,
    *,
    names: Sequence[str] = (),
    marks: Sequence[int] = (),
    width: float = 860,
    height: float = 420,
) -> list[str]:
    """Return what is drawn of the curve of codes over documents.

    Bars: new codes of each document. Steps with points: codes so far, in order of arrival. Thin line and
    pale band: the mean over all orders and 2 standard deviations of the orders round it. Dashed: expected
    codes up to twice the documents. Dashed level: Chao2, the least number of codes there may be. The last
    two from 5 documents on.

    Parameters
    ----------
    curve, words
        what is drawn and written.
    names
        of the documents, shown when pointing at them.
    marks
        after how many documents something happened, in order of time; numbered from 1 above the curve, near ones together.
    width, height
        of the figure in its own units.
    """
    n, arrival = len(curve.new), curve.cumulative
    enough = n >= FEWEST_DOCUMENTS
    ahead, level = (curve.ahead, curve.least) if enough else ((), None)
    highest = max(
        [
            1.0,
            *arrival,
            *(m + 2 * s for m, s in zip(curve.mean, curve.spread, strict=True)),
            *(codes for _, codes in ahead),
        ]
    )
    drawn = level is not None and level <= FARTHEST * highest
    most = max(highest, level or 0.0) if drawn else highest
    scale = Scale(width, height, float(max([n, 1, *(d for d, _ in ahead)])), most * 1.05)

    parts = _axes(scale, words)
    parts += _marks(scale, marks)
    parts += _bars(scale, curve.new)
    if len(curve.at) > 1:
        upper = [(scale.x(d), scale.y(m + 2 * s)) for d, m, s in zip(curve.at, curve.mean, curve.spread, strict=True)]
        lower = [
            (scale.x(d), scale.y(max(m - 2 * s, 0.0)))
            for d, m, s in zip(curve.at, curve.mean, curve.spread, strict=True)
        ]
        parts.append(element("polygon", "band", points=points([*upper, *reversed(lower)])))
        middle = [(scale.x(d), scale.y(m)) for d, m in zip(curve.at, curve.mean, strict=True)]
        parts.append(element("polyline", "interval-line", points=points(middle)))
    if ahead:
        parts.append(element("polyline", "ahead", points=points([(scale.x(d), scale.y(c)) for d, c in ahead])))
    if level is not None:
        y = scale.y(level) if drawn else TOP + 18.0  # below the marks
        if drawn:
            parts.append(element("line", "threshold-good", x1=LEFT, x2=width - RIGHT, y1=y, y2=y))
        parts.append(label(LEFT + 6, y - 6, words.least if drawn else f"\u2191 {words.least}", "strong"))
    parts += _arrival(scale, arrival, names)
    if arrival:
        parts.append(label(scale.x(n) + 8, scale.y(arrival[-1]) + 18, words.observed, "strong"))
    parts += _legend(height, words, bool(ahead))
    return parts


def ticks(most: float, about: int = 5) -> list[int]:
    """Return round whole numbers from 0 that do not exceed ``most``."""
    raw = max(most / about, 1.0)
    power = 10 ** math.floor(math.log10(raw))
    step = int(next(f * power for f in (1, 2, 5, 10) if f * power >= raw))
    return list(range(0, int(most) + 1, step))


def _axes(scale: Scale, words: CurveWords) -> list[str]:
    floor, end = scale.y(0.0), scale.width - RIGHT
    parts = []
    for codes in ticks(scale.most):
        y = scale.y(codes)
        parts.append(element("line", "grid-line" if codes else "axis", x1=LEFT, x2=end, y1=y, y2=y))
        parts.append(label(LEFT - 8, y + 4, str(codes), anchor="end"))
    for document in ticks(scale.last, 12)[1:]:
        parts += [label(scale.x(document), floor + 18, str(document), anchor="middle")]
    parts.append(label(LEFT - 8, TOP - 34, words.codes, anchor="start"))
    parts.append(label(end, floor + 36, words.documents, anchor="end"))
    return parts


def _bars(scale: Scale, new: Sequence[int]) -> list[str]:
    wide = min(26.0, 0.6 * (scale.x(2) - scale.x(1)))
    return [
        element(
            "rect",
            "new-codes",
            x=scale.x(d) - wide / 2,
            y=scale.y(codes),
            width=wide,
            height=scale.y(0.0) - scale.y(codes),
        )
        for d, codes in enumerate(new, 1)
        if codes
    ]


def _marks(scale: Scale, marks: Sequence[int]) -> list[str]:
    """Return a line for each place where something happened, with the numbers of what did above it: near ones share a sign."""
    parts, floor = [], scale.y(0.0)
    for place in sorted(set(marks)):
        x = scale.x(place + 0.5)
        parts.append(element("line", "mark-line", x1=x, x2=x, y1=TOP - 4, y2=floor))
    for sign in _signs([scale.x(place + 0.5) for place in marks], scale.width - RIGHT):
        left, wide = sign.middle - sign.width / 2, sign.width
        parts.append(element("rect", "mark", x=left, y=TOP - 22, width=wide, height=16.0, rx=8.0))
        parts.append(label(sign.middle, TOP - 10, sign.text, anchor="middle"))
    return parts


@dataclass(frozen=True, slots=True)
class _Sign:
    """The numbers of what happened near one another, above the middle of where it did."""

    numbers: tuple[int, ...]
    first: float
    last: float
    most: float

    @property
    def text(self) -> str:
        """The numbers, those that follow one another as a range."""
        runs: list[list[int]] = []
        for number in sorted(self.numbers):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}\u2013{run[-1]}" for run in runs)

    @property
    def width(self) -> float:
        """How wide it is: a guess that suits the digits."""
        return 16.0 if len(self.text) < 3 else 8.0 + 6.6 * len(self.text)

    @property
    def middle(self) -> float:
        """Where it stands: over what it numbers, and not beyond the ends of the axis."""
        half = self.width / 2
        return max(LEFT + half, min((self.first + self.last) / 2, self.most - half))

    def meets(self, other: "_Sign") -> bool:
        """Whether the next one would lie on it."""
        return other.middle - self.middle < (self.width + other.width) / 2 + 2


def _signs(places: Sequence[float], most: float) -> list[_Sign]:
    """Return the signs of what happened at these places, numbered from 1, from left to right; none lies on another."""
    signs: list[_Sign] = []
    for x, number in sorted((x, number) for number, x in enumerate(places, 1)):
        signs.append(_Sign((number,), x, x, most))
        while len(signs) > 1 and signs[-2].meets(signs[-1]):
            last, before = signs.pop(), signs.pop()
            signs.append(_Sign((*before.numbers, *last.numbers), before.first, last.last, most))
    return signs


def _arrival(scale: Scale, arrival: Sequence[int], names: Sequence[str]) -> list[str]:
    corners: list[tuple[float, float]] = []
    apart = scale.x(2) - scale.x(1)
    for document, total in enumerate(arrival, 1):
        if apart < CLOSEST and 1 < document < len(arrival) and total == arrival[document - 2]:
            continue  # no corner, and no point that shows the document
        if corners:
            corners.append((scale.x(document), corners[-1][1]))
        corners.append((scale.x(document), scale.y(total)))
    parts = [element("polyline", "arrival", points=points(corners))] if len(corners) > 1 else []
    if apart < CLOSEST:
        return parts
    for document, total in enumerate(arrival, 1):
        name = names[document - 1] if document <= len(names) else str(document)
        inside = f"<title>{text(name)}: {total}</title>"
        radius = min(4.5, 0.25 * apart)
        parts.append(element("circle", "point", inside, cx=scale.x(document), cy=scale.y(total), r=radius))
    return parts


def _legend(height: float, words: CurveWords, ahead: bool) -> list[str]:
    """Return the key below the axis; the widths are a guess that suits both Latin and Chinese text."""
    x, y = LEFT, height - 14.0
    parts = []
    entries = {"new": words.new, "arrival": words.arrival, "mean": words.mean, "extrapolated": words.extrapolated}
    for key, text_beside in entries.items():
        if key == "extrapolated" and not ahead:
            continue
        if key == "new":
            parts.append(element("rect", "new-codes", x=x, y=y - 9, width=20.0, height=10.0))
        elif key == "mean":
            parts.append(element("rect", "band", x=x, y=y - 10, width=20.0, height=12.0))
            parts.append(element("line", "interval-line", x1=x, x2=x + 20, y1=y - 4, y2=y - 4))
        else:
            look = "arrival" if key == "arrival" else "ahead"
            parts.append(element("line", look, x1=x, x2=x + 20, y1=y - 4, y2=y - 4))
        parts.append(label(x + 26, y, text_beside))
        x += 46 + sum(12.5 if ord(letter) > 0x2E7F else 6.6 for letter in text_beside)
    return parts
