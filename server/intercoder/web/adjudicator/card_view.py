"""What the desk of one disagreement shows: sides with their spans marked, choices of a span, rulings in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from intercoder.language import gettext
from intercoder.reports.numbers import letters
from intercoder.services.adjudication import Card
from intercoder.web.pinyin import pinyin

#: entries of the list on the left, on each side of the one shown
WINDOW = 25
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
    name: str
    pieces: Sequence[Piece]
    codings: Sequence[Mapping[str, Any]]
    memos: Sequence[str]


def sides(card: Card) -> list[SideView]:
    """Return the coders side by side, as A, B, C."""
    d = card.disagreement
    found = []
    letter_of = letters([str(side.coder_id) for side in card.sides])
    for number, side in enumerate(card.sides, 1):
        memos = [c["memo"] for c in side.codings if c["memo"]]
        letter = letter_of[str(side.coder_id)]
        found.append(SideView(number, letter, side.name, pieces(card.text, d.start, side.codings), side.codings, memos))
    return found


def pieces(text: str, start: int, codings: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """Return a text, which begins at ``start``, cut where codings begin and end."""
    end = start + len(text)
    cuts = sorted({start, end, *(x for c in codings for x in (c["start"], c["end"]) if start < x < end)})
    found = []
    for left, right in pairwise(cuts):
        over = [c["colour"] for c in codings if c["start"] < right and left < c["end"]]
        found.append(Piece(text[left - start : right - start], over[0] if over else None))
    return found


def excerpt(card: Card, start: int, end: int) -> str:
    """Return the words of a span, shortened in the middle."""
    whole = card.before + card.text + card.after
    first = card.context_start
    words = whole[max(start - first, 0) : max(end - first, 0)]
    return words if len(words) <= EXCERPT else f"{words[: EXCERPT // 2]}…{words[-EXCERPT // 2 :]}"


def spans(card: Card, letter_of: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the spans to choose from: each coder's, what they share, and everything they cover."""
    whose: dict[tuple[int, int], list[str]] = {}
    for side in card.sides:
        for c in side.codings:
            whose.setdefault((c["start"], c["end"]), []).append(letter_of[side.name])
    named = {span: " ".join(dict.fromkeys(coders)) for span, coders in whose.items()}
    if whose:
        union = (min(s for s, _ in whose), max(e for _, e in whose))
        shared = (max(s for s, _ in whose), min(e for _, e in whose))
        named.setdefault(union, gettext("all they cover"))
        if shared[0] < shared[1]:
            named.setdefault(shared, gettext("what they share"))
    return [
        {"start": s, "end": e, "label": f"{label}: {excerpt(card, s, e)}"} for (s, e), label in sorted(named.items())
    ]


def page_data(card: Card, shown: Sequence[SideView], codes: Sequence[Any]) -> dict[str, Any]:
    """Return the data island of the desk; see static/js/controllers/ruling.js."""
    in_force = next((r for r, _ in card.rulings if r.ended_at is None), None)
    return {
        "codes": [{"id": str(c.id), "name": c.name, "colour": c.colour} for c in codes],
        "spans": spans(card, {s.name: s.letter for s in shown}),
        "takes": {
            str(s.number): [{"code": c["code"], "start": c["start"], "end": c["end"]} for c in s.codings] for s in shown
        },
        "standing": in_force.codings if in_force else [],
    }


def searchable(codes: Sequence[Any]) -> list[tuple[Any, str]]:
    """Return the codes with what finds them besides their name."""
    return [(c, pinyin(c.name)) for c in codes]


def rulings(card: Card, codes: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the rulings, latest first, with the names of the codes that stand."""
    by_id = {str(c.id): c for c in codes}
    return [
        {
            "reason": r.reason,
            "by": name,
            "at": r.created_at,
            "ended": r.ended_at,
            "codings": [
                {
                    "name": by_id[c["code"]].name,
                    "colour": by_id[c["code"]].colour,
                    "words": excerpt(card, c["start"], c["end"]),
                }
                for c in r.codings
            ],
        }
        for r, name in card.rulings
    ]


def window(found: Sequence[Any], current: UUID) -> tuple[Sequence[Any], int]:
    """Return the neighbourhood of the one shown in a long list, and the place of its first entry from 0."""
    at = next((i for i, d in enumerate(found) if d.id == current), 0)
    first = max(0, min(at - WINDOW, len(found) - 2 * WINDOW - 1))
    return found[first : first + 2 * WINDOW + 1], first


def next_open(found: Sequence[Any], current: UUID) -> UUID | None:
    """Return the next disagreement that waits for a ruling, after the one shown or else from the top."""
    at = next((i + 1 for i, d in enumerate(found) if d.id == current), 0)
    return next((d.id for d in [*found[at:], *found[:at]] if d.state == "open" and d.id != current), None)
