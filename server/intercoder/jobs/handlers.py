"""What each kind of job does: it computes in a reading session and writes a little at a time, guarded by the fence.

The last write, which makes the effect visible, and the word "done" are one transaction.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic, sleep
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import queue
from intercoder.db import Database
from intercoder.errors import Conflict, Forbidden, NotFound, marked
from intercoder.models import (
    CodebookPolicy,
    Compared,
    CompareReports,
    CompareRound,
    FileState,
    Imported,
    ImportedFile,
    ImportFiles,
    Job,
    MakeFile,
    MakeReport,
    MeasureAlignment,
    MeasuredAlignment,
    ProposeAlignment,
    Reported,
    ReportLevel,
    ReportsCompared,
    RoundState,
    SourceFile,
    Task,
    Unit,
    User,
)
from intercoder.policy import Permission
from intercoder.services import (
    agreement,
    aligned_figures,
    aligning,
    coded_units,
    comparing,
    gathering,
    holding,
    levers,
    marking,
    placed,
    report_changes,
    report_choices,
    results,
    spans_compared,
    storing,
    units,
)
from intercoder.services.access import Access, RoundAccess, authorise, no_such_thing
from intercoder.services.accounts import Actor, actor_of
from intercoder.services.missing_units import walked_by
from intercoder.text.readers import ReadDocument, Unread, is_small_text, may_be_small_text
from intercoder.text.readers.limited import read_together

#: files that are read and stored together, how many bytes they have at most, and within how many seconds they were read:
#: the write lock is not held long, and progress is told
TOGETHER, TOGETHER_BYTES, MOMENT = 16, 2**20, 0.25
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

    def write(self, what: placed.Write, compared: placed.Compared) -> None:
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

    def report_access(self, session: Session, report_id: UUID) -> RoundAccess:
        """Return the access to the round of a report that the person who started the job has now."""
        opened = self._door(session, Permission.AGREEMENT_RUN, "report", report_id)
        assert isinstance(opened, RoundAccess)
        return opened

    def actor(self, session: Session) -> Actor:
        """Return the person who started the job, or raise that there is nobody with an account any more."""
        user = session.get(User, self.actor_id)
        if user is None or not user.is_active:
            raise no_such_thing()
        return actor_of(user)

    def _door(self, session: Session, permission: Permission, kind: str, thing: UUID) -> Access:
        with lost_right():
            return authorise(session, self.actor(session), permission, kind, thing)


@contextmanager
def lost_right() -> Iterator[None]:
    """Say of a refusal at the door that whoever started the job may no longer do what it does."""
    try:
        yield
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


def import_files(work: Work, wanted: ImportFiles) -> None:
    """Import staged files one after the other; one that fails says why and the others go on.

    They are read outside any transaction, in limited processes: small texts several in one. The documents, their states
    and the progress of those that were read within a moment are one transaction. A repeated run goes on with the files
    that are not imported yet.
    """
    ready: list[storing.Arrived] = []
    began, done = monotonic(), 0
    for files in _portions(work, wanted):
        done += len(files)
        ready += _read(work, files)
        if len(ready) >= TOGETHER or (ready and monotonic() - began >= MOMENT):
            _store(work, ready, done)
            ready, began = [], monotonic()
    if ready:
        _store(work, ready, done)
    with work.transaction() as session:
        job = work.held(session)
        known = sa.select(SourceFile.id, SourceFile.name, SourceFile.state, SourceFile.error)
        rows = {row.id: row for row in session.execute(known.where(SourceFile.id.in_(wanted.files)))}
        lines = tuple(ImportedFile(*rows[file]) for file in wanted.files if file in rows)
        imported = sum(line.state is FileState.IMPORTED for line in lines)
        queue.finish(job, Imported(lines, imported, len(lines) - imported))


def _portions(work: Work, wanted: ImportFiles) -> Iterator[list[UUID]]:
    """Yield the files of an import in their order, as many at a time as are read together."""
    with work.database.reading() as session:
        known = sa.select(SourceFile.id, SourceFile.name, SourceFile.size).where(SourceFile.id.in_(wanted.files))
        sizes = {file: size for file, name, size in session.execute(known) if may_be_small_text(name, size)}
    portion: list[UUID] = []
    room = TOGETHER_BYTES
    for file in wanted.files:
        size = sizes.get(file, TOGETHER_BYTES)  # what is no small text has a portion of its own
        if portion and (size > room or len(portion) == TOGETHER):
            yield portion
            portion, room = [], TOGETHER_BYTES
        portion.append(file)
        room -= size
    yield portion


def _read(work: Work, files: Sequence[UUID]) -> list[storing.Arrived]:
    """Read those of some staged files that are not imported yet."""
    with work.database.reading() as session:
        asked = sa.select(SourceFile.id, SourceFile.name, SourceFile.data, SourceFile.choices)
        rows = session.execute(asked.where(SourceFile.id.in_(files), SourceFile.state == FileState.STAGED))
        staged = {file: Unread(name, data, choices) for file, name, data, choices in rows}
    texts = {file: unread for file, unread in staged.items() if is_small_text(unread.name, unread.data)}
    read = dict(zip(texts, read_together(list(texts.values())), strict=True))
    for file in staged.keys() - texts.keys():
        read[file] = read_together([staged[file]])[0]
    return [
        storing.Arrived(file, read[file], units.cut(said) if isinstance(said := read[file], ReadDocument) else {})
        for file in files
        if file in read
    ]


def _store(work: Work, files: Sequence[storing.Arrived], done: int) -> None:
    """Make the documents of files that were read, and tell how many files are done."""
    with work.transaction() as session:
        work.held(session).done = done
        storing.store_documents(session, work.access(session, Permission.MATERIALS_MANAGE), files)


def compare_round(work: Work) -> None:
    """Find the disagreements of a closed round and make its first agreement report.

    Where its labels wait for alignment only where something was marked is compared; where they are aligned, what that
    did to agreement is computed too. Of a round that looks for drift no coders are compared.
    """
    work.progress(0)
    with work.database.reading() as session:
        round_ = work.round_access(session, Permission.ROUND_MANAGE).round
        if round_.state is RoundState.OPEN:
            raise Conflict("round_open", "This round is still open: coders work blind until it closes.")
        planned = comparing.plan(session, round_)
        first = MakeReport(report_choices.units_offered(round_)[0], ReportLevel.AS_CODED)
        compares = round_.purpose.compares_coders
        marks = marking.gather(session, round_) if round_.unaligned and compares else None
        aligned = round_.policy is CodebookPolicy.OPEN and not round_.unaligned
        coded = aligning.gather(session, round_) if aligned else None
        labels = aligned_figures.gather(session, round_, coded) if coded is not None and coded.applied else None
    where = marking.compute(marks) if marks is not None else None
    for write in planned.writes():
        work.write(write, planned.of)
    if not compares:
        with work.transaction() as session:
            queue.finish(work.held(session), Compared(None, planned.counts))
        return
    if where is not None:
        with work.transaction() as session:
            job = work.held(session)
            planned.of.require_unmoved(session)
            round_ = work.round_access(session, Permission.ROUND_MANAGE).round
            marking.keep(session, round_, work.actor_id, where)
            holding.hold(session, work.project_id, work.actor_id)
            queue.enqueue(session, work.project_id, work.actor_id, ProposeAlignment(), round_id=work.round_id)
            queue.finish(job, Compared(None, planned.counts))
        return
    if labels is not None:
        figures = aligned_figures.compute(labels)
        work.write(partial(aligned_figures.keep, round_id=planned.of.id, figures=figures), planned.of)
    make_report(work, first, Permission.ROUND_MANAGE, planned)


def propose_alignment(work: Work) -> None:
    """Find which private labels of a closed open round may be the same, and keep it as proposals."""
    work.progress(0)
    with work.database.reading() as session:
        round_ = work.round_access(session, Permission.ALIGN).round
        of = placed.Compared.of(round_)
        coded = aligning.gather(session, round_)
    work.progress(1)
    made = aligning.propose(coded)
    work.progress(2)
    with work.transaction() as session:
        job = work.held(session)
        of.require_unmoved(session)
        queue.finish(job, aligning.keep(session, of.id, made))


def measure_alignment(work: Work) -> None:
    """Compute agreement before and after an alignment as if it ended now, and keep it until the codes change."""
    work.progress(0)
    with work.database.reading() as session:
        round_ = work.round_access(session, Permission.ALIGN).round
        of = placed.Compared.of(round_)
        labels = aligned_figures.gather(session, round_, aligning.gather(session, round_))
    work.progress(1)
    figures = aligned_figures.compute(labels)
    with work.transaction() as session:
        job = work.held(session)
        of.require_unmoved(session)
        aligned_figures.keep(session, of.id, figures)
        queue.finish(job, MeasuredAlignment(figures.mapping))


def make_report(
    work: Work, wanted: MakeReport, permission: Permission, compared: comparing.Comparing | None = None
) -> None:
    """Make an agreement report by a unit and at a level; after a comparison under the same mapping, whose places it tells."""
    work.progress(1)
    with work.database.reading() as session:
        round_ = work.round_access(session, permission).round
        mapped, read = (compared.mapped, compared.layers) if compared else (None, ())
        comparison = gathering.compare(
            session, round_, wanted.unit, wanted.level, mapped, selection=wanted.selection, read=read
        )
        made_of = agreement.provenance(session, comparison, wanted)
        of = placed.Compared.of(round_)
        weighs = wanted.of_whole_round and wanted.unit is report_choices.units_offered(round_)[0]
        marked = spans_compared.gather(session, comparison)
        by_unit = comparison
        if wanted.unit is Unit.SPAN:  # passages of free spans are shown by sentence
            read_by, by = walked_by(wanted.unit), comparison.mapped
            by_unit = gathering.compare(
                session, round_, read_by, wanted.level, by, selection=wanted.selection, independence=False
            )
    spans = spans_compared.compute(marked, resamples=wanted.resamples, seed=wanted.seed) if marked else None
    if spans is not None and marked is not None and wanted.unit is Unit.SPAN:
        behind, raising = agreement.compute_units(by_unit), spans_compared.compute_remedies(marked, spans)
        bare = spans_compared.without_units(spans)
        frozen = results.freeze(bare, made_of, remedies=raising, spans=spans, units=behind)
    else:
        numbers = agreement.compute(comparison, wanted)
        independent = agreement.compute_independent(comparison, wanted)
        several = comparison.several_codes
        raising, behind = agreement.compute_behind(comparison, numbers)
        frozen = results.freeze(
            numbers, made_of, independent, several_codes=several, remedies=raising, spans=spans, units=behind
        )
    if weighs:
        with work.database.reading() as session:
            changed = levers.leverages(session, of.id, coded_units.units_of_text(behind))
        for write in levers.writes(changed):
            work.write(write, of)
    with work.transaction() as session:
        job = work.held(session)
        work.round_access(session, permission)
        report = agreement.store_report(session, work.actor_id, comparison, made_of, frozen)
        if compared is not None:
            holding.hold(session, work.project_id, work.actor_id)
        queue.finish(job, Compared(report.id, compared.counts) if compared else Reported(report.id))


def compare_reports(work: Work, wanted: CompareReports) -> None:
    """Compute how sure it is that agreement changed from one report to another."""
    work.progress(0)
    with work.database.reading() as session:
        data = report_changes.gather(
            session, work.round_access(session, Permission.AGREEMENT_RUN), _pair(work, session, wanted)
        )
    work.progress(1)
    changes = report_changes.compute(data)
    with work.transaction() as session:
        job = work.held(session)
        report_changes.keep(session, _pair(work, session, wanted), changes)
        queue.finish(job, ReportsCompared(wanted.first, wanted.second))


def _pair(work: Work, session: Session, wanted: CompareReports) -> report_changes.Pair:
    doors = [work.report_access(session, one) for one in (wanted.first, wanted.second)]
    return report_changes.pair(session, doors[0], wanted.first, doors[1], wanted.second)


def do(work: Work) -> None:
    """Do what the job was enqueued for."""
    match work.task:
        case ImportFiles() as wanted:
            import_files(work, wanted)
        case CompareRound():
            compare_round(work)
        case MakeReport() as wanted:
            make_report(work, wanted, Permission.AGREEMENT_RUN)
        case CompareReports() as wanted:
            compare_reports(work, wanted)
        case ProposeAlignment():
            propose_alignment(work)
        case MeasureAlignment():
            measure_alignment(work)
        case MakeFile() as wanted:
            from intercoder.jobs.exporting import make_file  # what writes files is loaded with the first one

            make_file(work, wanted)
