"""Whether a request that changes something was made by one of our pages: Flask-WTF's signed tokens, loaded when one is wanted.

With its forms, which nothing here uses, it takes a fortieth of a start and two megabytes.
"""

from flask import Flask

from intercoder.errors import InvalidInput


def init_app(app: Flask) -> None:
    """Say how the application's tokens are made and where they are looked for."""
    app.config.update(
        WTF_CSRF_METHODS={"POST", "PUT", "PATCH", "DELETE"},
        WTF_CSRF_FIELD_NAME="csrf_token",
        WTF_CSRF_HEADERS=["X-CSRFToken", "X-CSRF-Token"],
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=app.config["SESSION_COOKIE_SECURE"],
    )


def token() -> str:
    """Return the token of this browser's session, for a page to send back."""
    from flask_wtf.csrf import generate_csrf

    made: str = generate_csrf()
    return made


def require_token() -> None:
    """Refuse the request unless it carries the token of its session; over https also unless one of our pages sent it."""
    from flask_wtf.csrf import CSRFError, CSRFProtect

    try:
        CSRFProtect().protect()
    except CSRFError as error:
        raise InvalidInput("csrf", "This page is too old or came from elsewhere. Reload it and try again.") from error
