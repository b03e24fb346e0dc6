"""Cases, documents and their texts."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from intercoder.errors import Failure
from intercoder.models.base import Base, Identified
from intercoder.models.material_states import FileState, SourceType
from intercoder.models.values import Reading
from intercoder.text.anchors import AnchorKind, Data
from intercoder.text.readers.choices import USUAL, Choices
from intercoder.text.units import Unit


class Case(Identified, Base):
    """A firm, site or person studied."""

    __tablename__ = "case_studied"
    __table_args__ = (sa.UniqueConstraint("project_id", "name_key"),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str]
    name_key: Mapped[str]
    #: what it is found by: key and pinyin
    search: Mapped[str] = mapped_column(default="")
    attributes: Mapped[dict[str, str]] = mapped_column(default=dict)
    position: Mapped[int]


class SourceFile(Identified, Base):
    """An uploaded file, byte for byte, with what is known of it before and after its import."""

    __tablename__ = "source_file"
    # How much there is, and what waits, is read from this index: in a row the bytes of the file come before its state.
    __table_args__ = (sa.Index("ix_source_file_project_id_state_size", "project_id", "state", "size"),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    data: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary))
    #: for text formats: the encoding that will be used, and whether it is beyond doubt
    encoding: Mapped[str | None]
    encoding_sure: Mapped[bool] = mapped_column(default=True)
    title: Mapped[str]
    case_name: Mapped[str | None]
    source_type: Mapped[SourceType]
    #: its type on the project's own list, as a document has one
    source: Mapped[str] = mapped_column(default="", server_default="")
    is_primary: Mapped[bool] = mapped_column(default=True)
    attributes: Mapped[dict[str, str]] = mapped_column(default=dict)
    state: Mapped[FileState] = mapped_column(default=FileState.STAGED)
    #: how it is to be read
    choices: Mapped[Choices] = mapped_column(default=USUAL)
    #: how the text begins, for text formats
    preview: Mapped[str | None]
    #: problem of the last attempt
    error: Mapped[Failure | None]
    uploaded_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime]


class Document(Identified, Base):
    """One source; belongs to at most one case."""

    __tablename__ = "document"
    __table_args__ = (sa.UniqueConstraint("project_id", "title_key"),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case_studied.id"), index=True)
    title: Mapped[str]
    title_key: Mapped[str]
    #: what it is put in order by, and what it is found by: key and pinyin
    spelling: Mapped[str] = mapped_column(default="")
    search: Mapped[str] = mapped_column(default="")
    source_type: Mapped[SourceType]
    #: what the project calls its type, see ``Described``; empty: as ``source_type`` is called
    source: Mapped[str] = mapped_column(default="", server_default="")
    #: collected for this study (interviews, observation) rather than found (archives, media)
    is_primary: Mapped[bool]
    attributes: Mapped[dict[str, str]] = mapped_column(default=dict)
    position: Mapped[int]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    #: put aside for the hold-out test of saturation, see ``SaturationReserve``
    held_out: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    case: Mapped[Case | None] = relationship(lazy="joined")


class Revision(Identified, Base):
    """One immutable canonical text of a document; offsets refer to a revision."""

    __tablename__ = "revision"
    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str] = deferred(mapped_column(sa.Text))
    #: code points
    length: Mapped[int]
    #: each import asks whether the text is here already
    sha256: Mapped[str] = mapped_column(index=True)
    source_file_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("source_file.id"))
    reader: Mapped[Reading] = mapped_column(default=Reading())
    created_at: Mapped[datetime]
    document: Mapped[Document] = relationship()


class RevisionUnits(Base):
    """The sentences or paragraphs of a text, cut once; see ``text.units.Units`` for what is packed."""

    __tablename__ = "revision_units"

    revision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    unit: Mapped[Unit] = mapped_column(primary_key=True)
    packed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Anchor(Base):
    """A named place in a revision: page, paragraph, heading, speaker turn, row, note."""

    __tablename__ = "anchor"

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    revision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("revision.id", ondelete="CASCADE"), index=True)
    kind: Mapped[AnchorKind]
    start: Mapped[int]
    end: Mapped[int]
    label: Mapped[str]
    data: Mapped[Data] = mapped_column(default=dict)
