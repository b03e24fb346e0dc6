"""Drift: whether a coder who meets the same units again codes them as before."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from scipy import stats

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import Measurement, krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.coefficients import percent_agreement
from intercoder.stats.agreement.faultless import expected_disagreement, with_width
from intercoder.stats.arrays import Bools, Floats
from intercoder.stats.intervals import FEWEST_UNITS, SEED
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate, Plain, check

_OCCASIONS = ("first", "second")


@dataclass(frozen=True, slots=True)
class Recoding:
    """One unit that a coder coded twice, without seeing the first result the second time.

    ``first`` and ``second``: a value, or the frozenset of the codes; None is a unit that was skipped. Times are
    both with or both without a time zone.
    """

    coder: str
    unit: str
    first: Hashable | None
    second: Hashable | None
    document: str | None = None
    first_at: datetime | None = None
    second_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CodeDrift(Plain):
    """One code at two times: units with it ``both`` times, the ``first`` or ``second`` time only, or ``neither``.

    ``direction``: ``more`` when the coder uses the code more often now, ``less``, or ``same``. ``p``: McNemar's exact
    two-sided probability of a change at least as one-sided when both directions are equally likely; ``p_holm``
    the same held against all codes of this coder that changed (Holm). Both None with ``p_reason`` when nothing changed.
    """

    code: Hashable
    alpha: Estimate
    both: int
    first: int
    second: int
    neither: int
    direction: Literal["more", "less", "same"]
    p: float | None
    p_holm: float | None
    p_reason: str | None

    def __post_init__(self) -> None:
        check("mcnemar_exact", self.p, self.p_reason)


@dataclass(frozen=True, slots=True)
class Window(Plain):
    """The units in one range of lags (days between the two times), or of second times (days since the earliest)."""

    start: float
    end: float
    alpha: Estimate
    percent: Estimate


@dataclass(frozen=True, slots=True)
class CoderDrift(Plain):
    """How stable one coder is; ``few_units`` below 10 units with both values.

    ``by_code`` most changed first. ``by_lag`` and ``over_time``: windows of about equally many units, at
    least 10 each; empty with ``times_reason`` when too few times are known.
    """

    coder: str
    alpha: Estimate
    percent: Estimate
    by_code: tuple[CodeDrift, ...]
    by_lag: tuple[Window, ...]
    over_time: tuple[Window, ...]
    times_reason: str | None
    few_units: bool


def drift(
    recodings: Iterable[Recoding],
    level: Measurement = "nominal",
    *,
    categories: Sequence[Hashable] | None = None,
    windows: int = 3,
    resamples: int = 0,
    seed: int = SEED,
) -> tuple[CoderDrift, ...]:
    """Return for every coder the test-retest alpha: alpha with the two occasions in place of two coders.

    Parameters
    ----------
    recodings
        of any number of coders, in any order. A unit that came back twice is two of them.
    level
        as in ``krippendorff_alpha``; ``masi`` or ``jaccard`` when the values are sets of codes, whose nominal
        alpha asks for exactly the same set.
    categories
        the declared values in their order, for an ordinal scale of labels.
    windows
        at most so many windows of lags and of times.
    resamples, seed
        of the intervals of ``alpha`` and of the codes' alphas; 0 for none.

    Returns
    -------
    One CoderDrift per coder, sorted by name. Reasons: those of alpha (``no_pairable_values`` when no unit has
    both values, ``no_variation``), ``no_change`` of a p, ``no_times`` (fewer than 10 units with both times).

    Raises
    ------
    WrongArgument : a second time before the first one, fewer than one window, a value outside ``categories``;
        as ``krippendorff_alpha``.

    Notes
    -----
    O(units log units + codes x patterns), and the resamples of the intervals. Alpha corrects for chance and so takes
    a coder who only ever uses one code for one without information. Of who never changed anything the interval of alpha is that of
    ``faultless.sure_end`` (Clopper & Pearson 1934): resamples would have no width. McNemar's test looks at the direction: a coder
    can drift and keep a high alpha.

    References
    ----------
    Krippendorff 2004, Content Analysis, 2nd ed., ch. 11 (stability as the weakest kind of reliability). McNemar
    1947, doi 10.1007/BF02295996. Holm 1979, Scandinavian Journal of Statistics 6:65-70.
    """
    if windows < 1:
        raise WrongArgument("no_window", "At least one window is needed.")
    by_coder: dict[str, list[Recoding]] = {}
    for recoding in recodings:
        if recoding.first_at is not None and recoding.second_at is not None and recoding.second_at < recoding.first_at:
            raise WrongArgument(
                "second_before_first", "The unit {unit} was coded again before it was coded first.", unit=recoding.unit
            )
        by_coder.setdefault(recoding.coder, []).append(recoding)
    drifts = []
    for coder in sorted(by_coder):
        own = sorted(by_coder[coder], key=lambda recoding: (recoding.document or "", recoding.unit))
        drifts.append(_coder(coder, own, level, categories, windows, resamples, seed))
    return tuple(drifts)


def _coder(
    coder: str,
    own: list[Recoding],
    level: Measurement,
    categories: Sequence[Hashable] | None,
    windows: int,
    resamples: int,
    seed: int,
) -> CoderDrift:
    documents = [recoding.document for recoding in own]
    ratings = Ratings.from_rows(
        [[recoding.first for recoding in own], [recoding.second for recoding in own]],
        coders=_OCCASIONS,
        categories=categories,
        documents=documents if None not in documents else None,
    )
    lags, times, timed = _times(own)
    few_times = len(timed) < FEWEST_UNITS
    alpha = krippendorff_alpha(ratings, level, resamples=resamples, seed=seed)
    if level in ("nominal", "masi"):
        twice = [value for one in own if None not in (one.first, one.second) for value in (one.first, one.second)]
        alpha = with_width(alpha, expected_disagreement(twice, level))
    return CoderDrift(
        coder=coder,
        alpha=alpha,
        percent=percent_agreement(ratings),
        by_code=_by_code(ratings, resamples, seed),
        by_lag=() if few_times else _windows(ratings, level, timed, lags, windows),
        over_time=() if few_times else _windows(ratings, level, timed, times, windows),
        times_reason="no_times" if few_times else None,
        few_units=ratings.n_pairable < FEWEST_UNITS,
    )


def _by_code(ratings: Ratings, resamples: int, seed: int) -> tuple[CodeDrift, ...]:
    """Return every code, or every single value as a code, most one-sidedly changed first."""
    sets = tuple(value if isinstance(value, frozenset) else frozenset((value,)) for value in ratings.values)
    codes = sorted(frozenset().union(*sets), key=repr)
    names = [repr(code) for code in codes]
    given = {code: name for code, name in zip(codes, names, strict=True)}
    named = tuple(frozenset(given[code] for code in value) for value in sets)
    data = BinaryData.from_ratings(Ratings(ratings.coders, named, ratings.index, ratings.documents), names)
    alphas = data.estimates((0, 1), ("alpha",), resamples, seed)["alpha"]
    both, first, second, n = data.fourfold((0, 1))
    changes = [_mcnemar(int(b), int(c)) for b, c in zip(first, second, strict=True)]
    held = _holm(changes)
    drifts = [
        CodeDrift(
            code=code,
            alpha=with_width(alphas[c], _by_chance(int(both[c]), int(first[c] + second[c]), n)),
            both=int(both[c]),
            first=int(first[c]),
            second=int(second[c]),
            neither=n - int(both[c] + first[c] + second[c]),
            direction="more" if second[c] > first[c] else "less" if second[c] < first[c] else "same",
            p=changes[c],
            p_holm=held[c],
            p_reason="no_change" if changes[c] is None else None,
        )
        for c, code in enumerate(codes)
    ]
    return tuple(sorted(drifts, key=lambda drift: (2.0 if drift.p is None else drift.p, -drift.first - drift.second)))


def _by_chance(both: int, once: int, n: int) -> float:
    share = (2 * both + once) / max(2 * n, 1)
    return 2.0 * share * (1.0 - share)


def _mcnemar(first: int, second: int) -> float | None:
    return float(stats.binomtest(first, first + second).pvalue) if first + second else None


def _holm(p: list[float | None]) -> list[float | None]:
    """Return Holm's adjusted probabilities; None stays None and is no test."""
    order = sorted((value, i) for i, value in enumerate(p) if value is not None)
    adjusted: list[float | None] = [None] * len(p)
    greatest = 0.0
    for place, (value, i) in enumerate(order):
        greatest = max(greatest, min(1.0, value * (len(order) - place)))
        adjusted[i] = greatest
    return adjusted


def _times(own: list[Recoding]) -> tuple[Floats, Floats, Bools]:
    """Return lags and second times in days of the units with both values and times, and their positions."""
    known = [
        (i, recoding.first_at, recoding.second_at)
        for i, recoding in enumerate(own)
        if recoding.first_at is not None
        and recoding.second_at is not None
        and recoding.first is not None
        and recoding.second is not None
    ]
    earliest = min((second for _, _, second in known), default=None)
    lags = [(second - first).total_seconds() / 86_400 for _, first, second in known]
    times = [(second - earliest).total_seconds() / 86_400 for _, _, second in known if earliest is not None]
    return np.array(lags), np.array(times), np.array([i for i, _, _ in known], dtype=np.int64)


def _windows(ratings: Ratings, level: Measurement, units: Bools, keys: Floats, windows: int) -> tuple[Window, ...]:
    """Return windows of about equally many units, at least 10 each; equal keys are never parted."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    number = max(1, min(windows, len(ordered) // FEWEST_UNITS))
    cuts = [0]
    for part in range(1, number):
        cut = int(np.searchsorted(ordered, ordered[part * len(ordered) // number]))
        if cut - cuts[-1] >= FEWEST_UNITS:  # a cut only moves down, so the rest is long enough
            cuts.append(cut)
    over_time = []
    for start, end in zip(cuts, [*cuts[1:], len(ordered)], strict=True):
        part_ratings = ratings.select(units=units[order[start:end]])
        over_time.append(
            Window(
                start=float(ordered[start]),
                end=float(ordered[end - 1]),
                alpha=krippendorff_alpha(part_ratings, level),
                percent=percent_agreement(part_ratings),
            )
        )
    return tuple(over_time)
