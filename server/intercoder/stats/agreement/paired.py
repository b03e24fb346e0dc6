"""Two reports side by side: how much a coefficient changed, and how sure that is, from resamples that both share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from intercoder.stats.agreement.alpha import alpha_form, sums_of_documents
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.changed import Change, Changes
from intercoder.stats.agreement.mv_alpha import mv_sums_of_documents
from intercoder.stats.agreement.report import DocumentRatings, ratings_of
from intercoder.stats.arrays import Floats, Ints, Rows, Statistic
from intercoder.stats.intervals import FEWEST_DOCUMENTS, MOST_UNDEFINED, SEED, resample
from intercoder.stats.patterns import patterns

#: coefficients over everything whose change gets an interval
COMPARED = ("alpha", "mv_alpha", "masi")


@dataclass(frozen=True)
class _Sums:
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


def changes(
    first: Sequence[DocumentRatings],
    second: Sequence[DocumentRatings],
    codes: tuple[Sequence[str], Sequence[str]],
    *,
    resamples: int = 1000,
    seed: int = SEED,
) -> Changes:
    """Return how much agreement changed from a report to another.

    One resample draws documents of both together, with replacement, and each report takes those of them that it has: a document of both
    is in both or in neither, so that what the reports have in common does not blur their difference; reports without a
    common document are drawn as independent ones.

    Parameters
    ----------
    first, second
        the documents of the reports; a document of both has one name.
    codes
        the codes of each report; alpha is compared for those that both have.
    resamples
        of documents; 0 for no interval.
    seed
        of the resamples.

    Notes
    -----
    As ``agreement_report`` for its overall and by-code alpha, twice. The paired cluster bootstrap: Field & Welsh 2007, Journal of the
    Royal Statistical Society B 69: 369-390, doi 10.1111/j.1467-9868.2007.00593.x.
    """
    sides = [_Side.of(documents, own) for documents, own in zip((first, second), codes, strict=True)]
    place = {name: i for i, name in enumerate(dict.fromkeys(name for side in sides for name in side.drawn))}
    shared = set(sides[0].drawn) & set(sides[1].drawn)
    draws = resamples if len(place) >= FEWEST_DOCUMENTS else 0
    why = None if draws else ("too_few_documents" if resamples else "not_requested")
    common = [code for code in codes[0] if code in set(codes[1])]
    parts = [dict(side.parts(place, common, draws)) for side in sides]
    overall = {
        name: _change(parts[0].get(name), parts[1].get(name), draws, seed, len(place), why)[0] for name in COMPARED
    }
    by_code = _change(parts[0].get("codes"), parts[1].get("codes"), draws, seed, len(place), why) if common else []
    return Changes(overall, dict(zip(common, by_code, strict=False)), len(place), len(shared), draws, seed)


@dataclass(frozen=True)
class _Side:
    """One of the two reports. ``drawn``: its documents in which two coders have a value in common."""

    documents: Sequence[DocumentRatings]
    codes: Sequence[str]
    drawn: Sequence[str]

    @classmethod
    def of(cls, documents: Sequence[DocumentRatings], codes: Sequence[str]) -> "_Side":
        data = patterns(ratings_of(documents, codes))
        names = [document.document for document in documents if document.units]
        known = [] if data.documents is None else [names[i] for i in np.unique(data.documents)]
        return cls(documents, codes, known)

    def parts(
        self, place: Mapping[str, int], common: Sequence[str], resamples: int
    ) -> Iterator[tuple[str, "_Sums | str"]]:
        """Yield what can be resampled, by name, or the reason why it cannot."""
        ratings = ratings_of(self.documents, self.codes)
        data, at = patterns(ratings), np.array([place[name] for name in self.drawn], dtype=np.int64)
        for name, form in (
            ("alpha", alpha_form(ratings, data, "nominal")),
            ("masi", alpha_form(ratings, data, "masi")),
        ):
            yield name, form if isinstance(form, str) else _Sums(*sums_of_documents(data, form), at)
        mv = mv_sums_of_documents(ratings, data, resamples)
        yield "mv_alpha", mv if isinstance(mv, str) else _Sums(*mv, at)
        if len(data.frequency):
            yield "codes", _Sums(*BinaryData.from_ratings(ratings, common).sums_of_documents(data), at)


def _change(
    first: _Sums | str | None, second: _Sums | str | None, resamples: int, seed: int, documents: int, why: str | None
) -> list[Change]:
    """Return the change of a statistic, or of several at once."""
    values = [np.atleast_1d(side.value) if isinstance(side, _Sums) else None for side in (first, second)]
    size = max((len(value) for value in values if value is not None), default=1)
    one, two = (np.full(size, np.nan) if value is None else value for value in values)
    if not isinstance(first, _Sums) or not isinstance(second, _Sums):
        refused = {side for side in (first, second) if isinstance(side, str)}
        reason = "no_interval" if "no_interval" in refused else "no_value"
        return [Change(_known(a), _known(b), None, reason=reason) for a, b in zip(one, two, strict=True)]
    if not resamples:
        return [
            Change(_known(a), _known(b), _known(b - a), reason=why if _known(b - a) is not None else "no_value")
            for a, b in zip(one, two, strict=True)
        ]
    width = max(1, *first.rows.shape, *second.rows.shape)
    weights = resample(np.ones(documents, dtype=np.int64), resamples=resamples, seed=seed, width=width)
    moved = np.concatenate([(second.of(w) - first.of(w)).reshape(len(w), -1) for w in weights])
    return [_told(a, b, samples) for a, b, samples in zip(one, two, moved.T, strict=True)]


def _told(first: float, second: float, samples: Floats) -> Change:
    change = _known(second - first)
    if change is None:
        return Change(_known(first), _known(second), None, reason="no_value")
    known = samples[~np.isnan(samples)]
    if len(known) < (1.0 - MOST_UNDEFINED) * len(samples):
        return Change(_known(first), _known(second), change, reason="too_many_undefined")
    low, high = np.quantile(known, (0.025, 0.975))
    return Change(_known(first), _known(second), change, float(low), float(high), float((known > 0.0).mean()))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
