"""All tables: with this module every file of them is loaded."""

import sqlalchemy as sa

from intercoder.models import (  # noqa: F401 - each enters its tables
    alignment,
    categories,
    comparison,
    mapping,
    memos,
    norming,
    passage_views,
    saturation,
    teaching,
    theory,
    threads,
    training,
)
from intercoder.models.base import Base


def all_tables() -> sa.MetaData:
    """Return every table of the database. ``Base.metadata`` has those of them that were asked for by now."""
    return Base.metadata
