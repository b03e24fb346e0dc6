"""Names that a PDF's font wrote with radicals (U+2E80 to U+2EF3) have the key of those that read the same.

Where that key is taken, the older row keeps it and this one keeps the key it had: both names stay as they are.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from intercoder.text.unicode_tables import RADICALS

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, sa.Uuid() if column.endswith("id") else sa.Text()) for column in columns))


#: each with the columns that hold a folded name; the first one is the key
KEYED = (
    (_table("code", "id", "project_id", "level", "state", "name_key"), ("name_key",)),
    (_table("case_studied", "id", "project_id", "name_key", "search"), ("name_key", "search")),
    (_table("document", "id", "project_id", "title_key", "search"), ("title_key", "search")),
)


def upgrade() -> None:
    connection = op.get_bind()
    for table, columns in KEYED:
        scope = [column for column in table.c if column.name in {"project_id", "level", "state"}]
        rows = connection.execute(sa.select(table).order_by(table.c.id)).all()
        taken = {(*(getattr(row, column.name) for column in scope), getattr(row, columns[0])) for row in rows}
        for row in rows:
            folded = {column: getattr(row, column).translate(RADICALS) for column in columns}
            key = (*(getattr(row, column.name) for column in scope), folded[columns[0]])
            if folded == {column: getattr(row, column) for column in columns}:
                continue
            if key in taken:
                del folded[columns[0]]
            taken.add(key)
            if folded:
                connection.execute(sa.update(table).where(table.c.id == row.id).values(folded))


def downgrade() -> None:
    """Nothing is lost: an earlier version finds these names by their ideographs."""
