"""The door of every route: a permission, and for things in a project the thing itself."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from flask import g, request
from werkzeug.datastructures import FileStorage

from intercoder.errors import Forbidden, IntercoderError, InvalidInput, PreconditionRequired
from intercoder.policy import Permission
from intercoder.services.access import Access, authorise
from intercoder.services.accounts import Actor
from intercoder.web.session import actor, ask, db, session_secret
from intercoder.web.signature import Signature

if TYPE_CHECKING:
    from pydantic import BaseModel


def open_door(permission: Permission, kind: str | None, values: Mapping[str, UUID]) -> Actor | Access | None:
    """Return who comes in: nobody in particular through a public door, the actor, or the actor's access to a thing."""
    if permission is Permission.PUBLIC:
        return None
    person = actor()
    if kind is None:
        if permission is Permission.ADMINISTER and not person.is_admin:
            raise Forbidden("forbidden", "This is for the people who run the server.")
        if permission is Permission.BROWSER and session_secret() is None:
            raise Forbidden("browser_only", "An access token cannot do this: sign in with your password in a browser.")
        return person
    access = authorise(db(), person, permission, kind, values[kind])
    g.access = access
    return access


def arguments(
    signature: Signature, values: Mapping[str, UUID], readers: "Mapping[str, Callable[[type[BaseModel]], BaseModel]]"
) -> dict[str, object]:
    """Open the door of a view, then return what it takes from the request; ``readers`` read its models."""
    if not signature.asks:
        return _taken(signature, values, readers, open_door(signature.permission, signature.kind, values))
    asking = ask(signature.permission, values["round"])
    try:
        return _taken(signature, values, readers, asking)
    except (IntercoderError, ValueError):  # pydantic's error is a ValueError
        # Whoever may not come in hears that, and not what is wrong with what was sent.
        open_door(signature.permission, signature.kind, values)
        raise


def _taken(
    signature: Signature,
    values: Mapping[str, UUID],
    readers: "Mapping[str, Callable[[type[BaseModel]], BaseModel]]",
    who: object,
) -> dict[str, object]:
    taken: dict[str, object] = {name: values[name] for name in signature.address}
    if signature.person is not None:
        taken[signature.person] = who
    for place, model in signature.models.items():
        taken[place] = readers[place](model)
    if signature.file is not None:
        taken[signature.file] = _sent_files()[0]
    if signature.files is not None:
        taken[signature.files] = _sent_files()
    if signature.version is not None:
        name, precondition = signature.version
        taken[name] = _seen_version(required=precondition == "required")
    return taken


def _sent_files() -> list[FileStorage]:
    parts = request.files.getlist("file")
    if not parts:
        raise InvalidInput("no_file", "Send the file as the part “file” of a form.")
    return parts


def _seen_version(*, required: bool) -> int | None:
    value = request.headers.get("If-Match")
    if value is None:
        if required:
            raise PreconditionRequired("no_version", "Say which version you change: send If-Match.")
        return None
    value = value.strip().removeprefix("W/").strip('"')
    if not value.isdigit() or len(value) > 9:
        raise InvalidInput("bad_version", 'If-Match must be a version number, such as "3".')
    return int(value)
