"""Acts of a coder in the own layer. The subject is the coding's key, the stream is the assignment's."""

from dataclasses import dataclass
from uuid import UUID

from intercoder.errors import marked
from intercoder.events.act import ActInStream, Sentence, Subject
from intercoder.models import EmptyKind


@dataclass(frozen=True)
class _InLayer(ActInStream):
    subject_kind = Subject.CODING


@dataclass(frozen=True)
class CodingCreated(_InLayer):
    """A passage was coded."""

    action = "coding.created"
    says = marked("coded a passage")

    #: as the coder's browser names it
    code: UUID
    start: int
    end: int
    #: whether there is one, as it was said before there were degrees; its degree from 2 on
    doubt: bool | int
    #: kept where it is
    typical: bool | None = None
    #: what is done in one act of several changes says so by the same number
    together: UUID | None = None


@dataclass(frozen=True)
class _CodingChange(_InLayer):
    code: UUID | None = None
    start: int | None = None
    end: int | None = None
    doubt: bool | int | None = None
    typical: bool | None = None
    deleted: bool | None = None
    together: UUID | None = None


@dataclass(frozen=True)
class CodingChanged(_CodingChange):
    """A coding was changed or restored: the fields that changed, as they are now."""

    action = "coding.changed"
    says = marked("changed a coding")


@dataclass(frozen=True)
class CodingDeleted(_CodingChange):
    """A coding was deleted."""

    action = "coding.deleted"
    says = marked("deleted a coding")


@dataclass(frozen=True)
class UnitEmptied(_InLayer):
    """A coder said of a unit without codings that it holds no code, or skipped it; the subject is the assignment."""

    action = "unit.emptied"
    says = marked("took back what was said of a unit without codings")

    start: int
    #: None: taken back
    kind: EmptyKind | None = None

    def sentence(self) -> Sentence:
        """Return which of the two."""
        said = {
            EmptyKind.NO_CODE: marked("said of a unit that no code applies"),
            EmptyKind.SKIPPED: marked("skipped a unit"),
        }
        return Sentence(said[self.kind] if self.kind else self.says, {})


@dataclass(frozen=True)
class DocumentMemoWritten(_InLayer):
    """A memo on a document was written; the subject is the assignment."""

    action = "assignment.memo"
    says = marked("wrote a memo on a document")
