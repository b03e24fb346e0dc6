"""Everything the saturation page shows about one set of documents at one level."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from intercoder.stats import richness
from intercoder.stats.accumulation import (
    Accumulation,
    Discovery,
    Frequencies,
    State,
    accumulation,
    knots,
    union_sizes,
)
from intercoder.stats.results import check
from intercoder.stats.richness import Prospect, Richness
from intercoder.stats.stopping import Guest, francis2010, guest2020

SHARES = (0.9, 0.95, 0.99, 1.0)


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
class Ahead:
    """A point of the extrapolated curve."""

    documents: int
    codes: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Saturation:
    """Facts about documents in order of arrival; no verdict.

    ``estimates``: ichao2, ice, ice_2016, jack1, jack1_se, jack2, bootstrap, coverage, turing_coverage,
    expected_new_next, p_new_next_model, p_new_last_exact, extrapolate_to_2n, coverage_at_2n.
    ``further_documents``: documents still needed for a share of Chao2; beyond n they are no prediction.
    ``extrapolation`` runs from n to 2n. ``reason`` says why there is nothing but the facts.
    """

    frequencies: Frequencies
    discovery: Discovery
    accumulation: Accumulation
    chao2: Richness | None
    chao2_bc: Richness | None
    estimates: dict[str, Quantity]
    further_documents: dict[str, float]
    extrapolation: tuple[Ahead, ...]
    guest2020: Guest
    francis2010: int | None
    flags: tuple[str, ...]
    reason: str | None

    def to_json(self) -> dict[str, Any]:
        """Return plain dictionaries, lists, numbers, texts and None."""
        curve = asdict(self.accumulation)
        curve["sd_unconditional_chao2"] = curve.pop("sd_unconditional")
        return {
            "documents": self.frequencies.documents,
            "observed": self.frequencies.observed,
            "incidences": self.frequencies.incidences,
            "Q": {str(k): count for k, count in sorted(self.frequencies.q.items())},
            "chao2": None if self.chao2 is None else self.chao2.to_json(),
            "chao2_bc": None if self.chao2_bc is None else self.chao2_bc.to_json(),
            **{name: asdict(quantity) for name, quantity in self.estimates.items()},
            "further_documents": dict(self.further_documents),
            "discovery": {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self.discovery).items()},
            "accumulation": {key: list(value) for key, value in curve.items()},
            "extrapolation": [asdict(point) for point in self.extrapolation],
            "guest2020": self.guest2020.to_json(),
            "francis2010": {"stopped_at": self.francis2010, "initial": 10, "stop": 3},
            "flags": list(self.flags),
            "reason": self.reason,
        }


def saturation(documents: Sequence[frozenset[str]], *, points: int = 200) -> Saturation:
    """Return discovery, order-free curve, richness, coverage, outlook and stopping rules.

    Parameters
    ----------
    documents
        the set of codes present in each finished document, in order of arrival; empty sets count.
    points
        the curve is computed at so many numbers of documents at most (both ends included).

    Notes
    -----
    n = 0 or no code: facts only. n = 1: curve only. Nothing is ever NaN, infinite or negative.
    """
    state = State.of(documents)
    f = state.frequencies
    n, reason = f.documents, richness.refusal(f)
    total = None if reason else richness.chao2(f)
    h = knots(n, points)
    curve = accumulation(f, h, total=None if total is None else total.estimate, unions=union_sizes(documents))
    estimates = {name: Quantity.of(reason or "no_codes") for name in _NAMES}
    further: dict[str, float] = {}
    ahead: list[Ahead] = []
    if reason is None:
        prospect = Prospect.of(f)
        estimates = _estimates(state, f, prospect, documents)
        further = {str(share): prospect.further_documents(share) for share in SHARES}
        steps = [0, *knots(n, points)]
        ahead = [Ahead(n + m, prospect.extrapolate(m), prospect.coverage(n + m)) for m in steps]
    discovery = state.discovery
    return Saturation(
        frequencies=f,
        discovery=discovery,
        accumulation=curve,
        chao2=total,
        chao2_bc=None if reason else richness.chao2_bc(f),
        estimates=estimates,
        further_documents=further,
        extrapolation=tuple(ahead),
        guest2020=guest2020(discovery.new),
        francis2010=francis2010(discovery.new),
        flags=tuple(richness.flags(f)),
        reason=reason,
    )


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
    "p_new_next_model",
    "p_new_last_exact",
    "extrapolate_to_2n",
    "coverage_at_2n",
)


def _estimates(
    state: State, f: Frequencies, prospect: Prospect, documents: Sequence[frozenset[str]]
) -> dict[str, Quantity]:
    n = f.documents
    rare = {code for code, times in state.present.items() if times <= richness.ICE_CUT}
    found: dict[str, float | str] = {
        "ichao2": richness.ichao2(f),
        "ice": richness.ice(f, sum(not rare.isdisjoint(codes) for codes in documents)),
        "ice_2016": richness.ice_2016(f),
        "jack1": richness.jack1(f),
        "jack1_se": richness.jack1_se(f, state.uniques),
        "jack2": richness.jack2(f),
        "bootstrap": richness.bootstrap(f),
        "coverage": prospect.coverage(),
        "turing_coverage": prospect.turing_coverage,
        "expected_new_next": prospect.expected_new_next,
        "p_new_next_model": prospect.p_new_next,
        "p_new_last_exact": len(state.uniques) / n,
        "extrapolate_to_2n": prospect.extrapolate(n),
        "coverage_at_2n": prospect.coverage(2 * n),
    }
    return {name: Quantity.of(found[name]) for name in _NAMES}
