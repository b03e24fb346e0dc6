"""The API of "how much is enough": what a design means for agreement, and which figures fit it. Nothing of it is stored."""

from intercoder.models import Unit
from intercoder.policy import Permission
from intercoder.reports import planning
from intercoder.services.access import Access
from intercoder.services.enough import Enough, EnoughRequest, enough
from intercoder.stats.planning.advice import Role
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class AdvisedOut(Out):
    """A figure that fits the design, one to stand beside it, or one to avoid; and why."""

    name: str
    role: Role
    why: str


class PlannedCodeOut(Out):
    """Documents that several coders must code for one code, by formula and by simulation; null where none suffice, see ``why``."""

    name: str
    prevalence: float
    agreement: float
    formula: int | None
    simulation: int | None
    #: where the share of simulated studies is its Monte Carlo error below and above the power
    low: int | None
    high: int | None
    why: str


class EnoughOut(Out):
    """How much is enough. Sentences are in the language of the request."""

    advice: list[AdvisedOut]
    cautions: list[str]
    #: by which units the planner counts
    unit: Unit
    #: what goes to two coders or more
    documents: int
    units: int
    #: of such a document; null without any
    fewest_coders: int | None
    gives: str
    answer: str
    codes: list[PlannedCodeOut]
    assumptions: list[str]


def enough_out(made: Enough) -> EnoughOut:
    """Return it as the API has it."""
    planned = made.planned
    return EnoughOut(
        advice=[AdvisedOut.of(one) for one in planning.advised(made.advice.recommendations)],
        cautions=planning.cautions(made.advice.cautions),
        unit=made.unit,
        documents=made.coded.documents,
        units=made.coded.units,
        fewest_coders=made.coded.fewest_coders,
        gives=planning.gives(made.coded, made.unit),
        answer=planning.answer(made),
        codes=[PlannedCodeOut.of(row) for row in planning.planned_codes(made.expected.codes, planned)]
        if planned
        else [],
        assumptions=planning.assumptions(planned) if planned else [],
    )


@endpoint("POST", "/projects/<uuid:project>/rounds/enough", Permission.ROUND_MANAGE, tag="rounds")
def plan_enough(access: Access, body: EnoughRequest) -> EnoughOut:
    """Show whether a design is enough for a goal, code by code, and which figures fit it. Nothing is stored."""
    return enough_out(enough(db(), access, body))
