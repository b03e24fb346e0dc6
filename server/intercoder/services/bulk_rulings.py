"""Ruling on many places by a rule: what would stand is shown first, done in one act, and taken back as one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import (
    BulkRuling,
    CodeState,
    ConsensusCoding,
    Disagreement,
    DisagreementKind,
    DisagreementState,
    Kinship,
    Revision,
    RoundState,
    Ruling,
    RulingTag,
    SettlingRule,
    StandingCoding,
    User,
    uuid7,
)
from intercoder.services.access import RoundAccess, coded, no_such_thing
from intercoder.services.adjudication import clean_reason
from intercoder.services.codebook import Entry
from intercoder.services.command import Command, Text, checked
from intercoder.services.comparing import compared_under_another
from intercoder.services.consensus import AT_ONCE, Ruled, end_all, let_stand
from intercoder.services.disagreements import excerpts, may_be_ruled_by, sides_of
from intercoder.services.mapping import mapping
from intercoder.services.masks import require_names
from intercoder.services.missing_units import NONE_MISSING
from intercoder.services.picking import Fitting, used
from intercoder.services.rulings import IN_FORCE, counted_at
from intercoder.services.submitted import missing_units_of, round_codebook
from intercoder.stats.differences import Coding as Mark
from intercoder.stats.settling import settled

#: places of one act: a coder elsewhere waits for as long as they take
MOST = 2000
EXAMPLES = 10


class BulkRulingAsked(Command):
    """A rule, and the open places that it is for: of some kinds, of a document, with one of some codes; all when nothing is said.

    ``least`` is for ``majority``, ``coder`` for ``one_coder``, ``like`` for ``as_ruled``: a place that is ruled, whose
    ruling is said again at the open places that are alike.
    """

    rule: SettlingRule
    kinds: Annotated[tuple[DisagreementKind, ...], Field(max_length=3)] = ()
    document: UUID | None = None
    codes: Annotated[tuple[UUID, ...], Field(max_length=100)] = ()
    least: Annotated[int, Field(ge=2, le=100)] = 2
    coder: UUID | None = None
    like: UUID | None = None


class BulkRulingIn(BulkRulingAsked):
    """A rule, its places and why; ``seen`` is of the preview that was looked at."""

    seen: str
    reason: Annotated[Text, checked(clean_reason)]
    tag: RulingTag | None = None


@dataclass(frozen=True, slots=True)
class _One:
    place: Disagreement
    stands: frozenset[tuple[UUID, int, int]]
    by_coder: bool


@dataclass(frozen=True)
class _Found:
    ones: Sequence[_One]
    #: open places that fit, of which the rule says nothing
    silent: int
    #: further places on which the rule could be used, beyond ``MOST``
    more: int

    @property
    def seen(self) -> str:
        """What tells these places, as they are, from any others."""
        said = "\n".join(f"{one.place.id} {one.place.version} {sorted(one.stands)}" for one in self.ones)
        return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Standing:
    """A coding that would stand: its code and its words."""

    code: Entry
    words: str


@dataclass(frozen=True)
class Example:
    """One of the places, with what would stand there."""

    place: Disagreement
    words: str
    stands: Sequence[Standing]


@dataclass(frozen=True)
class Preview:
    """What a rule would do.

    ``places`` would be ruled on, by which ``added`` codings come into the consensus (those that stand already are not
    counted); at ``empty`` of them no code would stand. Of ``silent`` places that fit the rule says nothing; ``more`` wait
    for another time.
    """

    places: int
    added: int
    empty: int
    silent: int
    more: int
    examples: Sequence[Example]
    seen: str


@dataclass(frozen=True)
class Bulk:
    """An act on many places: how many rulings it made and how many of them still hold."""

    id: UUID
    rule: SettlingRule
    reason: str
    by: str
    at: datetime
    undone: datetime | None
    rulings: int
    hold: int


def _find(session: Session, access: RoundAccess, asked: BulkRulingAsked, *, lock: bool = False) -> _Found:
    round_ = access.round
    require_names(access, asked.coder)
    if asked.rule is SettlingRule.ONE_CODER and asked.coder is None:
        raise InvalidInput("which_coder", "Say whose codings are to stand.")
    if compared_under_another(session, round_):
        raise Conflict(
            "compared_before", "What codes count as was changed since this round was compared: compare it again first."
        )
    conditions = [
        Fitting(state=DisagreementState.OPEN, document=asked.document).condition(round_.id),
        may_be_ruled_by(access.actor.id),
    ]
    if asked.kinds:
        conditions.append(Disagreement.kind.in_(asked.kinds))
    if asked.codes:
        conditions.append(used(asked.codes))
    if asked.rule.of_boundaries:
        conditions.append(Disagreement.kind == DisagreementKind.BOUNDARY)
    if asked.rule in {SettlingRule.CHILD, SettlingRule.PARENT}:
        conditions.append(Disagreement.detail == Kinship.ANCESTOR)
    codes: frozenset[str] = frozenset()
    if asked.rule is SettlingRule.AS_RULED:
        group, codes = _ruled_like(session, access, asked.like)
        conditions.append(Disagreement.alike == group)
    own = coded(Disagreement.round_id, Disagreement.document_id, sa.literal(access.actor.id)).correlate(Disagreement)
    wanted = sa.select(Disagreement, own).where(*conditions).order_by(Disagreement.position, Disagreement.id)
    rows = session.execute(wanted.with_for_update(key_share=True, of=Disagreement) if lock else wanted).all()
    mapped = mapping(session, round_.project_id, round_.compared_mapping)
    missing = missing_units_of(session, round_, [*{place.document_id for place, _ in rows}])
    ones: list[_One] = []
    silent = more = 0
    for first in range(0, len(rows), AT_ONCE):
        part = rows[first : first + AT_ONCE]
        sides = sides_of(session, [place for place, _ in part])
        for place, by_coder in part:
            judged = [
                str(coder)
                for coder in place.coders
                if any(side.coder == coder for side in sides[place.id])
                or not missing.get((place.document_id, coder), NONE_MISSING).covers(place.start, place.end)
            ]
            marks = [Mark(str(s.key), str(s.coder), str(s.code), s.start, s.end) for s in sides[place.id]]
            said = settled(
                asked.rule, marks, judged, mapped.tree, least=asked.least, coder=str(asked.coder), codes=codes
            )
            # What stands by a split code would be known to nobody.
            if said is None or any(mapped.codes[code].state is CodeState.SPLIT for code, _, _ in said):
                silent += 1
            elif len(ones) == MOST:
                more += 1
            else:
                ones.append(_One(place, frozenset((UUID(c), s, e) for c, s, e in said), bool(by_coder)))
    return _Found(ones, silent, more)


def _ruled_like(session: Session, access: RoundAccess, place: UUID | None) -> tuple[int, frozenset[str]]:
    """Return the group of places that are like a ruled one, and the codes that stand there."""
    wanted = (
        sa.select(Disagreement.alike, Disagreement.id, Ruling.codings)
        .join(Ruling, Ruling.disagreement_id == Disagreement.id)
        .where(Disagreement.id == place, Disagreement.round_id == access.round.id, IN_FORCE)
    )
    found = session.execute(wanted).one_or_none()
    if found is None or found.alike is None:
        raise InvalidInput("which_ruling", "Say which ruling of this round, one in force, is to be said again.")
    codes = {counted_at(session, access.round, found.id, coding.code) for coding in found.codings}
    return found.alike, frozenset(str(code) for code in codes)


def said_at(session: Session, access: RoundAccess, place: UUID) -> Ruling | None:
    """Return the ruling in force at a place of the round; its reason is offered where the same is ruled at others."""
    wanted = sa.select(Ruling).join(Disagreement, Disagreement.id == Ruling.disagreement_id)
    return session.scalar(wanted.where(Disagreement.id == place, Disagreement.round_id == access.round.id, IN_FORCE))


def preview(session: Session, access: RoundAccess, asked: BulkRulingAsked) -> Preview:
    """Return what a rule would do in a compared round, with ten places drawn of those on which it would rule."""
    found = _find(session, access, asked)
    drawn = sorted(Random(found.seen).sample(range(len(found.ones)), min(EXAMPLES, len(found.ones))))
    shown = [found.ones[i] for i in drawn]
    entries = {entry.id: entry for entry in round_codebook(session, access.round)}
    words = excerpts(session, [one.place for one in shown])
    return Preview(
        len(found.ones),
        _added(session, access, found.ones),
        sum(not one.stands for one in found.ones),
        found.silent,
        found.more,
        [Example(one.place, words[one.place.id], _standing(session, one, entries)) for one in shown],
        found.seen,
    )


def _standing(session: Session, one: _One, entries: dict[UUID, Entry]) -> list[Standing]:
    stands = sorted(one.stands, key=lambda coding: (coding[1], coding[2], entries[coding[0]].name))
    texts = [sa.func.substr(Revision.text, start + 1, min(end - start, 80)) for _, start, end in stands]
    if not texts:
        return []
    row = session.execute(sa.select(*texts).where(Revision.id == one.place.revision_id)).one()
    return [Standing(entries[code], words) for (code, _, _), words in zip(stands, row, strict=True)]


def _added(session: Session, access: RoundAccess, ones: Sequence[_One]) -> int:
    wanted = {(one.place.document_id, *coding) for one in ones for coding in one.stands}
    c = ConsensusCoding
    there = session.execute(
        sa.select(c.document_id, c.code_id, c.start, c.end).where(
            c.round_id == access.round.id, c.code_id.in_({code for _, code, _, _ in wanted})
        )
    )
    return len(wanted - {(document, code, start, end) for document, code, start, end in there})


def _still_ruled(session: Session, access: RoundAccess) -> None:
    session.refresh(access.round, ["state", "compared_at"], with_for_update={"read": True})
    if access.round.state is not RoundState.CLOSED or access.round.compared_at is None:
        raise Conflict("round_moved", "Somebody changed the state of this round in the meantime.")


def rule_all(session: Session, access: RoundAccess, given: BulkRulingIn) -> Bulk:
    """Rule by a rule on the places that were seen in its preview, in one act.

    Raises
    ------
    Conflict : the rule says nothing at any place; the round is not ruled any more.
    Stale : the places, or what would stand there, are not those of the preview.
    """
    _still_ruled(session, access)
    found = _find(session, access, given, lock=True)
    if not found.ones:
        raise Conflict("nothing_to_rule", "There is no open place here at which this rule says what stands.")
    if found.seen != given.seen:
        raise Stale(
            "stale_preview", "Somebody decided on some of these places in the meantime. Look at the preview again."
        )
    round_, at = access.round, now()
    ids = [one.place.id for one in found.ones]
    for first in range(0, len(ids), AT_ONCE):
        asleep = sa.select(Ruling).where(
            Ruling.disagreement_id.in_(ids[first : first + AT_ONCE]), Ruling.ended_at.is_(None)
        )
        end_all(session, round_, session.scalars(asleep).all())
    bulk = BulkRuling(
        id=uuid7(),
        project_id=round_.project_id,
        round_id=round_.id,
        adjudicator_id=access.actor.id,
        rule=given.rule,
        created_at=at,
    )
    session.add(bulk)
    session.flush()
    made: list[events.RuledPlace] = []
    ruled: list[Ruled] = []
    for one in found.ones:
        stands = sorted(one.stands, key=lambda coding: (coding[1], coding[2], coding[0]))
        ruling = Ruling(
            id=uuid7(),
            disagreement_id=one.place.id,
            bulk_id=bulk.id,
            adjudicator_id=access.actor.id,
            codings=tuple(StandingCoding(*coding) for coding in stands),
            reason=given.reason,
            tag=given.tag,
            created_at=at,
        )
        session.add(ruling)
        one.place.state = DisagreementState.RULED
        one.place.version += 1
        ruled.append(Ruled(one.place, ruling.id, one.stands))
        codings = tuple(events.RuledCoding(*coding) for coding in stands)
        made.append(events.RuledPlace(one.place.id, ruling.id, codings, one.by_coder or None))
    session.flush()
    let_stand(session, ruled)
    said = (bulk.id, given.rule, tuple(made), given.reason, given.tag)
    access.log(session, events.PlacesRuled(round_.id, round_.id, *said))
    return _bulk(session, access, bulk.id)


def undo_all(session: Session, access: RoundAccess, bulk_id: UUID) -> Bulk:
    """Take an act on many places back: those of its rulings that were not followed by others end, and their places are open."""
    _still_ruled(session, access)
    bulk = session.get(BulkRuling, bulk_id, with_for_update={"key_share": True})
    if bulk is None or bulk.round_id != access.round.id:
        raise no_such_thing()
    left = (
        sa.select(Ruling, Disagreement, may_be_ruled_by(access.actor.id))
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .where(Ruling.bulk_id == bulk_id, Ruling.ended_at.is_(None))
        .order_by(Disagreement.position, Disagreement.id)
        .with_for_update(key_share=True, of=Disagreement)
    )
    rows = session.execute(left).all()
    if bulk.undone_at is not None or not rows:
        raise Conflict("nothing_to_undo_here", "None of these rulings is in force any more.")
    if any(place.state is DisagreementState.TWICE for _, place, _ in rows):
        raise Conflict(
            "checked_meanwhile",
            "Some of these rulings are checked by a second one: wait for it, or let a lead end that.",
        )
    if not all(allowed for _, _, allowed in rows):
        raise Conflict(
            "own_work_among", "Some of these rulings are about documents that you coded: somebody else takes them back."
        )
    bulk.undone_at = now()
    end_all(session, access.round, [ruling for ruling, _, _ in rows])
    for _, place, _ in rows:
        if place.state is DisagreementState.RULED:
            place.state = DisagreementState.OPEN
            place.version += 1
    round_id, ended = access.round.id, tuple(ruling.id for ruling, _, _ in rows)
    access.log(session, events.PlacesOpened(round_id, round_id, bulk=bulk_id, rulings=ended))
    return _bulk(session, access, bulk_id)


def bulks(session: Session, access: RoundAccess, only: UUID | None = None) -> list[Bulk]:
    """Return the acts on many places of a round, latest first; one statement."""
    hold = sa.func.count().filter(IN_FORCE)
    wanted = (
        sa.select(BulkRuling, User.name, sa.func.min(Ruling.reason), sa.func.count(), hold)
        .join(User, User.id == BulkRuling.adjudicator_id)
        .join(Ruling, Ruling.bulk_id == BulkRuling.id)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .where(BulkRuling.round_id == access.round.id, BulkRuling.id == only if only else sa.true())
        .group_by(BulkRuling.id, User.name)
        .order_by(BulkRuling.created_at.desc(), BulkRuling.id.desc())
    )
    return [
        Bulk(b.id, b.rule, reason, name, b.created_at, b.undone_at, made, holding)
        for b, name, reason, made, holding in session.execute(wanted)
    ]


def _bulk(session: Session, access: RoundAccess, bulk_id: UUID) -> Bulk:
    session.flush()
    (found,) = bulks(session, access, bulk_id)
    return found
