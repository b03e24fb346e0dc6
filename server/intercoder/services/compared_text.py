"""One document of a report with what each coder gave its units, a part at a time: for the page on which coders are compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import Conflict
from intercoder.models import AgreementReport, DisagreementKind, Revision
from intercoder.services.access import no_such_thing
from intercoder.services.coded_units import KINDS, Cell, Fit, KeptUnits, Only, Order, kept_units

#: units of a part
PART = 60
#: characters of a stretch that nobody coded that are shown at each of its ends
AROUND = 160


@dataclass(frozen=True, slots=True)
class Given:
    """What some coders gave a unit alike: codes, none of them where they left it without."""

    codes: tuple[str, ...]
    coders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that nobody coded: all of them where ``omitted`` is 0, else those at both ends."""

    first: str
    omitted: int = 0
    last: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A unit with the words before it that nobody coded, who gave it what, and who has no value in it."""

    start: int
    end: int
    before: Stretch
    text: str
    given: Sequence[Given]
    missing: tuple[str, ...]
    kind: DisagreementKind | None
    gain: float | None
    differs: bool


@dataclass(frozen=True)
class ComparedText:
    """A part of a document.

    ``lines``: the units that somebody coded; ``here``: the start of the one asked for, None for none; ``differences``: starts of
    all units of the document on which the coders differ, of this part and the others.
    """

    document: UUID
    coders: Sequence[str]
    lines: Sequence[Line]
    after: Stretch
    part: int
    parts: int
    here: int | None
    differences: Sequence[int]

    def beyond(self, step: int) -> int | None:
        """Return the start of the nearest difference after (1) or before (-1) this part; None without one."""
        if not self.lines:
            return None
        if step > 0:
            return next((at for at in self.differences if at > self.lines[-1].start), None)
        return next((at for at in reversed(self.differences) if at < self.lines[0].start), None)


def compared_text(session: Session, report: AgreementReport, cell: Cell, at: int | None, part: int) -> ComparedText:
    """Return the part of a document in which a place lies, else the part with that number from 0; the first document when none is named.

    Raises
    ------
    Conflict : ``report_stale`` (its round was opened again), ``no_units_kept`` (the report is of before they were kept).
    NotFound : the document is none of the report.
    """
    if report.stale_at is not None:
        raise Conflict("report_stale", "The round was reopened after this report: make a new one to see its segments.")
    kept = kept_units(session, report)
    if kept is None:
        raise Conflict(
            "no_units_kept",
            "This report was made before its units were kept. Make a new one to compare the coders in the text.",
        )
    named = [i for i, (document, _, _) in enumerate(kept.documents) if cell.document in {None, UUID(document)}]
    if not named:
        raise no_such_thing()
    document, revision, finished = kept.documents[named[0]]
    asked = Cell(cell.code, None, cell.coder, cell.other, UUID(document), Only.ALL, None, Order.TEXT)
    units = kept.behind(asked)
    pair = {str(coder) for coder in cell.pair}
    coders = [kept.coders[i] for i in finished if not pair or kept.coders[i] in pair]
    differs = _differing(kept, Cell(cell.code, None, cell.coder, cell.other, only=Only.DIFFER), units)
    parts = max(1, -(-len(units) // PART))
    if at is not None:
        part = next((number for number, i in enumerate(units) if kept.end[i] > at), max(len(units) - 1, 0)) // PART
    part = min(part, parts - 1)
    shown = units[part * PART : (part + 1) * PART]
    begin = kept.end[units[part * PART - 1]] if part else 0
    end = kept.start[units[(part + 1) * PART]] if part + 1 < parts else None
    text = _words(session, UUID(revision), begin, end)
    lines = []
    reached = begin
    for i in shown:
        start, stop = kept.start[i], kept.end[i]
        before = stretch(text[reached - begin : start - begin])
        given, missing = _given(kept, i, coders)
        reached = stop
        kind = KINDS[kept.kind[i]]
        words = text[start - begin : stop - begin]
        lines.append(Line(start, stop, before, words, given, missing, kind, kept.gain[i], i in differs))
    here = None if at is None else next((line.start for line in lines if line.end > at), None)
    starts = [kept.start[i] for i in units if i in differs]
    return ComparedText(UUID(document), coders, lines, stretch(text[reached - begin :]), part, parts, here, starts)


def _differing(kept: KeptUnits, cell: Cell, units: Iterable[int]) -> set[int]:
    fit = Fit(cell, kept.coders, [frozenset(codes) for codes in kept.sets])
    return {i for i in units if fit.fits(kept.patterns[kept.pattern[i]])}


def _given(kept: KeptUnits, unit: int, coders: Sequence[str]) -> tuple[list[Given], tuple[str, ...]]:
    """Return who gave a unit what, those alike together, the many before the few; and who has no value in it."""
    row = dict(zip(kept.coders, kept.patterns[kept.pattern[unit]], strict=True))
    alike: dict[int, list[str]] = {}
    for coder in coders:
        alike.setdefault(row[coder], []).append(coder)
    missing = tuple(alike.pop(-1, ()))
    ordered: Sequence[tuple[int, list[str]]] = sorted(alike.items(), key=lambda item: -len(item[1]))
    return [Given(kept.sets[place], tuple(who)) for place, who in ordered], missing


def _words(session: Session, revision: UUID, begin: int, end: int | None) -> str:
    """Return the words of a text between two places, cut by the database."""
    length = () if end is None else (end - begin,)
    words = session.scalar(sa.select(sa.func.substr(Revision.text, begin + 1, *length)).where(Revision.id == revision))
    return words or ""


def stretch(words: str) -> Stretch:
    """Return words that nobody coded, without their middle where they are many."""
    if len(words) <= 2 * AROUND + AROUND // 2:
        return Stretch(words)
    return Stretch(words[:AROUND], len(words) - 2 * AROUND, words[-AROUND:])
