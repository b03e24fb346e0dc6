"""The API of rulings on many places by a rule."""

from datetime import datetime
from uuid import UUID

from intercoder.models import SettlingRule
from intercoder.policy import Permission
from intercoder.services import bulk_rulings
from intercoder.services.access import RoundAccess
from intercoder.services.bulk_rulings import BulkRulingAsked, BulkRulingIn
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class StandingWordsOut(Out):
    """A coding that would stand: the name of its code and its first words."""

    code_id: UUID
    name: str
    words: str


class RuledPlaceOut(Out):
    """One of the places, its first words, and what would stand there; none: no code."""

    disagreement_id: UUID
    words: str
    stands: list[StandingWordsOut]


class RuledByRuleOut(Out):
    """What a rule would do, with up to ten places drawn; ``seen`` is sent with the act.

    ``places`` would be ruled on, ``added`` codings come into the consensus; at ``empty`` places no code would stand. Of
    ``silent`` open places that fit the rule says nothing; ``more`` are too many for one act.
    """

    places: int
    added: int
    empty: int
    silent: int
    more: int
    examples: list[RuledPlaceOut]
    seen: str


class BulkRulingOut(Out):
    """An act on many places: how many rulings it made, and how many of them still hold."""

    id: UUID
    rule: SettlingRule
    reason: str
    by: str
    at: datetime
    undone: datetime | None
    rulings: int
    hold: int


@endpoint("POST", "/rounds/<uuid:round>/bulk-rulings/preview", Permission.ADJUDICATE, tag="rulings")
def preview_bulk_ruling(access: RoundAccess, body: BulkRulingAsked) -> RuledByRuleOut:
    """What ruling by a rule on all open places that fit would do; nothing is changed."""
    shown = bulk_rulings.preview(db(), access, body)
    examples = [
        RuledPlaceOut(
            disagreement_id=one.place.id,
            words=one.words,
            stands=[StandingWordsOut(code_id=s.code.id, name=s.code.name, words=s.words) for s in one.stands],
        )
        for one in shown.examples
    ]
    return RuledByRuleOut.of(shown, examples=examples)


@endpoint("POST", "/rounds/<uuid:round>/bulk-rulings", Permission.ADJUDICATE, tag="rulings")
def create_bulk_ruling(access: RoundAccess, body: BulkRulingIn) -> Created[BulkRulingOut]:
    """Rule by a rule on the places that were seen in its preview, as one act."""
    return Created(BulkRulingOut.of(bulk_rulings.rule_all(db(), access, body)))


@endpoint("GET", "/rounds/<uuid:round>/bulk-rulings", Permission.DISAGREEMENTS_VIEW, tag="rulings")
def list_bulk_rulings(access: RoundAccess) -> list[BulkRulingOut]:
    """The acts on many places of a round, latest first."""
    return [BulkRulingOut.of(bulk) for bulk in bulk_rulings.bulks(db(), access)]


@endpoint("POST", "/rounds/<uuid:round>/bulk-rulings/<uuid:bulk>/undo", Permission.ADJUDICATE, tag="rulings")
def undo_bulk_ruling(access: RoundAccess, bulk: UUID) -> BulkRulingOut:
    """Take an act on many places back: its rulings that were not followed by others end, their places are open again."""
    return BulkRulingOut.of(bulk_rulings.undo_all(db(), access, bulk))
