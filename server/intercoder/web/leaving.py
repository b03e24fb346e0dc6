"""Files that leave by the web: the door that is opened again before each part of one is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from uuid import UUID

from intercoder.language import language, speaking
from intercoder.reports.exports.kinds import Choices, Door, Export, File, Making
from intercoder.services.access import Access, authorise
from intercoder.web.session import database, release


def made(export: Export, access: Access, thing: UUID, choices: Choices, spoken: Literal["en", "zh"] | None) -> File:
    """Return an export of a thing whose door was opened for somebody, in a language, the reader's own when none is named."""
    base, actor = database(), access.actor

    @contextmanager
    def opened() -> Iterator[Door]:
        with base.reading() as session:
            yield Door(session, authorise(session, actor, export.permission, export.scope, thing))

    release()
    with speaking(spoken or language()):
        return export.make(Making(thing, opened, choices))
