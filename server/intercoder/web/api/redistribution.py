"""The API of redistributions: what a coder leaves behind in a round, or what a late one gets. Shown first, then done."""

from datetime import date
from uuid import UUID

from intercoder.policy import Permission
from intercoder.reports.assignments import not_met_of
from intercoder.services.access import RoundAccess
from intercoder.services.redistributing import Redistribution, RedistributionIn, plan_redistribution, redistribute
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class RegivenOut(Out):
    """A document that goes to a coder."""

    document_id: UUID
    coder_id: UUID
    due_on: date | None


class TakenOut(Out):
    """A document that is taken back from a coder, who has not begun it."""

    document_id: UUID
    coder_id: UUID


class ShareOut(Out):
    """What a coder has in the round: so many documents before, so many and so many characters after."""

    coder_id: UUID
    name: str
    before: int
    after: int
    characters: int
    #: titles of what the coder gets and what is taken back
    gets: list[str]
    loses: list[str]


class SharedOut(Out):
    """How many documents two coders share afterwards."""

    coders: tuple[UUID, UUID]
    documents: int


class RedistributionOut(Out):
    """Who gets what. ``digest`` is what this plan is called: sent along, another one is refused."""

    seed: int
    digest: str
    given: list[RegivenOut]
    taken: list[TakenOut]
    shares: list[ShareOut]
    pairs: list[SharedOut]
    #: of a leaver; both stay as they are
    submitted: int
    begun: int
    #: what is not as it should be, a sentence each
    not_met: list[str]


def _out(plan: Redistribution) -> RedistributionOut:
    titles = plan.titles
    return RedistributionOut(
        seed=plan.seed,
        digest=plan.digest,
        given=[RegivenOut(document_id=g.document_id, coder_id=g.coder_id, due_on=g.due_on) for g in plan.given],
        taken=[TakenOut(document_id=h.document_id, coder_id=h.coder_id) for h in plan.taken],
        shares=[
            ShareOut(
                coder_id=share.coder,
                name=plan.names[str(share.coder)],
                before=share.before,
                after=share.after,
                characters=share.characters,
                gets=[titles[str(d)] for d in share.gets],
                loses=[titles[str(d)] for d in share.loses],
            )
            for share in plan.shares
        ],
        pairs=[SharedOut(coders=(a, b), documents=n) for a, b, n in plan.pairs],
        submitted=plan.submitted,
        begun=plan.begun,
        not_met=list(not_met_of(plan.not_met, {**titles, **plan.names})),
    )


@endpoint("POST", "/rounds/<uuid:round>/redistribution/plan", Permission.ROUND_MANAGE, tag="assignments")
def plan_a_redistribution(access: RoundAccess, body: RedistributionIn) -> RedistributionOut:
    """Show who gets what when a coder leaves the round or comes to it. Nothing is stored."""
    return _out(plan_redistribution(db(), access, body))


@endpoint("POST", "/rounds/<uuid:round>/redistribution", Permission.ROUND_MANAGE, tag="assignments")
def redistribute_round(access: RoundAccess, body: RedistributionIn) -> RedistributionOut:
    """Do it: what was begun stays, what was not goes to others as the plan with this seed says."""
    return _out(redistribute(db(), access, body))
