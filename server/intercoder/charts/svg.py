"""The few things that every figure needs to be written as SVG.

A figure carries both classes, so that the page's style sheet can re-theme it, and literal colours, so that
the file alone is right in a report. No inline style, no script, no ids: many figures fit on one page.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from xml.sax.saxutils import escape, quoteattr

INK = "#1C1E22"
INK_2 = "#4A4E57"
LINE = "#E3E0D8"
LINE_2 = "#85888F"
SURFACE = "#FFFFFF"
ACCENT = "#1F4E5F"
GOOD = "#1F6B46"
WARN = "#8A5300"

FONT = "Inter, 'Segoe UI', system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"

#: What each class of the style sheet looks like in a file of its own.
LOOKS: Mapping[str, Mapping[str, str]] = {
    "axis": {"stroke": LINE_2, "stroke-width": "1"},
    "grid-line": {"stroke": LINE, "stroke-width": "1"},
    "interval-line": {"stroke": INK_2, "stroke-width": "1.5", "fill": "none"},
    "point": {"fill": ACCENT, "stroke": SURFACE, "stroke-width": "1.5"},
    "threshold": {"stroke": WARN, "stroke-width": "1.25", "stroke-dasharray": "4 3"},
    "threshold-good": {"stroke": GOOD, "stroke-width": "1.25", "stroke-dasharray": "4 3"},
    "band": {"fill": ACCENT, "opacity": ".16"},
    "arrival": {"fill": "none", "stroke": ACCENT, "stroke-width": "2.5"},
    "ahead": {"fill": "none", "stroke": WARN, "stroke-width": "2", "stroke-dasharray": "6 4"},
    "new-codes": {"fill": ACCENT, "opacity": ".28"},
    "bench-0": {"fill": "#F6E7E1"},
    "bench-1": {"fill": "#FBF0D9"},
    "bench-2": {"fill": "#DCE9F3"},
    "bench-interval": {"stroke": INK, "stroke-width": "2.5"},
    "strong": {"fill": INK, "font-size": "12"},
    "words": {"fill": INK_2, "font-size": "12"},
    "words-light": {"fill": SURFACE, "font-size": "12"},
    "title": {"fill": INK, "font-size": "14", "font-weight": "600"},
    "plate": {"fill": SURFACE},
    "node": {"fill": SURFACE, "stroke": INK, "stroke-width": "1.5"},
    "node-open": {"fill": SURFACE, "stroke": INK_2, "stroke-width": "1.5", "stroke-dasharray": "5 4"},
    "group": {"fill": "none", "stroke": LINE_2, "stroke-width": "1", "stroke-dasharray": "1 4"},
    "edge-solid": {"fill": "none", "stroke": INK_2, "stroke-width": "1.5"},
    "edge-dashed": {"fill": "none", "stroke": INK_2, "stroke-width": "1.5", "stroke-dasharray": "7 4"},
    "edge-dotted": {"fill": "none", "stroke": INK_2, "stroke-width": "1.75", "stroke-dasharray": "2 4"},
    "edge-end": {"fill": INK_2},
    "mark": {"fill": SURFACE, "stroke": LINE_2, "stroke-width": "1"},
    "mark-line": {"stroke": LINE_2, "stroke-width": "1", "stroke-dasharray": "2 4"},
    "hollow": {"fill": SURFACE, "stroke": ACCENT, "stroke-width": "1.5"},
    # of a coefficient: below .4, .667, .80, above; of a count: from the smallest to the largest
    "shade-0": {"fill": "#A63F15"},
    "shade-1": {"fill": "#F3C9AE"},
    "shade-2": {"fill": "#CFE0EE"},
    "shade-3": {"fill": "#1F5F8B"},
    "shade-none": {"fill": "#F3F2EE"},
    "times-1": {"fill": "#EDF1F2"},
    "times-2": {"fill": "#D7DFE2"},
    "times-3": {"fill": "#B7C6CC"},
    "times-4": {"fill": "#476E7C"},
    "times-5": {"fill": ACCENT},
}

#: what a line is not broken in: a word of Latin letters, a Chinese sign with the marks behind it
_PIECES = re.compile("[\u2e80-\uffff][，。；：、！？）》”’…]*|[^\\s\u2e80-\uffff]+\\s*|\\s+")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: str) -> str:
    """Return text for XML: escaped, without the characters that XML does not allow."""
    return escape(_NOT_XML.sub("", value))


def number(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def element(name: str, look: str, inside: str = "", **attributes: float | str) -> str:
    """Return one element with the class ``look`` and its literal colours.

    ``inside`` is XML already; attribute names are written with ``_`` for ``-``.
    """
    written = _look(look)
    for key, value in attributes.items():
        shown = quoteattr(_NOT_XML.sub("", value)) if isinstance(value, str) else f'"{number(value)}"'
        written += f" {key.replace('_', '-')}={shown}"
    return f"<{name} {written}>{inside}</{name}>" if inside else f"<{name} {written}/>"


@cache
def _look(look: str) -> str:
    """Return a class and its literal colours as attributes: a page of intervals asks for a few of them a thousand times."""
    return " ".join(f"{key}={quoteattr(value)}" for key, value in {"class": look, **LOOKS.get(look, {})}.items())


def label(x: float, y: float, words: str, look: str = "words", anchor: str = "start") -> str:
    """Return a text at a place."""
    return element("text", look, text(words), x=x, y=y, text_anchor=anchor)


def width_of(words: str) -> float:
    """Return about how wide a text is: no font is at hand, and the guess suits both Latin and Chinese."""
    return sum(12.5 if ord(letter) > 0x2E7F else 6.8 for letter in words)


def fitted(words: str, width: float) -> str:
    """Return a text that is about so wide at most, cut where it is longer."""
    if width_of(words) <= width:
        return words
    while words and width_of(words) > width - 12.5:
        words = words[:-1]
    return f"{words}…"


def plate(width: float, height: float, title: str, description: str, notes: Sequence[str], parts: Sequence[str]) -> str:
    """Return a figure that stands alone as a file: on white, with its title above and its notes, in lines that fit, below."""
    lines = [line for note in notes for line in wrapped(note, width - 32)]
    whole = height + 18 * len(lines) + 14
    below = [label(16, height + 16 + 18 * i, line) for i, line in enumerate(lines)]
    wide = max(width, width_of(title) * 14 / 12 + 32)
    ground = element("rect", "plate", x=0.0, y=0.0, width=wide, height=whole)
    return figure(wide, whole, title, description, [ground, label(16, 24, title, "title"), *parts, *below])


def wrapped(words: str, width: float, size: float = 1.0) -> list[str]:
    """Return a text in lines of about a width: broken at spaces, in Chinese anywhere but before a mark; ``size``: as large as words."""
    lines, line = [], ""
    for piece in _PIECES.findall(words):
        if line and width_of(line + piece.rstrip()) * size > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def figure(width: float, height: float, title: str, description: str, parts: list[str]) -> str:
    """Return a whole figure with its name and description for those who cannot see it."""
    box = f"0 0 {number(width)} {number(height)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{number(width)}" '
        f'height="{number(height)}" role="img" font-family={quoteattr(FONT)}>'
        f"<title>{text(title)}</title><desc>{text(description)}</desc>{''.join(parts)}</svg>"
    )


def points(pairs: list[tuple[float, float]]) -> str:
    """Return the points attribute of a polyline or polygon."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in pairs)
