"""How alike two names of codes are, in Chinese, English, or a mixture of both."""

import unicodedata
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from intercoder.stats.arrays import Floats

#: Scripts without spaces between words: Han with its extensions, kana, Hangul.
_UNSPACED = (
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def normalised(name: str) -> str:
    """Return the name without what is typing only: width, case, punctuation and repeated spaces.

    NFKC and case folding; everything that is no letter, mark or number becomes one space. A name of signs only
    keeps them. O(length).
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in folded)
    return " ".join(kept.split()) or folded.strip()


def similarity(first: str, second: str) -> float:
    """Return how alike two names are, 0..1; see ``similarity_table``. O(length of both).

    >>> similarity("Trust building", "building trust")
    1.0
    >>> round(similarity("信任建立", "建立信任"), 2)
    0.83
    >>> similarity("信任", "control")
    0.0
    """
    return float(similarity_table([first], [second])[0, 0])


def similarity_table(first: Sequence[str], second: Sequence[str]) -> Floats:
    """Return how alike each name of one list is to each of another: 1 the same, 0 nothing in common.

    Parameters
    ----------
    first, second
        names; they are compared as ``normalised``.

    Returns
    -------
    first x second: the mean of two Dice coefficients 2 |A n B| / (|A| + |B|), a coarse one over words and,
    where words have no spaces between them, pairs of neighbouring characters; and a fine one over pairs of
    neighbouring letters inside a word, and single characters of those scripts. So the order of words hardly
    counts, neither do endings. It looks at letters only: synonyms, and a name with its translation, are
    strangers. O(features of both + pairs with one in common + names of one x names of the other).

    References
    ----------
    Dice 1945, doi 10.2307/1932409. The choice of features is our own.
    """
    features = [[_features(name) for name in names] for names in (first, second)]
    similarity: Floats = np.zeros((len(first), len(second)))
    for grain in (0, 1):
        sets = [[both[grain] for both in side] for side in features]
        place = {feature: i for i, feature in enumerate(sorted(frozenset().union(*sets[0], *sets[1])))}
        left, right = (_table(side, place) for side in sets)
        size = np.asarray(left.sum(axis=1))[:, None] + np.asarray(right.sum(axis=1))[None, :]
        similarity += (left @ right.T).toarray() / size  # 2 |A n B| / size, halved for the mean of two grains
    return similarity


def _table(sets: Sequence[frozenset[str]], place: dict[str, int]) -> sparse.csr_array:
    rows = [i for i, features in enumerate(sets) for _ in features]
    columns = [place[feature] for features in sets for feature in features]
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(sets), len(place)))


def _features(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the coarse and the fine features of a name; never empty."""
    coarse: set[str] = set()
    fine: set[str] = set()
    for run, spaced in _runs(normalised(name)):
        pairs = {run[i : i + 2] for i in range(len(run) - 1)} or {run}
        coarse |= {run} if spaced else pairs
        fine |= pairs if spaced else set(run)
    return frozenset(coarse or {""}), frozenset(fine or {""})


def _runs(text: str) -> list[tuple[str, bool]]:
    """Return the words, and the stretches of scripts without spaces, each with whether it is a word."""
    runs: list[tuple[str, bool]] = []
    for part in text.split():
        start = 0
        for i in range(1, len(part) + 1):
            if i == len(part) or _spaced(part[i]) != _spaced(part[start]):
                runs.append((part[start:i], _spaced(part[start])))
                start = i
    return runs


def _spaced(sign: str) -> bool:
    return not any(low <= ord(sign) <= high for low, high in _UNSPACED)
