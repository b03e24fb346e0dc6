"""The API of disagreements, rulings and the consensus."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.models import Disagreement, DisagreementKind, Ruling, RulingTag
from intercoder.policy import Permission
from intercoder.services import adjudication, cards, consensus, disagreements, overruled
from intercoder.services.access import RoundAccess
from intercoder.services.adjudication import ByHand, RulingIn
from intercoder.services.disagreements import Shown, SideCoding
from intercoder.services.paging import Page
from intercoder.services.rulings import Force
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import In, Out, PartQuery
from intercoder.web.session import db
from intercoder.web.signature import IfMatch


class DisagreementQuery(PartQuery):
    """Which disagreements."""

    kind: DisagreementKind | None = None
    state: Shown | None = None
    document: UUID | None = None
    # Each holds the codings of all coders at its place: thirty of them are 6 kB, and their keys cannot be compressed.
    limit: Annotated[int, Field(ge=1, le=100)] = 100


class DisagreementOut(Out):
    """A place where the submitted layers differ."""

    id: UUID
    round_id: UUID
    document_id: UUID
    start: int
    end: int
    kind: str
    detail: str | None
    state: str
    version: int
    coders: list[UUID]
    sides: list[dict[str, object]]


class RulingOut(Out):
    """A ruling, whether it holds, and whether the adjudicator had coded the document.

    ``force``: in_force; asleep (a code of it was split since, see the mapping); ended (taken back, or followed by another:
    ``ended_at``).
    """

    id: UUID
    disagreement_id: UUID
    adjudicator_id: UUID
    codings: list[dict[str, object]]
    reason: str
    tag: RulingTag | None
    force: Force
    created_at: datetime
    ended_at: datetime | None
    by_coder: bool


class DisagreementWhole(DisagreementOut):
    """A disagreement with its text and rulings."""

    text: str
    rulings: list[RulingOut]


class StateIn(In):
    """Put off, discuss, or back among the open ones."""

    state: ByHand


def disagreement_out(row: Disagreement) -> DisagreementOut:
    """Return a disagreement as the API shows one."""
    return _out(disagreements.sides_of(db(), [row]), row)


def _out(sides: Mapping[UUID, Sequence[SideCoding]], row: Disagreement) -> DisagreementOut:
    return DisagreementOut.made(
        id=row.id,
        round_id=row.round_id,
        document_id=row.document_id,
        start=row.start,
        end=row.end,
        kind=row.kind,
        detail=row.detail,
        state=row.state,
        version=row.version,
        coders=list(row.coders),
        sides=[
            {
                "coder": side.coder,
                "key": side.key,
                "code": side.code,
                "start": side.start,
                "end": side.end,
                "doubt": side.doubt,
            }
            for side in sides[row.id]
        ],
    )


def ruling_out(row: Ruling, force: Force, *, by_coder: bool) -> RulingOut:
    """Return a ruling as the API shows one."""
    return RulingOut.of(row, codings=[asdict(coding) for coding in row.codings], force=force, by_coder=by_coder)


@endpoint("GET", "/rounds/<uuid:round>/disagreements", Permission.DISAGREEMENTS_VIEW, tag="disagreements")
def list_disagreements(access: RoundAccess, query: DisagreementQuery) -> Page[DisagreementOut]:
    """The disagreements of a compared round in the order of the texts."""
    fitting = disagreements.Fitting(query.kind, query.state, query.document)
    found = disagreements.disagreements(db(), access, fitting, query.part)
    return found.map(partial(_out, disagreements.sides_of(db(), found.rows)))


@endpoint("GET", "/disagreements/<uuid:disagreement>", Permission.DISAGREEMENTS_VIEW, tag="disagreements")
def get_disagreement(access: RoundAccess, disagreement: UUID) -> DisagreementWhole:
    """One disagreement with its text and its rulings."""
    card = cards.card(db(), access, disagreement)
    rulings = [ruling_out(made.ruling, made.force, by_coder=made.by_coder) for made in card.rulings]
    shown = _out({card.disagreement.id: card.codings}, card.disagreement)
    return DisagreementWhole.of(shown, text=card.around.text, rulings=rulings)


@endpoint("PATCH", "/disagreements/<uuid:disagreement>", Permission.ADJUDICATE, tag="disagreements")
def change_disagreement(access: RoundAccess, disagreement: UUID, body: StateIn, seen: IfMatch) -> DisagreementOut:
    """Put a disagreement off, send it to discussion, or back among the open ones."""
    return disagreement_out(adjudication.set_state(db(), access, disagreement, seen, body.state))


# --- rulings -------------------------------------------------------------------------------------


@endpoint("POST", "/disagreements/<uuid:disagreement>/rulings", Permission.ADJUDICATE, tag="rulings")
def create_ruling(access: RoundAccess, disagreement: UUID, body: RulingIn, seen: IfMatch) -> Created[RulingOut]:
    """Rule: which codings stand, and why. If-Match names the version of the disagreement."""
    ruling = adjudication.rule(db(), access, disagreement, seen, body)
    return Created(ruling_out(ruling, Force.IN_FORCE, by_coder=access.situation.coded_the_place))


@endpoint("POST", "/disagreements/<uuid:disagreement>/undo", Permission.ADJUDICATE, tag="rulings")
def undo_ruling(access: RoundAccess, disagreement: UUID, seen: IfMatch) -> DisagreementOut:
    """Take the ruling in force back. If-Match names the version of the disagreement."""
    return disagreement_out(adjudication.undo(db(), access, disagreement, seen))


# --- consensus -----------------------------------------------------------------------------------


class ConsensusOut(Out):
    """A coding of the consensus layer; without a ruling it was unanimous."""

    id: UUID
    document_id: UUID
    code_id: UUID
    start: int
    end: int
    ruling_id: UUID | None


class OverruledOut(Out):
    """A ruling that sleeps, where coders agree on something else than what was ruled; names of codes."""

    ruling_id: UUID
    document_id: UUID
    start: int
    end: int
    ruled: list[str]
    agreed: list[str]
    reason: str
    at: datetime


@endpoint("GET", "/rounds/<uuid:round>/overruled", Permission.DISAGREEMENTS_VIEW, tag="rulings")
def list_overruled(access: RoundAccess) -> list[OverruledOut]:
    """The rulings that what coders agree on since speaks against: codes were merged, or coders looked again."""
    return [OverruledOut.of(row) for row in overruled.overruled(db(), access)]


@endpoint("GET", "/rounds/<uuid:round>/consensus", Permission.DISAGREEMENTS_VIEW, tag="rulings")
def list_consensus(access: RoundAccess) -> list[ConsensusOut]:
    """The consensus layer: what was unanimous and what was ruled."""
    return [ConsensusOut.of(row) for row in consensus.consensus(db(), access)]
