"""How often each code is used today: its passages, and in how many cases and documents and by how many coders they are."""

import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, Case, Coding, Document, Incidence, Round, RoundState
from intercoder.models.base import dashed, unread
from intercoder.services.access import Access, answers_hidden
from intercoder.services.counting import COMPARED, by_code, of_codes, of_study, seen, tries_coders
from intercoder.services.mapping import Mapped

_CODES = struct.Struct("16s")
_ROWS = Incidence.metadata.tables[Incidence.__tablename__].c


class Use(NamedTuple):
    """What a code has, with all that lies below it: how many passages, in how many cases and documents, by how many coders.

    ``primary``: how many of the documents are primary sources.
    """

    passages: int = 0
    cases: int = 0
    documents: int = 0
    coders: int = 0
    #: which of the cases of the project, in their order: the bit 1 << n stands for the case n
    seen_in: int = 0
    primary: int = 0


@dataclass
class _Sets:
    """Numbers the cases, documents and coders of a project: a set of each is one whole number for all three together."""

    bits: dict[tuple[str, str], int] = field(default_factory=dict)
    masks: dict[str, int] = field(default_factory=lambda: {"case": 0, "document": 0, "primary": 0, "coder": 0})

    def bit(self, kind: str, name: str) -> int:
        """Return the bit of a thing."""
        known = self.bits.get((kind, name))
        if known is None:
            known = self.bits[kind, name] = 1 << len(self.bits)
            self.masks[kind] |= known
        return known

    def document(self, name: str, *, primary: bool) -> int:
        """Return the bit of a document, by which primary ones are counted too."""
        bit = self.bit("document", name)
        if primary:
            self.masks["primary"] |= bit
        return bit

    def count(self, kind: str, members: int) -> int:
        """Return how many things of a kind are in a set."""
        return (members & self.masks[kind]).bit_count()


@dataclass
class _Counted:
    """Passages and places of each code as what it counts as, before they are lifted to the codes above."""

    passages: Counter[str] = field(default_factory=Counter)
    places: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, many: int, place: int) -> None:
        """Count so many passages of a code at a place."""
        self.passages[code] += many
        self.places[code] = self.places.get(code, 0) | place


def use(session: Session, access: Access, mapped: Mapped) -> Mapping[str, Use]:
    """Return how often each code of the tree is used today, by what its codings and those below it count as.

    Of compared rounds; of an open one own work; tries of coders left out. Codes that nobody uses are not in it. Counted anew each time: from the
    codes that submitted layers hold, and a count of codings by code. O(layers x codes in them), four statements and one
    more where a code is split.
    """
    sets, counted = _Sets(), _Counted()
    cases = session.scalars(
        sa.select(unread(Case.id)).where(Case.project_id == access.project.id).order_by(Case.position, Case.id)
    ).all()
    for case in cases:
        sets.bit("case", case)
    single, settled = mapped.map.by_passage, mapped.map.settled
    ends = {bytes.fromhex(c.replace("-", "")): settled.get(c, c) for c in mapped.codes if c not in single}
    for code, many in by_code(session, access):
        if code not in single:
            counted.passages[settled.get(code, code)] += many
    at = _layers(session, access, sets)
    held = counted.places
    for assignment, codes in _held(session, access):
        place = at[dashed(assignment)]
        for (code,) in _CODES.iter_unpack(codes):
            end = ends.get(code)
            if end is not None:
                held[end] = held.get(end, 0) | place
    if single:
        for coding in of_codes(session, mapped, single, seen(access)):
            counted.add(coding.counts.code, 1, at[coding.assignment])
    return _lifted(mapped, counted, sets, len(cases))


def _layers(session: Session, access: Access, sets: _Sets) -> dict[str, int]:
    """Return the place of each assignment that is seen: its case, document and coder."""
    rows = session.execute(
        sa.select(
            unread(Assignment.id),
            unread(Document.case_id),
            unread(Assignment.document_id),
            unread(Assignment.coder_id),
            Document.is_primary,
        )
        .join(Document, Document.id == Assignment.document_id)
        .where(Assignment.project_id == access.project.id, seen(access))
    )
    return {
        dashed(assignment): (sets.bit("case", case) if case else 0)
        | sets.document(document, primary=primary)
        | sets.bit("coder", coder)
        for assignment, case, document, coder, primary in rows
    }


def _held(session: Session, access: Access) -> Iterator[tuple[str | UUID, bytes]]:
    """Yield the codes that each layer holds that is seen, 16 bytes each: kept ones of submitted layers, counted ones of own work."""
    rounds = sa.select(Round.id).where(Round.project_id == access.project.id)
    submitted = session.execute(
        sa.select(unread(_ROWS.assignment_id), _ROWS.codes).where(
            _ROWS.round_id.in_(rounds.where(Round.state.in_(COMPARED))),
            _ROWS.round_id.not_in(answers_hidden(access.project.id, access.actor.id)),
            _ROWS.round_id.not_in(tries_coders(access)),
        )
    )
    for assignment, codes in submitted:
        yield assignment, codes
    own = session.execute(
        sa.select(unread(Coding.assignment_id), Coding.code_id)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(
            Assignment.coder_id == access.actor.id,
            Assignment.round_id.in_(rounds.where(Round.state == RoundState.OPEN)),
            Coding.deleted_at.is_(None),
            of_study(access),
        )
        .distinct()
    )
    for assignment, code in own:
        yield assignment, code.bytes


def _lifted(mapped: Mapped, counted: _Counted, sets: _Sets, cases: int) -> dict[str, Use]:
    """Return the use of each code with that of all codes below it."""
    whole = _Counted()
    parents = mapped.tree.parents
    for code, place in counted.places.items():
        many = counted.passages[code]
        above: str | None = code
        while above is not None:
            whole.add(above, many, place)
            above = parents.get(above)
    return {
        code: Use(
            whole.passages[code],
            sets.count("case", place),
            sets.count("document", place),
            sets.count("coder", place),
            # Cases were numbered first.
            place & (1 << cases) - 1,
            sets.count("primary", place),
        )
        for code, place in whole.places.items()
    }
