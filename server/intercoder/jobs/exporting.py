"""The job that makes a file to take away: an export of the registry, kept in parts until it is fetched."""

from collections.abc import Iterator
from time import monotonic

from intercoder import queue
from intercoder.jobs.handlers import Work, lost_right
from intercoder.language import speaking
from intercoder.models import MadeFile, MakeFile
from intercoder.reports.exports.kinds import Choices, File, Form, Names
from intercoder.reports.exports.registry import export_called
from intercoder.reports.exports.taking import taking
from intercoder.services import made_files
from intercoder.services.arriving import asked_in

#: seconds between two notes of how far it is
OFTEN = 0.5


def make_file(work: Work, wanted: MakeFile) -> None:
    """Make a file as the person who started it may take it now, and keep it."""
    export = export_called(wanted.export)
    choices = Choices(Form(wanted.form), Names(wanted.names), wanted.round, asked_in(wanted.figures), wanted.view)
    with lost_right():
        with work.transaction() as session:
            made_files.begin(session, work.held(session))
            actor = work.actor(session)
        asked = taking(work.database, actor, export, wanted.thing, choices, _Told(work))
        with speaking(wanted.language), asked as (file, seen):
            size = _kept(work, file)
    with work.transaction() as session:
        job = work.held(session)
        job.total = job.total or 1
        queue.finish(job, MadeFile(file.name, file.kind, size, seen))


class _Told:
    """Notes how far a file is, now and then; raises when it is to stop."""

    def __init__(self, work: Work) -> None:
        self._work, self._at = work, 0.0

    def __call__(self, done: int, total: int) -> None:
        if monotonic() - self._at < OFTEN:
            return
        self._at = monotonic()
        with self._work.transaction() as session:
            job = self._work.held(session)
            job.done, job.total = done, total


def _kept(work: Work, file: File) -> int:
    """Keep a file in parts of one size; return how many bytes it has."""
    size = 0
    for position, part in enumerate(_even(file)):
        with work.transaction() as session:
            made_files.keep(session, work.held(session), position, part)
        size += len(part)
    return size


def _even(file: File) -> Iterator[bytes]:
    """Yield the bytes of a file in parts of one size, the last one what is left."""
    held = bytearray()
    for part in file.parts:
        held += part
        while len(held) >= made_files.PART:
            yield bytes(held[: made_files.PART])
            del held[: made_files.PART]
    if held:
        yield bytes(held)
