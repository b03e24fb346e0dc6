"""Rounds: the list, the design of a new one, and one with its assignments."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template

from intercoder.models import Job, JobKind, JobState, RoundState
from intercoder.policy import Permission
from intercoder.services import accounts, adjudication, codebook, jobs, materials, members
from intercoder.services import rounds as service
from intercoder.services.access import Access, RoundAccess, authorise
from intercoder.web.pages import page
from intercoder.web.pinyin import pinyin
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.overview import hidden_rounds, round_progress
from intercoder.web.session import db


@page(blueprint, "/projects/<uuid:project>/rounds", Permission.ROUND_VIEW, tab="rounds", name="rounds")
def all_rounds(access: Access, project: UUID) -> str:
    """Show the rounds with what the person may know of their progress."""
    known = service.rounds(db(), project)
    compared = [r.id for r in known if r.state in {"closed", "settled"}]
    return render_template(
        "project/rounds.html",
        rounds=known,
        progress=round_progress(access),
        blind=hidden_rounds(access),
        disagreements=adjudication.counts(db(), compared) if compared else {},
        proposals={r.id: n for r in known if (n := _waiting(access, r))},
    )


def _waiting(access: Access, round_: Any) -> int:
    """Return how many proposals of an open round wait for this person."""
    if round_.state != "open" or round_.policy != "proposals" or round_.id in hidden_rounds(access):
        return 0
    if not access.may(Permission.PROPOSALS_DECIDE):
        return 0
    return len(service.proposals(db(), authorise(db(), access.actor, Permission.ROUND_VIEW, "round", round_.id)))


@page(blueprint, "/projects/<uuid:project>/rounds/new", Permission.ROUND_MANAGE, tab="rounds")
def round_new(project: UUID) -> str:
    """Show the form that designs a round."""
    documents = materials.documents(db(), project)
    groups = [(case, [d for d in documents if d.case_id == case.id]) for case in materials.cases(db(), project)]
    alone = [d for d in documents if d.case_id is None]
    return render_template(
        "project/round_new.html",
        versions=codebook.versions(db(), project),
        lengths=materials.lengths(db(), project),
        groups=[(case, found) for case, found in groups if found] + ([(None, alone)] if alone else []),
        coders=[m for m in members.members(db(), project) if "coder" in m.roles],
        pinyin=pinyin,
        number=1 + max((r.number for r in service.rounds(db(), project)), default=0),
    )


@page(blueprint, "/rounds/<uuid:round>", Permission.ROUND_VIEW, tab="rounds", name="round")
def one_round(access: RoundAccess, round: UUID) -> str:
    """Show a round: its design, who codes what, and what can be done now."""
    visible = service.visible_assignments(db(), access)
    manage = access.may(Permission.ROUND_MANAGE) and access.round.state in {"draft", "open"}
    proposals = _proposals(access)
    return render_template(
        "project/round.html",
        round=access.round,
        blind=access.situation.blind,
        matrix=matrix(visible),
        counts=service.codings_per_assignment(db(), access),
        progress=round_progress(access).get(round),
        disagreements=adjudication.counts(db(), [round])[round] if access.round.state in {"closed", "settled"} else {},
        proposals=proposals,
        authors=accounts.names_of(db(), [p.author_id for p in proposals if p.author_id]),
        concepts=[e for e in codebook.draft(db(), access.project.id) if e.level.value == "concept"]
        if proposals
        else [],
        job=_comparison(access),
        more=_choices(access) if manage else None,
    )


def matrix(assignments: Sequence[Any]) -> dict[str, Any]:
    """Return the documents and the coders of a round with the assignment at each crossing."""
    documents = {a.document_id: a.document for a in assignments}
    coders = dict(
        sorted({a.coder_id: a.coder for a in assignments}.items(), key=lambda pair: (pair[1].name, str(pair[0])))
    )
    return {
        "documents": list(documents.values()),
        "coders": list(coders.values()),
        "at": {(a.document_id, a.coder_id): a for a in assignments},
    }


def _proposals(access: RoundAccess) -> list[Any]:
    if access.round.state != "open" or not access.may(Permission.PROPOSALS_DECIDE):
        return []
    return service.proposals(db(), access)


def _comparison(access: RoundAccess) -> Job | None:
    """Return the job that compares this round, while it runs or when it failed."""
    if access.round.state is not RoundState.CLOSED or not access.may(Permission.JOBS_VIEW):
        return None
    job = jobs.latest_of_round(db(), access.project.id, access.round.id, [JobKind.COMPARE])
    return job if job and job.state in {JobState.QUEUED, JobState.RUNNING, JobState.FAILED} else None


def _choices(access: Access) -> dict[str, Any]:
    """Return the documents and coders that could be added to a round."""
    project = access.project.id
    return {
        "documents": materials.documents(db(), project),
        "coders": [m.user for m in members.members(db(), project) if "coder" in m.roles],
    }
