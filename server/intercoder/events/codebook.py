"""Acts on codes and on versions of the codebook."""

from dataclasses import dataclass
from uuid import UUID

from intercoder.errors import counted, marked
from intercoder.events.act import (
    CODE_FIELDS,
    Act,
    ActInRound,
    ActInStream,
    CodeField,
    CodeName,
    Part,
    Sentence,
    Subject,
)
from intercoder.models import Level, Passage


@dataclass(frozen=True)
class MadeCode(Part):
    """A code that was added; where ``position`` is None the rest was not kept (by the first versions of the program)."""

    id: UUID
    name: str
    level: Level
    definition: str | None = None
    include: str | None = None
    exclude: str | None = None
    example: str | None = None
    near_miss: str | None = None
    colour: int | None = None
    position: int | None = None
    parent_id: UUID | None = None
    other_name: str | None = None
    aliases: tuple[str, ...] | None = None
    number: int | None = None
    example_at: Passage | None = None
    near_miss_at: Passage | None = None


@dataclass(frozen=True)
class CodesCreated(Act):
    """Codes were added to the draft; the subject is the first of them."""

    action = "code.created"
    subject_kind = Subject.CODE
    says = marked("added the code “{name}”")

    codes: tuple[MadeCode, ...]

    def sentence(self) -> Sentence:
        """Return the name of a single one, the number of several."""
        if len(self.codes) == 1:
            return Sentence(self.says, {"name": self.codes[0].name})
        message, many = counted("added {n} code", "added {n} codes")
        return Sentence(message, {"n": len(self.codes)}, many)


@dataclass(frozen=True)
class CodeChanged(Act):
    """A code of the draft was changed: of each field that changed, what it was and what it is."""

    action = "code.changed"
    subject_kind = Subject.CODE
    says = marked("changed “{name}”: {fields}")

    name: tuple[str, str] | None = None
    level: tuple[Level, Level] | None = None
    definition: tuple[str, str] | None = None
    include: tuple[str, str] | None = None
    exclude: tuple[str, str] | None = None
    example: tuple[str, str] | None = None
    near_miss: tuple[str, str] | None = None
    other_name: tuple[str, str] | None = None
    aliases: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    number: tuple[int, int] | None = None
    example_at: tuple[Passage | None, Passage | None] | None = None
    near_miss_at: tuple[Passage | None, Passage | None] | None = None
    colour: tuple[int | None, int | None] | None = None
    position: tuple[int, int] | None = None
    parent_id: tuple[UUID | None, UUID | None] | None = None

    def sentence(self) -> Sentence:
        """Return what the code is called and which fields changed."""
        changed = tuple(CodeField(field) for field in CODE_FIELDS if getattr(self, field) is not None)
        called = CodeName(self.subject_id, self.name[1] if self.name else "…")
        return Sentence(self.says, {"name": called, "fields": changed})


@dataclass(frozen=True)
class PastedChange(Part):
    """A code that a pasted codebook changed: of each field that changed, what it was and what it is."""

    id: UUID
    name: tuple[str, str] | None = None
    other_name: tuple[str, str] | None = None
    aliases: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    definition: tuple[str, str] | None = None
    include: tuple[str, str] | None = None
    exclude: tuple[str, str] | None = None
    example: tuple[str, str] | None = None
    near_miss: tuple[str, str] | None = None
    example_at: tuple[Passage | None, Passage | None] | None = None
    near_miss_at: tuple[Passage | None, Passage | None] | None = None
    colour: tuple[int | None, int | None] | None = None
    parent_id: tuple[UUID | None, UUID | None] | None = None


@dataclass(frozen=True)
class CodebookPasted(Act):
    """A codebook was pasted into the draft; the subject is the first code that it made or changed."""

    action = "codebook.pasted"
    subject_kind = Subject.CODE
    says = marked("pasted a codebook (new codes: {new}, changed: {changed})")

    codes: tuple[MadeCode, ...]
    changes: tuple[PastedChange, ...]

    def sentence(self) -> Sentence:
        """Return how many codes it made and changed."""
        return Sentence(self.says, {"new": len(self.codes), "changed": len(self.changes)})


@dataclass(frozen=True)
class CodeRetired(Act):
    """A code was taken out of the draft."""

    action = "code.retired"
    subject_kind = Subject.CODE
    says = marked("took the code “{name}” out of the codebook")

    name: str


@dataclass(frozen=True)
class CodeAccepted(Act):
    """The lead took a proposed label; from now on everybody sees it."""

    action = "code.accepted"
    subject_kind = Subject.CODE
    public = True
    says = marked("accepted the proposed label “{name}”")

    name: str


@dataclass(frozen=True)
class CodeDeclined(ActInRound):
    """The lead did not take a proposed label."""

    action = "code.declined"
    subject_kind = Subject.CODE
    says = marked("declined the proposed label “{name}”")

    name: str
    #: what the author was told
    answer: str | None = None


@dataclass(frozen=True)
class CodeProposed(ActInStream):
    """A coder proposed a label, for a passage and with a reason; the first versions of the program kept neither."""

    action = "code.proposed"
    subject_kind = Subject.CODE
    says = marked("proposed the label “{name}”")

    name: str
    reason: str | None = None
    revision: UUID | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class OwnCodeMade(ActInStream):
    """A coder made a private label in open coding."""

    action = "code.private"
    subject_kind = Subject.CODE
    says = marked("made the own label “{name}”")

    name: str
    #: of a group of own labels; None of a label
    level: Level | None = None


@dataclass(frozen=True)
class CodebookPublished(Act):
    """The draft was frozen as a version."""

    action = "codebook.published"
    subject_kind = Subject.VERSION
    public = True
    says = marked("published version {number} of the codebook ({codes} codes)")

    number: int
    #: how many it has
    codes: int
    #: of what is said of all of them; None where the first versions of the program published it
    sha256: str | None = None
