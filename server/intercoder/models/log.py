"""The event log and the jobs."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.errors import Failure
from intercoder.models.base import Base, Identified
from intercoder.models.states import JobKind, JobState
from intercoder.models.values import Json
from intercoder.models.work import Outcome, Task, outcome_of, task_of

if TYPE_CHECKING:
    from pydantic import JsonValue
else:
    JsonValue = object  # what SQLAlchemy is told, which asks the column

#: acts on codings: nearly all of a log
CODING_ACTS = ("coding.created", "coding.changed", "coding.deleted")
_LISTED = ", ".join(f"'{act}'" for act in CODING_ACTS)


class Event(Base):
    """One thing that somebody did, chained by hash to the one before it in its stream.

    A project has one stream of its own (``stream`` is the project's identifier) and one for each
    assignment. A coder's codings are chained in the assignment's stream, so that twenty coders
    never wait for one another and nobody's numbers tell of somebody else's work; submitting writes
    the head of that stream into the project's.
    """

    __tablename__ = "event"
    __table_args__ = (
        sa.UniqueConstraint("stream", "seq"),
        sa.Index("ix_event_project_id_position", "project_id", "position"),
        # What a certificate reads of a project is in it, and writing a coding does not pay for it.
        sa.Index(
            "ix_event_project_id_action",
            "project_id",
            "action",
            "subject_id",
            "seq",
            "at",
            "stream",
            # The migration says the same to PostgreSQL; said here it would load all of its types at every start.
            sqlite_where=sa.text(f"action NOT IN ({_LISTED})"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"))
    stream: Mapped[UUID]
    seq: Mapped[int]
    #: the place among all rows of the project, from 1 on; never shown, since it tells how much others have done
    position: Mapped[int] = mapped_column(server_default="0")
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    #: the round it belongs to, for the rule of blindness
    round_id: Mapped[UUID | None]
    #: all members may see it, even blind coders (a round opened, a codebook published)
    public: Mapped[bool]
    detail: Mapped[dict[str, object]]
    previous: Mapped[str]
    hash: Mapped[str]


#: the condition of that index, letter for letter: without it the database cannot know that the index has all that is asked for
NO_CODING_ACT = Event.action.not_in([sa.literal_column(f"'{act}'") for act in CODING_ACTS])


class Job(Identified, Base):
    """Work done outside a request. The row is the truth; a queue only wakes somebody up."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_state_lease_until", "state", "lease_until"),
        sa.Index("ix_job_project_id_round_id", "project_id", "round_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    #: the round that it works on
    round_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    kind: Mapped[JobKind]
    parameters: Mapped[JsonValue] = mapped_column(Json, nullable=False)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[JsonValue] = mapped_column(Json, nullable=True)
    error: Mapped[Failure | None]
    created_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    #: until when the worker that has it may be trusted to be alive
    lease_until: Mapped[datetime | None]
    #: raised by every claim; a worker with an older number can no longer write
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)

    @property
    def task(self) -> Task:
        """What it is to do."""
        return task_of(self.kind, self.parameters)

    @property
    def outcome(self) -> Outcome | None:
        """What came of it; None until it is done."""
        return None if self.result is None else outcome_of(self.kind, self.result)


class FilePart(Base):
    """A stretch of a file that a job has made, in the order of the file."""

    __tablename__ = "file_part"

    job_id: Mapped[UUID] = mapped_column(sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)
