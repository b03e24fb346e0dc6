"""What the shapes of several endpoints are made of. Each endpoint's own shapes stand beside it."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from intercoder.services.paging import LARGEST, LIMIT, Asked

Name = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Text = Annotated[str, StringConstraints(max_length=20_000)]


class In(BaseModel):
    """Input: unknown fields are refused, so that a misspelt one is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class PartQuery(In):
    """Which part of a list: at most so many, from a place on that an answer's Link header named."""

    cursor: Annotated[str, StringConstraints(max_length=2000)] | None = None
    limit: Annotated[int, Field(ge=1, le=LARGEST)] = LIMIT

    @property
    def part(self) -> Asked:
        """What a service is asked for."""
        return Asked(self.cursor, self.limit)


class Out(BaseModel):
    """Output: nothing that is not named here is shown."""

    model_config = ConfigDict(from_attributes=True, defer_build=True)

    @classmethod
    def of(cls, row: object, **more: object) -> Self:
        """Return a row as it is shown; ``more`` are fields that the row does not have, or has otherwise."""
        taken = {name: getattr(row, name) for name in cls.model_fields if name not in more}
        return cls.model_validate(taken | more)

    @classmethod
    def made(cls, **values: object) -> Self:
        """Return a row of a long list of what the database holds, every field given in its own type.

        Nothing is checked: that, and pydantic's own way without checks, costs more than to read the row and to send it.
        """
        row = cls.__new__(cls)
        object.__setattr__(row, "__dict__", values)
        object.__setattr__(row, "__pydantic_fields_set__", set(values))
        object.__setattr__(row, "__pydantic_extra__", None)
        object.__setattr__(row, "__pydantic_private__", None)
        return row


class Refusal(Out):
    """Why something failed: a stable code and a sentence."""

    code: str
    detail: str
