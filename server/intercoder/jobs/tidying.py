"""What goes with time: files to take away that nobody may fetch any more."""

from time import monotonic

import sqlalchemy as sa

from intercoder.clock import now
from intercoder.db import Database
from intercoder.models import FilePart, Job, JobKind, JobState
from intercoder.models.work import KEPT

#: seconds between two looks
EVERY = 600.0
#: parts of files that go in one transaction: 16 MiB
AT_ONCE = 16
_JOBS, _PARTS = (model.metadata.tables[model.__tablename__].c for model in (Job, FilePart))


class Tidying:
    """Lets go what is old, at most every ten minutes however often it is called."""

    def __init__(self, database: Database, every: float = EVERY) -> None:
        self._database, self._every = database, every
        self._next = 0.0

    def __call__(self) -> bool:
        """Look whether something is old; return whether there was."""
        if monotonic() < self._next:
            return False
        self._next = monotonic() + self._every
        if not self._old():
            return False
        from intercoder.services import made_files  # a server that idles has no services

        gone = AT_ONCE
        while gone == AT_ONCE:
            with self._database.transaction() as session:
                gone = made_files.clear_some(session, AT_ONCE)
        return True

    def _old(self) -> bool:
        """Return whether there is a part of a file to let go: a look that keeps nobody from writing."""
        over = sa.or_(_JOBS.ended_at < now() - KEPT, _JOBS.state.in_([JobState.FAILED, JobState.CANCELLED]))
        old = sa.select(_PARTS.job_id).join(Job, _JOBS.id == _PARTS.job_id).where(_JOBS.kind == JobKind.EXPORT, over)
        with self._database.reading() as session:
            return session.execute(old.limit(1)).first() is not None
