"""Projects: who leads one, what is said of one, and what the instance may tell of itself."""

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import InvalidInput
from intercoder.models import Event, MaterialLanguage, Project, Role
from intercoder.policy import Permission
from intercoder.services import projects
from intercoder.services.projects import NewProject, ProjectChange

pytestmark = pytest.mark.sqlite


def test_whoever_starts_a_project_leads_it_and_nobody_else_is_in_it(cast: Cast) -> None:
    with cast.database.transaction() as session:
        made = projects.create_project(session, cast.people["ai"], NewProject(name="  Ai 的\t研究 ")).id
    with cast.database.reading() as session:
        members = {
            p.name: [m.roles for m in projects.projects_of(session, p) if m.project_id == made]
            for p in cast.people.values()
        }
        assert {name for name, roles in members.items() if roles} == {"Ai"}
        assert members["Ai"] == [(Role.LEAD,)]
        assert session.get_one(Project, made).name == "Ai 的 研究"


def test_own_projects_come_latest_first(cast: Cast) -> None:
    with cast.database.transaction() as session:
        for name in ("first", "second"):
            projects.create_project(session, cast.people["ai"], NewProject(name=name))
    with cast.database.reading() as session:
        names = [m.project.name for m in projects.projects_of(session, cast.people["ai"])]
    assert names[:2] == ["second", "first"]
    assert len(names) == 3


def test_a_change_leaves_what_it_does_not_name_and_may_empty_a_description_but_not_a_name(cast: Cast) -> None:
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, ProjectChange(description="九个案例"))
        projects.change_project(session, access, ProjectChange(name="Nine cases"))
    with cast.database.reading() as session:
        project = session.get_one(Project, cast.project)
        assert (project.name, project.description, project.language) == ("Nine cases", "九个案例", MaterialLanguage.ZH)
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        assert projects.change_project(session, access, ProjectChange(description="")).description == ""
    with pytest.raises(InvalidInput, match="Give the project a name"):
        ProjectChange(name=" \n ")


def test_every_change_leaves_a_row_with_the_name_of_the_day(cast: Cast) -> None:
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, ProjectChange(name="Nine cases"))
    with cast.database.reading() as session:
        told = session.scalars(
            sa.select(Event).where(Event.subject_id == cast.project, Event.action.like("project.%")).order_by(Event.seq)
        ).all()
    assert [(e.action, e.detail["name"]) for e in told] == [
        ("project.created", "九案例：数字化转型中的资源行动"),
        ("project.changed", "Nine cases"),
    ]


def test_what_the_instance_counts_does_not_move_when_somebody_codes(cast: Cast) -> None:
    round_id = cast.round()
    with cast.database.reading() as session:
        before = projects.instance_counts(session)
    cast.code("bo", round_id, "访谈一", "l1", "旧机器")
    cast.submit("bo", round_id, "访谈一")
    with cast.database.reading() as session:
        assert projects.instance_counts(session) == before
    assert before["documents"] == 3
