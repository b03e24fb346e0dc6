"""Every figure of saturation that one set of documents gives at one level."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from intercoder.stats.results import Json, Plain, check, plain, plain_fields
from intercoder.stats.saturation import richness
from intercoder.stats.saturation.accumulation import Accumulation, accumulation, knots, missed_shares, union_sizes
from intercoder.stats.saturation.bands import bands
from intercoder.stats.saturation.coverage import Prospect
from intercoder.stats.saturation.growing import Grown
from intercoder.stats.saturation.incidence import Discovery, Frequencies, Incidence
from intercoder.stats.saturation.richness import Richness
from intercoder.stats.saturation.stopping import Guest, francis2010, guest2020

SHARES = (0.9, 0.95, 0.99, 1.0)
_NO_CURVE = Accumulation((), (), (), (), ())


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or the reason (a key of ``REASONS``) why there is none."""

    value: float | None
    reason: str | None

    def __post_init__(self) -> None:
        check("quantity", self.value, self.reason)

    @classmethod
    def of(cls, result: float | str) -> "Quantity":
        """Return the quantity of a number or of a reason."""
        return cls(None, result) if isinstance(result, str) else cls(float(result), None)


@dataclass(frozen=True, slots=True)
class Point(Plain):
    """So many documents: expected codes and coverage, each with its 95 % interval (None: not asked for)."""

    documents: int
    codes: float
    coverage: float
    codes_ci95: tuple[float, float] | None = None
    coverage_ci95: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Saturation(Plain):
    """Facts about documents in order of arrival; no verdict.

    ``estimates``: ichao2, ice, ice_2016, jack1, jack1_se, jack2, bootstrap, coverage, turing_coverage,
    expected_new_next, expected_new_next_5 (the slope S(n+5) - S(n) of Tran et al. 2017),
    p_new_next_model, p_new_last_exact, extrapolate_to_2n, coverage_at_2n.
    ``further_documents``: documents still needed for a share of Chao2; beyond n they are no prediction.
    ``extrapolation`` runs from n to 2n, ``interpolation`` (coverage of fewer documents) from 1 to n - 1;
    ``coverage_ci95`` belongs to n. The intervals come from ``resamples`` imagined studies with ``seed``.
    ``flags``: see ``richness.flags``. ``reason`` says why there is nothing but the facts.
    """

    frequencies: Frequencies
    discovery: Discovery
    accumulation: Accumulation
    chao2: Richness | None
    chao2_bc: Richness | None
    estimates: dict[str, Quantity]
    coverage_ci95: tuple[float, float] | None
    further_documents: dict[str, float]
    interpolation: tuple[Point, ...]
    extrapolation: tuple[Point, ...]
    uniques: int
    resamples: int
    seed: int
    flags: tuple[str, ...]
    reason: str | None

    @property
    def guest2020(self) -> Guest:
        """The rule of Guest, Namey & Chen as they published it. O(n)."""
        return guest2020(self.discovery.new)

    @property
    def francis2010(self) -> int | None:
        """Where the rule of Francis et al. is met as they published it. O(n)."""
        return francis2010(self.discovery.new)

    def to_json(self) -> dict[str, Json]:
        """Return plain dictionaries, lists, numbers, texts and None."""
        curve = plain_fields(self.accumulation)
        curve["sd_unconditional_chao2"] = curve.pop("sd_unconditional")
        return {
            "documents": self.frequencies.documents,
            "observed": self.frequencies.observed,
            "incidences": self.frequencies.incidences,
            "Q": {str(k): count for k, count in sorted(self.frequencies.q.items())},
            "chao2": _beside_estimate(self.chao2),
            "chao2_bc": _beside_estimate(self.chao2_bc),
            **{name: plain(quantity) for name, quantity in self.estimates.items()},
            "coverage_ci95": plain(self.coverage_ci95),
            "further_documents": plain(self.further_documents),
            "discovery": plain(self.discovery),
            "accumulation": curve,
            "interpolation": plain(self.interpolation),
            "extrapolation": plain(self.extrapolation),
            "guest2020": plain(self.guest2020),
            "francis2010": {"stopped_at": self.francis2010, "initial": 10, "stop": 3},
            "documents_with_uniques": self.uniques,
            "resamples": self.resamples,
            "seed": self.seed,
            "flags": plain(self.flags),
            "reason": self.reason,
        }


def _beside_estimate(total: Richness | None) -> Json:
    """Return a number of codes without an interval that leaves it out, and then why."""
    if total is None:
        return None
    reason = None if total.interval else "centred_elsewhere"
    return {**total.to_json(), "ci95": plain(total.interval), "interval_reason": reason}


def saturation(
    documents: Sequence[frozenset[str]] | Grown, *, points: int = 200, resamples: int = 200, seed: int = 0
) -> Saturation:
    """Return discovery, order-free curve, richness, coverage, outlook and stopping rules.

    Parameters
    ----------
    documents
        the set of codes present in each finished document, in order of arrival; empty sets count. What grew is not
        counted anew.
    points
        the curve is computed at so many numbers of documents at most (both ends included); 0: no curve, see ``with_curve``.
    resamples
        imagined studies for the intervals of coverage and extrapolation; 0: none.
    seed
        of their generator (PCG64).

    Notes
    -----
    n = 0 or no code: facts only. n = 1: curve only. Nothing is ever NaN, infinite or negative.
    Reasons: ``no_documents``, ``no_codes``, ``needs_2_documents``; of single estimates also ``no_coverage``,
    ``needs_3_documents``, ``not_predictable``. With F different frequencies O(U log U + points x F) and, for
    ``sd_permutation``, that of ``union_sizes``; the intervals O(resamples x (S + n + points x F)). Sources: the
    functions that compute them; Tran et al. 2017, J. Clin. Epidemiol. 82: 71 (the slope).
    """
    incidence = documents.incidence if isinstance(documents, Grown) else Incidence.of(documents)
    f = incidence.frequencies
    n, reason = f.documents, richness.refusal(f)
    total = None if reason else richness.chao2(f)
    estimates = {name: Quantity.of(reason or "no_codes") for name in _NAMES}
    curve, further, interval = _NO_CURVE, {}, None
    below: tuple[Point, ...] = ()
    ahead: tuple[Point, ...] = ()
    if points:
        unions = documents.unions if isinstance(documents, Grown) else union_sizes(incidence)
        curve = accumulation(f, knots(n, points), total=None if total is None else total.estimate, unions=unions)
    if reason is None:
        prospect = Prospect.of(f)
        estimates = _estimates(incidence, prospect)
        further = {str(share): prospect.further_documents(share) for share in SHARES}
        below, ahead = _points(prospect, points, resamples, seed)
        interval = (ahead if points else _at(prospect, [n], resamples, seed))[0].coverage_ci95
    discovery = incidence.discovery
    return Saturation(
        frequencies=f,
        discovery=discovery,
        accumulation=curve,
        chao2=total,
        chao2_bc=None if reason else richness.chao2_bc(f),
        estimates=estimates,
        coverage_ci95=interval,
        further_documents=further,
        interpolation=below,
        extrapolation=ahead,
        uniques=len(incidence.uniques),
        resamples=resamples if reason is None else 0,
        seed=seed,
        flags=richness.flags(f),
        reason=reason,
    )


def with_curve(brief: Saturation, grown: Grown, *, points: int = 200) -> Saturation:
    """Return the figures of what grew with their curve, but without the intervals of its points: what a figure draws.

    ``brief``: the same figures without it. O(points x F) and ``sd_permutation``; nothing is drawn at random.
    """
    f, total = brief.frequencies, None if brief.chao2 is None else brief.chao2.estimate
    curve = accumulation(f, knots(f.documents, points), total=total, unions=grown.unions)
    if brief.reason is not None:
        return replace(brief, accumulation=curve)
    below, ahead = _points(Prospect.of(f), points, 0, brief.seed)
    return replace(brief, accumulation=curve, interpolation=below, extrapolation=ahead)


def _points(prospect: Prospect, points: int, resamples: int, seed: int) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Return expected codes and coverage at so many numbers of documents below n, and from n to 2n."""
    if not points:
        return (), ()
    n, h = prospect.f.documents, knots(prospect.f.documents, points)
    every = _at(prospect, [*h, *(n + m for m in h)], resamples, seed)
    return tuple(p for p in every if p.documents < n), tuple(p for p in every if p.documents >= n)


def _at(prospect: Prospect, at: Sequence[int], resamples: int, seed: int) -> list[Point]:
    """Return expected codes and coverage at these numbers of documents."""
    f = prospect.f
    n, below, k = f.documents, [t for t in at if t < f.documents], list(f.q)
    q = np.array(list(f.q.values()), dtype=float)
    codes = [*(f.observed - missed_shares(n, below, k) @ q), *prospect.extrapolated([t - n for t in at if t >= n])]
    weight = q * np.array(k) / f.incidences
    missing = missed_shares(n - 1, below, [count - 1 for count in k]) @ weight
    coverage = [*np.clip(1 - missing, 0.0, 1.0), *prospect.coverages([t for t in at if t >= n])]
    if resamples < 2:
        return [Point(t, float(c), float(v)) for t, c, v in zip(at, codes, coverage, strict=True)]
    band = bands(prospect, at, resamples=resamples, seed=seed)
    return [
        Point(t, float(c), float(v), band.codes_interval(i, float(c)), band.coverage_interval(i, float(v)))
        for i, (t, c, v) in enumerate(zip(at, codes, coverage, strict=True))
    ]


_NAMES = (
    "ichao2",
    "ice",
    "ice_2016",
    "jack1",
    "jack1_se",
    "jack2",
    "bootstrap",
    "coverage",
    "turing_coverage",
    "expected_new_next",
    "expected_new_next_5",
    "p_new_next_model",
    "p_new_last_exact",
    "extrapolate_to_2n",
    "coverage_at_2n",
)


def _estimates(incidence: Incidence, prospect: Prospect) -> dict[str, Quantity]:
    f = prospect.f
    n = f.documents
    numbers: dict[str, float | str] = {
        "ichao2": richness.ichao2(f),
        "ice": richness.ice(f, incidence.holding(richness.ICE_CUT)),
        "ice_2016": richness.ice_2016(f),
        "jack1": richness.jack1(f),
        "jack1_se": richness.jack1_se(f, incidence.uniques),
        "jack2": richness.jack2(f),
        "bootstrap": richness.bootstrap(f),
        "coverage": prospect.coverage(),
        "turing_coverage": prospect.turing_coverage,
        "expected_new_next": prospect.expected_new_next,
        # Five documents ahead of fewer than five would be more than twice of them.
        "expected_new_next_5": prospect.extrapolate(5) - f.observed if n >= 5 else "not_predictable",
        "p_new_next_model": prospect.p_new_next,
        "p_new_last_exact": len(incidence.uniques) / n,
        "extrapolate_to_2n": prospect.extrapolate(n),
        "coverage_at_2n": prospect.coverage(2 * n),
    }
    return {name: Quantity.of(numbers[name]) for name in _NAMES}
