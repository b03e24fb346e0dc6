"""Values kept as JSON whose content is known: one frozen class each, read back as what it was."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa

from intercoder.errors import Failure
from intercoder.models.material_states import AttributeKind
from intercoder.models.saturation_values import DeclaredFigures, PowerOfSample, Stopping
from intercoder.models.states import CodeState, CodingOrder, ReportLevel, Role, SpreadBy
from intercoder.stats.tree import Level
from intercoder.text.readers.choices import USUAL, Choices
from intercoder.text.readers.document import Remark
from intercoder.text.units import Unit

if TYPE_CHECKING:  # loaded with the first value that is read or written: a server that idles has none
    from pydantic import JsonValue, TypeAdapter

T = TypeVar("T")


class Json(sa.types.TypeDecorator[Any]):
    """JSON: on PostgreSQL as JSONB, whose types a laptop does not load."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Return the database's own type."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(sa.JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())


class SmallJson(Json):
    """JSON that comes by the hundred, never null: SQLite is given what pydantic writes, in half the time of Python's own."""

    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[object], object] | None:
        """Return what writes a value out."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        from pydantic_core import to_json

        return lambda value: to_json(value).decode()


class Typed(sa.types.TypeDecorator[T], Generic[T]):
    """A column that holds a value of one type as plain, readable JSON."""

    impl = Json
    cache_ok = True

    def __init__(self, kind: type[T]) -> None:
        super().__init__()
        self.kind = kind

    @cached_property
    def _adapter(self) -> "TypeAdapter[T]":
        """What reads and writes values, built when it is first needed."""
        from pydantic import TypeAdapter

        return TypeAdapter(self.kind)

    def process_bind_param(self, value: T | None, dialect: sa.Dialect) -> object:  # noqa: ARG002 - SQLAlchemy's signature
        """Write the value out as JSON has it."""
        return None if value is None else self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: object, dialect: sa.Dialect) -> T | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the value."""
        return None if value is None else self._adapter.validate_python(value)


class Kept(Generic[T]):
    """A type as it is kept in a row. What pydantic needs is built when it is first needed."""

    def __init__(self, kind: type[T]) -> None:
        self.kind = kind

    @cached_property
    def _adapter(self) -> "TypeAdapter[T]":
        from pydantic import TypeAdapter

        return TypeAdapter(self.kind)

    def read(self, stored: "JsonValue") -> T:
        """Return the value; pydantic's ``ValidationError`` when the row does not hold one."""
        return self._adapter.validate_python(stored)

    def parse(self, stored: str) -> T:
        """Return the value of a text of JSON; pydantic's ``ValidationError`` when it does not hold one."""
        return self._adapter.validate_json(stored)

    def plain(self, value: T) -> "JsonValue":
        """Return the value as JSON holds it."""
        dumped: JsonValue = self._adapter.dump_python(value, mode="json")
        return dumped

    def text(self, value: T) -> str:
        """Return the value as a text of JSON."""
        return self._adapter.dump_json(value).decode()


@dataclass(frozen=True, slots=True)
class CodingContent:
    """What a coding says: the code, the span, what the coder noted."""

    code: UUID
    start: int
    end: int
    memo: str
    doubt: int
    deleted: bool
    typical: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one text of a document: half-open, in code points."""

    revision: UUID
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StandingCoding:
    """A coding that stands by a ruling."""

    code: UUID
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a quoted passage that is left out where it is printed: half-open, in code points of the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What a code is at one time: what the mapping changes, and what undoing it restores.

    ``into``: the code as which a merged one counts; ``split``: the codes among which the passages of a split one are
    assigned.
    """

    name: str
    level: Level
    parent: UUID | None
    state: CodeState
    into: UUID | None = None
    split: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelPair:
    """Two private labels of different coders: what speaks for their being one.

    ``shared``: characters that both cover, ``first_extent`` and ``second_extent``: that each covers, in documents that
    both coders finished; ``overlap``: shared / covered by either, None without such a document; ``names``: how alike the
    names are, 0..1; ``score`` of both together.
    """

    first: UUID
    second: UUID
    shared: int
    first_extent: int
    second_extent: int
    overlap: float | None
    names: float
    score: float


@dataclass(frozen=True, slots=True)
class ReportSelection:
    """What of the submitted layers a report is about; an empty tuple leaves nothing out."""

    #: of these codes and what is below them only; a unit without any of them is empty, not missing
    codes: tuple[UUID, ...] = ()
    coders: tuple[UUID, ...] = ()
    documents: tuple[UUID, ...] = ()
    #: compared rounds beside the report's own; a document of several counts as it was coded in the latest
    rounds: tuple[UUID, ...] = ()
    #: codings in doubt count
    doubtful: bool = True
    #: layers count whose coders could have seen the work of others on the document
    dependent: bool = True

    @property
    def whole(self) -> bool:
        """Whether it is all of one round."""
        return self == WHOLE


WHOLE = ReportSelection()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file was read: by which reader, as which format, in which encoding, what was chosen, what was to be said."""

    reader: str = ""
    format: str = ""
    encoding: str | None = None
    warnings: tuple[Remark, ...] = ()
    choices: Choices = USUAL


@dataclass(frozen=True, slots=True)
class OwnSource:
    """A type of source as a project calls it."""

    name: str
    primary: bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column of a table of cases or documents; ``choices``: what it may hold where it is one of a list."""

    name: str
    kind: AttributeKind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """How a project describes its materials: own types of sources, typed attributes, and how a passage is cited.

    ``citation``: words with places such as ``{case}``; empty: as the program cites. Attributes that are not named here are text.
    """

    sources: tuple[OwnSource, ...] = ()
    of_cases: tuple[Attribute, ...] = ()
    of_documents: tuple[Attribute, ...] = ()
    citation: str = ""


@dataclass(frozen=True)
class RoundDesign:
    """How the documents of a round were given out: with the same seed the same documents and coders give the same again."""

    #: coders of a document
    each: int
    #: so many of a hundred documents have ``more`` coders
    percent: int
    spread_by: tuple[SpreadBy, ...]
    order: CodingOrder
    seed: int
    #: coder and at most so many characters, those of other open rounds counted; nobody else has a ceiling
    ceilings: tuple[tuple[UUID, int], ...]
    more: int | None = None


@dataclass(frozen=True)
class RoundGoal:
    """How far the coders of a round should agree, what was expected of them, and how they code: said before, so that nobody can say it after.

    ``advise`` and the planner work from it; what they said when the round was opened is kept too, see ``PlanSaid``.
    """

    #: the lower end of the 95 % interval of alpha of each code shall reach it
    target: float
    #: in so large a share of studies like this one
    power: float
    #: correlation between two units of one document
    intra: float
    #: shares of the units that codes may hold, where no round says it
    prevalences: tuple[float, ...]
    #: a unit can carry several codes; of free spans: those of one coder can overlap
    several_codes: bool
    #: the journal asks for it
    wants_kappa: bool
    #: the team compares with what NVivo showed
    used_nvivo: bool
    #: expected alpha of every code; None: of each what it was in the round ``like``
    agreement: float | None = None
    #: the compared round whose codes are planned for
    like: UUID | None = None


@dataclass(frozen=True, slots=True)
class FigureSaid:
    """A figure that fits a round, stands beside, or is to be avoided, and why: keys of ``stats.planning.advice``."""

    coefficient: str
    role: str
    why: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class CodeSaid:
    """What one code needs, by formula: so many documents coded by several, or None with the reason.

    ``name``: None of a share that was only supposed. ``end``: where the interval would begin with all documents.
    """

    name: str | None
    prevalence: float
    agreement: float
    documents: int | None
    reason: str | None
    end: float | None


@dataclass(frozen=True, slots=True)
class PlanSaid:
    """What the planner and the advice said of a round when it was opened: its report prints this, and not what they say later.

    ``documents`` and ``units``: of what was given out, by two coders or more, counted by ``unit``. ``figures``: the headline
    first. ``needed``: documents with which every code reaches the goal that can, None without a goal and where none can;
    ``deciding``: the place in ``codes`` of the one that needs most. ``unplanned``: codes that could not be planned for.
    """

    unit: Unit
    documents: int
    units: int
    figures: tuple[FigureSaid, ...]
    cautions: tuple[str, ...]
    codes: tuple[CodeSaid, ...] = ()
    #: all codes in one number, where no unit has two of them
    whole: CodeSaid | None = None
    needed: int | None = None
    deciding: int | None = None
    unplanned: tuple[str, ...] = ()
    #: number of the round whose codes were planned for
    like: int | None = None


@dataclass(frozen=True, slots=True)
class SettledDocument:
    """What stands on one text by the consensus of a round: unanimous or ruled.

    ``left_out``: places that waited or were put off, (start, end) in code points: nothing is settled there.
    """

    document: UUID
    revision: UUID
    round: UUID
    codings: tuple[StandingCoding, ...]
    left_out: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class GateAsked:
    """What a gate asks for: alpha, and where its interval may begin at the earliest (None: not asked for).

    ``codes``: those that count, each by itself; none named means all that the test has often enough. ``level``: that of the
    codebook at which codings are compared.
    """

    alpha: float
    end: float | None = None
    codes: tuple[UUID, ...] = ()
    level: ReportLevel = ReportLevel.AS_CODED


TYPED: tuple[type[object], ...] = (
    Choices,
    CodingContent,
    DeclaredFigures,
    Described,
    Failure,
    GateAsked,
    Passage,
    PlanSaid,
    PowerOfSample,
    Reading,
    RoundDesign,
    RoundGoal,
    Standing,
    Stopping,
    tuple[Cut, ...],
    tuple[LabelPair, ...],
    tuple[Role, ...],
    tuple[SettledDocument, ...],
    tuple[StandingCoding, ...],
    tuple[UUID, ...],
    tuple[str, ...],
)
