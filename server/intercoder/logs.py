"""Logs: one JSON object a line on standard error, with the request they belong to, and never with what people wrote.

Of an exception its type and its places in the code are logged, not its words: those of a database, a parser or a model
quote what was sent, which may be a coded text, a memo or a password.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import MutableMapping
from typing import Any

from intercoder.later import without

# structlog loads rich, a tenth of the start, to print tracebacks in colour, and greenlet, which nothing here runs in.
with without("rich", "greenlet"):
    import structlog
    from structlog.typing import Processor

log = structlog.get_logger()
get_logger = structlog.get_logger
bind_contextvars, clear_contextvars = structlog.contextvars.bind_contextvars, structlog.contextvars.clear_contextvars

#: what a driver says of an error without quoting anything
_SAFE = ("sqlite_errorname", "sqlstate", "errno", "smtp_code")


def configure_logs(level: str) -> None:
    """Write structured lines to standard error from this level on."""
    structlog.configure(
        processors=_processors(),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = lambda _kind, error, _trace: _uncaught(error)
    threading.excepthook = lambda uncaught: _uncaught(uncaught.exc_value)
    if not any(isinstance(handler, _Library) for handler in logging.root.handlers):
        logging.root.addHandler(_Library(logging.WARNING))


class _Library(logging.Handler):
    """What libraries log, in lines like ours: the first line of their template, since the rest quotes what they were given."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line."""
        said = (str(record.msg).splitlines() or [""])[0][:200]
        error = record.exc_info[1] if record.exc_info else None
        log.log(record.levelno, "library", library=record.name, said=said, exc_info=error)


def _uncaught(error: BaseException | None) -> None:
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return
    log.error("uncaught", exc_info=error)


def security(what: str, **about: object) -> None:
    """Write a line of the security log, whatever the level: who did or was refused what."""
    if not structlog.is_configured() and sys.stderr.isatty():
        return  # a command at a terminal, whose own words say it
    logger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr), processors=_processors(), wrapper_class=structlog.stdlib.BoundLogger
    )
    logger.info("security", what=what, **about)


def _processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_words,
        structlog.processors.JSONRenderer(_written),
    ]


#: what writes a line, made once: the standard library makes one for each line that has Chinese in it
_LINES = json.JSONEncoder(ensure_ascii=False, default=repr)


def _written(line: object, **_how: object) -> str:
    return _LINES.encode(line)


def without_words(_logger: object, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the exception of a line by its type, what caused it, and the places in the code."""
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if not isinstance(error, BaseException):
        return line
    chain: list[dict[str, object]] = []
    while error is not None and len(chain) < 5:
        chain.append(
            {
                "type": f"{type(error).__module__}.{type(error).__qualname__}",
                **{name: getattr(error, name) for name in _SAFE if getattr(error, name, None) is not None},
                "at": [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)],
            }
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    line["exception"] = chain
    return line
