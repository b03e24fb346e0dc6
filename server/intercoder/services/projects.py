"""Projects: what there is, starting one, changing one."""

from secrets import randbits
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, marked
from intercoder.models import (
    Document,
    Job,
    JobState,
    MaterialLanguage,
    Member,
    Project,
    Role,
    User,
)
from intercoder.services.access import Access
from intercoder.services.accounts import Actor
from intercoder.services.command import Command, Name, Text, checked, named
from intercoder.services.describing import Describing, describe
from intercoder.text.canonical import canonical


def projects_of(session: Session, actor: Actor) -> list[Member]:
    """Return the person's memberships with their projects, latest project first."""
    return list(
        session.scalars(
            sa.select(Member)
            .join(Project)
            .where(Member.user_id == actor.id)
            .order_by(Project.created_at.desc(), Project.id)
            .options(sa.orm.contains_eager(Member.project))
        )
    )


def instance_counts(session: Session) -> dict[str, int]:
    """Return how much the instance holds: accounts, projects, documents, jobs that wait.

    Nothing that grows when somebody codes: whoever reads it may be a blind coder.
    """
    queries = {
        "accounts": sa.select(sa.func.count()).select_from(User),
        "projects": sa.select(sa.func.count()).select_from(Project),
        "documents": sa.select(sa.func.count()).select_from(Document).where(Document.removed_at.is_(None)),
        "jobs": sa.select(sa.func.count()).select_from(Job).where(Job.state.in_([JobState.QUEUED, JobState.RUNNING])),
    }
    return {name: session.scalar(query) or 0 for name, query in queries.items()}


ProjectName = Annotated[Name, named(marked("Give the project a name."))]
Description = Annotated[Text, checked(lambda text: canonical(text).strip())]


class NewProject(Command):
    """A new project."""

    name: ProjectName
    description: Description = ""
    language: MaterialLanguage = MaterialLanguage.ZH


class ProjectChange(Describing):
    """A change of a project."""

    name: ProjectName | None = None
    description: Description | None = None
    #: whether adjudicators may rule on documents that they coded
    coders_may_rule: bool | None = None
    #: whether coders may read how they agree with their own earlier work
    coders_see_drift: bool | None = None
    #: whether adjudicators see coders as A, B, C until a round is settled
    masked_names: bool | None = None
    #: whether coders are told the rulings on their work once a round is settled, and may contest them
    coders_see_rulings: bool | None = None
    #: whether it argues by information power, so that saturation is not looked at
    information_power: bool | None = None


def create_project(session: Session, actor: Actor, given: NewProject) -> Project:
    """Start a study; its creator leads it."""
    project = Project(name=given.name, description=given.description, language=given.language, created_at=now())
    session.add(project)
    session.flush()
    session.add(Member(project_id=project.id, user_id=actor.id, roles=(Role.LEAD,), joined_at=now()))
    session.flush()
    events.record(session, project.id, actor.id, events.ProjectCreated(project.id, name=project.name))
    return project


def change_project(session: Session, access: Access, change: ProjectChange) -> Project:
    """Rename a study, describe it anew, or change who may rule, what coders are shown of their own drift, and whose names are hidden."""
    project = access.project
    before = (project.name, project.description)
    project.name = change.name or project.name
    project.description = project.description if change.description is None else change.description
    rules = (
        change.coders_may_rule,
        change.coders_see_drift,
        change.masked_names,
        change.coders_see_rulings,
        change.information_power,
    )
    described = describe(session, project, change)
    if described or (project.name, project.description) != before or all(rule is None for rule in rules):
        access.log(session, events.ProjectChanged(project.id, name=project.name))
    if change.coders_may_rule not in {None, project.coders_may_rule}:
        project.coders_may_rule = not project.coders_may_rule
        access.log(session, events.RulersChanged(project.id, coders=project.coders_may_rule))
    if change.coders_see_drift not in {None, project.coders_see_drift}:
        project.coders_see_drift = not project.coders_see_drift
        access.log(session, events.OwnDriftShown(project.id, shown=project.coders_see_drift))
    if change.coders_see_rulings not in {None, project.coders_see_rulings}:
        project.coders_see_rulings = not project.coders_see_rulings
        access.log(session, events.RulingsShown(project.id, shown=project.coders_see_rulings))
    if change.information_power not in {None, project.information_power}:
        if session.scalar(_hidden(project.id)) is not None:
            raise Conflict(
                "reserve_hidden", "Documents are put aside for the hold-out test of saturation: open them first."
            )
        project.information_power = not project.information_power
        access.log(session, events.ArgumentChanged(project.id, power=project.information_power))
    if change.masked_names not in {None, project.mask_seed is not None}:
        # The seed is nobody's to know: with it who is A could be computed.
        project.mask_seed = randbits(31) if project.mask_seed is None else None
        access.log(session, events.NamesMasked(project.id, masked=project.mask_seed is not None))
    return project


def _hidden(project_id: UUID) -> sa.Select[UUID]:
    """Return a document that is put aside and hidden."""
    return sa.select(Document.id).where(Document.project_id == project_id, Document.held_out).limit(1)
