"""The API of information power, for studies that do not look at saturation."""

from datetime import datetime
from uuid import UUID

from intercoder.models import InformationPower, Power
from intercoder.policy import Permission
from intercoder.services import information_power
from intercoder.services.access import Access
from intercoder.services.information_power import InformationPowerIn
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class DimensionOut(Out):
    """What was said of one dimension: how much power it adds, and why."""

    power: Power
    words: str


class PowerJudgedOut(Out):
    """A judgement by information power, of how many documents and cases of compared rounds."""

    id: UUID
    number: int
    aim: DimensionOut
    specificity: DimensionOut
    theory: DimensionOut
    dialogue: DimensionOut
    analysis: DimensionOut
    suffices: bool
    reason: str
    documents: int
    cases: int
    judged_at: datetime


class PowerByOut(PowerJudgedOut):
    """A judgement and who made it."""

    by: str


def _dimensions(row: InformationPower) -> dict[str, object]:
    judged = row.judged
    said = {
        "aim": judged.aim,
        "specificity": judged.specificity,
        "theory": judged.theory,
        "dialogue": judged.dialogue,
        "analysis": judged.analysis,
    }
    return {name: DimensionOut.of(one) for name, one in said.items()}


@endpoint("GET", "/projects/<uuid:project>/information-power", Permission.PROJECT_VIEW, tag="saturation")
def list_judgements_of_power(access: Access) -> list[PowerByOut]:
    """What was judged by information power, the latest first; nothing in a study that looks at saturation."""
    shown = information_power.judgements_of_power(db(), access)
    return [PowerByOut.of(one.row, **_dimensions(one.row), by=one.by) for one in shown]


@endpoint("POST", "/projects/<uuid:project>/information-power", Permission.PROJECT_EDIT, tag="saturation")
def judge_information_power(access: Access, body: InformationPowerIn) -> Created[PowerJudgedOut]:
    """Judge whether the materials suffice, by five dimensions, in a study that does not look at saturation."""
    row = information_power.judge_power(db(), access, body)
    return Created(
        PowerJudgedOut.of(row, **_dimensions(row)), f"/api/v1/projects/{access.project.id}/information-power"
    )
