"""How long coders are at work: minutes in which they did something on a document's page, each counted once."""

from dataclasses import dataclass
from typing import Annotated, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from intercoder import clock
from intercoder.models import ActiveTime
from intercoder.prepared import Prepared, Transaction, change
from intercoder.services.access import Asking
from intercoder.services.command import Command
from intercoder.services.credentials import Holder
from intercoder.services.places import NO_CODE, NO_KEY, admit

_MINUTE = 60
_DAY = 24 * 60
#: what waited in a browser for longer is not counted
_OLDEST = 30 * _DAY
#: minutes since 1970, UTC
Minute = Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)]


class _Stored(NamedTuple):
    minutes: int
    latest: int


_ROWS = ActiveTime.metadata.tables[ActiveTime.__tablename__]
_HERE = _ROWS.c.assignment_id == sa.bindparam("assignment")
_STORED = Prepared(sa.select(_ROWS.c.minutes, _ROWS.c.latest).where(_HERE), _Stored)
_ADD = change(sa.insert(_ROWS))
_CHANGE = change(
    sa.update(_ROWS).where(_HERE).values(minutes=sa.bindparam("counted"), latest=sa.bindparam("counted_to"))
)


class ActiveMinutes(Command):
    """Minutes since 1970 (UTC, by the clock of the browser) in which the coder did something on the page."""

    minutes: Annotated[tuple[Minute, ...], Field(min_length=1, max_length=_DAY)]


@dataclass(frozen=True)
class Counted:
    """The answer to a write: in how many minutes the coder was at work on the document, and who wrote."""

    minutes: int
    holder: Holder


def count_minutes(transaction: Transaction, asking: Asking, document_id: UUID, active: ActiveMinutes) -> Counted:
    """Count minutes in which the coder was at work on the document; ``NotThere`` as for codings.

    A minute counts once, however often and from however many windows it is told: what is not later than the latest one
    counted is passed over. So work in a browser that was offline counts less than it was where another one went on.
    A clock that is ahead of the server's is taken back to it. No act of coding: the log does not hold when people work.
    """
    admitted = admit(transaction, asking, document_id, NO_KEY, NO_CODE)
    place = admitted.place
    stored = transaction.first(_STORED, {"assignment": place.assignment_id})
    now = int(clock.now().timestamp()) // _MINUTE
    ahead = max(0, max(active.minutes) - now)
    since = max(now - _OLDEST, -1 if stored is None else stored.latest)
    new = {minute - ahead for minute in active.minutes if minute - ahead > since}
    counted = Counted(len(new) + (0 if stored is None else stored.minutes), admitted.holder)
    if not new:
        return counted
    if stored is None:
        row = {"assignment_id": place.assignment_id, "minutes": counted.minutes, "latest": max(new)}
        transaction.send(_ADD, row)
    else:
        said = {"assignment": place.assignment_id, "counted": counted.minutes, "counted_to": max(new)}
        transaction.send(_CHANGE, said)
    return counted
