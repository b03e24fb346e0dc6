"""The API of typical quotations: stars on passages, their order, and what is left out where they are printed."""

from uuid import UUID

from intercoder.policy import Permission
from intercoder.services import quotations
from intercoder.services.access import Access, RoundAccess
from intercoder.services.quotations import OrderIn, QuotationChange, QuotationRead, Star
from intercoder.services.quoted import Holds
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db
from intercoder.web.signature import IfMatch


class CutOut(Out):
    """A stretch of the text that is left out."""

    start: int
    end: int


class StarOut(Out):
    """A typical quotation, as it is kept; ``code_id``: of what it was said to be typical."""

    id: UUID
    code_id: UUID
    round_id: UUID
    document_id: UUID
    revision_id: UUID
    start: int
    end: int
    cuts: list[CutOut]
    revision: int


class TypicalOut(StarOut):
    """The same with its words, whole and as they are printed, and what became of it.

    ``code_today``: of what it is typical today; ``counts_as``: what the passage counts as; ``agreed``: in the consensus.
    """

    words: str
    shown: str
    case_id: UUID | None
    code_today: UUID
    counts_as: UUID | None
    holds: Holds
    agreed: bool


def _quotation(one: QuotationRead) -> TypicalOut:
    return TypicalOut.of(
        one.row,
        cuts=[CutOut.of(cut) for cut in one.row.cuts],
        words=one.cited.words,
        shown=one.shown,
        case_id=one.cited.case_id,
        code_today=UUID(one.code.id),
        counts_as=UUID(one.became.code) if one.became.code else None,
        holds=one.holds,
        agreed=one.became.agreed,
    )


@endpoint("GET", "/projects/<uuid:project>/typical-quotations", Permission.THEORY_VIEW, tag="theory")
def list_quotations(access: Access) -> list[TypicalOut]:
    """The typical quotations of all codes, in the order of the tree, each code's in their own."""
    return [_quotation(one) for one in quotations.quotations(db(), access)]


@endpoint("GET", "/codes/<uuid:code>/quotations", Permission.THEORY_VIEW, tag="theory")
def list_quotations_of_code(access: Access, code: UUID) -> list[TypicalOut]:
    """The typical quotations of a code, and of codes that were merged into it, in their order."""
    return [_quotation(one) for one in quotations.quotations(db(), access, code)]


@endpoint("POST", "/codes/<uuid:code>/quotations", Permission.THEORY_EDIT, tag="theory")
def create_quotation(access: Access, code: UUID, body: Star) -> Created[StarOut]:
    """Star a passage as typical of a concept, a theme or a construct: a coder's coding, or one of the consensus."""
    row = quotations.star(db(), access, code, body)
    return Created(StarOut.of(row, cuts=[CutOut.of(cut) for cut in row.cuts]))


@endpoint("PUT", "/codes/<uuid:code>/quotations/order", Permission.THEORY_EDIT, tag="theory")
def order_quotations(access: Access, code: UUID, body: OrderIn) -> list[TypicalOut]:
    """Put the typical quotations of a code in an order: each of them once."""
    quotations.order(db(), access, code, body)
    return [_quotation(one) for one in quotations.quotations(db(), access, code)]


@endpoint("PATCH", "/quotations/<uuid:quotation>", Permission.THEORY_EDIT, tag="theory")
def change_quotation(access: RoundAccess, quotation: UUID, body: QuotationChange, seen: IfMatch | None) -> StarOut:
    """Say what is left out of a quotation where it is printed. Its words never change."""
    row = quotations.shorten(db(), access, quotation, seen, body)
    return StarOut.of(row, cuts=[CutOut.of(cut) for cut in row.cuts])


@endpoint("DELETE", "/quotations/<uuid:quotation>", Permission.THEORY_EDIT, tag="theory")
def remove_quotation(access: RoundAccess, quotation: UUID) -> None:
    """Take a star away."""
    quotations.unstar(db(), access, quotation)
