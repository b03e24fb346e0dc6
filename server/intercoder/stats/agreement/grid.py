"""Every code, every pair of coders, every document: millions of small tables with their intervals, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import sparse

from intercoder.errors import WrongArgument
from intercoder.stats.agreement import fourfold
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.arrays import Bools, Floats, Ints, SmallInts
from intercoder.stats.intervals import (
    FEWEST_DOCUMENTS,
    FEWEST_UNITS,
    SEED,
    beside,
    bootstrap,
    intervals_of_rows,
    perfect,
)
from intercoder.stats.layout import Layout
from intercoder.stats.patterns import distinct_rows
from intercoder.stats.reliability import MISSING, Ratings
from intercoder.stats.results import Estimate, Interval

#: The scope that is no document: all documents together.
ALL = "all"
#: Tables resampled at once.
_TABLES = 512

_METHODS = {
    "alpha": "krippendorff_alpha",
    "percent": "percent_agreement",
    "kappa": "cohen_kappa",
    "pi": "scott_pi",
    "ac1": "gwet_ac1",
}


@dataclass(frozen=True)
class AgreementGrid:
    """Coefficients of S scopes x P pairs of coders x C codes, with 95 % intervals.

    ``scopes``: ``all``, then the documents. ``counts`` S x P x C x 3: units that both coded with the
    code, only the first coder, only the second; ``units`` S x P: units that both have coded at all.
    ``value``, ``low``, ``high``: coefficient -> S x P x C, NaN where there is none; ``cell`` gives the
    reason. All documents together are resampled by document when the pair has at least 10
    (``clustered``, P), else by unit; a single document by unit.
    """

    scopes: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    codes: tuple[str, ...]
    coefficients: tuple[str, ...]
    units: Ints
    counts: SmallInts
    value: dict[str, Floats]
    low: dict[str, Floats]
    high: dict[str, Floats]
    undefined: dict[str, SmallInts]
    clustered: tuple[bool, ...]
    resamples: int
    seed: int

    def cell(self, scope: str, pair: tuple[str, str], code: str, coefficient: str) -> Estimate:
        """Return one cell as an estimate: value or reason, interval or reason.

        Reasons: ``no_pairable_values``, ``not_used`` (by neither of the two, for percent too), ``no_variation``;
        of the interval ``no_value``, ``not_requested``, ``too_few_units``, ``too_many_undefined``, ``leaves_value_out``.
        O(scopes + pairs + codes).

        Raises
        ------
        WrongArgument : a scope, pair, code or coefficient that the grid does not have.
        """
        asked = ((scope, self.scopes), (pair, self.pairs), (code, self.codes), (coefficient, self.coefficients))
        unknown = [str(name) for name, known in asked if name not in known]
        if unknown:
            raise WrongArgument("unknown_name", "These data do not have {names}.", names=", ".join(unknown))
        s, p, c = self.scopes.index(scope), self.pairs.index(pair), self.codes.index(code)
        units = int(self.units[s, p])
        value = float(self.value[coefficient][s, p, c])
        reason = None
        if np.isnan(value):
            used = self.counts[s, p, c].any()
            reason = "no_pairable_values" if not units else "no_variation" if used else "not_used"
        interval, interval_reason = None, None
        if reason is not None:
            interval_reason = "no_value"
        elif not self.resamples:
            interval_reason = "not_requested"
        elif units < FEWEST_UNITS:
            interval_reason = "too_few_units"
        elif np.isnan(self.low[coefficient][s, p, c]):
            interval_reason = "too_many_undefined"
        else:
            low, high = float(self.low[coefficient][s, p, c]), float(self.high[coefficient][s, p, c])
            interval = Interval(
                low,
                high,
                "percentile bootstrap",
                resamples=self.resamples,
                seed=self.seed,
                undefined=int(self.undefined[coefficient][s, p, c]),
                clustered_by="document" if self.clustered[p] and not s else "unit",
                degenerate=high - low < 1e-12,
            )
            interval, interval_reason = beside(value, interval, None)
        interval, interval_reason = perfect(
            None if reason else value, interval, interval_reason, resamples=self.resamples, seed=self.seed
        )
        return Estimate(
            value=None if reason else value,
            reason=reason,
            n_units=units,
            n_pairable=units,
            n_values=2 * units,
            n_missing=0,
            coders=2,
            method=_METHODS[coefficient],
            interval=interval,
            interval_reason=interval_reason,
        )


def agreement_grid(
    ratings: Ratings,
    codes: Sequence[str],
    *,
    documents: Sequence[str] = (),
    coefficients: Sequence[str] = tuple(fourfold.COEFFICIENTS),
    resamples: int = 1000,
    seed: int = SEED,
) -> AgreementGrid:
    """Return every coefficient of every code and pair of coders, over all documents and in each of them.

    Parameters
    ----------
    ratings
        coders x units, values are sets of codes; ``ratings.documents`` numbers the documents.
    codes
        the codebook at the level wanted.
    documents
        the names of the documents, in the order of their numbers; none: only all together.
    coefficients
        of ``alpha``, ``percent``, ``kappa`` (Cohen), ``pi`` (Scott), ``ac1`` (Gwet).
    resamples, seed
        of the bootstrap; 0 for no intervals.

    Returns
    -------
    AgreementGrid : columns, not objects: 400 codes x 10 pairs x 101 scopes x 5 coefficients are two
        million cells of 24 bytes; a cell becomes an ``Estimate`` when it is asked for.

    Raises
    ------
    WrongArgument : an unknown coefficient; documents without numbers or names that are too few.

    Notes
    -----
    Two yes/no columns are four counts, and equal tables have equal intervals: each different table of
    a number of units is resampled once (``layout``). For the counts O(pairs x (units + codings) + cells);
    for B resamples O(B (T + N)) for every number of units N with T different tables, at most 512 at a
    time, and O(B documents x codes) for a pair that is resampled by document.
    """
    unknown = [name for name in coefficients if name not in fourfold.COEFFICIENTS]
    if unknown:
        raise WrongArgument(
            "unknown_coefficient",
            "There is no coefficient {given}; choose among: {choices}.",
            given=", ".join(unknown),
            choices=", ".join(fourfold.COEFFICIENTS),
        )
    number = ratings.documents
    if documents and (number is None or (len(number) and int(number.max()) >= len(documents))):
        raise WrongArgument("bad_documents", "Every unit needs a document.")
    pairs = list(combinations(range(len(ratings.coders)), 2))
    units, counts = _counts(ratings, codes, pairs, number, len(documents))
    shape = counts.shape[:3]
    value = {name: np.full(shape, np.nan) for name in coefficients}
    low = {name: np.full(shape, np.nan) for name in coefficients}
    high = {name: np.full(shape, np.nan) for name in coefficients}
    undefined = {name: np.zeros(shape, dtype=np.int32) for name in coefficients}
    grid = AgreementGrid(
        scopes=(ALL, *documents),
        pairs=tuple((ratings.coders[i], ratings.coders[j]) for i, j in pairs),
        codes=tuple(codes),
        coefficients=tuple(coefficients),
        units=units,
        counts=counts,
        value=value,
        low=low,
        high=high,
        undefined=undefined,
        clustered=tuple(((units[1:] > 0).sum(axis=0) >= FEWEST_DOCUMENTS).tolist()),
        resamples=max(resamples, 0),
        seed=seed,
    )
    used = np.asarray(counts.any(axis=3))
    at = np.nonzero(used)
    n = units[at[0], at[1]]
    for name in coefficients:
        value[name][at] = fourfold.COEFFICIENTS[name](n, *counts[at].T)
    if grid.resamples:
        for p, clustered in enumerate(grid.clustered):
            if clustered:
                _by_document(grid, used[0, p], p)
                used[0, p] = False
        _by_unit(grid, used)
    return grid


def _counts(
    ratings: Ratings, codes: Sequence[str], pairs: Sequence[tuple[int, int]], number: Ints | None, documents: int
) -> tuple[Ints, SmallInts]:
    binary = BinaryData.from_ratings(ratings, codes)
    given = [binary.given(i) for i in range(len(ratings.coders))]
    coded = ratings.index != MISSING
    alone = number is None or not documents
    scopes = np.zeros(ratings.units, dtype=np.int64) if alone else number
    member = sparse.csr_array(
        (np.ones(ratings.units), (scopes, np.arange(ratings.units))), shape=(max(documents, 1), ratings.units)
    )
    units = np.zeros((1 + documents, len(pairs)), dtype=np.int64)
    counts = np.zeros((1 + documents, len(pairs), len(codes), 3), dtype=np.int32)
    for p, (i, j) in enumerate(pairs):
        shared = (coded[i] & coded[j]).astype(np.float64)
        first, second = (given[k].multiply(shared[:, None]).tocsr() for k in (i, j))
        both = first.multiply(second).tocsr()
        parts = [(member @ cells).toarray() for cells in (both, first - both, second - both)]
        n = np.rint(member @ shared).astype(np.int64)
        units[0, p] = n.sum()
        for k, part in enumerate(parts):
            counts[0, p, :, k] = np.rint(part.sum(axis=0))
            if documents:
                counts[1:, p, :, k] = np.rint(part)
        if documents:
            units[1:, p] = n
    return units, counts


def _by_unit(grid: AgreementGrid, used: Bools) -> None:
    """Fill the intervals of the cells that are used: every different table of n units is resampled once."""
    at = np.nonzero(used & (grid.units[:, :, None] >= FEWEST_UNITS))
    if not len(at[0]):
        return
    both, first, second = grid.counts[at].astype(np.int64).T
    n = grid.units[at[0], at[1]]
    # Who of the two differed does not matter to any of these coefficients.
    keys: Ints = np.stack([n, both, np.maximum(first, second), np.minimum(first, second)], axis=1)
    tables, place, _ = distinct_rows(keys, int(n.max()))
    ends = {name: np.full((3, len(tables)), np.nan) for name in grid.coefficients}
    for count in np.unique(tables[:, 0]).tolist():
        rows = np.flatnonzero(tables[:, 0] == count)
        for start in range(0, len(rows), _TABLES):
            part = rows[start : start + _TABLES]
            for name, limits in _intervals(grid, tables[part]).items():
                ends[name][:, part] = limits
    for name, (low, high, undefined) in ends.items():
        grid.low[name][at], grid.high[name][at] = low[place], high[place]
        grid.undefined[name][at] = undefined[place]


def _intervals(grid: AgreementGrid, tables: Ints) -> dict[str, Floats]:
    """Return low, high and undefined (3 x T) of T different tables of the same n units."""
    n = int(tables[0, 0])
    frequency = np.concatenate([tables[:, 1:], (n - tables[:, 1:].sum(axis=1))[:, None]], axis=1)
    adds = np.tile(np.eye(4, 3), (len(tables), 1))
    table = np.repeat(np.arange(len(tables)), 4)
    layout = Layout.of(table, frequency.reshape(-1), adds, tables=len(tables), units=n)
    sums = np.concatenate(list(layout.sums(resamples=grid.resamples, seed=grid.seed)), axis=2)
    intervals = {}
    for name in grid.coefficients:
        samples = fourfold.COEFFICIENTS[name](n, *sums)
        intervals[name] = np.stack(intervals_of_rows(samples)).astype(np.float64)
    return intervals


def _by_document(grid: AgreementGrid, used: Bools, p: int) -> None:
    """Fill the intervals of all documents together for one pair: documents are drawn whole."""
    codes = np.flatnonzero(used)
    if not len(codes) or grid.units[0, p] < FEWEST_UNITS:
        return
    there = np.flatnonzero(grid.units[1:, p])
    counts = grid.counts[1:, p][there][:, codes].astype(np.float64)
    rows = np.concatenate([counts.transpose(2, 0, 1).reshape(3, len(there), -1)], axis=0)
    width = len(codes)
    flat = np.hstack([*rows, grid.units[1:, p][there, None].astype(np.float64)])

    def every(sums: Floats) -> Floats:
        both, first, second = (sums[:, k * width : (k + 1) * width] for k in range(3))
        return np.hstack([fourfold.COEFFICIENTS[name](sums[:, -1:], both, first, second) for name in grid.coefficients])

    ones = np.ones(len(there), dtype=np.int64)
    samples = bootstrap(flat, ones, every, resamples=grid.resamples, seed=grid.seed).T
    for k, name in enumerate(grid.coefficients):
        low, high, undefined = intervals_of_rows(np.ascontiguousarray(samples[k * width : (k + 1) * width]))
        grid.low[name][0, p, codes], grid.high[name][0, p, codes] = low, high
        grid.undefined[name][0, p, codes] = undefined
