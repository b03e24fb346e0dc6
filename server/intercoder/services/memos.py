"""Memos on codes: theoretical, methodological and reflexive notes, each with its author, its date and what it said before.

Memos on anything else are written and found by ``study_memos``; who may read a memo is said here for both.

What somebody writes while coding in an open round is that person's alone until the round closes: a memo on a code tells
what its author sees in the texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import InvalidInput, Stale
from intercoder.models import (
    Assignment,
    Case,
    Code,
    Memo,
    MemoAbout,
    MemoBefore,
    MemoKind,
    MemoReaders,
    Role,
    Round,
    RoundState,
    User,
)
from intercoder.services.access import Access, blind_rounds, no_such_thing
from intercoder.services.command import Command, Text, checked
from intercoder.services.own_codes import stream_of
from intercoder.text.canonical import canonical, clean_name

#: characters of a memo, and of its title
LENGTH, TITLE = 20_000, 200


def _text(text: str) -> str:
    kept = canonical(text).strip()
    if not kept:
        raise InvalidInput("no_memo", "A memo says something: write it, or take it away.")
    if len(kept) > LENGTH:
        raise InvalidInput("long_text", "A memo has at most {n} characters.", n=LENGTH)
    return kept


def _title(text: str) -> str:
    title = clean_name(text)
    if len(title) > TITLE:
        raise InvalidInput("long_name", "A name has at most {n} characters.", n=TITLE)
    return title


class MemoIn(Command):
    """What a memo says, what it is about (the theory, the method, its writer's own part), and who may read it.

    Of a memo that is changed, a title and readers that are not named stay as they are.
    """

    text: Annotated[Text, checked(_text)]
    kind: MemoKind = MemoKind.THEORETICAL
    title: Annotated[str, checked(_title), Field(max_length=400)] = ""
    readers: MemoReaders = MemoReaders.ALL


@dataclass(frozen=True)
class Earlier:
    """What a memo said before a change, and until when."""

    kind: MemoKind
    title: str
    text: str
    until: datetime


@dataclass(frozen=True)
class MemoRead:
    """A memo as it is read. ``own``: the person who asks wrote it; ``hidden``: nobody else sees it yet."""

    id: UUID
    code_id: UUID | None
    title: str
    readers: MemoReaders
    author_id: UUID
    author: str
    kind: MemoKind
    text: str
    written_at: datetime
    changed_at: datetime
    revision: int
    own: bool
    hidden: bool
    earlier: Sequence[Earlier]


def hidden() -> sa.Exists:
    """Return the condition of a memo written since an open round began in which its author codes."""
    return (
        sa.exists()
        .where(
            Round.id == Assignment.round_id,
            Round.project_id == Memo.project_id,
            Round.state == RoundState.OPEN,
            Assignment.coder_id == Memo.author_id,
            Memo.changed_at >= Round.opened_at,
        )
        .correlate(Memo)
    )


def readable(access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of memos that a person may read: own ones, and of others' those that are meant for the person.

    A memo of somebody who codes in an open round is that person's alone; who codes in an open round reads of others, besides
    memos on codes, what was written before it began.
    """
    meant = Memo.readers == MemoReaders.ALL
    if Role.LEAD in access.roles:
        meant = Memo.readers.in_([MemoReaders.ALL, MemoReaders.LEADS])
    while_blind = (
        sa.exists()
        .where(
            Round.id == Assignment.round_id,
            Round.project_id == Memo.project_id,
            Round.state == RoundState.OPEN,
            Assignment.coder_id == access.actor.id,
            Memo.changed_at >= Round.opened_at,
        )
        .correlate(Memo)
    )
    others = sa.and_(meant, sa.not_(hidden()), sa.or_(Memo.about == MemoAbout.CODE, sa.not_(while_blind)))
    return sa.and_(Memo.deleted_at.is_(None), sa.or_(Memo.author_id == access.actor.id, others))


def memos(session: Session, access: Access, code_id: UUID) -> list[MemoRead]:
    """Return the memos on a code that the person may see, the oldest first, each with what it said before."""
    rows = session.execute(
        sa.select(Memo, User.name, hidden())
        .join(User, User.id == Memo.author_id)
        .where(
            Memo.project_id == access.project.id,
            Memo.code_id == code_id,
            readable(access),
        )
        .order_by(Memo.written_at, Memo.id)
    ).all()
    before = earlier(session, [memo.id for memo, _, _ in rows])
    return [
        MemoRead(
            memo.id,
            memo.code_id,
            memo.title,
            memo.readers,
            memo.author_id,
            name,
            memo.kind,
            memo.text,
            memo.written_at,
            memo.changed_at,
            memo.revision,
            memo.author_id == access.actor.id,
            bool(not_yet),
            before.get(memo.id, ()),
        )
        for memo, name, not_yet in rows
    ]


def earlier(session: Session, memo_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Earlier]]:
    """Return what memos said before their changes, the newest first."""
    if not memo_ids:
        return {}
    found: dict[UUID, list[Earlier]] = {}
    rows = session.scalars(
        sa.select(MemoBefore).where(MemoBefore.memo_id.in_(memo_ids)).order_by(MemoBefore.revision.desc())
    )
    for row in rows:
        found.setdefault(row.memo_id, []).append(Earlier(row.kind, row.title, row.text, row.at))
    return found


def write(session: Session, access: Access, code_id: UUID, given: MemoIn) -> Memo:
    """Write a memo on a code of the project."""
    code = session.get(Code, code_id)
    if code is None or code.project_id != access.project.id:
        raise no_such_thing()
    at = now()
    memo = Memo(
        project_id=access.project.id,
        code_id=code.id,
        author_id=access.actor.id,
        kind=given.kind,
        title=given.title,
        text=given.text,
        readers=given.readers,
        written_at=at,
        changed_at=at,
    )
    session.add(memo)
    session.flush()
    log(session, access, memo)
    return memo


def change(session: Session, access: Access, memo_id: UUID, revision: int | None, given: MemoIn) -> Memo:
    """Change an own memo; what it said before is kept."""
    memo = own(session, access, memo_id)
    if revision is not None and memo.revision != revision:
        raise Stale("stale_memo", "You changed this memo elsewhere in the meantime. Read it again.")
    title = given.title if given.says("title") else memo.title
    readers = given.readers if given.says("readers") else memo.readers
    if (memo.text, memo.kind, memo.title, memo.readers) == (given.text, given.kind, title, readers):
        return memo
    at = now()
    session.add(
        MemoBefore(memo_id=memo.id, revision=memo.revision, kind=memo.kind, title=memo.title, text=memo.text, at=at)
    )
    memo.text, memo.kind, memo.title, memo.readers, memo.changed_at = given.text, given.kind, title, readers, at
    memo.revision += 1
    session.flush()
    log(session, access, memo)
    return memo


def remove(session: Session, access: Access, memo_id: UUID) -> None:
    """Take an own memo away; it stays in the database with its history."""
    memo = own(session, access, memo_id)
    memo.deleted_at = now()
    memo.revision += 1
    session.flush()
    log(session, access, memo)


def own(session: Session, access: Access, memo_id: UUID) -> Memo:
    """Return an own memo of the project, locked."""
    memo = session.scalar(sa.select(Memo).where(Memo.id == memo_id).with_for_update(key_share=True))
    mine = memo is not None and memo.author_id == access.actor.id and memo.project_id == access.project.id
    if memo is None or not mine or memo.deleted_at is not None:
        raise no_such_thing()
    return memo


def private_place(session: Session, access: Access) -> tuple[UUID, UUID] | None:
    """Return an open round in which the person codes and the stream of own acts there; None without such a round."""
    rounds = sorted(blind_rounds(session, access.project.id, access.actor.id))
    return (rounds[0], stream_of(rounds[0], access.actor.id)) if rounds else None


def log(session: Session, access: Access, memo: Memo) -> None:
    """Log that a memo was written, changed or taken away."""
    place = private_place(session, access)
    gone = memo.deleted_at is not None
    if memo.code_id is not None:
        code = session.get_one(Code, memo.code_id)
        if gone:
            removed = events.OwnMemoRemoved(code.id, *place, name=code.name) if place else None
            access.log(session, removed or events.MemoRemoved(code.id, name=code.name))
        else:
            written = events.OwnMemoWritten(code.id, *place, name=code.name, revision=memo.revision) if place else None
            access.log(session, written or events.MemoWritten(code.id, name=code.name, revision=memo.revision))
        return
    thing = memo.case_id or memo.document_id or memo.relation_id
    name = session.get_one(Case, memo.case_id).name if memo.case_id else access.project.name
    told = (memo.about, name, thing, memo.revision, gone or None)
    there = access.project.id
    access.log(
        session, events.OwnMemoOnThing(there, place[0], place[1], *told) if place else events.MemoOnThing(there, *told)
    )
