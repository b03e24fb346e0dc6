"""Two reports by free span side by side: how much a coefficient changed, and how sure that is."""

from collections.abc import Iterator, Mapping

import numpy as np

from intercoder.stats.arrays import Ints
from intercoder.stats.changed import Changes
from intercoder.stats.intervals import SEED
from intercoder.stats.paired import Draw, Sums, change
from intercoder.stats.spans.binary import BinarySums, mean_sums
from intercoder.stats.spans.coincidences import Continuum
from intercoder.stats.spans.continuum import Spans
from intercoder.stats.spans.unitizing import u_alpha_sums

#: coefficients over everything whose change gets an interval
COMPARED = ("u_alpha", "mean_binary_u_alpha", "any_code_u_alpha")


def span_changes(first: Spans, second: Spans, *, resamples: int = 1000, seed: int = SEED) -> Changes:
    """Return how much agreement on free spans changed from a report to another.

    Documents of both together are drawn, as ``agreement.paired.changes`` draws them. ``by_code``: |u-alpha of the codes that both
    have; the mean over codes is of those that each report has.

    Parameters
    ----------
    first, second
        the spans of the reports; a document of both has one name.
    resamples
        of documents; 0 for no interval.
    seed
        of the resamples.

    Notes
    -----
    As ``span_report`` for u-alpha and |u-alpha by code, twice.
    """
    known = [list(side.compared.documents) for side in (first, second)]
    place = {name: i for i, name in enumerate(dict.fromkeys(name for names in known for name in names))}
    draw = Draw.of(place, resamples, seed)
    common = [code for code in first.codes if code in set(second.codes)]
    parts = [dict(_parts(side, place, common)) for side in (first, second)]
    overall = {name: change(parts[0].get(name), parts[1].get(name), draw)[0] for name in COMPARED}
    by_code = change(parts[0].get("codes"), parts[1].get("codes"), draw) if common else []
    shared = len(set(known[0]) & set(known[1]))
    return Changes(overall, dict(zip(common, by_code, strict=False)), len(place), shared, draw.resamples, seed)


def _parts(spans: Spans, place: Mapping[str, int], common: list[str]) -> Iterator[tuple[str, Sums | str]]:
    """Yield what can be resampled, by name, or the reason why it cannot."""
    if not spans.compared.documents:
        return
    at: Ints = np.array([place[name] for name in spans.compared.documents], dtype=np.int64)
    given = u_alpha_sums(Continuum.of(spans))
    yield "u_alpha", given if isinstance(given, str) else Sums(*given, at)
    yield "mean_binary_u_alpha", Sums(*mean_sums(BinarySums.of(spans)), at)
    joined = spans.lift(dict.fromkeys(spans.codes, "*"))
    yield "any_code_u_alpha", Sums(*BinarySums.of(joined).sums_by_document(), at)
    if common:
        part = spans.select(codes=common)
        rows, by_code = BinarySums.of(part).sums_by_document()
        order = [part.codes.index(code) for code in common]  # each report has the codes in an order of its own
        yield "codes", Sums(rows, lambda sums: by_code(sums)[:, order], at)
