"""Who is A, B, C on the desk of adjudication: another order in each document, so that no letter stands for somebody senior."""

from collections.abc import Sequence
from random import Random
from uuid import UUID

from intercoder.errors import InvalidInput
from intercoder.models import RoundState
from intercoder.services.access import RoundAccess


def hidden(access: RoundAccess) -> bool:
    """Return whether the names of the coders are hidden in the adjudication of a round: by a rule of the project, until it is settled."""
    return access.project.masked_names and access.round.state is not RoundState.SETTLED


def seated(access: RoundAccess, document_id: UUID, coders: Sequence[UUID]) -> list[UUID]:
    """Return coders in the order in which they are A, B, C in a document: drawn with the seed of the project, the same each time."""
    order = sorted(coders)
    Random(f"{access.project.mask_seed or 0} {document_id}").shuffle(order)
    return order


def require_names(access: RoundAccess, *coders: UUID | None) -> None:
    """Refuse to look for coders whose names are hidden."""
    if hidden(access) and any(coder is not None for coder in coders):
        raise InvalidInput(
            "names_hidden", "This study hides who coded what until the round is settled: leave the coders out."
        )
