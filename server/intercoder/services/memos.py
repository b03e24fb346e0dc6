"""Memos on codes: theoretical and methodological notes, each with its author, its date and what it said before.

What somebody writes while coding in an open round is that person's alone until the round closes: a memo on a code tells
what its author sees in the texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import InvalidInput, Stale
from intercoder.models import Assignment, Code, Memo, MemoBefore, MemoKind, Round, RoundState, User
from intercoder.services.access import Access, blind_rounds, no_such_thing
from intercoder.services.command import Command, Text, checked
from intercoder.services.own_codes import stream_of
from intercoder.text.canonical import canonical

LENGTH = 20_000


def _text(text: str) -> str:
    kept = canonical(text).strip()
    if not kept:
        raise InvalidInput("no_memo", "A memo says something: write it, or take it away.")
    if len(kept) > LENGTH:
        raise InvalidInput("long_text", "A memo has at most {n} characters.", n=LENGTH)
    return kept


class MemoIn(Command):
    """What a memo says, and what it is about: the theory or the method."""

    text: Annotated[Text, checked(_text)]
    kind: MemoKind = MemoKind.THEORETICAL


@dataclass(frozen=True)
class Earlier:
    """What a memo said before a change, and until when."""

    kind: MemoKind
    text: str
    until: datetime


@dataclass(frozen=True)
class MemoRead:
    """A memo as it is read. ``own``: the person who asks wrote it; ``hidden``: nobody else sees it yet."""

    id: UUID
    code_id: UUID
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


def _hidden() -> sa.Exists:
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


def memos(session: Session, access: Access, code_id: UUID) -> list[MemoRead]:
    """Return the memos on a code that the person may see, the oldest first, each with what it said before."""
    hidden, own = _hidden(), Memo.author_id == access.actor.id
    rows = session.execute(
        sa.select(Memo, User.name, hidden)
        .join(User, User.id == Memo.author_id)
        .where(
            Memo.project_id == access.project.id,
            Memo.code_id == code_id,
            Memo.deleted_at.is_(None),
            sa.or_(own, sa.not_(hidden)),
        )
        .order_by(Memo.written_at, Memo.id)
    ).all()
    before = _before(session, [memo.id for memo, _, _ in rows])
    return [
        MemoRead(
            memo.id,
            memo.code_id,
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


def _before(session: Session, memo_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Earlier]]:
    if not memo_ids:
        return {}
    earlier: dict[UUID, list[Earlier]] = {}
    rows = session.scalars(
        sa.select(MemoBefore).where(MemoBefore.memo_id.in_(memo_ids)).order_by(MemoBefore.revision.desc())
    )
    for row in rows:
        earlier.setdefault(row.memo_id, []).append(Earlier(row.kind, row.text, row.at))
    return earlier


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
        text=given.text,
        written_at=at,
        changed_at=at,
    )
    session.add(memo)
    session.flush()
    _log(session, access, memo, code)
    return memo


def change(session: Session, access: Access, memo_id: UUID, revision: int | None, given: MemoIn) -> Memo:
    """Change an own memo; what it said before is kept."""
    memo, code = _own(session, access, memo_id)
    if revision is not None and memo.revision != revision:
        raise Stale("stale_memo", "You changed this memo elsewhere in the meantime. Read it again.")
    if (memo.text, memo.kind) == (given.text, given.kind):
        return memo
    at = now()
    session.add(MemoBefore(memo_id=memo.id, revision=memo.revision, kind=memo.kind, text=memo.text, at=at))
    memo.text, memo.kind, memo.changed_at = given.text, given.kind, at
    memo.revision += 1
    session.flush()
    _log(session, access, memo, code)
    return memo


def remove(session: Session, access: Access, memo_id: UUID) -> None:
    """Take an own memo away; it stays in the database with its history."""
    memo, code = _own(session, access, memo_id)
    memo.deleted_at = now()
    memo.revision += 1
    session.flush()
    place = _private_place(session, access)
    access.log(
        session,
        events.OwnMemoRemoved(code.id, *place, name=code.name)
        if place
        else events.MemoRemoved(code.id, name=code.name),
    )


def _own(session: Session, access: Access, memo_id: UUID) -> tuple[Memo, Code]:
    memo = session.scalar(sa.select(Memo).where(Memo.id == memo_id).with_for_update(key_share=True))
    mine = memo is not None and memo.author_id == access.actor.id and memo.project_id == access.project.id
    if memo is None or not mine or memo.deleted_at is not None:
        raise no_such_thing()
    return memo, session.get_one(Code, memo.code_id)


def _private_place(session: Session, access: Access) -> tuple[UUID, UUID] | None:
    """Return an open round in which the person codes and the stream of own acts there; None without such a round."""
    rounds = sorted(blind_rounds(session, access.project.id, access.actor.id))
    return (rounds[0], stream_of(rounds[0], access.actor.id)) if rounds else None


def _log(session: Session, access: Access, memo: Memo, code: Code) -> None:
    place = _private_place(session, access)
    access.log(
        session,
        events.OwnMemoWritten(code.id, *place, name=code.name, revision=memo.revision)
        if place
        else events.MemoWritten(code.id, name=code.name, revision=memo.revision),
    )
