"""Information power: by what a study argues that its materials suffice whose method rejects saturation (Malterud et al. 2016)."""

from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import InformationPower, Power, PowerOfSample, PowerSaid, Project, User
from intercoder.services.access import Access
from intercoder.services.arriving import count_of
from intercoder.services.command import Command, Text
from intercoder.services.saturation import compared_rounds

#: judgements of a project
MOST = 200

_Words = Annotated[Text, Field(max_length=4000)]


class DimensionIn(Command):
    """What is said of one dimension: how much power it adds, and why."""

    power: Power
    words: _Words = ""

    @property
    def said(self) -> PowerSaid:
        """What is kept."""
        return PowerSaid(self.power, self.words.strip())


class InformationPowerIn(Command):
    """A judgement: five dimensions, whether the materials suffice, and why."""

    aim: DimensionIn
    specificity: DimensionIn
    theory: DimensionIn
    dialogue: DimensionIn
    analysis: DimensionIn
    suffices: bool
    reason: _Words


@dataclass(frozen=True)
class PowerShown:
    """A judgement and who made it."""

    row: InformationPower
    by: str


def judge_power(session: Session, access: Access, given: InformationPowerIn) -> InformationPower:
    """Judge whether the materials suffice; what was judged before stays.

    Raises
    ------
    Conflict : the study looks at saturation; there are too many judgements.
    InvalidInput : no reason is given.
    """
    session.execute(sa.select(Project.id).where(Project.id == access.project.id).with_for_update(key_share=True))
    if not access.project.information_power:
        raise Conflict("by_saturation", "This study looks at saturation. A lead can change that in its settings.")
    if not given.reason.strip():
        raise InvalidInput("no_reason", "Say why: a judgement without a reason is none.")
    made = session.scalar(
        sa.select(sa.func.count(InformationPower.id)).where(InformationPower.project_id == access.project.id)
    )
    if (made or 0) >= MOST:
        raise Conflict("many_judgements", "At most {n} judgements are kept.", n=MOST)
    study = count_of(session, access.project.id, compared_rounds(session, access.project.id), ruled=False).found
    row = InformationPower(
        project_id=access.project.id,
        number=(made or 0) + 1,
        judged=PowerOfSample(
            given.aim.said, given.specificity.said, given.theory.said, given.dialogue.said, given.analysis.said
        ),
        suffices=given.suffices,
        reason=given.reason.strip(),
        documents=len(study.submitted),
        cases=len({source.case for source in study.study.sources.values()} - {None}),
        judged_by=access.actor.id,
        judged_at=now(),
    )
    session.add(row)
    session.flush()
    told = events.InformationPowerJudged(row.id, number=row.number, suffices=row.suffices, documents=row.documents)
    access.log(session, told)
    return row


def judgements_of_power(session: Session, access: Access) -> list[PowerShown]:
    """Return what was judged, the latest first."""
    found = session.execute(
        sa.select(InformationPower, User.name)
        .join(User, User.id == InformationPower.judged_by)
        .where(InformationPower.project_id == access.project.id)
        .order_by(InformationPower.number.desc())
    )
    return [PowerShown(row, by) for row, by in found]
