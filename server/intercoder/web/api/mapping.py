"""The API of what codes count as: merging, splitting, placing labels, putting passages, taking back."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from intercoder.models import MappingKind, Unit
from intercoder.policy import Permission
from intercoder.reports.theory.parted import parted_sentences
from intercoder.services import (
    affected,
    aligned_figures,
    alignment,
    comparing,
    going_back,
    moving,
    parting,
    remapping,
    taking_back,
)
from intercoder.services.access import Access, RoundAccess
from intercoder.services.alignment import FinishIn
from intercoder.services.going_back import UndoIn
from intercoder.services.moving import MoveIn
from intercoder.services.paging import Page
from intercoder.services.parting import PartIn
from intercoder.services.remapping import MergeIn, PassagesIn, PlaceIn, Planned, SplitIn
from intercoder.web import activity
from intercoder.web.api.endpoint import Accepted, Created, endpoint, location
from intercoder.web.api.jobs import JobOut, job_out
from intercoder.web.api.shapes import Out, PartQuery
from intercoder.web.session import db


class ActOut(Out):
    """An act on what codes count as; ``undone_by_id`` names the one that took it back."""

    id: UUID
    number: int
    kind: MappingKind
    actor_id: UUID
    at: datetime
    round_id: UUID | None
    undoes_id: UUID | None
    undone_by_id: UUID | None


class AffectedOut(Out):
    """What an act would touch, in the rounds that are compared, and the sentence that would be logged."""

    passages: int
    coders: int
    documents: int
    rounds: int
    versions: int
    rulings: int
    disagreements: int
    open_rounds: int
    sentence: str


def _preview(access: Access, planned: Planned) -> AffectedOut:
    touched = affected.affected(db(), access, planned)
    return AffectedOut(sentence=activity.told(access, planned.event), **asdict(touched))


@endpoint("GET", "/projects/<uuid:project>/mapping", Permission.CODEBOOK_VIEW, tag="mapping")
def list_mapping_acts(access: Access, query: PartQuery) -> Page[ActOut]:
    """What was done to what codes count as, latest first."""
    return taking_back.acts(db(), access, query.part).map(ActOut.of)


@endpoint("POST", "/projects/<uuid:project>/codes/merge", Permission.CODEBOOK_EDIT, tag="mapping")
def merge_codes(access: Access, body: MergeIn) -> Created[ActOut]:
    """Let codes count as another one; their codings stay what they are."""
    return Created(ActOut.of(remapping.merge(db(), access, body)))


@endpoint("POST", "/projects/<uuid:project>/codes/merge/preview", Permission.CODEBOOK_EDIT, tag="mapping")
def preview_merge(access: Access, body: MergeIn) -> AffectedOut:
    """What a merge would touch; nothing is changed."""
    return _preview(access, remapping.plan_merge(db(), access, body))


@endpoint("POST", "/projects/<uuid:project>/codes/move", Permission.CODEBOOK_EDIT, tag="mapping")
def move_codes(access: Access, body: MoveIn) -> Created[ActOut]:
    """Let codes stand below another one, or below nothing, all or none; one act however many they are."""
    return Created(ActOut.of(moving.move(db(), access, body)))


@endpoint("POST", "/codes/<uuid:code>/split", Permission.CODEBOOK_EDIT, tag="mapping")
def split_code(access: Access, code: UUID, body: SplitIn) -> Created[ActOut]:
    """Split a code; each of its passages waits until a person puts it at one of the others."""
    return Created(ActOut.of(remapping.split(db(), access, code, body)))


@endpoint("POST", "/codes/<uuid:code>/split/preview", Permission.CODEBOOK_EDIT, tag="mapping")
def preview_split(access: Access, code: UUID, body: SplitIn) -> AffectedOut:
    """What a split would touch; nothing is changed."""
    return _preview(access, remapping.plan_split(db(), access, code, body))


@endpoint("POST", "/codes/<uuid:code>/passages", Permission.CODEBOOK_EDIT, tag="mapping")
def put_passages(access: Access, code: UUID, body: PassagesIn) -> Created[ActOut]:
    """Put passages of a split code at one of its parts, or let them wait again."""
    return Created(ActOut.of(remapping.put_passages(db(), access, code, body)))


@endpoint("POST", "/codes/<uuid:code>/parting", Permission.CODEBOOK_EDIT, tag="mapping")
def part_passages(access: Access, code: UUID, body: PartIn) -> Created[list[ActOut]]:
    """Let passages of a concept count as another one, or as a new one: a few acts, taken back from the last on."""
    return Created([ActOut.of(act) for act in parting.part(db(), access, code, body)])


class PartingOut(Out):
    """What parting would do, in sentences: which labels move, which are split, what becomes of the concept itself."""

    sentences: list[str]


@endpoint("POST", "/codes/<uuid:code>/parting/preview", Permission.CODEBOOK_EDIT, tag="mapping")
def preview_parting(access: Access, code: UUID, body: PartIn) -> PartingOut:
    """What letting passages count as another concept would do; nothing is changed."""
    return PartingOut(sentences=parted_sentences(parting.plan(db(), access, code, body)))


@endpoint("POST", "/rounds/<uuid:round>/labels", Permission.ALIGN, tag="mapping")
def place_labels(access: RoundAccess, body: PlaceIn) -> Created[ActOut]:
    """Let private labels of a compared round count as codes of the project, all or none."""
    return Created(ActOut.of(remapping.place(db(), access, body)))


@endpoint("POST", "/rounds/<uuid:round>/labels/preview", Permission.ALIGN, tag="mapping")
def preview_labels(access: RoundAccess, body: PlaceIn) -> AffectedOut:
    """What placing labels would touch; nothing is changed."""
    return _preview(access, remapping.plan_place(db(), access, body))


class MeasuredOut(Out):
    """Krippendorff's alpha over sets of codes (MASI), or the reason why there is none."""

    value: float | None
    reason: str | None


class AlignedOut(Out):
    """Agreement ``before`` (equal names only) and ``after`` the alignment, and ``held_out``: on documents that a trial alignment has not seen.

    ``alone``: codes that only one coder has; ``caution``: a sentence to print beside ``after``.
    """

    before: MeasuredOut
    after: MeasuredOut
    held_out: MeasuredOut
    alone: int
    unit: Unit
    units: int
    documents: int
    coders: int
    mapping: int
    seed: int
    caution: str


class AlignmentOut(Out):
    """How far the alignment of a round is: labels in use, how many of them have a place, of how many coders, at how many codes."""

    labels: int
    placed: int
    coders: int
    codes: int
    aligned_at: datetime | None
    #: None until the comparison after the end is finished
    agreement: AlignedOut | None


@endpoint("GET", "/rounds/<uuid:round>/alignment", Permission.ALIGN, tag="mapping")
def get_alignment(access: RoundAccess) -> AlignmentOut:
    """How far the private labels of a compared round have their place in the codebook."""
    far = alignment.progress(db(), access.round)
    figures = aligned_figures.figures_of(db(), access.round)
    shown = AlignedOut.model_validate(asdict(figures)) if figures else None
    return AlignmentOut(**asdict(far), aligned_at=access.round.aligned_at, agreement=shown)


class EndingOut(Out):
    """What ending the alignment now would do.

    ``shared``: codes that 1, 2, … coders have; ``version``: null where the codebook is published as it is; ``agreement``:
    null until it is computed for the codes as they are now.
    """

    labels: int
    placed: int
    coders: int
    codes: int
    shared: list[int]
    version: int | None
    note: str
    agreement: AlignedOut | None


@endpoint("GET", "/rounds/<uuid:round>/alignment/preview", Permission.ALIGN, tag="mapping")
def get_alignment_preview(access: RoundAccess) -> EndingOut:
    """What ending the alignment now would do; nothing is changed."""
    told = alignment.ending(db(), access)
    figures = aligned_figures.preview_of(db(), access)
    shown = AlignedOut.model_validate(asdict(figures)) if figures else None
    return EndingOut(
        **asdict(told.far), shared=list(told.shared), version=told.version, note=told.note, agreement=shown
    )


@endpoint("POST", "/rounds/<uuid:round>/alignment/preview", Permission.ALIGN, tag="mapping")
def measure_alignment(access: RoundAccess) -> Accepted[JobOut]:
    """Have agreement before and after computed as if the alignment ended now; a job does it."""
    job = aligned_figures.ask(db(), access)
    return Accepted(job_out(job), location("jobs", job.id))


@endpoint("POST", "/rounds/<uuid:round>/alignment", Permission.ALIGN, tag="mapping")
def finish_alignment(access: RoundAccess, body: FinishIn) -> Accepted[JobOut]:
    """End the alignment of a closed open round; a job compares its codes."""
    job = alignment.finish(db(), access, body)
    return Accepted(job_out(job), location("jobs", job.id))


@endpoint("POST", "/projects/<uuid:project>/mapping/<uuid:act>/undo", Permission.CODEBOOK_EDIT, tag="mapping")
def undo_mapping_act(access: Access, act: UUID) -> Created[ActOut]:
    """Take an act back, also one that took another back."""
    return Created(ActOut.of(taking_back.undo(db(), access, act)))


@endpoint("POST", "/projects/<uuid:project>/mapping/undo", Permission.CODEBOOK_EDIT, tag="mapping")
def undo_last_act(access: Access, body: UndoIn) -> Created[ActOut]:
    """Take back what the asking person did last to the codes, added codes too; not what was done to labels of a round."""
    return Created(ActOut.of(going_back.undo_last(db(), access, body)))


@endpoint("POST", "/projects/<uuid:project>/mapping/redo", Permission.CODEBOOK_EDIT, tag="mapping")
def redo_last_act(access: Access) -> Created[ActOut]:
    """Do again what the asking person took back last, unless they did something else since."""
    return Created(ActOut.of(going_back.redo_last(db(), access)))


@endpoint("POST", "/rounds/<uuid:round>/comparison", Permission.ROUND_MANAGE, tag="rounds")
def compare_round_again(access: RoundAccess) -> Accepted[JobOut]:
    """Have the layers of a closed round compared by what its codes count as today; a job does it."""
    job = comparing.compare_again(db(), access)
    return Accepted(job_out(job), location("jobs", job.id))
