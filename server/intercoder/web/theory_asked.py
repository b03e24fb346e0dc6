"""What pages and the API of a theory ask in the same words: its tables, its matrices, its passages."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from intercoder.models import Backing, Level, Succession
from intercoder.services.matrices import Across, Together
from intercoder.services.passage_queries import Wanted
from intercoder.services.study_tallies import Basis

Near = Annotated[int, Field(ge=0, le=100_000)]


class OfTable(BaseModel):
    """Which table, of whose work; ``whole``: of open coding every initial concept; ``of``: evidence of that construct alone."""

    table: Literal["cases", "sources", "open_coding", "axial_coding", "selective_coding", "evidence"] = "open_coding"
    basis: Basis = Basis.CONSENSUS
    whole: bool = False
    of: UUID | None = None
    view: UUID | None = None


class OfMatrix(BaseModel):
    """The codes of which level by what; ``down``: with those below them down to concepts.

    ``near``: of codes by one another what lies at most so many characters apart, where without it the passages overlap;
    ``sequence``: the passages of the row before, or after, those of the column.
    """

    level: Literal[Level.CONSTRUCT, Level.THEME, Level.CONCEPT] = Level.CONCEPT
    across: Across = Across.CASE
    basis: Basis = Basis.CONSENSUS
    down: bool = False
    near: Annotated[int, Field(ge=0, le=2_000)] | None = None
    sequence: Succession | None = None
    view: UUID | None = None

    @property
    def lowest(self) -> Level:
        """The level of the lowest rows."""
        return Level.CONCEPT if self.down and self.across is not Across.CODE else self.level

    @property
    def together(self) -> Together:
        """How passages of codes by one another must lie; an order is asked of what is near alone."""
        return Together(self.near, None if self.near is None else self.sequence)


class OfPassages(BaseModel):
    """Which passages: of a code with all below it, beside another code, of a case, a document, a type of source, an attribute, words.

    ``source`` as the columns of a matrix by source name it; ``near``: at most so many characters from a passage of ``beside``, which it
    overlaps where neither this nor ``sequence`` is said; ``agreement``: on what coders agreed, what was ruled, what is open.
    """

    code: UUID | None = None
    beside: UUID | None = None
    case: UUID | None = None
    document: UUID | None = None
    source: Annotated[str, Field(max_length=300)] | None = None
    primary: bool | None = None
    words: Annotated[str, Field(max_length=200)] = ""
    attribute: Annotated[str, Field(max_length=80)] | None = None
    value: Annotated[str, Field(max_length=500)] | None = None
    basis: Basis = Basis.CONSENSUS
    coder: UUID | None = None
    near: Near | None = None
    agreement: Backing | None = None
    sequence: Succession | None = None
    view: UUID | None = None
    number: Annotated[int, Field(ge=1, le=100_000)] = 1

    @property
    def wanted(self) -> Wanted:
        """What the service is asked for."""

        def named(of: UUID | None) -> str | None:
            return str(of) if of else None

        return Wanted(
            code=named(self.code),
            beside=named(self.beside),
            near=self.near,
            sequence=self.sequence,
            case=named(self.case),
            document=named(self.document),
            coder=named(self.coder),
            agreement=self.agreement,
            source=self.source,
            primary=self.primary,
            words=self.words.strip(),
            attribute=self.attribute,
            value=self.value,
        )
