"""Who may hear of what happens in projects: asked again each time that an open page is told something."""

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
    project: UUID | None
    roles: tuple[Role, ...]


class _Blind(NamedTuple):
    project: UUID
    round: UUID


_MEMBERS, _ROUNDS, _ASSIGNMENTS = (model.metadata.tables[model.__tablename__] for model in (Member, Round, Assignment))


def _asked(means: Means, *more: sa.ColumnElement[bool]) -> Prepared[_Asked]:
    member = sa.and_(_MEMBERS.c.user_id == USERS.c.id, *more)
    columns = (_MEMBERS.c.project_id, _MEMBERS.c.roles)
    query = standing_of(means).add_columns(*columns).outerjoin(_MEMBERS, member)
    people = len(Standing._fields)
    return Prepared(query, lambda *values: _Asked(Standing(*values[:people]), values[people], values[-1] or ()))


def _blind(*more: sa.ColumnElement[bool]) -> Prepared[_Blind]:
    codes = sa.exists().where(
        _ASSIGNMENTS.c.round_id == _ROUNDS.c.id, _ASSIGNMENTS.c.coder_id == sa.bindparam("person")
    )
    return Prepared(
        sa.select(_ROUNDS.c.project_id, _ROUNDS.c.id).where(_ROUNDS.c.state == RoundState.OPEN, codes, *more), _Blind
    )


_ASKED = {means: _asked(means, _MEMBERS.c.project_id == sa.bindparam("project")) for means in Means}
_ASKED_EVERYWHERE = {means: _asked(means) for means in Means}
_BLIND = _blind(_ROUNDS.c.project_id == sa.bindparam("project"))
_BLIND_EVERYWHERE = _blind()


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
    return Watcher(holder.actor, roles, frozenset(row.round for row in blind))


def watchers(session: Session, credential: Credential) -> dict[UUID, Watcher]:
    """Return who watches all the projects that a person is in; none for who is in none; ``NotSignedIn`` for a visitor."""
    transaction = within(session)
    rows = transaction.every(_ASKED_EVERYWHERE[credential.means], {"mark": credential.mark})
    holder = rows[0].standing.holder(credential.means) if rows else None
    if holder is None:
        raise sign_in_first()
    blind: dict[UUID, set[UUID]] = {}
    for row in transaction.every(_BLIND_EVERYWHERE, {"person": holder.actor.id}):
        blind.setdefault(row.project, set()).add(row.round)
    return {
        row.project: Watcher(holder.actor, frozenset(row.roles), frozenset(blind.get(row.project, ())))
        for row in rows
        if row.project is not None and decide(Permission.PROJECT_VIEW, frozenset(row.roles)).allowed
    }
