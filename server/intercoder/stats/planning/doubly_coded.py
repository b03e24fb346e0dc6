"""What a plan of assignments means for agreement: which units several coders will have coded, by pair and by document."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from intercoder.errors import WrongArgument
from intercoder.stats.intervals import FEWEST_UNITS
from intercoder.stats.planning.assignment_sums import AssignmentPlan
from intercoder.stats.results import Plain


@dataclass(frozen=True, slots=True)
class PairUnits(Plain):
    """What two coders will both have coded; ``too_few``: fewer units than an interval needs (10)."""

    coders: tuple[str, str]
    documents: int
    units: int
    too_few: bool


@dataclass(frozen=True, slots=True)
class CodedBy(Plain):
    """Documents, and their units, that exactly so many coders code."""

    coders: int
    documents: int
    units: int


@dataclass(frozen=True, slots=True)
class DoublyCoded(Plain):
    """The documents and units that at least two coders code, and how they lie.

    ``fewest_coders``, ``mean_coders``: of such a unit; plan with the fewest, to be on the safe side (None without such
    units). ``units_per_document``: their mean; ``cluster_size``: the mean that a unit sees, sum u^2 / sum u, which is what
    the design effect depends on where documents differ in length. ``pairs_apart``: pairs of coders who share nothing.
    """

    documents: int
    units: int
    fewest_coders: int | None
    mean_coders: float | None
    units_per_document: float | None
    cluster_size: float | None
    by_coders: tuple[CodedBy, ...]
    pairs: tuple[PairUnits, ...]
    pairs_apart: int
    connected: bool

    def design_effect(self, intra: float) -> float:
        """Return how many times the variance of independent units these have: 1 + (cluster size - 1) rho. O(1).

        ``intra``: rho, the correlation between two units of one document. Kish 1965, Survey Sampling, Wiley, ch. 5; for
        documents of unequal length the size that a unit sees.
        """
        return 1.0 + (max(self.cluster_size or 1.0, 1.0) - 1.0) * intra

    def effective_units(self, intra: float) -> float:
        """Return how many independent units these are worth. O(1)."""
        return self.units / self.design_effect(intra)


def doubly_coded(plan: AssignmentPlan, units: Mapping[str, int]) -> DoublyCoded:
    """Return what several coders will have coded when the plan is done.

    Parameters
    ----------
    plan
        of ``plan_assignments``.
    units
        of each document of the plan by its id: sentences, paragraphs, ... as the round compares them.

    Returns
    -------
    DoublyCoded. O(documents x coders per document squared).

    Raises
    ------
    WrongArgument : a document whose units are not given.

    Examples
    --------
    >>> from intercoder.stats.planning.assignment_wishes import Coder, Design, Document
    >>> from intercoder.stats.planning.assignments import plan_assignments
    >>> documents = [Document(f"d{n}", 1000) for n in range(10)]
    >>> plan = plan_assignments(documents, [Coder(c) for c in "ABCDE"], Design(1, 2, 0.5), seed=1)
    >>> coded = doubly_coded(plan, {document.id: 40 for document in documents})
    >>> coded.units, coded.pairs_apart, coded.design_effect(0.1), round(coded.effective_units(0.1))
    (200, 5, 4.9, 41)
    """
    if any(row.document not in units for row in plan.documents):
        raise WrongArgument("units_unknown", "The planner needs the number of units of every document.")
    numbers: dict[int, list[int]] = {}
    shared: dict[tuple[str, str], list[int]] = {}
    for row in plan.documents:
        numbers.setdefault(len(row.coders), []).append(units[row.document])
        for pair in combinations(row.coders, 2):
            shared.setdefault(pair, []).append(units[row.document])
    several = {coders: sizes for coders, sizes in numbers.items() if coders > 1}
    sizes = [size for group in several.values() for size in group]
    total = sum(sizes)
    pairs = []
    for two in plan.pairs:
        together = shared.get(two.coders, [])
        pairs.append(PairUnits(two.coders, len(together), sum(together), sum(together) < FEWEST_UNITS))
    return DoublyCoded(
        len(sizes),
        total,
        min(several) if total else None,
        sum(coders * sum(group) for coders, group in several.items()) / total if total else None,
        total / len(sizes) if total else None,
        sum(size * size for size in sizes) / total if total else None,
        tuple(CodedBy(coders, len(group), sum(group)) for coders, group in sorted(numbers.items())),
        tuple(pairs),
        sum(pair.documents == 0 for pair in pairs),
        plan.balance.connected,
    )
