"""What the coefficients for free spans return, and the interval they share."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from intercoder.stats.arrays import Rows, Statistic
from intercoder.stats.intervals import Method, interval_of, intervals_of, refusal_of_documents
from intercoder.stats.results import Interval, Parameter, Plain, check
from intercoder.stats.spans.continuum import Spans


@dataclass(frozen=True, slots=True)
class SpanEstimate(Plain):
    """One number about free spans with what it was computed from, or the reason why there is none.

    ``value`` is finite or None, and None exactly when ``reason`` (a key of ``REASONS``) is given.
    ``coders``: how many have a place in the data; ``documents``: how many at least two of them
    finished; ``length``: code points of those documents; ``spans``: spans in them that were counted.
    ``coverage``: for ``cu_alpha`` and ``ku_alpha`` the share of the text the value speaks about.
    """

    value: float | None
    reason: str | None
    method: str
    coders: int
    documents: int
    length: int
    spans: int
    coverage: float | None = None
    parameters: dict[str, Parameter] = field(default_factory=dict)
    interval: Interval | None = None
    interval_reason: str | None = None

    def __post_init__(self) -> None:
        check(self.method, self.value, self.reason, self.interval_reason)

    @classmethod
    def on(
        cls,
        data: Spans,
        method: str,
        result: float | str,
        *,
        spans: int | None = None,
        coverage: float | None = None,
        parameters: dict[str, Parameter] | None = None,
    ) -> "SpanEstimate":
        """Return an estimate on these (compared) spans: a number is the value, a text is the reason for none.

        ``spans``: how many were counted, when not all of them.
        """
        return cls(
            value=None if isinstance(result, str) else float(result),
            reason=result if isinstance(result, str) else None,
            method=method,
            coders=len(data.coders),
            documents=len(data.documents),
            length=data.length,
            spans=len(data.start) if spans is None else spans,
            coverage=coverage,
            parameters=parameters or {},
        )

    def with_interval(self, interval: Interval | None, reason: str | None) -> "SpanEstimate":
        """Return the same number with its interval, or with the reason why there is none."""
        return SpanEstimate(
            self.value,
            self.reason,
            self.method,
            self.coders,
            self.documents,
            self.length,
            self.spans,
            self.coverage,
            self.parameters,
            interval,
            reason,
        )


def over_documents(
    value: float | None,
    rows: Rows,
    statistic: Statistic,
    *,
    resamples: int,
    seed: int,
    method: Method = "percentile",
) -> tuple[Interval | None, str | None]:
    """Return the interval over documents, percentile or BCa, or None and the reason.

    ``rows``: one row of sums per compared document (numpy or sparse); ``statistic``: such sums -> value.
    Reasons: those of ``refusal_of_documents``, and ``too_many_undefined``. O(B x entries of rows) for B resamples.
    """
    reason = refusal_of_documents(value, rows.shape[0], resamples)
    if value is None or reason is not None:
        return None, reason
    ones = np.ones(rows.shape[0], dtype=np.int64)
    return interval_of(
        value, rows, ones, statistic, resamples=resamples, seed=seed, method=method, clustered_by="document"
    )


def over_documents_each(
    estimates: Sequence[SpanEstimate],
    rows: Rows,
    statistic: Statistic,
    *,
    resamples: int,
    seed: int,
    method: Method = "percentile",
) -> list[SpanEstimate]:
    """Return the estimates of Q statistics with their intervals, all from the same resamples of documents.

    ``rows`` as for ``over_documents``; ``statistic``: b x P sums -> b x Q. Reasons and cost as there.
    """
    refused = [refusal_of_documents(estimate.value, rows.shape[0], resamples) for estimate in estimates]
    if all(refused):
        return [estimate.with_interval(None, reason) for estimate, reason in zip(estimates, refused, strict=True)]
    intervals = intervals_of(
        [estimate.value for estimate in estimates],
        rows,
        np.ones(rows.shape[0], dtype=np.int64),
        statistic,
        resamples=resamples,
        seed=seed,
        method=method,
        clustered_by="document",
    )
    return [estimate.with_interval(*found) for estimate, found in zip(estimates, intervals, strict=True)]


def mean_of(method: str, spans: Spans, values: list[float | None]) -> SpanEstimate:
    """Return the plain mean of the values there are; says how many there are and how many are undefined.

    ``no_defined_code`` when there are none. O(values).
    """
    defined = [value for value in values if value is not None]
    result: float | str = sum(defined) / len(defined) if defined else "no_defined_code"
    parameters: dict[str, Parameter] = {"codes": len(defined), "undefined_codes": len(values) - len(defined)}
    return SpanEstimate.on(spans, method, result, parameters=parameters)
