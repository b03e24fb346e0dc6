"""Offsets in code points, which the server counts, against UTF-16 units, which a browser counts."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from intercoder.errors import InvalidInput

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Offsets:
    """Converts positions in one text between code points and UTF-16 units.

    Only characters outside the basic plane count differently, so the sorted list of their positions
    says everything; it is empty for most texts.

    Parameters
    ----------
    text : str
        Canonical text (no surrogates).

    Attributes
    ----------
    astral : sequence of int
        Positions, in code points, of the characters that take two UTF-16 units; sorted. The browser
        is given this list.
    length : int
        Length of the text in code points.
    """

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self.astral: Sequence[int] = [] if text.isascii() else [m.start() for m in _ASTRAL.finditer(text)]
        # Where each of these characters starts when counted in UTF-16 units.
        self._astral16 = [position + before for before, position in enumerate(self.astral)]

    @property
    def length16(self) -> int:
        """The length of the text in UTF-16 units."""
        return self.length + len(self.astral)

    def to_utf16(self, position: int) -> int:
        """Return the UTF-16 offset of a code point offset.

        Parameters
        ----------
        position : int
            From 0 to ``length``, both included.

        Returns
        -------
        int
            From 0 to ``length16``.

        Raises
        ------
        InvalidInput
            ``offset_outside_text`` when the position is not in the text.
        """
        self._check(position, self.length)
        return position + bisect_left(self.astral, position)

    def from_utf16(self, position: int) -> int:
        """Return the code point offset of a UTF-16 offset; inside a surrogate pair, that of its start.

        Parameters
        ----------
        position : int
            From 0 to ``length16``, both included.

        Returns
        -------
        int
            From 0 to ``length``.

        Raises
        ------
        InvalidInput
            ``offset_outside_text`` when the position is not in the text.
        """
        self._check(position, self.length16)
        started = bisect_right(self._astral16, position - 1)
        if started and self._astral16[started - 1] == position - 1:
            return self.astral[started - 1]
        return position - started

    @staticmethod
    def _check(position: int, length: int) -> None:
        if not 0 <= position <= length:
            raise InvalidInput(
                "offset_outside_text",
                "The position {position} is outside the text, which has {length} characters.",
                position=position,
                length=length,
            )
