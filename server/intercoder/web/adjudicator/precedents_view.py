"""What the desk does with precedents: say one once more, and say when a ruling is unlike all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from intercoder.models import RulingTag, StandingCoding
from intercoder.services.precedents import AsVoted, Outcome, Precedents


@dataclass(frozen=True)
class Again:
    """What would stand here if a precedent were followed, and its reason."""

    rows: Sequence[StandingCoding]
    names: Sequence[str]
    reason: str
    tag: RulingTag | None


@dataclass(frozen=True)
class PrecedentData:
    """The data island of the precedents; see static/js/controllers/precedents.js."""

    #: by ruling, or by the norming room that voted here
    again: Mapping[UUID, Again]
    outcomes: Sequence[Outcome]


def data(found: Precedents, voted: Sequence[AsVoted] = ()) -> PrecedentData:
    """Return what the browser works on."""
    shown = {one.ruling: Again(one.here, one.names, one.reason, one.tag) for one in (*found.same, *found.similar)}
    rooms = {one.room: Again(one.here, one.names, one.reason, None) for one in voted}
    return PrecedentData(shown | rooms, found.outcomes)
