"""What comes again: documents that coders submitted some days before, drawn by chance, in a round that looks for drift."""

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session, aliased

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict
from intercoder.models import (
    Assignment,
    AssignmentState,
    CodebookPolicy,
    Document,
    Member,
    Revision,
    Role,
    Round,
    RoundPurpose,
    RoundState,
    Unit,
    User,
)
from intercoder.models.base import FewUuids
from intercoder.policy import Permission
from intercoder.services.access import Access, authorise, blind_rounds
from intercoder.services.assigning import Pair
from intercoder.services.command import Command
from intercoder.services.round_plans import MOST_CODERS, MOST_SEEDS
from intercoder.services.rounds import NewRound, RoundName, create_round, open_round
from intercoder.text.units import CodedBy

#: never the day after: what was coded then is remembered
SOONEST = 2


class NewRepeats(Command):
    """A round in which coders code again so many of a hundred of the documents that they submitted at least some days ago."""

    name: RoundName
    version_id: UUID
    unit: CodedBy = Unit.SENTENCE
    coders: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_CODERS)]
    percent: Annotated[int, Field(ge=1, le=100)] = 10
    days: Annotated[int, Field(ge=SOONEST, le=3650)] = SOONEST
    seed: Annotated[int, Field(ge=0, lt=MOST_SEEDS)] | None = None
    due_on: date | None = None
    open: bool = False


class Again(NamedTuple):
    """A document that a coder can be given again, and how often it came again before."""

    document_id: UUID
    times: int


@dataclass(frozen=True)
class Drawn:
    """A round of repeats, the seed by which they were drawn, and how many there are."""

    round_id: UUID
    seed: int
    documents: int


def offered(session: Session, access: Access, *, days: int = SOONEST) -> dict[tuple[UUID, str], list[Again]]:
    """Return what each coder of the project can be given again, by when coders came into it; in the order of the materials.

    That is what the coder submitted in rounds that are neither tests nor repeats, in texts that are still the latest, and
    does not wait to be coded again. Of rounds in which the person who asks codes blind only that person's.
    """
    blind = blind_rounds(session, access.project.id, access.actor.id)
    people = session.execute(
        sa.select(User.id, User.name, Member.roles)
        .join(Member, Member.user_id == User.id)
        .where(Member.project_id == access.project.id)
        .order_by(Member.joined_at, User.id)
    )
    found: dict[tuple[UUID, str], list[Again]] = {(id_, name): [] for id_, name, roles in people if Role.CODER in roles}
    by_id = {id_: rows for (id_, _), rows in found.items()}
    latest = sa.select(sa.func.max(Revision.number)).where(Revision.document_id == Document.id).correlate(Document)
    again, repeats = aliased(Assignment), aliased(Round)
    before = (
        sa.select(sa.func.count())
        .select_from(again)
        .join(repeats, repeats.id == again.round_id)
        .where(
            repeats.purpose == RoundPurpose.DRIFT,
            again.coder_id == Assignment.coder_id,
            again.document_id == Document.id,
        )
        .correlate(Assignment, Document)
    )
    waits = before.where(repeats.state.in_([RoundState.DRAFT, RoundState.OPEN])).scalar_subquery()
    rows = session.execute(
        sa.select(
            sa.type_coerce(Assignment.coder_id, FewUuids()),
            sa.type_coerce(Document.id, FewUuids()),
            before.scalar_subquery(),
        )
        .join(Round, Round.id == Assignment.round_id)
        .join(Document, Document.id == Assignment.document_id)
        .join(Revision, Revision.id == Assignment.revision_id)
        .where(
            Round.project_id == access.project.id,
            Round.purpose.not_in([RoundPurpose.TRAINING, RoundPurpose.DRIFT]),
            sa.or_(Round.policy != CodebookPolicy.OPEN, Round.aligned_at.is_not(None)),
            sa.or_(Round.id.not_in(blind), Assignment.coder_id == access.actor.id),
            Assignment.state == AssignmentState.SUBMITTED,
            Document.removed_at.is_(None),
            Revision.number == latest.scalar_subquery(),
            waits == 0,
        )
        .group_by(Assignment.coder_id, Document.id, Document.position)
        .having(sa.func.max(Assignment.submitted_at) <= now() - timedelta(days=days))
        .order_by(Document.position, Document.id)
    )
    for coder, document, times in rows:
        if coder in by_id:
            by_id[coder].append(Again(document, times))
    return found


def drawn(offered: Mapping[UUID, Sequence[Again]], percent: int, seed: int) -> list[tuple[UUID, UUID]]:
    """Return document and coder: of each coder's documents so many of a hundred, at least one, what came again least before the rest.

    The same documents in the same order and the same seed give the same on every machine.
    """
    chance = random.Random(seed)
    pairs = []
    for coder, documents in offered.items():
        order = [*documents]
        chance.shuffle(order)
        order.sort(key=lambda one: one.times)
        wanted = max(1, (len(order) * percent + 50) // 100)
        taken = order[:wanted]
        chance.shuffle(taken)
        pairs += [(one.document_id, coder) for one in taken]
    return pairs


def create_repeats(session: Session, access: Access, wanted: NewRepeats) -> Drawn:
    """Make a round in which coders code own documents again, drawn with a seed.

    Raises
    ------
    Conflict : none of the coders has submitted anything so long ago.
    """
    seed = secrets.randbelow(MOST_SEEDS) if wanted.seed is None else wanted.seed
    found = {id_: rows for (id_, _), rows in offered(session, access, days=wanted.days).items()}
    pairs = drawn({id_: rows for id_, rows in found.items() if id_ in wanted.coders}, wanted.percent, seed)
    if not pairs:
        raise Conflict(
            "nothing_to_repeat",
            "None of these coders has submitted anything that long ago and can be given it again. Choose others, or wait.",
        )
    new = NewRound(
        name=wanted.name,
        version_id=wanted.version_id,
        unit=wanted.unit,
        purpose=RoundPurpose.DRIFT,
        pairs=tuple(Pair(document_id=document, coder_id=coder) for document, coder in pairs),
        due_on=wanted.due_on,
    )
    round_ = create_round(session, access, new)
    access.log(
        session,
        events.RepeatsDrawn(
            round_.id,
            round_.id,
            number=round_.number,
            name=round_.name,
            seed=seed,
            percent=wanted.percent,
            days=wanted.days,
            assignments=tuple(pairs),
        ),
    )
    if wanted.open:
        open_round(session, authorise(session, access.actor, Permission.ROUND_MANAGE, "round", round_.id))
    return Drawn(round_.id, seed, len(pairs))
