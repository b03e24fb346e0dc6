"""The tables, one file per subject. Importing this package registers all of them."""

from intercoder.models.base import Base, uuid7
from intercoder.models.codebook import Code, CodebookVersion, CodeState, Level, VersionCode
from intercoder.models.coding import (
    Assignment,
    AssignmentState,
    CodebookPolicy,
    Coding,
    CodingChange,
    Round,
    RoundState,
    Unit,
)
from intercoder.models.comparison import (
    AgreementReport,
    ConsensusCoding,
    Disagreement,
    DisagreementState,
    Ruling,
)
from intercoder.models.log import Event, Job
from intercoder.models.materials import Anchor, Case, Document, Revision, SourceFile, SourceType
from intercoder.models.people import (
    AccessToken,
    Invitation,
    Member,
    Project,
    Role,
    SetupLink,
    User,
    UserSession,
)

__all__ = [
    "AccessToken",
    "AgreementReport",
    "Anchor",
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
    "ConsensusCoding",
    "Disagreement",
    "DisagreementState",
    "Document",
    "Event",
    "Invitation",
    "Job",
    "Level",
    "Member",
    "Project",
    "Revision",
    "Role",
    "Round",
    "RoundState",
    "Ruling",
    "SetupLink",
    "SourceFile",
    "SourceType",
    "Unit",
    "User",
    "UserSession",
    "VersionCode",
    "uuid7",
]
