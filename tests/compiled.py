"""What SQLAlchemy compiles is kept for all databases of a run: each test has an engine of its own, which would compile all anew.

An engine knows its compiled statements by its dialect, and lets them go with itself: a fifth of the time of the tests of
services went into that. So engines of one kind share the dialect of the first of them that has been connected (it asks the
server then what it can do), and what was compiled for it.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

#: how many statements are kept: all that the tests send
STATEMENTS = 20_000
#: driver → the engine whose dialect and statements all others of that driver have
_first: dict[str, sa.Engine] = {}
_create_engine = sa.create_engine


def begin() -> None:
    """Let every engine that is made from now on share what is compiled."""
    sa.create_engine = _sharing


def _sharing(*given: Any, **options: Any) -> sa.Engine:
    engine = _create_engine(*given, query_cache_size=STATEMENTS, **options)
    first = _first.get(engine.driver)
    if first is None:
        event.listen(engine, "connect", lambda *_: _first.setdefault(engine.driver, engine))
    else:
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
    return engine
