"""Refusals as answers: problem documents (RFC 9457) for programs, a page with a sentence for people."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from intercoder import errors
from intercoder.errors import IntercoderError, InvalidInput, NotSignedIn, marked
from intercoder.language import translate
from intercoder.logs import get_logger
from intercoder.web import session as web_session
from intercoder.web.i18n import explain
from intercoder.web.requests import note_refusal

if TYPE_CHECKING:
    from pydantic import ValidationError

log = get_logger()

#: what the web answers to each type of refusal; a type that is not here is answered like the one it stands under
STATUSES: Mapping[type[IntercoderError], int] = {
    errors.IntercoderError: 400,
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.TooSlow: 408,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.Stale: 412,
    errors.TooLarge: 413,
    errors.InvalidInput: 422,
    errors.PreconditionRequired: 428,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
    errors.StorageFull: 507,
}

#: what Werkzeug and Flask refuse by themselves, said in our words
_SENTENCES = {
    400: marked("This request cannot be understood."),
    404: marked("There is no such thing here, or it is not shared with you."),
    405: marked("This address does not take such a request."),
    413: marked("This is larger than the server takes."),
    415: marked("Send the content as application/json."),
    500: marked("Something went wrong inside. It was logged; nothing was stored."),
}


#: what pydantic finds wrong with a field, said in our words
_FIELDS = {
    "missing": marked("This is needed."),
    "extra_forbidden": marked("There is no such field."),
    "string_too_short": marked("This must not be empty."),
    "string_too_long": marked("At most {max_length} characters."),
    "too_long": marked("At most {max_length} entries."),
    "too_short": marked("At least {min_length} entries."),
    "literal_error": marked("One of: {expected}."),
    "enum": marked("One of: {expected}."),
    "greater_than_equal": marked("At least {ge}."),
    "less_than_equal": marked("At most {le}."),
}
_KINDS = {
    "uuid": marked("This must be an identifier (UUID)."),
    "int": marked("This must be a whole number."),
    "float": marked("This must be a number."),
    "bool": marked("This must be true or false."),
    "string": marked("This must be a text."),
}


class UntrustedHost(IntercoderError):
    """The server was asked for under a name that is not its own."""

    def __init__(self) -> None:
        super().__init__(
            "untrusted_host",
            "This server does not answer under this name. Use the address that you were given; whoever runs the server names it in "
            "PUBLIC_URL or TRUSTED_HOSTS.",
        )


class HttpRefusal(IntercoderError):
    """What Werkzeug or Flask refused, or what broke inside: there is a status, and no type of ours."""

    def __init__(self, status: int) -> None:
        super().__init__(f"http_{status}", _SENTENCES.get(status, _SENTENCES[400]))
        self.status = status


def status_of(error: IntercoderError) -> int:
    """Return the HTTP status that a refusal is answered with."""
    if isinstance(error, HttpRefusal):
        return error.status
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def _detail(kind: str, values: Mapping[str, object], fallback: str) -> str:
    """Return what is wrong with a field in the language of the request; pydantic's own words for the rare rest."""
    message = _FIELDS.get(kind) or _KINDS.get(kind.split("_", maxsplit=1)[0])
    return translate(message, values) if message else fallback


def retry_after(error: IntercoderError) -> dict[str, str]:
    """Return the header that says when to come again: the seconds of the sentence, where it names them."""
    usual = {429: 60, 503: 5, 507: 60}.get(status_of(error))
    return {} if usual is None else {"Retry-After": str(error.values.get("seconds", usual))}


def problem(error: IntercoderError, fields: list[dict[str, str]] | None = None) -> Response:
    """Return a problem document."""
    status = status_of(error)
    body: dict[str, object] = {
        "type": f"/problems/{error.code}",
        "title": translate(_TITLES.get(status, marked("Refused"))),
        "status": status,
        "code": error.code,
        "detail": explain(error),
    }
    if fields:
        body["errors"] = fields
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json")
    response.headers.update(retry_after(error))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


_TITLES = {
    400: marked("Bad request"),
    401: marked("Not signed in"),
    403: marked("Not allowed"),
    404: marked("Not found"),
    405: marked("Not allowed"),
    408: marked("Too slow"),
    409: marked("Not now"),
    410: marked("No longer valid"),
    412: marked("Changed in the meantime"),
    413: marked("Too large"),
    422: marked("Cannot be used"),
    428: marked("Which version?"),
    429: marked("Too many requests"),
    503: marked("Try again"),
    507: marked("Disk full"),
}


def wants_json() -> bool:
    """Whether a program asked."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def answer(error: IntercoderError, fields: list[dict[str, str]] | None = None) -> AnyResponse:
    """Return the refusal in the form that fits who asked; ``fields`` says what is wrong with which field."""
    note_refusal(error.code)
    if wants_json():
        return problem(error, fields)
    if isinstance(error, NotSignedIn) and request.method == "GET":
        return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))
    status = status_of(error)
    page = render_template(
        "error.html", title=translate(_TITLES.get(status, marked("Refused"))), sentence=explain(error)
    )
    return Response(page, status, retry_after(error))


def invalid(error: "ValidationError") -> AnyResponse:
    """Return the refusal of fields that a model does not take."""
    fields = [
        {
            "field": ".".join(str(part) for part in e["loc"]),
            "detail": _detail(e["type"], e.get("ctx", {}), e["msg"]),
        }
        for e in error.errors(include_url=False, include_input=False)
    ]
    names = ", ".join(dict.fromkeys(field["field"] or "body" for field in fields))
    return answer(InvalidInput("invalid", "These fields cannot be used as they are: {fields}.", fields=names), fields)


def init_app(app: Flask) -> None:
    """Answer every refusal."""

    @app.errorhandler(IntercoderError)
    def refused(error: IntercoderError) -> AnyResponse:
        return answer(error)

    @app.errorhandler(ValueError)
    def unfit(error: ValueError) -> AnyResponse:
        from pydantic import ValidationError  # a server that was asked for no model has not loaded it

        return invalid(error) if isinstance(error, ValidationError) else broken(error)

    @app.errorhandler(sa.exc.SQLAlchemyError)
    def storage(error: sa.exc.SQLAlchemyError) -> AnyResponse:
        web_session.release()
        web_session.forget_actor()
        known = web_session.storage_problem(error)
        if known is None:
            log.error("request.database", exc_info=error)
            known = HttpRefusal(500)
        return answer(known)

    @app.errorhandler(SecurityError)
    def untrusted(_error: SecurityError) -> AnyResponse:
        # No page: its links would be made from the name that was refused.
        refusal = UntrustedHost()
        note_refusal(refusal.code)
        return problem(refusal) if wants_json() else Response(explain(refusal), 400, mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> AnyResponse:
        if error.code is not None and 300 <= error.code < 400:
            return error.get_response()
        refused = answer(HttpRefusal(error.code or 500))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            refused.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return refused

    @app.errorhandler(Exception)
    def broken(error: Exception) -> AnyResponse:
        log.error("request.failed", exc_info=error)
        web_session.release()
        web_session.forget_actor()
        return answer(HttpRefusal(500))
