"""Rounds: the list, the design of a new one, and one with its assignments."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template

from intercoder.models import Job, JobKind, JobState, Role, RoundState, User
from intercoder.policy import Permission
from intercoder.reports import planning
from intercoder.reports.assignments import independence
from intercoder.reports.training import kept_out
from intercoder.reports.what_next import what_next as sentences_of
from intercoder.reports.words import choices
from intercoder.services import (
    accounts,
    assigned,
    codebook,
    comparing,
    disagreements,
    enough,
    gates,
    jobs,
    materials,
    members,
    progress,
    proposals,
    versions,
    what_next,
)
from intercoder.services import rounds as service
from intercoder.services.access import Access, RoundAccess, authorise, blind_rounds, no_such_thing
from intercoder.services.proposals import Proposed
from intercoder.services.round_copies import copied
from intercoder.services.round_plans import overlaps_of
from intercoder.text.pinyin import pinyin
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.marked import open_coded
from intercoder.web.project.matrix import OWN_ROWS, ROWS, MatrixQuery, matrix_of
from intercoder.web.project.overview import round_progress
from intercoder.web.queries import PartQuery, Query
from intercoder.web.session import db

PAGE = 50


@page(blueprint, "/projects/<uuid:project>/rounds", Permission.ROUND_VIEW, tab="rounds", name="rounds")
def all_rounds(access: Access, project: UUID, query: PartQuery) -> str:
    """Show the rounds with what the person may know of their progress."""
    part = service.page_of_rounds(db(), project, query.part(PAGE))
    compared = [r.id for r in part.rows if r.state.compared]
    return render_template(
        "project/rounds.html",
        page=part,
        progress=round_progress(access, [r.id for r in part.rows]),
        blind=blind_rounds(db(), project, access.actor.id),
        disagreements=disagreements.counts(db(), compared) if compared else {},
        proposals=proposals.waiting(db(), access),
    )


class NewQuery(Query):
    """Which earlier round a new one is to be like."""

    copy_of: UUID | None = None


@page(blueprint, "/projects/<uuid:project>/rounds/new", Permission.ROUND_MANAGE, tab="rounds")
def round_new(access: Access, project: UUID, query: NewQuery) -> str:
    """Show the form that designs a round."""
    documents = materials.documents(db(), project)
    groups = [(case, [d for d in documents if d.case_id == case.id]) for case in materials.cases(db(), access)]
    alone = [d for d in documents if d.case_id is None]
    return render_template(
        "project/round_new.html",
        versions=versions.versions(db(), project),
        lengths=materials.lengths(db(), [d.id for d in documents]),
        groups=[(case, held) for case, held in groups if held] + ([(None, alone)] if alone else []),
        coders=[m for m in members.members(db(), project) if Role.CODER in m.roles],
        pinyin=pinyin,
        earlier=[r for r in service.rounds(db(), project) if r.state.compared and not r.unaligned],
        number=service.next_number(db(), project),
        like=_like(access, query.copy_of) if query.copy_of else None,
    )


def _like(access: Access, round_id: UUID) -> dict[str, object]:
    """Return what the form begins with that makes a round like another one; the codebook is the latest, the name a new one."""
    earlier = authorise(db(), access.actor, Permission.ROUND_MANAGE, "round", round_id)
    if earlier.project.id != access.project.id:
        raise no_such_thing()
    return copied(db(), earlier).model_dump(mode="json", exclude={"name", "version_id", "due_on", "open", "goal"})


@page(blueprint, "/rounds/<uuid:round>", Permission.ROUND_VIEW, tab="rounds", name="round")
def one_round(access: RoundAccess, round: UUID, query: MatrixQuery) -> str:
    """Show a round: its design, who codes what, and what can be done now."""
    proposed = _proposals(access)
    return render_template(
        "project/round.html",
        round=access.round,
        blind=access.situation.blind,
        purpose=service.told_purpose(access.round, access),
        asked=query,
        **_given_out(access, query),
        progress=round_progress(access, [round]).get(round),
        disagreements=disagreements.counts(db(), [round])[round] if access.round.state.compared else {},
        proposals=proposed,
        authors=accounts.names_of(db(), [p.author_id for p in proposed if p.author_id]),
        codes=codebook.draft(db(), access.project.id) if proposed else [],
        verdicts=choices("verdict"),
        own_proposals=proposals.own_proposals(db(), access) if access.situation.codes_in_round else [],
        marked=open_coded([access.round]).get(round),
        job=_comparison(access),
        outdated=comparing.compared_under_another(db(), access.round),
        goal=_goal(access),
        advice=_what_next(access),
        beside=_beside(access),
    )


def _beside(access: RoundAccess) -> list[str]:
    """Return who has not passed the gate and what other rounds do to the independence of this one, said before it is opened."""
    if access.round.state is not RoundState.DRAFT or not access.may(Permission.ROUND_MANAGE):
        return []
    barred = kept_out(gates.kept_out(db(), access))
    others = independence(overlaps_of(db(), access, assigned.coders_by_document(db(), access)))
    return [barred, *others] if barred else list(others)


@dataclass(frozen=True)
class Goal:
    """What a round is planned for, and what is left of it where the person may know how far the round is."""

    words: str
    progress: Sequence[str]


def _goal(access: RoundAccess) -> Goal | None:
    if access.round.goal is None:
        return None
    like = access.round.goal.like
    number = service.numbers_of(db(), [like]).get(like) if like else None
    left = enough.left(db(), access) if access.may(Permission.PROGRESS_VIEW) else None
    return Goal(planning.goal_words(access.round.goal, number), list(planning.progress(left)) if left else [])


def _given_out(access: RoundAccess, query: MatrixQuery) -> dict[str, object]:
    """Return who codes what, as a matrix for who may know of others, and what could be given out besides."""
    manage = access.may(Permission.ROUND_MANAGE) and access.round.state in {RoundState.DRAFT, RoundState.OPEN}
    more = _choices(access) if manage else None
    own = assigned.own_only(access)
    columns = [(coder.id, coder.name) for coder in more.coders] if more and not own else []
    part = query.part(OWN_ROWS if own else ROWS)
    table = assigned.table_of_round(db(), access, part, narrowed=query.narrowed(), also=columns)
    codings = progress.codings_per_assignment(db(), access)
    compared = access.round.state.compared
    return {
        "more": more,
        "table": table,
        "matrix": None if own else matrix_of(table, compared=compared, codings=codings),
    }


def _what_next(access: RoundAccess) -> list[str]:
    """Return what a compared round says about the next one."""
    if not access.round.state.compared or access.round.unaligned or not access.may(Permission.AGREEMENT_VIEW):
        return []
    found = what_next.what_next(db(), access)
    return list(sentences_of(found)) if found else []


def _proposals(access: RoundAccess) -> list[Proposed]:
    if access.round.state is not RoundState.OPEN or not access.may(Permission.PROPOSALS_DECIDE):
        return []
    return proposals.proposals(db(), access)


def _comparison(access: RoundAccess) -> Job | None:
    """Return the job that compares this round, until it has."""
    if access.round.state is not RoundState.CLOSED or not access.may(Permission.JOBS_VIEW):
        return None
    job = jobs.latest_of_round(db(), access.project.id, access.round.id, [JobKind.COMPARE])
    return job if job and job.state is not JobState.DONE else None


@dataclass(frozen=True)
class Choices:
    """The documents and coders that could be added to a round."""

    #: identifiers and titles
    documents: Sequence[tuple[UUID, str]]
    coders: Sequence[User]


def _choices(access: Access) -> Choices:
    """Return what could be given out, and to whom."""
    project = access.project.id
    return Choices(
        materials.titles(db(), project), [m.user for m in members.members(db(), project) if Role.CODER in m.roles]
    )
