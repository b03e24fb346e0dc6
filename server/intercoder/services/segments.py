"""The segments behind a number of a report: the units, their words, and which codes each coder gave them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import Conflict
from intercoder.models import AgreementReport, ReportSection, Revision
from intercoder.services.access import RoundAccess
from intercoder.services.coded_units import KINDS, Cell, KeptUnits, kept_units
from intercoder.services.paging import BEGINNING, Asked, Mark, Page, marked_by, no_place
from intercoder.services.results import open_report
from intercoder.services.walked_segments import Segment, walked

#: characters of a unit at most, where the whole of it is not wanted
WORDS = 800


@dataclass(frozen=True)
class Behind(Page[Segment]):
    """A part of the units behind a number; ``total``: how many there are, None where a report kept none and has them in the order of the texts."""

    total: int | None = None


def segments(
    session: Session,
    access: RoundAccess,
    report: AgreementReport,
    cell: Cell,
    asked: Asked = BEGINNING,
    *,
    longest: int | None = None,
) -> Behind:
    """Return a part of the units behind a cell, each with its first ``longest`` characters.

    Raises
    ------
    Conflict : ``report_stale`` (its round was opened again), ``no_kinds`` (a kind is wanted of a report that kept none).
    """
    if report.stale_at is not None:
        raise Conflict("report_stale", "The round was reopened after this report: make a new one to see its segments.")
    kept = kept_units(session, report)
    if kept is not None:
        return _behind(session, report, kept, cell, asked, longest)
    if cell.kind is not None:
        raise Conflict(
            "no_kinds",
            "This report was made before the kind of each difference was kept. Make a new one to choose by it.",
        )
    part = walked(session, access.round, report, cell, asked)
    return Behind(part.rows, part.previous, part.next)


def _behind(
    session: Session, report: AgreementReport, kept: KeptUnits, cell: Cell, asked: Asked, longest: int | None
) -> Behind:
    found = kept.behind(cell)
    first, backward = 0, False
    if asked.cursor:
        mark = marked_by(asked.cursor, (str, int))
        order, at = mark.values
        if order != cell.order or not isinstance(at, int):
            raise no_place()
        first, backward = max(at, 0), mark.backward
    last = min(first, len(found)) if backward else first + asked.limit
    first = max(last - asked.limit, 0) if backward else first
    here = found[first:last]
    rows = _rows(session, report, kept, here, longest) if here else []
    return Behind(
        rows,
        Mark((cell.order.value, first), backward=True).cursor() if first and rows else None,
        Mark((cell.order.value, last)).cursor() if last < len(found) else None,
        len(found),
    )


def _rows(
    session: Session, report: AgreementReport, kept: KeptUnits, here: Sequence[int], longest: int | None
) -> list[Segment]:
    """Return units by their places, in that order."""
    made = open_report(session, report, ReportSection.SUMMARY).provenance
    names = {code.id: code.name for code in made.codes}
    titles = {document.id: document.title for document in made.documents}
    words = _words(session, [(kept.documents[kept.document[i]][1], kept.start[i], kept.end[i]) for i in here], longest)
    rows = []
    for i, text in zip(here, words, strict=True):
        document = kept.documents[kept.document[i]][0]
        codes, missing = kept.given(i, names)
        at = UUID(document), titles[document], kept.start[i], kept.end[i]
        rows.append(Segment(*at, text, codes, missing, KINDS[kept.kind[i]], kept.gain[i]))
    return rows


def _words(session: Session, places: Sequence[tuple[str, int, int]], longest: int | None) -> list[str]:
    """Return the words at places (revision, start, end), cut by the database: a text may have 300,000 characters."""
    lengths = [end - start if longest is None else min(end - start, longest) for _, start, end in places]
    rows = session.execute(
        sa.union_all(
            *(
                sa.select(sa.literal(i), sa.func.substr(Revision.text, start + 1, length)).where(
                    Revision.id == UUID(revision)
                )
                for i, ((revision, start, _), length) in enumerate(zip(places, lengths, strict=True))
            )
        )
    )
    words: dict[int, str] = {i: text for i, text in rows}
    return [words[i] for i in range(len(places))]
