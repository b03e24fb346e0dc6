"""What the coding page needs: the text in paragraphs with its speakers, and the data that the browser works on."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import sub
from uuid import UUID

from flask import url_for

from intercoder.models import (
    Anchor,
    AnchorKind,
    Assignment,
    CodebookPolicy,
    CodeState,
    CodingContent,
    EmptyKind,
    Level,
    Unit,
)
from intercoder.services.access import RoundAccess
from intercoder.services.codebook import Entry
from intercoder.services.layer_history import CodingAct, History, UnitAct
from intercoder.services.layers import OwnCoding, worked_at
from intercoder.services.own_labels import OwnAct, OwnLabel
from intercoder.stats.marks import Mark
from intercoder.text.anchors import Anchor as TextAnchor
from intercoder.text.units import Units, paragraphs
from intercoder.web.coder.signs import identifiers, signs

RECENT = 9
#: what becomes of a coder's own label
IN_VIVO = {CodebookPolicy.FROZEN: "no", CodebookPolicy.PROPOSALS: "propose", CodebookPolicy.OPEN: "create"}


@dataclass(frozen=True)
class Block:
    """One paragraph: its place in the canonical text, its words, and what stands in the margin."""

    start: int
    length: int
    text: str
    number: int
    #: how much at its beginning says who speaks: no words of the text (code points)
    mark: int
    #: the speaker, where a turn begins; the time as h:mm:ss when it is known
    speaker: str
    time: str
    heading: bool


def blocks(text: str, anchors: Sequence[Anchor | TextAnchor]) -> list[Block]:
    """Return the paragraphs of a text; ``anchors`` are its turns and headings in the order of the text."""
    from intercoder.text.transcripts import mark_length  # a start reads no transcript

    turns = [a for a in anchors if a.kind is AnchorKind.TURN]
    starts = [t.start for t in turns]
    headings = {a.start for a in anchors if a.kind is AnchorKind.HEADING}
    named: set[int] = set()
    parts = []
    for number, (start, end) in enumerate(paragraphs(text), 1):
        # A turn begins on the line that names the speaker, whichever blanks stand before it.
        at = bisect_right(starts, end - 1) - 1
        turn = turns[at] if at >= 0 and turns[at].end > start else None
        first = turn is not None and at not in named
        named.add(at)
        milliseconds = turn.data.get("time_ms") if turn is not None and first else None
        assert milliseconds is None or isinstance(milliseconds, int)  # of a turn it is a time
        parts.append(
            Block(
                start,
                end - start,
                text[start:end],
                number,
                mark_length(text[start:end]) if first else 0,
                turn.label if turn is not None and first else "",
                clock(milliseconds) if milliseconds is not None else "",
                start in headings,
            )
        )
    return parts


@dataclass(frozen=True)
class TextColumns:
    """The paragraphs of a text by column: where each begins, its words."""

    starts: list[int]
    texts: list[str]


def text_columns(text: str) -> TextColumns:
    """Return the paragraphs of a text, as the page has them."""
    spans = list(paragraphs(text))
    return TextColumns([start for start, _ in spans], [text[start:end] for start, end in spans])


def clock(milliseconds: int) -> str:
    """Return a time of a recording as h:mm:ss, without the hours when there are none."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


@dataclass(frozen=True)
class Addresses:
    """Where the browser sends what the coder does."""

    codings: str
    codes: str
    own: str
    acts: str
    proposals: str
    empty_units: str
    memo: str
    active: str
    submit: str
    sign_in: str


@dataclass(frozen=True)
class PageData:
    """The data island of the page; see static/js/controllers/coding.js. Codes and codings are resources beside it."""

    me: UUID
    round: UUID
    document: UUID
    title: str
    unit: Unit
    units: Sequence[tuple[int, int]]
    #: whether the coder makes labels or proposes them, and may at all
    in_vivo: str
    readonly: bool
    urls: Addresses


def page_data(
    access: RoundAccess,
    assignment: Assignment,
    text_units: Iterable[tuple[int, int]],
    *,
    title: str,
    readonly: bool,
) -> PageData:
    """Return what the browser works on."""
    round_ = access.round
    where = f"/api/v1/rounds/{round_.id}"
    document = assignment.document_id
    return PageData(
        me=access.actor.id,
        round=round_.id,
        document=document,
        title=title,
        unit=round_.unit,
        units=list(text_units),
        in_vivo=IN_VIVO[round_.policy],
        readonly=readonly,
        urls=Addresses(
            codings=f"{where}/documents/{document}/codings/",
            codes=f"{where}/codes/",
            own=f"{where}/own-codes/",
            acts=f"{where}/own-acts/",
            proposals=f"{where}/own-proposals",
            empty_units=f"{where}/documents/{document}/empty-units",
            memo=f"{where}/documents/{document}/memo",
            active=f"{where}/documents/{document}/active-minutes",
            submit=url_for("coder.submit", round=round_.id, document=document),
            sign_in=url_for("account.sign_in", next=url_for("coder.code", round=round_.id, document=document)),
        ),
    )


@dataclass(frozen=True)
class CodeColumns:
    """The codes of the page by column, one place in each for a code; see static/js/coding/columns.js."""

    #: by which the page knows them (``identifiers``)
    ids: str
    name: Sequence[str]
    level: Sequence[Level]
    #: the place of the code above it; -1 for none
    parent: Sequence[int]
    #: how each is marked: [hue, step, shape, hollow], with -1 where there is none; a label of one's own is ``PRIVATE``
    mark: Sequence[tuple[int, int, int, int]]
    definition: Sequence[str]
    #: place → what its card says besides, for those that have it
    include: Mapping[int, str]
    exclude: Mapping[int, str]
    example: Mapping[int, str]
    near_miss: Mapping[int, str]
    #: what finds it besides its name
    search: Sequence[str]
    state: Sequence[CodeState]
    revision: Sequence[int]
    #: the place of the code as which a merged one counts; -1 for none
    into: Sequence[int]


def code_columns(codes: Sequence[Entry]) -> CodeColumns:
    """Return codes by column."""
    places = {c.id: place for place, c in enumerate(codes)}
    return CodeColumns(
        ids=identifiers([c.id for c in codes]),
        name=[c.name for c in codes],
        level=[c.level for c in codes],
        parent=[-1 if c.parent_id is None else places.get(c.parent_id, -1) for c in codes],
        mark=[_plain(c.mark) for c in codes],
        definition=[c.definition for c in codes],
        include={place: c.include for place, c in enumerate(codes) if c.include},
        exclude={place: c.exclude for place, c in enumerate(codes) if c.exclude},
        example={place: c.example for place, c in enumerate(codes) if c.example},
        near_miss={place: c.near_miss for place, c in enumerate(codes) if c.near_miss},
        search=[c.search for c in codes],
        state=[c.state for c in codes],
        revision=[c.revision for c in codes],
        into=[-1 if c.into_id is None else places.get(c.into_id, -1) for c in codes],
    )


@dataclass(frozen=True)
class OwnWork:
    """What the panel of own labels shows beside what the page knows; see static/js/coding/own.js."""

    #: label → codings in other documents of the round that count as it
    elsewhere: Mapping[UUID, int]
    #: labels that the lead has placed
    placed: Sequence[UUID]
    #: the last act that is in force; None where there is none
    act: UUID | None

    @classmethod
    def of(cls, labels: Sequence[OwnLabel], acts: Sequence[OwnAct]) -> "OwnWork":
        """Return what is shown of these labels and acts."""
        return cls(
            elsewhere={label.id: label.uses for label in labels if label.uses},
            placed=[label.id for label in labels if label.placed],
            act=next((act.id for act in acts if not act.undone), None),
        )


@dataclass(frozen=True)
class EarlierAct:
    """An act that can be taken back: on the coding ``id``, or on the unit that begins at ``start``; at, in ms.

    What has the same ``together`` was one act.
    """

    at: int
    id: UUID | None
    start: int | None
    before: CodingContent | EmptyKind | None
    after: CodingContent | EmptyKind | None
    together: UUID | None


@dataclass(frozen=True)
class DeletedCoding:
    """A coding that one of the acts deleted, as it may come back."""

    id: UUID
    version: int
    code: UUID
    start: int
    end: int
    memo: str
    doubt: int
    typical: bool


@dataclass(frozen=True)
class Earlier:
    """What a coder did before this page, in the order of doing; see static/js/coding/earlier.js."""

    acts: Sequence[EarlierAct]
    deleted: Sequence[DeletedCoding]

    @classmethod
    def of(cls, history: History) -> "Earlier":
        """Return what the browser takes up of a history."""
        return cls(
            [
                EarlierAct(
                    int(one.act.at.timestamp() * 1000),
                    one.key if isinstance(one, CodingAct) else None,
                    one.start if isinstance(one, UnitAct) else None,
                    one.act.before,
                    one.act.after,
                    one.act.together,
                )
                for one in history.acts
            ],
            [
                DeletedCoding(c.key, c.version, c.code_id, c.start, c.end, c.memo, c.doubt, c.typical)
                for c in history.deleted
            ],
        )


def _plain(mark: Mark) -> tuple[int, int, int, int]:
    def place(value: int | None) -> int:
        return -1 if value is None else value

    return mark.hue, place(mark.step), place(mark.shape), -1 if mark.private else int(mark.hollow)


#: digits of a key that the codings of one page have in common; the others count them (static/js/lib/keys.js)
COMMON = 24


@dataclass(frozen=True)
class LayerColumns:
    """The codings of a layer by column, in the order of the text; see static/js/coding/columns.js.

    What every coding has is a column of characters (``signs``): as digits they are half as long again where they are compressed.
    """

    me: UUID
    #: the codes that were applied (``identifiers``), and of each coding the place of its code there
    codes: str
    code: str
    #: how much later each begins than the one before it, and how long it is
    start: str
    length: str
    #: the beginnings of keys, of each coding the place of its key's there, and how much larger its number is than the last
    keys: Sequence[str]
    key: str
    number: str
    #: what few codings have, by the place of the coding
    memos: Mapping[int, str]
    doubts: Mapping[int, int]
    typical: Sequence[int]
    versions: Mapping[int, int]
    recent: Sequence[UUID]
    #: where the coding begins that was changed last, and when (milliseconds); None without codings
    worked: tuple[int, int] | None
    #: units of which the coder said that no code applies, and that were skipped: how much later each begins than the last
    no_code: Sequence[int]
    skipped: Sequence[int]
    #: the coder's memo on the document
    memo: str


def layer_columns(me: UUID, codings: Sequence[OwnCoding], said: Mapping[int, EmptyKind], memo: str) -> LayerColumns:
    """Return a layer by column; ``said``: what the coder said of units, by where they begin."""
    columns = list(zip(*codings, strict=True)) or [()] * len(OwnCoding._fields)
    key, code, start, end, memos, doubts, typical, versions, changed = columns
    codes: dict[UUID, int] = {}
    keys: dict[str, int] = {}
    numbers = [int(k[COMMON:], 16) for k in key]
    places = [codes.setdefault(c, len(codes)) for c in code]
    return LayerColumns(
        me=me,
        code=signs(places),
        codes=identifiers(list(codes)),
        start=signs(_steps(start)),
        length=signs(list(map(sub, end, start))),
        key=signs([keys.setdefault(k[:COMMON], len(keys)) for k in key]),
        keys=list(keys),
        number=signs([2 * n if n >= 0 else -2 * n - 1 for n in _steps(numbers)]),
        memos={place: words for place, words in enumerate(memos) if words},
        doubts={place: doubt for place, doubt in enumerate(doubts) if doubt},
        typical=[place for place, starred in enumerate(typical) if starred],
        versions={place: version for place, version in enumerate(versions) if version != 1},
        recent=_used_last(list(codes), places, changed),
        worked=(last.start, int(last.at.timestamp() * 1000)) if (last := worked_at(codings)) else None,
        no_code=_steps(sorted(start for start, kind in said.items() if kind is EmptyKind.NO_CODE)),
        skipped=_steps(sorted(start for start, kind in said.items() if kind is EmptyKind.SKIPPED)),
        memo=memo,
    )


def _used_last(codes: Sequence[UUID], places: Sequence[int], changed: Sequence[str]) -> list[UUID]:
    """Return the codes that were applied last, the latest first; those of one moment in the order of their identifiers."""
    latest: dict[int, str] = {}
    for place, at in zip(places, changed, strict=True):
        if latest.get(place, at) <= at:
            latest[place] = at
    in_order = sorted(sorted(latest, key=codes.__getitem__), key=latest.__getitem__, reverse=True)
    return [codes[place] for place in in_order[:RECENT]]


@dataclass(frozen=True)
class UnitColumns:
    """The units of a text by column: how much later each begins than the one before it, and how long it is."""

    start: Sequence[int]
    length: Sequence[int]


def unit_columns(units: Units) -> UnitColumns:
    """Return units by column."""
    return UnitColumns(_steps([start for start, _ in units]), [end - start for start, end in units])


def _steps(values: Sequence[int]) -> list[int]:
    """Return how much larger each value is than the one before it; the first than 0."""
    return [value - before for before, value in zip((0, *values), values, strict=False)]
