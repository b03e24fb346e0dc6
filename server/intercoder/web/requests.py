"""Every request: its number, its line in the log, its place in the figures, and what of it is the security log's.

A line names the route, not the address, since an address may hold the secret of a link; and the person by number.
"""

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from intercoder.config import Settings
from intercoder.logs import bind_contextvars, clear_contextvars, get_logger, security
from intercoder.web import metrics
from intercoder.web.known import account_mark
from intercoder.web.session import known_actor, session_secret

HEADER = "X-Request-Id"
_NUMBER = re.compile(r"[A-Za-z0-9._-]{8,64}")
log = get_logger()

#: what opens, shuts or hands on a door: endpoint → what the security log calls it
WATCHED: Mapping[str, str] = {
    "account.sign_in": "sign-in",
    "account.sign_out": "sign-out",
    "account.setup": "account made",
    "account.register": "account made",
    "account.invitation": "invitation accepted",
    "account.change_password": "password changed",
    "account.end_sessions": "browsers signed out",
    "admin.set_active": "account switched",
    "api.accept_invitation": "invitation accepted",
    "api.change_member": "roles changed",
    "api.create_invitation": "invitation made",
    "api.create_token": "token made",
    "api.delete_token": "token ended",
    "api.end_browser": "browsers signed out",
    "api.remove_member": "member removed",
    "api.withdraw_invitation": "invitation withdrawn",
}
#: refusals that say who tried what; the codes of ``errors.py``
REFUSED = frozenset(
    {"forbidden", "browser_only", "csrf", "untrusted_host", "own_work", "not_found", "too_many_attempts"}
)


@dataclass(frozen=True)
class Number:
    """How one request is called wherever it leaves a line."""

    given: str | None
    trusted: bool

    def __str__(self) -> str:
        """Return the number that the proxy in front gave it, or one of our own."""
        return self.given if self.trusted and self.given and _NUMBER.fullmatch(self.given) else uuid4().hex


def init_app(app: Flask, settings: Settings) -> None:
    """Number, count and log every request. Registered first, so that its last word comes after all others."""
    base = app.extensions["database"]

    @app.before_request
    def begin() -> None:
        clear_contextvars()  # a thread keeps those of the request before
        g.began = time.perf_counter()
        g.request_id = number = str(Number(request.headers.get(HEADER), settings.trust_proxy))
        bind_contextvars(request_id=number)
        metrics.begun()
        g.under_way = True

    @app.after_request
    def end(response: Response) -> Response:
        number = g.get("request_id")
        if number is None:
            return response
        response.headers[HEADER] = number
        _watch(response)
        seconds = time.perf_counter() - g.began
        actor = known_actor()
        rule, method, status = request.url_rule, request.method, response.status_code
        route = rule.rule if rule is not None else None
        metrics.answered(method, route, status, seconds)
        metrics.connections(base.in_use)
        log.info(
            "request",
            method=method if method in metrics.METHODS else "other",
            route=route or metrics.UNMATCHED,
            status=status,
            ms=round(seconds * 1000, 1),
            person=str(actor.id) if actor else None,
        )
        return response

    @app.teardown_request
    def count_out(_error: BaseException | None) -> None:
        if g.pop("under_way", False):
            metrics.ended()


def answered(method: str, route: str, status: int, seconds: float, number: str) -> None:
    """Count and log an answer that was not Flask's."""
    metrics.answered(method, route, status, seconds)
    log.info("request", request_id=number, method=method, route=route, status=status, ms=round(seconds * 1000, 1))
    if status in {401, 403}:
        metrics.watched("request", "refused")
        security("request", request_id=number, outcome="refused", status=status, route=route)


def note_refusal(code: str) -> None:
    """Remember why this request is refused, for the security log."""
    g.refusal = code


def _watch(response: Response) -> None:
    """Write what the security log wants to know of this request."""
    what, status = WATCHED.get(request.endpoint or ""), response.status_code
    if what is not None and request.method not in {"GET", "HEAD", "OPTIONS"}:
        _write(what, "done" if status < 400 else "refused", status)
    elif status < 400 and "attachment" in response.headers.get("Content-Disposition", ""):
        _write("download", "done", status)
    elif (g.get("refusal") in REFUSED and request.url_rule is not None) or g.get("refusal") == "untrusted_host":
        _write("request", "refused", status)
    elif status == 401 and "Authorization" in request.headers:
        _write("token", "refused", status)


def _write(what: str, outcome: str, status: int) -> None:
    metrics.watched(what, outcome)
    actor, given = known_actor(), ""
    if request.endpoint == "account.sign_in":
        with suppress(HTTPException):  # a form that could not be read is refused already
            given = request.form.get("email", "")
    security(
        what,
        outcome=outcome,
        status=status,
        code=g.get("refusal"),
        route=request.url_rule.rule if request.url_rule is not None else metrics.UNMATCHED,
        # What people type as their address may be their password: a mark tells attempts at one account from others.
        account=account_mark(given) if given else None,
        person=str(actor.id) if actor else None,
        by=None if actor is None else ("browser" if session_secret() else "token"),
        address=request.remote_addr,
        **{name: value for name, value in _things().items() if value},
    )


def _things() -> dict[str, str]:
    """Return the identifiers in the address, whose texts (the secrets of links, names of files) stay out."""
    return {f"{name}_id": str(value) for name, value in (request.view_args or {}).items() if isinstance(value, UUID)}
