"""What a project is, how far it is, and what waits for the person who looks."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from markupsafe import Markup

from intercoder.charts.sparkline import sparkline
from intercoder.language import gettext, ngettext
from intercoder.models import (
    AssignmentState,
    CodebookPolicy,
    CodebookVersion,
    DisagreementState,
    FileState,
    Level,
    Role,
    Round,
    RoundState,
)
from intercoder.policy import Permission
from intercoder.services import (
    agreement,
    codebook,
    disagreements,
    document_list,
    ingest,
    marking,
    members,
    own_documents,
    proposals,
    rounds,
    versions,
)
from intercoder.services.access import Access
from intercoder.services.funnel import By
from intercoder.services.headlines import Headline, headline
from intercoder.services.progress import Progress, progress
from intercoder.web import activity
from intercoder.web.figures import coefficient_text
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db

#: the latest rounds, which are shown
ROUNDS = 8
#: while a disagreement of it is in one of them a round cannot be settled
_WAIT = (DisagreementState.OPEN, DisagreementState.TWICE, DisagreementState.DISCUSSION)


@dataclass(frozen=True)
class Todo:
    """Something that waits for the person: how many, what, why, and where."""

    count: int
    what: str
    why: str
    url: str


@page(blueprint, "/projects/<uuid:project>", Permission.PROJECT_VIEW, tab="overview")
def overview(access: Access, project: UUID) -> str:
    """Show a project as the person may see it."""
    known = rounds.rounds(db(), project)
    reports = {r.round_id: r for r in agreement.latest_reports(db(), access)}
    looked_at = [*known[:ROUNDS], *(r for r in known[ROUNDS:] if r.state is RoundState.OPEN)]
    how_far = round_progress(access, [r.id for r in looked_at])
    alphas = {i: headline(r) for i, r in reports.items()}
    entries = codebook.draft(db(), project)
    people = members.members(db(), project)
    version = versions.latest_version(db(), project)
    return render_template(
        "project/overview.html",
        rounds=known[:ROUNDS],
        progress=how_far,
        reports=reports,
        alphas=alphas,
        levels=Counter(e.level for e in entries),
        version=version,
        materials=_materials(access),
        members=people,
        coders=sum(Role.CODER in p.roles for p in people),
        trend=_trend(list(alphas.values())),
        todos=list(_todos(access, known, how_far, Draft(entries, version))),
        steps=_steps(access, known),
        news=activity.recent(access, 12),
    )


def round_progress(access: Access, round_ids: Collection[UUID]) -> dict[UUID, Progress]:
    """Return how far these rounds are, of those whose progress this person may see."""
    return progress(db(), access.actor.id, round_ids) if access.may(Permission.PROGRESS_VIEW) else {}


def _materials(access: Access) -> document_list.Extent | None:
    if not access.may(Permission.MATERIALS_VIEW):
        return None
    return document_list.extent(db(), access)


def _trend(alphas: Sequence[Headline]) -> Markup:
    """Return alpha over the compared rounds as a line; nothing before there are two."""
    values = [alpha.value for alpha in alphas if alpha.value is not None]
    if len(values) < 2:
        return Markup()
    shown = gettext(", ").join(coefficient_text(value) for value in values)
    title = gettext("Alpha by round")
    return Markup(sparkline(values, {"title": title, "desc": shown}))  # noqa: S704 - made by us, texts escaped


@dataclass(frozen=True)
class Step:
    """A first step of a study: what to do, where, and whether it is done."""

    what: str
    url: str
    done: bool


def _steps(access: Access, known: Sequence[Round]) -> list[Step]:
    """Return the first steps of a study, for a lead, until a round has been opened."""
    if not access.may(Permission.ROUND_MANAGE) or any(r.state is not RoundState.DRAFT for r in known):
        return []
    project = access.project.id
    coders = sum(Role.CODER in m.roles for m in members.members(db(), project))
    return [
        Step(
            gettext("Import the material"),
            url_for("project.materials", project=project),
            document_list.extent(db(), access).documents > 0,
        ),
        Step(
            gettext("Write and publish a codebook, or begin with open coding"),
            url_for("project.codebook", project=project),
            versions.latest_version(db(), project) is not None or any(r.policy is CodebookPolicy.OPEN for r in known),
        ),
        Step(gettext("Invite at least two coders"), url_for("project.team", project=project), coders >= 2),
        Step(gettext("Design and open a round"), url_for("project.rounds", project=project), False),
    ]


@dataclass(frozen=True)
class Draft:
    """The draft codebook, and the version that was published last."""

    entries: Sequence[codebook.Entry]
    published: CodebookVersion | None


def _todos(access: Access, known: Sequence[Round], progress: dict[UUID, Progress], draft: Draft) -> Iterator[Todo]:
    yield from _coder_todos(access)
    yield from _adjudicator_todos(access, known)
    if access.may(Permission.ROUND_MANAGE):
        yield from _round_todos(access, known, progress)
        yield from _lead_todos(access, known, progress)
    if access.may(Permission.MATERIALS_MANAGE):
        yield from _material_todos(access)
    if access.may(Permission.CODEBOOK_EDIT):
        yield from _codebook_todos(access, draft)


def _coder_todos(access: Access) -> Iterator[Todo]:
    assigned = own_documents.own_assignments(db(), access.actor.id, access.project.id)
    own = [a for a in assigned if a.state is not AssignmentState.SUBMITTED]
    begun = [a.id for a in own if a.state is AssignmentState.IN_PROGRESS]
    first = own_documents.next_to_code(own, held=own_documents.coded(db(), begun) if begun else {})
    if first is not None:
        yield Todo(
            len(own),
            ngettext("document to code", "documents to code", len(own)),
            first.title,
            url_for("coder.code", round=first.round_id, document=first.document_id),
        )


def _adjudicator_todos(access: Access, known: Sequence[Round]) -> Iterator[Todo]:
    closed = [r for r in known if r.state is RoundState.CLOSED]
    if not closed or not access.may(Permission.ADJUDICATE):
        return
    counts = disagreements.counts(db(), [r.id for r in closed], access.actor.id)
    waiting = sum(
        c.get(state, 0) for c in counts.values() for state in (DisagreementState.OPEN, DisagreementState.TWICE)
    )
    discussed = sum(c.get(DisagreementState.DISCUSSION, 0) for c in counts.values())
    if waiting:
        why = ngettext("{n} more is being discussed", "{n} more are being discussed", discussed) if discussed else ""
        yield Todo(
            waiting,
            ngettext("disagreement to rule on", "disagreements to rule on", waiting),
            why,
            url_for("adjudicator.adjudication", project=access.project.id),
        )


def _round_todos(access: Access, known: Sequence[Round], progress: dict[UUID, Progress]) -> Iterator[Todo]:
    proposed = proposals.waiting(db(), access)
    open_coded = [r.id for r in known if r.unaligned and r.state.compared]
    unaligned = marking.waiting(db(), open_coded) if open_coded else {}
    for r in known:
        url = url_for("project.round", round=r.id)
        done = progress.get(r.id)
        if r.state is RoundState.DRAFT:
            yield Todo(1, gettext("round is prepared and not open yet"), r.name, url)
        elif r.state is RoundState.OPEN and done and done.submitted == done.total:
            yield Todo(done.total, gettext("documents are submitted: the round can be closed"), r.name, url)
        if left := unaligned.get(r.id):
            yield Todo(left.labels, ngettext("label to align", "labels to align", left.labels), r.name, f"{url}#marked")
        if waiting := proposed.get(r.id):
            yield Todo(waiting, ngettext("proposed label to decide", "proposed labels to decide", waiting), r.name, url)


def _lead_todos(access: Access, known: Sequence[Round], progress: dict[UUID, Progress]) -> Iterator[Todo]:
    """Give what a lead sees to though others do it: what is late, what nobody ruled on, what can be settled."""
    late = sum(progress[r.id].late for r in known if r.state is RoundState.OPEN and r.id in progress)
    if late:
        url = url_for("project.progress", project=access.project.id, by=By.CODER.value)
        yield Todo(late, ngettext("task is late", "tasks are late", late), "", url)
    compared = [r for r in known if r.state is RoundState.CLOSED and r.compared_at is not None and not r.unaligned]
    counts = disagreements.counts(db(), [r.id for r in compared]) if compared else {}
    for r in compared:
        waits = sum(counts[r.id].get(state, 0) for state in _WAIT)
        if not waits:
            what = gettext("round is ruled on: it can be settled")
            yield Todo(1, what, r.name, url_for("project.round", round=r.id))
        elif not access.may(Permission.ADJUDICATE):
            what = ngettext("disagreement waits for an adjudicator", "disagreements wait for an adjudicator", waits)
            yield Todo(waits, what, r.name, url_for("adjudicator.adjudication", project=access.project.id))


def _material_todos(access: Access) -> Iterator[Todo]:
    staged = ingest.staged_files(db(), access.project.id)
    if staged:
        failed = sum(f.state is FileState.FAILED for f in staged)
        why = ngettext("{n} could not be imported", "{n} could not be imported", failed) if failed else ""
        yield Todo(
            len(staged),
            ngettext("uploaded file to import", "uploaded files to import", len(staged)),
            why,
            url_for("project.materials", project=access.project.id) + "#staging",
        )


def _codebook_todos(access: Access, draft: Draft) -> Iterator[Todo]:
    url = url_for("project.codebook", project=access.project.id)
    entries = draft.entries
    before = versions.version_entries(db(), draft.published.id) if draft.published else []
    changed = len(versions.changes(before, entries))
    if changed:
        yield Todo(
            changed,
            ngettext("change of the codebook is not published", "changes of the codebook are not published", changed),
            gettext("rounds use published versions only"),
            url,
        )
    alone = sum(e.level is Level.LABEL and e.parent_id is None for e in entries)
    if alone and any(e.level is Level.CONCEPT for e in entries):
        yield Todo(alone, ngettext("label is in no concept yet", "labels are in no concept yet", alone), "", url)
