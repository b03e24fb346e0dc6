"""Where a text breaks the rules of its encoding, and how it reads in spite of it."""

import codecs
import re
from dataclasses import dataclass

_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class BadByte:
    """A place where a file breaks the rules of its encoding: line, column and byte (from 1), and what stands there."""

    line: int
    column: int
    position: int
    byte: int

    def values(self) -> dict[str, str]:
        """Return what a sentence says of it."""
        return {
            "line": str(self.line),
            "column": str(self.column),
            "position": str(self.position),
            "byte": f"{self.byte:02X}",
        }


def mended(data: bytes, codec: str, skip: int = 0) -> tuple[str, list[BadByte]]:
    """Return the text with U+FFFD for every bad place, and these places."""
    decoder = codecs.getdecoder(codec)
    view = memoryview(data)
    parts: list[str] = []
    bad: list[BadByte] = []
    position, line, column, ended = skip, 1, 1, -1
    while position < len(data):
        try:
            text, failed = decoder(view[position:])[0], None
        except UnicodeDecodeError as error:
            text, failed = decoder(view[position : position + error.start])[0], error
        parts.append(text)
        ends = _LINE_END.findall(text)
        line += len(ends)
        column = len(text) - text.rfind(ends[-1][-1]) if ends else column + len(text)
        if failed is None:
            break
        parts.append("\ufffd")
        start = position + failed.start
        # Bad bytes side by side are one place: one byte too many makes several of the character that it cuts.
        if start != ended:
            bad.append(BadByte(line, column, start + 1, data[start]))
        ended = position + failed.end
        column += 1
        position = ended
    return "".join(parts).removeprefix("\ufeff"), bad
