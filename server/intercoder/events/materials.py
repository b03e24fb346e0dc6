"""Acts on cases, uploaded files and documents."""

from dataclasses import dataclass

from intercoder.errors import marked
from intercoder.events.act import Act, Sentence, Subject


@dataclass(frozen=True)
class _OnCase(Act):
    subject_kind = Subject.CASE

    name: str


@dataclass(frozen=True)
class CaseCreated(_OnCase):
    """A case was added."""

    action = "case.created"
    says = marked("added the case “{name}”")


@dataclass(frozen=True)
class CaseChanged(_OnCase):
    """A case was renamed or its attributes were set; ``attributes``: which, where it was done in the sheet."""

    action = "case.changed"
    says = marked("changed the case “{name}”")
    says_which = marked("set {attributes} of the case “{name}”")

    attributes: tuple[str, ...] | None = None

    def sentence(self) -> Sentence:
        """Return what was done, with the names of attributes: their values are not for all who read the log."""
        if not self.attributes:
            return super().sentence()
        return Sentence(self.says_which, {"name": self.name, "attributes": self.attributes})


@dataclass(frozen=True)
class CaseDeleted(_OnCase):
    """A case that no document belonged to was removed."""

    action = "case.deleted"
    says = marked("deleted the case “{name}”")


@dataclass(frozen=True)
class FileUploaded(Act):
    """A file was staged."""

    action = "file.uploaded"
    subject_kind = Subject.FILE
    says = marked("uploaded “{name}”")

    name: str
    sha256: str


@dataclass(frozen=True)
class FileChanged(Act):
    """It was said how a staged file is to be imported."""

    action = "file.changed"
    subject_kind = Subject.FILE
    says = marked("set how “{name}” is to be imported")

    name: str


@dataclass(frozen=True)
class FileDiscarded(Act):
    """A staged file was thrown away."""

    action = "file.discarded"
    subject_kind = Subject.FILE
    says = marked("threw the upload “{name}” away")

    name: str


@dataclass(frozen=True)
class DocumentImported(Act):
    """A file became a document."""

    action = "document.imported"
    subject_kind = Subject.DOCUMENT
    says = marked("imported the document “{title}”")

    title: str
    #: of the canonical text
    sha256: str
    #: the name of the file
    file: str


@dataclass(frozen=True)
class DocumentChanged(Act):
    """What is said of a document was changed; ``attributes``: which, where it was done in the sheet."""

    action = "document.changed"
    subject_kind = Subject.DOCUMENT
    says = marked("changed what is said of the document “{title}”")
    says_which = marked("set {attributes} of the document “{title}”")

    title: str
    attributes: tuple[str, ...] | None = None

    def sentence(self) -> Sentence:
        """Return what was done, with the names of attributes: their values are not for all who read the log."""
        if not self.attributes:
            return super().sentence()
        return Sentence(self.says_which, {"title": self.title, "attributes": self.attributes})


@dataclass(frozen=True)
class DocumentRemoved(Act):
    """A document was taken out of the study."""

    action = "document.removed"
    subject_kind = Subject.DOCUMENT
    says = marked("took the document “{title}” out of the study")

    title: str
