"""What the coding page needs: the text in paragraphs with its speakers, and the data that the browser works on."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from intercoder.models import Anchor, AnchorKind, Assignment, CodebookPolicy, CodeState, Coding, Level, Unit
from intercoder.services.access import RoundAccess
from intercoder.services.codebook import Entry
from intercoder.text.anchors import Anchor as TextAnchor
from intercoder.text.pinyin import pinyin
from intercoder.text.units import paragraphs

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
    #: the speaker, where a turn begins; the time as h:mm:ss when it is known
    speaker: str
    time: str
    heading: bool


def blocks(text: str, anchors: Sequence[Anchor | TextAnchor]) -> list[Block]:
    """Return the paragraphs of a text; ``anchors`` are its turns and headings in the order of the text."""
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
                turn.label if turn is not None and first else "",
                clock(milliseconds) if milliseconds is not None else "",
                start in headings,
            )
        )
    return parts


def clock(milliseconds: int) -> str:
    """Return a time of a recording as h:mm:ss, without the hours when there are none."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


@dataclass(frozen=True)
class CodeData:
    """A code as the browser knows it."""

    id: UUID
    name: str
    level: Level
    parent: UUID | None
    colour: int
    definition: str
    #: what finds it besides its name
    search: str
    state: CodeState


@dataclass(frozen=True)
class CodingData:
    """A coding as the browser knows it; ``id`` is the coder's own key."""

    id: UUID
    code: UUID
    start: int
    end: int
    memo: str
    doubt: bool
    version: int


@dataclass(frozen=True)
class Addresses:
    """Where the browser sends what the coder does."""

    codings: str
    codes: str
    submit: str
    sign_in: str


@dataclass(frozen=True)
class PageData:
    """The data island of the page; see static/js/controllers/coding.js."""

    me: UUID
    round: UUID
    document: UUID
    title: str
    unit: Unit
    units: Sequence[tuple[int, int]]
    #: whether the coder makes labels or proposes them, and may at all
    in_vivo: str
    readonly: bool
    codes: Sequence[CodeData]
    codings: Sequence[CodingData]
    recent: Sequence[UUID]
    urls: Addresses


def page_data(
    access: RoundAccess,
    assignment: Assignment,
    text_units: Iterable[tuple[int, int]],
    codes: Iterable[Entry],
    codings: Sequence[Coding],
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
        codes=[
            CodeData(c.id, c.name, c.level, c.parent_id, c.colour, c.definition, pinyin(c.name), c.state) for c in codes
        ],
        codings=[CodingData(c.key, c.code_id, c.start, c.end, c.memo, c.doubt, c.version) for c in codings],
        recent=recent(codings),
        urls=Addresses(
            codings=f"{where}/documents/{document}/codings/",
            codes=f"{where}/codes/",
            submit=url_for("coder.submit", round=round_.id, document=document),
            sign_in=url_for("account.sign_in", next=url_for("coder.code", round=round_.id, document=document)),
        ),
    )


def recent(codings: Sequence[Coding]) -> list[UUID]:
    """Return the codes used last in the document, the latest first."""
    latest = sorted(codings, key=lambda c: c.changed_at, reverse=True)
    return list(dict.fromkeys(c.code_id for c in latest))[:RECENT]
