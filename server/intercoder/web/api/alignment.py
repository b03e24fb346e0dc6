"""The API of the alignment desk: proposals, putting one off, placing many labels, splitting passages off."""

from uuid import UUID

from intercoder.models import Level, ProposalKind
from intercoder.policy import Permission
from intercoder.services import affected, aligning, alignment_desk, bulk_placing, remapping, splitting_off
from intercoder.services.access import RoundAccess
from intercoder.services.bulk_placing import BulkIn
from intercoder.services.paging import Page
from intercoder.services.splitting_off import SplitOffIn
from intercoder.text.pinyin import search_text
from intercoder.web import activity
from intercoder.web.api.endpoint import Accepted, Created, endpoint, location
from intercoder.web.api.jobs import JobOut, job_out
from intercoder.web.api.mapping import ActOut, AffectedOut
from intercoder.web.api.shapes import In, Out, PartQuery
from intercoder.web.session import db

#: groups that a preview of many tells by name
EXAMPLES = 10


class LabelPairOut(Out):
    """What speaks for two labels being one: characters that both and each cover, their overlap, and how alike the names are."""

    first: UUID
    second: UUID
    shared: int
    first_extent: int
    second_extent: int
    overlap: float | None
    names: float
    score: float


class AlignmentProposalOut(Out):
    """Labels that may be one (``same``), of which the first covers the others (``broader``), or one alone (``single``)."""

    id: UUID
    kind: ProposalKind
    score: float
    labels: list[UUID]
    evidence: list[LabelPairOut]
    later: bool


@endpoint("GET", "/rounds/<uuid:round>/alignment/proposals", Permission.ALIGN, tag="mapping")
def list_alignment_proposals(access: RoundAccess, query: PartQuery) -> Page[AlignmentProposalOut]:
    """Which private labels of a compared round may be the same, the most certain first."""
    return alignment_desk.proposals(db(), access, query.part).map(_proposal)


def _proposal(row: alignment_desk.Proposal) -> AlignmentProposalOut:
    return AlignmentProposalOut.of(
        row, evidence=[LabelPairOut.of(pair) for pair in row.evidence], labels=list(row.labels)
    )


@endpoint("POST", "/rounds/<uuid:round>/alignment/proposals", Permission.ALIGN, tag="mapping")
def propose_alignment(access: RoundAccess) -> Accepted[JobOut]:
    """Have the labels of a round looked through for those that may be the same; a job does it."""
    job = aligning.ask(db(), access)
    return Accepted(job_out(job), location("jobs", job.id))


class PutOffIn(In):
    """Whether a proposal is put off."""

    later: bool


class PutOffOut(Out):
    """A proposal, put off or not."""

    id: UUID
    later: bool


@endpoint("PATCH", "/rounds/<uuid:round>/alignment/proposals/<uuid:proposal>", Permission.ALIGN, tag="mapping")
def put_off_proposal(access: RoundAccess, proposal: UUID, body: PutOffIn) -> PutOffOut:
    """Put a proposal off until later, or take it up again."""
    return PutOffOut.of(alignment_desk.put_off(db(), access, proposal, later=body.later))


class ChoiceOut(Out):
    """A code to join or to stand above, and all that it is found by, pinyin too."""

    id: UUID
    name: str
    level: Level
    search: str


@endpoint("GET", "/rounds/<uuid:round>/alignment/choices", Permission.ALIGN, tag="mapping")
def list_alignment_choices(access: RoundAccess) -> list[ChoiceOut]:
    """The labels and concepts of the codebook, by name."""
    rows = alignment_desk.choices(db(), access)
    return [ChoiceOut.of(row, search=search_text(row.name)) for row in rows]


class JoinedOut(Out):
    """Labels that would become one code."""

    name: str
    labels: list[str]


class BulkOut(Out):
    """What placing many labels would do: how many become how many, the largest groups, what it touches."""

    labels: int
    codes: int
    examples: list[JoinedOut]
    touches: AffectedOut


@endpoint("POST", "/rounds/<uuid:round>/labels/bulk/preview", Permission.ALIGN, tag="mapping")
def preview_bulk(access: RoundAccess, body: BulkIn) -> BulkOut:
    """What placing all labels of one name, or all certain ones, would do; nothing is changed."""
    wanted, joined = bulk_placing.placements(db(), access, body)
    planned = remapping.plan_place(db(), access, wanted)
    touched = affected.affected(db(), access, planned)
    return BulkOut(
        labels=sum(len(group.labels) for group in joined),
        codes=len(joined),
        examples=[JoinedOut(name=group.name, labels=list(group.labels)) for group in joined[:EXAMPLES]],
        touches=AffectedOut.of(touched, sentence=activity.told(access, planned.event)),
    )


@endpoint("POST", "/rounds/<uuid:round>/labels/bulk", Permission.ALIGN, tag="mapping")
def place_bulk(access: RoundAccess, body: BulkIn) -> Created[ActOut]:
    """Place all labels of one name, or all certain ones, as one act."""
    wanted, _ = bulk_placing.placements(db(), access, body)
    return Created(ActOut.of(remapping.place(db(), access, wanted)))


@endpoint("POST", "/rounds/<uuid:round>/labels/split", Permission.ALIGN, tag="mapping")
def split_off_passages(access: RoundAccess, body: SplitOffIn) -> Created[list[ActOut]]:
    """Split passages off a private label; the acts are taken back from the last on."""
    return Created([ActOut.of(act) for act in splitting_off.split_off(db(), access, body)])
