"""What a coder says of a unit without codings: that no code applies, or that it was skipped."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from intercoder import events
from intercoder.errors import InvalidInput
from intercoder.models import AssignmentState, EmptyKind, EmptyUnit
from intercoder.prepared import Prepared, Transaction, change
from intercoder.services.access import Asking
from intercoder.services.command import Command, Offset
from intercoder.services.credentials import Holder
from intercoder.services.missing_units import walked_by
from intercoder.services.places import BEGUN, NO_CODE, NO_KEY, admit
from intercoder.services.texts import text_of
from intercoder.services.units import units_for


class _Stored(NamedTuple):
    start: int
    kind: EmptyKind | None


_ROWS = EmptyUnit.metadata.tables[EmptyUnit.__tablename__]
_HERE = sa.and_(_ROWS.c.assignment_id == sa.bindparam("assignment"), _ROWS.c.start == sa.bindparam("at"))
_STORED = Prepared(sa.select(_ROWS.c.start, _ROWS.c.kind).where(_HERE), _Stored)
_ADD = change(sa.insert(_ROWS))
_CHANGE = change(sa.update(_ROWS).where(_HERE).values(kind=sa.bindparam("said")))


class EmptyUnitWrite(Command):
    """What is said of the unit that begins at ``start``; null takes it back. A coding there counts all the same."""

    start: Offset
    kind: EmptyKind | None


@dataclass(frozen=True)
class Emptied:
    """The answer to a write: what is said of the unit, and who wrote."""

    start: int
    kind: EmptyKind | None
    holder: Holder


def say_of_unit(transaction: Transaction, asking: Asking, document_id: UUID, write: EmptyUnitWrite) -> Emptied:
    """Keep what the coder says of a unit; a repeated request changes nothing more.

    In a round of free spans the units are sentences. ``InvalidInput`` where no unit begins there, ``NotThere`` where the
    coder has no such place: ``asking`` knows why.
    """
    admitted = admit(transaction, asking, document_id, NO_KEY, NO_CODE)
    place = admitted.place
    units = units_for(
        transaction, place.revision_id, walked_by(place.unit), lambda: text_of(transaction, place.revision_id)
    )
    start = write.start
    if units.end_of(start) is None:
        raise InvalidInput("no_unit_here", "No unit of this text begins at {start}.", start=start)
    emptied = Emptied(start, write.kind, admitted.holder)
    here = {"assignment": place.assignment_id, "at": start}
    stored = transaction.first(_STORED, here)
    if (None if stored is None else stored.kind) == write.kind:
        return emptied
    if stored is not None:
        transaction.send(_CHANGE, here | {"said": write.kind})
    else:
        transaction.send(_ADD, {"assignment_id": place.assignment_id, "start": start, "kind": write.kind})
    if place.state == AssignmentState.ASSIGNED:
        transaction.send(BEGUN, {"assignment": place.assignment_id})
    said = events.UnitEmptied(place.assignment_id, place.round_id, place.assignment_id, start=start, kind=write.kind)
    admitted.log(transaction, said)
    return emptied
