"""The API of progress: how far the tasks of a study are."""

from uuid import UUID

from intercoder.clock import now
from intercoder.models import RoundState
from intercoder.policy import Permission
from intercoder.reports.what_next import what_next as said
from intercoder.services.access import Access, RoundAccess
from intercoder.services.funnel import By, funnels
from intercoder.services.what_next import what_next
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db


class FunnelQuery(In):
    """By what the tasks are counted."""

    by: By = By.ROUND


class StagesOut(Out):
    """How many tasks (a document of a coder in a round) got so far at least."""

    assigned: int
    begun: int
    submitted: int
    #: submitted in a closed round, with somebody else's
    compared: int
    #: of these, no disagreement waits in the document any more
    ruled: int
    #: of these, the round is settled
    settled: int
    #: due before today and not submitted
    late: int


class FunnelOut(Out):
    """The tasks of one round, coder or case; ``id`` is null for documents without a case."""

    id: UUID | None
    name: str
    stages: StagesOut
    #: disagreements that wait; null by coder
    waiting: int | None
    #: of rounds
    number: int | None
    state: RoundState | None


@endpoint("GET", "/projects/<uuid:project>/progress", Permission.PROGRESS_VIEW, tag="rounds")
def list_progress(access: Access, query: FunnelQuery) -> list[FunnelOut]:
    """How far the tasks are, by round, coder or case; open rounds in which the person codes are left out."""
    return [FunnelOut.of(row) for row in funnels(db(), access, query.by, now().date())]


class WhatNextOut(Out):
    """What a compared round says about the next one, a sentence or two each, in the language of the request."""

    report_id: UUID | None
    advice: list[str]


@endpoint("GET", "/rounds/<uuid:round>/what-next", Permission.AGREEMENT_VIEW, tag="rounds")
def get_what_next(access: RoundAccess) -> WhatNextOut:
    """What the latest report says about the next round: definitions, training, units; without a report nothing."""
    found = what_next(db(), access)
    return WhatNextOut(report_id=found and found.report_id, advice=list(said(found)) if found else [])
