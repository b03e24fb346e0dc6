"""The API of views of passages under a name."""

from uuid import UUID

from intercoder.models import Backing, PassageView, Succession
from intercoder.policy import Permission
from intercoder.services import passage_views
from intercoder.services.access import Access
from intercoder.services.passage_views import NewView
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class ViewOut(Out):
    """A view: its name and what it asks; null is not asked."""

    id: UUID
    name: str
    code: UUID | None
    beside: UUID | None
    near: int | None
    case: UUID | None
    document: UUID | None
    coder: UUID | None
    source: str | None
    primary: bool | None
    words: str
    attribute: str | None
    value: str | None
    agreement: Backing | None
    sequence: Succession | None


def _view(row: PassageView) -> ViewOut:
    return ViewOut.of(
        row,
        code=row.code_id,
        beside=row.beside_id,
        case=row.case_id,
        document=row.document_id,
        coder=row.coder_id,
        primary=row.is_primary,
    )


@endpoint("GET", "/projects/<uuid:project>/views", Permission.CODINGS_VIEW, tag="theory")
def list_views(access: Access) -> list[ViewOut]:
    """The views of a project, by name; tables, matrices and lists of passages take one as ``view``."""
    return [_view(row) for row in passage_views.views(db(), access)]


@endpoint("POST", "/projects/<uuid:project>/views", Permission.THEORY_EDIT, tag="theory")
def create_view(access: Access, body: NewView) -> Created[ViewOut]:
    """Keep what is asked of passages under a name."""
    return Created(_view(passage_views.keep(db(), access, body)))


@endpoint("DELETE", "/views/<uuid:view>", Permission.THEORY_EDIT, tag="theory")
def remove_view(access: Access, view: UUID) -> None:
    """Take a view away."""
    passage_views.take_away(db(), access, view)
