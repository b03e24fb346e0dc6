"""Acts on the project and on the people in it."""

from dataclasses import dataclass
from uuid import UUID

from intercoder.errors import marked
from intercoder.events.act import Act, Person, Sentence, Subject
from intercoder.models import Role, SheetReaders


@dataclass(frozen=True)
class ProjectCreated(Act):
    """A study was started."""

    action = "project.created"
    subject_kind = Subject.PROJECT
    public = True
    says = marked("started the project")

    name: str


@dataclass(frozen=True)
class ProjectChanged(Act):
    """A study was renamed or described anew."""

    action = "project.changed"
    subject_kind = Subject.PROJECT
    public = True
    says = marked("changed the name or the description of the project")

    name: str


@dataclass(frozen=True)
class RulersChanged(Act):
    """It was decided whether adjudicators may rule on documents that they coded."""

    action = "project.rulers"
    subject_kind = Subject.PROJECT
    public = True
    says = marked("allowed adjudicators to rule on documents that they coded")
    says_not = marked("no longer allowed adjudicators to rule on documents that they coded")

    coders: bool

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says if self.coders else self.says_not, {})


@dataclass(frozen=True)
class ArgumentChanged(Act):
    """It was decided whether the study argues by information power, and does not look at saturation."""

    action = "project.argument"
    subject_kind = Subject.PROJECT
    public = True
    says = marked("decided to argue by information power, and not to look at saturation")
    says_not = marked("decided to look at saturation")

    power: bool

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says if self.power else self.says_not, {})


@dataclass(frozen=True)
class NamesMasked(Act):
    """It was decided whether adjudicators see who coded what before a round is settled."""

    action = "project.names_masked"
    subject_kind = Subject.PROJECT
    public = True
    says = marked("hid the names of the coders from adjudication until a round is settled")
    says_not = marked("showed the names of the coders in adjudication")

    masked: bool

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says if self.masked else self.says_not, {})


@dataclass(frozen=True)
class OwnDriftShown(Act):
    """It was decided whether coders may read how they agree with their own earlier work."""

    action = "project.drift"
    subject_kind = Subject.PROJECT
    public = True
    says = marked("allowed coders to read their own drift")
    says_not = marked("no longer allowed coders to read their own drift")

    shown: bool

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says if self.shown else self.says_not, {})


@dataclass(frozen=True)
class RulingsShown(Act):
    """It was decided whether coders are told the rulings on their work."""

    action = "project.rulings"
    subject_kind = Subject.PROJECT
    public = True
    says = marked("let coders see and contest the rulings on their work once a round is settled")
    says_not = marked("no longer lets coders see and contest the rulings on their work")

    shown: bool

    def sentence(self) -> Sentence:
        """Return which."""
        return Sentence(self.says if self.shown else self.says_not, {})


@dataclass(frozen=True)
class SheetWritten(Act):
    """A coder said something of themselves for the methods section; the words are not in the log, as they can be taken back."""

    action = "member.sheet"
    subject_kind = Subject.MEMBER
    says = marked("changed the own coder sheet")

    readers: SheetReaders


@dataclass(frozen=True)
class CeilingSaid(Act):
    """A coder said how many characters they can take in the project; None: no limit any longer."""

    action = "member.ceiling"
    subject_kind = Subject.MEMBER
    says = marked("said how much they can take: at most {characters} characters")
    says_not = marked("said that they can take any number of characters")

    characters: int | None = None

    def sentence(self) -> Sentence:
        """Return how many."""
        if self.characters is None:
            return Sentence(self.says_not, {})
        return Sentence(self.says, {"characters": self.characters})


@dataclass(frozen=True)
class MemberInvited(Act):
    """A link into the project was made."""

    action = "member.invited"
    subject_kind = Subject.INVITATION
    says = marked("invited somebody as {roles}")

    roles: tuple[Role, ...]


@dataclass(frozen=True)
class MemberUninvited(Act):
    """A link into the project was made useless."""

    action = "member.uninvited"
    subject_kind = Subject.INVITATION
    says = marked("withdrew an invitation")


@dataclass(frozen=True)
class MemberJoined(Act):
    """A person came into the project, or got roles in addition."""

    action = "member.joined"
    subject_kind = Subject.MEMBER
    public = True
    says = marked("joined as {roles}")

    user: UUID
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class MemberRolesChanged(Act):
    """A member got other roles."""

    action = "member.roles"
    subject_kind = Subject.MEMBER
    public = True
    says = marked("gave {person} the roles {roles}")

    user: UUID
    before: tuple[Role, ...]
    roles: tuple[Role, ...]

    def sentence(self) -> Sentence:
        """Return who got which roles."""
        return Sentence(self.says, {"person": Person(self.user), "roles": self.roles})


@dataclass(frozen=True)
class MemberRemoved(Act):
    """A person was taken out of the project."""

    action = "member.removed"
    subject_kind = Subject.MEMBER
    public = True
    says = marked("took {person} out of the project")

    user: UUID

    def sentence(self) -> Sentence:
        """Return who had to go."""
        return Sentence(self.says, {"person": Person(self.user)})
