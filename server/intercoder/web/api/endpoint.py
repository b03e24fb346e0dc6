"""One decorator that gives an API route its permission, its input and its output, and documents it."""

import contextlib
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from flask import Blueprint, Response, request
from pydantic import BaseModel, TypeAdapter

from intercoder.errors import InvalidInput
from intercoder.policy import Permission
from intercoder.web.access import needs

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
#: the largest body that is not a file: five thousand codes with their definitions fit in
LARGEST_JSON = 4 * 2**20
#: whether a change must or may say, in If-Match, which version it starts from
Precondition = Literal["required", "optional"]


@dataclass(frozen=True)
class Described:
    """What OpenAPI says of an endpoint."""

    summary: str
    tag: str
    permission: Permission
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    returns: Any
    status: int
    #: another status of success: of a repeated request
    also: int | None
    form: bool
    precondition: Precondition | None


@dataclass(frozen=True)
class Answer:
    """An answer that is not the endpoint's usual one."""

    value: Any
    status: int
    headers: dict[str, str] | None = None


def endpoint(
    method: str,
    path: str,
    permission: Permission,
    kind: str | None = None,
    *,
    tag: str,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    returns: Any = None,
    status: int = 200,
    also: int | None = None,
    form: bool = False,
    precondition: Precondition | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a view under /api/v1.

    The view gets what the door opened (see ``needs``), the URL's arguments, and ``body`` and ``query``
    as checked models. What it returns is checked against ``returns`` and sent as JSON; None is 204.
    """
    adapter: TypeAdapter[Any] | None = TypeAdapter(returns) if returns is not None else None

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        @needs(permission, kind)
        @functools.wraps(view)
        def run(*opened: Any, **values: Any) -> Response:
            if body is not None:
                values["body"] = body.model_validate(_json(form))
            if query is not None:
                values["query"] = query.model_validate(request.args.to_dict())
            answer = view(*opened, **values)
            if not isinstance(answer, Answer):
                answer = Answer(answer, status if answer is not None else 204)
            if answer.value is None or adapter is None:
                return Response(status=answer.status, headers=answer.headers)
            checked = adapter.validate_python(answer.value, from_attributes=True)
            return Response(
                adapter.dump_json(checked), answer.status, headers=answer.headers, mimetype="application/json"
            )

        summary = (view.__doc__ or "").strip().split("\n")[0]
        run.described = Described(  # type: ignore[attr-defined]
            summary, tag, permission, body, query, returns, status, also, form, precondition
        )
        blueprint.add_url_rule(path, view.__name__, run, methods=[method])
        return run

    return mark


def _json(form: bool) -> Any:
    if form:
        return {k: v for k, v in request.form.to_dict().items() if v != ""}
    request.max_content_length = LARGEST_JSON
    sent = request.get_data()
    if not sent:
        return {}
    # A body nested a thousand levels deep is valid JSON that the parser gives up on.
    with contextlib.suppress(ValueError, RecursionError):
        if request.is_json:
            return json.loads(sent)
    raise InvalidInput("not_json", "Send the content as JSON, with Content-Type: application/json.")


def if_match() -> int | None:
    """Return the version that the caller starts from, of the If-Match header."""
    value = request.headers.get("If-Match")
    if value is None:
        return None
    value = value.strip().removeprefix("W/").strip('"')
    if not value.isdigit() or len(value) > 9:
        raise InvalidInput("bad_version", 'If-Match must be a version number, such as "3".')
    return int(value)


def location(path: str, identifier: UUID) -> dict[str, str]:
    """Return the header that names a new thing."""
    return {"Location": f"/api/v1/{path}/{identifier}"}
