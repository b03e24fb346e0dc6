"""Runs migrations on the connection that the program hands over; there is no alembic.ini."""

from alembic import context

from intercoder.models import all_tables
from intercoder.models.base import UtcDateTime


def render_item(kind: str, item: object, _autogen: object) -> str | bool:
    """Write our column types into new migrations as what they are in the database: models change, migrations stay."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=all_tables(),
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=True,
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
