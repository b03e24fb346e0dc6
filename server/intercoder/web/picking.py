"""What an address can say of the disagreements that are wanted, on pages and in the API."""

from uuid import UUID

from pydantic import BaseModel

from intercoder.models import DisagreementKind
from intercoder.services.picking import Certainty, Fitting, QueueOrder, Shown


class Picked(BaseModel):
    """Which disagreements, and in what order; see ``services.picking``."""

    kind: DisagreementKind | None = None
    state: Shown | None = None
    document: UUID | None = None
    case: UUID | None = None
    code: UUID | None = None
    against: UUID | None = None
    coder: UUID | None = None
    other: UUID | None = None
    certainty: Certainty | None = None
    doubt: bool | None = None
    memo: bool | None = None
    alike: int | None = None
    contested: bool | None = None
    order: QueueOrder = QueueOrder.TEXT

    @property
    def fitting(self) -> Fitting:
        """Return which disagreements fit."""
        return Fitting(**{name: getattr(self, name) for name in Fitting.__dataclass_fields__})
