"""How trainees agree with what is settled: their attempts at tests, judged by code, with every miss.

An attempt is all that one coder was given in a round with an answer key, all of it submitted. Whoever calls this has made
sure whose attempts the person who asks may know of.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    AnswerKey,
    Assignment,
    AssignmentState,
    Disagreement,
    DisagreementState,
    Document,
    GateAsked,
    Member,
    ReportLevel,
    Revision,
    Round,
    RoundState,
    Ruling,
    User,
    VersionCode,
)
from intercoder.policy import Permission, decide
from intercoder.services.access import Access, RoundAccess, blind_rounds
from intercoder.services.code_states import remembered
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.missing_units import NONE_MISSING, walked_by
from intercoder.services.submitted import submitted_layers
from intercoder.services.units import units_of
from intercoder.stats.units import Cuts, touched

if TYPE_CHECKING:
    from intercoder.stats.agreement.gate import Judgement
    from intercoder.stats.agreement.training import Answer, TraineeScore

RESAMPLES = 1_000


@dataclass(frozen=True)
class Taken:
    """One coder's part in a test: what was given, how much of it is submitted, and what had lain open before."""

    round: Round
    coder_id: UUID
    coder: str
    given: int
    submitted: int
    #: when the last document was submitted
    at: datetime | None
    #: the coder was in the project before the test was made: its answers could be read then, and reading is not logged
    could_read: bool
    #: an earlier test had one of its documents for this coder
    repeats: bool
    #: the coder has coded one of its documents in a round that is no test, or ruled on it
    knows: bool

    @property
    def done(self) -> bool:
        """Whether it is an attempt: nothing is left to submit."""
        return self.given == self.submitted


@dataclass(frozen=True)
class Missed:
    """A unit that a trainee coded otherwise than what is settled."""

    document_id: UUID
    title: str
    start: int
    end: int
    text: str
    missing: tuple[UUID, ...]
    extra: tuple[UUID, ...]
    #: of the rulings that hold there
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Scored:
    """An attempt and what it came to. ``names``: id → name of every code in it, in the order of the codebook."""

    taken: Taken
    score: "TraineeScore"
    names: Mapping[str, str]
    #: id → what the version of the codebook says of a code
    definitions: Mapping[str, str]
    misses: Sequence[Missed]


def taken_tests(
    session: Session, project_id: UUID, *, round_id: UUID | None = None, coder_id: UUID | None = None
) -> list[Taken]:
    """Return who was given which test, latest first, by name; drafts left out."""
    where = [Round.project_id == project_id, Round.state != RoundState.DRAFT]
    where += [Round.id == round_id] if round_id else []
    where += [Assignment.coder_id == coder_id] if coder_id else []
    repeats, knows = _met(tests=True), sa.or_(_met(tests=False), _ruled())
    submitted = sa.case((Assignment.state == AssignmentState.SUBMITTED, 1), else_=0)
    rows = session.execute(
        sa.select(
            Round,
            User.id,
            User.name,
            sa.func.count(),
            sa.func.sum(submitted),
            sa.func.max(Assignment.submitted_at),
            sa.func.max(Member.joined_at),
            sa.func.max(sa.case((repeats, 1), else_=0)),
            sa.func.max(sa.case((knows, 1), else_=0)),
        )
        .join(AnswerKey, AnswerKey.round_id == Round.id)
        .join(Assignment, Assignment.round_id == Round.id)
        .join(User, User.id == Assignment.coder_id)
        .outerjoin(Member, sa.and_(Member.user_id == User.id, Member.project_id == Round.project_id))
        .where(*where)
        .group_by(Round.id, User.id, User.name)
        .order_by(Round.number.desc(), User.name, User.id)
    )
    return [
        Taken(
            round_, coder, name, given, done, at, joined is None or joined < round_.created_at, bool(again), bool(known)
        )
        for round_, coder, name, given, done, at, joined, again, known in rows
    ]


def _met(*, tests: bool) -> sa.Exists:
    """Return the condition that a coder began the document in a round before: in a test, or in one that is none."""
    earlier, before = sa.orm.aliased(Assignment), sa.orm.aliased(Round)
    keyed = sa.exists().where(AnswerKey.round_id == before.id)
    return (
        sa.exists()
        .where(
            before.id == earlier.round_id,
            before.number < Round.number,
            keyed if tests else sa.not_(keyed),
            earlier.coder_id == Assignment.coder_id,
            earlier.document_id == Assignment.document_id,
            earlier.state != AssignmentState.ASSIGNED,
        )
        .correlate(Round, Assignment)
    )


def _ruled() -> sa.Exists:
    return (
        sa.exists()
        .where(
            Ruling.disagreement_id == Disagreement.id,
            Ruling.adjudicator_id == Assignment.coder_id,
            Disagreement.document_id == Assignment.document_id,
        )
        .correlate(Assignment)
    )


def answers(session: Session, taken: Taken, level: ReportLevel = ReportLevel.AS_CODED) -> "list[Answer]":
    """Return every unit of an attempt in which something is settled: what that is, and what the trainee made of it.

    Codes are lifted before they are compared; one without a code above it at the level counts as none.
    """
    from intercoder.stats.agreement.training import Answer  # numpy only when a test is scored

    mapped = mapping(session, taken.round.project_id)
    key = session.get_one(AnswerKey, taken.round.id)
    settled = {held.document: held for held in key.documents}
    count = _lift(mapped, level)
    made = []
    for layer in submitted_layers(session, [taken.round.id], mapped):
        held = settled.get(layer.document_id)
        if held is None or taken.coder_id not in layer.codings:
            continue
        units = units_of(session, layer.revision_id, walked_by(taken.round.unit))
        cuts, open_ = Cuts(units), touched(units, held.left_out)
        standing = [(c.start, c.end, count(_counts(mapped, c.code))) for c in held.codings]
        marked = [(m.start, m.end, count(m.code)) for m in layer.codings[taken.coder_id]]
        right = cuts.sets((start, end, code) for start, end, code in standing if code is not None)
        given = cuts.judged(
            [(start, end, code) for start, end, code in marked if code is not None],
            layer.missing.get(taken.coder_id, NONE_MISSING).places,
        )
        made += [
            Answer(str(start), right[i], given[i], str(layer.document_id))
            for i, (start, _) in enumerate(units)
            if i not in open_
        ]
    return made


def _counts(mapped: Mapped, code: UUID) -> str:
    """Return what a code of a key counts as today; where it was split, itself."""
    return mapped.map.settled.get(str(code), str(code))


def _lift(mapped: Mapped, level: ReportLevel) -> Callable[[str], str | None]:
    """Return what gives the code as which a code counts at a level; None: it has none there."""
    if level.level is None:
        return lambda code: code
    return mapped.places(level.level).get


def lacking(mapped: Mapped, codes: Collection[UUID], level: ReportLevel) -> list[UUID]:
    """Return those of some codes that count nowhere at a level."""
    count = _lift(mapped, level)
    return [code for code in codes if count(_counts(mapped, code)) is None]


def score(session: Session, taken: Taken, level: ReportLevel = ReportLevel.AS_CODED) -> "TraineeScore":
    """Return what an attempt came to, at a level of the codebook."""
    from intercoder.stats.agreement.training import score_of_trainee

    mapped = mapping(session, taken.round.project_id)

    def made() -> "TraineeScore":
        given = answers(session, taken, level)
        used = {code for answer in given for code in (*answer.consensus, *(answer.trainee or ()))}
        ordered = [code.id for code in mapped.in_order(used)]
        return score_of_trainee(given, ordered, resamples=RESAMPLES)

    about = ("score", taken.round.id, taken.coder_id, level)
    return remembered(session, taken.round.project_id, about, made, (taken.at, taken.given))


def judgement(session: Session, taken: Taken, asked: GateAsked) -> "Judgement":
    """Return whether an attempt passes a gate."""
    from intercoder.stats.agreement.gate import GateRule, judged

    def made() -> "Judgement":
        mapped = mapping(session, taken.round.project_id)
        count = _lift(mapped, asked.level)
        lifted = (count(_counts(mapped, code)) for code in asked.codes)
        codes = tuple(dict.fromkeys(code for code in lifted if code is not None))
        return judged(
            answers(session, taken, asked.level), GateRule(asked.alpha, asked.end, codes), resamples=RESAMPLES
        )

    about = ("judged", taken.round.id, taken.coder_id)
    return remembered(session, taken.round.project_id, about, made, (taken.at, taken.given, asked))


def scored(session: Session, taken: Taken, level: ReportLevel = ReportLevel.AS_CODED) -> Scored:
    """Return an attempt with its misses as they are read."""
    mapped, found = mapping(session, taken.round.project_id), score(session, taken, level)
    names = {code.id: code.name for code in mapped.in_order([by.code for by in found.by_code])}
    definitions = session.execute(
        sa.select(VersionCode.code_id, VersionCode.definition).where(
            VersionCode.version_id == taken.round.version_id, VersionCode.code_id.in_([UUID(code) for code in names])
        )
    )
    said = {str(code): definition for code, definition in definitions if definition}
    return Scored(taken, found, names, said, _misses(session, taken, found))


def _rulings(session: Session, round_id: UUID) -> dict[UUID, list[tuple[int, int, str]]]:
    """Return the rulings in force on the documents of a test, in the rounds that settled them: where, and why."""
    key = session.get_one(AnswerKey, round_id)
    rows = session.execute(
        sa.select(Disagreement.document_id, Disagreement.start, Disagreement.end, Ruling.reason)
        .join(Ruling, Ruling.disagreement_id == Disagreement.id)
        .where(
            sa.tuple_(Disagreement.round_id, Disagreement.document_id).in_(
                [(held.round, held.document) for held in key.documents]
            ),
            Disagreement.state == DisagreementState.RULED,
            Ruling.ended_at.is_(None),
        )
        .order_by(Disagreement.start, Ruling.created_at)
    )
    found: dict[UUID, list[tuple[int, int, str]]] = {}
    for document, start, end, reason in rows:
        found.setdefault(document, []).append((start, end, reason))
    return found


def _misses(session: Session, taken: Taken, found: "TraineeScore") -> list[Missed]:
    documents = {UUID(miss.document) for miss in found.misses if miss.document}
    rows = session.execute(
        sa.select(Assignment.document_id, Document.title, Assignment.revision_id, Revision.text)
        .join(Document, Document.id == Assignment.document_id)
        .join(Revision, Revision.id == Assignment.revision_id)
        .where(
            Assignment.round_id == taken.round.id,
            Assignment.coder_id == taken.coder_id,
            Assignment.document_id.in_(documents),
        )
    )
    texts = {document: (title, revision, text) for document, title, revision, text in rows}
    unit, misses = walked_by(taken.round.unit), []
    ruled = _rulings(session, taken.round.id) if documents else {}
    for miss in found.misses:
        document = UUID(miss.document or "")
        title, revision, text = texts[document]
        start = int(miss.unit)
        end = next(stop for begin, stop in units_of(session, revision, unit) if begin == start)
        missing, extra = (tuple(map(UUID, codes)) for codes in (miss.missing, miss.extra))
        reasons = tuple(why for begin, stop, why in ruled.get(document, ()) if begin < end and start < stop and why)
        misses.append(Missed(document, title, start, end, text[start:end], missing, extra, reasons))
    return misses


def is_test(session: Session, round_id: UUID) -> bool:
    """Return whether a round has answers to be compared with."""
    return session.get(AnswerKey, round_id) is not None


def attempts(session: Session, access: RoundAccess) -> list[Taken]:
    """Return who took the test of a round, as far as the person may know: everybody's attempts, or the own one alone.

    Nobody's where the round is no test.
    """
    coder = None if access.may(Permission.SCORES_VIEW) else access.actor.id
    return taken_tests(session, access.project.id, round_id=access.round.id, coder_id=coder)


def visible_tests(session: Session, access: Access) -> list[Taken]:
    """Return who took which test of a project, as far as the person may know."""
    everybody = decide(Permission.SCORES_VIEW, access.roles).allowed
    blind = blind_rounds(session, access.project.id, access.actor.id)
    found = taken_tests(session, access.project.id, coder_id=None if everybody else access.actor.id)
    return [taken for taken in found if taken.round.id not in blind or taken.coder_id == access.actor.id]


def scored_attempts(session: Session, access: RoundAccess, level: ReportLevel = ReportLevel.AS_CODED) -> list[Scored]:
    """Return the finished attempts of ``attempts`` with what they came to."""
    return [scored(session, taken, level) for taken in attempts(session, access) if taken.done]
