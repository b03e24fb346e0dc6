"""Writes the lines of a document as text: one line per paragraph, with an anchor per page."""

import re
from collections.abc import Sequence

from intercoder.text.anchors import Anchor, AnchorKind
from intercoder.text.readers.document import Builder, Raw
from intercoder.text.readers.lines import is_cjk, separator
from intercoder.text.readers.pdf.bidi import balanced
from intercoder.text.readers.pdf.frames import same_size
from intercoder.text.readers.pdf.hyphens import Hyphens, bare
from intercoder.text.readers.pdf.lines import Line
from intercoder.text.readers.pdf.marks import may_be_note, number
from intercoder.text.readers.pdf.paragraphs import Paragraphs

_HAN = "[\u3400-\u9fff\U00020000-\U0003ffff]"
_CLOSE = re.compile(f"{_HAN}(?=[A-Za-z0-9])|[A-Za-z0-9%](?={_HAN})")
_APART = re.compile(f"{_HAN} (?=[A-Za-z0-9])|[A-Za-z0-9%] (?={_HAN})")


class Writer:
    """Joins lines to paragraphs; what stands between two pages waits until the paragraph that crosses them ends."""

    def __init__(self, paragraphs: Paragraphs, notes: set[int], lines: Sequence[Line]) -> None:
        self._paragraphs = paragraphs
        self._notes = notes
        texts = [line.text for line in lines]
        self._hyphens = Hyphens(texts)
        # Whether the document puts no blank between Han characters and Latin letters or numbers.
        close, apart = (
            sum(len(_CLOSE.findall(text)) for text in texts),
            sum(len(_APART.findall(text)) for text in texts),
        )
        self._han_is_close = close > apart
        self._builder = Builder()
        self._open: list[tuple[Line, str]] = []
        self._waiting: list[tuple[Line, bool]] = []
        self._spans: dict[int, tuple[int, int]] = {}
        self._latest = 0

    def write(self, line: Line, *, runs: bool) -> None:
        """Take the next line of the document; ``runs`` for one that belongs to its page only."""
        if runs or id(line) in self._notes:
            self._waiting.append((line, runs))
            return
        if self._paragraphs.goes_on(line):
            self._open.append((line, self._between(self._open[-1][0], line) + bare(line.text)))
        else:
            self._close()
            self._open.append((line, bare(line.text)))

    def finish(self) -> Raw:
        """Return the text and its pages."""
        self._close()
        for page, (start, end) in sorted(self._spans.items()):
            self._builder.anchors.append(Anchor(AnchorKind.PAGE, start, end, str(page + 1), {"number": page + 1}))
        return Raw(self._builder.text(), self._builder.anchors)

    def _close(self) -> None:
        self._put(self._open)
        self._open = []
        note: list[tuple[Line, str]] = []
        for line, runs in self._waiting:
            before = note[-1][0] if note else None
            if runs or before is None or not _same_note(before, line):
                self._put(note)
                note = [(line, bare(line.text))]
            else:
                note.append((line, self._between(before, line) + bare(line.text)))
        self._put(note)
        self._waiting = []

    def _put(self, pieces: list[tuple[Line, str]]) -> None:
        if not pieces:
            return
        # A hyphen is taken off only where the word goes on.
        pieces[-1] = pieces[-1][0], pieces[-1][1] + _taken(pieces[-1][0].text)
        builder = self._builder
        if builder.position:
            builder.add("\n")
        text = "".join(piece for _line, piece in pieces)
        if any(line.rtl for line, _piece in pieces):
            text = balanced(text)
        offset = 0
        for line, piece in pieces:
            start = builder.position
            builder.add(text[offset : offset + len(piece)])
            offset += len(piece)
            # What comes after the text of a later page (a footer, a note) belongs to no page's span any more.
            if line.page >= self._latest:
                self._latest = line.page
                first = self._spans[line.page][0] if line.page in self._spans else start
                self._spans[line.page] = first, builder.position

    def _between(self, before: Line, line: Line) -> str:
        if (divided := self._hyphens.between(before.text, line.text)) is not None:
            return divided
        if self._han_is_close and is_cjk(before.text[-1]) != is_cjk(line.text[0]):
            return ""
        return separator(before.text[-1], line.text[0])


def _same_note(before: Line, line: Line) -> bool:
    """Return whether a line goes on with the note of the one before it."""
    return (
        same_size(before.size, line.size)
        and (before.base > line.base)
        and not (may_be_note(line.text) and (number(line.text) is not None or not line.text[0].isalpha()))
    )


def _taken(text: str) -> str:
    return "-" if bare(text) != text and text[-1] in "-\u2010\x02\ufffe" else ""
