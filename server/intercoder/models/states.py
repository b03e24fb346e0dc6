"""Every state, kind and level that a row can have. No other text is stored in its place, and none is read from there."""

import enum

import sqlalchemy as sa

from intercoder.models.material_states import AttributeKind, FileState, MaterialLanguage, SourceType
from intercoder.models.ruling_states import (
    DrawnFrom,
    LessonQuote,
    LessonRule,
    LessonState,
    NormingState,
    RulingTag,
    ThreadKind,
    ThreadState,
    TwiceState,
)
from intercoder.models.saturation_states import (
    Power,
    ReserveState,
    SamplingUnit,
    SaturationKind,
    StoppingRule,
    WithdrawalCause,
)
from intercoder.models.theory_states import Backing, ElementKind, RelationSort, Sign, Stance, Stroke, Succession
from intercoder.stats.differences import Kinship
from intercoder.stats.settling import SettlingRule
from intercoder.stats.tree import Level
from intercoder.text.anchors import AnchorKind
from intercoder.text.units import Unit


class Role(enum.StrEnum):
    """What a member does in a project; a member may have several."""

    LEAD = "lead"  #: designs rounds, invites, reads reports
    CODER = "coder"  #: codes the documents assigned
    ADJUDICATOR = "adjudicator"  #: rules on disagreements of closed rounds
    OBSERVER = "observer"  #: reads, changes nothing


class CodeState(enum.StrEnum):
    """Where a code stands in the codebook."""

    ACTIVE = "active"  #: in the draft codebook
    PROPOSED = "proposed"  #: a coder's proposal in a round, seen by its author and the lead only
    PRIVATE = "private"  #: a coder's own code in an open-coding round
    DECLINED = "declined"  #: a proposal that the lead did not take
    RETIRED = "retired"  #: taken out of the draft; versions and codings keep it
    MERGED = "merged"  #: counts as another code since: merged with it, or a private label that was placed
    SPLIT = "split"  #: was split: each of its passages is assigned again by a person


class SheetReaders(enum.StrEnum):
    """Who may read what a coder says of themselves."""

    LEADS = "leads"
    TEAM = "team"  #: everybody in the project


class MappingKind(enum.StrEnum):
    """What was done to what codes are."""

    CHANGED = "changed"  #: renamed, moved, put on another level
    RETIRED = "retired"
    MERGED = "merged"
    SPLIT = "split"
    PLACED = "placed"  #: private labels count as a code of the project
    ASSIGNED = "assigned"  #: passages of a code that was split got their place
    UNDONE = "undone"


class MemoKind(enum.StrEnum):
    """What a memo is about."""

    THEORETICAL = "theoretical"
    METHODOLOGICAL = "methodological"
    REFLEXIVE = "reflexive"  #: the writer's own part in what is seen


class MemoAbout(enum.StrEnum):
    """On what a memo is written."""

    CODE = "code"
    PROJECT = "project"
    CASE = "case"
    DOCUMENT = "document"
    PASSAGE = "passage"
    RELATION = "relation"


class MemoReaders(enum.StrEnum):
    """Who may read a memo besides its author."""

    OWN = "own"  #: nobody
    LEADS = "leads"  #: the leads, as soon as its author codes in no open round
    ALL = "all"  #: all, as soon as its author codes in no open round


class CodebookPolicy(enum.StrEnum):
    """What coders may do with the codebook during a round."""

    FROZEN = "frozen"  #: the pinned version, nothing else
    PROPOSALS = "proposals"  #: coders propose, the lead accepts, then all see it
    OPEN = "open"  #: open coding: each coder has own new codes, private until the round closes


class RoundPurpose(enum.StrEnum):
    """What a round is for."""

    PILOT = "pilot"  #: tries the codebook and the unit on a few documents; definitions and coders change after it
    MAIN = "main"
    TRAINING = "training"  #: coders learn; their agreement with what is settled says who is ready
    HOLD_OUT = "hold_out"  #: documents kept back, to see whether what was found holds there
    DRIFT = "drift"  #: what was coded before is coded again, to see whether coders have stayed the same

    @property
    def tries_coders(self) -> bool:
        """Whether it asks about coders, of documents that are known: nothing new comes of it."""
        return self in {RoundPurpose.TRAINING, RoundPurpose.DRIFT}

    @property
    def compares_coders(self) -> bool:
        """Whether its layers are compared with one another; what came again is compared with its coder's own earlier work alone."""
        return self is not RoundPurpose.DRIFT

    @property
    def untold(self) -> bool:
        """Whether coders are not told of it while they code: whoever knows what is a repeat looks up what was made of it before."""
        return self in {RoundPurpose.MAIN, RoundPurpose.DRIFT}


class CodingOrder(enum.StrEnum):
    """In which order a coder meets the documents of a round."""

    GIVEN = "given"  #: as the materials have them
    RANDOM = "random"  #: each coder in an order of the own, from the seed
    LEAST_CODED = "least_coded"  #: what fewest have coded so far before the rest


class Difficulty(enum.StrEnum):
    """Which settled documents a test is drawn from, by how much of them coders disagreed on."""

    ANY = "any"  #: by chance alone
    EASY = "easy"  #: those on which coders agreed most
    HARD = "hard"  #: those on which they agreed least
    MIXED = "mixed"  #: in turn an easy and a hard one


class SpreadBy(enum.StrEnum):
    """What documents that more people code are spread over."""

    CASE = "case"
    SOURCE_TYPE = "source_type"


class RoundState(enum.StrEnum):
    """The life of a round."""

    DRAFT = "draft"  #: the lead prepares it; nobody codes
    OPEN = "open"  #: coders work, blind to one another
    CLOSED = "closed"  #: layers are locked and compared
    SETTLED = "settled"  #: every disagreement is ruled or put aside; the consensus stands

    @property
    def compared(self) -> bool:
        """Whether the layers are locked, so that coders may see one another's."""
        return self in {RoundState.CLOSED, RoundState.SETTLED}


class AssignmentState(enum.StrEnum):
    """The life of an assignment."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"


class ReminderKind(enum.StrEnum):
    """What a coder is reminded of."""

    SOON = "soon"  #: a document is due within two days
    LATE = "late"  #: it was due before today


class EmptyKind(enum.StrEnum):
    """What a coder said of a unit that has no coding."""

    NO_CODE = "no_code"  #: seen, and no code of the codebook applies
    SKIPPED = "skipped"  #: left out: a missing value, never "no code"


class Unseen(enum.StrEnum):
    """What the units count as that have no coding and of which nothing was said when their document was submitted."""

    NO_CODE = "no_code"  #: the coder has read all of the text
    MISSING = "missing"  #: they were not looked at: missing values


class ReportLevel(enum.StrEnum):
    """At which level of the codebook a report compares."""

    AS_CODED = "as_coded"  #: the codes as they were applied
    LABEL = "label"
    CONCEPT = "concept"
    THEME = "theme"
    CONSTRUCT = "construct"

    @property
    def level(self) -> Level | None:
        """The level to which codes are lifted; None when they are compared as they were applied."""
        return None if self is ReportLevel.AS_CODED else Level(self.value)


class ReportCoefficient(enum.StrEnum):
    """A coefficient over everything that a report compares; see ``stats.agreement.report.COEFFICIENTS``."""

    ALPHA = "alpha"  #: Krippendorff's, nominal, on exact sets of codes
    MV_ALPHA = "mv_alpha"  #: Krippendorff's for units with several codes
    MASI = "masi"  #: alpha with the MASI distance between sets
    PERCENT = "percent"
    HOLSTI = "holsti"  #: K, mean over pairs of coders
    HOLSTI_RELIABILITY = "holsti_reliability"  #: R, of all coders together
    KAPPA = "kappa"
    AC1 = "ac1"


class Drawn(enum.StrEnum):
    """What the resamples of an interval draw."""

    DOCUMENT = "document"  #: whole documents: what units of one have in common stays together
    UNIT = "unit"


class ReportSection(enum.StrEnum):
    """A part of an agreement report that is read by itself."""

    SUMMARY = "summary"  #: what it is about, and the coefficients over everything
    CODES = "codes"
    BRIEF = "brief"  #: what a page looks for among the codes, which are then read one by one
    PAIRS = "pairs"
    CODE_PAIRS = "code_pairs"
    DOCUMENTS = "documents"
    LEFT_OUT = "left_out"
    CONFUSIONS = "confusions"
    REMEDIES = (
        "remedies"  #: what would raise agreement most; absent where a report was made before there was such a section
    )
    SPANS = "free_spans"  #: of rounds by free span: how far coders agree on boundaries, over everything
    SPAN_TABLES = "span_tables"  #: the same by code, pair, document, and without each coder
    SPAN_CELLS = "span_cells"  #: the same of each code and pair
    UNITS = "coded_units"  #: every unit that somebody coded, with what settling it would bring
    WHOLE = "whole"  #: everything in one piece: the oldest format


class DisagreementKind(enum.StrEnum):
    """In what the layers differ at a place."""

    DIFFERENT_CODE = "different_code"
    BOUNDARY = "boundary"
    OMISSION = "omission"


class DisagreementState(enum.StrEnum):
    """The life of a disagreement."""

    OPEN = "open"
    RULED = "ruled"
    DEFERRED = "deferred"
    DISCUSSION = "discussion"
    #: drawn to be ruled on by two, blind to one another: nothing that was ruled there holds, and nobody sees it of another
    TWICE = "twice"
    VOID = "void"  #: coders changed their layers and no longer differ there; its rulings keep it, nobody is shown it


class ProposalKind(enum.StrEnum):
    """How the private labels of a proposal belong together."""

    SAME = "same"  #: they may be one code, at most one of each coder
    BROADER = "broader"  #: the first covers the text of the others
    SINGLE = "single"  #: one label that nothing was found for


class JobKind(enum.StrEnum):
    """What a job does."""

    IMPORT = "import"  #: staged files become documents
    COMPARE = "compare"  #: disagreements and the first report of a round that was closed
    AGREEMENT = "agreement"  #: one more report
    CHANGES = "changes"  #: how sure it is that agreement changed between two reports
    MEASURE = "measure"  #: agreement before and after an alignment, as if it ended now
    ALIGN = "align"  #: which private labels of a closed open round may be the same
    EXPORT = "export"  #: a file to take away that takes long to make


class JobState(enum.StrEnum):
    """The life of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


STATES = (
    Role,
    SheetReaders,
    MaterialLanguage,
    SourceType,
    AttributeKind,
    FileState,
    AnchorKind,
    Level,
    CodeState,
    MappingKind,
    MemoAbout,
    MemoKind,
    MemoReaders,
    Unit,
    CodebookPolicy,
    RoundPurpose,
    CodingOrder,
    Difficulty,
    SpreadBy,
    RoundState,
    AssignmentState,
    ReminderKind,
    EmptyKind,
    Unseen,
    ReportLevel,
    ReportSection,
    DisagreementKind,
    Kinship,
    DisagreementState,
    DrawnFrom,
    TwiceState,
    RulingTag,
    SettlingRule,
    LessonRule,
    LessonQuote,
    LessonState,
    NormingState,
    ThreadKind,
    ThreadState,
    Power,
    SaturationKind,
    StoppingRule,
    WithdrawalCause,
    ElementKind,
    RelationSort,
    Sign,
    Stance,
    Backing,
    Succession,
    Stroke,
    SamplingUnit,
    ReserveState,
    ProposalKind,
    JobKind,
    JobState,
)


class Stored(sa.types.TypeDecorator[enum.StrEnum]):
    """A column that holds the value of one member of an enum, as text."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        super().__init__()
        self.kind = kind
        #: to look a member up takes a third of asking the enum for it, and it is asked for every row
        self._members = {member.value: member for member in kind}

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Refuse what the enum does not have."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> enum.StrEnum | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the member."""
        return None if value is None else self._members.get(value) or self.kind(value)
