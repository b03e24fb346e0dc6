"""The API of rounds, their assignments, and the codes that coders propose."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.models import AssignmentState, CodebookPolicy, Round, RoundPurpose, RoundState, Unit, Unseen
from intercoder.policy import Permission
from intercoder.services import assigned, assigning, proposals, rounds
from intercoder.services.access import Access, RoundAccess
from intercoder.services.assigning import REASON_LENGTH, Pair
from intercoder.services.paging import Page
from intercoder.services.proposals import Decision, DecisionsIn, Verdict
from intercoder.services.round_plans import MOST_CODERS, MOST_DOCUMENTS
from intercoder.services.rounds import NewRound, RoundChange
from intercoder.web.api.endpoint import Created, endpoint, location
from intercoder.web.api.shapes import In, Out, PartQuery, Text
from intercoder.web.session import db


class RoundOut(Out):
    """A round."""

    id: UUID
    project_id: UUID
    number: int
    name: str
    unit: Unit
    policy: CodebookPolicy
    #: null where it is not told to those who only code: a main round, or one that looks for drift
    purpose: RoundPurpose | None
    live_figures: bool
    state: RoundState
    #: null: open coding that begins without a codebook
    version_id: UUID | None
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    #: when the labels of open coding had their place in the codebook: their codes are compared from then on
    aligned_at: datetime | None
    #: under which mapping of the codes its layers were compared, see the project's acts; null: not compared
    compared_mapping: int | None


def round_out(access: Access, round_: Round) -> RoundOut:
    """Return a round as the API has it for a person."""
    return RoundOut.of(round_, purpose=rounds.told_purpose(round_, access))


class CloseIn(In):
    """Whether to close a round although documents are not submitted; they are then left out."""

    unfinished: bool = False


@endpoint("GET", "/projects/<uuid:project>/rounds", Permission.ROUND_VIEW, tag="rounds")
def list_rounds(access: Access, query: PartQuery) -> Page[RoundOut]:
    """The rounds of a project, latest first."""
    return rounds.page_of_rounds(db(), access.project.id, query.part).map(lambda one: round_out(access, one))


@endpoint("POST", "/projects/<uuid:project>/rounds", Permission.ROUND_MANAGE, tag="rounds")
def create_round(access: Access, body: NewRound) -> Created[RoundOut]:
    """Prepare a round: documents, coders, how these go to those, codebook version, unit, policy; or open it at once."""
    round_ = rounds.create_round(db(), access, body)
    return Created(round_out(access, round_), location("rounds", round_.id))


@endpoint("GET", "/rounds/<uuid:round>", Permission.ROUND_VIEW, tag="rounds")
def get_round(access: RoundAccess) -> RoundOut:
    """One round."""
    return round_out(access, access.round)


@endpoint("PATCH", "/rounds/<uuid:round>", Permission.ROUND_MANAGE, tag="rounds")
def change_round(access: RoundAccess, body: RoundChange) -> RoundOut:
    """Change a round that is not open yet."""
    return round_out(access, rounds.change_round(db(), access, body))


@endpoint("POST", "/rounds/<uuid:round>/open", Permission.ROUND_MANAGE, tag="rounds")
def open_round(access: RoundAccess) -> RoundOut:
    """Let the coders begin."""
    return round_out(access, rounds.open_round(db(), access))


@endpoint("POST", "/rounds/<uuid:round>/close", Permission.ROUND_MANAGE, tag="rounds")
def close_round(access: RoundAccess, body: CloseIn) -> RoundOut:
    """Lock all layers; a job compares them."""
    return round_out(access, rounds.close_round(db(), access, unfinished=body.unfinished))


@endpoint("POST", "/rounds/<uuid:round>/reopen", Permission.ROUND_MANAGE, tag="rounds")
def reopen_round(access: RoundAccess) -> RoundOut:
    """Open a closed round again; reports made of it become stale."""
    return round_out(access, rounds.reopen_round(db(), access))


@endpoint("POST", "/rounds/<uuid:round>/settle", Permission.ROUND_MANAGE, tag="rounds")
def settle_round(access: RoundAccess) -> RoundOut:
    """End adjudication."""
    return round_out(access, rounds.settle_round(db(), access))


# --- assignments ---------------------------------------------------------------------------------


class PairsIn(In):
    """Further documents for coders: pairs, and each of ``documents`` for each of ``coders``."""

    pairs: Annotated[tuple[Pair, ...], Field(max_length=10_000)] = ()
    documents: Annotated[tuple[UUID, ...], Field(max_length=MOST_DOCUMENTS)] = ()
    coders: Annotated[tuple[UUID, ...], Field(max_length=MOST_CODERS)] = ()
    due_on: date | None = None


class AssignmentOut(Out):
    """One coder and one document of a round."""

    id: UUID
    round_id: UUID
    document_id: UUID
    revision_id: UUID
    coder_id: UUID
    state: AssignmentState
    due_on: date | None
    #: why it was handed back; empty where it was not, or was submitted since
    handed_back_for: str
    submitted_at: datetime | None
    #: what units count as that have no coding and of which nothing was said; null before submission, and for free spans
    unseen: Unseen | None


class HandBackIn(In):
    """Why a document goes back to its coder."""

    reason: Text = ""


Chosen = Annotated[list[UUID], Field(min_length=1, max_length=10_000)]


class ChosenIn(In):
    """Some assignments of a round."""

    assignments: Chosen


class PassOnIn(In):
    """Assignments that go to another coder."""

    assignments: Chosen
    coder_id: UUID


class DueIn(In):
    """By when assignments should be done; null: on no day."""

    assignments: Chosen
    due_on: date | None


class ManyBackIn(In):
    """Assignments that go back to their coders, and why: they read it."""

    assignments: Chosen
    reason: Annotated[str, Field(max_length=REASON_LENGTH)] = ""


class NumberOut(Out):
    """How many assignments were changed."""

    changed: int


@endpoint("GET", "/rounds/<uuid:round>/assignments", Permission.ROUND_VIEW, tag="assignments")
def list_assignments(access: RoundAccess, query: PartQuery) -> Page[AssignmentOut]:
    """The assignments of a round that the person may know of."""
    return assigned.page_of_assignments(db(), access, query.part).map(AssignmentOut.of)


@endpoint("POST", "/rounds/<uuid:round>/assignments", Permission.ROUND_MANAGE, tag="assignments")
def add_assignments(access: RoundAccess, body: PairsIn) -> Created[list[AssignmentOut]]:
    """Give out further documents."""
    places = [*assigning.given_pairs(body.pairs), *assigning.every_pair(body.documents, body.coders)]
    made = assigning.add_assignments(db(), access, places, due_on=body.due_on)
    return Created([AssignmentOut.of(assignment) for assignment in made])


@endpoint("POST", "/assignments/<uuid:assignment>/hand-back", Permission.HAND_BACK, tag="assignments")
def hand_back(access: RoundAccess, assignment: UUID, body: HandBackIn) -> AssignmentOut:
    """Return a submitted document to its coder."""
    return AssignmentOut.of(assigning.hand_back(db(), access, [assignment], body.reason)[0])


@endpoint("POST", "/rounds/<uuid:round>/assignments/withdraw", Permission.ROUND_MANAGE, tag="assignments")
def withdraw_assignments(access: RoundAccess, body: ChosenIn) -> NumberOut:
    """Take back assignments in which nothing was begun; refused as a whole where something was."""
    return NumberOut(changed=assigning.withdraw(db(), access, body.assignments))


@endpoint("POST", "/rounds/<uuid:round>/assignments/pass-on", Permission.ROUND_MANAGE, tag="assignments")
def pass_on_assignments(access: RoundAccess, body: PassOnIn) -> list[AssignmentOut]:
    """Give assignments in which nothing was begun to another coder."""
    return [AssignmentOut.of(a) for a in assigning.pass_on(db(), access, body.assignments, body.coder_id)]


@endpoint("POST", "/rounds/<uuid:round>/assignments/due", Permission.ROUND_MANAGE, tag="assignments")
def set_due(access: RoundAccess, body: DueIn) -> NumberOut:
    """Say by when assignments should be done; submitted ones are left as they are."""
    return NumberOut(changed=assigning.set_due(db(), access, body.assignments, body.due_on))


@endpoint("POST", "/rounds/<uuid:round>/assignments/hand-back", Permission.HAND_BACK, tag="assignments")
def hand_back_many(access: RoundAccess, body: ManyBackIn) -> list[AssignmentOut]:
    """Return submitted documents to their coders."""
    return [AssignmentOut.of(a) for a in assigning.hand_back(db(), access, body.assignments, body.reason)]


# --- proposals -----------------------------------------------------------------------------------


class OwnCodeOut(Out):
    """A coder's own label: usable at once when private, after the lead's yes when proposed."""

    id: UUID
    name: str
    state: str
    colour: int | None
    #: raised by every change: what If-Match names
    revision: int


class ProposalOut(OwnCodeOut):
    """A label that a coder proposed: why, for which words, and what the lead answered."""

    author_id: UUID
    reason: str
    document_id: UUID | None
    start: int | None
    text: str
    answer: str
    #: the name of the code that it was joined to
    into: str | None


class AcceptCode(In):
    """The concept below which an accepted proposal is put."""

    parent_id: UUID | None = None


class DeclineCode(In):
    """What the author of a declined proposal is told."""

    answer: Text


@endpoint("GET", "/rounds/<uuid:round>/proposals", Permission.PROPOSALS_DECIDE, tag="codebook")
def list_proposals(access: RoundAccess) -> list[ProposalOut]:
    """The codes that coders proposed and that wait for the lead."""
    return [ProposalOut.of(proposed) for proposed in proposals.proposals(db(), access)]


@endpoint("GET", "/rounds/<uuid:round>/own-proposals", Permission.CODINGS_VIEW, tag="codebook")
def list_own_proposals(access: RoundAccess) -> list[ProposalOut]:
    """What the caller proposed in the round, with what became of it."""
    return [ProposalOut.of(proposed) for proposed in proposals.own_proposals(db(), access)]


@endpoint("POST", "/rounds/<uuid:round>/proposals", Permission.PROPOSALS_DECIDE, tag="codebook")
def decide_proposals(access: RoundAccess, body: DecisionsIn) -> list[OwnCodeOut]:
    """Accept, join or decline several proposals, all or none."""
    return [OwnCodeOut.of(code) for code in proposals.decide_all(db(), access, body)]


@endpoint("POST", "/rounds/<uuid:round>/codes/<uuid:code>/accept", Permission.PROPOSALS_DECIDE, tag="codebook")
def accept_proposal(access: RoundAccess, code: UUID, body: AcceptCode) -> OwnCodeOut:
    """Take a proposal into the round and the draft."""
    decision = Decision(code=code, verdict=Verdict.ACCEPT, parent_id=body.parent_id)
    return OwnCodeOut.of(proposals.decide(db(), access, decision))


@endpoint("POST", "/rounds/<uuid:round>/codes/<uuid:code>/decline", Permission.PROPOSALS_DECIDE, tag="codebook")
def decline_proposal(access: RoundAccess, code: UUID, body: DeclineCode) -> OwnCodeOut:
    """Decline a proposal with a sentence for its author."""
    decision = Decision(code=code, verdict=Verdict.DECLINE, answer=body.answer)
    return OwnCodeOut.of(proposals.decide(db(), access, decision))
