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
#: what the child answers where this server lacks a part
_NO_TYPST, _NO_FONT = 3, 4
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
    # The command is this interpreter, a module of ours and the name of a template; texts go through stdin.
    command = [sys.executable, "-P", "-m", "intercoder.reports.typeset", template, form, str(dots)]
    try:
        with _places:
            sent = json.dumps(data, ensure_ascii=False).encode()
            done = subprocess.run(command, input=sent, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unavailable(
            "pdf_too_slow", "The PDF was not ready within a minute. Try again, or print the page."
        ) from None
    if done.returncode in {_NO_TYPST, _NO_FONT}:
        raise Unavailable(
            "no_pdf",
            "This server cannot make PDF files: it was installed without the extra “pdf” (intercoder[pdf]). Print the page, or "
            "ask whoever runs the server.",
        )
    if done.returncode or not done.stdout.startswith(_BEGINS[form]):
        raise RuntimeError(f"typst failed on {template}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def _child(template: str, form: Literal["pdf", "png"], dots: int) -> int:
    try:
        import typst
    except ImportError:
        return _NO_TYPST
    folders = [folder] if (folder := _fonts()) else []
    families = set(typst.Fonts(font_paths=folders).families())
    chinese = [family for family in CHINESE if family in families]
    if not chinese:
        return _NO_FONT
    sent = sys.stdin.buffer.read().decode()
    # A figure names fonts that this server may not have; in the file there is one that holds all its signs.
    serif = json.dumps(quoteattr(f"'{chinese[0]}'"))[1:-1]
    sent = sent.replace(json.dumps(quoteattr(SERIF))[1:-1], serif)
    sans = [*(family for family in CHINESE_SANS if family in families), *chinese]
    if template == "figure":
        chinese = sans
    if template != "certificate":
        latin = [family for family in LATIN_SANS if family in families and json.loads(sent)["language"] != "zh"]
        named = ", ".join(f"'{family}'" for family in [*latin[:1], sans[0]])
        sent = sent.replace(json.dumps(quoteattr(FONT))[1:-1], json.dumps(quoteattr(named))[1:-1])
    made = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=folders,
        format=form,
        ppi=dots,
        sys_inputs={"data": sent, "chinese": chinese[0]},
    )
    sys.stdout.buffer.write(made if isinstance(made, bytes) else b"".join(page for page in made if page))
    return 0


def _fonts() -> str | None:
    """Return the folder of the fonts that come with the extra; the system's are found without it."""
    try:
        import pylopdf_fonts_zh_cn
    except ImportError:
        return None
    return str(Path(pylopdf_fonts_zh_cn.__file__).parent)


if __name__ == "__main__":
    raise SystemExit(_child(sys.argv[1], "png" if sys.argv[2] == "png" else "pdf", int(sys.argv[3])))
