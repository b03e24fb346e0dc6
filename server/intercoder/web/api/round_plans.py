"""The API of plans: how a round would give out its documents, and what would make one like an earlier one. Nothing of it is stored."""

from uuid import UUID

from intercoder.models import CodebookPolicy, CodingOrder, RoundPurpose, SpreadBy, Unit
from intercoder.policy import Permission
from intercoder.reports.assignments import independence, not_met
from intercoder.services.access import Access, RoundAccess
from intercoder.services.round_copies import copied
from intercoder.services.round_plans import DesignIn, PlanRequest, RoundPlan, plan_round
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class PlannedDocumentOut(Out):
    """Who would code one document."""

    document_id: UUID
    coders: list[UUID]


class PlannedCoderOut(Out):
    """What one coder would code, in this order."""

    coder_id: UUID
    documents: list[UUID]
    characters: int
    #: unfinished in other open rounds
    already: int
    ceiling: int | None
    #: what the coder said that they can take; ``ceiling`` is another one where a lead set it
    own_ceiling: int | None
    #: characters above the ceiling
    over: int


class PlannedPairOut(Out):
    """How much two coders would both code."""

    coders: tuple[UUID, UUID]
    documents: int
    characters: int


class PlannedStratumOut(Out):
    """One case, source type or both of them: how many documents, and how many of them go to more than one coder, or to ``more``."""

    stratum: tuple[str, ...]
    documents: int
    characters: int
    several: int
    more: int


class PlanOut(Out):
    """A plan. The same request with this seed gives the same plan."""

    seed: int
    order: CodingOrder
    spread_by: tuple[SpreadBy, ...]
    documents: list[PlannedDocumentOut]
    coders: list[PlannedCoderOut]
    pairs: list[PlannedPairOut]
    strata: list[PlannedStratumOut]
    #: whether any two coders share documents, directly or by way of others
    connected: bool
    #: what is not as it was asked for, a sentence each
    not_met: list[str]
    #: other rounds that hold these documents, and what that does to independence, a sentence or two each
    independence: list[str]


def plan_out(plan: RoundPlan) -> PlanOut:
    """Return a plan as the API has it."""
    sums, design = plan.sums, plan.design.kept()
    return PlanOut(
        seed=design.seed,
        order=design.order,
        spread_by=design.spread_by,
        documents=[PlannedDocumentOut(document_id=d.document, coders=list(d.coders)) for d in sums.documents],
        coders=[
            PlannedCoderOut(
                coder_id=load.coder,
                documents=list(load.documents),
                characters=load.characters,
                already=load.already,
                ceiling=load.ceiling,
                own_ceiling=plan.own.get(UUID(load.coder)),
                over=load.over,
            )
            for load in sums.coders
        ],
        pairs=[PlannedPairOut.of(pair) for pair in sums.pairs],
        strata=[PlannedStratumOut.of(stratum) for stratum in sums.strata],
        connected=sums.balance.connected,
        not_met=list(not_met(plan)),
        independence=list(independence(plan.overlaps)),
    )


@endpoint("POST", "/projects/<uuid:project>/rounds/plan", Permission.ROUND_MANAGE, tag="rounds")
def plan_a_round(access: Access, body: PlanRequest) -> PlanOut:
    """Show how documents would go to coders. Nothing is stored: send the seed with the new round to open it so."""
    return plan_out(plan_round(db(), access, body))


class CopyOut(Out):
    """What to send as a new round to have one like this: another name and days as wished, and without a seed another chance."""

    name: str
    version_id: UUID | None
    unit: Unit
    policy: CodebookPolicy
    purpose: RoundPurpose
    live_figures: bool
    documents: tuple[UUID, ...]
    coders: tuple[UUID, ...]
    design: DesignIn | None


@endpoint("GET", "/rounds/<uuid:round>/copy", Permission.ROUND_MANAGE, tag="rounds")
def copy_of_a_round(access: RoundAccess) -> CopyOut:
    """What would make a round like this one. Nothing is stored: send it as a new round."""
    return CopyOut.of(copied(db(), access))
