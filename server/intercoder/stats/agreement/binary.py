"""All codes at once, each as yes or no by unit: the same numbers as one code at a time, much sooner."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy import sparse

from intercoder.stats.agreement import fourfold
from intercoder.stats.arrays import Bools, Floats, Ints, Sparse, Statistic
from intercoder.stats.intervals import (
    FEWEST_DOCUMENTS,
    FEWEST_UNITS,
    Method,
    bca_interval,
    beside,
    intervals_of,
    percentile_intervals,
    perfect,
    refusal,
)
from intercoder.stats.layout import Layout
from intercoder.stats.patterns import Patterns, patterns
from intercoder.stats.quotients import quotient
from intercoder.stats.reliability import MISSING, Ratings
from intercoder.stats.results import Estimate, Interval, Parameter

#: resamples of which all codes are computed at once
_AT_ONCE = 64


@dataclass(frozen=True)
class BinaryData:
    """Set-valued ratings and which of the V used sets hold which of the C codes (V x C, sparse, of 0 and 1)."""

    ratings: Ratings
    member: Sparse

    @classmethod
    def from_ratings(cls, ratings: Ratings, codes: Sequence[str]) -> "BinaryData":
        """Return the data for these codes, in their order. O(codes in all different sets)."""
        place = {code: i for i, code in enumerate(codes)}
        held = [
            (v, place[code])
            for v, value in enumerate(ratings.values)
            if isinstance(value, frozenset)
            for code in value
            if code in place
        ]
        row, column = np.array(held, dtype=np.int64).reshape(-1, 2).T
        shape = (len(ratings.values), len(codes))
        return cls(ratings, sparse.csr_array((np.ones(len(held)), (row, column)), shape=shape))

    @property
    def codes(self) -> int:
        """The number of codes, C."""
        return int(self.member.shape[1])

    @property
    def positives(self) -> Ints:
        """Coders x codes: in how many units the coder used the code. O(coders x (units + entries of ``member``))."""
        return self._positives(range(len(self.ratings.coders)))

    def _positives(self, coders: Sequence[int]) -> Ints:
        size = len(self.ratings.values)
        rows = [self.ratings.index[i] for i in coders]
        counts = np.array([np.bincount(row[row != MISSING], minlength=size) for row in rows])
        positives: Ints = np.rint(counts.reshape(len(rows), size) @ self.member).astype(np.int64)
        return positives

    @property
    def units_used(self) -> Ints:
        """In how many units anybody used each code (C). O(values + units log units)."""
        data = patterns(self.ratings, least=1)
        used = sparse.csr_array(self._ones(data))
        used.data = np.ones_like(used.data)
        used_in: Ints = np.rint(used.T @ data.frequency).astype(np.int64)
        return used_in

    def given(self, coder: int) -> Sparse:
        """Return units x codes (sparse, 0 or 1): what the coder used; a missing unit is a row of zeros.

        O(units + codes given).
        """
        index = self.ratings.index[coder].astype(np.int64)
        there = index != MISSING
        rows: Sparse = sparse.csr_array(
            (np.ones(int(there.sum())), (np.flatnonzero(there), index[there])),
            shape=(len(index), len(self.ratings.values)),
        )
        return rows @ self.member

    def fourfold(self, pair: tuple[int, int]) -> tuple[Ints, Ints, Ints, int]:
        """Return for two coders how many units both, only the first, only the second coded (C each), and n.

        n are the units that both have coded at all. O(units log units + codes of the pairs of sets), once.
        """
        if pair not in self._tables:
            self._tables[pair] = self._fourfold(pair)
        return self._tables[pair]

    @cached_property
    def _tables(self) -> dict[tuple[int, int], tuple[Ints, Ints, Ints, int]]:
        return {}

    def _fourfold(self, pair: tuple[int, int]) -> tuple[Ints, Ints, Ints, int]:
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
        self, coders: tuple[int, ...], names: Sequence[str], resamples: int, seed: int, method: Method = "percentile"
    ) -> dict[str, list[Estimate]]:
        """Return, for some coders, the named coefficients of every code.

        Parameters
        ----------
        coders
            positions in ``ratings.coders``.
        resamples, seed, method
            as in ``krippendorff_alpha``.
        names
            of ``alpha`` (with intervals), ``percent`` (variant units), ``kappa`` (Cohen's for two
            coders, the mean over pairs for more, named so) and ``ac1`` (q = 2: used or not).

        Notes
        -----
        A code that none of these coders used has the reason ``not_used``; others
        ``no_pairable_values``, ``no_variation``; of intervals those of ``krippendorff_alpha``.
        O(values + units log units) for all codes together, kappa for each pair of coders;
        B resamples O(B documents C) or O(B (units + C kinds)).
        """
        ratings = self.ratings.select(coders=coders)
        data = patterns(ratings)
        kinds = self._kinds(data)
        used = self._positives(coders).sum(axis=0) > 0
        estimates: dict[str, list[Estimate]] = {}
        for name in names:
            if name == "percent":
                values = self._percent(kinds, ratings.n_pairable)
                estimates[name] = _estimates(ratings, "percent_agreement", values, used, {"variant": "units"})
            elif name == "ac1":
                values = self._ac1(ratings, kinds)
                given: dict[str, Parameter] = {"weights": "identity", "categories": 2}
                estimates[name] = _estimates(ratings, "gwet_ac1", values, used, given)
            elif name == "kappa" and len(coders) == 2:
                values = self._kappa((coders[0], coders[1]))
                estimates[name] = _estimates(ratings, "cohen_kappa", values, used, {"weights": "identity"})
            elif name == "kappa":
                estimates[name] = self._mean_kappa(ratings, coders, used)
            else:
                sums = np.stack([np.bincount(kinds.code, w, minlength=self.codes) for w in kinds.weighted().T])
                alphas = _estimates(
                    ratings, "krippendorff_alpha", fourfold.alpha_of_sums(*sums), used, {"level": "nominal"}
                )
                intervals = self._intervals(
                    [alpha.value for alpha in alphas], ratings, data, kinds, resamples, seed, method
                )
                estimates[name] = [
                    _with_interval(estimate, intervals, c, resamples, seed) for c, estimate in enumerate(alphas)
                ]
        return estimates

    def _ones(self, data: Patterns) -> Sparse:
        """K x C (sparse): how many coders used the code in a unit of the pattern."""
        return data.counts @ self.member[data.used]

    def _kinds(self, data: Patterns) -> "_Kinds":
        """Return the kinds of units of every code, in the order in which ``patterns`` puts them."""
        widest = int(data.size.max(initial=0)) + 1
        ones = self._ones(data).tocoo()
        size = data.size.astype(np.int64)
        key = (ones.col.astype(np.int64) * widest + size[ones.row]) * widest + np.rint(ones.data).astype(np.int64)
        used, place = np.unique(key, return_inverse=True)
        times = np.rint(np.bincount(place, weights=data.frequency[ones.row], minlength=len(used))).astype(np.int64)
        # Units in which nobody used the code: all with so many coders, less those in which somebody did.
        every = np.rint(np.bincount(size, weights=data.frequency, minlength=widest)).astype(np.int64)
        nobody = np.tile(every, (self.codes, 1))
        np.subtract.at(nobody.reshape(-1), used // widest, times)
        code, coders = np.nonzero(nobody)
        key = np.concatenate([used, (code * widest + coders) * widest])
        times = np.concatenate([times, nobody[code, coders]])
        order = np.argsort(key)
        key, times = key[order], times[order]
        return _Kinds(key // widest**2, key % widest, key // widest % widest, times)

    def _percent(self, kinds: "_Kinds", units: int) -> Floats:
        if not units:
            return np.full(self.codes, np.nan)
        differing = kinds.times * kinds.ones * (kinds.size - kinds.ones) / (kinds.size * (kinds.size - 1.0))
        return np.asarray(1.0 - 2.0 * np.bincount(kinds.code, differing, minlength=self.codes) / units)

    def _ac1(self, ratings: Ratings, kinds: "_Kinds") -> Floats:
        every = self._kinds(patterns(ratings, least=1))
        n = int((ratings.per_unit >= 1).sum())
        if not n:
            return np.full(self.codes, np.nan)
        share = np.bincount(every.code, every.times * every.ones / every.size, minlength=self.codes) / n
        expected = 2.0 * share * (1.0 - share)
        return np.asarray((self._percent(kinds, ratings.n_pairable) - expected) / (1.0 - expected))

    def _kappa(self, pair: tuple[int, int]) -> Floats:
        both, first, second, n = self.fourfold(pair)
        return fourfold.kappa(n, both, first, second)

    def _mean_kappa(self, ratings: Ratings, coders: Sequence[int], used: Bools) -> list[Estimate]:
        pairs = list(combinations(coders, 2))
        table = np.array([self._kappa(pair) for pair in pairs]).reshape(len(pairs), len(used))
        defined = (~np.isnan(table)).sum(axis=0)
        total = np.nansum(table, axis=0)
        mean = quotient(total, defined)
        kappas = _estimates(ratings, "mean_pairwise_cohen_kappa", mean, used, {})
        for c, estimate in enumerate(kappas):
            estimate.parameters.update(pairs=int(defined[c]), undefined_pairs=len(pairs) - int(defined[c]))
        return kappas

    def _intervals(
        self,
        values: Sequence[float | None],
        ratings: Ratings,
        data: Patterns,
        kinds: "_Kinds",
        resamples: int,
        seed: int,
        method: Method,
    ) -> Sequence[tuple[Interval | None, str | None]]:
        """Return the interval of every code, or None and the reason; nothing when there can be none."""
        if resamples <= 0 or ratings.n_pairable < FEWEST_UNITS:
            return ()
        if data.documents is not None and len(np.unique(data.documents)) >= FEWEST_DOCUMENTS:
            given = [c for c, value in enumerate(values) if value is not None]
            if not given:
                return [(None, "no_value")] * self.codes
            rows, statistic = self.sums_of_documents(data, given)
            ones = np.ones(len(rows), dtype=np.int64)
            found = intervals_of(
                [values[c] for c in given],
                *(rows, ones, statistic),
                resamples=resamples,
                seed=seed,
                method=method,
                clustered_by="document",
            )
            by_place = dict(zip(given, found, strict=True))
            return [by_place.get(c, (None, "no_value")) for c in range(self.codes)]
        samples = self._alphas_of_units(kinds, ratings.n_pairable, resamples, seed)
        if method == "percentile":
            of_codes = percentile_intervals(samples, seed=seed, clustered_by="unit")
            return [
                (None, "no_value") if value is None else beside(value, *interval)
                for value, interval in zip(values, of_codes, strict=True)
            ]
        adds, borders = kinds.adds, np.searchsorted(kinds.code, np.arange(self.codes + 1))
        whole = np.stack([np.bincount(kinds.code, w, minlength=self.codes) for w in kinds.weighted().T], axis=1)
        left = fourfold.alpha_of_sums(*(whole[kinds.code] - adds).T)
        intervals: list[tuple[Interval | None, str | None]] = []
        for c, (value, row) in enumerate(zip(values, samples, strict=True)):
            if value is None:
                intervals.append((None, "no_value"))
                continue
            own = slice(borders[c], borders[c + 1])
            of_code = bca_interval(row, value, left[own], kinds.times[own], seed=seed, clustered_by="unit")
            intervals.append(beside(value, *of_code))
        return intervals

    def alphas_of_resamples(self, resamples: int, seed: int) -> Floats:
        """Return alpha of every code in every resample of units, C x B; NaN without variation.

        Equal to `krippendorff.alpha` of each resample to 1e-12. O(B (N + C kinds)); kinds: how many
        different (coders who used the code, coders) its units have.
        """
        data = patterns(self.ratings)
        return self._alphas_of_units(self._kinds(data), self.ratings.n_pairable, resamples, seed)

    def _alphas_of_units(self, kinds: "_Kinds", units: int, resamples: int, seed: int) -> Floats:
        layout = Layout.of(kinds.code, kinds.times, kinds.adds, tables=self.codes, units=units)
        return np.concatenate(
            [fourfold.alpha_of_sums(*sums) for sums in layout.sums(resamples=resamples, seed=seed)], axis=1
        )

    def sums_of_documents(self, data: Patterns, chosen: Sequence[int] | None = None) -> tuple[Floats, Statistic]:
        """Return documents x sums, and alpha of every code, or of those chosen, from such sums: all in the same resamples."""
        ones = self._ones(data)
        if chosen is not None:
            ones = ones.T[np.array(chosen, dtype=np.int64)].T
        entries = ones.tocoo()
        size = data.size[entries.row]
        differing = entries.data * (size - entries.data) / (size - 1.0)
        observed = sparse.csr_array((differing, (entries.row, entries.col)), shape=ones.shape)
        by_document = data.by_document()
        rows = np.hstack([(by_document @ observed).toarray(), (by_document @ ones).toarray()])
        rows = np.hstack([rows, (by_document @ data.size)[:, None]])
        codes = ones.shape[1]

        def statistic(sums: Floats) -> Floats:
            """Some resamples at a time: what is made on the way then stays near the processor."""
            parts = (sums[first : first + _AT_ONCE] for first in range(0, len(sums), _AT_ONCE))
            return np.concatenate([fourfold.alpha_of_sums(s[:, :codes], s[:, codes:-1], s[:, -1:]) for s in parts])

        return rows, statistic


@dataclass(frozen=True)
class _Kinds:
    """Which units the codes have: R of (code, coders who used it, coders with a value), and how often (times)."""

    code: Ints
    ones: Ints
    size: Ints
    times: Ints

    @property
    def adds(self) -> Floats:
        """What one unit adds to the sums of ``fourfold.alpha_of_sums``, R x 3."""
        return np.stack([self.ones * (self.size - self.ones) / (self.size - 1.0), self.ones, self.size], axis=1)

    def weighted(self) -> Floats:
        """What all its units add, R x 3."""
        return np.asarray(self.adds * self.times[:, None])


def _estimates(
    ratings: Ratings, method: str, values: Floats, used: Bools, parameters: dict[str, Parameter]
) -> list[Estimate]:
    """Return one estimate per code; NaN becomes the reason that applies."""
    if not ratings.n_pairable:
        return [ratings.estimate(method, "no_pairable_values", **parameters) for _ in used]
    results: list[float | str] = [
        "not_used" if not use else "no_variation" if np.isnan(value) else float(value)
        for use, value in zip(used, values, strict=True)
    ]
    blank = ratings.estimate(method, "no_variation", **parameters)
    counts = blank.n_units, blank.n_pairable, blank.n_values, blank.n_missing, blank.coders
    # Made outright: to copy and change one of a large study's 20,000 takes four times as long.
    return [
        Estimate(None, result, *counts, method, dict(parameters))
        if isinstance(result, str)
        else Estimate(result, None, *counts, method, dict(parameters))
        for result in results
    ]


def _with_interval(
    estimate: Estimate,
    intervals: Sequence[tuple[Interval | None, str | None]],
    code: int,
    resamples: int,
    seed: int,
) -> Estimate:
    reason = refusal(estimate.value, estimate.n_pairable, resamples)
    interval, reason = intervals[code] if reason is None else (None, reason)
    interval, reason = perfect(estimate.value, interval, reason, resamples=resamples, seed=seed)
    return estimate.with_interval(interval, reason)
