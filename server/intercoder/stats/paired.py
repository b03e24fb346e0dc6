"""Two sets of data side by side: how much a statistic changed, and how sure that is, from resamples of documents that both share."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from intercoder.stats.arrays import Floats, Ints, Rows, Statistic
from intercoder.stats.changed import Change
from intercoder.stats.intervals import FEWEST_DOCUMENTS, MOST_UNDEFINED, resample


@dataclass(frozen=True)
class Sums:
    """A statistic, or several at once, as a function of sums over documents; ``at``: where these are among all that are drawn."""

    rows: Rows
    statistic: Statistic
    at: Ints

    def of(self, weights: Floats) -> Floats:
        """Return the statistic in b resamples, given as b x all documents; b, or b x Q."""
        own = weights[:, self.at]
        sums = own @ self.rows if isinstance(self.rows, np.ndarray) else (self.rows.T @ own.T).T
        return np.asarray(self.statistic(np.asarray(sums, dtype=np.float64)))

    @property
    def value(self) -> Floats:
        """The statistic of the data: every document once."""
        value: Floats = self.of(np.ones((1, int(self.at.max()) + 1 if len(self.at) else 1)))[0]
        return value


@dataclass(frozen=True)
class Draw:
    """What is drawn: so many resamples of so many documents of both sides together; or ``why`` there are none."""

    documents: int
    resamples: int
    seed: int
    why: str | None

    @classmethod
    def of(cls, documents: Collection[str], resamples: int, seed: int) -> "Draw":
        """Return the draw from these documents: none where they are fewer than ten, or none was asked for."""
        if len(documents) >= FEWEST_DOCUMENTS and resamples:
            return cls(len(documents), resamples, seed, None)
        return cls(len(documents), 0, seed, "too_few_documents" if resamples else "not_requested")


def change(first: Sums | str | None, second: Sums | str | None, draw: Draw) -> list[Change]:
    """Return the change of a statistic, or of several at once; of a side that has none, or a reason in its place, there is none."""
    values = [np.atleast_1d(side.value) if isinstance(side, Sums) else None for side in (first, second)]
    size = max((len(value) for value in values if value is not None), default=1)
    one, two = (np.full(size, np.nan) if value is None else value for value in values)
    if not isinstance(first, Sums) or not isinstance(second, Sums):
        refused = {side for side in (first, second) if isinstance(side, str)}
        reason = "no_interval" if "no_interval" in refused else "no_value"
        return [Change(_known(a), _known(b), None, reason=reason) for a, b in zip(one, two, strict=True)]
    if not draw.resamples:
        return [
            Change(_known(a), _known(b), _known(b - a), reason=draw.why if _known(b - a) is not None else "no_value")
            for a, b in zip(one, two, strict=True)
        ]
    width = max(1, *first.rows.shape, *second.rows.shape)
    weights = resample(np.ones(draw.documents, dtype=np.int64), resamples=draw.resamples, seed=draw.seed, width=width)
    moved = np.concatenate([(second.of(w) - first.of(w)).reshape(len(w), -1) for w in weights])
    return [_told(a, b, samples) for a, b, samples in zip(one, two, moved.T, strict=True)]


def _told(first: float, second: float, samples: Floats) -> Change:
    moved = _known(second - first)
    if moved is None:
        return Change(_known(first), _known(second), None, reason="no_value")
    known = samples[~np.isnan(samples)]
    if len(known) < (1.0 - MOST_UNDEFINED) * len(samples):
        return Change(_known(first), _known(second), moved, reason="too_many_undefined")
    low, high = np.quantile(known, (0.025, 0.975))
    return Change(_known(first), _known(second), moved, float(low), float(high), float((known > 0.0).mean()))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
