"""A coder leaves a round or comes to it late: who gets what then, worked out by the engine, shown, and done in one act.

What somebody has begun stays theirs. What a leaver has begun and not submitted is given to somebody else besides, if that is
wanted, so that the document still has as many coders as it was to have; nothing is deleted by it. Who comes late gets a fair
share of what nobody has begun; nobody else gets anything by that.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder.errors import Conflict, InvalidInput
from intercoder.models import ActiveTime, Assignment, AssignmentState, Case, Document, Revision, RoundState
from intercoder.services.access import RoundAccess
from intercoder.services.assigning import Place, coders_of, regive
from intercoder.services.command import Command
from intercoder.services.gates import standings
from intercoder.services.own_ceilings import ceilings
from intercoder.services.round_plans import MOST_SEEDS, already_to_code, people_of
from intercoder.stats.planning import assignment_wishes as wished
from intercoder.stats.planning.assignment_sums import AssignmentPlan, NotMet
from intercoder.stats.planning.assignments import plan_assignments

#: a document and a coder
Pair: TypeAlias = tuple[UUID, UUID]


class RedistributionIn(Command):
    """Who leaves, or who comes."""

    leaves: UUID | None = None
    joins: UUID | None = None
    #: whether what a leaver has begun is given to somebody else besides
    begun_again: bool = True
    #: without one it is chosen, and told
    seed: Annotated[int, Field(ge=0, lt=MOST_SEEDS)] | None = None
    #: what the plan was called that was seen; another one is refused then
    digest: Annotated[str, Field(max_length=64)] | None = None


class Held(NamedTuple):
    """An assignment, and what of it the engine must know."""

    id: UUID
    document_id: UUID
    coder_id: UUID
    submitted: bool
    begun: bool
    due_on: date | None


class Given(NamedTuple):
    """A document for a coder, by when, and from whom: taken back there, or begun there and given out besides."""

    document_id: UUID
    coder_id: UUID
    due_on: date | None


@dataclass(frozen=True)
class Share:
    """What a coder has in the round, before and after: documents, and characters."""

    coder: UUID
    before: int
    after: int
    characters: int
    gets: Sequence[UUID]
    loses: Sequence[UUID]


@dataclass(frozen=True)
class Redistribution:
    """Who would get what. Nothing of it is stored."""

    seed: int
    taken: Sequence[Held]
    given: Sequence[Given]
    shares: Sequence[Share]
    #: two coders, and how many documents they share then
    pairs: Sequence[tuple[UUID, UUID, int]]
    #: of a leaver: how many were submitted, and how many begun; they stay
    submitted: int
    begun: int
    not_met: Sequence[NotMet]
    titles: Mapping[str, str]
    names: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Return what this plan is called: the same for the same changes."""
        changes = [*map(str, sorted(h.id for h in self.taken)), *sorted(f"{d} {c}" for d, c, _ in self.given)]
        return hashlib.sha256("\n".join(changes).encode()).hexdigest()


class _Text(NamedTuple):
    id: UUID
    title: str
    case: str | None
    length: int


def plan_redistribution(session: Session, access: RoundAccess, wanted: RedistributionIn) -> Redistribution:
    """Return who would get what; the same request with the same seed gives the same while nobody begins or submits anything.

    Raises
    ------
    InvalidInput : neither or both of leaver and newcomer, a leaver without documents, a newcomer who is no coder.
    Conflict : the round is closed, or the person codes in it and so may not know how far others are.
    """
    if access.round.state not in {RoundState.DRAFT, RoundState.OPEN}:
        raise Conflict("round_closed", "This round is closed.")
    if access.situation.blind:
        raise Conflict("blind", "You code in this round, and must not learn how far the others are: ask another lead.")
    if (wanted.leaves is None) == (wanted.joins is None):
        raise InvalidInput("one_person", "Say either who leaves or who comes.")
    held = _held(session, access.round.id)
    person = wanted.leaves or wanted.joins
    if wanted.leaves is not None and all(h.coder_id != person for h in held):
        raise InvalidInput("not_in_round", "This person has no document in the round.")
    coders = coders_of(session, access.project.id)
    if wanted.joins is not None and person not in coders:
        raise InvalidInput("not_a_coder", "One of the people is not a coder of this project.")
    return _Work(session, access, wanted, held, coders).planned()


def redistribute(session: Session, access: RoundAccess, wanted: RedistributionIn) -> Redistribution:
    """Do it, in one transaction; ``Conflict`` where it would be another than was seen: somebody began or submitted something."""
    session.execute(sa.select(Assignment.id).where(Assignment.round_id == access.round.id).with_for_update())
    plan = plan_redistribution(session, access, wanted)
    if wanted.digest is not None and wanted.digest != plan.digest:
        raise Conflict(
            "another_plan", "Somebody began or submitted something in the meantime: look at what comes of it again."
        )
    if not plan.given and not plan.taken:
        raise Conflict("nothing_to_give", "Nothing is left that could be given to somebody else.")
    places = [(Place(g.document_id, g.coder_id), g.due_on) for g in plan.given]
    regive(session, access, [h.id for h in plan.taken], places, seed=plan.seed)
    return plan


def _held(session: Session, round_id: UUID) -> list[Held]:
    worked = sa.exists().where(ActiveTime.assignment_id == Assignment.id)
    begun = sa.or_(Assignment.state != AssignmentState.ASSIGNED, Assignment.memo != "", worked)
    rows = session.execute(
        sa.select(
            Assignment.id,
            Assignment.document_id,
            Assignment.coder_id,
            Assignment.state == AssignmentState.SUBMITTED,
            begun,
            Assignment.due_on,
        )
        .where(Assignment.round_id == round_id)
        .order_by(Assignment.document_id, Assignment.coder_id)
    )
    return [
        Held(id_, document, coder, bool(done), bool(started), due) for id_, document, coder, done, started, due in rows
    ]


def _texts(session: Session, round_id: UUID) -> list[_Text]:
    given_out = sa.exists().where(Assignment.document_id == Document.id, Assignment.round_id == round_id)
    rows = session.execute(
        sa.select(Document.id, Document.title, Case.name, Revision.length)
        .join(Revision, Revision.document_id == Document.id)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(given_out)
        .order_by(Document.position, Document.id, Revision.number)
    )
    return list({row[0]: _Text(*row) for row in rows}.values())  # of several texts the latest


class _Work:
    """One computation: the engine is asked once for each number of coders that a document is to have, with all else kept."""

    def __init__(
        self,
        session: Session,
        access: RoundAccess,
        wanted: RedistributionIn,
        held: Sequence[Held],
        coders: Collection[UUID],
    ) -> None:
        self._leaver, self._newcomer, self._again = wanted.leaves, wanted.joins, wanted.begun_again
        self._seed = secrets.randbelow(MOST_SEEDS) if wanted.seed is None else wanted.seed
        self._held = held
        self._texts = _texts(session, access.round.id)
        there = {h.coder_id for h in held} | ({wanted.joins} if wanted.joins else set())
        self._people = people_of(session, access.project.id, there)
        # Who is no coder of the project any longer, or not before the gate, keeps what they have, and gets nothing.
        kept_out = self._kept_out(session, access, there - {wanted.leaves, wanted.joins})
        self._able = {id_ for id_, _ in self._people if id_ in coders and id_ != self._leaver} - kept_out
        elsewhere = already_to_code(session, access, [id_ for id_, _ in self._people], but=access.round.id)
        set_ = dict(access.round.design.ceilings) if access.round.design else {}
        most = {**ceilings(session, access.project.id, there), **set_}
        self._coders = [wished.Coder(str(id_), most.get(id_), elsewhere.get(id_, 0)) for id_, _ in self._people]
        self._documents = [wished.Document(str(t.id), t.length, (t.case or "",)) for t in self._texts]

    @staticmethod
    def _kept_out(session: Session, access: RoundAccess, coders: Collection[UUID]) -> set[UUID]:
        """Return who of these may get nothing of an open round: a newcomer is refused by name when it is done."""
        if access.round.state is not RoundState.OPEN:
            return set()
        return {one.coder_id for one in standings(session, access, coders) if not one.open}

    def planned(self) -> Redistribution:
        """Return what comes of it."""
        now = {(h.document_id, h.coder_id) for h in self._held}
        free = {(h.document_id, h.coder_id) for h in self._held if self._is_free(h)}
        after, not_met = set(now), list[NotMet]()
        for number, documents in sorted(self._groups().items()):
            given = {(d, c) for d, c in after if d not in documents or (d, c) not in free}
            plan = self._asked(number, documents, given, now)
            after = {(d, c) for d, c in after if d not in documents}
            after |= {(UUID(d.document), UUID(c)) for d in plan.documents for c in d.coders}
            not_met += self._not_met(plan, number, documents)
        return self._told(now, after, not_met)

    @staticmethod
    def _not_met(plan: AssignmentPlan, number: int, documents: Collection[UUID]) -> Iterator[NotMet]:
        """Give what is not as wanted of these documents: all others are kept from changing, which is no want.

        Who has too few is seen in the plan: where the round has fewer coders than a document is to have, the engine says
        so of all at once.
        """
        for d in plan.documents:
            if UUID(d.document) in documents and len(d.coders) < number:
                taken = len(d.coders)
                yield NotMet("too_few_allowed", {"document": d.document, "taken": taken, "wanted": number})
        yield from (told for told in plan.not_met if told.reason == "over_ceiling")

    def _is_free(self, held: Held) -> bool:
        """Return whether an assignment may go to somebody else."""
        return not held.begun and self._leaver in {None, held.coder_id}

    def _groups(self) -> dict[int, set[UUID]]:
        """Return the documents of which something can change, by how many coders they are to have afterwards."""
        numbers = Counter(h.document_id for h in self._held)
        groups: dict[int, set[UUID]] = {}
        for h in self._held:
            besides = self._leaver == h.coder_id and h.begun and not h.submitted and self._again
            if self._is_free(h) or besides:
                groups.setdefault(numbers[h.document_id] + besides, set()).add(h.document_id)
        return groups

    def _asked(
        self, number: int, documents: Collection[UUID], given: Collection[Pair], now: Collection[Pair]
    ) -> AssignmentPlan:
        """Ask the engine for these documents; of all others everything stays as it is."""
        barred = (
            (text.id, id_)
            for text in self._texts
            for id_, _ in self._people
            if (text.id, id_) not in given and not (text.id in documents and self._may_get(text.id, id_, now))
        )
        return plan_assignments(
            self._documents,
            self._coders,
            wished.Design(number),
            given=[(str(d), str(c)) for d, c in given],
            barred=[(str(d), str(c)) for d, c in barred],
            seed=self._seed,
        )

    def _may_get(self, document: UUID, coder: UUID, now: Collection[Pair]) -> bool:
        """Return whether a coder may have a document: a newcomer what nobody has begun, others then only what they have."""
        if coder not in self._able:
            return False
        return self._newcomer in {None, coder} or (document, coder) in now

    def _told(self, now: Collection[Pair], after: Collection[Pair], not_met: Sequence[NotMet]) -> Redistribution:
        order = {text.id: n for n, text in enumerate(self._texts)}
        lengths = {text.id: text.length for text in self._texts}
        taken = [h for h in self._held if (h.document_id, h.coder_id) not in after]
        due = {h.document_id: h.due_on for h in [*self._of_leaver(), *taken]}
        new = sorted(set(after) - set(now), key=lambda pair: (order[pair[0]], str(pair[1])))
        of = {id_: [d for d, c in after if c == id_] for id_, _ in self._people}
        return Redistribution(
            seed=self._seed,
            taken=taken,
            given=[Given(d, c, due.get(d)) for d, c in new],
            shares=[
                Share(
                    id_,
                    sum(c == id_ for _, c in now),
                    len(of[id_]),
                    sum(lengths[d] for d in of[id_]),
                    [d for d, c in new if c == id_],
                    [h.document_id for h in taken if h.coder_id == id_],
                )
                for id_, _ in self._people
            ],
            pairs=list(_pairs(of)),
            submitted=sum(h.submitted for h in self._of_leaver()),
            begun=sum(h.begun and not h.submitted for h in self._of_leaver()),
            not_met=not_met,
            titles={str(text.id): text.title for text in self._texts},
            names={str(id_): name for id_, name in self._people},
        )

    def _of_leaver(self) -> list[Held]:
        return [h for h in self._held if h.coder_id == self._leaver]


def _pairs(of: Mapping[UUID, Sequence[UUID]]) -> Iterator[tuple[UUID, UUID, int]]:
    people = list(of)
    for n, a in enumerate(people):
        for b in people[n + 1 :]:
            yield a, b, len(set(of[a]) & set(of[b]))
