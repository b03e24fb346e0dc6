"""What a pasted line says of a code that is there already, and what would change of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from intercoder.interchange.codebook.given import Field
from intercoder.stats.tree import Level
from intercoder.text.canonical import clean_name, name_key

#: between aliases that stand in one cell
_BETWEEN = re.compile(r"[;；、\n|]+")


@dataclass(frozen=True)
class Known:
    """A code that is there, as a paste is compared with it."""

    id: UUID
    name: str
    level: Level
    above: UUID | None
    number: int
    #: what is said of it, as it is exported
    said: Mapping[Field, str]


@dataclass(frozen=True)
class Changed:
    """A field of a code that would change: ``field`` is a ``Field``, or "name" or "parent"."""

    field: str
    before: str
    after: str


def aliases_of(written: str) -> tuple[str, ...]:
    """Return the aliases that a cell holds."""
    return tuple(alias for alias in map(clean_name, _BETWEEN.split(written)) if alias)


def changed_by(
    code: Known, name: str, said: Mapping[Field, str], moved_to: str | None, stands_below: str
) -> tuple[Changed, ...]:
    """Return what changes of a code. What is empty in the paste stays as it is."""
    changes = []
    if name != code.name and name_key(name) != name_key(code.name):
        changes.append(Changed("name", code.name, name))
    if moved_to is not None:
        changes.append(Changed("parent", stands_below, moved_to))
    for field, text in said.items():
        before = code.said.get(field, "")
        if text and _compared(field, text) != _compared(field, before):
            changes.append(Changed(field.value, before, text))
    return tuple(changes)


def _compared(field: Field, text: str) -> object:
    if field is Field.ALIASES:
        return frozenset(map(name_key, aliases_of(text)))
    return clean_name(text) if field is Field.OTHER_NAME else text.strip()


def merged(one: Mapping[Field, str], more: Mapping[Field, str]) -> dict[Field, str]:
    """Return what two lines say of the same code, one after the other where they differ."""
    both = dict(one)
    for field, text in more.items():
        before = both.get(field, "")
        if not before or field in {Field.OTHER_NAME, Field.COLOUR}:
            both[field] = before or text
        elif text and text not in before.split("\n"):
            both[field] = f"{before}\n{text}"
    return both
