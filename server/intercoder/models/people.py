"""People, how they come in, and what they may do in a project."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intercoder.models.base import Base, Identified
from intercoder.models.material_states import MaterialLanguage
from intercoder.models.states import Role, SheetReaders
from intercoder.models.values import Described


class User(Base):
    """An account."""

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str]
    #: NFKC + casefold of the address: what must be unique
    email_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str | None]
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    #: wishes mails about own documents that are due
    reminders: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]


class UserSession(Base):
    """A signed-in browser; deleting the row signs it out at once."""

    __tablename__ = "user_session"

    #: SHA-256 of the random identifier in the cookie
    key_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    #: the browser as it names itself, cut to 200 characters
    agent: Mapped[str]
    user: Mapped[User] = relationship(lazy="joined")

    @property
    def id(self) -> UUID:
        """What names the session in an address: a part of the hash, from which nobody gets to the cookie."""
        return UUID(hex=self.key_hash[:32])


#: days that an access token is valid at most
LONGEST_TOKEN = 365


class AccessToken(Identified, Base):
    """A personal access token for the API; only its hash is kept."""

    __tablename__ = "access_token"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    #: None in rows of the first versions of the program, which made tokens without an end
    expires_at: Mapped[datetime | None]
    #: when it was last used, to the hour; None for never
    used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")

    @property
    def ends_at(self) -> datetime:
        """Until when it is valid: a year at most, whatever was once promised."""
        return token_end(self.created_at, self.expires_at)


def token_end(made: datetime, wanted: datetime | None) -> datetime:
    """Return until when a token is valid that was made then."""
    longest = made + timedelta(days=LONGEST_TOKEN)
    return longest if wanted is None else min(wanted, longest)


class SetupLink(Base):
    """The one-time link that creates the first admin of an instance."""

    __tablename__ = "setup_link"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class Project(Identified, Base):
    """A study."""

    __tablename__ = "project"

    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    #: main language of the material: sentence rules and defaults
    language: Mapped[MaterialLanguage] = mapped_column(default=MaterialLanguage.ZH)
    #: whether an adjudicator may rule on a document that the person coded: for teams of two
    coders_may_rule: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    #: whether coders may read how they agree with their own earlier work
    coders_see_drift: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    #: whether coders are told the rulings on their work once a round is settled, and may contest them
    coders_see_rulings: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    #: adjudicators see coders as A, B, C until a round is settled, shuffled for each document by this seed; None: by name
    mask_seed: Mapped[int | None]
    #: whether it argues by information power: saturation, which its method rejects, is not looked at
    information_power: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    #: number of the last act on what its codes are, see ``MappingAct``
    mapping: Mapped[int] = mapped_column(default=0, server_default="0")
    #: own types of sources, typed attributes, how passages are cited
    described: Mapped[Described] = mapped_column(default=Described(), server_default="{}", deferred=True)
    created_at: Mapped[datetime]

    @property
    def masked_names(self) -> bool:
        """Whether adjudicators see coders as A, B, C until a round is settled."""
        return self.mask_seed is not None


class Member(Identified, Base):
    """A person in a project, with one or more roles."""

    __tablename__ = "member"
    __table_args__ = (sa.UniqueConstraint("project_id", "user_id"),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    #: each once, in the order of Role
    roles: Mapped[tuple[Role, ...]]
    joined_at: Mapped[datetime]
    #: characters that the person can take at a time, as they said
    ceiling: Mapped[int | None]
    user: Mapped[User] = relationship(lazy="joined")
    project: Mapped[Project] = relationship()

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles as a set."""
        return frozenset(self.roles)


class CoderSheet(Base):
    """What a coder says of themselves for the methods section; it stays when the person leaves the project."""

    __tablename__ = "coder_sheet"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    #: in the study, in the coder's words
    role: Mapped[str]
    training: Mapped[str]
    languages: Mapped[str]
    #: to the study, to the people and to the field
    relation: Mapped[str]
    hours: Mapped[str]
    readers: Mapped[SheetReaders]
    changed_at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")


class Invitation(Identified, Base):
    """A single-use link into a project."""

    __tablename__ = "invitation"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    email: Mapped[str]
    roles: Mapped[tuple[Role, ...]]
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    project: Mapped[Project] = relationship()
