"""One document of a report with what each coder gave its units, a part at a time: for the page on which coders are compared."""

from collections.abc import Iterable, Mapping, Sequence
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
#: characters of a stretch that nobody coded, and of a passage, that are shown at each of its ends
AROUND, PASSAGE = 160, 800


@dataclass(frozen=True, slots=True)
class Given:
    """What some coders gave a unit alike: codes, none of them where they left it without."""

    codes: tuple[str, ...]
    coders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of a text: all of them where ``omitted`` is 0, else those at both ends."""

    first: str
    omitted: int = 0
    last: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A passage with the words before it that nobody coded, who gave it what, and who has no value in it.

    It is a unit, or of a report by free span a piece of the text in which nobody's span begins or ends.
    """

    start: int
    end: int
    before: Stretch
    text: Stretch
    given: Sequence[Given]
    missing: tuple[str, ...]
    kind: DisagreementKind | None
    gain: float | None
    differs: bool


@dataclass(frozen=True)
class ComparedText:
    """A part of a document.

    ``lines``: the passages that somebody coded; ``here``: the start of the one asked for, None for none; ``differences``: starts of
    all of the document on which the coders differ, of this part and the others.
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
    require_holding(report)
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
    shown, part, parts = part_of([kept.end[i] for i in units], at, part)
    begin = kept.end[units[shown.start - 1]] if part else 0
    end = kept.start[units[shown.stop]] if part + 1 < parts else None
    text = words_of(session, UUID(revision), begin, end)
    lines = []
    reached = begin
    for i in units[shown.start : shown.stop]:
        start, stop = kept.start[i], kept.end[i]
        given, missing = _given(kept, i, coders)
        before, here = stretch(text[reached - begin : start - begin]), passage(text[start - begin : stop - begin])
        reached = stop
        lines.append(Line(start, stop, before, here, given, missing, KINDS[kept.kind[i]], kept.gain[i], i in differs))
    starts = [kept.start[i] for i in units if i in differs]
    after = stretch(text[reached - begin :])
    return ComparedText(
        UUID(document),
        coders,
        lines,
        after,
        part,
        parts,
        at_place(((line.start, line.end) for line in lines), at),
        starts,
    )


def part_of(ends: Sequence[int], at: int | None, part: int) -> tuple[slice, int, int]:
    """Return which of passages that end there are shown, the number of that part, and how many parts there are.

    The part in which a place lies, else the one with that number from 0; the last one where there are fewer.
    """
    parts = max(1, -(-len(ends) // PART))
    if at is not None:
        part = next((number for number, end in enumerate(ends) if end > at), max(len(ends) - 1, 0)) // PART
    part = min(part, parts - 1)
    return slice(part * PART, min((part + 1) * PART, len(ends))), part, parts


def at_place(passages: Iterable[tuple[int, int]], at: int | None) -> int | None:
    """Return the start of the passage (start, end) at a place, or the first one behind it."""
    return None if at is None else next((start for start, end in passages if end > at), None)


def require_holding(report: AgreementReport) -> None:
    """Refuse a report whose round was opened again: its layers may be others now."""
    if report.stale_at is not None:
        raise Conflict("report_stale", "The round was reopened after this report: make a new one to see its segments.")


def _differing(kept: KeptUnits, cell: Cell, units: Iterable[int]) -> set[int]:
    fit = Fit(cell, kept.coders, [frozenset(codes) for codes in kept.sets])
    return {i for i in units if fit.fits(kept.patterns[kept.pattern[i]])}


def _given(kept: KeptUnits, unit: int, coders: Sequence[str]) -> tuple[list[Given], tuple[str, ...]]:
    """Return who gave a unit what, those alike together, the many before the few; and who has no value in it."""
    row = dict(zip(kept.coders, kept.patterns[kept.pattern[unit]], strict=True))
    missing = tuple(coder for coder in coders if row[coder] < 0)
    return alike({coder: kept.sets[row[coder]] for coder in coders if row[coder] >= 0}), missing


def alike(given: Mapping[str, tuple[str, ...]]) -> list[Given]:
    """Return who gave the same codes together, the many before the few."""
    together: dict[tuple[str, ...], list[str]] = {}
    for coder, codes in given.items():
        together.setdefault(codes, []).append(coder)
    return [Given(codes, tuple(who)) for codes, who in sorted(together.items(), key=lambda item: -len(item[1]))]


def words_of(session: Session, revision: UUID, begin: int, end: int | None) -> str:
    """Return the words of a text between two places, cut by the database."""
    length = () if end is None else (end - begin,)
    words = session.scalar(sa.select(sa.func.substr(Revision.text, begin + 1, *length)).where(Revision.id == revision))
    return words or ""


def stretch(words: str) -> Stretch:
    """Return words that nobody coded, without their middle where they are many."""
    return _cut(words, AROUND)


def passage(words: str) -> Stretch:
    """Return the words of a passage, without their middle where they are very many."""
    return _cut(words, PASSAGE)


def _cut(words: str, around: int) -> Stretch:
    if len(words) <= 2 * around + around // 2:
        return Stretch(words)
    return Stretch(words[:around], len(words) - 2 * around, words[-around:])
