"""How alike two passages of text are by the runs of characters that they share, in Chinese, English, or a mixture of both."""

import unicodedata

#: signs of one run: of scripts without blanks between words a run of two says as much as one of three letters
_UNSPACED, _SPACED = 2, 3
#: beyond it begin scripts that write words without blanks (Han, kana, ...)
_FIRST_UNSPACED = "\u2e80"


def runs(text: str) -> frozenset[str]:
    """Return the runs of a text: two neighbouring characters of scripts without blanks, three letters of words of others.

    After NFKC and case folding; signs and blanks end a run, and the ends of a word belong to its runs. A single character
    that has no neighbour is a run of its own. O(length).

    >>> sorted(runs("信任，先行"))
    ['信任', '先行']
    >>> sorted(runs("Our data"))
    [' da', ' ou', 'ata', 'dat', 'our', 'ta ', 'ur ']
    """
    found: set[str] = set()
    for spaced, word in _words(unicodedata.normalize("NFKC", text).casefold()):
        framed, size = (f" {word} ", _SPACED) if spaced else (word, _UNSPACED)
        found.update(framed[i : i + size] for i in range(max(1, len(framed) - size + 1)))
    return frozenset(found)


def _words(text: str) -> list[tuple[bool, str]]:
    """Return the words of a text, and stretches of scripts without blanks; whether it is a word comes first."""
    found: list[tuple[bool, str]] = []
    before: bool | None = None
    for sign in text:
        kind = (sign < _FIRST_UNSPACED) if unicodedata.category(sign)[0] in "LMN" else None
        if kind is not None and kind is before:
            found[-1] = (kind, found[-1][1] + sign)
        elif kind is not None:
            found.append((kind, sign))
        before = kind
    return found


def likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Return how alike two texts are by their runs, 0..1: Dice's coefficient 2 |A n B| / (|A| + |B|); 0 where one has none.

    Whole texts are compared, so that a word in common of a long passage counts little. It looks at characters only: what
    says the same in other words is strange to it. Source: Dice 1945, doi 10.2307/1932409; the choice of runs is our own.

    >>> likeness(runs("先有信任"), runs("先有信任，再有合同"))
    0.67
    """
    return round(2 * len(first & second) / (len(first) + len(second)), 2) if first and second else 0.0
