"""Acts on memos. The words of a memo are not in the log: they are its author's until others may read it."""

from dataclasses import dataclass
from uuid import UUID

from intercoder.errors import marked
from intercoder.events.act import Act, ActInStream, Sentence, Subject, Title, Words
from intercoder.models import MemoAbout


@dataclass(frozen=True)
class MemoWritten(Act):
    """Somebody wrote a memo on a code, or changed one."""

    action = "memo.written"
    subject_kind = Subject.CODE
    says = marked("wrote a memo on “{name}”")

    name: str
    revision: int


@dataclass(frozen=True)
class OwnMemoWritten(ActInStream):
    """The same by somebody who codes in an open round: nobody else is told."""

    action = "memo.own"
    subject_kind = Subject.CODE
    says = marked("wrote a memo on “{name}”")

    name: str
    revision: int


@dataclass(frozen=True)
class MemoRemoved(Act):
    """Somebody took an own memo away."""

    action = "memo.removed"
    subject_kind = Subject.CODE
    says = marked("took a memo on “{name}” away")

    name: str


@dataclass(frozen=True)
class OwnMemoRemoved(ActInStream):
    """The same by somebody who codes in an open round."""

    action = "memo.own.removed"
    subject_kind = Subject.CODE
    says = marked("took a memo on “{name}” away")

    name: str


_RELATION, _RELATION_GONE = marked("wrote a memo on a relation"), marked("took a memo on a relation away")


@dataclass(frozen=True)
class MemoOnThing(Act):
    """Somebody wrote a memo on a case, a document, a passage, a relation or the project, changed one, or took it away (``gone``)."""

    action = "memo.thing"
    subject_kind = Subject.PROJECT
    says = marked("wrote a memo on “{name}”")
    says_gone = marked("took a memo on “{name}” away")

    on: MemoAbout
    name: str
    thing: UUID | None = None
    revision: int = 1
    gone: bool | None = None

    def sentence(self) -> Sentence:
        """Return which; a document is called by its title, for those who may know it."""
        return _sentence(self)


@dataclass(frozen=True)
class OwnMemoOnThing(ActInStream):
    """The same by somebody who codes in an open round: nobody else is told."""

    action = "memo.thing.own"
    subject_kind = Subject.PROJECT
    says = marked("wrote a memo on “{name}”")
    says_gone = marked("took a memo on “{name}” away")

    on: MemoAbout
    name: str
    thing: UUID | None = None
    revision: int = 1
    gone: bool | None = None

    def sentence(self) -> Sentence:
        """Return which."""
        return _sentence(self)


def _sentence(act: MemoOnThing | OwnMemoOnThing) -> Sentence:
    if act.on is MemoAbout.RELATION:  # it has two ends and no name of its own
        return Sentence(_RELATION_GONE if act.gone else _RELATION, {})
    titled = act.on in {MemoAbout.DOCUMENT, MemoAbout.PASSAGE}
    name: Words = Title(act.thing) if titled and act.thing else act.name
    return Sentence(act.says_gone if act.gone else act.says, {"name": name})


@dataclass(frozen=True)
class MemoTied(Act):
    """A memo was tied to another one or to a passage, or is so no more (``gone``)."""

    action = "memo.tied"
    subject_kind = Subject.PROJECT
    says = marked("tied a memo to another one or to a passage")
    says_gone = marked("untied a memo")

    memo: UUID
    other: UUID | None = None
    passage: UUID | None = None
    gone: bool | None = None

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says_gone if self.gone else self.says, {})


@dataclass(frozen=True)
class OwnMemoTied(ActInStream):
    """The same by somebody who codes in an open round."""

    action = "memo.tied.own"
    subject_kind = Subject.PROJECT
    says = marked("tied a memo to another one or to a passage")
    says_gone = marked("untied a memo")

    memo: UUID
    other: UUID | None = None
    passage: UUID | None = None
    gone: bool | None = None

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says_gone if self.gone else self.says, {})
