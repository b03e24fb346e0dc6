"""What the desk of one disagreement shows: sides with their spans marked, choices of a span, rulings in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from intercoder.language import gettext
from intercoder.models import DisagreementState, RulingTag, StandingCoding
from intercoder.policy import OWN_WORK, Permission
from intercoder.reports.numbers import letters
from intercoder.services.access import RoundAccess
from intercoder.services.between_rulers import Said
from intercoder.services.cards import Card, Coded
from intercoder.services.codebook import Entry
from intercoder.services.lessons import Taught
from intercoder.services.rulings import Force
from intercoder.web.i18n import explain

#: entries of the list on the left, on each side of the one shown
REACH = 15
EXCERPT = 24


@dataclass(frozen=True)
class Piece:
    """A stretch of text; ``colour`` is None where the coder has nothing."""

    text: str
    colour: int | None


@dataclass(frozen=True)
class SideView:
    """One coder's work at the place."""

    number: int
    letter: str
    #: None while names are hidden
    name: str | None
    pieces: Sequence[Piece]
    codings: Sequence[Coded]
    memos: Sequence[str]
    missing: bool


def sides(card: Card) -> list[SideView]:
    """Return the coders side by side, as A, B, C."""
    letter_of = letters([str(side.coder_id) for side in card.sides])
    start = card.disagreement.start
    return [
        SideView(
            number,
            letter_of[str(side.coder_id)],
            side.name,
            pieces(card.around.text, start, side.codings),
            side.codings,
            [coding.memo for coding in side.codings if coding.memo],
            side.missing,
        )
        for number, side in enumerate(card.sides, 1)
    ]


def pieces(text: str, start: int, codings: Sequence[Coded]) -> list[Piece]:
    """Return a text, which begins at ``start``, cut where codings begin and end."""
    end = start + len(text)
    cuts = sorted({start, end, *(x for c in codings for x in (c.start, c.end) if start < x < end)})
    cut = []
    for left, right in pairwise(cuts):
        colours = [c.colour for c in codings if c.start < right and left < c.end]
        cut.append(Piece(text[left - start : right - start], colours[0] if colours else None))
    return cut


def excerpt(card: Card, start: int, end: int) -> str:
    """Return the words of a span, shortened in the middle."""
    whole = card.around.before + card.around.text + card.around.after
    first = card.around.start
    words = whole[max(start - first, 0) : max(end - first, 0)]
    return words if len(words) <= EXCERPT else f"{words[: EXCERPT // 2]}…{words[-EXCERPT // 2 :]}"


@dataclass(frozen=True)
class SpanChoice:
    """A span that a ruling can take, and whose it is."""

    start: int
    end: int
    label: str


def spans(card: Card, of_sides: Sequence[str]) -> list[SpanChoice]:
    """Return the spans to choose from: each coder's, what they share, everything they cover; last the whole sentences.

    A code that is added takes the first, which so always lies in the place.
    """
    whose: dict[tuple[int, int], list[str]] = {}
    for side, letter in zip(card.sides, of_sides, strict=True):
        for coding in side.codings:
            whose.setdefault((coding.start, coding.end), []).append(letter)
    named = {span: " ".join(dict.fromkeys(coders)) for span, coders in whose.items()}
    if whose:
        union = (min(s for s, _ in whose), max(e for _, e in whose))
        shared = (max(s for s, _ in whose), min(e for _, e in whose))
        named.setdefault(union, gettext("all they cover"))
        if shared[0] < shared[1]:
            named.setdefault(shared, gettext("what they share"))
    choices = sorted(named.items())
    if card.around.sentences not in named:
        choices.append((card.around.sentences, gettext("whole sentences")))
    return [SpanChoice(s, e, f"{label}: {excerpt(card, s, e)}") for (s, e), label in choices]


@dataclass(frozen=True)
class NamedCode:
    """A code that the desk names from its beginning."""

    id: UUID
    name: str
    colour: int


@dataclass(frozen=True)
class PageData:
    """The data island of the desk; see static/js/controllers/ruling.js."""

    #: where all codes that may stand come from, see ``ChoiceColumns``
    choices: str
    codes: Sequence[NamedCode]
    spans: Sequence[SpanChoice]
    #: number of a side → the codings that are taken with it
    takes: Mapping[str, Sequence[StandingCoding]]
    standing: Sequence[StandingCoding]


@dataclass(frozen=True)
class ChoiceColumns:
    """The codes to choose from by column, one place in each for a code; fetched when the list is opened."""

    id: Sequence[UUID]
    name: Sequence[str]
    colour: Sequence[int]
    #: what finds it besides its name
    search: Sequence[str]


def choice_columns(codes: Sequence[Entry]) -> ChoiceColumns:
    """Return codes by column."""
    return ChoiceColumns(
        [code.id for code in codes],
        [code.name for code in codes],
        [code.mark.hue for code in codes],
        [code.search for code in codes],
    )


def page_data(card: Card, shown: Sequence[SideView], said: Sequence[Said], choices: str) -> PageData:
    """Return what the browser works on; ``choices`` is the address of the codes to choose from."""
    in_force = next((made.ruling for made in card.rulings if made.force is Force.IN_FORCE), None)
    standing: Sequence[StandingCoding] = in_force.codings if in_force else ()
    if card.disagreement.state is DisagreementState.TWICE and said:
        standing = said[0].codings
    return PageData(
        choices=choices,
        codes=[NamedCode(code.id, code.name, code.mark.hue) for code in card.named.values()],
        spans=spans(card, [side.letter for side in shown]),
        takes={str(side.number): [StandingCoding(c.code, c.start, c.end) for c in side.codings] for side in shown},
        standing=standing,
    )


def own_work(access: RoundAccess) -> str | None:
    """Return why an adjudicator may not rule here though the round is being ruled; None for anybody else."""
    refusal = access.refusal(Permission.ADJUDICATE)
    return explain(refusal) if refusal is not None and refusal.code == OWN_WORK else None


@dataclass(frozen=True)
class Stands:
    """A coding that stands by a ruling, as it is read."""

    code: UUID
    name: str
    colour: int
    words: str


@dataclass(frozen=True)
class RulingView:
    """A ruling with its reason; ``ended`` when it was taken back or followed by another."""

    id: UUID
    force: Force
    reason: str
    tag: RulingTag | None
    by: str
    at: datetime
    ended: datetime | None
    codings: Sequence[Stands]
    by_coder: bool
    lessons: Sequence[Taught]


def rulings(card: Card, taught: Mapping[UUID, Sequence[Taught]]) -> list[RulingView]:
    """Return the rulings, latest first, with the names of the codes that stand and what each taught."""
    return [
        RulingView(
            made.ruling.id,
            made.force,
            made.ruling.reason,
            made.ruling.tag,
            made.name,
            made.ruling.created_at,
            made.ruling.ended_at,
            [
                Stands(c.code, card.named[c.code].name, card.named[c.code].mark.hue, excerpt(card, c.start, c.end))
                for c in made.ruling.codings
            ],
            made.by_coder,
            taught[made.ruling.id],
        )
        for made in card.rulings
    ]
