"""The API of passages: what counts as a code today, in its context."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.services import passages
from intercoder.services.access import Access
from intercoder.services.paging import Page
from intercoder.services.passages import Group, Passage, Stands, Wanted
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import Out, PartQuery
from intercoder.web.session import db


class PassagesQuery(PartQuery):
    """Which passages of a code: of a coder, a case, a document, a round, a level; in which order."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    group: Group = Group.DOCUMENT
    coder: UUID | None = None
    case: UUID | None = None
    document: UUID | None = None
    round: UUID | None = None
    level: Level | None = None

    @property
    def wanted(self) -> Wanted:
        """What the service is asked for."""
        return Wanted(self.group, self.coder, self.case, self.document, self.round, self.level)


class PassageOut(Out):
    """A passage: its words between those before and after it, what was applied and what that counts as today.

    ``waits``: it was applied as a code that was split, and nobody has put it yet; ``stands``: what became of it in the
    consensus, null where it was not compared.
    """

    coder_id: UUID
    key: UUID
    round_id: UUID
    document_id: UUID
    start: int
    end: int
    before: str
    text: str
    after: str
    applied: UUID
    code: UUID
    waits: bool
    memo: str
    doubt: int
    typical: bool
    stands: Stands | None
    disagreement_id: UUID | None


def _shown(passage: Passage) -> PassageOut:
    return PassageOut.of(
        passage,
        coder_id=passage.layer.coder_id,
        round_id=passage.layer.round_id,
        document_id=passage.layer.document_id,
        applied=UUID(passage.applied.id),
        code=UUID(passage.code.id),
        disagreement_id=passage.disagreement,
    )


@endpoint("GET", "/codes/<uuid:code>/passages", Permission.CODINGS_VIEW, tag="codebook")
def list_passages(access: Access, code: UUID, query: PassagesQuery) -> Page[PassageOut]:
    """The passages that count today as a code or as one below it; of an open round only own ones."""
    return passages.passages(db(), access, code, query.wanted, query.part).part.map(_shown)
