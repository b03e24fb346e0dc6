"""Projects: what there is, starting one, changing one."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import InvalidInput
from intercoder.models import (
    Document,
    Job,
    JobState,
    Member,
    Project,
    Role,
    User,
)
from intercoder.services.access import Access
from intercoder.services.accounts import Actor
from intercoder.text.canonical import canonical, clean_name


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


def create_project(session: Session, actor: Actor, name: str, description: str = "", language: str = "zh") -> Project:
    """Start a study; its creator leads it."""
    project = Project(
        name=_project_name(name),
        description=canonical(description).strip(),
        language=_language(language),
        created_at=now(),
    )
    session.add(project)
    session.flush()
    session.add(Member(project_id=project.id, user_id=actor.id, roles=[Role.LEAD.value], joined_at=now()))
    session.flush()
    events.record(session, project.id, actor.id, events.ProjectCreated(project.id, name=project.name))
    return project


def change_project(session: Session, access: Access, *, name: str | None, description: str | None) -> Project:
    """Rename a study or describe it anew."""
    project = access.project
    if name is not None:
        project.name = _project_name(name)
    if description is not None:
        project.description = canonical(description).strip()
    access.log(session, events.ProjectChanged(project.id, name=project.name))
    return project


def _project_name(name: str) -> str:
    name = clean_name(name)
    if not name:
        raise InvalidInput("no_name", "Give the project a name.")
    if len(name) > 200:
        raise InvalidInput("long_name", "A name has at most {n} characters.", n=200)
    return name


def _language(language: str) -> str:
    if language not in {"zh", "en"}:
        raise InvalidInput("bad_language", "The language must be zh or en.")
    return language
