"""The API of the hold-out test of saturation: what is put aside, looks at it, its opening, and what it found."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.models import ReserveState, SamplingUnit, SaturationReserve
from intercoder.policy import Permission
from intercoder.services import hold_out, reserving
from intercoder.services.access import Access
from intercoder.services.hold_out import ReserveShown
from intercoder.services.reserving import LookIn, ReserveIn
from intercoder.stats.saturation.study.whose import View
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db


class LookOut(Out):
    """A look at a document that was hidden; ``title`` is null while the person may not know of it."""

    by: str
    at: datetime
    title: str | None
    reason: str


class ReserveOut(Out):
    """What was put aside; ``begun`` documents of the study were given out already, ``seed`` is null where it was chosen by hand."""

    id: UUID
    number: int
    unit: SamplingUnit
    seed: int | None
    share: int | None
    reason: str
    units: int
    offered: int
    begun: int
    reserved_at: datetime
    state: ReserveState
    ended_at: datetime | None
    unfinished: int | None


class ReserveSaidOut(ReserveOut):
    """The same with people and looks; ``members`` and ``documents`` are null while the person may not know them."""

    by: str
    ended_by: str | None
    looks: list[LookOut]
    members: list[str] | None
    documents: list[UUID] | None


class HeldOut(Out):
    """What was put aside against the rest, at a level or of a kind, and how lucky the split was."""

    codes_in_base: int
    codes_in_reserved: int
    new_in_reserved: int
    passed: bool
    expected_new_if_random_split: float
    share_of_splits_with_nothing_new: float
    splits_drawn: int | None
    seed: int | None
    share_standard_error: float


class VerdictOut(Out):
    """What a test found; null in ``passed`` and ``strict`` while it cannot be said, null at a name of which there is nothing yet."""

    view: str
    base: int
    reserved: int
    missing: int
    late: int
    splits: int
    passed: bool | None
    strict: bool | None
    tests: dict[str, HeldOut | None]


class HoldOutOut(Out):
    """The latest test; its verdict is null before it is opened, and for who takes a test on a round that it rests on."""

    reserve: UUID | None
    verdict: VerdictOut | None


class VerdictQuery(In):
    """Whose codings count: ``consensus``, ``union``, ``agree:NUMBER`` or ``coder:ID``."""

    view: Annotated[str, Field(max_length=50)] = "consensus"


def _reserve(row: SaturationReserve) -> ReserveOut:
    return ReserveOut.of(row, units=len(row.units))


def _said(shown: ReserveShown) -> ReserveSaidOut:
    told = shown.members
    return ReserveSaidOut.of(
        _reserve(shown.row),
        by=shown.by,
        ended_by=shown.ended_by,
        looks=[LookOut.of(look) for look in shown.looks],
        members=None if told is None else [member.title for member in told],
        documents=None if told is None else list(shown.row.documents),
    )


@endpoint("GET", "/projects/<uuid:project>/saturation/reserves", Permission.SATURATION_VIEW, tag="saturation")
def list_reserves(access: Access) -> list[ReserveSaidOut]:
    """What was put aside for the hold-out test, the latest first; which documents, only leads are told before it is opened."""
    return [_said(shown) for shown in hold_out.reserves(db(), access)]


@endpoint("POST", "/projects/<uuid:project>/saturation/reserves", Permission.SATURATION_JUDGE, tag="saturation")
def put_aside(access: Access, body: ReserveIn) -> Created[ReserveOut]:
    """Put cases or documents aside, drawn or chosen; it replaces what is still hidden, which is kept and printed."""
    return Created(_reserve(reserving.reserve(db(), access, body)))


@endpoint(
    "POST",
    "/projects/<uuid:project>/saturation/reserves/<uuid:reserve>/looks",
    Permission.SATURATION_JUDGE,
    tag="saturation",
)
def look_at_reserve(access: Access, reserve: UUID, body: LookIn) -> None:
    """Open the text of a document that is held out to oneself, with a reason that is printed with the test."""
    reserving.look(db(), access, reserve, body)


@endpoint(
    "POST",
    "/projects/<uuid:project>/saturation/reserves/<uuid:reserve>/open",
    Permission.SATURATION_JUDGE,
    tag="saturation",
)
def open_reserve(access: Access, reserve: UUID) -> ReserveOut:
    """Open what was put aside: it can be given out from now on, to be coded last."""
    return _reserve(reserving.open_reserve(db(), access, reserve))


@endpoint("GET", "/projects/<uuid:project>/saturation/hold-out", Permission.SATURATION_VIEW, tag="saturation")
def get_hold_out(access: Access, query: VerdictQuery) -> HoldOutOut:
    """What the latest test found, by compared rounds: at each level and kind, beside what a random split would have brought."""
    latest = hold_out.latest(hold_out.reserves(db(), access))
    found = hold_out.verdict(db(), access, latest.row, View.of(query.view)) if latest else None
    if latest is None or found is None:
        return HoldOutOut(reserve=latest.row.id if latest else None, verdict=None)
    tests = {test.name: None if test.found is None else HeldOut.of(test.found) for test in found.tests}
    return HoldOutOut(reserve=latest.row.id, verdict=VerdictOut.of(found, view=str(found.view), tests=tests))
