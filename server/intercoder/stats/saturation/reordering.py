"""Where news would have ended had the documents come in another order."""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from intercoder.errors import WrongArgument
from intercoder.stats.arrays import Ints
from intercoder.stats.normal import Z
from intercoder.stats.results import Plain, check
from intercoder.stats.saturation.incidence import Incidence


@dataclass(frozen=True, slots=True)
class Reordered:
    """One other order: the last document with news, and the same number if ``run`` documents follow it."""

    last_new: int
    stop: int | None


def reorder(documents: Sequence[Iterable[str]], order: Sequence[int], run: int = 2) -> Reordered:
    """Return where news would have ended in another order (the idea of Constantinou et al. 2017).

    Parameters
    ----------
    documents
        the set of codes present in each document.
    order
        positions in ``documents``; some may be left out.
    run
        documents without news that must follow for a stop.

    Notes
    -----
    O(U log U) for U (document, code). Constantinou, Georgiou & Perdikogianni 2017, doi 10.1177/1468794116686650.
    """
    last = Incidence.of([documents[i] for i in order]).discovery.last_document_with_new_code
    return Reordered(last, last if len(order) - last >= run else None)


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of the random orders; with 95 % confidence that of all orders lies in ``low``..``high``."""

    value: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Reordering(Plain):
    """The last document with news in arrival order, reversed, case by case, and in random orders.

    ``median``, ``percentile5``, ``percentile95``: of the random orders. ``share_stopped``: random orders
    in which at least ``run`` documents without news end the sequence, with its standard error.
    ``share_last_new``: random orders whose very last document brings something; its exact value is
    ``p_new_last_exact``. ``by_case`` is None without cases. ``reason`` says why there is nothing.
    """

    documents: int
    arrival: int
    reversed: int
    by_case: int | None
    orders: int
    seed: int
    run: int
    median: Quantile | None
    percentile5: Quantile | None
    percentile95: Quantile | None
    share_stopped: float | None
    share_stopped_standard_error: float | None
    share_last_new: float | None
    p_new_last_exact: float | None
    reason: str | None

    def __post_init__(self) -> None:
        check("reordering", self.p_new_last_exact, self.reason)


def reordering(
    documents: Sequence[Iterable[str]] | Incidence,
    *,
    cases: Sequence[Hashable] | None = None,
    orders: int = 1000,
    run: int = 2,
    seed: int = 0,
) -> Reordering:
    """Return where news ends under other orders (after Constantinou et al. 2017, doi 10.1177/1468794116686650).

    Parameters
    ----------
    documents
        the set of codes present in each document, in order of arrival.
    cases
        the case of each document; documents are then also taken case by case, cases as they first came.
    orders
        random orders to draw, at least 1.
    run
        documents without news that must end an order for it to have "stopped".
    seed
        of the generator (PCG64).

    Returns
    -------
    Reordering : documents counted from 1, 0 for none. Reasons: ``no_documents``, ``no_codes``.

    Raises
    ------
    WrongArgument : no orders, or not one case per document.

    Notes
    -----
    O(U log U + orders x (n + U)): the first place of every code is a minimum over permuted places.
    """
    incidence = documents if isinstance(documents, Incidence) else Incidence.of(documents)
    n = incidence.documents
    if orders < 1:
        raise WrongArgument("bad_orders", "At least one random order must be drawn.")
    if cases is not None and len(cases) != n:
        raise WrongArgument(
            "bad_cases", "Every document needs its case: {given} given, {n} needed.", given=len(cases), n=n
        )
    arrival = np.arange(n)
    arrived = _last(incidence, arrival)
    backwards = _last(incidence, arrival[::-1].copy())
    by_case = None if cases is None else _last(incidence, _case_by_case(cases))
    if not incidence.codes:
        reason = "no_codes" if n else "no_documents"
        none = (None,) * 7
        return Reordering(n, arrived, backwards, by_case, orders, seed, run, *none, reason=reason)
    lasts = np.sort(random_lasts(incidence, orders, seed))
    stopped = float(np.mean(n - lasts >= run))
    return Reordering(
        documents=n,
        arrival=arrived,
        reversed=backwards,
        by_case=by_case,
        orders=orders,
        seed=seed,
        run=run,
        median=_quantile(lasts, 0.5),
        percentile5=_quantile(lasts, 0.05),
        percentile95=_quantile(lasts, 0.95),
        share_stopped=stopped,
        share_stopped_standard_error=math.sqrt(stopped * (1 - stopped) / orders),
        share_last_new=float(np.mean(lasts == n)),
        p_new_last_exact=len(incidence.uniques) / n,
        reason=None,
    )


def random_lasts(incidence: Incidence, orders: int, seed: int) -> Ints:
    """Return the last document with news (from 1) in each of so many random orders. O(orders x (n + U)).

    There is at least one code.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    place = np.empty(len(incidence.rows), dtype=np.int64)  # one buffer: fresh memory would cost more than the work
    starts = incidence.starts[:-1]
    lasts = np.empty(orders, dtype=np.int64)
    for i in range(orders):
        generator.permutation(incidence.documents).take(incidence.rows, out=place, mode="clip")
        lasts[i] = np.minimum.reduceat(place, starts).max() + 1
    return lasts


def _last(incidence: Incidence, position: Ints) -> int:
    return int(incidence.first(position).max(initial=-1)) + 1


def _case_by_case(cases: Sequence[Hashable]) -> Ints:
    rank: dict[Hashable, int] = {}
    group = [rank.setdefault(case, len(rank)) for case in cases]
    position = np.empty(len(group), dtype=np.int64)
    position[np.argsort(group, kind="stable")] = np.arange(len(group))
    return position


def _quantile(ordered: Ints, p: float) -> Quantile:
    """Return the order statistic at p and, around it, those that bound it with 95 % confidence."""
    count = len(ordered)
    middle, spread = count * p, Z * math.sqrt(count * p * (1 - p))
    places = (math.ceil(middle) - 1, math.floor(middle - spread) - 1, math.ceil(middle + spread))
    value, low, high = (int(ordered[min(max(place, 0), count - 1)]) for place in places)
    return Quantile(value, low, high)
