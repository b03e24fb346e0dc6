"""How many documents hold each code, and what each brought in order of arrival, counted on from an earlier count."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

#: how many documents hold each code, and what each of them held when that was counted
CountOf = tuple[Mapping[str, int], Mapping[str, Collection[str]]]


def recount(now: Mapping[str, Collection[str]], earlier: CountOf | None = None) -> Mapping[str, int]:
    """Return how many documents hold each code; none that no document holds.

    Parameters
    ----------
    now
        document -> its codes, each once.
    earlier
        an earlier count and what it was made of, whichever documents those were: of a document that has the very same
        collection of codes nothing is looked at.

    Notes
    -----
    O(documents + codes), and the codes of documents that came, went or hold something else.
    """
    count, was = ({}, {}) if earlier is None else (dict(earlier[0]), earlier[1])
    for document, codes in now.items():
        before = was.get(document)
        if before is not codes:
            for code in codes:
                count[code] = count.get(code, 0) + 1
            _less(count, before or ())
    for document in was.keys() - now.keys():
        _less(count, was[document])
    return count


def _less(count: dict[str, int], codes: Iterable[str]) -> None:
    for code in codes:
        count[code] -= 1
        if not count[code]:
            del count[code]


@dataclass(frozen=True)
class Arrived:
    """Documents, or cases, in order of arrival: the codes of each, how many of these were new, and how many hold each code."""

    codes: tuple[frozenset[str], ...]
    new: tuple[int, ...]
    holding: Mapping[str, int]

    @classmethod
    def of(cls, codes: Sequence[frozenset[str]], earlier: "Arrived | None" = None) -> "Arrived":
        """Return what arrived, counted on from an earlier state of it, whichever that was.

        O(codes of those that came) where they came later than all others, else O(codes of all).
        """
        codes, known = tuple(codes), 0 if earlier is None else len(earlier.codes)
        if earlier is None or codes[:known] != earlier.codes:
            known, new, holding = 0, [], {}
        else:
            new, holding = list(earlier.new), dict(earlier.holding)
        for held in codes[known:]:
            new.append(sum(code not in holding for code in held))
            for code in held:
                holding[code] = holding.get(code, 0) + 1
        return cls(codes, tuple(new), holding)

    @property
    def q(self) -> Mapping[int, int]:
        """Q: how many codes are in exactly k of them, by k. O(codes)."""
        return Counter(self.holding.values())
