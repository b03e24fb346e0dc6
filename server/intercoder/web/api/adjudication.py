"""The API of disagreements, rulings and the consensus."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.models import Disagreement, Ruling, RulingTag
from intercoder.policy import Permission
from intercoder.reports.numbers import letters
from intercoder.services import adjudication, cards, consensus, disagreements, masks, overruled
from intercoder.services.access import RoundAccess
from intercoder.services.adjudication import ByHand, RulingIn
from intercoder.services.disagreements import SideCoding
from intercoder.services.paging import Page
from intercoder.services.rulings import Force
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import In, Out, PartQuery
from intercoder.web.picking import Picked
from intercoder.web.session import db
from intercoder.web.signature import IfMatch


class DisagreementQuery(PartQuery, Picked):
    """Which disagreements, and in what order: of the texts, by leverage, by age, those that are alike together."""

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
    #: coders who judged the place, and those behind its commonest reading; null before the round is compared again
    judged: int | None
    behind: int | None
    #: rank of its group of places that are alike
    alike: int | None
    doubts: int
    memos: int
    #: by how many millionths alpha over the sets of codes would rise; null where no report has said so
    leverage: int | None
    #: A, B, C as on the desk: another order in each document
    letters: list[str]
    #: in the order of the letters; empty, as the coder and the key of a side are null, while the project hides names
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


def disagreement_out(access: RoundAccess, row: Disagreement) -> DisagreementOut:
    """Return a disagreement as the API shows one."""
    return _out(access, disagreements.sides_of(db(), [row]), row)


def _out(access: RoundAccess, sides: Mapping[UUID, Sequence[SideCoding]], row: Disagreement) -> DisagreementOut:
    seats = masks.seated(access, row.document_id, row.coders)
    letter, masked = letters([str(coder) for coder in seats]), masks.hidden(access)
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
        judged=row.judged,
        behind=row.behind,
        alike=row.alike,
        doubts=row.doubts,
        memos=row.memos,
        leverage=row.leverage,
        coders=[] if masked else seats,
        letters=list(letter.values()),
        sides=[
            {
                "letter": letter[str(side.coder)],
                "coder": None if masked else side.coder,
                "key": None if masked else side.key,
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
    """The disagreements of a compared round that fit, in the order asked for."""
    found = disagreements.disagreements(db(), access, query.fitting, query.part, query.order)
    return found.map(partial(_out, access, disagreements.sides_of(db(), found.rows)))


@endpoint("GET", "/disagreements/<uuid:disagreement>", Permission.DISAGREEMENTS_VIEW, tag="disagreements")
def get_disagreement(access: RoundAccess, disagreement: UUID) -> DisagreementWhole:
    """One disagreement with its text and its rulings."""
    card = cards.card(db(), access, disagreement)
    rulings = [ruling_out(made.ruling, made.force, by_coder=made.by_coder) for made in card.rulings]
    shown = _out(access, {card.disagreement.id: card.codings}, card.disagreement)
    return DisagreementWhole.of(shown, text=card.around.text, rulings=rulings)


@endpoint("PATCH", "/disagreements/<uuid:disagreement>", Permission.ADJUDICATE, tag="disagreements")
def change_disagreement(access: RoundAccess, disagreement: UUID, body: StateIn, seen: IfMatch) -> DisagreementOut:
    """Put a disagreement off, send it to discussion, or back among the open ones."""
    return disagreement_out(access, adjudication.set_state(db(), access, disagreement, seen, body.state))


# --- rulings -------------------------------------------------------------------------------------


@endpoint("POST", "/disagreements/<uuid:disagreement>/rulings", Permission.ADJUDICATE, tag="rulings")
def create_ruling(access: RoundAccess, disagreement: UUID, body: RulingIn, seen: IfMatch) -> Created[RulingOut]:
    """Rule: which codings stand, and why. If-Match names the version of the disagreement."""
    ruling = adjudication.rule(db(), access, disagreement, seen, body)
    return Created(ruling_out(ruling, Force.IN_FORCE, by_coder=access.situation.coded_the_place))


@endpoint("POST", "/disagreements/<uuid:disagreement>/undo", Permission.ADJUDICATE, tag="rulings")
def undo_ruling(access: RoundAccess, disagreement: UUID, seen: IfMatch) -> DisagreementOut:
    """Take the ruling in force back. If-Match names the version of the disagreement."""
    return disagreement_out(access, adjudication.undo(db(), access, disagreement, seen))


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
