"""The API of rounds, assignments and codings."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from intercoder import queue
from intercoder.models import Assignment, Code, Coding, JobKind, Round
from intercoder.policy import Permission
from intercoder.services import coding, layers, materials, own_codes, rounds
from intercoder.services.access import Access, RoundAccess
from intercoder.text.units import units_of
from intercoder.web.api import schemas as s
from intercoder.web.api.endpoint import Answer, endpoint, if_match, location
from intercoder.web.session import db


@endpoint(
    "GET", "/projects/<uuid:project>/rounds", Permission.ROUND_VIEW, "project", tag="rounds", returns=list[s.RoundOut]
)
def list_rounds(access: Access, project: UUID) -> Any:
    """The rounds of a project, latest first."""
    return rounds.rounds(db(), project)


@endpoint(
    "POST",
    "/projects/<uuid:project>/rounds",
    Permission.ROUND_MANAGE,
    "project",
    tag="rounds",
    body=s.RoundIn,
    returns=s.RoundOut,
    status=201,
)
def create_round(access: Access, project: UUID, body: s.RoundIn) -> Answer:
    """Prepare a round: documents, coders, codebook version, unit, policy."""
    given = body.model_dump()
    if body.pairs is not None:
        given["pairs"] = [(p.document_id, p.coder_id) for p in body.pairs]
    round_ = rounds.create_round(db(), access, given)
    return Answer(round_, 201, location("rounds", round_.id))


@endpoint("GET", "/rounds/<uuid:round>", Permission.ROUND_VIEW, "round", tag="rounds", returns=s.RoundOut)
def get_round(access: RoundAccess, round: UUID) -> Any:
    """One round."""
    return access.round


@endpoint(
    "PATCH",
    "/rounds/<uuid:round>",
    Permission.ROUND_MANAGE,
    "round",
    tag="rounds",
    body=s.RoundChange,
    returns=s.RoundOut,
)
def change_round(access: RoundAccess, round: UUID, body: s.RoundChange) -> Any:
    """Change a round that is not open yet."""
    return rounds.change_round(db(), access, body.model_dump(exclude_unset=True))


@endpoint("POST", "/rounds/<uuid:round>/open", Permission.ROUND_MANAGE, "round", tag="rounds", returns=s.RoundOut)
def open_round(access: RoundAccess, round: UUID) -> Any:
    """Let the coders begin."""
    return rounds.open_round(db(), access)


@endpoint(
    "POST",
    "/rounds/<uuid:round>/close",
    Permission.ROUND_MANAGE,
    "round",
    tag="rounds",
    body=s.CloseIn,
    returns=s.RoundOut,
)
def close_round(access: RoundAccess, round: UUID, body: s.CloseIn) -> Any:
    """Lock all layers; a job compares them."""
    closed = rounds.close_round(db(), access, unfinished=body.unfinished)
    queue.enqueue(db(), access.project.id, JobKind.COMPARE, {"round": str(closed.id)}, access.actor.id, total=2)
    return closed


@endpoint("POST", "/rounds/<uuid:round>/reopen", Permission.ROUND_MANAGE, "round", tag="rounds", returns=s.RoundOut)
def reopen_round(access: RoundAccess, round: UUID) -> Any:
    """Open a closed round again; reports made of it become stale."""
    return rounds.reopen_round(db(), access)


@endpoint("POST", "/rounds/<uuid:round>/settle", Permission.ROUND_MANAGE, "round", tag="rounds", returns=s.RoundOut)
def settle_round(access: RoundAccess, round: UUID) -> Any:
    """End adjudication."""
    return rounds.settle_round(db(), access)


@endpoint(
    "GET",
    "/rounds/<uuid:round>/assignments",
    Permission.ROUND_VIEW,
    "round",
    tag="assignments",
    returns=list[s.AssignmentOut],
)
def list_assignments(access: RoundAccess, round: UUID) -> Any:
    """The assignments of a round that the person may know of."""
    return rounds.visible_assignments(db(), access)


@endpoint(
    "POST",
    "/rounds/<uuid:round>/assignments",
    Permission.ROUND_MANAGE,
    "round",
    tag="assignments",
    body=s.PairsIn,
    returns=list[s.AssignmentOut],
    status=201,
)
def add_assignments(access: RoundAccess, round: UUID, body: s.PairsIn) -> Any:
    """Give out further documents."""
    return rounds.add_assignments(db(), access, [(p.document_id, p.coder_id) for p in body.pairs])


@endpoint(
    "POST",
    "/assignments/<uuid:assignment>/hand-back",
    Permission.HAND_BACK,
    "assignment",
    tag="assignments",
    body=s.HandBackIn,
    returns=s.AssignmentOut,
)
def hand_back(access: RoundAccess, assignment: UUID, body: s.HandBackIn) -> Any:
    """Return a submitted document to its coder."""
    return rounds.hand_back(db(), access, assignment, body.reason)


@endpoint(
    "GET",
    "/rounds/<uuid:round>/proposals",
    Permission.PROPOSALS_DECIDE,
    "round",
    tag="codebook",
    returns=list[s.OwnCodeOut],
)
def list_proposals(access: RoundAccess, round: UUID) -> Any:
    """The codes that coders proposed and that wait for the lead."""
    return rounds.proposals(db(), access)


def _decide(accept: bool) -> Callable[..., Any]:
    def decide(access: RoundAccess, round: UUID, code: UUID, body: s.AcceptCode) -> Any:
        return rounds.decide_proposal(db(), access, code, accept=accept, parent_id=body.parent_id)

    decide.__name__ = "accept_proposal" if accept else "decline_proposal"
    decide.__doc__ = "Take a proposal into the round and the draft." if accept else "Decline a proposal."
    return decide


for _verb, _accept in (("accept", True), ("decline", False)):
    endpoint(
        "POST",
        f"/rounds/<uuid:round>/codes/<uuid:code>/{_verb}",
        Permission.PROPOSALS_DECIDE,
        "round",
        tag="codebook",
        body=s.AcceptCode,
        returns=s.OwnCodeOut,
    )(_decide(_accept))


# --- coding --------------------------------------------------------------------------------------


def coding_out(one: Coding, document_id: UUID) -> dict[str, Any]:
    """Return a coding as the API shows one."""
    return {
        "id": one.key,
        "coder_id": one.coder_id,
        "document_id": document_id,
        "code": one.code_id,
        "start": one.start,
        "end": one.end,
        "memo": one.memo,
        "doubt": one.doubt,
        "version": one.version,
        "deleted": one.deleted_at is not None,
    }


@endpoint(
    "GET",
    "/rounds/<uuid:round>/documents/<uuid:document>/work",
    Permission.CODINGS_VIEW,
    "round",
    tag="codings",
    returns=s.Work,
)
def get_work(access: RoundAccess, round: UUID, document: UUID) -> Any:
    """Everything that a coder needs to code one document."""
    assignment = layers.own_assignment(db(), access, document)
    found = materials.get_revision(db(), access.project.id, assignment.revision_id)
    round_: Round = assignment.round
    return {
        "assignment": assignment,
        "text": found.text,
        "unit": round_.unit,
        "units": units_of(found.text, round_.unit),
        "codes": layers.round_codes(db(), access),
        "codings": [coding_out(c, document) for c in layers.own_codings(db(), assignment)],
    }


@endpoint(
    "GET",
    "/rounds/<uuid:round>/documents/<uuid:document>/codings",
    Permission.CODINGS_VIEW,
    "round",
    tag="codings",
    returns=list[s.CodingOut],
)
def list_codings(access: RoundAccess, round: UUID, document: UUID) -> Any:
    """The codings of a document: own ones while the round is open, all submitted ones after."""
    return [coding_out(c, a.document_id) for a, c in layers.layers(db(), access, document)]


@endpoint(
    "GET", "/rounds/<uuid:round>/codings", Permission.CODINGS_VIEW, "round", tag="codings", returns=list[s.CodingOut]
)
def list_round_codings(access: RoundAccess, round: UUID) -> Any:
    """The codings of a round: own ones while it is open, all submitted ones after."""
    return [coding_out(c, a.document_id) for a, c in layers.layers(db(), access)]


_CODING = "/rounds/<uuid:round>/documents/<uuid:document>/codings/<uuid:key>"


@endpoint(
    "PUT", _CODING, Permission.CODE, "round", tag="codings", body=s.CodingIn, returns=s.CodingOut, status=201, also=200
)
def put_coding(access: RoundAccess, round: UUID, document: UUID, key: UUID, body: s.CodingIn) -> Answer:
    """Store a coding under the caller's own key: 201 when it is new, 200 for a repeated request."""
    written = coding.put_coding(db(), access, document, key, body.model_dump())
    return Answer(coding_out(written.coding, document), 201 if written.new else 200)


@endpoint(
    "PATCH",
    _CODING,
    Permission.CODE,
    "round",
    tag="codings",
    body=s.CodingChange,
    returns=s.CodingOut,
    precondition="required",
)
def change_coding(access: RoundAccess, round: UUID, document: UUID, key: UUID, body: s.CodingChange) -> Any:
    """Change or restore a coding; If-Match names its version."""
    changed = coding.change_coding(db(), access, document, key, if_match(), body.model_dump(exclude_none=True))
    return coding_out(changed, document)


@endpoint("DELETE", _CODING, Permission.CODE, "round", tag="codings", returns=s.CodingOut, precondition="required")
def delete_coding(access: RoundAccess, round: UUID, document: UUID, key: UUID) -> Any:
    """Delete a coding, which stays in its history; If-Match names its version."""
    return coding_out(coding.change_coding(db(), access, document, key, if_match(), {"deleted": True}), document)


@endpoint(
    "PUT",
    "/rounds/<uuid:round>/codes/<uuid:key>",
    Permission.CODE,
    "round",
    tag="codings",
    body=s.OwnCodeIn,
    returns=s.OwnCodeOut,
    status=201,
    also=200,
)
def put_own_code(access: RoundAccess, round: UUID, key: UUID, body: s.OwnCodeIn) -> Answer:
    """Make an own label: private in open coding, a proposal where the lead decides."""
    given = {"name": body.name, "parent_id": body.parent, "colour": body.colour}
    code: Code
    code, new = own_codes.put_code(db(), access, key, given)
    return Answer(code, 201 if new else 200)


@endpoint(
    "PUT",
    "/rounds/<uuid:round>/documents/<uuid:document>/memo",
    Permission.CODE,
    "round",
    tag="codings",
    body=s.MemoIn,
    returns=s.AssignmentOut,
)
def put_memo(access: RoundAccess, round: UUID, document: UUID, body: s.MemoIn) -> Any:
    """Keep the coder's memo on a document."""
    return coding.set_memo(db(), access, document, body.memo)


@endpoint(
    "POST",
    "/rounds/<uuid:round>/documents/<uuid:document>/submit",
    Permission.CODE,
    "round",
    tag="assignments",
    returns=s.AssignmentOut,
)
def submit_document(access: RoundAccess, round: UUID, document: UUID) -> Any:
    """Finish a document: the layer is locked."""
    assignment: Assignment = coding.submit(db(), access, document)
    return assignment
