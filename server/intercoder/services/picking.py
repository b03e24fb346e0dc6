"""Which disagreements of a round are wanted, and in what order."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from intercoder.models import (
    Disagreement,
    DisagreementKind,
    DisagreementSide,
    DisagreementState,
    Document,
    Thread,
    ThreadKind,
    ThreadState,
)
from intercoder.services.access import comparison_finished
from intercoder.services.paging import Key, Value

#: the states of a disagreement that somebody is shown
Shown = Literal[
    DisagreementState.OPEN,
    DisagreementState.RULED,
    DisagreementState.DEFERRED,
    DisagreementState.DISCUSSION,
    DisagreementState.TWICE,
]

#: a disagreement that somebody may be shown
SEEN = sa.and_(Disagreement.state != DisagreementState.VOID, comparison_finished(Disagreement.round_id))


class Certainty(enum.StrEnum):
    """How sure the coders of a place are as a group: how many stand behind its commonest reading."""

    #: no reading has more than half of them
    EVEN = "even"
    #: one has more than half, and two at least read it otherwise
    MAJORITY = "majority"
    #: all but one, of three at least
    ALL_BUT_ONE = "all_but_one"


_LONE = sa.and_(Disagreement.behind == Disagreement.judged - 1, Disagreement.judged > 2)
_MOST = 2 * Disagreement.behind > Disagreement.judged
_CERTAIN: Mapping[Certainty, sa.ColumnElement[bool]] = {
    Certainty.EVEN: sa.not_(_MOST),
    Certainty.MAJORITY: sa.and_(_MOST, sa.not_(_LONE)),
    Certainty.ALL_BUT_ONE: _LONE,
}


#: a coder contests the ruling there, and nobody has resolved that
_CONTESTED = (
    sa.exists()
    .where(
        Thread.disagreement_id == Disagreement.id,
        Thread.kind == ThreadKind.CONTEST,
        Thread.state == ThreadState.OPEN,
    )
    .correlate(Disagreement)
)


class QueueOrder(enum.StrEnum):
    """In which order disagreements come."""

    #: of the texts
    TEXT = "text"
    #: what would raise agreement most first
    LEVERAGE = "leverage"
    #: what was found first
    AGE = "age"
    #: those that are alike together, of the largest group first
    ALIKE = "alike"

    @property
    def keys(self) -> Sequence[Key]:
        """What it sorts by; the last key tells the rows apart."""
        return _KEYS[self]

    def at(self, d: Disagreement) -> tuple[Value, ...]:
        """Return the values of the keys of a disagreement."""
        text = (d.position, d.id)
        match self:
            case QueueOrder.TEXT:
                return text
            case QueueOrder.LEVERAGE:
                return (_LEAST if d.leverage is None else d.leverage, *text)
            case QueueOrder.AGE:
                return (d.id,)
            case QueueOrder.ALIKE:
                return (_LAST if d.alike is None else d.alike, *text)


#: of leverage and of groups that nobody has computed: behind all others
_LEAST, _LAST = -(2**31) + 1, 2**31 - 1
_TEXT = (Key(Disagreement.position, int), Key(Disagreement.id, UUID))
_KEYS: Mapping[QueueOrder, Sequence[Key]] = {
    QueueOrder.TEXT: _TEXT,
    QueueOrder.LEVERAGE: (Key(sa.func.coalesce(Disagreement.leverage, _LEAST), int, descending=True), *_TEXT),
    # Identifiers begin with the time at which they were made.
    QueueOrder.AGE: (Key(Disagreement.id, UUID),),
    QueueOrder.ALIKE: (Key(sa.func.coalesce(Disagreement.alike, _LAST), int), *_TEXT),
}


@dataclass(frozen=True)
class Fitting:
    """Which disagreements of a round are wanted; all that somebody is shown when nothing is said.

    ``code``: somebody used it there; with ``against``: one coder used the first without the other, another the reverse.
    ``coder``: coded there; with ``other``: these two do not have the same codings. ``alike``: a group of
    places that are alike.
    """

    kind: DisagreementKind | None = None
    state: Shown | None = None
    document: UUID | None = None
    case: UUID | None = None
    code: UUID | None = None
    against: UUID | None = None
    coder: UUID | None = None
    other: UUID | None = None
    certainty: Certainty | None = None
    doubt: bool | None = None
    memo: bool | None = None
    alike: int | None = None
    contested: bool | None = None

    def condition(self, round_id: UUID | sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
        """Return the condition of those that fit, of a round."""
        d = Disagreement
        round_ = sa.literal(round_id, sa.Uuid()) if isinstance(round_id, UUID) else round_id
        # Of the round, not of each row: a database asks once whether it is compared.
        conditions = [d.round_id == round_, d.state != DisagreementState.VOID, comparison_finished(round_)]
        for column, wanted in (
            *((d.kind, self.kind), (d.state, self.state), (d.document_id, self.document), (d.alike, self.alike)),
        ):
            if wanted is not None:
                conditions.append(column == wanted)
        if self.case is not None:
            conditions.append(d.document_id.in_(sa.select(Document.id).where(Document.case_id == self.case)))
        for counted, some in ((d.doubts, self.doubt), (d.memos, self.memo)):
            if some is not None:
                conditions.append(counted > 0 if some else counted == 0)
        if self.contested is not None:
            conditions.append(_CONTESTED if self.contested else sa.not_(_CONTESTED))
        if self.certainty is not None:
            conditions.append(_CERTAIN[self.certainty])
        if self.code is not None:
            conditions += [used([self.code])] if self.against is None else [_swapped(self.code, self.against)]
        if self.coder is not None:
            conditions += [_by(self.coder)] if self.other is None else [_apart(self.coder, self.other)]
        return sa.and_(*conditions)


#: all that somebody is shown
SHOWN = Fitting()


def used(codes: Sequence[UUID]) -> sa.ColumnElement[bool]:
    """Return the condition of places at which somebody used one of some codes."""
    side = sa.orm.aliased(DisagreementSide)
    return sa.exists().where(side.disagreement_id == Disagreement.id, side.code.in_(codes)).correlate(Disagreement)


def _swapped(code: UUID, against: UUID) -> sa.ColumnElement[bool]:
    """Return the condition of places at which one coder used a code without the other code, and another the reverse."""

    def only(this: UUID, that: UUID) -> sa.ColumnElement[bool]:
        side, same = sa.orm.aliased(DisagreementSide), sa.orm.aliased(DisagreementSide)
        also = sa.exists().where(
            same.disagreement_id == side.disagreement_id, same.coder == side.coder, same.code == that
        )
        here = sa.exists().where(side.disagreement_id == Disagreement.id, side.code == this, sa.not_(also))
        return here.correlate(Disagreement)

    return sa.and_(only(code, against), only(against, code))


def _by(coder: UUID) -> sa.ColumnElement[bool]:
    side = sa.orm.aliased(DisagreementSide)
    return sa.exists().where(side.disagreement_id == Disagreement.id, side.coder == coder).correlate(Disagreement)


def _apart(coder: UUID, other: UUID) -> sa.ColumnElement[bool]:
    """Return the condition of places at which two coders do not have the same codings."""

    def more(one: UUID, another: UUID) -> sa.ColumnElement[bool]:
        side, same = sa.orm.aliased(DisagreementSide), sa.orm.aliased(DisagreementSide)
        matched = sa.exists().where(
            same.disagreement_id == side.disagreement_id,
            *(same.coder == another, same.code == side.code, same.start == side.start, same.end == side.end),
        )
        here = sa.exists().where(side.disagreement_id == Disagreement.id, side.coder == one, sa.not_(matched))
        return here.correlate(Disagreement)

    return sa.or_(more(coder, other), more(other, coder))
