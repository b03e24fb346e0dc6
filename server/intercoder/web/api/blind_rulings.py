"""The API of rulings by two: draws, blind rulings, and how far adjudicators agree."""

from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from intercoder.models import DrawnFrom, RulingTag, TwiceDraw, TwiceState
from intercoder.policy import Permission
from intercoder.services import between_rulers, blind_rulings
from intercoder.services.access import RoundAccess
from intercoder.services.adjudication import RulingIn
from intercoder.services.blind_rulings import NewDraw
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db
from intercoder.web.signature import IfMatch


class DrawOut(Out):
    """An act by which places were drawn to be ruled on by two; ``share`` in percent."""

    id: UUID
    drawn_from: DrawnFrom
    share: int
    seed: int
    created_at: datetime
    ended_at: datetime | None


class BlindOut(Out):
    """What became of a place after a blind ruling: it waits for the other, or both are there and agree or differ."""

    disagreement_id: UUID
    state: TwiceState


class SaidOut(Out):
    """What one of two lets stand; ``checked``: it was made and could be read before its place was drawn."""

    by: str
    codes: list[str]
    reason: str
    tag: RulingTag | None
    at: datetime
    checked: bool


class ApartOut(Out):
    """A place at which the two do not let the same stand; ``decided``: by whom, ``by_third``: by neither of the two."""

    place: UUID
    words: str
    said: list[SaidOut]
    decided: str | None
    by_third: bool


class CountedDrawOut(Out):
    """A draw with how many of its places have which state."""

    id: UUID
    drawn_from: DrawnFrom
    share: int
    seed: int
    by: str
    at: datetime
    ended: datetime | None
    places: int
    states: dict[str, int]


class BetweenOut(Out):
    """How adjudicators of a round agree: ``figures`` as in reports (shares, alpha, by code), null before both ruled.

    ``known``: places whose first ruling could be read before they were drawn. ``third``, ``talk``: of those at which the two
    ``differed``, decided since by a third, or by one of the two. ``apart``: up to 50 of these, undecided first.
    """

    draws: list[CountedDrawOut]
    figures: dict[str, JsonValue] | None
    names: dict[str, str]
    known: int
    differed: int
    third: int
    talk: int
    apart: list[ApartOut]


def _draw(made: TwiceDraw) -> DrawOut:
    return DrawOut.of(made)


@endpoint("POST", "/rounds/<uuid:round>/draws", Permission.ROUND_MANAGE, tag="rulings")
def create_draw(access: RoundAccess, body: NewDraw) -> Created[DrawOut]:
    """Draw places to be ruled on by two, blind to one another; ruled ones as a check of their rulings, which sleep meanwhile."""
    return Created(_draw(blind_rulings.draw(db(), access, body)))


@endpoint("POST", "/rounds/<uuid:round>/draws/<uuid:draw>/end", Permission.ROUND_MANAGE, tag="rulings")
def end_draw(access: RoundAccess, draw: UUID) -> DrawOut:
    """Wait for no second ruling any more: one that nobody met holds, what nobody ruled on is open again."""
    return _draw(blind_rulings.end_draw(db(), access, draw))


@endpoint("POST", "/disagreements/<uuid:disagreement>/blind-rulings", Permission.ADJUDICATE, tag="rulings")
def create_blind_ruling(access: RoundAccess, disagreement: UUID, body: RulingIn, seen: IfMatch) -> Created[BlindOut]:
    """Rule on a place for two; nobody sees it before the other ruling is there. Said anew, it takes the place of the first."""
    state = blind_rulings.rule_blind(db(), access, disagreement, seen, body)
    return Created(BlindOut(disagreement_id=disagreement, state=state))


@endpoint("GET", "/rounds/<uuid:round>/two-adjudicators", Permission.DISAGREEMENTS_VIEW, tag="rulings")
def get_two_adjudicators(access: RoundAccess) -> BetweenOut:
    """How far adjudicators agree at places on which two ruled, and where they do not."""
    found = between_rulers.between_rulers(db(), access)
    return BetweenOut.of(
        found,
        draws=[
            CountedDrawOut.of(draw, states={str(state): n for state, n in draw.states.items()}) for draw in found.draws
        ],
        figures=found.figures.to_json() if found.figures else None,
        apart=[ApartOut.of(one, said=[SaidOut.of(said) for said in one.said]) for one in found.apart],
    )
