"""What stands between the cells of a text table: said in its first line, or found by looking."""

import contextlib
import csv
import io
import re
from collections import Counter

from intercoder.errors import InvalidInput

SEPARATORS = (",", ";", "\t", "|")
#: What a separator is called in an option and in a sentence.
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}
_ANNOUNCED = re.compile(r'"?sep=(.)"?[;,\t]*\r?(?:\n|$)', re.IGNORECASE)
_SAMPLE = 65_536


def announced(text: str) -> tuple[str | None, str, int]:
    """Return the separator that a first line "sep=;" says, the text below that line, and how many lines it took."""
    line = _ANNOUNCED.match(text)
    return (line[1], text[line.end() :], 1) if line else (None, text, 0)


def named_separator(given: str) -> str:
    """Return the separator that an option names: the sign itself, or comma, semicolon, tab, pipe, space.

    Raises
    ------
    InvalidInput : ``unknown_separator``.
    """
    for sign, name in NAMES.items():
        if given.casefold() in (name, sign):
            return sign
    if given == "\\t":
        return "\t"
    if len(given) == 1 and given.isprintable() and given != '"':
        return given
    raise InvalidInput(
        "unknown_separator",
        "“{separator}” is no separator. Give one sign, or comma, semicolon, tab, pipe or space.",
        separator=given[:20],
    )


def separator(text: str, file: str) -> str:
    """Return the sign that cuts the first rows into the same number of cells, the more the better; a comma for one column.

    Raises
    ------
    InvalidInput : ``two_separators``, when two signs cut every row alike.
    """
    sample = text[:_SAMPLE]
    best, most = ",", (False, 0.0, 1)
    regular = []
    for sign in SEPARATORS:
        widths: list[int] = []
        with contextlib.suppress(csv.Error):
            rows = csv.reader(io.StringIO(sample, newline=""), delimiter=sign)
            widths.extend(len(cells) for cells in rows if any(cell.strip() for cell in cells))
        if len(sample) < len(text) and len(widths) > 1:
            widths.pop()  # the sample ends in the middle of a row
        if not widths:
            continue
        width, times = max(Counter(widths).items(), key=lambda counted: (counted[1], counted[0]))
        if width < 2:
            continue
        # Rows may lack cells by mistake, and a title may stand above them; a sign that cuts all rows alike wins.
        regularity = (times == len(widths), times / len(widths), width)
        if regularity[0] and len(widths) > 1:
            regular.append(sign)
        if regularity > most:
            best, most = sign, regularity
    if len(regular) > 1:
        raise InvalidInput(
            "two_separators",
            "{file}: {first} and {second} both cut every row into equally many cells. Say which one stands between the "
            "cells: --separator {first} or --separator {second}.",
            file=file,
            first=NAMES[regular[0]],
            second=NAMES[regular[1]],
        )
    return best
