"""The objects of a theory: elements of the model, relations with their evidence, typical quotations."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base, Identified
from intercoder.models.theory_states import ElementKind, RelationSort, Sign, Stance, Stroke
from intercoder.models.values import Cut


class ModelElement(Identified, Base):
    """A node of the path model. It stands for a code, or for nothing that is coded yet."""

    __tablename__ = "model_element"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ElementKind]
    #: empty: it is called what its code is called today
    name: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    #: what it stands for, as it was chosen: the mapping says what that is today
    code_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("code.id"))
    #: elements with the same one are framed together; empty: with none
    grouped: Mapped[str] = mapped_column(default="")
    #: where its middle was put in the figure; None where the figure finds a place
    x: Mapped[int | None]
    y: Mapped[int | None]
    position: Mapped[int]
    #: raised by every change: what If-Match names
    revision: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class RelationType(Identified, Base):
    """A type of relation that a project added to those that there are."""

    __tablename__ = "relation_type"
    __table_args__ = (sa.UniqueConstraint("project_id", "name_key"),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str]
    name_key: Mapped[str]
    stroke: Mapped[Stroke]
    created_at: Mapped[datetime]


class Relation(Identified, Base):
    """A typed link between two elements, from an element to another relation that it moderates, or between two codes."""

    __tablename__ = "relation"
    __table_args__ = (
        sa.CheckConstraint("(from_element_id IS NULL) <> (from_code_id IS NULL)", name="begins"),
        sa.CheckConstraint(
            "(CASE WHEN to_element_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN to_code_id IS NULL THEN 0 ELSE 1 END) "
            "+ (CASE WHEN to_relation_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="ends",
        ),
    )

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    from_element_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("model_element.id", ondelete="CASCADE"))
    from_code_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("code.id"))
    to_element_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("model_element.id", ondelete="CASCADE"))
    to_code_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("code.id"))
    to_relation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relation.id", ondelete="CASCADE"))
    sort: Mapped[RelationSort]
    #: of a type of the project's own
    type_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relation_type.id"))
    #: False: it goes both ways
    directed: Mapped[bool] = mapped_column(default=True)
    sign: Mapped[Sign] = mapped_column(default=Sign.NONE)
    #: what it says, for the selective table
    words: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Quoted(Identified):
    """A passage that is quoted: words of a text that were coded in a compared round, by a coder or in the consensus.

    Where it lies is kept as it was when it was chosen; what became of the coding, its code and its text is asked for.
    """

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    revision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("revision.id"))
    start: Mapped[int]
    end: Mapped[int]
    #: of a coder's coding; None: of the consensus
    coder_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    key: Mapped[UUID | None]
    #: as what it was coded when it was chosen
    applied_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"))
    added_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    added_at: Mapped[datetime]


class Evidence(Quoted, Base):
    """A passage that speaks for a relation, or against it."""

    __tablename__ = "relation_evidence"
    __table_args__ = (sa.UniqueConstraint("relation_id", "revision_id", "start", "end"),)

    relation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relation.id", ondelete="CASCADE"))
    stance: Mapped[Stance]
    note: Mapped[str] = mapped_column(default="")


class Quotation(Quoted, Base):
    """A starred passage: a typical quotation of a code from the concept up. Several of one code have an order."""

    __tablename__ = "quotation"
    __table_args__ = (sa.UniqueConstraint("code_id", "revision_id", "start", "end"),)

    #: what it is typical of, as it was chosen: the mapping says what that is today
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"))
    #: stretches of it that are left out where it is printed, each marked by an ellipsis
    cuts: Mapped[tuple[Cut, ...]] = mapped_column(default=())
    position: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
