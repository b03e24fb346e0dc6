"""Every number of a report, computed again from what leaves: codings as lines of JSON and the units of the diagnosis table.

Knows nothing of the program: own formulas, with the packages krippendorff and statsmodels where they have the same.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, permutations
from typing import Any

import krippendorff
import numpy as np
from statsmodels.stats.inter_rater import cohens_kappa

Set = frozenset[str]
Rows = Sequence[Sequence[Set | None]]
Distance = Callable[[Set, Set], float]


def sets_of(
    units: Iterable[dict[str, str]], codings: Iterable[dict[str, Any]], coders: Sequence[str]
) -> list[tuple[str, list[Set | None]]]:
    """The document of each unit, and its codes by coder: a coding counts where it covers half of a unit, or half of it lies there."""
    given: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for coding in codings:
        given[coding["document"], coding["coder"]].append(coding)
    made = []
    for unit in units:
        start, end = int(unit["From character"]), int(unit["To character"])
        row: list[Set | None] = []
        for coder in coders:
            codes = set()
            for c in given[unit["Document"], coder]:
                within = min(end, c["end"]) - max(start, c["start"])
                if within > 0 and (2 * within >= end - start or 2 * within >= c["end"] - c["start"]):
                    codes.add(c["code_id"])
            row.append(None if unit[coder].startswith("(not finished") else frozenset(codes))
        made.append((unit["Document"], row))
    return made


def alpha(rows: Rows, distance: Distance = lambda a, b: float(a != b)) -> float | None:
    """Krippendorff's alpha: 1 - observed / expected disagreement."""
    units, met, n = _values(rows)
    expected = sum(met[a] * met[b] * distance(a, b) for a in met for b in met)
    return None if n < 2 or not expected else 1 - _observed(units, distance) / (expected / (n - 1))


def mv_alpha(rows: Rows) -> float:
    """The same where chance draws codes and not sets, at the sizes that there are (Krippendorff & Craggs 2016)."""
    units, met, n = _values(rows)
    mean = by_sizes(met)
    expected = sum(met[a] * met[b] * mean(a, b) for a in met for b in met) / n
    return 1 - _observed(units, dice) / expected


def _values(rows: Rows) -> tuple[list[list[Set]], Counter[Set], int]:
    units = [unit for row in rows if len(unit := [v for v in row if v is not None]) > 1]
    met = Counter(v for unit in units for v in unit)
    return units, met, met.total()


def _observed(units: list[list[Set]], distance: Distance) -> float:
    return sum(sum(distance(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units)


def masi(a: Set, b: Set) -> float:
    """Passonneau's distance of sets."""
    if a == b:
        return 0
    common = a & b
    return 1 - len(common) / len(a | b) * (2 / 3 if a <= b or b <= a else 1 / 3 if common else 0)


def dice(a: Set, b: Set) -> float:
    """The distance of mv-alpha."""
    return 1 - 2 * len(a & b) / (len(a) + len(b)) if a or b else 0


def by_sizes(met: Counter[Set]) -> Distance:
    """What two sets of their sizes are apart in the mean, their codes drawn from all codes given without replacement."""
    uses = Counter(code for value, n in met.items() for code in value for _ in range(n))
    weights: Counter[tuple[int, int, int]] = Counter({(0, 0, 0): 1})
    for n in uses.values():
        weights = sum(
            (
                Counter({(a + x, b + y, i + z): w * k for (a, b, i), w in weights.items()})
                for x, y, z, k in ((0, 0, 0, 1), (1, 0, 0, n), (0, 1, 0, n), (1, 1, 1, n * (n - 1)))
            ),
            Counter(),
        )

    def mean(a: Set, b: Set) -> float:
        here = {i: w for (x, y, i), w in weights.items() if (x, y) == (len(a), len(b))}
        far = {i: 1 - 2 * i / (len(a) + len(b)) if a or b else 0 for i in here}
        return sum(w * far[i] for i, w in here.items()) / sum(here.values())

    return mean


def pairs_of(rows: Rows, one: int, two: int) -> list[tuple[Set, Set]]:
    """The units of which both coders have a value."""
    return [(a, b) for row in rows if (a := row[one]) is not None and (b := row[two]) is not None]


def percent(rows: Rows) -> float:
    """The mean over units of the share of pairs that agree."""
    units = [[v for v in row if v is not None] for row in rows]
    shares = [np.mean([a == b for a, b in combinations(unit, 2)]) for unit in units if len(unit) > 1]
    return float(np.mean(shares))


def kappa(rows: Rows, one: int, two: int) -> float:
    """Cohen's kappa by statsmodels."""
    both = pairs_of(rows, one, two)
    kinds = {v: i for i, v in enumerate({v: 0 for pair in both for v in pair})}
    table = np.zeros((len(kinds), len(kinds)))
    for a, b in both:
        table[kinds[a], kinds[b]] += 1
    return float(cohens_kappa(table).kappa)


def ac1(rows: Rows, categories: int) -> float:
    """Gwet's AC1: chance from how often each category is used, in the mean over units."""
    units = [[v for v in row if v is not None] for row in rows]
    shares = [Counter(v for v in unit) for unit in units if unit]
    used = Counter[Set]()
    for share in shares:
        used.update({v: n / share.total() for v, n in share.items()})
    p = [n / len(shares) for n in used.values()]
    chance = sum(x * (1 - x) for x in p) / (categories - 1)
    return (percent(rows) - chance) / (1 - chance)


def of_code(rows: Rows, code: str) -> Rows:
    """Whether each value holds a code, as a set of it or of nothing."""
    return [[None if v is None else v & {code} for v in row] for row in rows]


def by_package(rows: Rows) -> float:
    """Nominal alpha by the package krippendorff."""
    kinds = {v: i for i, v in enumerate({v: 0 for row in rows for v in row if v is not None})}
    data = [[np.nan if v is None else kinds[v] for v in column] for column in zip(*rows, strict=True)]
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"))
