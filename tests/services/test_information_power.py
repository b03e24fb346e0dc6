"""Information power in the place of saturation, in studies whose method rejects it."""

import pytest

from cast import Cast
from intercoder.errors import Conflict
from intercoder.models import SamplingUnit
from intercoder.policy import Permission
from intercoder.services import declared, information_power, projects, reserving
from intercoder.services.information_power import InformationPowerIn
from intercoder.services.projects import ProjectChange

SAID = {
    name: {"power": "high", "words": "因为…"} for name in ("aim", "specificity", "theory", "dialogue", "analysis")
} | {"suffices": True, "reason": "样本专门"}


def argue(cast: Cast, power: bool = True) -> None:
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, ProjectChange(information_power=power))


def judge(cast: Cast) -> int:
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        return information_power.judge_power(session, access, InformationPowerIn.model_validate(SAID)).number


def test_judgements_are_kept_with_what_had_been_compared(cast: Cast) -> None:
    with pytest.raises(Conflict, match="looks at saturation"):
        judge(cast)
    argue(cast)
    assert judge(cast) == 1
    cast.two_documents()
    assert judge(cast) == 2
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.PROJECT_VIEW)
        shown = information_power.judgements_of_power(session, access)
    assert [(one.row.number, one.row.documents, one.row.cases, one.by) for one in shown] == [
        (2, 2, 1, "Lena"),
        (1, 0, 0, "Lena"),
    ]
    assert shown[0].row.judged.aim.words == "因为…"


@pytest.mark.sqlite
def test_nobody_looks_at_saturation_there_and_what_is_put_aside_must_be_opened_first(cast: Cast) -> None:
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        given = reserving.ReserveIn(
            unit=SamplingUnit.DOCUMENT, chosen=(cast.documents["Partner interview"],), reason="r"
        )
        aside = reserving.reserve(session, access, given).id
    with pytest.raises(Conflict, match="open them first"):
        argue(cast)
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        reserving.open_reserve(session, access, aside)
    argue(cast)
    for permission in (Permission.SATURATION_VIEW, Permission.SATURATION_JUDGE):
        with pytest.raises(Conflict, match="information power"), cast.acting("lena", permission):
            pass
    argue(cast, power=False)
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        declared.save_rule(session, access, declared.RuleIn.model_validate({"rule": "weller2018"}))
