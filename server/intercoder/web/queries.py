"""What the address of a page asks: its models, and what is said where one cannot be read."""

import re
from typing import Any, get_origin

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from intercoder.errors import InvalidInput
from intercoder.services.paging import Asked


class Query(BaseModel):
    """What stands behind the question mark of a page's address; what the page does not know is left alone."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    def again(self, **other: object) -> dict[str, Any]:
        """Return what an address needs to ask the same, but for ``other``."""
        return {**self.model_dump(exclude_none=True), **other}


class PartQuery(Query):
    """What the address of a long list says: from where on."""

    cursor: str | None = None

    def part(self, limit: int) -> Asked:
        """Return which part of the list that is."""
        return Asked(self.cursor, limit)


def read(model: type[BaseModel]) -> BaseModel:
    """Return what the address asks; what stands there empty is not asked."""
    try:
        asked = {
            name: given for name, values in request.args.lists() if (given := [value for value in values if value])
        }
        several = {name for name, of in model.model_fields.items() if get_origin(of.annotation) is tuple}
        return model.model_validate({name: of if name in several else of[0] for name, of in asked.items()})
    except ValidationError as error:
        raise _refusal(model, error.errors()[0]) from None


def _refusal(model: type[BaseModel], wrong: ErrorDetails) -> InvalidInput:
    """Return what is wrong with an address in one sentence, about the first place that cannot be read."""
    name = str(next(iter(wrong["loc"]), ""))
    about = model.model_json_schema()["properties"].get(name, {})
    if wrong["type"] in {"enum", "literal_error"}:
        choices = ", ".join(re.findall(r"'([^']*)'", wrong["ctx"]["expected"]))
        return InvalidInput("bad_choice", "{name} must be one of: {choices}.", name=name, choices=choices)
    if wrong["type"].startswith("uuid"):
        return InvalidInput(
            "bad_address", "The address of this page is damaged: {name} is not an identifier.", name=name
        )
    if wrong["type"] == "string_too_long":
        most = wrong["ctx"]["max_length"]
        return InvalidInput("long_text", "{name} has at most {n} characters.", name=name, n=most)
    for choice in about.get("anyOf", [about]):
        if {"minimum", "maximum"} <= choice.keys():
            low, high = (f"{choice[end]:g}" for end in ("minimum", "maximum"))
            return InvalidInput(
                "bad_number", "{name} must be a number from {low} to {high}.", name=name, low=low, high=high
            )
    return InvalidInput("bad_address", "The address of this page is damaged: {name} cannot be read.", name=name)
