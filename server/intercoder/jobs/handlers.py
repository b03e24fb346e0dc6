"""What each kind of job does: it computes in a reading session and writes a little at a time, guarded by the fence.

The last write, which makes the effect visible, and the word "done" are one transaction.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from time import monotonic, sleep
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder import queue
from intercoder.db import Database
from intercoder.errors import Conflict, Forbidden, IntercoderError, NotFound, marked
from intercoder.models import (
    Compared,
    CompareRound,
    FileState,
    Imported,
    ImportedFile,
    ImportFiles,
    Job,
    MakeReport,
    Reported,
    ReportLevel,
    RoundState,
    SourceFile,
    Task,
    Unit,
    User,
)
from intercoder.policy import Permission
from intercoder.services import agreement, comparing, ingest, results, units
from intercoder.services.access import Access, RoundAccess, authorise, no_such_thing
from intercoder.services.accounts import actor_of
from intercoder.text.readers import ReadDocument
from intercoder.text.readers.limited import read_limited
from intercoder.text.units import Units

#: files whose documents are stored together, when they were read within so many seconds: the write lock is not held long
TOGETHER, MOMENT = 4, 0.25
#: seconds that a job waits between two writes at most
LONGEST_PAUSE = 0.1


class RightLost(Forbidden):
    """Whoever started the job may no longer do what it does."""


@dataclass(frozen=True)
class Work:
    """A claimed job in the hands of a worker."""

    database: Database
    id: UUID
    fence: int
    task: Task
    project_id: UUID
    round_id: UUID | None
    actor_id: UUID

    def transaction(self) -> AbstractContextManager[Session]:
        """Give a writing session."""
        return self.database.transaction()

    def held(self, session: Session) -> Job:
        """Return the job if it is still ours, its lease renewed; see ``queue.hold``."""
        return queue.hold(session, self.id, self.fence)

    def progress(self, done: int) -> None:
        """Tell how far it is; raises ``Cancelled`` when it was to stop."""
        with self.transaction() as session:
            self.held(session).done = done

    def write(self, what: comparing.Write, compared: comparing.Compared) -> None:
        """Do one of many short writes while the job is still ours and its round as it was; then let others write."""
        began = monotonic()
        with self.transaction() as session:
            self.held(session)
            compared.require_unmoved(session)
            what(session)
        if self.database.sqlite:
            # Whoever waits for SQLite's one lock looks for it now and then: it must lie free for as long as it was held.
            sleep(min(monotonic() - began, LONGEST_PAUSE))

    def access(self, session: Session, permission: Permission) -> Access:
        """Return the access to the project that the person who started the job has now."""
        return self._door(session, permission, "project", self.project_id)

    def round_access(self, session: Session, permission: Permission) -> RoundAccess:
        """Return the access to the round of the job that the person who started it has now."""
        assert self.round_id is not None
        opened = self._door(session, permission, "round", self.round_id)
        assert isinstance(opened, RoundAccess)
        return opened

    def _door(self, session: Session, permission: Permission, kind: str, thing: UUID) -> Access:
        user = session.get(User, self.actor_id)
        try:
            if user is None or not user.is_active:
                raise no_such_thing()
            return authorise(session, actor_of(user), permission, kind, thing)
        except (NotFound, Forbidden):
            raise RightLost(
                "right_lost",
                marked(
                    "The person who started this may no longer do it in this project: somebody who may must start it again."
                ),
            ) from None


def work_of(database: Database, job: Job) -> Work:
    """Return a job that was claimed as a handler takes it."""
    return Work(database, job.id, job.fence, job.task, job.project_id, job.round_id, job.created_by)


@dataclass(frozen=True)
class _Read:
    """A staged file that was read, or why it could not be; which of the job's files it is, counted from 1."""

    number: int
    file: UUID
    read: ReadDocument | IntercoderError
    units: dict[Unit, Units]


def import_files(work: Work, wanted: ImportFiles) -> None:
    """Import staged files one after the other; one that fails says why and the others go on.

    Each file is read outside any transaction, in a limited process. Its document, its state and the progress are one
    transaction; small files that were read within a moment share one. A repeated run goes on with the files that are not
    imported yet.
    """
    ready: list[_Read] = []
    began = monotonic()
    for number, file_id in enumerate(wanted.files, 1):
        read = _read(work, number, file_id)
        if read is not None:
            ready.append(read)
        if len(ready) >= TOGETHER or (ready and monotonic() - began >= MOMENT):
            _store(work, ready)
            ready, began = [], monotonic()
    _store(work, ready)
    with work.transaction() as session:
        job = work.held(session)
        known = [row for row in (session.get(SourceFile, file_id) for file_id in wanted.files) if row is not None]
        lines = tuple(ImportedFile(row.id, row.name, row.state, row.error) for row in known)
        imported = sum(row.state is FileState.IMPORTED for row in known)
        queue.finish(job, Imported(lines, imported, len(lines) - imported))


def _read(work: Work, number: int, file_id: UUID) -> _Read | None:
    """Read a staged file; None when it was imported already."""
    with work.database.reading() as session:
        file = ingest.get_file(session, work.project_id, file_id)
        name, data, choices, state = file.name, file.data, file.choices, file.state
    if state is not FileState.STAGED:
        return None
    try:
        read = read_limited(name, data, choices)
    except IntercoderError as error:
        return _Read(number, file_id, error, {})
    return _Read(number, file_id, read, units.cut(read.text))


def _store(work: Work, files: Sequence[_Read]) -> None:
    """Make the documents of files that were read; where one is refused, each in a transaction of its own."""
    if not files:
        return
    try:
        with work.transaction() as session:
            work.held(session).done = files[-1].number
            access = work.access(session, Permission.MATERIALS_MANAGE)
            for each in files:
                file = ingest.get_file(session, work.project_id, each.file, with_data=False)
                if isinstance(each.read, IntercoderError):
                    file.state, file.error = FileState.FAILED, each.read.kept()
                else:
                    ingest.store_document(session, access, file, each.read, each.units)
    except RightLost:
        raise
    except IntercoderError as error:
        for each in files if len(files) > 1 else ():
            _store(work, [each])
        if len(files) == 1 and not isinstance(files[0].read, IntercoderError):
            _store(work, [replace(files[0], read=error)])


def compare_round(work: Work) -> None:
    """Find the disagreements of a closed round and make its first agreement report."""
    work.progress(0)
    with work.database.reading() as session:
        round_ = work.round_access(session, Permission.ROUND_MANAGE).round
        if round_.state is RoundState.OPEN:
            raise Conflict("round_open", "This round is still open: coders work blind until it closes.")
        planned = comparing.plan(session, round_)
        first = MakeReport(agreement.units_offered(round_)[0], ReportLevel.AS_CODED)
    for write in planned.writes():
        work.write(write, planned.of)
    make_report(work, first, Permission.ROUND_MANAGE, planned.counts)


def make_report(
    work: Work, wanted: MakeReport, permission: Permission, places: Mapping[str, int] | None = None
) -> None:
    """Make an agreement report by a unit and at a level; ``places`` are told with it."""
    work.progress(1)
    with work.database.reading() as session:
        round_ = work.round_access(session, permission).round
        comparison = agreement.compare(session, round_, wanted.unit, wanted.level)
        made_of = agreement.provenance(session, comparison, resamples=wanted.resamples)
    numbers = agreement.compute(comparison, resamples=wanted.resamples)
    independent = agreement.compute_independent(comparison, resamples=wanted.resamples)
    frozen = results.freeze(numbers, made_of, independent)
    with work.transaction() as session:
        job = work.held(session)
        work.round_access(session, permission)
        report = agreement.store_report(session, work.actor_id, comparison, made_of, frozen)
        queue.finish(job, Reported(report.id) if places is None else Compared(report.id, places))


def do(work: Work) -> None:
    """Do what the job was enqueued for."""
    match work.task:
        case ImportFiles() as wanted:
            import_files(work, wanted)
        case CompareRound():
            compare_round(work)
        case MakeReport() as wanted:
            make_report(work, wanted, Permission.AGREEMENT_RUN)
