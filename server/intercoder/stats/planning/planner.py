"""How many documents several coders must code so that every code reaches a target: by formula and by simulation.

The model of ``double_coding``, with units that come in documents and resemble one another there (``growing_documents``).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from scipy import stats

from intercoder.errors import WrongArgument, marked
from intercoder.stats.intervals import FEWEST_UNITS, SEED
from intercoder.stats.planning.double_coding import (
    MOST_PATTERNS,
    MOST_UNITS,
    alpha_variance,
    units_to_double_code,
)
from intercoder.stats.planning.growing_documents import GrowingDocuments
from intercoder.stats.planning.growing_studies import lower_ends, pattern_number, smallest
from intercoder.stats.results import Plain, check

#: Beside those of ``double_coding``.
ASSUMPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "equal_documents": marked("Every document has the same number of units."),
        "resemblance": marked(
            "Two units of one document are correlated as given, and the interval is wider by the root of the design effect; one that draws whole documents ends a little lower where documents are few."
        ),
        "one_agreement": marked("The agreement expected of all codes holds for each that has none of its own."),
    }
)


@dataclass(frozen=True, slots=True)
class DocumentsNeeded(Plain):
    """The least documents with which the target is reached with a given power, or why there are none.

    ``units``: of these documents. ``left``: documents beside those that are done already. ``reached`` (simulation only):
    the share of simulated studies that reach the target with them; ``low``..``high``: documents at which that share is
    its 95 % Monte Carlo error below and above the power.
    """

    power: float
    method: Literal["formula", "simulation"]
    documents: int | None
    units: int | None
    reason: str | None
    left: int | None = None
    reached: float | None = None
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        check(self.method, self.documents, self.reason)


@dataclass(frozen=True, slots=True)
class CodePlan(Plain):
    """What one code needs; ``code`` None: all codes in one number, where no unit has two of them.

    ``formula``, ``simulation``: for power 0.5 and the wanted one. ``documents``: what to plan for, by simulation where there
    is one, with the wanted power; None with ``reason`` where these materials do not suffice. ``expected_end``: where
    the interval is expected to end below when all of them are coded, by formula; None where they are fewer than 10 units.
    """

    code: str | None
    shares: tuple[float, ...]
    expected_agreement: float
    formula: tuple[DocumentsNeeded, ...]
    simulation: tuple[DocumentsNeeded, ...]
    documents: int | None
    reason: str | None
    expected_end: float | None

    def __post_init__(self) -> None:
        check("documents_to_double_code", self.documents, self.reason)


@dataclass(frozen=True, slots=True)
class MaterialsPlan(Plain):
    """What all codes need. ``documents``: with so many every code that can reach the target does (None where none can).

    ``deciding``: the code that needs them. ``out_of_reach``: codes that cannot reach it with these materials, as given.
    ``whole``: all codes in one number, or None with ``whole_reason``. ``assumptions``: keys of those of this module and of
    ``double_coding``, but for independent units.
    """

    codes: tuple[CodePlan, ...]
    whole: CodePlan | None
    whole_reason: str | None
    documents: int | None
    deciding: str | None
    out_of_reach: tuple[str, ...]
    available: int
    units_per_document: int
    intra: float
    design_effect: float
    coders: int
    target: float
    power: float
    level: float
    already: int
    simulations: int
    seed: int
    assumptions: tuple[str, ...] = (*ASSUMPTIONS, "clear_or_chance", "same_shares", "complete", "normal_interval")


@dataclass(frozen=True, slots=True)
class Materials(Plain):
    """What there is: documents that several coders can code, units of each, and how alike units of a document are.

    ``intra``: the correlation between two units of one document, 0..1. ``already``: documents that are done.
    """

    documents: int
    units_per_document: int
    intra: float
    already: int = 0

    @property
    def design_effect(self) -> float:
        """How many times the variance of independent units these have (Kish 1965)."""
        return 1.0 + (self.units_per_document - 1) * self.intra


def documents_to_double_code(
    prevalence: Mapping[str, float],
    materials: Materials,
    coders: int,
    expected_agreement: float | Mapping[str, float],
    target: float,
    *,
    one_code_per_unit: bool = False,
    power: float = 0.8,
    level: float = 0.95,
    simulations: int = 2_000,
    seed: int = SEED,
) -> MaterialsPlan:
    """Return how many documents several coders must code so that the interval of every code ends at the target or above.

    Parameters
    ----------
    prevalence
        of each code: the share of units that have it, in (0, 1).
    materials
        what there is.
    coders
        of each such unit, at least 2; where designs mix, the fewest.
    expected_agreement
        alpha, of all codes or of each, in (0, 1]. The whole is expected to have their mean weighted by p (1 - p), as alpha
        over all categories is that of the categories.
    target
        what the lower end of the interval shall reach.
    one_code_per_unit
        whether no unit has two of the codes; then all of them have one number too, with "no code" as a category.
    power, level, simulations, seed
        as in ``units_to_double_code``.

    Returns
    -------
    MaterialsPlan. Reasons: those of ``units_to_double_code``, ``needs_more_documents`` (than there are), and for the whole
    ``codes_overlap`` (a unit can have several) or ``no_codes``.

    Raises
    ------
    WrongArgument : numbers outside their ranges, or a code without an expected agreement.

    Notes
    -----
    Formula: the units of ``units_to_double_code`` times the design effect 1 + (m - 1) rho, rounded up to whole documents.
    Simulation: studies are drawn document by document, and the interval of each is wider by the root of the design effect.
    O(codes x simulations x patterns x log documents).

    References
    ----------
    Kish 1965, Survey Sampling, Wiley, ch. 5. See also ``units_to_double_code``.

    Examples
    --------
    >>> plan = documents_to_double_code(
    ...     {"trust": 0.3, "fear": 0.04}, Materials(30, 40, 0.05), 2, 0.85, 0.667, simulations=0
    ... )
    >>> [(code.code, code.documents, code.reason) for code in plan.codes], plan.out_of_reach
    ([('trust', 8, None), ('fear', None, 'needs_more_documents')], ('fear',))
    """
    _check(prevalence, materials, expected_agreement)

    def planned(code: str | None, shares: tuple[float, ...], agreement: float) -> CodePlan:
        formula = _formula(shares, materials, coders, agreement, target, power, level)
        simulated = _simulation(shares, materials, coders, agreement, target, power, level, simulations, seed)
        best = formula[-1] if simulated[-1].reason in {"not_simulated", "too_many_patterns"} else simulated[-1]
        documents, reason = best.documents, best.reason
        if documents is not None and documents > materials.documents:
            documents, reason = None, "needs_more_documents"
        end = _expected_end(shares, materials, coders, agreement, level)
        return CodePlan(code, shares, agreement, formula, simulated, documents, reason, end)

    agreements = {code: _of(expected_agreement, code) for code in prevalence}
    codes = tuple(planned(code, (1.0 - p, p), agreements[code]) for code, p in prevalence.items())
    whole_reason = None if one_code_per_unit else "codes_overlap"
    whole = None
    if not prevalence:
        whole_reason = "no_codes"
    elif one_code_per_unit:
        shares = _with_the_rest(tuple(prevalence.values()))
        weights = {code: p * (1.0 - p) for code, p in prevalence.items()}
        mean = sum(agreements[code] * weight for code, weight in weights.items()) / sum(weights.values())
        whole = planned(None, shares, mean)
    reached = [code for code in codes if code.documents is not None]
    deciding = max(reached, key=lambda code: code.documents or 0, default=None)
    return MaterialsPlan(
        codes=codes,
        whole=whole,
        whole_reason=whole_reason,
        documents=deciding.documents if deciding else None,
        deciding=deciding.code if deciding else None,
        out_of_reach=tuple(code for code, plan in zip(prevalence, codes, strict=True) if plan.documents is None),
        available=materials.documents,
        units_per_document=materials.units_per_document,
        intra=materials.intra,
        design_effect=materials.design_effect,
        coders=coders,
        target=target,
        power=power,
        level=level,
        already=materials.already,
        simulations=simulations,
        seed=seed,
    )


def _formula(
    shares: tuple[float, ...],
    materials: Materials,
    coders: int,
    agreement: float,
    target: float,
    power: float,
    level: float,
) -> tuple[DocumentsNeeded, ...]:
    alone = units_to_double_code(shares, coders, agreement, target, power=power, level=level, simulations=0)
    found = []
    for needed in alone.formula:
        documents = None
        if needed.units is not None:
            # As many as whole documents need: a product that is a whole number must not be rounded up from just above it.
            documents = math.ceil(needed.units * materials.design_effect / materials.units_per_document - 1e-9)
        found.append(_needed("formula", needed.power, documents, needed.reason, materials))
    return tuple(found)


def _simulation(
    shares: tuple[float, ...],
    materials: Materials,
    coders: int,
    agreement: float,
    target: float,
    power: float,
    level: float,
    simulations: int,
    seed: int,
) -> tuple[DocumentsNeeded, ...]:
    powers = sorted({0.5, power})
    if target >= agreement:
        return tuple(_needed("simulation", asked, None, "target_out_of_reach", materials) for asked in powers)
    if not simulations or pattern_number(coders, len(shares)) > MOST_PATTERNS:
        why = "too_many_patterns" if simulations else "not_simulated"
        return tuple(_needed("simulation", asked, None, why, materials) for asked in powers)
    m, rho = materials.units_per_document, materials.intra
    studies = GrowingDocuments(shares, coders, agreement, m, rho, simulations, seed)
    effect = materials.design_effect
    fewest, most = math.ceil(FEWEST_UNITS / m), max(MOST_UNITS // m, FEWEST_UNITS)

    def reached(documents: int) -> float:
        ends = lower_ends(studies.at(documents), studies.patterns, level=level, design_effect=effect)
        return float((ends >= target).mean())

    def least(share: float) -> int | None:
        return smallest(lambda documents: reached(documents) >= share, fewest, most) if share <= 1.0 else None

    found = []
    for asked in powers:
        error = 1.96 * math.sqrt(asked * (1.0 - asked) / simulations)
        documents = least(asked)
        if documents is None:
            found.append(_needed("simulation", asked, None, "too_many_units_needed", materials))
            continue
        low, high = least(asked - error), least(asked + error)
        found.append(
            _needed("simulation", asked, documents, None, materials, reached=reached(documents), low=low, high=high)
        )
    return tuple(found)


def _needed(
    method: Literal["formula", "simulation"],
    power: float,
    documents: int | None,
    reason: str | None,
    materials: Materials,
    *,
    reached: float | None = None,
    low: int | None = None,
    high: int | None = None,
) -> DocumentsNeeded:
    if documents is None:
        return DocumentsNeeded(power, method, None, None, reason)
    left = max(0, documents - materials.already)
    units = documents * materials.units_per_document
    return DocumentsNeeded(power, method, documents, units, None, left, reached, low, high)


def _expected_end(
    shares: tuple[float, ...], materials: Materials, coders: int, agreement: float, level: float
) -> float | None:
    units = materials.documents * materials.units_per_document
    if units < FEWEST_UNITS:
        return None
    z = float(stats.norm.ppf((1.0 + level) / 2.0))
    return agreement - z * math.sqrt(alpha_variance(shares, coders, agreement) * materials.design_effect / units)


def _with_the_rest(shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return the shares of all categories of units with one code at most: the units without one are a category too."""
    rest = 1.0 - sum(shares)
    if rest < -1e-9:
        raise WrongArgument(
            "more_than_all", "Where each unit has one code at most, the shares of all codes sum to 1 at most."
        )
    return (rest, *shares) if rest > 1e-9 else shares


def _of(expected: float | Mapping[str, float], code: str) -> float:
    return expected[code] if isinstance(expected, Mapping) else expected


def _check(
    prevalence: Mapping[str, float], materials: Materials, expected_agreement: float | Mapping[str, float]
) -> None:
    if isinstance(expected_agreement, Mapping) and not prevalence.keys() <= expected_agreement.keys():
        raise WrongArgument("no_expected_agreement", "Say for every code which agreement is expected.")
    if not 0.0 <= materials.intra <= 1.0 or materials.units_per_document < 1 or materials.documents < 0:
        raise WrongArgument(
            "bad_materials", "A document has at least one unit, and units of one document correlate from 0 to 1."
        )
    if materials.already < 0:
        raise WrongArgument("negative_number", "Numbers of units and of simulations cannot be negative.")
