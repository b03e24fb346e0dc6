"""Which codes are mixed up, as a picture: the codes most confused, and how often each two of them stand in one another's place."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intercoder.language import gettext
from intercoder.stats.agreement.results import Confusion

#: codes in the picture
MOST = 12
BANDS = 5


@dataclass(frozen=True)
class Confused:
    """The picture: its codes in the order of their confusions, how often each two were confused, and the largest number."""

    codes: Sequence[str]
    counts: Mapping[frozenset[str], int]
    largest: int

    def rows(self) -> list[tuple[str, Sequence[str]]]:
        """Return each code but the first with those before it: a triangle."""
        return [(code, self.codes[:place]) for place, code in enumerate(self.codes) if place]

    def band(self, count: int) -> int:
        """Return the band of a number, from 1 to 5."""
        return max(1, -(-count * BANDS // self.largest))


def confused(confusions: Sequence[Confusion], most: int = MOST) -> Confused:
    """Return the picture of the codes that are confused most often."""
    total: Counter[str] = Counter()
    counts: dict[frozenset[str], int] = {}
    for row in confusions:
        counts[frozenset((row.code, row.other))] = row.count
        total[row.code] += row.count
        total[row.other] += row.count
    codes = [code for code, _ in sorted(total.items(), key=lambda item: (-item[1], item[0]))[:most]]
    shown = {pair: count for pair, count in counts.items() if pair <= set(codes)}
    # A code whose partners are all outside would be an empty row.
    codes = [code for code in codes if any(code in pair for pair in shown)]
    return Confused(codes, shown, max(shown.values(), default=0))


def legend(picture: Confused) -> list[tuple[int, str]]:
    """Return the bands in use with the numbers they hold."""
    bounds = [picture.largest * band // BANDS for band in range(BANDS + 1)]
    held = [(band, bounds[band - 1] + 1, bounds[band]) for band in range(1, BANDS + 1)]
    return [
        (band, str(low) if low == high else gettext("{low}–{high}", low=low, high=high))
        for band, low, high in held
        if low <= high
    ]
