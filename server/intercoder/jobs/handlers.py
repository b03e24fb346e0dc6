"""What each kind of job does. The effect and the word "done" are one transaction, guarded by the fence."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder import queue
from intercoder.db import Database
from intercoder.errors import Conflict, IntercoderError
from intercoder.models import (
    FileState,
    Job,
    JobState,
    Project,
    ReportLevel,
    Role,
    Round,
    RoundState,
    SourceFile,
    Unit,
    User,
)
from intercoder.policy import Situation
from intercoder.services import agreement, consensus, ingest
from intercoder.services.access import Access
from intercoder.services.accounts import actor_of
from intercoder.text.readers.limited import read_limited


@dataclass(frozen=True)
class Work:
    """A claimed job in the hands of a worker."""

    database: Database
    id: UUID
    fence: int
    parameters: Mapping[str, Any]
    project_id: UUID
    actor_id: UUID

    def transaction(self) -> AbstractContextManager[Session]:
        """Give a writing session."""
        return self.database.transaction()

    def held(self, session: Session) -> Job:
        """Return the job if it is still ours, its lease renewed; see ``queue.hold``."""
        return queue.hold(session, self.id, self.fence)

    def progress(self, done: int, total: int) -> None:
        """Tell how far it is; raises ``Cancelled`` when it was to stop."""
        with self.transaction() as session:
            job = self.held(session)
            job.done, job.total = done, total

    def access(self, session: Session) -> Access:
        """Return the access of the person who started the job, as a service wants it."""
        user = session.get_one(User, self.actor_id)
        return Access(actor_of(user), session.get_one(Project, self.project_id), frozenset({Role.LEAD}), Situation())


def as_error(error: IntercoderError) -> dict[str, Any]:
    """Return a refusal as it is kept in a row and shown later in the reader's language."""
    return {"code": error.code, "message": error.message, "values": {k: str(v) for k, v in error.values.items()}}


def import_files(work: Work) -> None:
    """Import staged files one after the other; one that fails says why and the others go on.

    Each file is read outside any transaction, in a limited process; its document and its line in the
    result are one transaction. A repeated run goes on with the files that are not imported yet.
    """
    wanted = [UUID(f) for f in work.parameters["files"]]
    for number, file_id in enumerate(wanted):
        work.progress(number, len(wanted))
        with work.database.reading() as session:
            file = ingest.get_file(session, work.project_id, file_id)
            name, data, encoding, state = file.name, file.data, file.encoding, file.state
        if state != FileState.STAGED:
            continue
        try:
            read = read_limited(name, data, encoding=encoding)
            with work.transaction() as session:
                work.held(session)
                file = ingest.get_file(session, work.project_id, file_id)
                ingest.store_document(session, work.access(session), file, read)
        except IntercoderError as error:
            with work.transaction() as session:
                work.held(session)
                file = ingest.get_file(session, work.project_id, file_id)
                file.state, file.error = FileState.FAILED, as_error(error)
    with work.transaction() as session:
        job = work.held(session)
        results = []
        for file_id in wanted:
            known = session.get(SourceFile, file_id)
            if known is not None:
                results.append({"file": str(file_id), "name": known.name, "state": known.state, "error": known.error})
        job.done = job.total = len(wanted)
        imported = sum(r["state"] == FileState.IMPORTED for r in results)
        queue.end(
            job, JobState.DONE, result={"files": results, "imported": imported, "failed": len(results) - imported}
        )


def compare_round(work: Work) -> None:
    """Find the disagreements of a closed round and make its first agreement report."""
    round_id = UUID(work.parameters["round"])
    work.progress(0, 2)
    with work.transaction() as session:
        work.held(session)
        if session.get_one(Round, round_id).state == RoundState.OPEN:
            raise Conflict("round_open", "This round is still open: coders work blind until it closes.")
        counts = consensus.compare_layers(session, round_id)
    _report(work, round_id, work.parameters.get("unit"), ReportLevel.AS_CODED, {"places": counts})


def report_agreement(work: Work) -> None:
    """Make an agreement report by a unit and at a level."""
    level = ReportLevel(work.parameters["level"])
    _report(work, UUID(work.parameters["round"]), work.parameters["unit"], level, {})


def _report(work: Work, round_id: UUID, unit: str | None, level: ReportLevel, result: dict[str, Any]) -> None:
    work.progress(1, 2)
    resamples, seed = int(work.parameters.get("resamples", agreement.RESAMPLES)), agreement.SEED
    with work.database.reading() as session:
        round_ = session.get_one(Round, round_id)
        chosen = Unit(unit) if unit else agreement.units_offered(round_)[0]
        comparison = agreement.compare(session, round_, chosen, level)
        made_of = agreement.provenance(session, comparison, resamples=resamples, seed=seed)
    numbers = agreement.compute(comparison, resamples=resamples, seed=seed)
    with work.transaction() as session:
        job = work.held(session)
        report = agreement.store_report(session, work.actor_id, comparison, numbers, made_of)
        job.done = job.total = 2
        queue.end(job, JobState.DONE, result={**result, "report": str(report.id)})


HANDLERS: Mapping[str, Callable[[Work], None]] = {
    "import": import_files,
    "compare": compare_round,
    "agreement": report_agreement,
}
