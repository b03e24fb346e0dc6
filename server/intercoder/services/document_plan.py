"""How many documents to plan for, under assumptions that are said: for a proposal, never evidence of saturation."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

#: a chance per document, a probability
Chance = Annotated[float, Field(gt=0, le=1)]
Probability = Annotated[float, Field(gt=0, lt=1)]


@dataclass(frozen=True)
class DocumentPlan:
    """How many documents each way of planning asks for."""

    #: a code is met once (Galvin 2015), so many times (Fugard & Potts 2015), all codes are met once (after van Rijnsoever 2017)
    once: int
    often: int
    every_code: int


def document_plan(prevalence: float, probability: float, instances: int, codes: int) -> DocumentPlan:
    """Return how many documents are needed.

    ``prevalence``: the share of them that hold the rarest code that matters; ``probability``: how sure to be. Raises
    ``WrongArgument`` for chances that are none.
    """
    # scipy only when a plan is made
    from intercoder.stats.planning.documents import fugard_potts, galvin, random_chance

    return DocumentPlan(
        once=galvin(prevalence, probability),
        often=fugard_potts(prevalence, instances, probability),
        every_code=random_chance(prevalence, codes, probability),
    )
