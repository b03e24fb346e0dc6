"""A staged file keeps how it is to be read; what a reader remarked can have figures in it.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
source_file = sa.table(
    "source_file", sa.column("id", sa.Uuid()), sa.column("encoding", sa.Text()), sa.column("choices", JSON)
)
text_revision = sa.table("revision", sa.column("id", sa.Uuid()), sa.column("reader", JSON))


def upgrade() -> None:
    with op.batch_alter_table("source_file") as batch_op:
        batch_op.add_column(sa.Column("choices", JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("source_file") as batch_op:
        batch_op.alter_column("choices", server_default=None)
    connection = op.get_bind()
    # So far a file was read in the encoding that its row named, whoever had found it.
    for row in connection.execute(sa.select(source_file).where(source_file.c.encoding.is_not(None))).all():
        chosen = {"encoding": row.encoding}
        connection.execute(sa.update(source_file).where(source_file.c.id == row.id).values(choices=chosen))
    for row in connection.execute(sa.select(text_revision)).all():
        if row.reader.get("warnings"):
            reader = row.reader | {
                "warnings": [{"sentence": sentence, "values": {}} for sentence in row.reader["warnings"]]
            }
            connection.execute(sa.update(text_revision).where(text_revision.c.id == row.id).values(reader=reader))


def downgrade() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(text_revision)).all():
        reader = {key: value for key, value in row.reader.items() if key != "choices"}
        reader["warnings"] = [remark["sentence"] for remark in reader.get("warnings", [])]
        connection.execute(sa.update(text_revision).where(text_revision.c.id == row.id).values(reader=reader))
    with op.batch_alter_table("source_file") as batch_op:
        batch_op.drop_column("choices")
