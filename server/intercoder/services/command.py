"""What a command to a service is: typed, checked once where it is made, and never changed after.

Length and form are checked by the annotations of a command; what only the database knows, by the verb that gets it.
"""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from intercoder.errors import InvalidInput
from intercoder.text.canonical import clean_name

NAME_LENGTH = 200
_HALVES = re.compile("[\ud800-\udfff]")
#: what the description of the API says of a name and of a text; ``checked`` says with a sentence what may be kept
Name = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
#: an offset into a text, in code points
Offset = Annotated[int, Field(ge=0, strict=True)]
#: a place in the palette of the project
Colour = Annotated[int, Field(ge=0, le=7)]
#: the strongest doubt
STRONGEST = 3


def _degree(value: object) -> object:
    # As it was said before there were degrees, and is by what waits in a browser since then.
    return int(value) if isinstance(value, bool) else value


#: how much a coder doubts a coding: 0 none, 1 slight, 2 marked, 3 strong; true is slight
Doubt = Annotated[
    int,
    BeforeValidator(_degree),
    Field(ge=0, le=STRONGEST, strict=True),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0, "maximum": STRONGEST}, {"type": "boolean"}]}),
]


def said_degree(doubt: int) -> bool | int:
    """Return a degree as it is hashed and logged: none and slight as they were before there were degrees."""
    return doubt if doubt > 1 else bool(doubt)


def checked(clean: Callable[[str], str]) -> BeforeValidator:
    """Return the rule of a text: ``clean`` returns what is kept of it, or raises the refusal that a person reads."""

    def read(value: object) -> object:
        # Half of a character is no text, and refused as such; cleaned it would be another character.
        return clean(value) if isinstance(value, str) and not _HALVES.search(value) else value

    return BeforeValidator(read)


def named(missing: str, *, cut: bool = False) -> BeforeValidator:
    """Return the rule of a name: on one line, ``missing`` is said when nothing is left, and long ones are refused.

    With ``cut`` they are shortened.
    """

    def clean(text: str) -> str:
        name = clean_name(text)
        if not name:
            raise InvalidInput.saying("no_name", missing)
        if len(name) > NAME_LENGTH and not cut:
            raise InvalidInput("long_name", "A name has at most {n} characters.", n=NAME_LENGTH)
        return name[:NAME_LENGTH]

    return checked(clean)


class Command(BaseModel):
    """A command. Unknown fields are refused, so that a misspelt one is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    def says(self, field: str) -> bool:
        """Whether the field was given, be it as nothing."""
        return field in self.model_fields_set
