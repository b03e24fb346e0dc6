"""The application factory."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from intercoder.config import Settings
from intercoder.db import Database
from intercoder.services.attempts import Attempts
from intercoder.services.hashing import crowded
from intercoder.web import assets, compressing, figures, forgery, i18n, marks, pages, problems, requests, session, views
from intercoder.web.arriving import LARGEST_JSON
from intercoder.web.cookies import Cookies
from intercoder.web.lane import CROWDED
from intercoder.web.rules import AddressMap, Rule

LARGEST_UPLOAD = 52 * 2**20
#: what somebody types into a page; files and what the modules send come otherwise
LARGEST_FORM = 256 * 2**10


class Synchronous(Flask):
    """Flask without asynchronous views: it looked at each of the dozen functions that a request passes whether it is one."""

    url_rule_class = Rule
    url_map_class = AddressMap

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, which is none that must be waited for."""
        return func


def create_app(settings: Settings, database: Database) -> Flask:
    """Return the WSGI application. It opens no connection and starts no thread."""
    app = Synchronous("intercoder.web", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-intercoder" if settings.secure else "intercoder",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=LARGEST_JSON,
        MAX_FORM_PARTS=200,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
    )
    app.session_interface = Cookies(app)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["database"] = database
    database.hooks["quotas"] = settings.quotas
    app.extensions["settings"] = settings
    app.extensions["attempts"] = Attempts(settings.redis_url)
    if settings.trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    requests.init_app(app, settings)
    compressing.init_app(app)
    forgery.init_app(app)
    i18n.init_app(app)  # first, so that what is refused below is said in the language of whoever asks

    @app.before_request
    def protect() -> None:
        if request.environ.get(CROWDED):
            raise crowded()
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = LARGEST_FORM  # ten megabytes of it take two seconds to read, from anybody
        # A token is not sent by the browser by itself, so a request that carries one cannot be forged.
        if request.method not in session.SAFE and session.bearer_token() is None:
            forgery.require_token()

    session.init_app(app)
    problems.init_app(app)
    assets.init_app(app)
    pages.init_app(app)
    figures.init_app(app)
    marks.init_app(app)
    views.init_app(app)
    return app
