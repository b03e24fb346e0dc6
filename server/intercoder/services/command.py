"""What a command to a service is: typed, checked once where it is made, and never changed after.

Length and form are checked by the annotations of a command; what only the database knows, by the verb that gets it.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

#: how much of a text is read at all; what may be kept of it is said by each command
Name = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Text = Annotated[str, StringConstraints(max_length=20_000)]


class Command(BaseModel):
    """A command. Unknown fields are refused, so that a misspelt one is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def says(self, field: str) -> bool:
        """Whether the field was given, be it as nothing."""
        return field in self.model_fields_set
