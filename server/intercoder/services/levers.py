"""By how much agreement would rise if a place of disagreement were settled: said by each report of a whole round."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import DisagreementState
from intercoder.services.coded_units import KeptUnits
from intercoder.services.placed import PLACES, Write, parts
from intercoder.services.rows import TEXT, Row, execute, plainly

#: of alpha; a gain is kept to six digits
MILLIONTHS = 1_000_000


def leverages(session: Session, round_id: UUID, units: KeptUnits) -> list[Row]:
    """Return what the units behind a report of a round say of its places: the sum of the gains of those that each touches.

    Only of places of which that is another number than they have. Each unit's gain is as if it alone were settled, so that
    a sum is no promise. O((units + places) log units).
    """
    gains: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for number, start, end, gain in zip(units.document, units.start, units.end, units.gain, strict=True):
        if gain is not None:
            gains[units.documents[number][0]].append((start, end, round(gain * MILLIONTHS)))
    for of_document in gains.values():
        of_document.sort()
    ends = {document: [end for _, end, _ in of_document] for document, of_document in gains.items()}
    starts = {document: [start for start, _, _ in of_document] for document, of_document in gains.items()}
    rows = plainly(PLACES)
    columns = (rows.c.id, rows.c.document_id, rows.c.start, rows.c.end, rows.c.leverage)
    found = session.execute(
        sa.select(*columns).where(rows.c.round_id == str(round_id), rows.c.state != DisagreementState.VOID.value)
    )
    changed: list[Row] = []
    for identifier, document, start, end, before in found:
        # Units of one document follow one another, so that both lists are sorted.
        first, last = bisect_right(ends.get(document, ()), start), bisect_left(starts.get(document, ()), end)
        whole = [gain for _, _, gain in gains.get(document, ())[first:last]]
        now = sum(whole) if whole else None
        if now != before:
            changed.append({"of": identifier, "leverage": now})
    return changed


def writes(changed: Sequence[Row]) -> Iterator[Write]:
    """Yield what is to be done, each in a transaction of its own."""
    return (partial(_write, rows) for rows in parts(changed))


def _write(rows: Sequence[Row], session: Session) -> None:
    places = plainly(PLACES)
    wanted = sa.update(places).where(places.c.id == sa.bindparam("of", type_=TEXT))
    execute(session, wanted.values(leverage=sa.bindparam("leverage")), rows)
