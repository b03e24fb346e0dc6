"""A job knows its round; a staged text keeps its beginning, so that no page decodes files.

The rounds of jobs that are there come out of their parameters, the beginnings out of the files.

Revision ID: 0004
Revises: 0003
"""

import codecs
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ENDINGS = (".txt", ".md", ".markdown", ".text")
PREVIEW = 400

job = sa.table("job", sa.column("id", sa.Uuid()), sa.column("round_id", sa.Uuid()), sa.column("parameters", JSON))
round_ = sa.table("round", sa.column("id", sa.Uuid()))
source_file = sa.table(
    "source_file",
    sa.column("id", sa.Uuid()),
    sa.column("name", sa.Text()),
    sa.column("state", sa.Text()),
    sa.column("encoding", sa.Text()),
    sa.column("data", sa.LargeBinary()),
    sa.column("preview", sa.Text()),
)


def upgrade() -> None:
    with op.batch_alter_table("job") as batch_op:
        batch_op.add_column(sa.Column("round_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_job_round_id_round"), "round", ["round_id"], ["id"], ondelete="CASCADE")
        batch_op.create_index("ix_job_project_id_round_id", ["project_id", "round_id"])
    with op.batch_alter_table("source_file") as batch_op:
        batch_op.add_column(sa.Column("preview", sa.Text(), nullable=True))
    connection = op.get_bind()
    _fill_rounds(connection)
    _fill_previews(connection)


def _fill_rounds(connection) -> None:
    known = set(connection.scalars(sa.select(round_.c.id)))
    rows = connection.execute(sa.select(job.c.id, job.c.parameters)).all()
    for identifier, parameters in rows:
        in_round = UUID(parameters["round"]) if "round" in parameters else None
        if in_round in known:
            connection.execute(sa.update(job).where(job.c.id == identifier).values(round_id=in_round))


def _fill_previews(connection) -> None:
    """Give texts that wait for their import the words that they begin with."""
    waiting = connection.execute(
        sa.select(source_file.c.id, source_file.c.name, source_file.c.encoding).where(source_file.c.state != "imported")
    ).all()
    for identifier, name, encoding in waiting:
        if name.lower().endswith(ENDINGS):
            data = connection.scalar(sa.select(source_file.c.data).where(source_file.c.id == identifier))
            begins = _beginning(bytes(data[: 16 * PREVIEW]), encoding or "utf-8")
            connection.execute(sa.update(source_file).where(source_file.c.id == identifier).values(preview=begins))


def _beginning(data: bytes, encoding: str) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "utf-8"
    text = data.decode(encoding, "replace").removeprefix("\ufeff").replace("\0", "")
    return text.replace("\r\n", "\n").replace("\r", "\n")[:PREVIEW]


def downgrade() -> None:
    connection = op.get_bind()
    # Jobs that were enqueued since keep their round in the column alone: the older program looks in the parameters.
    rows = connection.execute(sa.select(job.c.id, job.c.round_id, job.c.parameters)).all()
    for identifier, in_round, parameters in rows:
        if in_round is not None and "round" not in parameters:
            with_round = {**parameters, "round": str(in_round)}
            connection.execute(sa.update(job).where(job.c.id == identifier).values(parameters=with_round))
    with op.batch_alter_table("source_file") as batch_op:
        batch_op.drop_column("preview")
    with op.batch_alter_table("job") as batch_op:
        batch_op.drop_index("ix_job_project_id_round_id")
        batch_op.drop_constraint(op.f("fk_job_round_id_round"), type_="foreignkey")
        batch_op.drop_column("round_id")
