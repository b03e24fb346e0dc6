"""Typical quotations: passages that are starred as typical of a code, in an order, shortened by marked ellipses alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import Code, CodeState, Cut, Level, Quotation
from intercoder.services.access import Access, RoundAccess, no_such_thing
from intercoder.services.command import Command, Offset
from intercoder.services.mapping import Mapped, MappedCode, mapping
from intercoder.services.quoted import Became, Chosen, Cited, Holds, became, once, passage, quoted, today, visible

#: stars of one code
MOST = 50
#: what stands where words were left out
ELLIPSIS, CHINESE_ELLIPSIS = "…", "……"
_CHINESE = 0x2E7F


class CutIn(Command):
    """A stretch of the passage that is left out: offsets in code points of the text, half-open."""

    start: Offset
    end: Offset


class Star(Chosen):
    """A passage that is typical of a code; ``cuts``: what is left out of it where it is printed."""

    cuts: Annotated[tuple[CutIn, ...], Field(max_length=20)] = ()


class QuotationChange(Command):
    """What is left out of a quotation where it is printed; nothing: it is printed whole."""

    cuts: Annotated[tuple[CutIn, ...], Field(max_length=20)]


class OrderIn(Command):
    """The quotations of a code in the order in which they are printed."""

    quotations: Annotated[tuple[UUID, ...], Field(max_length=MOST)]


@dataclass(frozen=True)
class Piece:
    """Words of a quotation as it is printed; ``left_out``: they are not, and an ellipsis stands there."""

    words: str
    left_out: bool = False


@dataclass(frozen=True)
class QuotationRead:
    """A typical quotation with its words, and what became of it; ``code``: what it is typical of, as that is today."""

    row: Quotation
    cited: Cited
    became: Became
    code: MappedCode

    @property
    def holds(self) -> Holds:
        """What became of it; the code of which it is typical may be gone too."""
        gone = self.code.state not in {CodeState.ACTIVE, CodeState.SPLIT}
        return Holds.NO_CODE if gone and self.became.holds is Holds.HOLDS else self.became.holds

    @property
    def pieces(self) -> list[Piece]:
        """The whole words in their order, those that are left out marked."""
        return pieces(self.cited.words, self.row.start, self.row.cuts)

    @property
    def shown(self) -> str:
        """The words as they are printed."""
        return shown(self.pieces)


def pieces(words: str, start: int, cuts: Sequence[Cut]) -> list[Piece]:
    """Return the words of a passage that begins at ``start`` in its text, cut at some stretches; together they are the words."""
    made, at = [], 0
    for cut in cuts:
        made += [Piece(words[at : cut.start - start]), Piece(words[cut.start - start : cut.end - start], left_out=True)]
        at = cut.end - start
    return [piece for piece in (*made, Piece(words[at:])) if piece.words]


def shown(parts: Sequence[Piece]) -> str:
    """Return words as they are printed: an ellipsis for what is left out, of the kind that the words around it have."""
    chinese = any(ord(letter) > _CHINESE for part in parts if not part.left_out for letter in part.words)
    mark = CHINESE_ELLIPSIS if chinese else ELLIPSIS
    said = (mark if part.left_out else part.words if chinese else part.words.strip(" ") for part in parts)
    return ("" if chinese else " ").join(said)


def some_star(session: Session, access: Access) -> bool:
    """Whether there is a typical quotation that a person may see. One statement."""
    there = sa.select(Quotation.id).where(
        Quotation.project_id == access.project.id, visible(access, Quotation.round_id)
    )
    return session.scalar(there.limit(1)) is not None


def quotations(session: Session, access: Access, code_id: UUID | None = None) -> list[QuotationRead]:
    """Return the typical quotations that a person may see, of all codes in the order of the tree, or of one code; four statements.

    What was said of a code that was merged is said of what it was merged into.
    """
    mapped = mapping(session, access.project.id)
    wanted: tuple[sa.ColumnElement[bool], ...] = ()
    if code_id is not None:
        parts = [UUID(code) for code in once(mapped, str(code_id))] if str(code_id) in mapped.codes else []
        wanted = (Quotation.code_id.in_([*parts, code_id]),)
    rows = quoted(session, access, Quotation, *wanted)
    told = became(session, mapped, rows, lambda row: today(mapped, str(row.code_id)))
    read = [
        QuotationRead(row, cited, told[row.id], mapped.codes[today(mapped, str(row.code_id))]) for row, cited in rows
    ]
    place = {code.id: n for n, code in enumerate(mapped.in_order({one.code.id for one in read}))}
    return sorted(read, key=lambda one: (place[one.code.id], one.row.position))


def of_codes(rows: Sequence[QuotationRead]) -> Mapping[str, list[QuotationRead]]:
    """Return quotations by what they are typical of, in their order."""
    by_code: dict[str, list[QuotationRead]] = {}
    for row in rows:
        by_code.setdefault(row.code.id, []).append(row)
    return by_code


# --- changing them -------------------------------------------------------------------------------


def star(session: Session, access: Access, code_id: UUID, given: Star) -> Quotation:
    """Star a passage as typical of a code, after those that it has.

    Raises
    ------
    InvalidInput : the code is a label; there is no such passage, or it counts as something else.
    Conflict : the code is not in the codebook; the passage is starred already.
    """
    code = _code(session, access, code_id)
    found = passage(session, access, given)
    row = Quotation(code_id=code.id, cuts=_cuts(given.cuts, found.start, found.end), position=0, **vars(found))
    _require_instance(mapping(session, access.project.id), row, code)
    _lock(session, code)
    kept = session.scalars(sa.select(Quotation).where(Quotation.code_id == code.id)).all()
    if any((one.revision_id, one.start, one.end) == (row.revision_id, row.start, row.end) for one in kept):
        raise Conflict("starred", "This passage is starred already.")
    if len(kept) >= MOST:
        raise Conflict("many_stars", "A code has at most {n} typical quotations.", n=MOST)
    row.position = max((one.position for one in kept), default=0) + 1
    session.add(row)
    session.flush()
    place = (row.document_id, row.start, row.end)
    access.log(session, events.QuotationStarred(code.id, row.round_id, code.name, row.id, *place))
    return row


def _code(session: Session, access: Access, code_id: UUID) -> Code:
    code = session.get(Code, code_id)
    if code is None or code.project_id != access.project.id:
        raise no_such_thing()
    if code.state is not CodeState.ACTIVE:
        raise Conflict("not_in_codebook", "“{name}” is not in the codebook.", name=code.name)
    if code.level is Level.LABEL:
        raise InvalidInput(
            "label_starred", "Quotations are typical of a concept, a theme or a construct: star it there."
        )
    return code


def _require_instance(mapped: Mapped, row: Quotation, code: Code) -> None:
    coder, key = str(row.coder_id), str(row.key)
    applied = str(row.applied_id)
    counts = mapped.resolved(applied, coder, key).code
    ends = {counts} if row.key else mapped.map.ends(applied)
    if not any(str(code.id) in mapped.tree.path(end) for end in ends if end in mapped.tree.parents):
        raise InvalidInput("other_code", "This passage does not count as “{name}” today.", name=code.name)


def _cuts(given: Sequence[CutIn], start: int, end: int) -> tuple[Cut, ...]:
    """Return cuts in the order of the text; refused where they overlap, lie outside of the passage or leave nothing of it."""
    cuts = sorted((cut.start, cut.end) for cut in given)
    for first, last in cuts:
        if not start <= first < last <= end:
            raise InvalidInput("cut_outside", "What is left out must lie in the passage.")
    if any(later[0] < earlier[1] for earlier, later in pairwise(cuts)):
        raise InvalidInput("cuts_overlap", "Stretches that are left out must not overlap.")
    if sum(last - first for first, last in cuts) >= end - start:
        raise InvalidInput("nothing_left", "Some words of a quotation must be left.")
    return tuple(Cut(first, last) for first, last in cuts)


def _lock(session: Session, code: Code) -> None:
    session.execute(sa.select(Code.id).where(Code.id == code.id).with_for_update(key_share=True))


def shorten(
    session: Session, access: RoundAccess, quotation_id: UUID, revision: int | None, given: QuotationChange
) -> Quotation:
    """Say what is left out of a quotation where it is printed; its words themselves never change."""
    row, code = _own(session, access, quotation_id)
    if revision is not None and row.revision != revision:
        raise Stale("stale_quotation", "Somebody changed this quotation in the meantime. Read it again.")
    cuts = _cuts(given.cuts, row.start, row.end)
    if cuts == row.cuts:
        return row
    row.cuts = cuts
    row.revision += 1
    session.flush()
    kept = row.end - row.start - sum(cut.end - cut.start for cut in cuts)
    access.log(session, events.QuotationShortened(code.id, row.round_id, code.name, row.id, kept))
    return row


def unstar(session: Session, access: RoundAccess, quotation_id: UUID) -> None:
    """Take a star away."""
    row, code = _own(session, access, quotation_id)
    session.delete(row)
    session.flush()
    place = (row.document_id, row.start, row.end)
    access.log(session, events.QuotationUnstarred(code.id, row.round_id, code.name, row.id, *place))


def _own(session: Session, access: RoundAccess, quotation_id: UUID) -> tuple[Quotation, Code]:
    row = session.scalar(sa.select(Quotation).where(Quotation.id == quotation_id).with_for_update(key_share=True))
    if row is None or row.round_id != access.round.id:
        raise no_such_thing()
    return row, session.get_one(Code, row.code_id)


def order(session: Session, access: Access, code_id: UUID, given: OrderIn) -> None:
    """Put the quotations of a code in an order: all that are shown of it today, each once."""
    mapped = mapping(session, access.project.id)
    there = {one.row.id: one.row for one in quotations(session, access, code_id)}
    if set(given.quotations) != there.keys() or len(given.quotations) != len(there):
        raise Stale("stale_quotations", "Somebody starred or unstarred a quotation in the meantime. Read them again.")
    hidden = session.scalar(
        sa.select(sa.func.max(Quotation.position)).where(
            Quotation.code_id.in_({row.code_id for row in there.values()}), sa.not_(visible(access, Quotation.round_id))
        )
    )
    for place, quotation in enumerate(given.quotations, start=(hidden or 0) + 1):
        there[quotation].position = place
    session.flush()
    name = mapped.codes[today(mapped, str(code_id))].name
    if there:
        access.log(session, events.QuotationsOrdered(code_id, name, given.quotations))
