"""How much a project and the whole server may hold. Asked before anything is stored, so that a refusal changes nothing."""

import enum
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.config import Quota, Quotas
from intercoder.errors import Conflict, marked
from intercoder.models import Document, FilePart, FileState, Job, JobKind, JobState, Member, SourceFile, User

MEGABYTE = 10**6
#: files of a project that one person has made at a time, and that wait for the same person to be fetched
OWN_AT_A_TIME, OWN_KEPT = 2, 60


class Thing(enum.Enum):
    """What is counted."""

    MEGABYTES = "megabytes"
    STAGED = "staged"
    DOCUMENTS = "documents"
    MEMBERS = "members"
    EXPORTS = "exports"
    MADE = "made"


#: what is said where a project is full, and where the whole server is
_FULL: Mapping[Thing, tuple[str, str]] = {
    Thing.MEGABYTES: (
        marked(
            "The files of this project take {used} of {most} MB, and {more} MB more would be too much. Discard files that "
            "wait, or ask whoever runs the server to raise QUOTA_MEGABYTES."
        ),
        marked(
            "The files of this server take {used} of {most} MB, and {more} MB more would be too much. Ask whoever runs the "
            "server to raise QUOTA_MEGABYTES."
        ),
    ),
    Thing.STAGED: (
        marked(
            "{used} files of this project wait to be imported, and at most {most} may. Import or discard some, or ask whoever "
            "runs the server to raise QUOTA_STAGED."
        ),
        marked(
            "{used} files on this server wait to be imported, and at most {most} may. Import or discard some, or ask whoever "
            "runs the server to raise QUOTA_STAGED."
        ),
    ),
    Thing.DOCUMENTS: (
        marked(
            "This project has {used} documents of at most {most}, and {more} more would be too many. Choose fewer, remove some, "
            "or ask whoever runs the server to raise QUOTA_DOCUMENTS."
        ),
        marked(
            "This server has {used} documents of at most {most}, and {more} more would be too many. Choose fewer, or ask whoever "
            "runs the server to raise QUOTA_DOCUMENTS."
        ),
    ),
    Thing.MEMBERS: (
        marked(
            "This project has {used} members of at most {most}. Remove somebody, or ask whoever runs the server to raise "
            "QUOTA_MEMBERS."
        ),
        marked("This server has {used} accounts of at most {most}. Ask whoever runs it to raise QUOTA_MEMBERS."),
    ),
    Thing.EXPORTS: (
        marked(
            "{used} files of this project are being made, and at most {most} may at a time: wait for one, or stop one."
        ),
        marked(
            "{used} files are being made on this server, and at most {most} may at a time. Try again in a few minutes, or "
            "ask whoever runs it to raise QUOTA_EXPORTS."
        ),
    ),
    Thing.MADE: (
        marked(
            "The files that were made to be taken away take {used} of {most} MB in this project, and {more} MB more would be too "
            "much. Throw some away, or ask whoever runs the server to raise QUOTA_MADE."
        ),
        marked(
            "The files that were made to be taken away take {used} of {most} MB on this server, and {more} MB more would be too "
            "much. They go after a day; or ask whoever runs the server to raise QUOTA_MADE."
        ),
    ),
}


@dataclass
class _Used:
    """What the files of a project, or of the whole server, take, and how many of them wait."""

    of_project: bool
    size: int
    waiting: int


class FileRoom:
    """The room for files of a project: asked of the database once for several that come together."""

    def __init__(self, session: Session, project_id: UUID) -> None:
        self._session = session
        taken, waits = sa.func.coalesce(sa.func.sum(SourceFile.size), 0), SourceFile.state != FileState.IMPORTED
        usage = sa.select(taken, sa.func.count().filter(waits)).select_from(SourceFile)
        self._used: list[_Used] = []
        for of_project in (True, False):
            asked = usage.where(SourceFile.project_id == project_id) if of_project else usage
            size, waiting = session.execute(asked).one()
            self._used.append(_Used(of_project, int(size), int(waiting)))

    def take(self, size: int) -> None:
        """Take room for a file of so many bytes; refuse one that would be too much for its project or for the server."""
        for used in self._used:
            _hold(self._session, Thing.MEGABYTES, used.of_project, used.size / MEGABYTE, size / MEGABYTE)
            _hold(self._session, Thing.STAGED, used.of_project, used.waiting, 1)
        for used in self._used:
            used.size += size
            used.waiting += 1


def room_for_documents(session: Session, project_id: UUID, more: int) -> None:
    """Refuse so many documents more where the project or the server would have too many."""
    there = sa.select(sa.func.count()).select_from(Document).where(Document.removed_at.is_(None))
    _hold(session, Thing.DOCUMENTS, True, _count(session, there.where(Document.project_id == project_id)), more)
    _hold(session, Thing.DOCUMENTS, False, _count(session, there), more)


def room_for_member(session: Session, project_id: UUID) -> None:
    """Refuse one more member of a project that is full."""
    there = sa.select(sa.func.count()).select_from(Member).where(Member.project_id == project_id)
    _hold(session, Thing.MEMBERS, True, _count(session, there), 1)


def room_for_account(session: Session) -> None:
    """Refuse one more account on a server that is full."""
    _hold(session, Thing.MEMBERS, False, _count(session, sa.select(sa.func.count()).select_from(User)), 1)


def room_for_export(session: Session, project_id: UUID, own: Collection[Job]) -> None:
    """Refuse one more file to take away while as many are being made, or kept, as may be: of a person, the project, the whole server.

    ``own``: the files of the project that the person has started; so one person cannot take all the places of a project.
    """
    going = sum(not job.state.ended for job in own)
    if going >= OWN_AT_A_TIME:
        raise Conflict(
            "own_exports",
            "{going} files are being made for you, and at most {most} may at a time: wait for one, or stop one.",
            going=going,
            most=OWN_AT_A_TIME,
        )
    if len(own) - going >= OWN_KEPT:
        raise Conflict(
            "own_files",
            "{kept} files wait here for you to fetch them, and at most {most} may: throw some away.",
            kept=len(own) - going,
            most=OWN_KEPT,
        )
    every = sa.select(sa.func.count()).select_from(Job).where(Job.kind == JobKind.EXPORT)
    every = every.where(Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
    _hold(session, Thing.EXPORTS, True, _count(session, every.where(Job.project_id == project_id)), 1)
    _hold(session, Thing.EXPORTS, False, _count(session, every), 1)


def room_for_made(session: Session, project_id: UUID, size: int) -> None:
    """Refuse so many bytes more of made files where those of the project or the server take as much as uploaded files may."""
    length = sa.func.length if session.info.get("sqlite") else sa.func.octet_length
    there = sa.select(sa.func.coalesce(sa.func.sum(length(FilePart.data)), 0)).join(Job, Job.id == FilePart.job_id)
    _hold(
        session,
        Thing.MADE,
        True,
        _count(session, there.where(Job.project_id == project_id)) / MEGABYTE,
        size / MEGABYTE,
    )
    _hold(session, Thing.MADE, False, _count(session, there) / MEGABYTE, size / MEGABYTE)


def _count(session: Session, query: sa.Select[int]) -> int:
    return session.scalar(query) or 0


def _hold(session: Session, thing: Thing, of_project: bool, used: float, more: float) -> None:
    quotas: Quotas = session.info.get("quotas") or Quotas()
    quota: Quota = getattr(quotas, thing.value)
    most = quota.project if of_project else quota.server
    if used + more > most:
        sentence = _FULL[thing][0 if of_project else 1]
        raise Conflict.saying("over_quota", sentence, used=math.ceil(used), most=most, more=math.ceil(more))
