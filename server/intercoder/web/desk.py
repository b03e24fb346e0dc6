"""The desk: what a person has to do now, and the projects the person is in."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from intercoder.policy import Permission
from intercoder.services import adjudication, layers, projects, rounds
from intercoder.services.access import blind_rounds
from intercoder.services.accounts import Actor
from intercoder.web.pages import page
from intercoder.web.session import db

blueprint = Blueprint("desk", __name__)

#: who sees how far others are
OVERSEERS = frozenset({"lead", "observer"})


@page(blueprint, "/", Permission.SIGNED_IN)
def desk(actor: Actor) -> str:
    """Return the page that everybody starts from."""
    members = {m.project_id: m for m in projects.projects_of(db(), actor)}
    own = [a for a in layers.own_assignments(db(), actor.id) if a.project_id in members]
    return render_template(
        "desk.html",
        coding=_to_code(own, members),
        ruling=_to_rule(actor, members),
        projects=[_project(actor, m) for m in members.values()],
    )


def _to_code(own: Sequence[Any], members: Mapping[UUID, Any]) -> list[dict[str, Any]]:
    """Return the open rounds in which the person codes, each with its documents in working order."""
    counts = layers.own_counts(db(), [a.id for a in own])
    found = []
    for round_, group in groupby(own, key=lambda a: a.round):
        assignments = list(group)
        following = layers.next_to_code(assignments)
        found.append(
            {
                "round": round_,
                "project": members[round_.project_id].project,
                "assignments": assignments,
                "counts": counts,
                "submitted": sum(a.state == "submitted" for a in assignments),
                "next": following and url_for("coder.code", round=round_.id, document=following.document_id),
                "started": following is not None and following.state == "in_progress",
            }
        )
    return found


def _to_rule(actor: Actor, members: Mapping[UUID, Any]) -> list[dict[str, Any]]:
    """Return the closed rounds of projects in which the person adjudicates, with what is still open."""
    found = []
    for project_id, member in members.items():
        if "adjudicator" not in member.roles:
            continue
        closed = [r for r in adjudication.rounds_to_adjudicate(db(), project_id) if r.state == "closed"]
        counts = adjudication.counts(db(), [r.id for r in closed])
        found += [{"round": r, "project": member.project, "counts": counts[r.id]} for r in closed]
    return [row for row in found if sum(row["counts"].get(state, 0) for state in ("open", "discussion", "deferred"))]


def _project(actor: Actor, member: Any) -> dict[str, Any]:
    """Return a project with its latest round; how far others are only for those who may see it."""
    all_rounds = rounds.rounds(db(), member.project_id)
    latest = all_rounds[0] if all_rounds else None
    progress = None
    if latest is not None and OVERSEERS & set(member.roles):
        blind = blind_rounds(db(), member.project_id, actor.id)
        progress = rounds.progress(db(), member.project_id, blind).get(latest.id)
    return {"project": member.project, "roles": member.roles, "latest": latest, "progress": progress}
