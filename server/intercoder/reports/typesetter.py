"""The process in which Typst sets one file; run by its path (``typeset.py``), for it needs nothing of the program.

    python typesetter.py TEMPLATE FORM DOTS < ORDER as JSON > FILE

As a module of the package it took 0.40 s of the processor for what takes 0.16.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypedDict

#: what it answers where this server lacks a part
NO_TYPST, NO_FONT = 3, 4


class Order(TypedDict):
    """What is to be set, and in what: families in the order in which they are preferred."""

    data: str  #: JSON, for the template
    chinese: Sequence[str]  #: one of these must be here: it has every sign
    sans: Sequence[str]  #: for the words of figures; where none is here, the one before
    latin: Sequence[str]  #: what stands before it, for Latin letters
    serif_stands_as: str  #: what a figure in the data names as its font, as it is spelled there
    sans_stands_as: str
    is_figure: bool  #: whether the file is a figure and nothing else


def _attribute(value: str) -> str:
    """Return an attribute of XML as it is spelled within a string of JSON; of a value without ``"``, ``&`` and ``<``."""
    return json.dumps(f'"{value}"', ensure_ascii=False)[1:-1]


def main(template: Path, form: Literal["pdf", "png"], dots: int) -> int:
    """Set a file, write it to stdout, and return 0, or what is missing here."""
    try:
        import typst
    except ImportError:
        return NO_TYPST
    order: Order = json.loads(sys.stdin.buffer.read())
    fonts = typst.Fonts(font_paths=[folder] if (folder := _fonts()) else [])
    here = set(fonts.families())
    chinese = [family for family in order["chinese"] if family in here]
    if not chinese:
        return NO_FONT
    sans = [*(family for family in order["sans"] if family in here), *chinese]
    latin = [family for family in order["latin"] if family in here]
    # A figure names fonts that this server may not have; in the file there is one that holds all its signs.
    named = ", ".join(f"'{family}'" for family in [*latin[:1], sans[0]])
    data = order["data"].replace(order["serif_stands_as"], _attribute(f"'{chinese[0]}'"))
    data = data.replace(order["sans_stands_as"], _attribute(named))
    made = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=fonts,
        format=form,
        ppi=dots,
        sys_inputs={"data": data, "chinese": sans[0] if order["is_figure"] else chinese[0]},
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
    raise SystemExit(main(Path(sys.argv[1]), "png" if sys.argv[2] == "png" else "pdf", int(sys.argv[3])))
