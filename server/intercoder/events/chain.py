"""The event log: rows chained by hash, one row for each act, in the transaction that does it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.db import after_commit
from intercoder.events.act import Act
from intercoder.events.anchors import Anchor, Anchors
from intercoder.events.bus import Bus, Hint
from intercoder.models import Event, Project

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

# Written for every coding: built once, and sent without the unit of work.
_LOCK = sa.select(Project.id).where(Project.id == sa.bindparam("project")).with_for_update(key_share=True)
_ROWS = Event.metadata.tables[Event.__tablename__]
_HEAD = (
    sa.select(_ROWS.c.seq, _ROWS.c.hash)
    .where(_ROWS.c.stream == sa.bindparam("of"))
    .order_by(_ROWS.c.seq.desc())
    .limit(1)
)
# The order of the list is this number and not the time: a clock that is set back would put new rows below old ones.
_LATEST = sa.select(sa.func.coalesce(sa.func.max(_ROWS.c.position), 0)).where(
    _ROWS.c.project_id == sa.bindparam("project")
)
_ADD = sa.insert(_ROWS).values(position=_LATEST.scalar_subquery() + 1)


def record(session: Session, project_id: UUID, actor_id: UUID, act: Act) -> None:
    """Add what somebody did to the log, in the caller's transaction; wake open pages after its commit.

    The caller of an act in a stream of its own holds the lock on what the stream belongs to; the project's
    stream is serialised here by a lock on the project's row.
    """
    session.flush()
    stream = act.stream
    if stream is None:
        stream = project_id
        session.execute(_LOCK, {"project": project_id})
    head = session.execute(_HEAD, {"of": stream}).first()
    row: dict[str, object] = {
        "id": uuid4(),
        "project_id": project_id,
        "stream": stream,
        "seq": head.seq + 1 if head else 1,
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
    row["hash"] = _digest(row)
    session.execute(_ADD, {**row, "project": project_id})
    bus: Bus | None = session.info.get("bus")
    if bus is not None:
        hint = Hint(
            str(project_id), act.subject_kind, str(actor_id), str(act.round_id) if act.round_id else None, act.public
        )
        after_commit(session, lambda: bus.publish(hint))
    anchors: Anchors | None = session.info.get("anchors")
    if anchors is not None and stream == project_id:
        anchor = Anchor(project_id, int(str(row["seq"])), str(row["hash"]), str(_plain(row["at"])))
        after_commit(session, lambda: anchors.add(anchor))


def chained_hash(event: Event) -> str:
    """Return SHA-256 over the canonical JSON of the row's content and the hash of the row before it."""
    return _digest({name: getattr(event, name) for name in _COVERED})


def _digest(row: Mapping[str, object]) -> str:
    content = [_plain(row[name]) for name in _COVERED]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
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
