"""What an agreement report was computed from, with the names of that day."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intercoder.models import Drawn, Level, ReportCoefficient, ReportLevel, ReportSelection, SourceType, Unit
from intercoder.services.independence import Exposure


@dataclass(frozen=True, slots=True)
class RoundThen:
    """The round as it was called."""

    id: UUID
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class CoderThen:
    """A coder, by the identifier that the numbers use, with the name of that day."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class DocumentThen:
    """A document, by the identifier that the numbers use, with the title of that day and the hash of its text."""

    id: str
    title: str
    sha256: str
    #: the round in which its layers were made, where the report is about several
    round: UUID | None = None


@dataclass(frozen=True, slots=True)
class CodeThen:
    """A code, by the identifier that the numbers use, as it was called and placed."""

    id: str
    name: str
    level: Level
    colour: int


@dataclass(frozen=True, slots=True)
class DependentLayer:
    """A layer whose coder could have seen the work of others on the document, with how, in which round and since when."""

    document: str
    coder: str
    exposure: Exposure
    round: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Independence:
    """How many layers were made without having been able to see another's work on the document, and which were not."""

    independent: int
    dependent: tuple[DependentLayer, ...]


@dataclass(frozen=True, slots=True)
class OtherRound:
    """A round that a report is about beside its own, as it was called; ``codebook_version`` as of ``Provenance``."""

    id: UUID
    number: int
    name: str
    codebook_version: int | None


@dataclass(frozen=True, slots=True)
class ChoicesThen:
    """What was chosen for a report, and what that left out; of documents and coders how many there were.

    ``codes``: names of the codes chosen; ``cases``: names of the cases whose documents exactly were chosen; else ``sources``: kinds of
    source, or ``attributes``: a name and a value, of which the same holds.
    """

    selection: ReportSelection
    drawn: Drawn
    #: what was asked for; None: what fits the data
    headline: ReportCoefficient | None
    coders: int
    documents: int
    codes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    #: codings of codes that were not chosen, and codings in doubt
    codings_not_chosen: int = 0
    codings_doubted: int = 0
    #: (document, coder) of the layers that are not independent
    layers_dependent: tuple[tuple[str, str], ...] = ()
    #: documents that several of the rounds have: the latest counts
    documents_repeated: int = 0
    sources: tuple[SourceType, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a report was computed from, with the names of that day.

    ``codes``: those of the report's level; ``codings_left_out``: codings whose code has no ancestor there.
    ``assignments`` were given out, ``submitted`` came back; ``layers_sha256`` covers every coding and every missing unit that went in.
    """

    round: RoundThen
    coders: tuple[CoderThen, ...]
    documents: tuple[DocumentThen, ...]
    codes: tuple[CodeThen, ...]
    codebook_version: int | None  #: None: open coding without a codebook
    round_unit: Unit
    unit: Unit
    level: ReportLevel
    resamples: int
    seed: int
    assignments: int
    submitted: int
    codings_left_out: int
    layers_sha256: str
    software: str
    #: None in reports of formats 0 and 1, which did not compute it
    independence: Independence | None = None
    #: the mapping under which codings count, see ``MappingAct``; None up to format 3: the codes as the version had them
    mapping: int | None = None
    #: codings of split codes that nobody had put yet: they count as the old code
    codings_waiting: int = 0
    #: how often a coder skipped a unit of the round, or had not looked at one: missing values, never "no code"
    units_skipped: int = 0
    units_unseen: int = 0
    #: what whoever made it called it
    name: str = ""
    #: rounds that it is about beside its own
    rounds: tuple[OtherRound, ...] = ()
    #: None in reports of before there was a choice: everything of the round, resampled by document
    choices: ChoicesThen | None = None
