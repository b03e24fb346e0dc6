"""Coder by coder: alpha of each two above the diagonal, percent agreement below it, and alpha without each coder beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intercoder.stats.agreement.results import LeftOut, PairAgreement
from intercoder.stats.results import Estimate

#: coders up to which they stand as rows and columns; the list of pairs holds them all
MOST = 10


@dataclass(frozen=True)
class CoderMatrix:
    """The coders in the order of their letters, what each two agree to, and the whole without each."""

    coders: Sequence[str]
    pairs: Mapping[frozenset[str], Mapping[str, Estimate]]
    without: Mapping[str, LeftOut]

    def alpha(self, coder: str, other: str) -> Estimate | None:
        """Return alpha of two; None where no document was finished by both."""
        return self.pairs.get(frozenset((coder, other)), {}).get("alpha")

    def percent(self, coder: str, other: str) -> Estimate | None:
        """Return the percent agreement of two."""
        return self.pairs.get(frozenset((coder, other)), {}).get("percent")


def coder_matrix(
    pairs: Sequence[PairAgreement], left_out: Sequence[LeftOut], coders: Sequence[str]
) -> CoderMatrix | None:
    """Return the matrix of the coders of a report; None for two, whose only pair is the whole, and for more than ten."""
    if not 2 < len(coders) <= MOST:
        return None
    return CoderMatrix(
        coders, {frozenset(row.coders): row.estimates for row in pairs}, {row.coder: row for row in left_out}
    )
