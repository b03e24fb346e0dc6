"""Who is ready: tests for trainees, attempts with every miss, the gates before rounds, and whether coders stay the same."""

from uuid import UUID

from flask import render_template

from intercoder.models import CodeState, ReportLevel, Role, RoundState
from intercoder.policy import Permission
from intercoder.reports.numbers import ends, number, p_value, percent, remark
from intercoder.reports.training import conditions, outcome
from intercoder.reports.words import choices
from intercoder.services import answer_keys, codebook, drifting, gates, members, repeats, scores, versions
from intercoder.services.access import Access, RoundAccess
from intercoder.services.mapping import mapping
from intercoder.services.round_plans import MOST_SEEDS
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db


@page(blueprint, "/projects/<uuid:project>/training", Permission.SCORE_VIEW, tab="rounds", name="training")
def training(access: Access, project: UUID) -> str:
    """Show the tests with who took them, and for leads the form that makes one."""
    manage = access.may(Permission.ROUND_MANAGE)
    return render_template(
        "project/training.html",
        taken=scores.visible_tests(db(), access),
        settled=answer_keys.settled_documents(db(), access) if manage else [],
        versions=versions.versions(db(), project) if manage else [],
        codes=[c for c in codebook.draft(db(), project) if c.state is CodeState.ACTIVE] if manage else [],
        coders=[m for m in members.members(db(), project) if Role.CODER in m.roles] if manage else [],
        most_seeds=MOST_SEEDS - 1,
    )


class ScoresAsked(Query):
    """What the address says: the level to which codes are lifted before they are compared."""

    level: ReportLevel = ReportLevel.AS_CODED


@page(blueprint, "/rounds/<uuid:round>/scores", Permission.SCORE_VIEW, tab="rounds", name="round_scores")
def round_scores(access: RoundAccess, query: ScoresAsked) -> str:
    """Show the attempts at a test: by code, what was taken for what, and every miss."""
    taken = scores.attempts(db(), access)
    return render_template(
        "project/scores.html",
        round=access.round,
        test=scores.is_test(db(), access.round.id),
        waiting=[one for one in taken if not one.done],
        attempts=[scores.scored(db(), one, query.level) for one in taken if one.done],
        asked=query,
        levels=dict(choices("report_level")),
        numbers={"number": number, "percent": percent, "ends": ends, "remark": remark},
    )


@page(blueprint, "/rounds/<uuid:round>/gate", Permission.SCORE_VIEW, tab="rounds", name="round_gate")
def round_gate(access: RoundAccess) -> str:
    """Show what must be reached before a round, and who has."""
    rule = gates.gate(db(), access.round.id)
    manage = access.may(Permission.ROUND_MANAGE)
    return render_template(
        "project/gate.html",
        round=access.round,
        rule=rule,
        standings=gates.shown(db(), access),
        names={code.id: code.name for code in mapping(db(), access.project.id).codes.values()},
        codes=versions.version_entries(db(), access.round.version_id) if manage and access.round.version_id else [],
        draft=access.round.state is RoundState.DRAFT,
        manage=manage,
        say={"outcome": outcome, "conditions": conditions},
        levels=dict(choices("report_level")),
    )


@page(blueprint, "/projects/<uuid:project>/drift", Permission.DRIFT_OWN, tab="rounds", name="drift")
def drift(access: Access) -> str:
    """Show how coders agree with what they made of the same documents before."""
    found = drifting.drifts(db(), access)
    return render_template(
        "project/drift.html",
        found=found,
        numbers={"number": number, "percent": percent, "ends": ends, "remark": remark, "p_value": p_value},
    )


@page(blueprint, "/projects/<uuid:project>/repeats", Permission.ROUND_MANAGE, tab="rounds", name="repeats")
def draw_repeats(access: Access, project: UUID) -> str:
    """Show the form by which documents that coders submitted before are drawn to be coded again."""
    return render_template(
        "project/repeats.html",
        offered=repeats.offered(db(), access),
        versions=versions.versions(db(), project),
        most_seeds=MOST_SEEDS - 1,
        soonest=repeats.SOONEST,
    )
