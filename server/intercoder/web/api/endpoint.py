"""An endpoint is its signature: what it takes, what it answers and how it is documented follow from its annotations."""

import contextlib
import functools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import GenericAlias
from typing import ClassVar, Generic, TypeVar, cast, get_args, get_origin
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request
from pydantic import BaseModel, TypeAdapter

from intercoder.errors import InvalidInput
from intercoder.policy import Permission
from intercoder.services.paging import Page
from intercoder.web.access import arguments
from intercoder.web.api.wholes import Form, Whole, written
from intercoder.web.arriving import LARGEST_JSON
from intercoder.web.signature import Signature, signature_of
from intercoder.web.views import Views

blueprint = Views("api", prefix="/api/v1")

T = TypeVar("T")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A result that comes with a status of its own, and the address of the thing that it made."""

    #: the statuses that it may have, the usual one first
    statuses: ClassVar[tuple[int, ...]]
    value: T
    at: str | None = None

    @property
    def status(self) -> int:
        """The status of this answer."""
        return self.statuses[0]


@dataclass(frozen=True)
class Created(Answer[T]):
    """Something new."""

    statuses = (201,)


@dataclass(frozen=True)
class Accepted(Answer[T]):
    """Work that goes on after the answer."""

    statuses = (202,)


@dataclass(frozen=True)
class Put(Answer[T]):
    """What stands under the caller's own key now: new, or there since an earlier request of the same."""

    statuses = (201, 200)
    new: bool = True

    @property
    def status(self) -> int:
        """201 when it is new, 200 for a repeated request."""
        return self.statuses[0 if self.new else 1]


@dataclass(frozen=True)
class Sent:
    """A file that is sent as it is: its bytes, at once or as they are made, its media type, the name under which it is kept."""

    content: bytes | Iterable[bytes]
    kind: str
    name: str


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A long list, of which a part is sent, or all of it where a form without parts is asked for."""

    part: Callable[[], Page[T]]
    whole: Callable[[], Whole]
    form: Form | None


@dataclass(frozen=True)
class Described:
    """What OpenAPI says of an endpoint."""

    summary: str
    tag: str
    signature: Signature
    #: the type of the answer's content; None when it has none
    content: type[object] | None
    statuses: tuple[int, ...]
    #: whether it answers with a part of a list, and names the others in its Link header
    paged: bool = False
    #: whether all of the list can be had at once, a row on each line
    whole: bool = False
    #: the media types of the file that it answers with
    kinds: tuple[str, ...] = ()


def described(view: Callable[..., object], signature: Signature, tag: str, kinds: tuple[str, ...] = ()) -> Described:
    """Return what is said of a view: its docstring's first line, and its content and statuses by its annotation."""
    summary = (view.__doc__ or "").strip().split("\n")[0]
    origin = get_origin(signature.result)
    if isinstance(origin, type) and issubclass(origin, Answer):
        return Described(summary, tag, signature, get_args(signature.result)[0], origin.statuses)
    if origin in {Page, Listing}:
        rows = cast("type[object]", GenericAlias(list, get_args(signature.result)))
        return Described(summary, tag, signature, rows, (200,), paged=True, whole=origin is Listing)
    if signature.result is Sent:
        return Described(summary, tag, signature, None, (200,), kinds=kinds)
    nothing = signature.result is None or signature.result is type(None)
    return Described(summary, tag, signature, None if nothing else signature.result, (204 if nothing else 200,))


class _Content:
    """The type of an answer's content; what writes it as JSON is built when it is first needed."""

    def __init__(self, kind: type[object]) -> None:
        self._kind = kind

    @functools.cached_property
    def adapter(self) -> TypeAdapter[object]:
        return TypeAdapter(self._kind)


def endpoint(
    method: str, path: str, permission: Permission, *, tag: str, kinds: tuple[str, ...] = ()
) -> Callable[[Callable[..., object]], Callable[..., Response]]:
    """Register a view under /api/v1; see ``intercoder.web.signature`` for what it may take.

    It returns what its annotation says, which is sent as JSON with 200; ``Created``, ``Accepted`` and ``Put``
    have their own status, None is 204. ``Sent`` is a file of one of the media types ``kinds``. A ``Page`` is sent as the array of its rows, its neighbours as links.
    """

    def register(view: Callable[..., object]) -> Callable[..., Response]:
        signature = signature_of(view, path, permission)
        about = described(view, signature, tag, kinds)
        content = _Content(about.content or type(None))

        @functools.wraps(view)
        def run(**values: UUID) -> Response:
            answer = view(**arguments(signature, values, READERS))
            if isinstance(answer, Sent):
                disposition = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
                return Response(answer.content, mimetype=answer.kind, headers=disposition)
            if about.content is None:
                return Response(status=204)
            write = content.adapter.dump_json
            if isinstance(answer, Listing):
                if answer.form is not None:
                    return Response(written(answer.whole(), answer.form), mimetype=answer.form.value)
                answer = answer.part()
            if isinstance(answer, Page):
                return Response(write(list(answer.rows)), 200, headers=links(answer), mimetype="application/json")
            if not isinstance(answer, Answer):
                return Response(write(answer), 200, mimetype="application/json")
            headers = {"Location": answer.at} if answer.at else None
            return Response(write(answer.value), answer.status, headers=headers, mimetype="application/json")

        run.permission, run.kind, run.described = permission, signature.kind, about  # type: ignore[attr-defined]
        blueprint.add(run, path, view.__name__, [method])
        return run

    return register


def links(part: Page[T]) -> dict[str, str]:
    """Return the header that names the parts of a list before and after this one (RFC 8288)."""
    kept = {name: value for name, value in request.args.items() if name not in {"cursor", "before", "after"}}
    places = (("prev", part.previous), ("next", part.next))
    addresses = [
        f'<{request.path}?{urlencode({**kept, "cursor": cursor})}>; rel="{name}"' for name, cursor in places if cursor
    ]
    return {"Link": ", ".join(addresses)} if addresses else {}


def _body(model: type[BaseModel]) -> BaseModel:
    return model.model_validate(_json())


def _form(model: type[BaseModel]) -> BaseModel:
    return model.model_validate({name: value for name, value in request.form.items() if value})


def _query(model: type[BaseModel]) -> BaseModel:
    return model.model_validate(request.args.to_dict()) if request.query_string else _unasked(model)


@functools.cache
def _unasked(model: type[BaseModel]) -> BaseModel:
    """Return the query of an address without one; ``ValidationError`` where something must be asked."""
    return model.model_validate({})


#: how a model is read from the place that its parameter names
READERS: Mapping[str, Callable[[type[BaseModel]], BaseModel]] = {"body": _body, "form": _form, "query": _query}


def _json() -> object:
    request.max_content_length = LARGEST_JSON
    sent = request.get_data()
    if not sent:
        return {}
    # A body nested a thousand levels deep is valid JSON that the parser gives up on.
    with contextlib.suppress(ValueError, RecursionError):
        if request.is_json:
            return json.loads(sent)
    raise InvalidInput("not_json", "Send the content as JSON, with Content-Type: application/json.")


def location(path: str, identifier: UUID) -> str:
    """Return the address of a thing."""
    return f"/api/v1/{path}/{identifier}"
