"""What happened while documents arrived, for the axis of the curve: what may have moved it besides what was found."""

import enum
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import CodebookVersion, Incidence, MappingAct, MappingKind, Round, User
from intercoder.services.arriving import Order, OrderKind
from intercoder.services.judgements import DeclarationShown, NoteShown
from intercoder.services.saturation import Picture


class MarkKind(enum.StrEnum):
    """What happened."""

    NOTE = "note"  #: materials are gathered in another way
    VERSION = "version"  #: the codebook was published
    MERGED = "merged"  #: codes became one
    JOINED = "joined"  #: somebody else began to code
    CASE = "case"  #: the first document of another case came
    DECLARED = "declared"
    WITHDRAWN = "withdrawn"


#: a mark for each of more cases would hide what else happened
MOST_CASES = 20


@dataclass(frozen=True)
class AxisMark:
    """Something that happened after so many of the units, and before the next one."""

    kind: MarkKind
    after: int
    at: datetime
    #: of a version, an act or a declaration
    number: int | None = None
    #: who joined, what a note says, or what a case is called
    text: str = ""


def axis_marks(
    session: Session,
    project_id: UUID,
    rounds: Sequence[Round],
    picture: Picture,
    declarations: Sequence[DeclarationShown],
    notes: Sequence[NoteShown],
) -> list[AxisMark]:
    """Return what happened while the units of a picture arrived as they were finished, by time; in another order new cases alone.

    ``rounds`` are those that the person may see; who joined is told of compared ones alone.
    """
    if Order.of(picture.provenance.order).kind is not OrderKind.FINISHED or not picture.arrivals:
        return _new_cases(picture)
    times = [arrival.at for arrival in picture.arrivals]
    happened: list[tuple[datetime, MarkKind, int | None, str]] = [
        (datetime.combine(note.on, time(), UTC), MarkKind.NOTE, None, note.text) for note in notes
    ]
    versions = sa.select(
        CodebookVersion.published_at, CodebookVersion.number, sa.literal(MarkKind.VERSION.value)
    ).where(CodebookVersion.project_id == project_id)
    merges = sa.select(MappingAct.at, MappingAct.number, sa.literal(MarkKind.MERGED.value)).where(
        MappingAct.project_id == project_id,
        MappingAct.kind == MappingKind.MERGED,
        MappingAct.number.is_not(None),
        MappingAct.round_id.is_(None),
    )
    changed = session.execute(versions.union_all(merges))
    happened += [(at, MarkKind(kind), number, "") for at, number, kind in changed]
    first = (
        sa.select(Incidence.coder_id, sa.func.min(Incidence.submitted_at).label("at"))
        .where(Incidence.round_id.in_([r.id for r in rounds if r.state.compared]))
        .group_by(Incidence.coder_id)
        .subquery()
    )
    joined = session.execute(sa.select(first.c.at, User.name).join(User, User.id == first.c.coder_id))
    happened += [(at, MarkKind.JOINED, None, name) for at, name in joined]
    for one in declarations:
        happened.append((one.row.declared_at, MarkKind.DECLARED, one.row.number, ""))
        if one.row.withdrawn_at is not None:
            happened.append((one.row.withdrawn_at, MarkKind.WITHDRAWN, one.row.number, ""))
    marks = [
        # who joined did so before the own first unit was finished
        AxisMark(kind, (bisect_left if kind is MarkKind.JOINED else bisect_right)(times, at), at, number, text)
        for at, kind, number, text in sorted(happened, key=lambda one: one[:2])
    ]
    # What was there from the beginning has moved nothing; the first who coded joined nobody.
    kept = [*(mark for mark in marks if mark.after > 0), *_new_cases(picture)]
    return sorted(kept, key=lambda mark: (mark.after, mark.at))


def _new_cases(picture: Picture) -> list[AxisMark]:
    """Return where the first document of each further case arrived; nothing where cases arrive, and where most documents are one each."""
    seen: dict[str, int] = {}
    for place, arrival in enumerate(picture.arrivals):
        if arrival.case is not None:
            seen.setdefault(arrival.case, place)
    if len(seen) > MOST_CASES:
        return []
    return [
        AxisMark(MarkKind.CASE, place, picture.arrivals[place].at, text=case) for case, place in seen.items() if place
    ]
