"""Every failure a person can cause: a type, a stable code, and a sentence that says what to do.

The sentence is an English gettext message with ``{name}`` places. Whoever shows it translates it and fills the
places; what the web answers to which type is said in ``web/problems.py``, since nothing below the web knows HTTP.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self


def marked(message: str) -> str:
    """Return the literal message as it is; marks one that is only stored here for the catalogue of translations."""
    return message


def counted(message: str, many: str) -> tuple[str, str]:
    """Return a message and its form for several as they are; marks both like ``marked``."""
    return message, many


def filled(values: Mapping[str, object], say: Callable[[str], str] = str) -> Mapping[str, object]:
    """Return the values of a sentence; ``because`` is a marked clause with places of its own, which ``say`` translates."""
    because = values.get("because")
    return values if because is None else {**values, "because": say(str(because)).format(**values)}


class IntercoderError(Exception):
    """A refusal with a sentence. ``code`` is stable for programs, ``message`` is for people."""

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message.format(**filled(values)) if values else message)
        self.code = code
        self.message = message
        self.values: Mapping[str, object] = values

    def kept(self) -> "Failure":
        """Return the refusal as it is kept in a row."""
        return Failure(self.code, self.message, {name: str(value) for name, value in self.values.items()})

    @classmethod
    def saying(cls, code: str, sentence: str, **values: object) -> Self:
        """Return the refusal with a sentence that was chosen, and ``marked``, elsewhere."""
        return cls(code, sentence, **values)


@dataclass(frozen=True)
class Failure:
    """A refusal as it is kept in a row, to be told later in the reader's language."""

    code: str
    message: str
    values: Mapping[str, str] = field(default_factory=dict)


class InvalidInput(IntercoderError):
    """What was sent cannot be used as it is."""


class WrongArgument(InvalidInput, ValueError):
    """A statistic was called with arguments that make no sense, whatever the data; its data never raise."""


class NotSignedIn(IntercoderError):
    """The request needs an account."""


class Forbidden(IntercoderError):
    """A member asks for something that the member's roles do not allow."""


class NotFound(IntercoderError):
    """There is no such thing, or not for this person: both read the same."""


class Conflict(IntercoderError):
    """The state of things does not allow this now (closed round, same key with another body, ...)."""


class Gone(IntercoderError):
    """It existed and can no longer be used (expired or used link)."""


class Stale(IntercoderError):
    """Somebody changed it in the meantime: read again, then decide."""


class TooLarge(IntercoderError):
    """More than the set limit."""


class PreconditionRequired(IntercoderError):
    """The change must say which version it starts from."""


class TooManyRequests(IntercoderError):
    """Slow down; the value ``seconds`` of the sentence says for how long."""


class TooSlow(IntercoderError):
    """What was sent did not come whole in time."""


class Unavailable(IntercoderError):
    """The server cannot do this now; the same request may succeed later."""


class StorageFull(IntercoderError):
    """The disk is full: nothing was stored."""
