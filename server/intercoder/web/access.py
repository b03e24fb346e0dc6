"""The door of every route: a permission, and for things in a project the thing itself."""

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import g

from intercoder.errors import Forbidden
from intercoder.policy import Permission
from intercoder.services.access import KINDS, Access, authorise
from intercoder.web.session import actor, db

View = Callable[..., Any]


def needs(permission: Permission, kind: str | None = None) -> Callable[[View], View]:
    """Mark a view with its permission and open the door before it runs.

    ``kind`` names the URL argument that leads to the project ("round" for ``<uuid:round>``); the view
    gets the opened ``Access`` as its first argument, or the actor where there is no project.
    """
    assert kind is None or kind in KINDS

    def mark(view: View) -> View:
        @functools.wraps(view)
        def opened(*args: Any, **values: Any) -> Any:
            return view(*open_door(permission, kind, values), *args, **values)

        opened.permission = permission  # type: ignore[attr-defined]
        opened.kind = kind  # type: ignore[attr-defined]
        return opened

    return mark


def open_door(permission: Permission, kind: str | None, values: dict[str, UUID]) -> tuple[Any, ...]:
    """Return what the view gets first: nothing for a public one, the actor, or the access."""
    if permission is Permission.PUBLIC:
        return ()
    person = actor()
    if kind is None:
        if permission is Permission.ADMINISTER and not person.is_admin:
            raise Forbidden("forbidden", "This is for the people who run the server.")
        return (person,)
    access: Access = authorise(db(), person, permission, kind, values[kind])
    g.access = access
    return (access,)
