"""What a view says by its signature: whose door it opens, and what it takes from a request.

A parameter is known by its type or by its name. ``Actor``, ``Access`` and ``RoundAccess`` are who comes in; a name of
the address is what the address says there; ``query``, ``body`` and ``form`` are models; ``IfMatch`` is the version
that the caller starts from; a ``FileStorage`` is the
file that was sent, a list of them are all. Anything else is refused when the view is
registered, and so is a door that does not fit the address.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NewType, TypeVar, get_type_hints
from uuid import UUID

from werkzeug.datastructures import FileStorage

from intercoder.policy import GENERAL, Permission
from intercoder.services.access import KINDS, ROUND_KINDS, Access, Asking, RoundAccess
from intercoder.services.accounts import Actor

if TYPE_CHECKING:  # loaded with the first view that takes a model
    from pydantic import BaseModel

#: the version of a thing that the caller saw last; ``IfMatch | None`` where it need not be said
IfMatch = NewType("IfMatch", int)
Precondition = Literal["required", "optional"]
#: parameters whose annotation is a model, in the order in which they are read
MODELS = ("body", "form", "query")

View = TypeVar("View", bound=Callable[..., object])
_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Signature:
    """What a view takes and returns, and what must hold before it runs."""

    permission: Permission
    #: the kind of thing whose door is opened; None where there is no project
    kind: str | None
    #: the parameter that gets who comes in, if the view wants to know
    person: str | None
    #: whether the view opens the door itself, in the query that finds its thing
    asks: bool
    #: names of the address that the view wants to know
    address: tuple[str, ...]
    models: "Mapping[str, type[BaseModel]]"
    #: the parameter that gets the version of If-Match, and whether it must be sent
    version: tuple[str, Precondition] | None
    #: the parameter that gets the file that was sent, and the one that gets all of several
    file: str | None
    files: str | None
    result: type[object] | None


def signature_of(view: Callable[..., object], path: str, permission: Permission) -> Signature:
    """Return what a view says by its annotations; ``TypeError`` when they do not fit the address."""
    hints = get_type_hints(view)
    result = hints.pop("return", None)
    named = {name: converter for converter, name in _ARGUMENT.findall(path)}
    kind = _kind(view, named, permission)
    person = _person(view, hints, kind, permission)
    asks = person is not None and hints[person] is Asking
    models = {name: hints.pop(name) for name in MODELS if _is_model(hints.get(name))}
    address = tuple(name for name in hints if name in named)
    for name in address:
        if hints.pop(name) is not (UUID if named[name] == "uuid" else str):
            raise _unfit(view, f"“{name}” is not what the address holds")
    version = next(((n, p) for n, hint in hints.items() if (p := _precondition(hint)) is not None), None)
    file = next((name for name, hint in hints.items() if hint is FileStorage), None)
    files = next((name for name, hint in hints.items() if hint == list[FileStorage]), None)
    unknown = hints.keys() - {person, file, files, version[0] if version else None}
    if unknown:
        raise _unfit(view, f"nobody knows where {', '.join(sorted(unknown))} would come from")
    return Signature(permission, kind, person, asks, address, models, version, file, files, result)


def _kind(view: Callable[..., object], named: Mapping[str, str], permission: Permission) -> str | None:
    """Return the kind of thing whose door is opened: the first that the address names; what follows lies within."""
    if permission in GENERAL:
        return None
    kind = next(iter(named), None)
    if kind not in KINDS or named[kind] != "uuid":
        raise _unfit(view, "its address does not begin with a thing of a project")
    return kind


def _person(
    view: Callable[..., object], hints: dict[str, object], kind: str | None, permission: Permission
) -> str | None:
    """Return the parameter for who comes in; its type must be one that this door gives."""
    doors = [(name, hint) for name, hint in hints.items() if hint in {Actor, Access, RoundAccess, Asking}]
    if not doors:
        return None
    if kind is None:
        given: set[object] = set() if permission is Permission.PUBLIC else {Actor}
    else:
        given = {Access, RoundAccess} if kind in ROUND_KINDS else {Access}
        given |= {Asking} if kind == "round" else set()
    (name, hint), *others = doors
    if others or hint not in given:
        raise _unfit(view, f"the door of “{kind or permission}” gives no {getattr(hint, '__name__', hint)}")
    return name


def _is_model(hint: object) -> bool:
    if not isinstance(hint, type):
        return False
    from pydantic import BaseModel

    return issubclass(hint, BaseModel)


def _precondition(hint: object) -> Precondition | None:
    if hint is IfMatch:
        return "required"
    return "optional" if hint == IfMatch | None else None


def _unfit(view: Callable[..., object], why: str) -> TypeError:
    return TypeError(f"{view.__module__}.{view.__qualname__}: {why}")
