"""What a new version of the codebook means for whoever coded under an earlier one: own codings to look at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    AssignmentState,
    CodebookVersion,
    Coding,
    Document,
    Revision,
    Round,
    RoundState,
)
from intercoder.services.access import Access
from intercoder.services.paging import BEGINNING, Asked, Key, Page, page
from intercoder.services.versions import Change, ChangeKind, changes, latest_version, version_entries

#: a change of these changes what a code means; its colour, its examples and where it is listed do not
MEANING = frozenset({"name", "level", "parent", "definition", "include", "exclude"})


@dataclass(frozen=True)
class Recheck:
    """An own coding of a code that means something else since: where it is, its words, what changed.

    ``round_version`` and ``version``: the numbers of the version under which it was made and of the latest one;
    ``change``: what happened to its code between the two; ``writable``: its layer can be changed now.
    """

    document_id: UUID
    title: str
    round_id: UUID
    round_number: int
    start: int
    text: str
    change: Change
    round_version: int
    version: int
    writable: bool


_PLACES = (
    Key(Round.number, int, descending=True),
    Key(Document.position, int),
    Key(Document.id, UUID),
    Key(Coding.start, int),
    Key(Coding.end, int),
    Key(Coding.key, UUID),
)


_FOUND: sa.orm.Bundle[Any] = sa.orm.Bundle(
    "found",
    Round.version_id,
    Coding.code_id,
    Round.state,
    Assignment.state,
    Document.id,
    Document.title,
    Round.id,
    Round.number,
    Coding.start,
    sa.func.substr(Revision.text, Coding.start + 1, Coding.end - Coding.start),
    CodebookVersion.number,
)


def meanings_changed(session: Session, access: Access) -> dict[UUID, Mapping[UUID, Change]]:
    """Return, of each version under which the person coded, the codes that mean something else in the latest one."""
    latest = latest_version(session, access.project.id)
    if latest is None:
        return {}
    used = session.scalars(
        sa.select(Round.version_id)
        .join(Assignment, Assignment.round_id == Round.id)
        .where(
            Round.project_id == access.project.id,
            Assignment.coder_id == access.actor.id,
            Round.version_id.is_not(None),
            Round.version_id != latest.id,
        )
        .distinct()
    ).all()
    now = version_entries(session, latest.id)
    return {
        version: _of_meaning(changes(version_entries(session, version), now)) for version in used if version is not None
    }


def _of_meaning(changed: Sequence[Change]) -> dict[UUID, Change]:
    return {
        change.code_id: change
        for change in changed
        if change.kind is ChangeKind.REMOVED or (change.kind is ChangeKind.CHANGED and MEANING & change.fields.keys())
    }


def to_recheck(session: Session, access: Access, asked: Asked = BEGINNING) -> Page[Recheck]:
    """Return a part of the person's own codings whose codes mean something else since, the latest rounds first."""
    latest = latest_version(session, access.project.id)
    by_version = meanings_changed(session, access)
    affected = [
        sa.and_(Round.version_id == version, Coding.code_id.in_(codes))
        for version, codes in by_version.items()
        if codes
    ]
    if latest is None or not affected:
        return Page([])
    wanted = (
        sa.select(_FOUND)
        .select_from(Coding)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Round, Round.id == Assignment.round_id)
        .join(CodebookVersion, CodebookVersion.id == Round.version_id)
        .join(Document, Document.id == Assignment.document_id)
        .join(Revision, Revision.id == Assignment.revision_id)
        .where(
            Assignment.coder_id == access.actor.id,
            Assignment.project_id == access.project.id,
            Coding.deleted_at.is_(None),
            sa.or_(*affected),
        )
    )

    def told(found: Sequence[Any]) -> Recheck:
        version, code, round_state, state, document, title, round_id, round_number, start, text, number = found
        writable = round_state is RoundState.OPEN and state is not AssignmentState.SUBMITTED
        change = by_version[version][code]
        return Recheck(
            document, title, round_id, round_number, start, text, change, number, latest.number, writable=writable
        )

    return page(session, wanted, _PLACES, asked).map(told)
