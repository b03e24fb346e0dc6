"""What an agreement report holds. Types only: whoever reads a stored report needs no numpy."""

import enum
from dataclasses import dataclass

from intercoder.stats.results import Estimate, Plain

#: With fewer positives the alpha of a code is unstable; with fewer units a document says little.
FEW_POSITIVES = 5
FEW_UNITS = 10


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """One code, binary by unit: alpha, percent, kappa, ac1; how often, by whom, how far to trust it.

    ``prevalence``: share of the values that are positive (None without values); ``positives``: their
    number; ``units_used``: units in which anybody used the code; ``by_coder``: positives of each coder.
    """

    code: str
    estimates: dict[str, Estimate]
    prevalence: float | None
    positives: int
    units_used: int
    by_coder: dict[str, int]
    few_positives: bool
    paradox: bool

    @property
    def alpha(self) -> float | None:
        """The value of its alpha."""
        return self.estimates["alpha"].value

    def brief(self) -> "CodeBrief":
        """Return what codes are sorted and counted by."""
        return CodeBrief(self.code, self.alpha, self.units_used, self.few_positives)


@dataclass(frozen=True, slots=True)
class CodeBrief:
    """Of a code what codes are sorted and counted by; fields as in ``CodeAgreement``."""

    code: str
    alpha: float | None
    units_used: int
    few_positives: bool


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two coders, on the exact code sets of the units: all coefficients asked for that are not of the whole only."""

    coders: tuple[str, str]
    estimates: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class CodePairAgreement:
    """One code and two coders: n units both coded, of which ``both``, ``first`` only, ``second`` only.

    ``estimates``: alpha, percent and kappa.
    """

    code: str
    coders: tuple[str, str]
    estimates: dict[str, Estimate]
    n: int
    both: int
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class DocumentAgreement:
    """One document, on the exact code sets: alpha, percent and kappa; ``few_units`` below 10 pairable units."""

    document: str
    coders: tuple[str, ...]
    estimates: dict[str, Estimate]
    few_units: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Alpha without one coder, and how much it rises (positive) or falls by that."""

    coder: str
    alpha: Estimate
    delta: float | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """In ``count`` (unit, pair of coders) one used ``code`` and not ``other``, the other the reverse."""

    code: str
    other: str
    count: int


class RemedyKind(enum.StrEnum):
    """What could be done about disagreements."""

    PART = "part"  #: part two codes that stand in one another's place
    SETTLE = "settle"  #: settle what some coded and others did not
    BOUNDARY = "boundary"  #: a rule for where a passage begins and ends
    TRAIN = "train"  #: a coder who differs from the others


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something to do, at how many ``places`` (units), and what nominal alpha over the sets would at most be then.

    ``codes``: the two to part; ``coder``: the one without whom it is so.
    """

    kind: RemedyKind
    places: int
    alpha: float
    gain: float
    codes: tuple[str, ...] = ()
    coder: str | None = None


@dataclass(frozen=True, slots=True)
class AgreementReport(Plain):
    """Everything a report shows, in the order of the codes, coders and documents that were given.

    ``paradox``: one category dominates, so alpha has little variation to work with: show AC1 beside it.
    ``compared_documents``: documents that at least two coders finished.
    """

    coders: tuple[str, ...]
    documents: tuple[str, ...]
    codes: tuple[str, ...]
    compared_documents: int
    resamples: int
    seed: int
    overall: dict[str, Estimate]
    by_code: tuple[CodeAgreement, ...]
    by_pair: tuple[PairAgreement, ...]
    by_code_and_pair: tuple[CodePairAgreement, ...]
    by_document: tuple[DocumentAgreement, ...]
    left_out: tuple[LeftOut, ...]
    confusions: tuple[Confusion, ...]
    paradox: bool
