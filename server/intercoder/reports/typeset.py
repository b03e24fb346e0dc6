"""PDF files, and figures as PDF or PNG, set by Typst in a process of its own: what it needs of memory goes when it ends.

Texts reach the template as data and never as its source, so that no name or title can be taken for an instruction.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from pydantic import JsonValue

from intercoder.charts.drawing import SERIF
from intercoder.charts.svg import FONT
from intercoder.errors import Unavailable
from intercoder.reports import typesetter

TEMPLATES = Path(__file__).with_name("pdf")
SECONDS = 60
#: fonts with Chinese, in the order in which they are preferred; the last one comes with the extra "pdf"
CHINESE = ("Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "STSong", "SimSun", "Noto Serif SC")
#: the same for figures, whose words are small: without serifs where the server has such a font
CHINESE_SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans SC")
#: for what is written in Latin letters: a Chinese font sets an apostrophe as wide as a sign
LATIN_SANS = ("Inter", "Noto Sans", "Liberation Sans", "Arial", "Helvetica", "DejaVu Sans")
#: dots per inch of a figure: a unit of its drawing, a 96th of an inch, is two dots and more
DOTS = 220
_BEGINS = {"pdf": b"%PDF", "png": b"\x89PNG"}
#: how every PNG ends, and nothing within one does: its last, empty part with its check sum
_ENDS = b"\x00\x00\x00\x00IEND\xaeB`\x82"
# Each takes some 100 MiB: many who ask at once wait for one another.
_places = threading.BoundedSemaphore(2)


def pdf(template: str, data: JsonValue) -> bytes:
    """Return the PDF that a template of ``reports/pdf`` makes of the data.

    Raises
    ------
    Unavailable
        Where the server has no Typst or no Chinese font, or the file took longer than a minute.
    """
    return _made(template, data, "pdf")


@dataclass(frozen=True)
class Plate:
    """A figure of ours with what it says of itself; sizes in units of its drawing, 96 to an inch."""

    svg: str
    title: str
    description: str
    width: float
    height: float

    @classmethod
    def of(cls, svg: str) -> "Plate":
        """Read a figure."""
        root = ElementTree.fromstring(svg)  # noqa: S314 - drawn by ourselves a moment ago
        title, description = (root[place].text or "" for place in (0, 1))
        return cls(svg, title, description, float(root.attrib["width"]), float(root.attrib["height"]))

    @property
    def alt(self) -> str:
        """What is read to those who cannot see it."""
        return f"{self.title}: {self.description}" if self.description else self.title


def drawing(svg: str, spoken: str, form: Literal["pdf", "png"], dots: int = DOTS) -> bytes:
    """Return a figure of ours as a PDF with its fonts in it, or as a PNG with so many dots to an inch; refused as ``pdf`` is."""
    return _drawn([svg], spoken, form, dots)


def drawings(svgs: Sequence[str], spoken: str, dots: int = DOTS) -> list[bytes]:
    """Return figures of ours as PNG, all made at once; refused as ``pdf`` is."""
    return [part + _ENDS for part in _drawn(svgs, spoken, "png", dots).split(_ENDS)[:-1]]


def leaves(svgs: Sequence[str], spoken: str) -> bytes:
    """Return the pages of a figure as one PDF with its fonts in it; refused as ``pdf`` is."""
    return _drawn(svgs, spoken, "pdf", DOTS)


def _drawn(svgs: Sequence[str], spoken: str, form: Literal["pdf", "png"], dots: int) -> bytes:
    plates = [Plate.of(svg) for svg in svgs]
    data: dict[str, JsonValue] = {
        "language": spoken,
        "title": plates[0].title,
        "figures": [
            {"svg": plate.svg, "description": plate.description, "width": plate.width, "height": plate.height}
            for plate in plates
        ],
    }
    return _made("figure", data, form, dots)


def _made(template: str, data: JsonValue, form: Literal["pdf", "png"], dots: int = DOTS) -> bytes:
    # The command is this interpreter, a file of ours and the name of a template; texts go through stdin.
    command = [sys.executable, "-P", typesetter.__file__, str(TEMPLATES / f"{template}.typ"), form, str(dots)]
    order = typesetter.Order(
        data=json.dumps(data, ensure_ascii=False),
        chinese=CHINESE,
        sans=CHINESE_SANS,
        latin=() if isinstance(data, dict) and data.get("language") == "zh" else LATIN_SANS,
        serif_stands_as=json.dumps(quoteattr(SERIF))[1:-1],
        sans_stands_as=json.dumps(quoteattr(FONT))[1:-1],
        is_figure=template == "figure",
    )
    try:
        with _places:
            sent = json.dumps(order, ensure_ascii=False).encode()
            done = subprocess.run(command, input=sent, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unavailable(
            "pdf_too_slow", "The PDF was not ready within a minute. Try again, or print the page."
        ) from None
    if done.returncode in {typesetter.NO_TYPST, typesetter.NO_FONT}:
        raise Unavailable(
            "no_pdf",
            "This server cannot make PDF files: it was installed without the extra “pdf” (intercoder[pdf]). Print the page, or "
            "ask whoever runs the server.",
        )
    if done.returncode or not done.stdout.startswith(_BEGINS[form]):
        raise RuntimeError(f"typst failed on {template}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout
