"""The API of precedents: how it was ruled before."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from intercoder.models import RulingTag
from intercoder.policy import Permission
from intercoder.services import precedents
from intercoder.services.access import RoundAccess
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class LikewiseOut(Out):
    """A coding that would stand here if the place were ruled likewise."""

    code: UUID
    start: int
    end: int


class PrecedentOut(Out):
    """An earlier ruling in force; ``like``: how alike its passage is by the runs of characters both have, 0..1."""

    ruling: UUID
    place: UUID
    document: str
    words: str
    like: float
    codes: list[UUID]
    names: list[str]
    reason: str
    tag: RulingTag | None
    by: str
    at: datetime
    here: list[LikewiseOut]


class OutcomeOut(Out):
    """The codes that stand by earlier rulings on the same codes, and by how many; no codes: nothing stands."""

    codes: list[UUID]
    names: list[str]
    times: int


class PrecedentsOut(Out):
    """Rulings on the same codes, latest first, what most of them say first, and those on the passages most alike."""

    same: list[PrecedentOut]
    outcomes: list[OutcomeOut]
    similar: list[PrecedentOut]


@endpoint("GET", "/disagreements/<uuid:disagreement>/precedents", Permission.DISAGREEMENTS_VIEW, tag="rulings")
def get_precedents(access: RoundAccess, disagreement: UUID) -> PrecedentsOut:
    """How it was ruled before on the codes of a place, and on passages that are alike."""
    found = precedents.precedents(db(), access, disagreement)
    return PrecedentsOut.model_validate(asdict(found))
