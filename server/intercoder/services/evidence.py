"""What lies behind a figure of saturation: the words that codes were applied to, a part at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Coding, Document, Level, Revision, User
from intercoder.services.access import Access
from intercoder.services.codebook import ancestors_at
from intercoder.services.paging import Asked, Key, Page, page
from intercoder.services.saturation import current_tree, visible_rounds


@dataclass(frozen=True)
class Quote:
    """Words that a code was applied to, in a compared round."""

    document_id: UUID
    title: str
    start: int
    end: int
    text: str
    #: the code applied and the one at the level of the figure
    name: str
    at_level: str
    colour: int
    coder: str
    round_number: int


_PLACES = (
    Key(Document.position, int),
    Key(Document.id, UUID),
    Key(Coding.start, int),
    Key(Coding.end, int),
    Key(Coding.coder_id, UUID),
    Key(Coding.key, UUID),
)
_FOUND: sa.orm.Bundle[Any] = sa.orm.Bundle(
    "found",
    Document.id,
    Document.title,
    Coding.start,
    Coding.end,
    sa.func.substr(Revision.text, Coding.start + 1, Coding.end - Coding.start),
    Coding.code_id,
    User.name,
    Assignment.round_id,
)


def evidence(
    session: Session,
    access: Access,
    asked: Asked,
    *,
    level: Level,
    document_id: UUID | None = None,
    code_id: UUID | None = None,
) -> Page[Quote]:
    """Return a part of the submitted codings behind a figure, by document and in the order of the text.

    Of compared rounds only: while a round is open its figures may be seen, its codings never.
    """
    compared = {r.id: r.number for r in visible_rounds(session, access) if r.state.compared}
    tree = {e.id: e for e in current_tree(session, access.project.id)}
    lifted = ancestors_at(tree.values(), level)
    wanted = (
        sa.select(_FOUND)
        .select_from(Coding)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Document, Document.id == Assignment.document_id)
        .join(Revision, Revision.id == Assignment.revision_id)
        .join(User, User.id == Coding.coder_id)
        .where(
            Assignment.round_id.in_(compared),
            Assignment.state == AssignmentState.SUBMITTED,
            Coding.deleted_at.is_(None),
            Coding.code_id.in_([c for c, target in lifted.items() if target is not None and code_id in {None, target}]),
            Assignment.document_id == document_id if document_id else sa.true(),
        )
    )

    def quote(found: Sequence[Any]) -> Quote:
        document, title, start, end, text, code, coder, round_id = found
        at_level = tree[lifted[code] or code].name
        return Quote(
            document, title, start, end, text, tree[code].name, at_level, tree[code].colour, coder, compared[round_id]
        )

    return page(session, wanted, _PLACES, asked).map(quote)
