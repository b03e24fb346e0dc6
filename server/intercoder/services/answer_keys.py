"""Tests for trainees: documents with settled places, chosen or drawn, in a round of their own with the answers kept."""

import random
import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    AnswerKey,
    Assignment,
    AssignmentState,
    ConsensusCoding,
    Difficulty,
    Disagreement,
    DisagreementState,
    Document,
    Revision,
    Round,
    RoundPurpose,
    Ruling,
    SettledDocument,
    StandingCoding,
    Unit,
    User,
    VersionCode,
)
from intercoder.policy import Permission
from intercoder.services.access import Access, authorise
from intercoder.services.command import Command
from intercoder.services.consensus import FINISHED
from intercoder.services.mapping import mapping
from intercoder.services.round_plans import MOST_CODERS, MOST_SEEDS
from intercoder.services.rounds import NewRound, RoundName, create_round, open_round
from intercoder.text.units import CodedBy

#: units with a code that a judgement needs: a draw looks for so many codings of each
ENOUGH = 5
MOST_TESTED = 200


class Draw(Command):
    """How documents of a test are drawn: so many, by how hard they were, with these codes as often as there are."""

    documents: Annotated[int, Field(ge=1, le=MOST_TESTED)]
    difficulty: Difficulty = Difficulty.ANY
    codes: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()
    seed: Annotated[int, Field(ge=0, lt=MOST_SEEDS)] | None = None


class NewTest(Command):
    """A test: documents chosen or drawn, for trainees who code all of them."""

    name: RoundName
    version_id: UUID
    unit: CodedBy = Unit.SENTENCE
    coders: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_CODERS)]
    documents: Annotated[tuple[UUID, ...], Field(max_length=MOST_TESTED)] = ()
    draw: Draw | None = None
    due_on: date | None = None
    open: bool = False


@dataclass(frozen=True)
class Settled:
    """A document with settled places: by which round, how often each code stands, how much coders differed."""

    document_id: UUID
    title: str
    revision_id: UUID
    round_id: UUID
    round_number: int
    codes: Counter[UUID]
    #: places on which coders differed, and codings on which all agreed
    differed: int
    unanimous: int
    #: of the former those that wait for a ruling or were put off: they are in no test
    waiting: int

    @property
    def difficulty(self) -> float:
        """The share of places on which coders differed."""
        return self.differed / (self.differed + self.unanimous)


def settled_documents(session: Session, access: Access) -> list[Settled]:
    """Return what a test can be made of, in the order of the study: each document by the latest round that compared it.

    Places that wait for a ruling or were put off are left out of the test. Only where the text is still the latest, and something was coded or ruled on. Rounds that are tests, or look for drift,
    settle nothing.
    """
    compared = (
        sa.select(Round.id)
        .where(
            Round.project_id == access.project.id,
            Round.compared_at.is_not(None),
            Round.purpose.not_in([RoundPurpose.TRAINING, RoundPurpose.DRIFT]),
        )
        .scalar_subquery()
    )
    places: dict[tuple[UUID, UUID], Counter[DisagreementState]] = {}
    for round_id, document, state, many in session.execute(
        sa.select(Disagreement.round_id, Disagreement.document_id, Disagreement.state, sa.func.count())
        .where(Disagreement.round_id.in_(compared), Disagreement.state != DisagreementState.VOID)
        .group_by(Disagreement.round_id, Disagreement.document_id, Disagreement.state)
    ):
        places.setdefault((round_id, document), Counter())[state] += many
    codes: dict[tuple[UUID, UUID, UUID], Counter[UUID]] = {}
    agreed: Counter[tuple[UUID, UUID]] = Counter()
    for round_id, document, revision, code, ruled, many in session.execute(
        sa.select(
            ConsensusCoding.round_id,
            ConsensusCoding.document_id,
            ConsensusCoding.revision_id,
            ConsensusCoding.code_id,
            ConsensusCoding.ruling_id.is_not(None),
            sa.func.count(),
        )
        .where(ConsensusCoding.round_id.in_(compared), FINISHED)
        .group_by(*(sa.literal_column(str(n)) for n in range(1, 6)))
    ):
        codes.setdefault((round_id, document, revision), Counter())[code] += many
        agreed[round_id, document] += 0 if ruled else many
    latest = sa.select(sa.func.max(Revision.number)).where(Revision.document_id == Document.id).correlate(Document)
    titles = {
        revision: (document, title)
        for document, title, revision in session.execute(
            sa.select(Document.id, Document.title, Revision.id)
            .join(Revision, Revision.document_id == Document.id)
            .where(
                Document.project_id == access.project.id,
                Document.removed_at.is_(None),
                Revision.number == latest.scalar_subquery(),
            )
            .order_by(Document.position, Document.id)
        )
    }
    numbers = dict(session.execute(sa.select(Round.id, Round.number).where(Round.id.in_(compared))).all())
    found: dict[UUID, Settled] = {}
    for (round_id, document, revision), stands in sorted(codes.items(), key=lambda item: numbers[item[0][0]]):
        said = places.get((round_id, document), Counter())
        if revision in titles:
            found[document] = Settled(
                document_id=document,
                title=titles[revision][1],
                revision_id=revision,
                round_id=round_id,
                round_number=numbers[round_id],
                codes=stands,
                differed=said.total(),
                unanimous=agreed[round_id, document],
                waiting=said.total() - said[DisagreementState.RULED],
            )
    return [found[document] for document, _ in titles.values() if document in found]


def drawn(offered: Sequence[Settled], draw: Draw, seed: int) -> list[Settled]:
    """Return documents drawn by chance, those first that have most of the codes which are still too few.

    The same documents and the same seed give the same on every machine.
    """
    order = [*offered]
    random.Random(seed).shuffle(order)
    if draw.difficulty is not Difficulty.ANY:
        order.sort(key=lambda one: one.difficulty, reverse=draw.difficulty is Difficulty.HARD)
    if draw.difficulty is Difficulty.MIXED:
        half = (len(order) + 1) // 2
        easy, hard = order[:half], order[half:][::-1]
        order = [one for pair in zip(easy, [*hard, None], strict=False) for one in pair if one is not None]
    have: Counter[UUID] = Counter()
    chosen: list[Settled] = []
    while order and len(chosen) < draw.documents:
        wanted = [code for code in draw.codes if have[code] < ENOUGH]
        best = max(order, key=lambda one: sum(min(one.codes[code], ENOUGH - have[code]) for code in wanted))
        order.remove(best)
        chosen.append(best)
        have.update(best.codes)
    return chosen


def create_test(session: Session, access: Access, wanted: NewTest) -> AnswerKey:
    """Make a round in which trainees code settled documents, and keep what is settled as the answers.

    Raises
    ------
    Conflict : a trainee coded one of the documents or ruled there.
    InvalidInput : a document on which nothing is settled, a code of the answers that the version of the codebook lacks.
    """
    offered = settled_documents(session, access)
    seed = None
    if wanted.draw is not None:
        seed = secrets.randbelow(MOST_SEEDS) if wanted.draw.seed is None else wanted.draw.seed
        chosen = drawn(offered, wanted.draw, seed)
    else:
        known = {one.document_id: one for one in offered}
        if set(wanted.documents) - known.keys():
            raise InvalidInput(
                "not_settled",
                "Nothing is settled on one of the documents: it can be in a test when a round of several coders was compared.",
            )
        chosen = [one for one in offered if one.document_id in set(wanted.documents)]
    if not chosen:
        raise InvalidInput("nothing_settled", "Choose at least one document on which something is settled.")
    _refuse_who_knows(session, chosen, wanted.coders)
    held = [_held(session, one) for one in chosen]
    _refuse_unknown_codes(session, access, held, wanted.version_id)
    new = NewRound(
        name=wanted.name,
        version_id=wanted.version_id,
        unit=wanted.unit,
        purpose=RoundPurpose.TRAINING,
        live_figures=False,
        documents=tuple(one.document_id for one in chosen),
        coders=wanted.coders,
        due_on=wanted.due_on,
    )
    round_ = create_round(session, access, new)
    difficulty = wanted.draw.difficulty if wanted.draw else None
    key = AnswerKey(
        round_id=round_.id, project_id=access.project.id, documents=tuple(held), seed=seed, difficulty=difficulty
    )
    session.add(key)
    session.flush()
    access.log(
        session,
        events.TestMade(
            round_.id,
            round_.id,
            number=round_.number,
            name=round_.name,
            documents=tuple((one.document_id, one.round_id) for one in chosen),
            seed=seed,
            difficulty=difficulty,
            codes=wanted.draw.codes if wanted.draw else None,
        ),
    )
    if wanted.open:
        open_round(session, authorise(session, access.actor, Permission.ROUND_MANAGE, "round", round_.id))
    return key


def _held(session: Session, one: Settled) -> SettledDocument:
    rows = session.execute(
        sa.select(ConsensusCoding.code_id, ConsensusCoding.start, ConsensusCoding.end)
        .where(ConsensusCoding.round_id == one.round_id, ConsensusCoding.document_id == one.document_id)
        .order_by(ConsensusCoding.start, ConsensusCoding.end, ConsensusCoding.code_id)
    )
    codings = tuple(StandingCoding(*row) for row in rows)
    put_off = session.execute(
        sa.select(Disagreement.start, Disagreement.end)
        .where(
            Disagreement.round_id == one.round_id,
            Disagreement.document_id == one.document_id,
            Disagreement.state.not_in([DisagreementState.RULED, DisagreementState.VOID]),
        )
        .order_by(Disagreement.start, Disagreement.end)
    )
    left_out = tuple((start, end) for start, end in put_off)
    return SettledDocument(one.document_id, one.revision_id, one.round_id, codings, left_out)


def _refuse_who_knows(session: Session, chosen: Sequence[Settled], coders: Collection[UUID]) -> None:
    """Refuse a trainee who coded one of the documents in a round that is no test, or ruled there."""
    documents = [one.document_id for one in chosen]
    coded = (
        sa.select(User.name, Document.title)
        .join(Assignment, Assignment.coder_id == User.id)
        .join(Document, Document.id == Assignment.document_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            User.id.in_(coders),
            Document.id.in_(documents),
            Assignment.state != AssignmentState.ASSIGNED,
            sa.not_(sa.exists().where(AnswerKey.round_id == Round.id)),
        )
    )
    ruled = (
        sa.select(User.name, Document.title)
        .join(Ruling, Ruling.adjudicator_id == User.id)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .join(Document, Document.id == Disagreement.document_id)
        .where(User.id.in_(coders), Document.id.in_(documents))
    )
    first = session.execute(sa.union(coded, ruled).order_by("name", "title")).first()
    if first is not None:
        raise Conflict(
            "knows_it",
            "{name} coded “{title}” before, or ruled on it: that is no test. Choose other documents or other trainees.",
            name=first[0],
            title=first[1],
        )


def _refuse_unknown_codes(session: Session, access: Access, held: Sequence[SettledDocument], version_id: UUID) -> None:
    mapped = mapping(session, access.project.id)
    pinned = set(session.scalars(sa.select(VersionCode.code_id).where(VersionCode.version_id == version_id)))
    wanted = {UUID(mapped.map.settled.get(str(c.code), str(c.code))) for one in held for c in one.codings}
    lacking = sorted(mapped.codes[str(code)].name for code in wanted - pinned)
    if lacking:
        raise InvalidInput(
            "codes_lacking",
            "This version of the codebook lacks “{name}”, which is an answer of the test. Choose a later version.",
            name=lacking[0],
        )
