"""The desk: what a person has to do now, and the projects the person is in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import render_template, url_for

from intercoder.clock import now
from intercoder.models import AssignmentState, DisagreementState, Member, Project, Role, Round
from intercoder.policy import TABLE, Permission
from intercoder.services import disagreements, own_desk, own_documents, projects, rounds, threads
from intercoder.services.accounts import Actor
from intercoder.services.own_documents import OwnAssignment
from intercoder.services.progress import Progress, progress
from intercoder.web.pages import page
from intercoder.web.session import db
from intercoder.web.views import Views

blueprint = Views("desk")

#: who sees how far others are
OVERSEERS = TABLE[Permission.PROGRESS_VIEW].roles


@dataclass(frozen=True)
class ToCode:
    """Open rounds in which the person codes, with the documents in working order: one, or several of which they lie among one another."""

    rounds: Sequence[Round]
    project: Project
    assignments: Sequence[OwnAssignment]
    #: assignment → how many codings it holds
    counts: Mapping[UUID, int]
    submitted: int
    #: address of what to do next; None when all is submitted
    next: str | None
    #: whether that has been begun
    started: bool
    #: assignment → between how many minutes it may still take, by the person's own speed; nothing of what is submitted
    minutes: Mapping[UUID, tuple[int, int]]
    #: by how many documents that speed is known
    known: int

    @property
    def left(self) -> tuple[int, int] | None:
        """Between how many minutes all that is not submitted may take; None without a speed of one's own."""
        return (
            (sum(m[0] for m in self.minutes.values()), sum(m[1] for m in self.minutes.values()))
            if self.minutes
            else None
        )


@dataclass(frozen=True)
class ToRule:
    """A closed round in which the person adjudicates, with its disagreements by state."""

    round: Round
    project: Project
    counts: Mapping[DisagreementState, int]


@dataclass(frozen=True)
class ProjectTile:
    """A project of the person, with its latest round and how far that is, for those who may see it."""

    project: Project
    roles: Sequence[Role]
    latest: Round | None
    progress: Progress | None
    #: how many characters a coder said that they can take
    ceiling: int | None


@page(blueprint, "/", Permission.SIGNED_IN)
def desk(actor: Actor) -> str:
    """Return the page that everybody starts from."""
    members = {m.project_id: m for m in projects.projects_of(db(), actor)}
    own = [a for a in own_documents.own_assignments(db(), actor.id) if a.project_id in members]
    codes = any(Role.CODER in member.roles for member in members.values())
    pace = own_desk.speed(db(), actor.id) if codes or own else None
    return render_template(
        "desk.html",
        hears=bool(members),
        coding=_to_code(own, members, pace),
        pace=pace,
        fewest=own_desk.FEWEST,
        due=own_desk.due(own, now().date()),
        today=now().date(),
        soon=now().date() + timedelta(days=own_desk.SOON),
        back=[a for a in own if a.handed_back_for],
        rulings=own_desk.rulings(db(), actor.id),
        talk=threads.news(db(), actor.id),
        decided=own_desk.decided(db(), actor.id),
        ruling=_to_rule(actor.id, members),
        projects=_projects(actor, members.values()),
    )


def _minutes(own: Sequence[OwnAssignment], pace: own_desk.Speed | None) -> tuple[int, dict[UUID, tuple[int, int]]]:
    """Return by how many documents a person's speed is known, and how long each that is not submitted may take by it."""
    waiting = [a.id for a in own if a.state is not AssignmentState.SUBMITTED]
    if pace is None or not waiting:
        return 0, {}
    asked = own_desk.work(db(), waiting)
    return pace.documents, {id_: pace.minutes(work.characters, work.minutes) for id_, work in asked.items()}


def _to_code(own: Sequence[OwnAssignment], members: Mapping[UUID, Member], pace: own_desk.Speed | None) -> list[ToCode]:
    """Return the open rounds in which the person codes, each with its documents in working order."""
    held = own_documents.coded(db(), [a.id for a in own])
    counts = {id_: of.codings for id_, of in held.items()}
    known, minutes = _minutes(own, pace)
    rows = []
    for stretch in own_documents.interleaved(own):
        assignments = stretch.assignments
        following = own_documents.next_to_code(assignments, held=held)
        place = (
            None
            if following is None
            else url_for("coder.code", round=following.round_id, document=following.document_id)
        )
        rows.append(
            ToCode(
                stretch.rounds,
                members[assignments[0].project_id].project,
                assignments,
                counts,
                submitted=sum(a.state is AssignmentState.SUBMITTED for a in assignments),
                next=place,
                started=following is not None and following.state is AssignmentState.IN_PROGRESS,
                minutes={a.id: minutes[a.id] for a in assignments if a.id in minutes},
                known=known,
            )
        )
    return rows


def _to_rule(person: UUID, members: Mapping[UUID, Member]) -> list[ToRule]:
    """Return the closed rounds of projects in which the person adjudicates, with what is still open."""
    own = [project for project, member in members.items() if Role.ADJUDICATOR in member.role_set]
    waiting = disagreements.waiting_rounds(db(), own, person)
    places = {project: place for place, project in enumerate(own)}
    rows = [ToRule(r, members[r.project_id].project, counts) for r, counts in waiting.items()]
    return sorted(rows, key=lambda row: (places[row.round.project_id], -row.round.number))


def _projects(actor: Actor, members: Collection[Member]) -> list[ProjectTile]:
    """Return the projects with their latest rounds; how far others are only for those who may see it."""
    latest = rounds.latest_rounds(db(), [m.project_id for m in members])
    seen = [latest[m.project_id].id for m in members if m.project_id in latest and m.role_set & OVERSEERS]
    how_far = progress(db(), actor.id, seen)
    return [
        ProjectTile(m.project, m.roles, r := latest.get(m.project_id), how_far.get(r.id) if r else None, m.ceiling)
        for m in members
    ]
