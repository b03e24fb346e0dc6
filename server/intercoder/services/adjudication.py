"""Deciding on disagreements: ruling, taking a ruling back, putting one off."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.db import within
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import (
    Code,
    CodeState,
    ConsensusCoding,
    Disagreement,
    DisagreementState,
    Round,
    RoundState,
    Ruling,
    RulingTag,
    StandingCoding,
    VersionCode,
)
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.coding import blanks_only
from intercoder.services.command import Command, Offset, Text, checked
from intercoder.services.comparing import compared_under_another
from intercoder.services.consensus import Ruled, Stands, end_all, end_rulings, in_force, let_stand
from intercoder.services.disagreements import get_disagreement
from intercoder.services.lessons import LessonIn, teach
from intercoder.services.mapping import mapping
from intercoder.services.submitted import round_codebook
from intercoder.services.texts import text_of, trimmed
from intercoder.text.canonical import canonical

REASON_LENGTH = 5000


def clean_reason(text: str) -> str:
    """Return the reason of a ruling as it is kept."""
    reason = canonical(text).strip()
    if not reason:
        raise InvalidInput("no_reason", "Give a reason: it is what coders learn from and readers trust.")
    if len(reason) > REASON_LENGTH:
        raise InvalidInput("long_text", "A reason has at most {n} characters.", n=REASON_LENGTH)
    return reason


class Span(Command):
    """A code on a span."""

    code: UUID
    start: Offset
    end: Offset


class RulingIn(Command):
    """A decision: the codings that stand (none for "nothing here"), and why.

    They lie in the place, unless ``beyond`` says that it is meant to reach further.
    """

    codings: Annotated[tuple[Span, ...], Field(max_length=200)]
    reason: Annotated[Text, checked(clean_reason)]
    beyond: bool = False
    tag: RulingTag | None = None
    #: what it teaches: words for codes of the codebook, which a lead accepts or declines
    lessons: Annotated[tuple[LessonIn, ...], Field(max_length=10)] = ()


@cache
def _conduct() -> sa.Select[RoundState, datetime | None]:
    """Return the query of how far a round is, kept from going on before the transaction ends; built once."""
    wanted = sa.select(Round.state, Round.compared_at).where(Round.id == sa.bindparam("round"))
    return wanted.with_for_update(read=True)


def current(session: Session, access: RoundAccess, disagreement_id: UUID, version: int) -> Disagreement:
    """Return the disagreement, locked, if it still is as the adjudicator saw it, and its round is still being ruled."""
    state, compared_at = access.round.state, access.round.compared_at
    # A comparison that begins, or the end of adjudication, waits for this decision or is seen by it. SQLite's transactions
    # begin with the one write lock: what the door read is still true there.
    if not session.info.get("sqlite"):
        state, compared_at = session.execute(_conduct(), {"round": access.round.id}).one()
    if state is not RoundState.CLOSED:
        raise Conflict("round_moved", "Somebody changed the state of this round in the meantime.")
    if compared_at is None:
        raise no_such_thing()
    d = get_disagreement(session, access, disagreement_id, lock=True)
    if d.version != version:
        raise Stale("stale_disagreement", "Somebody decided here in the meantime. Look at it again.")
    return d


def _move(d: Disagreement, state: DisagreementState) -> None:
    """Put a disagreement into a state: whoever saw it as it was does not decide on it any more."""
    d.state = state
    d.version += 1


def _require_alone(d: Disagreement) -> None:
    """Refuse what one adjudicator decides where two rule, blind to one another."""
    if d.state is DisagreementState.TWICE:
        raise Conflict(
            "ruled_on_by_two",
            "Two adjudicators rule on this place, blind to one another: it is decided when both have, or when a lead ends that.",
        )


def _trimmed(text: str, span: Span) -> Span:
    """Return what is to stand without blanks at its edges."""
    start, end = trimmed(text, span.start, span.end)
    if start == end and span.start < span.end:
        raise blanks_only()
    return span.model_copy(update={"start": start, "end": end})


@dataclass(frozen=True)
class Decided:
    """A decision that can be made at a place: its codings as they are kept, and as they count in the consensus."""

    codings: tuple[StandingCoding, ...]
    counted: frozenset[Stands]
    beyond: bool


def decided(session: Session, access: RoundAccess, d: Disagreement, decision: RulingIn) -> Decided:
    """Return a decision as it is kept; refuse codes and words that cannot stand at the place."""
    text = text_of(within(session), d.revision_id) if decision.codings else ""
    stands = [*dict.fromkeys(_trimmed(text, span) for span in decision.codings)]
    moved = _moved(session, access, {span.code for span in stands})
    for span in stands:
        if not span.start < span.end <= len(text):
            raise InvalidInput(
                "span_outside",
                "The span {start}–{end} does not lie in the text, which has {length} characters.",
                start=span.start,
                end=span.end,
                length=len(text),
            )
    beyond = any(span.start < d.start or span.end > d.end for span in stands)
    if beyond and not decision.beyond:
        raise _reaches_beyond(session, d, min(span.start for span in stands), max(span.end for span in stands))
    counts = _counted(session, access, {span.code for span in stands}, moved=moved)
    return Decided(
        tuple(StandingCoding(span.code, span.start, span.end) for span in stands),
        frozenset((counts[span.code], span.start, span.end) for span in stands),
        beyond,
    )


def rule(session: Session, access: RoundAccess, disagreement_id: UUID, version: int, decision: RulingIn) -> Ruling:
    """Decide which codings stand at a place, with a reason. An earlier ruling is superseded and kept."""
    d = current(session, access, disagreement_id, version)
    _require_alone(d)
    found = decided(session, access, d, decision)
    _move(d, DisagreementState.RULED)
    return hold(session, access, d, decision, found)


def hold(session: Session, access: RoundAccess, d: Disagreement, decision: RulingIn, found: Decided) -> Ruling:
    """Make the ruling that says what was decided, which holds from now on, and log it."""
    d.state = DisagreementState.RULED
    end_rulings(session, d)
    ruling = Ruling(
        disagreement_id=d.id,
        adjudicator_id=access.actor.id,
        codings=found.codings,
        reason=decision.reason,
        tag=decision.tag,
        created_at=now(),
    )
    session.add(ruling)
    session.flush()
    let_stand(session, [Ruled(d, ruling.id, found.counted)])
    ruled = events.DisagreementRuled(
        d.id,
        d.round_id,
        ruling=ruling.id,
        codings=logged(found.codings),
        reason=decision.reason,
        by_coder=access.situation.coded_the_place or None,
        beyond=found.beyond or None,
        tag=decision.tag,
    )
    access.log(session, ruled)
    for lesson in decision.lessons:
        teach(session, access, ruling, d, lesson)
    return ruling


def logged(codings: Iterable[StandingCoding]) -> tuple[events.RuledCoding, ...]:
    """Return codings as the log keeps them."""
    return tuple(events.RuledCoding(coding.code, coding.start, coding.end) for coding in codings)


@cache
def _states() -> sa.Select[UUID, CodeState, bool]:
    """Return the query of the state of some codes, and of whether they are pinned by a version; built once."""
    version, codes = sa.bindparam("version", type_=sa.Uuid()), sa.bindparam("codes", type_=sa.Uuid(), expanding=True)
    pinned = sa.exists().where(VersionCode.version_id == version, VersionCode.code_id == Code.id).correlate(Code)
    return sa.select(Code.id, Code.state, pinned).where(Code.id.in_(codes))


def _moved(session: Session, access: RoundAccess, codes: Set[UUID]) -> bool:
    """Return whether any of some codes was merged or split; refuse codes that the round does not have.

    Its whole codebook is read only for those that its version does not have.
    """
    if not codes:
        return False
    rows = session.execute(_states(), {"version": access.round.version_id, "codes": [*codes]}).all()
    left = codes - {code for code, _, pinned in rows if pinned}
    if left and not left <= {entry.id for entry in round_codebook(session, access.round)}:
        raise InvalidInput("unknown_code", "This code is not in the codebook of this round.")
    return any(state in {CodeState.MERGED, CodeState.SPLIT} for _, state, _ in rows)


def _reaches_beyond(session: Session, d: Disagreement, start: int, end: int) -> InvalidInput:
    """Return the refusal of words beyond a place, with what else they touch there."""

    def touched(kind: type[Disagreement] | type[ConsensusCoding]) -> sa.ColumnElement[bool]:
        before = sa.and_(kind.start < d.start, kind.end > start)
        after = sa.and_(kind.start < end, kind.end > d.end)
        return sa.and_(kind.round_id == d.round_id, kind.document_id == d.document_id, sa.or_(before, after))

    other = sa.and_(Disagreement.id != d.id, Disagreement.state != DisagreementState.VOID, touched(Disagreement))
    ruled = sa.func.count().filter(Disagreement.state == DisagreementState.RULED)
    places, decided = session.execute(sa.select(sa.func.count(Disagreement.id), ruled).where(other)).one()
    unanimous = sa.select(sa.func.count(ConsensusCoding.id)).where(
        ConsensusCoding.ruling_id.is_(None), touched(ConsensusCoding)
    )
    return InvalidInput(
        "beyond_place",
        "These words reach beyond the place {start}–{end}. What else they touch: other places {places} (of these ruled "
        "{ruled}), codings that all agreed on {agreed}. Choose words within the place, or extend it.",
        start=d.start,
        end=d.end,
        places=places,
        ruled=decided,
        agreed=session.scalar(unanimous),
    )


def _counted(session: Session, access: RoundAccess, codes: Collection[UUID], *, moved: bool) -> Mapping[UUID, UUID]:
    """Return what codes count as under the mapping by which the round was compared, as all of its consensus does.

    A code that was split is refused: what stands by such a ruling would be known to nobody.
    """
    round_ = access.round
    if not moved and not compared_under_another(session, round_):
        return {code: code for code in codes}
    mapped = mapping(session, round_.project_id, round_.compared_mapping)
    ends = {code: mapped.map.resolved(str(code)) for code in codes}
    for end in ends.values():
        if end.waits:
            raise InvalidInput(
                "split_code",
                "The code “{name}” was split: let one of the codes that it became stand here.",
                name=mapped.codes[end.code].name,
            )
    return {code: UUID(end.code) for code, end in ends.items()}


def undo(session: Session, access: RoundAccess, disagreement_id: UUID, version: int) -> Disagreement:
    """Take the ruling in force back: the disagreement is open again, the ruling stays in its history."""
    d = current(session, access, disagreement_id, version)
    ruling = in_force(session, d)
    if ruling is None:
        raise Conflict("nothing_to_undo", "There is no ruling in force here.")
    _move(d, DisagreementState.OPEN)
    end_all(session, access.round, [ruling])
    access.log(session, events.RulingUndone(d.id, d.round_id, ruling=ruling.id))
    return d


#: the states into which a disagreement is put by hand; a ruling makes it ruled
ByHand = Literal[DisagreementState.OPEN, DisagreementState.DEFERRED, DisagreementState.DISCUSSION]
#: what is then told
_MOVES: Mapping[ByHand, type[events.ActInRound]] = {
    DisagreementState.OPEN: events.DisagreementReopened,
    DisagreementState.DEFERRED: events.DisagreementDeferred,
    DisagreementState.DISCUSSION: events.DisagreementDiscussed,
}


def set_state(
    session: Session, access: RoundAccess, disagreement_id: UUID, version: int, state: ByHand
) -> Disagreement:
    """Put a disagreement off, send it to discussion, or back among the open ones."""
    d = current(session, access, disagreement_id, version)
    if d.state == DisagreementState.RULED:
        raise Conflict("already_ruled", "This disagreement is ruled: undo the ruling first.")
    _require_alone(d)
    _move(d, state)
    access.log(session, _MOVES[state](d.id, d.round_id))
    return d
