"""All codes at once, each as yes or no by unit: the same numbers as one code at a time, much sooner."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from scipy import sparse

from intercoder.stats.intervals import (
    FEWEST_DOCUMENTS,
    FEWEST_UNITS,
    bootstrap,
    percentile_interval,
    refusal,
)
from intercoder.stats.layout import Layout
from intercoder.stats.patterns import Patterns, patterns
from intercoder.stats.reliability import MISSING, Floats, Ints, Ratings
from intercoder.stats.results import Estimate, Interval


@dataclass(frozen=True)
class BinaryData:
    """Set-valued ratings and which of the V used sets hold which of the C codes (V x C of 0 and 1)."""

    ratings: Ratings
    member: Floats

    @classmethod
    def from_ratings(cls, ratings: Ratings, codes: Sequence[str]) -> "BinaryData":
        """Return the data for these codes, in their order."""
        place = {code: i for i, code in enumerate(codes)}
        member = np.zeros((len(ratings.values), len(codes)))
        for v, value in enumerate(ratings.values):
            if isinstance(value, frozenset):
                member[v, [place[code] for code in value if code in place]] = 1.0
        return cls(ratings, member)

    @property
    def positives(self) -> Ints:
        """Coders x codes: in how many units the coder used the code."""
        return self._positives(range(len(self.ratings.coders)))

    def _positives(self, coders: Sequence[int]) -> Ints:
        size = len(self.ratings.values)
        rows = [self.ratings.index[i] for i in coders]
        counts = np.array([np.bincount(row[row != MISSING], minlength=size) for row in rows])
        return np.rint(counts.reshape(len(rows), size) @ self.member).astype(np.int64)

    @property
    def units_used(self) -> Ints:
        """In how many units anybody used each code (C)."""
        data = patterns(self.ratings, least=1)
        return np.asarray((data.frequency[:, None] * (self._ones(data) > 0)).sum(axis=0), dtype=np.int64)

    def fourfold(self, pair: tuple[int, int]) -> tuple[Ints, Ints, Ints, int]:
        """Return for two coders how many units both, only the first, only the second coded (C each), and n."""
        first, second = (self.ratings.index[i] for i in pair)
        shared = (first != MISSING) & (second != MISSING)
        size = max(len(self.ratings.values), 1)
        joint = first[shared].astype(np.int64) * size + second[shared]
        cells, times = np.unique(joint, return_counts=True)
        a, b = self.member[cells // size], self.member[cells % size]
        both = np.rint(times @ (a * b)).astype(np.int64)
        only_first = np.rint(times @ a).astype(np.int64) - both
        only_second = np.rint(times @ b).astype(np.int64) - both
        return both, only_first, only_second, int(shared.sum())

    def estimates(
        self, coders: tuple[int, ...], names: Sequence[str], resamples: int, seed: int
    ) -> dict[str, list[Estimate]]:
        """Return, for some coders, the named coefficients of every code.

        Parameters
        ----------
        coders
            positions in ``ratings.coders``.
        resamples, seed
            as in ``krippendorff_alpha``.
        names
            of ``alpha`` (with intervals), ``percent`` (variant units), ``kappa`` (Cohen's for two
            coders, the mean over pairs for more, named so) and ``ac1`` (q = 2: used or not).

        Notes
        -----
        A code that none of these coders used has the reason ``not_used`` for all but percent.
        """
        ratings = self.ratings.select(coders=coders)
        data = patterns(ratings)
        used = self._positives(coders).sum(axis=0) > 0
        found: dict[str, list[Estimate]] = {}
        for name in names:
            if name == "percent":
                values = self._percent(data)
                every = np.ones_like(used)
                found[name] = _estimates(ratings, "percent_agreement", values, every, {"variant": "units"})
            elif name == "ac1":
                values = self._ac1(ratings, data)
                given = {"weights": "identity", "categories": 2}
                found[name] = _estimates(ratings, "gwet_ac1", values, used, given)
            elif name == "kappa" and len(coders) == 2:
                values = self._kappa((coders[0], coders[1]))
                found[name] = _estimates(ratings, "cohen_kappa", values, used, {"weights": "identity"})
            elif name == "kappa":
                found[name] = self._mean_kappa(ratings, coders, used)
            else:
                alphas = _estimates(ratings, "krippendorff_alpha", self._alpha(data), used, {"level": "nominal"})
                drawn = resamples > 0 and ratings.n_pairable >= FEWEST_UNITS
                intervals = self._intervals(data, resamples, seed) if drawn else None
                found[name] = [_with_interval(estimate, intervals, c, resamples) for c, estimate in enumerate(alphas)]
        return found

    def _ones(self, data: Patterns) -> Floats:
        """K x C: how many coders used the code in a unit of the pattern."""
        return np.asarray(data.counts @ self.member[data.used], dtype=np.float64)

    def _rows(self, data: Patterns) -> tuple[Floats, Floats]:
        """K x C observed disagreement n1 n0 / (m - 1), and positives n1."""
        ones, size = self._ones(data), data.size[:, None]
        return ones * (size - ones) / (size - 1.0), ones

    def _alpha(self, data: Patterns) -> Floats:
        observed, ones = self._rows(data)
        f = data.frequency.astype(np.float64)
        return _alpha(f @ observed, f @ ones, np.asarray(f @ data.size))

    def _percent(self, data: Patterns) -> Floats:
        observed, _ = self._rows(data)
        n = data.frequency.sum()
        if not n:
            return np.full(observed.shape[1], np.nan)
        share = data.frequency / data.size
        return np.asarray(1.0 - 2.0 * (share @ observed) / n)

    def _ac1(self, ratings: Ratings, data: Patterns) -> Floats:
        every = patterns(ratings, least=1)
        n = every.frequency.sum()
        if not n:
            return np.full(self.member.shape[1], np.nan)
        share = (every.frequency / every.size) @ self._ones(every) / n
        expected = 2.0 * share * (1.0 - share)
        return np.asarray((self._percent(data) - expected) / (1.0 - expected))

    def _kappa(self, pair: tuple[int, int]) -> Floats:
        both, first, second, n = self.fourfold(pair)
        if not n:
            return np.full(len(both), np.nan)
        one, two = (both + first) / n, (both + second) / n
        observed = 1.0 - (first + second) / n
        expected = one * two + (1.0 - one) * (1.0 - two)
        rest = 1.0 - expected
        kappa: Floats = np.full(len(rest), np.nan)
        np.divide(observed - expected, rest, out=kappa, where=rest > 1e-12)
        return kappa

    def _mean_kappa(self, ratings: Ratings, coders: Sequence[int], used: Any) -> list[Estimate]:
        pairs = list(combinations(coders, 2))
        table = np.array([self._kappa(pair) for pair in pairs]).reshape(len(pairs), len(used))
        defined = (~np.isnan(table)).sum(axis=0)
        total = np.nansum(table, axis=0)
        mean = np.divide(total, defined, out=np.full(len(used), np.nan), where=defined > 0)
        found = _estimates(ratings, "mean_pairwise_cohen_kappa", mean, used, {})
        for c, estimate in enumerate(found):
            estimate.parameters.update(pairs=int(defined[c]), undefined_pairs=len(pairs) - int(defined[c]))
        return found

    def _intervals(
        self, data: Patterns, resamples: int, seed: int
    ) -> Callable[[int], tuple[Interval | None, str | None]]:
        """Return a function: code -> its interval, or None and the reason."""
        observed, ones = self._rows(data)
        if data.documents is not None and len(np.unique(data.documents)) >= FEWEST_DOCUMENTS:
            # All codes in the same resamples of documents: one product for the whole codebook.
            codes = observed.shape[1]
            rows = data.by_document() @ np.hstack([observed, ones, data.size[:, None]])
            together = bootstrap(
                rows,
                np.ones(len(rows), dtype=np.int64),
                lambda sums: _alpha(sums[:, :codes], sums[:, codes:-1], sums[:, -1:]),
                resamples=resamples,
                seed=seed,
            ).T
            return lambda c: percentile_interval(together[c], seed=seed, clustered_by="document")
        together = self.alphas_of_resamples(data, resamples, seed)
        return lambda c: percentile_interval(together[c], seed=seed, clustered_by="unit")

    def alphas_of_resamples(self, data: Patterns, resamples: int, seed: int) -> Floats:
        """Return alpha of every code in every resample of units, C x B; NaN without variation.

        O(B N + B C kinds), kinds: how many different (coders who used the code, coders) the units have.
        """
        code, n1, m, times = self._kinds(data)
        adds = np.stack([n1 * (m - n1) / (m - 1.0), n1, m], axis=1)
        units, codes = int(data.frequency.sum()), self.member.shape[1]
        layout = Layout.of(code, times, adds, tables=codes, units=units)
        return np.concatenate([_alpha(*sums) for sums in layout.sums(resamples=resamples, seed=seed)], axis=1)

    def _kinds(self, data: Patterns) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the kinds of units of all codes: code, coders who used it, coders, units; as ``patterns`` orders them."""
        codes, widest = self.member.shape[1], int(data.size.max()) + 1
        member = sparse.csr_array(self.member[data.used])
        ones = sparse.coo_array(data.counts @ member)
        size = data.size.astype(np.int64)
        key = (ones.col * widest + size[ones.row]) * widest + np.rint(ones.data).astype(np.int64)
        used, place = np.unique(key, return_inverse=True)
        times = np.rint(np.bincount(place, weights=data.frequency[ones.row])).astype(np.int64)
        # Units in which nobody used the code: all with so many coders, less those in which somebody did.
        every = np.rint(np.bincount(size, weights=data.frequency, minlength=widest)).astype(np.int64)
        nobody = np.tile(every, (codes, 1))
        np.subtract.at(nobody.reshape(-1), used // widest, times)
        code, coders = np.nonzero(nobody)
        key = np.concatenate([used, (code * widest + coders) * widest])
        times = np.concatenate([times, nobody[code, coders]])
        order = np.argsort(key)
        key, times = key[order], times[order]
        return key // widest**2, key % widest, key // widest % widest, times


def _alpha(observed: Floats, ones: Floats, total: Floats) -> Floats:
    """Alpha of yes/no values from sums of n1 n0 / (m - 1), of n1 and of m; NaN without variation."""
    expected = np.asarray(ones * (total - ones))
    quotient = np.full(expected.shape, np.nan)
    # Sums of whole numbers in doubles: below a half is none.
    np.divide((total - 1.0) * observed, expected, out=quotient, where=expected > 0.5)
    return np.asarray(1.0 - quotient)


def _estimates(ratings: Ratings, method: str, values: Floats, used: Any, parameters: dict[str, Any]) -> list[Estimate]:
    """Return one estimate per code; NaN becomes the reason that applies."""
    if not ratings.n_pairable:
        return [ratings.estimate(method, "no_pairable_values", **parameters) for _ in used]
    results: list[float | str] = [
        "not_used" if not use else "no_variation" if np.isnan(value) else float(value)
        for use, value in zip(used, values, strict=True)
    ]
    blank = ratings.estimate(method, "no_variation", **parameters)
    return [
        replace(blank, reason=result, parameters=dict(parameters))
        if isinstance(result, str)
        else replace(blank, value=result, reason=None, parameters=dict(parameters))
        for result in results
    ]


def _with_interval(
    estimate: Estimate,
    intervals: Callable[[int], tuple[Interval | None, str | None]] | None,
    code: int,
    resamples: int,
) -> Estimate:
    reason = refusal(estimate.value, estimate.n_pairable, resamples)
    if reason is not None or intervals is None:
        return replace(estimate, interval_reason=reason)
    interval, reason = intervals(code)
    return replace(estimate, interval=interval, interval_reason=reason)
