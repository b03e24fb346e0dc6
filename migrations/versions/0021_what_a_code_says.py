"""A code has a second name, aliases, a number and quoted passages; its hue is a choice, or computed.

Codes of the draft get their numbers in the order in which they were made. Those of published versions have none: a
version stays as it was published, and its digest in the log with it.

Revision ID: 0021
Revises: 0020
"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CODE = sa.table(
    "code",
    sa.column("id", sa.Uuid()),
    sa.column("project_id", sa.Uuid()),
    sa.column("level", sa.Text()),
    sa.column("state", sa.Text()),
    sa.column("position", sa.Integer()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("number", sa.Integer()),
    sa.column("colour", sa.Integer()),
)
VERSION_CODE = sa.table("version_code", sa.column("colour", sa.Integer()))
COUNT = sa.table(
    "code_count",
    sa.column("project_id", sa.Uuid()),
    sa.column("level", sa.Text()),
    sa.column("made", sa.Integer()),
)
NEW = ("other_name", "aliases", "number", "example_at", "near_miss_at")


def upgrade() -> None:
    for table in ("code", "version_code"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("other_name", sa.Text(), nullable=False, server_default=""))
            batch_op.add_column(sa.Column("aliases", JSON, nullable=False, server_default="[]"))
            batch_op.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
            batch_op.add_column(sa.Column("example_at", JSON, nullable=True))
            batch_op.add_column(sa.Column("near_miss_at", JSON, nullable=True))
            batch_op.alter_column("colour", existing_type=sa.Integer(), nullable=True)
        with op.batch_alter_table(table) as batch_op:
            for name in NEW[:3]:
                batch_op.alter_column(name, server_default=None)
    op.create_table(
        "code_count",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_code_count_project_id_project", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "level", name="pk_code_count"),
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(CODE.c.id, CODE.c.project_id, CODE.c.level)
        .where(CODE.c.state.in_(["active", "retired", "merged", "split"]))
        .order_by(CODE.c.project_id, CODE.c.created_at, CODE.c.position, CODE.c.id)
    ).all()
    made: dict[tuple[object, str], int] = defaultdict(int)
    for code, project, level in rows:
        made[project, level] += 1
        connection.execute(sa.update(CODE).where(CODE.c.id == code).values(number=made[project, level]))
    for (project, level), count in made.items():
        connection.execute(sa.insert(COUNT).values(project_id=project, level=level, made=count))


def downgrade() -> None:
    op.drop_table("code_count")
    for table, rows in (("code", CODE), ("version_code", VERSION_CODE)):
        op.execute(sa.update(rows).where(rows.c.colour.is_(None)).values(colour=0))
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("colour", existing_type=sa.Integer(), nullable=False)
            for name in NEW:
                batch_op.drop_column(name)
