"""Two reports side by side: how much a coefficient changed, and how sure that is, from resamples that both share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from intercoder.stats.agreement.alpha import alpha_form, sums_of_documents
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.mv_alpha import mv_sums_of_documents
from intercoder.stats.agreement.report import DocumentRatings, ratings_of
from intercoder.stats.changed import Changes
from intercoder.stats.intervals import SEED
from intercoder.stats.paired import Draw, Sums, change
from intercoder.stats.patterns import patterns

#: coefficients over everything whose change gets an interval
COMPARED = ("alpha", "mv_alpha", "masi")


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
    draw = Draw.of(place, resamples, seed)
    common = [code for code in codes[0] if code in set(codes[1])]
    parts = [dict(side.parts(place, common, draw.resamples)) for side in sides]
    overall = {name: change(parts[0].get(name), parts[1].get(name), draw)[0] for name in COMPARED}
    by_code = change(parts[0].get("codes"), parts[1].get("codes"), draw) if common else []
    return Changes(overall, dict(zip(common, by_code, strict=False)), len(place), len(shared), draw.resamples, seed)


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
    ) -> Iterator[tuple[str, "Sums | str"]]:
        """Yield what can be resampled, by name, or the reason why it cannot."""
        ratings = ratings_of(self.documents, self.codes)
        data, at = patterns(ratings), np.array([place[name] for name in self.drawn], dtype=np.int64)
        for name, form in (
            ("alpha", alpha_form(ratings, data, "nominal")),
            ("masi", alpha_form(ratings, data, "masi")),
        ):
            yield name, form if isinstance(form, str) else Sums(*sums_of_documents(data, form), at)
        mv = mv_sums_of_documents(ratings, data, resamples)
        yield "mv_alpha", mv if isinstance(mv, str) else Sums(*mv, at)
        if len(data.frequency):
            yield "codes", Sums(*BinaryData.from_ratings(ratings, common).sums_of_documents(data), at)
