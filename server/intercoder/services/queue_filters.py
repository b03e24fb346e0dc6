"""By what the queue of adjudication can be narrowed, and how many places are like one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import get_args
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    Case,
    Code,
    Disagreement,
    DisagreementSide,
    DisagreementState,
    Document,
    User,
)
from intercoder.services.access import RoundAccess
from intercoder.services.masks import hidden
from intercoder.services.picking import Fitting, Shown


@dataclass(frozen=True)
class Named:
    """A code by which the queue is narrowed."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Offered:
    """What the queue of a round can be narrowed by: who has codings at its places, cases of its documents, chosen codes."""

    coders: Sequence[tuple[UUID, str]]
    cases: Sequence[tuple[UUID, str]]
    code: Named | None
    against: Named | None


def offered(session: Session, access: RoundAccess, fitting: Fitting) -> Offered:
    """Return by what the queue of a round can be narrowed; by nothing while it is not compared."""
    round_id = access.round.id
    if access.round.compared_at is None:
        return Offered((), (), None, None)
    cases = (
        sa.select(Case.id, Case.name)
        .where(
            sa.exists()
            .where(Assignment.round_id == round_id, Assignment.document_id == Document.id, Document.case_id == Case.id)
            .correlate(Case)
        )
        .order_by(Case.position, Case.id)
    )
    wanted = [code for code in (fitting.code, fitting.against) if code is not None]
    # Of no other code: a coder's private one, of a round that is still open, has a name that nobody may learn here.
    there = sa.exists().where(DisagreementSide.round_id == round_id, DisagreementSide.code == Code.id).correlate(Code)
    chosen = sa.select(Code.id, Code.name).where(Code.id.in_(wanted), there)
    names = {code: Named(code, name) for code, name in session.execute(chosen)} if wanted else {}
    return Offered(
        coders(session, access),
        [(case, name) for case, name in session.execute(cases)],
        names.get(fitting.code) if fitting.code else None,
        names.get(fitting.against) if fitting.against else None,
    )


def coders(session: Session, access: RoundAccess) -> list[tuple[UUID, str]]:
    """Return whose codings lie at places of the round, by name; nobody while names are hidden."""
    if hidden(access) or access.round.compared_at is None:
        return []
    here = sa.exists().where(DisagreementSide.round_id == access.round.id, DisagreementSide.coder == User.id)
    wanted = sa.select(User.id, User.name).where(here).order_by(User.name, User.id)
    return [(identifier, name) for identifier, name in session.execute(wanted)]


@dataclass(frozen=True)
class Alike:
    """How many places of a round are like one, itself among them, and how many of them are open."""

    total: int
    open: int


@cache
def _alike() -> sa.Select[int, int]:
    """Return the query of ``alike_to``, built once. All of a group are of one kind: with it a database finds them in its index."""
    d = Disagreement
    open_ones = sa.func.count().filter(d.state == DisagreementState.OPEN)
    here = (d.round_id == sa.bindparam("round"), d.kind == sa.bindparam("kind"), d.alike == sa.bindparam("group"))
    return sa.select(sa.func.count(), open_ones).where(*here, d.state.in_(get_args(Shown)))


def alike_to(session: Session, d: Disagreement) -> Alike:
    """Return how many places of its round are like one; none but itself where nobody has compared them for that."""
    if d.alike is None:
        return Alike(1, int(d.state is DisagreementState.OPEN))
    return Alike(*session.execute(_alike(), {"round": d.round_id, "kind": d.kind, "group": d.alike}).one())
