"""Whether codings, rulings, texts, codes and versions of a project are what its log says: every chain, and the log replayed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.events import Anchor
from intercoder.models import Event, Project
from intercoder.services.audit.differences import Difference, Differs
from intercoder.services.audit.replay import Replay
from intercoder.services.audit.stored import compare

__all__ = ["AuditedProject", "Counts", "Difference", "Differs", "audit"]

_AT_ONCE = 2_000
#: so many are kept of a project; the others are counted
SHOWN = 200


@dataclass(frozen=True)
class Counts:
    """How much of a project was read and compared."""

    streams: int
    events: int
    codings: int
    #: of which coders said that they hold no code, or that they were skipped
    units: int
    rulings: int
    texts: int
    codes: int
    #: of split codes, put by a person
    passages: int
    versions: int


@dataclass(frozen=True)
class AuditedProject:
    """What the log of one project proves.

    ``head`` is the hash of the last event of the project's own stream, empty where it has none, and ``seq`` its number;
    ``differences`` are the first 200 of ``found``. None means: every chain is whole, and what ``counts`` names is what the
    log says; other tables (a theory, saturation, talk) are not replayed.
    """

    id: UUID
    name: str
    seq: int
    head: str
    counts: Counts
    differences: tuple[Difference, ...]
    found: int

    @property
    def whole(self) -> bool:
        """Whether nothing differs."""
        return self.found == 0


def audit(session: Session, anchors: Iterable[Anchor] = ()) -> Iterator[AuditedProject]:
    """Yield what the log of each project proves, in the order of their making.

    ``anchors`` are heads that were written down outside the database: each must be in the project's chain, and a project
    that they name and the database does not have is yielded last, its identifier for a name. Reads every event once. Memory grows with the codings of one project, some 0.5 KiB each.

    Notes
    -----
    The log does not hold the words of memos, nor what a label that a coder made was first called beyond its name: of
    those only the name is compared. What follows from the layers and the rulings (disagreements, consensus, reports)
    is not replayed.
    """
    known: dict[UUID, dict[int, str]] = {}
    for anchor in anchors:
        known.setdefault(anchor.project, {})[anchor.seq] = anchor.hash
    for project in session.execute(sa.select(Project.id, Project.name).order_by(Project.created_at, Project.id)).all():
        yield _audited(session, project.id, project.name, known.pop(project.id, {}))
    for project_id, anchored in known.items():
        gone = [Difference(Differs.ANCHOR, "event", "", project_id, seq, "", head) for seq, head in anchored.items()]
        nothing = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0)
        yield AuditedProject(project_id, str(project_id), 0, "", nothing, tuple(gone[:SHOWN]), len(gone))


def _audited(session: Session, project_id: UUID, name: str, anchors: Mapping[int, str]) -> AuditedProject:
    replay = Replay(project_id, anchors)
    wanted = sa.select(Event).where(Event.project_id == project_id)
    # The project's own stream first: it says which heads the streams of the layers must have.
    for rows in (
        wanted.where(Event.stream == project_id).order_by(Event.seq),
        wanted.where(Event.stream != project_id).order_by(Event.stream, Event.seq),
    ):
        for row in session.scalars(rows.execution_options(yield_per=_AT_ONCE)):
            replay.read(row)
            session.expunge(row)
    replay.finish()
    differences, compared = compare(session, replay)
    everything: Sequence[Difference] = [*replay.differences, *differences]
    return AuditedProject(
        project_id,
        name,
        replay.seq,
        replay.head,
        Counts(replay.streams, replay.events, **compared),
        tuple(everything[:SHOWN]),
        len(everything),
    )
