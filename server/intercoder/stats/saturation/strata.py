"""Cases, source types or coders compared at equal coverage: unequal numbers of documents alone make a difference."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intercoder.errors import WrongArgument
from intercoder.stats.normal import around
from intercoder.stats.results import Plain, check
from intercoder.stats.saturation.accumulation import knots
from intercoder.stats.saturation.bands import spread_at_coverage
from intercoder.stats.saturation.coverage import Prospect
from intercoder.stats.saturation.incidence import Incidence
from intercoder.stats.saturation.richness import refusal

#: Rounding of logarithms must not turn "exactly twice the documents" into "more than that".
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum at the common coverage.

    ``documents``, ``observed``, ``coverage``: as they are. ``codes``: expected number of codes at the
    common coverage, reached with ``needed`` documents (a fraction is a point on the line between two
    whole numbers); ``interval``: its 95 % interval by bootstrap. ``extrapolated``: whether that is more
    than there are. ``reason``: why there is none: too few documents, or beyond twice of them
    (``beyond_twice``).
    """

    documents: int
    observed: int
    coverage: float | None
    codes: float | None
    needed: float | None
    interval: tuple[float, float] | None
    extrapolated: bool
    reason: str | None

    def __post_init__(self) -> None:
        check("stratum", self.codes, self.reason)


@dataclass(frozen=True, slots=True)
class Comparison(Plain):
    """All strata at one coverage; ``coverage`` is None with a reason when no stratum has any."""

    coverage: float | None
    chosen: bool
    strata: dict[str, Stratum]
    reason: str | None
    resamples: int
    seed: int

    def __post_init__(self) -> None:
        check("comparison", self.coverage, self.reason)


def equal_coverage(
    strata: Mapping[str, Sequence[Iterable[str]]],
    coverage: float | None = None,
    *,
    resamples: int = 200,
    seed: int = 0,
) -> Comparison:
    """Return how many codes every stratum has at the same coverage.

    Parameters
    ----------
    strata
        name -> the sets of codes of its documents.
    coverage
        above 0, below 1; when not given, the highest that every stratum reaches with twice its documents at most.
    resamples, seed
        of the bootstrap of the intervals (Chao et al. 2014, appendix G); 0: no intervals.

    Returns
    -------
    Comparison
        a stratum that would need more than twice its documents has no number. Reasons: ``no_documents``,
        ``no_codes``, ``needs_2_documents``, ``beyond_twice``.

    Raises
    ------
    WrongArgument : a coverage that is not between 0 and 1, or is one of them.

    Notes
    -----
    O(U log U + resamples x (S + n + log n x different frequencies)) per stratum.

    References
    ----------
    Chao & Jost 2012, Ecology 93: 2533-2547, doi 10.1890/11-1952.1: samples are compared at equal completeness, not at
    equal size.
    """
    if coverage is not None and not 0 < coverage < 1:
        raise WrongArgument("bad_coverage", "A coverage lies between 0 and 1.")
    frequencies = {name: Incidence.of(documents).frequencies for name, documents in strata.items()}
    prospects = {name: Prospect.of(f) for name, f in frequencies.items() if refusal(f) is None}
    common, chosen = coverage, coverage is not None
    if common is None and prospects:
        common = min(prospect.coverage(2 * prospect.f.documents) for prospect in prospects.values())
    results = {}
    for name, f in frequencies.items():
        known = prospects.get(name)
        if known is None or common is None:
            none = refusal(f) or "no_codes"
            results[name] = Stratum(f.documents, f.observed, None, None, None, None, extrapolated=False, reason=none)
        else:
            results[name] = _at(known, common, resamples, seed)
    reason = None if common is not None else "no_documents" if not frequencies else "needs_2_documents"
    return Comparison(common, chosen, results, reason, resamples, seed)


def _at(prospect: Prospect, coverage: float, resamples: int, seed: int) -> Stratum:
    f, reached = prospect.f, prospect.coverage()
    needed = prospect.documents_at(coverage)
    if needed is None or needed > 2 * f.documents + _SLACK:
        return Stratum(f.documents, f.observed, reached, None, None, None, extrapolated=False, reason="beyond_twice")
    needed = min(needed, 2.0 * f.documents)
    codes = prospect.codes(needed)
    spread = spread_at_coverage(prospect, coverage, resamples=resamples, seed=seed) if resamples > 1 else None
    return Stratum(
        documents=f.documents,
        observed=f.observed,
        coverage=reached,
        codes=codes,
        needed=needed,
        interval=None if spread is None else around(codes, spread, least=0.0),
        extrapolated=needed > f.documents,
        reason=None,
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """The curve of one stratum: (coverage, expected codes) of 1 document up to all of them, and of more, up to twice as many."""

    found: tuple[tuple[float, float], ...]
    ahead: tuple[tuple[float, float], ...]


def reaches(strata: Mapping[str, Sequence[Iterable[str]]], points: int = 24) -> dict[str, Reach]:
    """Return the curve of every stratum of which something can be estimated, at so many numbers of documents at most.

    O(U log U + points x different frequencies) per stratum. Chao & Jost 2012.
    """
    found = {}
    for name, documents in strata.items():
        f = Incidence.of(documents).frequencies
        if refusal(f) is None:
            known, n = Prospect.of(f), f.documents
            here = tuple((known.coverage(t), known.codes(t)) for t in knots(n, points))
            more = tuple((known.coverage(n + m), known.codes(n + m)) for m in knots(n, points // 2))
            found[name] = Reach(here, more)
    return found
