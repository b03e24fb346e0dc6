"""Talk about a place: threads with mentions, resolved or open, for all who may see the place and nobody else.

A coder may contest a ruling on a place that the person coded, once the round is settled and where the project shows coders the
rulings on their work: that is a thread of its own kind, which an adjudicator or a lead resolves.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, Forbidden, InvalidInput
from intercoder.models import (
    Comment,
    Disagreement,
    DisagreementState,
    Document,
    Member,
    Mention,
    Role,
    Round,
    RoundState,
    Ruling,
    Thread,
    ThreadKind,
    ThreadState,
    User,
)
from intercoder.services.access import RoundAccess, no_such_thing, tested_on
from intercoder.services.command import Command, Text, checked
from intercoder.services.disagreements import get_disagreement
from intercoder.services.masks import hidden, seated
from intercoder.text.canonical import canonical

#: characters of a comment
COMMENT_LENGTH = 4000
#: how long talk is news on a desk, and how many
_LASTS, SHOWN = timedelta(days=30), 10


def _clean(text: str) -> str:
    kept = canonical(text).strip()
    if not kept:
        raise InvalidInput("nothing_said", "Write something first.")
    if len(kept) > COMMENT_LENGTH:
        raise InvalidInput("long_text", "A comment has at most {n} characters.", n=COMMENT_LENGTH)
    return kept


class CommentIn(Command):
    """What is said; ``thread``: where, a new one without it; ``contests``: it contests the ruling in force."""

    text: Annotated[Text, checked(_clean)]
    thread: UUID | None = None
    contests: bool = False


class ThreadChange(Command):
    """Resolved, or open again."""

    state: ThreadState


@dataclass(frozen=True)
class Called:
    """Who can be mentioned at a place: what follows the @, and whom it means."""

    name: str
    id: UUID


@dataclass(frozen=True)
class Spoken:
    """A comment as it is read; ``by`` is "A" of a coder whose name is hidden."""

    id: UUID
    by: str
    #: whether ``by`` is a letter
    masked: bool
    own: bool
    text: str
    at: datetime


@dataclass(frozen=True)
class Told:
    """A thread as it is read."""

    thread: Thread
    comments: Sequence[Spoken]
    may_move: bool

    @property
    def contests(self) -> bool:
        """Whether it is an open contest of a ruling."""
        return self.thread.kind is ThreadKind.CONTEST and self.thread.state is ThreadState.OPEN


def _place(session: Session, access: RoundAccess, disagreement_id: UUID) -> Disagreement:
    d = get_disagreement(session, access, disagreement_id)
    if d.state is DisagreementState.TWICE:
        raise Conflict(
            "two_rule_talk", "Two adjudicators rule here, blind to one another: talk goes on when both have."
        )
    return d


def called_at(session: Session, access: RoundAccess, d: Disagreement) -> list[Called]:
    """Return who can be mentioned at a place, by name; its coders by letter while the project hides names."""
    rows = session.execute(
        sa.select(User.id, User.name).join(Member, Member.user_id == User.id).where(Member.project_id == d.project_id)
    ).all()
    letters = _letters(access, d)
    return [Called(letters.get(person, name), person) for person, name in rows]


def _letters(access: RoundAccess, d: Disagreement) -> Mapping[UUID, str]:
    if not hidden(access):
        return {}
    return {coder: chr(ord("A") + n) for n, coder in enumerate(seated(access, d.document_id, d.coders))}


def mentioned(text: str, people: Sequence[Called]) -> list[UUID]:
    """Return whom a text names with @, each once; of two names that fit the longer one is meant."""
    by_length = sorted(people, key=lambda one: -len(one.name))
    if not by_length:
        return []
    # A name in letters ends where they end: "@Bo" is not "@B". In scripts without blanks words go on after a name.
    names = "|".join(re.escape(one.name) + ("(?![a-z0-9])" if one.name.isascii() else "") for one in by_length)
    found = [match.group(1).casefold() for match in re.finditer(f"[@＠]({names})", text, re.IGNORECASE)]
    return [one.id for one in people if one.name.casefold() in found]


def comment(session: Session, access: RoundAccess, disagreement_id: UUID, given: CommentIn) -> Comment:
    """Say something about a place: in a thread, in a new one, or against the ruling in force there."""
    d = _place(session, access, disagreement_id)
    if given.thread is not None:
        thread = _thread(session, d, given.thread)
        if thread.state is ThreadState.RESOLVED:
            raise Conflict("thread_resolved", "This talk is resolved: open it again to go on.")
        contested = None
    else:
        contested = _contested(session, access, d) if given.contests else None
        thread = Thread(
            project_id=d.project_id,
            round_id=d.round_id,
            disagreement_id=d.id,
            kind=ThreadKind.CONTEST if given.contests else ThreadKind.TALK,
            ruling_id=contested,
            state=ThreadState.OPEN,
            opened_by=access.actor.id,
            created_at=now(),
        )
        session.add(thread)
        session.flush()
    said = Comment(thread_id=thread.id, author_id=access.actor.id, text=given.text, at=now())
    session.add(said)
    session.flush()
    named = [person for person in mentioned(given.text, called_at(session, access, d)) if person != access.actor.id]
    session.add_all(Mention(comment_id=said.id, user_id=person) for person in named)
    session.flush()
    told = events.Commented(
        d.id,
        d.round_id,
        thread.id,
        given.text,
        thread.kind,
        contested,
        tuple(named) or None,
        hears=_hearers(session, d, thread, named),
    )
    access.log(session, told)
    return said


def may_contest(access: RoundAccess) -> bool:
    """Return whether somebody may contest a ruling at the place whose door was opened: a coder of it, after settling, if the project shows rulings."""
    settled = access.round.state is RoundState.SETTLED
    return settled and access.situation.coded_the_place and access.project.coders_see_rulings


def _contested(session: Session, access: RoundAccess, d: Disagreement) -> UUID:
    """Return the ruling in force that somebody may contest."""
    if not may_contest(access):
        raise Forbidden(
            "not_to_contest",
            "A ruling can be contested by a coder of its place, once the round is settled and where the project shows coders the "
            "rulings on their work.",
        )
    holds = sa.select(Ruling.id).where(Ruling.disagreement_id == d.id, Ruling.ended_at.is_(None))
    ruling = session.scalar(holds) if d.state is DisagreementState.RULED else None
    if ruling is None:
        raise Conflict("nothing_to_contest", "There is no ruling in force here.")
    return ruling


def _thread(session: Session, d: Disagreement, thread_id: UUID) -> Thread:
    thread = session.get(Thread, thread_id, with_for_update=True, populate_existing=True)
    if thread is None or thread.disagreement_id != d.id:
        raise no_such_thing()
    return thread


def _hearers(session: Session, d: Disagreement, thread: Thread, named: Sequence[UUID]) -> tuple[UUID, ...]:
    spoke = session.scalars(
        sa.select(Comment.author_id)
        .where(Comment.thread_id == thread.id)
        .union(sa.select(Ruling.adjudicator_id).where(Ruling.id == thread.ruling_id))
    )
    return tuple({*d.coders, *spoke, *named, thread.opened_by})


def move(session: Session, access: RoundAccess, disagreement_id: UUID, thread_id: UUID, change: ThreadChange) -> Thread:
    """Resolve a talk or open it again: who began it, an adjudicator or a lead; a contest is not resolved by who contests."""
    d = _place(session, access, disagreement_id)
    thread = _thread(session, d, thread_id)
    if not _may_move(access, thread):
        raise Forbidden("not_to_resolve", "An adjudicator or a lead resolves this talk.")
    if thread.state is change.state:
        raise Conflict("thread_stands", "Somebody did that in the meantime.")
    thread.state = change.state
    session.flush()
    moved = events.ThreadMoved(d.id, d.round_id, thread.id, change.state, hears=_hearers(session, d, thread, ()))
    access.log(session, moved)
    return thread


def _may_move(access: RoundAccess, thread: Thread) -> bool:
    if access.roles & {Role.LEAD, Role.ADJUDICATOR}:
        return True
    return thread.kind is ThreadKind.TALK and thread.opened_by == access.actor.id


def threads(session: Session, access: RoundAccess, disagreement_id: UUID) -> list[Told]:
    """Return the talk about a place, open threads first, each from its beginning; none while two rule there blind."""
    d = get_disagreement(session, access, disagreement_id)
    if d.state is DisagreementState.TWICE:
        return []
    letters = _letters(access, d)
    rows = session.execute(
        sa.select(Thread, Comment, User.name)
        .join(Comment, Comment.thread_id == Thread.id)
        .join(User, User.id == Comment.author_id)
        .where(Thread.disagreement_id == d.id)
        .order_by(
            sa.case((Thread.state == ThreadState.OPEN, 0), else_=1),
            Thread.created_at,
            Thread.id,
            Comment.at,
            Comment.id,
        )
    ).all()
    told: dict[UUID, tuple[Thread, list[Spoken]]] = {}
    for thread, said, name in rows:
        letter = letters.get(said.author_id)
        own = said.author_id == access.actor.id
        spoken = Spoken(said.id, letter or name, letter is not None, own, said.text, said.at)
        told.setdefault(thread.id, (thread, []))[1].append(spoken)
    return [Told(thread, comments, _may_move(access, thread)) for thread, comments in told.values()]


# --- news ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TalkNews:
    """What somebody said that concerns a person: mentions them, or stands in a talk of theirs."""

    disagreement_id: UUID
    title: str
    round_number: int
    text: str
    at: datetime
    mentions: bool
    contest: bool


def news(session: Session, actor_id: UUID) -> list[TalkNews]:
    """Return what others said in the last days to a person, in a talk of the person's, or against a ruling of the person's, latest first.

    Of places that the person may see: of compared rounds of own projects, none whose answers are hidden from the person.
    """
    mine = sa.orm.aliased(Comment)
    takes_part = sa.exists().where(mine.thread_id == Thread.id, mine.author_id == actor_id).correlate(Thread)
    meant = sa.exists().where(Mention.comment_id == Comment.id, Mention.user_id == actor_id).correlate(Comment)
    contests = sa.exists().where(Ruling.id == Thread.ruling_id, Ruling.adjudicator_id == actor_id).correlate(Thread)
    member = sa.exists().where(Member.project_id == Thread.project_id, Member.user_id == actor_id).correlate(Thread)
    rows = session.execute(
        sa.select(Thread.disagreement_id, Document.title, Round.number, Comment.text, Comment.at, meant, Thread.kind)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Disagreement, Disagreement.id == Thread.disagreement_id)
        .join(Document, Document.id == Disagreement.document_id)
        .join(Round, Round.id == Thread.round_id)
        .where(
            Comment.author_id != actor_id,
            Comment.at > now() - _LASTS,
            sa.or_(takes_part, meant, contests),
            member,
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
            Round.compared_at.is_not(None),
            Disagreement.state.not_in([DisagreementState.VOID, DisagreementState.TWICE]),
            sa.not_(tested_on(Round.id, actor_id).correlate(Round)),
        )
        .order_by(Comment.at.desc(), Comment.id)
        .limit(SHOWN)
    )
    return [
        TalkNews(place, title, number, text, at, bool(named), kind is ThreadKind.CONTEST)
        for place, title, number, text, at, named, kind in rows
    ]
