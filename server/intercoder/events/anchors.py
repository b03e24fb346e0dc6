"""Anchors of the log outside the database: whoever rewrites history there has to rewrite this file and the server's log too."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.logs import get_logger
from intercoder.models import Event

log = get_logger()

#: its name in the data folder
ANCHORS = "anchors.jsonl"


@dataclass(frozen=True)
class Anchor:
    """What the head of a project's chain was: the number and the hash of its last event, and when that happened."""

    project: UUID
    seq: int
    hash: str
    at: str


class Anchors(Protocol):
    """Where anchors are written."""

    def add(self, anchor: Anchor) -> None:
        """Write down one more; never raises, since the act that it is of is committed."""


@dataclass(frozen=True)
class AnchorFile:
    """A file beside the data to which a line is added for every act in a project, and from which none is taken."""

    path: Path

    def add(self, anchor: Anchor) -> None:
        """Add a line in one write, so that several processes never mix theirs; a full disk is said in the log."""
        log.info("log.head", project=str(anchor.project), seq=anchor.seq, hash=anchor.hash)
        line = json.dumps({**asdict(anchor), "project": str(anchor.project)}) + "\n"
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line.encode())
            finally:
                os.close(descriptor)
        except OSError as error:
            log.warning("log.head not anchored", reason=str(error), path=str(self.path))

    def read(self) -> Iterator[Anchor]:
        """Yield the anchors in their order; a line that cannot be read (cut by a crash) is passed over."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return
        for line in content.splitlines():
            with suppress(ValueError):
                yield _anchor(json.loads(line))


def _anchor(said: object) -> Anchor:
    """Return the anchor that a line says; ``ValueError`` when it says none. Read at each start, it is not worth pydantic."""
    match said:
        case {"project": str(project), "seq": int(seq), "hash": str(hashed), "at": str(at)}:
            return Anchor(UUID(project), seq, hashed, at)
    raise ValueError("no anchor")


def rewritten(session: Session, anchors: Iterable[Anchor]) -> list[Anchor]:
    """Return of the newest anchor of each project those that the log does not hold: a quick look, for every start."""
    newest = {anchor.project: anchor for anchor in anchors}
    rows = Event.metadata.tables[Event.__tablename__].c  # asked of the model, all mappers would be configured first
    held = sa.select(rows.stream, rows.seq, rows.hash).where(
        sa.tuple_(rows.stream, rows.seq).in_([(a.project, a.seq) for a in newest.values()])
    )
    hashes = {(row.stream, row.seq): row.hash for row in session.execute(held)}
    return [a for a in newest.values() if hashes.get((a.project, a.seq)) != a.hash]
