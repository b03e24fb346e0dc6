"""The API of tests for trainees, of their attempts, and of the gates before rounds."""

from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from intercoder.models import AnswerKey, Difficulty, ReportLevel
from intercoder.policy import Permission
from intercoder.reports.training import conditions, outcome
from intercoder.services import answer_keys, drifting, gates, repeats, scores
from intercoder.services.access import Access, RoundAccess
from intercoder.services.answer_keys import NewTest
from intercoder.services.gates import GateIn, LiftIn, Standing
from intercoder.services.mapping import mapping
from intercoder.services.repeats import NewRepeats
from intercoder.services.scores import Scored
from intercoder.web.api.endpoint import Created, endpoint, location
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db


class TestOut(Out):
    """A test: a round, its documents, and the seed by which they were drawn; null where they were chosen."""

    round_id: UUID
    documents: list[UUID]
    seed: int | None
    difficulty: Difficulty | None

    @classmethod
    def kept(cls, key: AnswerKey) -> "TestOut":
        """Return a test as the API has it: of the answers nothing."""
        return cls.of(key, documents=[held.document for held in key.documents])


class SettledOut(Out):
    """A document with settled places, by which round, and how often each code stands there."""

    document_id: UUID
    title: str
    round_id: UUID
    codes: dict[UUID, int]
    #: the share of its places on which coders differed
    difficulty: float
    #: places that wait for a ruling or were put off: they are left out of a test
    waiting: int


@endpoint("GET", "/projects/<uuid:project>/tests/documents", Permission.ROUND_MANAGE, tag="training")
def list_settled_documents(access: Access) -> list[SettledOut]:
    """The documents that a test can be made of, each with what is settled there."""
    return [SettledOut.of(one) for one in answer_keys.settled_documents(db(), access)]


@endpoint("POST", "/projects/<uuid:project>/tests", Permission.ROUND_MANAGE, tag="training")
def create_test(access: Access, body: NewTest) -> Created[TestOut]:
    """Make a test: a round in which trainees code settled documents, chosen or drawn with a seed."""
    key = answer_keys.create_test(db(), access, body)
    return Created(TestOut.kept(key), location("rounds", key.round_id))


class MissedOut(Out):
    """A unit that the trainee coded otherwise, with the reasons of the rulings there."""

    document_id: UUID
    start: int
    end: int
    text: str
    missing: list[UUID]
    extra: list[UUID]
    reasons: list[str]


class ScoreOut(Out):
    """An attempt: everything that was given is submitted. ``score`` is as ``stats`` has it, each number with its interval or reason."""

    round_id: UUID
    coder_id: UUID
    submitted_at: datetime | None
    #: what is to be known of it: the answers lay open before, an earlier test had a document of it, or the coder knows one
    could_read: bool
    repeats: bool
    knows: bool
    score: dict[str, JsonValue]
    misses: list[MissedOut]


def score_out(one: Scored) -> ScoreOut:
    """Return an attempt as the API has it."""
    return ScoreOut.of(
        one.taken,
        round_id=one.taken.round.id,
        submitted_at=one.taken.at,
        score=one.score.to_json(),
        misses=[MissedOut.of(miss) for miss in one.misses],
    )


class ScoresQuery(In):
    """The level to which codes are lifted before they are compared."""

    level: ReportLevel = ReportLevel.AS_CODED


@endpoint("GET", "/rounds/<uuid:round>/scores", Permission.SCORE_VIEW, tag="training")
def list_scores(access: RoundAccess, query: ScoresQuery) -> list[ScoreOut]:
    """Finished attempts at a test, at a level of the codebook: the own one, or everybody's for those who read everybody's."""
    return [score_out(one) for one in scores.scored_attempts(db(), access, query.level)]


class GateRuleOut(Out):
    """What a gate asks for."""

    alpha: float
    end: float | None
    codes: list[UUID]
    level: ReportLevel


class LiftOut(Out):
    """Why a gate was lifted."""

    by: str
    reason: str
    at: datetime


class StandingOut(Out):
    """Where a coder stands before a gate."""

    coder_id: UUID
    assigned: bool
    attempts: int
    #: the test on which it was judged; null: none is finished
    test_id: UUID | None
    passed: bool
    #: a sentence, and one for each condition
    outcome: str | None
    conditions: list[str]
    lift: LiftOut | None


class GateOut(Out):
    """The gate of a round, and where coders stand before it; ``rule`` null: there is none."""

    rule: GateRuleOut | None
    coders: list[StandingOut]


def _standing(one: Standing, names: dict[str, str]) -> StandingOut:
    judged = one.judgement
    return StandingOut.of(
        one,
        test_id=one.attempt.round.id if one.attempt else None,
        outcome=outcome(judged) if judged else None,
        conditions=list(conditions(judged, names)) if judged else [],
        lift=LiftOut.of(one.lift) if one.lift else None,
    )


def _gate(access: RoundAccess) -> GateOut:
    rule = gates.gate(db(), access.round.id)
    names = {code.id: code.name for code in mapping(db(), access.project.id).codes.values()} if rule else {}
    standings = gates.shown(db(), access)
    return GateOut(rule=GateRuleOut.of(rule) if rule else None, coders=[_standing(one, names) for one in standings])


@endpoint("GET", "/rounds/<uuid:round>/gate", Permission.SCORE_VIEW, tag="training")
def get_gate(access: RoundAccess) -> GateOut:
    """The gate of a round, and where coders stand before it."""
    return _gate(access)


@endpoint("PUT", "/rounds/<uuid:round>/gate", Permission.ROUND_MANAGE, tag="training")
def put_gate(access: RoundAccess, body: GateIn) -> GateOut:
    """Say what coders must have reached in a test before they code a round that is not open yet."""
    gates.set_gate(db(), access, body)
    return _gate(access)


@endpoint("DELETE", "/rounds/<uuid:round>/gate", Permission.ROUND_MANAGE, tag="training")
def delete_gate(access: RoundAccess) -> None:
    """Ask for nothing before the round any longer."""
    gates.set_gate(db(), access, None)


@endpoint("POST", "/rounds/<uuid:round>/gate/lifts", Permission.ROUND_MANAGE, tag="training")
def lift_gate(access: RoundAccess, body: LiftIn) -> GateOut:
    """Let a coder code the round without having passed, with a reason that the log keeps."""
    gates.lift(db(), access, body)
    return _gate(access)


# --- drift ---------------------------------------------------------------------------------------


@endpoint("GET", "/projects/<uuid:project>/drift", Permission.DRIFT_OWN, tag="training")
def list_drift(access: Access) -> list[dict[str, JsonValue]]:
    """How each coder who coded a document twice, at least a day apart, agrees with the own earlier work: as ``stats`` has it.

    Coders read their own, where the project shows it to them; an empty list otherwise.
    """
    return [one.to_json() for one in drifting.drifts(db(), access).coders]


class CanComeAgain(Out):
    """How many documents a coder can be given again."""

    coder_id: UUID
    documents: int


class DrawnOut(Out):
    """A round of repeats, and the seed by which they were drawn."""

    round_id: UUID
    seed: int
    documents: int


@endpoint("GET", "/projects/<uuid:project>/repeats", Permission.ROUND_MANAGE, tag="training")
def list_what_can_come_again(access: Access) -> list[CanComeAgain]:
    """How many documents each coder submitted at least two days ago and can be given again."""
    found = repeats.offered(db(), access)
    return [CanComeAgain(coder_id=coder, documents=len(documents)) for (coder, _), documents in found.items()]


@endpoint("POST", "/projects/<uuid:project>/repeats", Permission.ROUND_MANAGE, tag="training")
def draw_repeats(access: Access, body: NewRepeats) -> Created[DrawnOut]:
    """Draw documents that coders submitted before, to be coded by them again in a round of which they are not told what it is for."""
    made = repeats.create_repeats(db(), access, body)
    return Created(DrawnOut.of(made), location("rounds", made.round_id))
