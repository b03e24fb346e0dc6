"""What a job is asked to do and what came of it, by its kind. Both are kept as JSON in its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from intercoder.errors import Failure
from intercoder.models.material_states import FileState
from intercoder.models.states import Drawn, JobKind, ReportCoefficient, ReportLevel
from intercoder.models.values import WHOLE, Kept, ReportSelection
from intercoder.text.units import Unit

if TYPE_CHECKING:
    from pydantic import JsonValue

#: of an interval of a report, where nobody chooses others
RESAMPLES = 1000
SEED = 20_260_401
#: how long a file to take away is there after it was made
KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class ImportFiles:
    """Make documents of staged files."""

    kind: ClassVar = JobKind.IMPORT

    files: tuple[UUID, ...]

    @property
    def steps(self) -> int:
        """How many steps its progress counts."""
        return len(self.files)


@dataclass(frozen=True)
class CompareRound:
    """Find the disagreements of a round that was closed and make its first report, by the first unit offered."""

    kind: ClassVar = JobKind.COMPARE
    steps: ClassVar[int] = 2


@dataclass(frozen=True)
class MakeReport:
    """Make one more report of a compared round."""

    kind: ClassVar = JobKind.AGREEMENT
    steps: ClassVar[int] = 2

    unit: Unit
    level: ReportLevel = ReportLevel.AS_CODED
    resamples: int = RESAMPLES
    selection: ReportSelection = WHOLE
    #: what it is known by; None: mv-alpha where units hold several codes, otherwise alpha
    headline: ReportCoefficient | None = None
    #: computed beside alpha, percent agreement and the headline; None: all there are
    coefficients: tuple[ReportCoefficient, ...] | None = None
    drawn: Drawn = Drawn.DOCUMENT
    seed: int = SEED
    name: str = ""

    @property
    def of_whole_round(self) -> bool:
        """Whether it is about all of its round, with the codes as they were applied."""
        return self.selection.whole and self.level is ReportLevel.AS_CODED


@dataclass(frozen=True)
class CompareReports:
    """Compute how sure it is that agreement changed from one report to another."""

    kind: ClassVar = JobKind.CHANGES
    steps: ClassVar[int] = 2

    first: UUID
    second: UUID


@dataclass(frozen=True)
class ProposeAlignment:
    """Find which private labels of a closed open round may be the same."""

    kind: ClassVar = JobKind.ALIGN
    steps: ClassVar[int] = 3


@dataclass(frozen=True)
class MeasureAlignment:
    """Compute agreement before and after an alignment as if it ended now."""

    kind: ClassVar = JobKind.MEASURE
    steps: ClassVar[int] = 2


@dataclass(frozen=True)
class MakeFile:
    """Make a file to take away: an export of the registry, of what, and as whoever takes it has chosen."""

    kind: ClassVar = JobKind.EXPORT
    #: told when it is known, by whatever makes the file
    steps: ClassVar[int] = 0

    export: str
    thing: UUID
    form: str
    names: str
    language: str
    round: UUID | None = None
    #: of the board of saturation: level, view, unit, order
    figures: tuple[str, str, str, str] | None = None
    #: of the passages of a saved view alone
    view: UUID | None = None


Task = ImportFiles | CompareRound | MakeReport | CompareReports | ProposeAlignment | MeasureAlignment | MakeFile


@dataclass(frozen=True)
class ImportedFile:
    """What became of one file."""

    file: UUID
    name: str
    state: FileState
    error: Failure | None


@dataclass(frozen=True)
class Imported:
    """What became of the files of an import."""

    files: tuple[ImportedFile, ...]
    imported: int
    failed: int


@dataclass(frozen=True)
class Reported:
    """The report that was made."""

    report: UUID


@dataclass(frozen=True)
class Compared:
    """The first report of a round, and how many places of each kind the layers have.

    Without a report where its labels wait for alignment: only where coders marked something was compared.
    """

    report: UUID | None
    places: Mapping[str, int]


@dataclass(frozen=True)
class Proposed:
    """How many labels there were, how many proposals were made of them, and how many labels belong to none."""

    labels: int
    proposals: int
    single: int


@dataclass(frozen=True)
class MeasuredAlignment:
    """By which mapping: the number of the last act on codes that was counted."""

    mapping: int


@dataclass(frozen=True)
class ReportsCompared:
    """Between which two reports the changes were computed."""

    first: UUID
    second: UUID


@dataclass(frozen=True)
class MadeFile:
    """A file that was made: its name, media type and bytes, and the rounds that its maker could see then."""

    name: str
    media: str
    size: int
    rounds: tuple[UUID, ...]


Outcome = ReportsCompared | Imported | Compared | Reported | Proposed | MeasuredAlignment | MadeFile

_TASKS: Mapping[JobKind, Kept[Task]] = {
    task.kind: Kept[Task](task)
    for task in (
        ImportFiles,
        CompareRound,
        MakeReport,
        CompareReports,
        ProposeAlignment,
        MeasureAlignment,
        MakeFile,
    )
}
_OUTCOMES: Mapping[JobKind, Kept[Outcome]] = {
    JobKind.IMPORT: Kept[Outcome](Imported),
    JobKind.COMPARE: Kept[Outcome](Compared),
    JobKind.AGREEMENT: Kept[Outcome](Reported),
    JobKind.CHANGES: Kept[Outcome](ReportsCompared),
    JobKind.ALIGN: Kept[Outcome](Proposed),
    JobKind.MEASURE: Kept[Outcome](MeasuredAlignment),
    JobKind.EXPORT: Kept[Outcome](MadeFile),
}


def task_of(kind: JobKind, stored: "JsonValue") -> Task:
    """Return what a job of this kind was asked to do."""
    return _TASKS[kind].read(stored)


def outcome_of(kind: JobKind, stored: "JsonValue") -> Outcome:
    """Return what came of a job of this kind."""
    return _OUTCOMES[kind].read(stored)


def kept_task(task: Task) -> "JsonValue":
    """Return a task as it is kept."""
    return _TASKS[task.kind].plain(task)


def kept_outcome(kind: JobKind, outcome: Outcome) -> "JsonValue":
    """Return what came of a job as it is kept."""
    return _OUTCOMES[kind].plain(outcome)
