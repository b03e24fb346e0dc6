"""Documents keep what they are put in order by, documents and cases what they are found by: key and pinyin.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

document = sa.table(
    "document",
    sa.column("id", sa.Uuid()),
    sa.column("title", sa.Text()),
    sa.column("title_key", sa.Text()),
    sa.column("spelling", sa.Text()),
    sa.column("search", sa.Text()),
)
case_studied = sa.table(
    "case_studied",
    sa.column("id", sa.Uuid()),
    sa.column("name", sa.Text()),
    sa.column("name_key", sa.Text()),
    sa.column("search", sa.Text()),
)


def upgrade() -> None:
    for table, columns in (("document", ("spelling", "search")), ("case_studied", ("search",))):
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.add_column(sa.Column(column, sa.Text(), nullable=False, server_default=""))
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)
    connection = op.get_bind()
    for row in connection.execute(sa.select(document.c.id, document.c.title, document.c.title_key)).all():
        key = row.title_key.partition("\n")[0]  # a removed document's key has its identifier below
        initials, syllables = _pinyin(row.title)
        values = {"spelling": syllables or key, "search": f"{key} {initials} {syllables}".strip()}
        connection.execute(sa.update(document).where(document.c.id == row.id).values(values))
    for row in connection.execute(sa.select(case_studied.c.id, case_studied.c.name, case_studied.c.name_key)).all():
        initials, syllables = _pinyin(row.name)
        search = f"{row.name_key} {initials} {syllables}".strip()
        connection.execute(sa.update(case_studied).where(case_studied.c.id == row.id).values(search=search))


def _pinyin(name: str) -> tuple[str, str]:
    """Return the initials and the syllables of a name; empty without Chinese."""
    if not any("\u3400" <= sign <= "\u9fff" or sign >= "\U00020000" for sign in name):
        return "", ""
    from pypinyin import lazy_pinyin  # its dictionaries take 40 MB, and every upgrade loads every migration

    syllables = lazy_pinyin(name, errors="ignore")
    return "".join(s[0] for s in syllables if s), "".join(syllables)


def downgrade() -> None:
    with op.batch_alter_table("case_studied") as batch_op:
        batch_op.drop_column("search")
    with op.batch_alter_table("document") as batch_op:
        batch_op.drop_column("search")
        batch_op.drop_column("spelling")
