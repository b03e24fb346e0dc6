"""The event log: rows chained by hash, one row for each act, in the transaction that does it."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple, cast
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.db import before_commit, within
from intercoder.events.act import Act
from intercoder.events.anchors import Anchor, Anchors
from intercoder.events.bus import Bus, Hint
from intercoder.models import Event, Project
from intercoder.prepared import Prepared, Transaction, change

#: what the hash of a row covers, in this order; the row before it comes last
_COVERED = (
    "project_id",
    "stream",
    "seq",
    "at",
    "actor_id",
    "action",
    "subject_kind",
    "subject_id",
    "round_id",
    "public",
    "detail",
    "previous",
)


#: writes what is hashed; made once, since the standard library makes one for each text otherwise
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Head(NamedTuple):
    """The latest row of a stream: its number and its hash."""

    seq: int
    hash: str


_PROJECTS = Project.metadata.tables[Project.__tablename__]
_LOCK = Prepared(
    sa.select(_PROJECTS.c.id).where(_PROJECTS.c.id == sa.bindparam("project")).with_for_update(key_share=True), str
)
_ROWS = Event.metadata.tables[Event.__tablename__]
_HEAD = Prepared(
    sa.select(_ROWS.c.seq, _ROWS.c.hash)
    .where(_ROWS.c.stream == sa.bindparam("of"))
    .order_by(_ROWS.c.seq.desc())
    .limit(1),
    Head,
)
# The order of the list is this number and not the time: a clock that is set back would put new rows below old ones.
_LATEST = sa.select(sa.func.coalesce(sa.func.max(_ROWS.c.position), 0)).where(
    _ROWS.c.project_id == sa.bindparam("project")
)
_ADD = change(sa.insert(_ROWS).values(position=_LATEST.scalar_subquery() + 1))


#: what follows from acts, asked before they are committed: each is given the session, project, person and acts
FOLLOWERS: list[Callable[[Session, UUID, UUID, tuple[Act, ...]], None]] = []


def record(session: Session, project_id: UUID, actor_id: UUID, *acts: Act) -> None:
    """Add what somebody did to the log, in the caller's transaction; wake open pages after its commit.

    Several acts are of one stream, and each has a row. The caller of acts in a stream of its own holds the lock on what
    the stream belongs to; the project's stream is serialised here by a lock on the project's row.
    """
    if not acts:
        return
    transaction = within(session)
    if acts[0].stream is None and not session.info.get("sqlite"):  # whose transactions hold the one write lock
        transaction.first(_LOCK, {"project": project_id})
    head = transaction.first(_HEAD, {"of": acts[0].stream or project_id})
    for act in acts:
        head = append(transaction, head, project_id, actor_id, act)
    before_commit(session, partial(_follow, session, project_id, actor_id, acts))


def _follow(session: Session, project_id: UUID, actor_id: UUID, acts: tuple[Act, ...]) -> None:
    for follow in FOLLOWERS:
        follow(session, project_id, actor_id, acts)


def append(transaction: Transaction, head: Head | None, project_id: UUID, actor_id: UUID, act: Act) -> Head:
    """Add what somebody did after the latest row of its stream, which the caller has read; None where it is the first.

    Return the row's number and hash: what the next act of the stream follows.

    Two that read the same head clash in the database: the stream and the number of a row are unique.
    """
    stream, seq = act.stream or project_id, head.seq + 1 if head else 1
    row: dict[str, object] = {
        "id": uuid4(),
        "project_id": project_id,
        "stream": stream,
        "seq": seq,
        "at": now(),
        "actor_id": actor_id,
        "action": act.action,
        "subject_kind": act.subject_kind.value,
        "subject_id": act.subject_id,
        "round_id": act.round_id,
        "public": act.public,
        "detail": act.detail(),
        "previous": head.hash if head else "",
    }
    row["hash"] = digest = _digest(row)
    transaction.send(_ADD, {**row, "project": project_id})
    bus = cast("Bus | None", transaction.hooks.get("bus"))
    if bus is not None and not act.unheard:
        hint = Hint(
            str(project_id),
            act.subject_kind,
            str(actor_id),
            str(act.round_id) if act.round_id else None,
            act.public,
            tuple(sorted(map(str, act.about))),
        )
        transaction.after_commit(lambda: bus.publish(hint))
    anchors = cast("Anchors | None", transaction.hooks.get("anchors"))
    if anchors is not None and stream == project_id:
        anchor = Anchor(project_id, seq, digest, str(_plain(row["at"])))
        transaction.after_commit(lambda: anchors.add(anchor))
    return Head(seq, digest)


def chained_hash(event: Event) -> str:
    """Return SHA-256 over the canonical JSON of the row's content and the hash of the row before it."""
    return _digest({name: getattr(event, name) for name in _COVERED})


def _digest(row: Mapping[str, object]) -> str:
    content = [_plain(row[name]) for name in _COVERED]
    text = _CANONICAL.encode(content)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return str(value) if value is None or isinstance(value, UUID) else value


def follows(before: Event | None, row: Event) -> bool:
    """Return whether a row of a stream is whole and follows from the one before it; None before the first."""
    previous, seq = (before.hash, before.seq) if before is not None else ("", 0)
    return row.seq == seq + 1 and row.previous == previous and row.hash == chained_hash(row)


def first_break(rows: Iterable[Event]) -> Event | None:
    """Return the first row of one stream, given in order of ``seq``, that does not follow from the one before it."""
    before: Event | None = None
    for row in rows:
        if not follows(before, row):
            return row
        before = row
    return None
