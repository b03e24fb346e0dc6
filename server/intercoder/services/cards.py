"""Everything that an adjudicator needs to decide one disagreement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import CodeState, Coding, Disagreement, DisagreementState, Revision, Ruling, User
from intercoder.services.access import RoundAccess, coded
from intercoder.services.codebook import Entry
from intercoder.services.disagreements import SideCoding, get_disagreement, sides_of
from intercoder.services.mapping import mapping
from intercoder.services.masks import hidden, seated
from intercoder.services.missing_units import NONE_MISSING
from intercoder.services.rulings import Force, force
from intercoder.services.submitted import missing_units_of, round_codebook
from intercoder.stats.marks import GREY
from intercoder.text.units import sentences

#: characters on each side of a place in which whole sentences are looked for
CONTEXT = 400


#: beyond it begin scripts that write words without blanks (Han, kana, ...)
SPACED = "\u2e7f"


@dataclass(frozen=True)
class Coded:
    """A coding at the place of a disagreement: what was applied where, and what its coder noted."""

    code: UUID
    start: int
    end: int
    name: str
    colour: int
    memo: str
    #: its degree; 0 for none
    doubt: int


@dataclass(frozen=True)
class Side:
    """What one coder has at the place of a disagreement; no codings when the coder left it uncoded."""

    coder_id: UUID
    #: None while names are hidden
    name: str | None
    codings: Sequence[Coded]
    #: whether the coder skipped the place or did not look at it: that says nothing of its codes
    missing: bool = False


@dataclass(frozen=True)
class RulingMade:
    """A ruling, who made it, and whether that person had coded the document in this round."""

    ruling: Ruling
    force: Force
    name: str
    by_coder: bool


@dataclass(frozen=True)
class Around:
    """The words of a place with the whole sentences that it touches, the one before and the one after them.

    Of a sentence that reaches further than ``CONTEXT`` only so much, never cut in a word.
    """

    #: offset of the first character of ``before``
    start: int
    before: str
    text: str
    after: str
    #: of the sentences that the place touches: start, end
    sentences: tuple[int, int]
    #: whether the document goes on
    more: bool


@dataclass(frozen=True)
class Card:
    """A disagreement as the adjudicator sees it."""

    disagreement: Disagreement
    around: Around
    sides: Sequence[Side]
    #: the same as they are kept, in the order of the text
    codings: Sequence[SideCoding]
    #: definitions of the codes that the coders used or that ever stood here
    codes: Sequence[Entry]
    rulings: Sequence[RulingMade]
    #: the codes that the coders used or that ever stood here
    named: Mapping[UUID, Entry]


def card(session: Session, access: RoundAccess, disagreement_id: UUID) -> Card:
    """Return everything an adjudicator needs to decide."""
    d = get_disagreement(session, access, disagreement_id)
    sides = sides_of(session, [d])[d.id]
    # Own ones alone where a second is to be blind.
    wanted = _rulings_at(own=d.state is DisagreementState.TWICE)
    here = {"place": d.id, "round": d.round_id, "document": d.document_id, "person": access.actor.id}
    rulings = session.execute(wanted, here).all()
    used = {side.code for side in sides} | {coding.code for ruling, _, _ in rulings for coding in ruling.codings}
    named = {entry.id: entry for entry in round_codebook(session, access.round) if entry.id in used}
    return Card(
        d,
        around(session, d),
        _sides(session, access, d, sides, named),
        sides,
        [*named.values()],
        [RulingMade(ruling, force(ruling, d), name, bool(own)) for ruling, name, own in rulings],
        named,
    )


@cache
def _rulings_at(*, own: bool) -> sa.Select[Ruling, str, bool]:
    """Return the query of the rulings at a place, latest first, and of who made them; built once."""
    round_, document = (sa.bindparam(name, type_=sa.Uuid()) for name in ("round", "document"))
    wanted = (
        sa.select(Ruling, User.name, coded(round_, document, Ruling.adjudicator_id).correlate(Ruling))
        .join(User, User.id == Ruling.adjudicator_id)
        .where(Ruling.disagreement_id == sa.bindparam("place"))
        .order_by(Ruling.created_at.desc(), Ruling.id.desc())
    )
    return wanted.where(Ruling.adjudicator_id == sa.bindparam("person")) if own else wanted


@cache
def _window() -> sa.Select[str, int]:
    """Return the query of a part of a text, and of how long all of it is; built once."""
    first, many = (sa.bindparam(name, type_=sa.Integer()) for name in ("first", "many"))
    wanted = sa.select(sa.func.substr(Revision.text, first + 1, many), Revision.length)
    return wanted.where(Revision.id == sa.bindparam("revision"))


def _read(session: Session, d: Disagreement, reach: int) -> tuple[int, str, int]:
    """Return where the words begin that are within reach of a place, these words, and the length of the text."""
    first = max(0, d.start - reach)
    part = {"revision": d.revision_id, "first": first, "many": d.end + reach - first}
    window, length = session.execute(_window(), part).one()
    return first, window, length


def around(session: Session, d: Disagreement) -> Around:
    """Return the words of a place with whole sentences around them."""
    first, window, length = _read(session, d, CONTEXT)
    last = first + len(window)
    cut = [(first + start, first + end) for start, end in sentences(window)]
    touched = [(start, end) for start, end in cut if start < d.end and end > d.start]
    whole = min([d.start, *(start for start, _ in touched)]), max([d.end, *(end for _, end in touched)])
    low = max((start for start, end in cut if end <= whole[0]), default=whole[0])
    high = min((end for start, end in cut if start >= whole[1]), default=whole[1])
    # Where the window cuts a sentence, what is shown begins and ends between words.
    if low == first and first > 0:
        low += _whole_word(window[: d.start - first])
    if high == last and last < length:
        high -= _whole_word(window[d.end - first :][::-1])
    return Around(
        low,
        window[low - first : d.start - first],
        window[d.start - first : d.end - first],
        window[d.end - first : high - first],
        (max(whole[0], low), min(whole[1], high)),
        more=high < length,
    )


@dataclass(frozen=True)
class Expanded:
    """The words of a place with more of its document before and after them, never cut in a word."""

    document: str
    before: str
    text: str
    after: str
    #: whether the document goes on in either direction
    more_before: bool
    more_after: bool


def expanded(session: Session, access: RoundAccess, disagreement_id: UUID, reach: int) -> Expanded:
    """Return the words of a place with up to ``reach`` characters of its document on each side."""
    d = get_disagreement(session, access, disagreement_id)
    first, window, length = _read(session, d, reach)
    before, text, after = window[: d.start - first], window[d.start - first : d.end - first], window[d.end - first :]
    more_before, more_after = first > 0, d.end + len(after) < length
    if more_before:
        before = before[_whole_word(before) :]
    if more_after:
        after = after[: len(after) - _whole_word(after[::-1])]
    return Expanded(d.document.title, before, text, after, more_before, more_after)


def _whole_word(text: str) -> int:
    """Return how many characters at the beginning of a text belong to a word that may be cut; 0 when it has no end.

    Scripts that write words without blanks between them may be cut anywhere.
    """
    return next((i for i, sign in enumerate(text) if not sign.isalnum() or sign > SPACED), 0)


@dataclass(frozen=True)
class Choices:
    """The codes that a new ruling may let stand; ``then`` differs as soon as they or their looks do."""

    codes: Sequence[Entry]
    then: tuple[object, ...]


def choices(session: Session, access: RoundAccess) -> Choices:
    """Return the codes of the round that codings count as today: neither merged nor split ones."""
    round_, entries = access.round, round_codebook(session, access.round)
    today = mapping(session, round_.project_id).codes
    codes = [entry for entry in entries if today[str(entry.id)].state not in {CodeState.MERGED, CodeState.SPLIT}]
    # What is pinned never changes; of the others each change raises the revision.
    made = tuple((str(entry.id), entry.revision) for entry in entries if entry.revision)
    return Choices(codes, (round_.version_id, made, b"".join(code.id.bytes for code in codes)))


@cache
def _names() -> sa.Select[UUID, str]:
    """Return the query of what people are called, built once."""
    return sa.select(User.id, User.name).where(User.id.in_(sa.bindparam("people", expanding=True)))


@cache
def _noted() -> sa.Select[UUID, UUID, str, int]:
    """Return the query of what coders noted at some codings, where they noted anything; built once."""
    keys, people = (sa.bindparam(name, expanding=True, type_=sa.Uuid()) for name in ("keys", "people"))
    wanted = sa.select(Coding.coder_id, Coding.key, Coding.memo, Coding.doubt)
    anything = (Coding.memo != "") | (Coding.doubt > 0)
    return wanted.where(Coding.key.in_(keys), Coding.coder_id.in_(people), anything)


def _sides(
    session: Session, access: RoundAccess, d: Disagreement, sides: Sequence[SideCoding], entries: Mapping[UUID, Entry]
) -> list[Side]:
    names = dict(session.execute(_names(), {"people": d.coders}).all())
    keys = {"keys": [side.key for side in sides], "people": d.coders}
    notes = {(coder, key): (memo, doubt) for coder, key, memo, doubt in session.execute(_noted(), keys)}

    def coded(side: SideCoding) -> Coded:
        code = entries.get(side.code)
        memo, degree = notes.get((side.coder, side.key), ("", 0))
        return Coded(
            side.code,
            side.start,
            side.end,
            name=code.name if code else str(side.code),
            colour=code.mark.hue if code else GREY,
            memo=memo,
            # Whether there was a doubt is of the time of the comparison, its degree of today: a layer is locked meanwhile.
            doubt=max(1, degree) if side.doubt else 0,
        )

    masked = hidden(access)
    units = missing_units_of(session, access.round, [d.document_id])
    made = []
    for coder in seated(access, d.document_id, d.coders):
        codings = [coded(s) for s in sides if s.coder == coder]
        missing = not codings and units.get((d.document_id, coder), NONE_MISSING).covers(d.start, d.end)
        made.append(Side(coder, None if masked else names[coder], codings, missing))
    return made
