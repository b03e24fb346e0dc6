"""What goes into the API and what comes out. Nothing that is not named here is accepted or shown."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
RoleName = Literal["lead", "coder", "adjudicator", "observer"]
LevelName = Literal["label", "concept", "theme", "construct"]
UnitName = Literal["span", "sentence", "paragraph"]
PolicyName = Literal["frozen", "proposals", "open"]
SourceTypeName = Literal[
    "interview", "observation", "meeting", "phone", "archive", "media", "website", "report", "survey", "other"
]
Attributes = dict[Annotated[str, StringConstraints(max_length=80)], Annotated[str, StringConstraints(max_length=500)]]


class In(BaseModel):
    """Input: unknown fields are refused, so that a misspelt one is never silently ignored."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """Output."""

    model_config = ConfigDict(from_attributes=True)


# --- people --------------------------------------------------------------------------------------


class Me(Out):
    """The person who asks."""

    id: UUID
    name: str
    email: str
    language: str | None
    is_admin: bool


class TokenIn(In):
    """A new access token."""

    name: Name
    days: Annotated[int, Field(ge=1, le=3650)] | None = None


class TokenOut(Out):
    """An access token, without its secret."""

    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime | None


class TokenMade(TokenOut):
    """A new access token: the only time that its secret is shown."""

    token: str


class ProjectIn(In):
    """A new project."""

    name: Name
    description: Text = ""
    language: Literal["zh", "en"] = "zh"


class ProjectChange(In):
    """A change of a project."""

    name: Name | None = None
    description: Text | None = None


class ProjectOut(Out):
    """A project."""

    id: UUID
    name: str
    description: str
    language: str
    created_at: datetime


class ProjectWithRoles(ProjectOut):
    """A project and what the person who asks does in it."""

    roles: list[RoleName]


class MemberOut(Out):
    """A member of a project."""

    id: UUID
    user_id: UUID
    name: str
    roles: list[RoleName]


class RolesIn(In):
    """The roles of a member."""

    roles: list[RoleName]


class InvitationIn(In):
    """An invitation into a project."""

    email: Name
    roles: list[RoleName]


class InvitationOut(Out):
    """An invitation that can still be used."""

    id: UUID
    email: str
    roles: list[RoleName]
    created_at: datetime
    expires_at: datetime


class InvitationMade(InvitationOut):
    """A new invitation with its link: the only time that it is shown."""

    link: str
    mailed: bool


class AcceptIn(In):
    """The secret of an invitation's link."""

    token: Name


# --- materials -----------------------------------------------------------------------------------


class CaseIn(In):
    """A new case."""

    name: Name
    attributes: Attributes = {}


class CaseChange(In):
    """A change of a case."""

    name: Name | None = None
    attributes: Attributes | None = None


class CaseOut(Out):
    """A case."""

    id: UUID
    name: str
    attributes: dict[str, Any]


class FileIn(In):
    """What is said of a file when it is uploaded, as fields of the form beside the part ``file``."""

    title: Name | None = None
    case: str | None = None
    source_type: SourceTypeName | None = None
    primary: bool | None = None


class FileChange(In):
    """How a staged file is to be imported."""

    encoding: Name | None = None
    title: Name | None = None
    case: str | None = None
    source_type: SourceTypeName | None = None
    primary: bool | None = None
    attributes: Attributes | None = None


class Refusal(Out):
    """Why something failed: a stable code and a sentence."""

    code: str
    detail: str


class FileOut(Out):
    """A file before its import."""

    id: UUID
    name: str
    size: int
    title: str
    case: str | None
    source_type: SourceTypeName
    primary: bool
    encoding: str | None
    encoding_sure: bool
    encodings: list[str]
    preview: str | None
    state: Literal["staged", "imported", "failed"]
    error: Refusal | None


class ImportIn(In):
    """Which staged files to import; all when none is named."""

    files: list[UUID] | None = None


class DocumentOut(Out):
    """A document, without its text."""

    id: UUID
    title: str
    case: str | None
    case_id: UUID | None
    source_type: SourceTypeName
    primary: bool
    attributes: dict[str, Any]
    length: int
    created_at: datetime


class DocumentChange(In):
    """A change of what is said of a document."""

    title: Name | None = None
    case: str | None = None
    source_type: SourceTypeName | None = None
    primary: bool | None = None
    attributes: Attributes | None = None


class RevisionOut(Out):
    """One immutable text of a document, without its words."""

    id: UUID
    document_id: UUID
    number: int
    length: int
    sha256: str
    reader: dict[str, Any]
    created_at: datetime


class AnchorOut(Out):
    """A named place; offsets are code points, half-open."""

    kind: str
    start: int
    end: int
    label: str
    data: dict[str, Any]


class RevisionText(RevisionOut):
    """A text with its words and anchors."""

    text: str
    anchors: list[AnchorOut]


# --- codebook ------------------------------------------------------------------------------------


class CodeFields(In):
    """What is said of a code."""

    name: Name
    level: LevelName = "label"
    parent_id: UUID | None = None
    definition: Text = ""
    include: Text = ""
    exclude: Text = ""
    example: Text = ""
    near_miss: Text = ""
    colour: Annotated[int, Field(ge=0, le=7)] | None = None
    position: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class NewCode(CodeFields):
    """A new code. ``key`` and ``parent_key`` tie codes of one call to one another."""

    key: Name | None = None
    parent_key: Name | None = None


class CodesIn(In):
    """New codes, all or none."""

    codes: Annotated[list[NewCode], Field(min_length=1, max_length=5000)]


class CodeChange(In):
    """A change of a code of the draft; what is not named stays."""

    name: Name | None = None
    level: LevelName | None = None
    parent_id: UUID | None = None
    definition: Text | None = None
    include: Text | None = None
    exclude: Text | None = None
    example: Text | None = None
    near_miss: Text | None = None
    colour: Annotated[int, Field(ge=0, le=7)] | None = None
    position: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class CodeOut(Out):
    """A code as it stands in the draft, in a version or in a round."""

    id: UUID
    name: str
    level: LevelName
    parent_id: UUID | None
    definition: str
    include: str
    exclude: str
    example: str
    near_miss: str
    colour: int
    position: int
    state: str
    revision: int


class VersionIn(In):
    """A note on a version that is published."""

    note: Text = ""


class VersionOut(Out):
    """A published version of the codebook."""

    id: UUID
    number: int
    note: str
    published_at: datetime


class VersionWithCodes(VersionOut):
    """A version with its codes in tree order."""

    codes: list[CodeOut]


class CodeChanged(Out):
    """What happened to a code between two versions."""

    code_id: UUID
    kind: Literal["added", "removed", "changed"]
    name: str
    level: str
    fields: dict[str, tuple[str, str]]


# --- rounds and coding ---------------------------------------------------------------------------


class Pair(In):
    """One document for one coder."""

    document_id: UUID
    coder_id: UUID


class RoundIn(In):
    """A new round: every document for every coder, or the pairs given."""

    name: Name
    version_id: UUID
    unit: UnitName = "span"
    policy: PolicyName = "frozen"
    live_figures: bool = True
    documents: list[UUID] = []
    coders: list[UUID] = []
    pairs: list[Pair] | None = None


class RoundChange(In):
    """A change of a round that is not open yet."""

    name: Name | None = None
    version_id: UUID | None = None
    unit: UnitName | None = None
    policy: PolicyName | None = None
    live_figures: bool | None = None
    documents: list[UUID] | None = None
    coders: list[UUID] | None = None


class RoundOut(Out):
    """A round."""

    id: UUID
    project_id: UUID
    number: int
    name: str
    unit: UnitName
    policy: PolicyName
    live_figures: bool
    state: Literal["draft", "open", "closed", "settled"]
    version_id: UUID
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None


class CloseIn(In):
    """Whether to close a round although documents are not submitted; they are then left out."""

    unfinished: bool = False


class PairsIn(In):
    """Further documents for coders."""

    pairs: Annotated[list[Pair], Field(min_length=1, max_length=10_000)]


class AssignmentOut(Out):
    """One coder and one document of a round."""

    id: UUID
    round_id: UUID
    document_id: UUID
    revision_id: UUID
    coder_id: UUID
    state: Literal["assigned", "in_progress", "submitted"]
    submitted_at: datetime | None


class HandBackIn(In):
    """Why a document goes back to its coder."""

    reason: Text = ""


class Work(Out):
    """Everything that a coder needs to code one document."""

    assignment: AssignmentOut
    text: str
    unit: UnitName
    units: list[tuple[int, int]]
    codes: list[CodeOut]
    codings: list["CodingOut"]


class CodingIn(In):
    """A coding: offsets are code points, half-open, in the revision that is assigned."""

    code: UUID
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    memo: Text = ""
    doubt: bool = False
    #: the codebook version that the caller works with: another one than the round's is refused
    codebook: UUID | None = None


class CodingChange(In):
    """A change of a coding; what is not named stays. ``deleted`` false restores it."""

    code: UUID | None = None
    start: Annotated[int, Field(ge=0)] | None = None
    end: Annotated[int, Field(ge=0)] | None = None
    memo: Text | None = None
    doubt: bool | None = None
    deleted: bool | None = None


class CodingOut(Out):
    """A coding. ``id`` is the key that its coder gave it."""

    id: UUID
    coder_id: UUID
    document_id: UUID
    code: UUID
    start: int
    end: int
    memo: str
    doubt: bool
    version: int
    deleted: bool = False


class OwnCodeIn(In):
    """A coder's own new label in a round."""

    name: Name
    level: Literal["label"] = "label"
    parent: UUID | None = None
    colour: Annotated[int, Field(ge=0, le=7)] | None = None


class OwnCodeOut(Out):
    """A coder's own label: usable at once when private, after the lead's yes when proposed."""

    id: UUID
    name: str
    state: str
    colour: int


class AcceptCode(In):
    """The concept below which an accepted proposal is put."""

    parent_id: UUID | None = None


class MemoIn(In):
    """A memo on a document."""

    memo: Text


# --- comparison ----------------------------------------------------------------------------------


class ReportIn(In):
    """How to compare."""

    unit: Literal["sentence", "paragraph"] = "sentence"
    level: Literal["as_coded", "label", "concept", "theme", "construct"] = "as_coded"
    resamples: Annotated[int, Field(ge=0, le=10_000)] = 1000


class ReportOut(Out):
    """An agreement report without its numbers."""

    id: UUID
    round_id: UUID
    unit: str
    level: str
    created_at: datetime
    stale_at: datetime | None


class ReportWhole(ReportOut):
    """An agreement report with what it was computed from and its numbers."""

    provenance: dict[str, Any]
    result: dict[str, Any]


class SegmentQuery(In):
    """Which units behind a number."""

    code: UUID | None = None
    coder: UUID | None = None
    other: UUID | None = None
    document: UUID | None = None
    only: Literal["all", "agree", "differ"] = "all"


class SegmentOut(Out):
    """A unit with the codes that each coder gave it."""

    document_id: UUID
    title: str
    start: int
    end: int
    text: str
    codes: dict[str, list[str]]


class DisagreementQuery(In):
    """Which disagreements."""

    kind: Literal["different_code", "boundary", "omission"] | None = None
    state: Literal["open", "ruled", "deferred", "discussion"] | None = None
    document: UUID | None = None


class DisagreementOut(Out):
    """A place where the submitted layers differ."""

    id: UUID
    round_id: UUID
    document_id: UUID
    start: int
    end: int
    kind: str
    detail: str | None
    state: str
    version: int
    coders: list[UUID]
    sides: list[dict[str, Any]]


class Span(In):
    """A code on a span."""

    code: UUID
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class RulingIn(In):
    """A decision: the codings that stand (none for "nothing here"), and why."""

    codings: Annotated[list[Span], Field(max_length=200)]
    reason: Text


class RulingOut(Out):
    """A ruling; ``ended_at`` is set when it is no longer in force."""

    id: UUID
    disagreement_id: UUID
    adjudicator_id: UUID
    codings: list[dict[str, Any]]
    reason: str
    created_at: datetime
    ended_at: datetime | None


class DisagreementWhole(DisagreementOut):
    """A disagreement with its text and rulings."""

    text: str
    rulings: list[RulingOut]


class StateIn(In):
    """Put off, discuss, or back among the open ones."""

    state: Literal["open", "deferred", "discussion"]


class ConsensusOut(Out):
    """A coding of the consensus layer; without a ruling it was unanimous."""

    id: UUID
    document_id: UUID
    code_id: UUID
    start: int
    end: int
    ruling_id: UUID | None


class SaturationQuery(In):
    """Which level, whose codings, which stopping rule."""

    level: LevelName = "concept"
    view: Literal["union", "agreed", "consensus"] = "union"
    base: Annotated[int, Field(ge=1, le=100)] = 4
    run: Annotated[int, Field(ge=1, le=100)] = 2
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.05


class ArrivalOut(Out):
    """A finished document and the codes it holds at the level asked for."""

    document_id: UUID
    title: str
    case: str | None
    at: datetime
    #: how many codes it holds; ``codes`` names those that were applied in compared rounds
    count: int
    codes: list[UUID]


class SaturationOut(Out):
    """Saturation at one level."""

    level: LevelName
    view: str
    arrivals: list[ArrivalOut]
    names: dict[str, str]
    without_ancestor: int
    result: dict[str, Any]
    provenance: dict[str, Any]


# --- log and jobs --------------------------------------------------------------------------------


class EventQuery(In):
    """Which rows of the log: newest first, or what came after one that is known."""

    before: UUID | None = None
    after: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class EventOut(Out):
    """A row of the log."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    action: str
    subject_kind: str
    subject_id: UUID | None
    round_id: UUID | None
    detail: dict[str, Any]


class JobOut(Out):
    """Work outside a request."""

    id: UUID
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int
    total: int
    result: dict[str, Any] | None
    error: Refusal | None
    created_at: datetime
    ended_at: datetime | None
