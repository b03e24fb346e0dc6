"""What is compiled is kept: statements for all databases of a process, templates for all processes of a run.

SQLAlchemy: each test has an engine of its own, which would compile all anew.

An engine knows its compiled statements by its dialect, and lets them go with itself: a fifth of the time of the tests of
services went into that. So engines of one kind share the dialect of the first of them that has been connected (it asks the
server then what it can do), and what was compiled for it.

Jinja: compiling a template costs more than most pages; the processes of a run, and the servers that they fork, have one
folder for what comes of it. A template that is another one is compiled anew: Jinja looks at its text.
"""

import os
import shutil
from tempfile import mkdtemp
from typing import Any

import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event

#: where the folder of compiled templates stands in the environment of a run
TEMPLATES = "INTERCODER_TESTS_TEMPLATES"

#: how many statements are kept: all that the tests send
STATEMENTS = 20_000
#: driver → the engine whose dialect and statements all others of that driver have
_first: dict[str, sa.Engine] = {}
#: the folder of templates, in the process that made it
_made: dict[str, str] = {}
_create_engine = sa.create_engine


def begin() -> None:
    """Let what is made from now on share what is compiled; the first process of a run makes the folder for it."""
    sa.create_engine = _sharing
    if TEMPLATES not in os.environ:
        os.environ[TEMPLATES] = _made[TEMPLATES] = mkdtemp(prefix="intercoder-pages-")
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(os.environ[TEMPLATES])}


def end() -> None:
    """Take the folder away when the run is over: a run within a run uses that of the other."""
    if TEMPLATES in _made:
        shutil.rmtree(_made.pop(TEMPLATES), ignore_errors=True)


def _sharing(*given: Any, **options: Any) -> sa.Engine:
    engine = _create_engine(*given, query_cache_size=STATEMENTS, **options)
    first = _first.get(engine.driver)
    if first is None:
        event.listen(engine, "connect", lambda *_: _first.setdefault(engine.driver, engine))
    else:
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
    return engine
