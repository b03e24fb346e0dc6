"""The alignment desk: private labels of a closed open round find their place in the codebook."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from flask import redirect, render_template, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from intercoder.language import translate
from intercoder.models import Job, JobKind, JobState
from intercoder.policy import Permission
from intercoder.reports.alignment import masks, reasons
from intercoder.services import aligned_figures, alignment_desk, alignment_lanes, alignment_queue, jobs, taking_back
from intercoder.services import alignment as ending
from intercoder.services.access import RoundAccess
from intercoder.services.alignment_desk import Card
from intercoder.services.alignment_lanes import Paragraph
from intercoder.services.alignment_queue import Only, Queue, Shown, Sought
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db

#: labels with a key of their own
KEYS = 9
Part = Annotated[int, Field(ge=0, le=1000)]


class DeskQuery(Query):
    """Which list of proposals, which of them, which part of its passages, how much around them, and whether the coders' names are hidden."""

    show: Shown | None = None
    find: str | None = None
    only: Only | None = None
    coder: UUID | None = None
    proposal: UUID | None = None
    part: Part | None = None
    wider: Annotated[int, Field(ge=0, le=20)] | None = None
    names: Literal["hidden"] | None = None

    @property
    def sought(self) -> Sought:
        """Which proposals are looked for."""
        return Sought(self.find or "", self.only, self.coder)


@page(blueprint, "/rounds/<uuid:round>/alignment", Permission.ALIGN, tab="codebook")
def alignment(access: RoundAccess, query: DeskQuery) -> str | Response:
    """Show a proposal with its neighbours in the queue; the first that waits when none is named."""
    queue = alignment_queue.queue(db(), access, query.show or Shown.WAITING, query.sought, query.proposal)
    if query.proposal is None and queue.current is not None:
        return redirect(_address(access, query, queue.current))
    card = alignment_desk.card(db(), access, queue.current, query.part or 0) if queue.current else None
    wider = query.wider or 0
    places = alignment_lanes.places(db(), access, queue.current, wider) if queue.current else []
    coders = alignment_queue.coders(db(), access)
    who = masks(list(coders)) if query.names else coders
    return render_template(
        "project/alignment.html",
        round=access.round,
        asked=query,
        show=query.show or Shown.WAITING,
        lists=Shown,
        only=Only,
        far=ending.progress(db(), access.round),
        queue=queue,
        card=card,
        places=places,
        lanes={lane.key for place in places for paragraph in place.paragraphs for lane in paragraph.lanes if lane.ours},
        lanes_of=lambda paragraph: json.dumps(_lanes(paragraph, who), ensure_ascii=False),
        wider=wider,
        translate=translate,
        reasons=reasons(card.kind, card.evidence, {label.id: label.name for label in card.labels}) if card else [],
        who=who,
        job=_job(access, JobKind.ALIGN),
        figures=aligned_figures.figures_of(db(), access.round),
        last=taking_back.last_act(db(), access),
        data=_page_data(access, query, queue, card),
        address=lambda **other: url_for("project.alignment", round=access.round.id, **query.again(**other)),
        keys=KEYS,
        parts=_parts(card),
    )


@page(blueprint, "/rounds/<uuid:round>/alignment/end", Permission.ALIGN, tab="codebook")
def alignment_end(access: RoundAccess) -> str | Response:
    """Show what ending the alignment would do, before it is done; of a round that is aligned, the desk."""
    if access.round.aligned_at is not None:
        return redirect(url_for("project.alignment", round=access.round.id))
    return render_template(
        "project/alignment_end.html",
        round=access.round,
        ending=ending.ending(db(), access),
        figures=aligned_figures.preview_of(db(), access),
        translate=translate,
        job=_job(access, JobKind.MEASURE),
    )


def _address(access: RoundAccess, query: DeskQuery, proposal: UUID | None) -> str:
    return url_for("project.alignment", round=access.round.id, **query.again(proposal=proposal, part=None, wider=None))


def _lanes(paragraph: Paragraph, who: Mapping[UUID, str]) -> list[tuple[int, int, int, str, str, bool]]:
    """Return the lanes of a paragraph as static/js/controllers/lanes.js draws them."""
    return [(lane.row, lane.start, lane.end, who.get(lane.coder, ""), lane.name, lane.ours) for lane in paragraph.lanes]


def _job(access: RoundAccess, kind: JobKind) -> Job | None:
    """Return the job of a kind, while it runs or when it failed."""
    job = jobs.latest_of_round(db(), access.project.id, access.round.id, [kind])
    return job if job and job.state in {JobState.QUEUED, JobState.RUNNING, JobState.FAILED} else None


def _parts(card: Card | None) -> int:
    """Return how many parts the passages of the label with most have."""
    most = max((label.uses for label in card.labels), default=0) if card else 0
    return -(-most // alignment_desk.PASSAGES)


@dataclass(frozen=True)
class LabelData:
    """A label as the browser works on it."""

    id: UUID
    name: str
    placed: bool


@dataclass(frozen=True)
class DeskData:
    """The data island of the desk; see static/js/controllers/align.js."""

    round: UUID
    project: UUID
    proposal: UUID | None
    seen: int
    labels: Sequence[LabelData]
    next: str


def _page_data(access: RoundAccess, query: DeskQuery, queue: Queue, card: Card | None) -> DeskData:
    labels = [LabelData(label.id, label.name, label.place is not None) for label in card.labels] if card else []
    following = _address(access, query, queue.next or queue.previous)
    return DeskData(access.round.id, access.project.id, queue.current, access.project.mapping, labels, following)
