"""Who may hear of what happens in a project: asked again each time that an open page is told something."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.db import within
from intercoder.models import Assignment, Member, Role, Round, RoundState
from intercoder.policy import Permission, decide
from intercoder.prepared import Prepared
from intercoder.services.access import sign_in_first
from intercoder.services.accounts import Actor
from intercoder.services.credentials import USERS, Credential, Means, Standing, standing_of


@dataclass(frozen=True)
class Watcher:
    """A person before an open page of a project: the roles, and the open rounds in which the person codes."""

    actor: Actor
    roles: frozenset[Role]
    blind: frozenset[UUID]


class _Asked(NamedTuple):
    standing: Standing
    roles: tuple[Role, ...]


_MEMBERS, _ROUNDS, _ASSIGNMENTS = (model.metadata.tables[model.__tablename__] for model in (Member, Round, Assignment))


def _asked(means: Means) -> Prepared[_Asked]:
    member = sa.and_(_MEMBERS.c.project_id == sa.bindparam("project"), _MEMBERS.c.user_id == USERS.c.id)
    query = standing_of(means).add_columns(_MEMBERS.c.roles).outerjoin(_MEMBERS, member)
    people = len(Standing._fields)
    return Prepared(query, lambda *values: _Asked(Standing(*values[:people]), values[people] or ()))


_ASKED = {means: _asked(means) for means in Means}
_BLIND = Prepared(
    sa.select(_ROUNDS.c.id).where(
        _ROUNDS.c.project_id == sa.bindparam("project"),
        _ROUNDS.c.state == RoundState.OPEN,
        sa.exists().where(_ASSIGNMENTS.c.round_id == _ROUNDS.c.id, _ASSIGNMENTS.c.coder_id == sa.bindparam("person")),
    ),
    lambda identifier: identifier,
)


def watcher(session: Session, credential: Credential, project_id: UUID) -> Watcher:
    """Return who watches a project; ``NotSignedIn`` for a visitor, and what ``policy`` says of who may not see it."""
    transaction = within(session)
    asked = transaction.first(_ASKED[credential.means], {"mark": credential.mark, "project": project_id})
    holder = asked.standing.holder(credential.means) if asked is not None else None
    if asked is None or holder is None:
        raise sign_in_first()
    roles = frozenset(asked.roles)
    refusal = decide(Permission.PROJECT_VIEW, roles).refusal
    if refusal is not None:
        raise refusal
    blind = transaction.every(_BLIND, {"project": project_id, "person": holder.actor.id})
    return Watcher(holder.actor, roles, frozenset(blind))
