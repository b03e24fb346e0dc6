"""How columns are like one another: what tells a coder among coders from a column that holds something else.

Columns are lists of values, "" for none; all functions are O(rows).
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise


def kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Return Cohen's kappa of two columns, 0 where it has none: what is no coder agrees with nobody."""
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a and b]
    of_first, of_second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(of_first[value] * of_second[value] for value in of_first) / max(len(pairs), 1) ** 2
    agreed = sum(a == b for a, b in pairs) / max(len(pairs), 1)
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else 0


def equal(first: Sequence[str], second: Sequence[str]) -> float:
    """Return the share of rows in which two columns say the same, of those in which both say something."""
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a and b]
    return sum(a == b for a, b in pairs) / max(len(pairs), 1)


def unrelated(first: Sequence[str], second: Sequence[str]) -> bool:
    """Return whether two columns seem to know nothing of one another: chi-square is no more than chance often brings.

    Two standard deviations above its mean under independence; at least 10 rows, and 2 values in each.
    """
    pairs = Counter((a, b) for a, b in zip(first, second, strict=True) if a and b)
    total = pairs.total()
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    for (a, b), n in pairs.items():
        rows[a] += n
        columns[b] += n
    freedom = (len(rows) - 1) * (len(columns) - 1)
    if total < 10 or not freedom:
        return False
    chi_square = total * (sum(n * n / (rows[a] * columns[b]) for (a, b), n in pairs.items()) - 1)
    return chi_square <= freedom + 2 * math.sqrt(2 * freedom)


def serial(texts: Sequence[str]) -> bool:
    """Return whether a column numbers its rows."""
    if len(texts) < 4 or not all(text.isdecimal() and len(text) < 10 for text in texts):
        return False
    numbers = [int(text) for text in texts]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def blocks(texts: Sequence[str]) -> float:
    """Return how probable it is that all equal values stand together by chance; 1 where they don't."""
    sizes = Counter(texts)
    runs = 1 + sum(a != b for a, b in pairwise(texts))
    if runs != len(sizes) or len(sizes) < 2 or len(sizes) == len(texts):
        return 1
    ways = math.lgamma(len(texts) + 1) - sum(math.lgamma(n + 1) for n in sizes.values())
    return math.exp(math.lgamma(len(sizes) + 1) - ways)


def mixed(texts: Sequence[str]) -> bool:
    """Return whether values change from row to row about as often as they would in any order."""
    runs = 1 + sum(a != b for a, b in pairwise(texts))
    same = sum(n * n for n in Counter(texts).values()) / max(len(texts), 1) ** 2
    return runs >= 0.5 * (1 + (len(texts) - 1) * (1 - same))
