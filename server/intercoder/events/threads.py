"""Acts in the talk about a place."""

from dataclasses import dataclass, field
from uuid import UUID

from intercoder.errors import marked
from intercoder.events.act import ActInRound, Sentence, Subject
from intercoder.models import ThreadKind, ThreadState


@dataclass(frozen=True)
class ActOnThread(ActInRound):
    """An act that those who talk, are mentioned or coded there hear of; the subject is the place."""

    #: known while it happens, not kept
    hears: tuple[UUID, ...] = field(default=(), kw_only=True)

    @property
    def about(self) -> frozenset[UUID]:
        """Return those whose own work or talk it is."""
        return frozenset(self.hears)


@dataclass(frozen=True)
class Commented(ActOnThread):
    """Somebody said something about a place, or contested the ruling there."""

    action = "thread.comment"
    subject_kind = Subject.DISAGREEMENT
    says = marked("commented on a place where coders differ")
    says_contest = marked("contested a ruling")

    thread: UUID
    text: str
    kind: ThreadKind
    #: what is contested, where the thread begins with that
    ruling: UUID | None = None
    mentions: tuple[UUID, ...] | None = None

    def sentence(self) -> Sentence:
        """Return whether it began a contest."""
        return Sentence(self.says_contest if self.ruling else self.says, {})


@dataclass(frozen=True)
class ThreadMoved(ActOnThread):
    """A talk was resolved, or opened again."""

    action = "thread.moved"
    subject_kind = Subject.DISAGREEMENT
    says = marked("resolved a talk about a place")
    says_again = marked("opened a talk about a place again")

    thread: UUID
    state: ThreadState

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says if self.state is ThreadState.RESOLVED else self.says_again, {})
