"""Acts on memos. The words of a memo are not in the log: they are its author's until others may read it."""

from dataclasses import dataclass

from intercoder.errors import marked
from intercoder.events.act import Act, ActInStream, Subject


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
