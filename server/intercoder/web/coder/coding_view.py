"""What the coding page needs: the text in paragraphs with its speakers, and the data that the browser works on."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from intercoder.models import CodebookPolicy
from intercoder.services.access import RoundAccess
from intercoder.text.units import paragraphs
from intercoder.web.pinyin import pinyin

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


def blocks(text: str, anchors: Sequence[Any]) -> list[Block]:
    """Return the paragraphs of a text; ``anchors`` are its turns and headings in the order of the text."""
    turns = [a for a in anchors if a.kind == "turn"]
    starts = [t.start for t in turns]
    headings = {a.start for a in anchors if a.kind == "heading"}
    named: set[int] = set()
    found = []
    for number, (start, end) in enumerate(paragraphs(text), 1):
        # A turn begins on the line that names the speaker, whichever blanks stand before it.
        at = bisect_right(starts, end - 1) - 1
        turn = turns[at] if at >= 0 and turns[at].end > start else None
        first = turn is not None and at not in named
        named.add(at)
        milliseconds = turn.data.get("time_ms") if turn is not None and first else None
        found.append(
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
    return found


def clock(milliseconds: int) -> str:
    """Return a time of a recording as h:mm:ss, without the hours when there are none."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def page_data(
    access: RoundAccess,
    assignment: Any,
    text_units: Iterable[tuple[int, int]],
    codes: Iterable[Any],
    codings: Sequence[Any],
    *,
    title: str,
    readonly: bool,
) -> dict[str, Any]:
    """Return the data island of the page; see static/js/controllers/coding.js."""
    round_ = access.round
    assert round_ is not None
    where = f"/api/v1/rounds/{round_.id}"
    back = url_for("coder.code", round=round_.id, document=assignment.document_id)
    return {
        "me": access.actor.id,
        "round": round_.id,
        "document": assignment.document_id,
        "title": title,
        "unit": round_.unit,
        "units": list(text_units),
        "in_vivo": IN_VIVO[round_.policy],
        "readonly": readonly,
        "codes": [
            {
                "id": c.id,
                "name": c.name,
                "level": c.level.value,
                "parent": c.parent_id,
                "colour": c.colour,
                "definition": c.definition,
                "search": pinyin(c.name),
                "state": c.state,
            }
            for c in codes
        ],
        "codings": [
            {
                "id": c.key,
                "code": c.code_id,
                "start": c.start,
                "end": c.end,
                "memo": c.memo,
                "doubt": c.doubt,
                "version": c.version,
            }
            for c in codings
        ],
        "recent": recent(codings),
        "urls": {
            "codings": f"{where}/documents/{assignment.document_id}/codings/",
            "codes": f"{where}/codes/",
            "submit": url_for("coder.submit", round=round_.id, document=assignment.document_id),
            "sign_in": url_for("account.sign_in", next=back),
        },
    }


def recent(codings: Sequence[Any]) -> list[Any]:
    """Return the codes used last in the document, the latest first."""
    latest = sorted(codings, key=lambda c: c.changed_at, reverse=True)
    return list(dict.fromkeys(c.code_id for c in latest))[:RECENT]
