"""What a norming room shows in words: alpha before and after talking."""

from collections.abc import Sequence
from dataclasses import dataclass

from intercoder.language import gettext, ngettext
from intercoder.reports import numbers
from intercoder.services.normed import Before, RoomRead


@dataclass(frozen=True)
class NormedFigure:
    """One line: which votes, alpha, its interval, from how much, and what is to be said of it."""

    of: str
    value: str
    interval: str
    places: int
    voters: int
    remark: str


def before_sentence(one: Before) -> str:
    """Return whether the codings of a round came before a norming room showed its votes."""
    at = one.room.revealed_at
    day = at.date().isoformat() if at else ""
    if one.after == 0:
        return gettext(
            "Before norming: all codings of round {number} were submitted before the votes of the norming room “{name}” were shown on "
            "{day}; no figure of the round contains these votes.",
            number=one.round_number,
            name=one.room.name,
            day=day,
        )
    return ngettext(
        "Not all before norming: in round {number} {n} document was submitted by somebody of the norming room “{name}” after its votes "
        "were shown on {day}.",
        "Not all before norming: in round {number} {n} documents were submitted by people of the norming room “{name}” after its votes "
        "were shown on {day}.",
        one.after,
        number=one.round_number,
        name=one.room.name,
        day=day,
    )


def figures(read: RoomRead) -> Sequence[NormedFigure]:
    """Return alpha of each turn that was revealed, the one before talking first."""
    names = {1: gettext("Before talking"), 2: gettext("After talking")}
    return [
        NormedFigure(
            names[turn],
            numbers.number(one.value),
            numbers.ends(one.interval),
            one.n_pairable,
            one.coders,
            numbers.remark(one),
        )
        for turn, one in sorted(read.figures.items())
    ]
