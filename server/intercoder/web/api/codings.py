"""The API of coding: a coder's work on a document, codings, own labels, submitting."""

from collections.abc import Iterator
from uuid import UUID

from intercoder.db import Database
from intercoder.models import Coding, EmptyKind, Unit
from intercoder.policy import Permission
from intercoder.services import active_time, coding, empty_units, layers, materials, own_codes, places
from intercoder.services.access import Asking, RoundAccess, authorise
from intercoder.services.active_time import ActiveMinutes
from intercoder.services.coding import CodingPatch, CodingWrite, DocumentMemo, OneActQuery, Submission
from intercoder.services.empty_units import EmptyUnitWrite
from intercoder.services.missing_units import said_of_units
from intercoder.services.own_codes import NewOwnCode
from intercoder.services.places import StoredCoding
from intercoder.services.units import units_of
from intercoder.web.api.codebook import CodeOut, code_out
from intercoder.web.api.endpoint import Listing, Put, endpoint
from intercoder.web.api.rounds import AssignmentOut, OwnCodeOut
from intercoder.web.api.shapes import Out
from intercoder.web.api.wholes import ListQuery, Whole, wanted_form
from intercoder.web.session import database, db, write
from intercoder.web.signature import IfMatch


class CodingOut(Out):
    """A coding. ``id`` is the key that its coder gave it."""

    id: UUID
    coder_id: UUID
    document_id: UUID
    code: UUID
    start: int
    end: int
    memo: str
    doubt: int
    typical: bool
    version: int
    deleted: bool = False


class EmptyUnitOut(Out):
    """A unit without codings, by where it begins, and what its coder said of it; null: nothing."""

    start: int
    kind: EmptyKind | None


class ActiveOut(Out):
    """In how many minutes the coder was at work on a document."""

    minutes: int


class Work(Out):
    """Everything that a coder needs to code one document."""

    assignment: AssignmentOut
    text: str
    unit: Unit
    units: list[tuple[int, int]]
    codes: list[CodeOut]
    codings: list[CodingOut]
    #: what the coder said of units without codings
    empty_units: list[EmptyUnitOut]


def coding_out(row: Coding | StoredCoding, document_id: UUID) -> CodingOut:
    """Return a coding as the API shows one."""
    return CodingOut(
        id=row.key,
        coder_id=row.coder_id,
        document_id=document_id,
        code=row.code_id,
        start=row.start,
        end=row.end,
        memo=row.memo,
        doubt=row.doubt,
        typical=row.typical,
        version=row.version,
        deleted=row.deleted,
    )


@endpoint("GET", "/rounds/<uuid:round>/documents/<uuid:document>/work", Permission.CODINGS_VIEW, tag="codings")
def get_work(access: RoundAccess, document: UUID) -> Work:
    """Everything that a coder needs to code one document."""
    assignment = layers.own_assignment(db(), access, document)
    text = materials.get_revision(db(), access.project.id, assignment.revision_id).text
    return Work(
        assignment=AssignmentOut.of(assignment),
        text=text,
        unit=access.round.unit,
        units=list(units_of(db(), assignment.revision_id, access.round.unit)),
        codes=[code_out(code) for code in layers.round_codes(db(), access)],
        codings=[
            CodingOut.made(
                id=UUID(hex=c.key),
                coder_id=access.actor.id,
                document_id=document,
                code=c.code_id,
                start=c.start,
                end=c.end,
                memo=c.memo,
                doubt=c.doubt,
                typical=c.typical,
                version=c.version,
                deleted=False,
            )
            for c in layers.own_layer(db(), assignment.id)
        ],
        empty_units=[
            EmptyUnitOut(start=start, kind=kind) for start, kind in said_of_units(db(), assignment.id).items()
        ],
    )


@endpoint("GET", "/rounds/<uuid:round>/documents/<uuid:document>/codings", Permission.CODINGS_VIEW, tag="codings")
def list_codings(access: RoundAccess, document: UUID, query: ListQuery) -> Listing[CodingOut]:
    """The codings of a document: own ones while the round is open, all submitted ones after."""
    return _codings(access, document, query)


@endpoint("GET", "/rounds/<uuid:round>/codings", Permission.CODINGS_VIEW, tag="codings")
def list_round_codings(access: RoundAccess, query: ListQuery) -> Listing[CodingOut]:
    """The codings of a round: own ones while it is open, all submitted ones after."""
    return _codings(access, None, query)


def _codings(access: RoundAccess, document: UUID | None, query: ListQuery) -> Listing[CodingOut]:
    return Listing(
        lambda: layers.codings(db(), access, document, query.part).map(_listed),
        lambda: Whole(layers.SeenCoding._fields, _whole(database(), access, document)),
        wanted_form(query),
    )


def _whole(base: Database, access: RoundAccess, document: UUID | None) -> Iterator[layers.SeenCoding]:
    """Yield all codings that the person may see; a connection is held for a part of the documents at a time.

    Before each part the door is opened again: who is no member any more, or codes in a round that was reopened
    meanwhile, gets no more than that person may see now.
    """
    with base.reading() as session:
        parts = layers.documents_by_parts(session, access, document)
    for documents in parts:
        with base.reading() as session:
            now = authorise(session, access.actor, Permission.CODINGS_VIEW, "round", access.round.id)
            yield from layers.whole_codings(session, now, documents)


def _listed(coding: Coding) -> CodingOut:
    return coding_out(coding, coding.assignment.document_id)


_CODING = "/rounds/<uuid:round>/documents/<uuid:document>/codings/<uuid:key>"


@endpoint("PUT", _CODING, Permission.CODE, tag="codings")
def put_coding(asking: Asking, document: UUID, key: UUID, body: CodingWrite, query: OneActQuery) -> Put[CodingOut]:
    """Store a coding under the caller's own key: 201 when it is new, 200 for a repeated request.

    All changes of one act may say so by the same ``together``: they are offered for undo as one.
    """
    asks = places.question(asking, document, key, body.code)
    written = write(asking, lambda work: coding.put_coding(work, asking, document, key, body, query), asks)
    return Put(coding_out(written.coding, document), new=written.new)


@endpoint("PATCH", _CODING, Permission.CODE, tag="codings")
def change_coding(
    asking: Asking, document: UUID, key: UUID, body: CodingPatch, query: OneActQuery, seen: IfMatch
) -> CodingOut:
    """Change or restore a coding; If-Match names its version."""
    asks = places.question(asking, document, key, body.code)
    changed = write(asking, lambda work: coding.change_coding(work, asking, document, key, seen, body, query), asks)
    return coding_out(changed.coding, document)


@endpoint("DELETE", _CODING, Permission.CODE, tag="codings")
def delete_coding(asking: Asking, document: UUID, key: UUID, query: OneActQuery, seen: IfMatch) -> CodingOut:
    """Delete a coding, which stays in its history; If-Match names its version."""
    ended = CodingPatch(deleted=True)
    asks = places.question(asking, document, key, None)
    changed = write(asking, lambda work: coding.change_coding(work, asking, document, key, seen, ended, query), asks)
    return coding_out(changed.coding, document)


@endpoint("PUT", "/rounds/<uuid:round>/documents/<uuid:document>/empty-units", Permission.CODE, tag="codings")
def put_empty_unit(asking: Asking, document: UUID, body: EmptyUnitWrite) -> EmptyUnitOut:
    """Say of a unit that no code applies, or that it is skipped. In a round of free spans units are sentences."""
    said = write(asking, lambda work: empty_units.say_of_unit(work, asking, document, body))
    return EmptyUnitOut(start=said.start, kind=said.kind)


@endpoint("PUT", "/rounds/<uuid:round>/documents/<uuid:document>/active-minutes", Permission.CODE, tag="codings")
def put_active_minutes(asking: Asking, document: UUID, body: ActiveMinutes) -> ActiveOut:
    """Count minutes in which the coder did something on the page of the document; each counts once."""
    counted = write(asking, lambda work: active_time.count_minutes(work, asking, document, body))
    return ActiveOut(minutes=counted.minutes)


# --- own labels, memo, submitting ----------------------------------------------------------------


@endpoint("PUT", "/rounds/<uuid:round>/codes/<uuid:key>", Permission.CODE, tag="codings")
def put_own_code(access: RoundAccess, key: UUID, body: NewOwnCode) -> Put[OwnCodeOut]:
    """Make an own label: private in open coding, a proposal where the lead decides."""
    code, new = own_codes.put_code(db(), access, key, body)
    return Put(OwnCodeOut.of(code), new=new)


@endpoint("PUT", "/rounds/<uuid:round>/documents/<uuid:document>/memo", Permission.CODE, tag="codings")
def put_memo(access: RoundAccess, document: UUID, body: DocumentMemo) -> AssignmentOut:
    """Keep the coder's memo on a document."""
    return AssignmentOut.of(coding.set_memo(db(), access, document, body))


@endpoint("POST", "/rounds/<uuid:round>/documents/<uuid:document>/submit", Permission.CODE, tag="assignments")
def submit_document(access: RoundAccess, document: UUID, body: Submission) -> AssignmentOut:
    """Finish a document: the layer is locked. The body says what units count as of which nothing was said."""
    return AssignmentOut.of(coding.submit(db(), access, document, body))
