"""The tables, one file per subject. Importing this package registers all of them."""

from intercoder.models.base import Base, uuid7
from intercoder.models.codebook import Code, CodebookVersion, VersionCode
from intercoder.models.coding import Assignment, Coding, CodingChange, Incidence, Round
from intercoder.models.comparison import AgreementReport, ConsensusCoding, Disagreement, ReportContent, Ruling
from intercoder.models.log import Event, Job
from intercoder.models.materials import Anchor, Case, Document, Revision, RevisionUnits, SourceFile
from intercoder.models.people import AccessToken, Invitation, Member, Project, SetupLink, User, UserSession
from intercoder.models.states import (
    AssignmentState,
    CodebookPolicy,
    CodeState,
    DisagreementKind,
    DisagreementState,
    FileState,
    JobKind,
    JobState,
    MaterialLanguage,
    ReportLevel,
    ReportSection,
    Role,
    RoundState,
    SourceType,
)
from intercoder.models.values import CodingContent, Reading, SideCoding, StandingCoding
from intercoder.models.work import (
    Compared,
    CompareRound,
    Imported,
    ImportedFile,
    ImportFiles,
    MakeReport,
    Outcome,
    Reported,
    Task,
    kept_outcome,
    kept_task,
)
from intercoder.stats.differences import Kinship
from intercoder.stats.tree import Level
from intercoder.text.anchors import AnchorKind
from intercoder.text.units import Unit

__all__ = [
    "AccessToken",
    "AgreementReport",
    "Anchor",
    "AnchorKind",
    "Assignment",
    "AssignmentState",
    "Base",
    "Case",
    "Code",
    "CodeState",
    "CodebookPolicy",
    "CodebookVersion",
    "Coding",
    "CodingChange",
    "CodingContent",
    "CompareRound",
    "Compared",
    "ConsensusCoding",
    "Disagreement",
    "DisagreementKind",
    "DisagreementState",
    "Document",
    "Event",
    "FileState",
    "ImportFiles",
    "Imported",
    "ImportedFile",
    "Incidence",
    "Invitation",
    "Job",
    "JobKind",
    "JobState",
    "Kinship",
    "Level",
    "MakeReport",
    "MaterialLanguage",
    "Member",
    "Outcome",
    "Project",
    "Reading",
    "ReportContent",
    "ReportLevel",
    "ReportSection",
    "Reported",
    "Revision",
    "RevisionUnits",
    "Role",
    "Round",
    "RoundState",
    "Ruling",
    "SetupLink",
    "SideCoding",
    "SourceFile",
    "SourceType",
    "StandingCoding",
    "Task",
    "Unit",
    "User",
    "UserSession",
    "VersionCode",
    "kept_outcome",
    "kept_task",
    "uuid7",
]
