"""The documents of compared rounds that are of a case, a kind of source, or have a value of an attribute: what a report can be about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.models import Assignment, AssignmentState, Document, SourceType
from intercoder.services.access import RoundAccess


@dataclass(frozen=True)
class Alike:
    """Of which documents a report is: of one of these cases and of one of these sources, with these values; empty leaves nothing out."""

    cases: Sequence[UUID] = ()
    sources: Sequence[SourceType] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


def alike_documents(
    session: Session, access: RoundAccess, rounds: Sequence[UUID], named: Sequence[UUID], alike: Alike
) -> tuple[UUID, ...]:
    """Return the documents of a report: those ``named``, or all, that are alike in that way; ``named`` where nothing else is said.

    ``rounds``: those beside the one of ``access``; which of them are open to the person is asked where the report is.

    Raises
    ------
    InvalidInput
        Where no document that was submitted is left.
    """
    if alike == Alike():
        return tuple(named)
    submitted = sa.select(Assignment.document_id).where(
        Assignment.round_id.in_([access.round.id, *rounds]),
        Assignment.project_id == access.project.id,
        Assignment.state == AssignmentState.SUBMITTED,
    )
    rows = session.execute(
        sa.select(Document.id, Document.case_id, Document.source_type, Document.attributes)
        .where(Document.id.in_(submitted))
        .order_by(Document.position, Document.id)
    )
    found = tuple(
        document
        for document, case, source, attributes in rows
        if (not named or document in named)
        and (not alike.cases or case in alike.cases)
        and (not alike.sources or source in alike.sources)
        and all(attributes.get(name) == value for name, value in alike.attributes.items())
    )
    if not found:
        raise InvalidInput(
            "no_such_documents",
            "No document that was submitted in these rounds is of these cases and sources with these attributes. Choose fewer of them.",
        )
    return found
