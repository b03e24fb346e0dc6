"""One file, from one state of the database, for one person: however it leaves, by a page, a worker or the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.db import Database
from intercoder.reports.exports.kinds import Choices, Door, Export, File, Making
from intercoder.services import made_files
from intercoder.services.access import Access, authorise
from intercoder.services.accounts import Actor


@contextmanager
def taking(
    database: Database,
    actor: Actor,
    export: Export,
    thing: UUID,
    choices: Choices,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Iterator[tuple[File, tuple[UUID, ...]]]:
    """Give an export of a thing to be read to its end, and the rounds whose work may be in it.

    The parts of the file are read in one transaction, so that what others write meanwhile is in none of it. Whoever asked
    may have lost the right to it meanwhile, or a round may have been opened again: that is asked in the state of then.
    """
    with database.snapshot() as session:
        access = door(session, actor, export, thing)
        export.require_view(access, choices.view)
        seen = made_files.in_sight(session, access)

        @contextmanager
        def opened() -> Iterator[Door]:
            yield Door(session, access)

        yield export.make(Making(thing, opened, choices, tell)), seen
    with database.reading() as session:
        made_files.require_in_sight(session, door(session, actor, export, thing), seen)


def door(session: Session, actor: Actor, export: Export, thing: UUID) -> Access:
    """Open the door of an export for somebody, or raise why there is no such file now."""
    access = authorise(session, actor, export.permission, export.scope, thing)
    export.ready(session, access)
    return access
