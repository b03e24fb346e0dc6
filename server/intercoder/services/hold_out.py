"""The hold-out test of saturation as it is shown: what was put aside, what became of it, and what it brought when it was coded last.

It rests on compared rounds alone, as declarations do.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from intercoder.models import (
    Case,
    Document,
    Level,
    ReserveLook,
    ReserveState,
    SamplingUnit,
    SaturationReserve,
    User,
)
from intercoder.models.base import read_time
from intercoder.policy import Permission
from intercoder.services.access import Access
from intercoder.services.arriving import Asked, Counted, Unit, count_of
from intercoder.services.code_states import remembered
from intercoder.services.judgements import hidden
from intercoder.services.saturation import compared_rounds
from intercoder.stats.saturation.study.events import KINDS
from intercoder.stats.saturation.study.whose import View, ViewKind

if TYPE_CHECKING:  # its numbers need numpy
    from intercoder.stats.saturation.holdout import HoldOut


@dataclass(frozen=True)
class Look:
    """A look at a document that was hidden; its title is None where the person may not know of it."""

    by: str
    at: datetime
    title: str | None
    reason: str


@dataclass(frozen=True)
class Member:
    """A case or a document that was put aside."""

    title: str
    documents: int


@dataclass(frozen=True)
class ReserveShown:
    """What was put aside, by whom, and what became of it; ``members`` are None while the person may not know them."""

    row: SaturationReserve
    by: str
    ended_by: str | None
    looks: tuple[Look, ...]
    members: tuple[Member, ...] | None


@dataclass(frozen=True)
class Test:
    """What was held out against the rest at one level, or of one kind; None where there is nothing of it yet."""

    #: a level, or one of ``KINDS``
    name: str
    found: "HoldOut | None"


@dataclass(frozen=True)
class Verdict:
    """What a hold-out test found.

    ``base`` and ``reserved``: units that count. ``missing``: documents that were put aside and are not compared yet; while there is
    one there is no verdict. ``late``: other documents that were finished after the test was opened, so that what was put aside was
    not coded last. ``passed``: nothing new but labels, ``strict``: nothing new at all; None while that cannot be said. ``splits``: of
    how many ways to divide the units this is one.
    """

    view: View
    base: int
    reserved: int
    missing: int
    late: int
    tests: tuple[Test, ...]
    passed: bool | None
    strict: bool | None
    splits: int


def reserves(session: Session, access: Access) -> list[ReserveShown]:
    """Return what was put aside in a project, the latest first: every reservation, as the test prints them. Three statements at most."""
    by, ended = aliased(User), aliased(User)
    found = session.execute(
        sa.select(SaturationReserve, by.name, ended.name)
        .join(by, by.id == SaturationReserve.reserved_by)
        .outerjoin(ended, ended.id == SaturationReserve.ended_by)
        .where(SaturationReserve.project_id == access.project.id)
        .order_by(SaturationReserve.number.desc())
    ).all()
    if not found:
        return []
    leads = access.may(Permission.MATERIALS_MANAGE)
    about = _titles(session, {id_ for row, *_ in found for id_ in row.documents})
    looks: dict[UUID, list[Look]] = {}
    for look, name, title, held in session.execute(
        sa.select(ReserveLook, User.name, Document.title, Document.held_out)
        .join(User, User.id == ReserveLook.looked_by)
        .join(Document, Document.id == ReserveLook.document_id)
        .where(ReserveLook.reserve_id.in_([row.id for row, *_ in found]))
        .order_by(ReserveLook.looked_at, ReserveLook.id)
    ):
        looks.setdefault(look.reserve_id, []).append(
            Look(name, look.looked_at, title if leads or not held else None, look.reason)
        )
    shown = []
    for row, name, ended_by in found:
        of = [about[id_] for id_ in row.documents if id_ in about]
        told = leads or not any(held for *_, held in of)
        members = _members(row.unit, of) if told else None
        shown.append(ReserveShown(row, name, ended_by, tuple(looks.get(row.id, ())), members))
    return shown


def latest(all_: Sequence[ReserveShown]) -> ReserveShown | None:
    """Return the reservation that the test rests on, of all of a project, latest first: the last one that was not replaced."""
    return next((one for one in all_ if one.row.state is not ReserveState.REPLACED), None)


def _titles(session: Session, documents: AbstractSet[UUID]) -> Mapping[UUID, tuple[str, str | None, bool]]:
    rows = session.execute(
        sa.select(Document.id, Document.title, Case.name, Document.held_out)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(Document.id.in_(documents))
    )
    return {id_: (title, case, held) for id_, title, case, held in rows}


def _members(unit: SamplingUnit, of: Sequence[tuple[str, str | None, bool]]) -> tuple[Member, ...]:
    by_name: dict[str, int] = {}
    for title, case, _ in of:
        name = case if case is not None and unit is SamplingUnit.CASE else title
        by_name[name] = by_name.get(name, 0) + 1
    return tuple(Member(name, many) for name, many in by_name.items())


def verdict(session: Session, access: Access, reserve: SaturationReserve, view: View) -> Verdict | None:
    """Return what the test found in a view; None where it is not opened, or the person may not know of a round that it rests on.

    Raises
    ------
    WrongArgument : a view that is none.

    Notes
    -----
    One ``hold_out`` for each level and kind; where nothing changed since, it is kept.
    """
    if reserve.state is not ReserveState.OPENED or hidden(session, access):
        return None
    project = access.project.id
    rounds = compared_rounds(session, project)
    ruled = view.kind is ViewKind.CONSENSUS
    count = count_of(session, project, rounds, ruled=ruled)
    about = ("hold-out", reserve.id, str(view), tuple(r.id for r in rounds))
    asked = Asked(view=view, unit=reserve.unit)
    units = tuple(count.units(asked))
    then = count.found.state, count.found.related.state, units
    return remembered(session, project, about, lambda: _verdict(reserve, view, count, units), then)


def _verdict(reserve: SaturationReserve, view: View, count: Counted, units: Sequence[Unit]) -> Verdict:
    aside = set(map(str, reserve.documents))
    held = [i for i, unit in enumerate(units) if aside & set(unit.documents)]
    there = {document for unit in units for document in unit.documents}
    tests = [_test(level.value, count.codes(units, view, level), held) for level in Level]
    for kind in KINDS:
        shown = [
            frozenset[Hashable]().union(*(count.found.study.shown_in(document, kind) for document in unit.documents))
            for unit in units
        ]
        tests.append(_test(kind, shown, held))
    missing, base = len(aside - there), len(units) - len(held)
    finished = {document: read_time(at) for document, at in count.found.arrived(view).items()}
    late = sum(finished[document] > reserve.ended_at for document in there - aside if reserve.ended_at)
    done = [test for test in tests if test.found is not None]
    passed = strict = None
    if not missing and base and held and done:
        strict = all(test.found.passed for test in done if test.found)
        above = [test.found for test in done if test.name != Level.LABEL and test.found]
        passed = all(found.passed for found in above) if above else None
    return Verdict(view, base, len(held), missing, late, tuple(tests), passed, strict, math.comb(len(units), len(held)))


def _test(name: str, codes: Sequence[AbstractSet[Hashable]], held: Sequence[int]) -> Test:
    from intercoder.stats.saturation.holdout import hold_out

    return Test(name, hold_out(codes, held) if any(codes) and held else None)
