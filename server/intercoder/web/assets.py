"""Static files with their content in their name, and the policy that lets nothing else run."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, request
from markupsafe import Markup
from pydantic_core import to_json

from intercoder.paths import asset_dir

_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def hashed_files(folder: Path) -> Mapping[str, str]:
    """Return path below the folder → the first characters of its content's SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def import_map(files: Mapping[str, str]) -> str:
    """Return the import map: bare names and plain addresses of our modules → addresses with their hash."""
    modules = {
        name: f"/static/{name}?v={digest}"
        for name, digest in files.items()
        if name.startswith("js/") and name.endswith(".js")
    }
    imports = {"ic/" + name.removeprefix("js/"): url for name, url in modules.items()}
    imports |= {f"/static/{name}": url for name, url in modules.items()}
    return json.dumps({"imports": imports}, separators=(",", ":"))


def json_island(value: object) -> Markup:
    """Return a value, dataclasses and all, as JSON that is safe inside a script element of type application/json."""
    # Safe by the escapes above: nothing in it can end the element.
    return Markup(to_json(value).decode().translate(_ESCAPES))  # noqa: S704


def init_app(app: Flask) -> None:
    """Serve hashed files for ever, and send the security headers with everything."""
    files = hashed_files(asset_dir("static"))
    imports = import_map(files)
    digest = base64.b64encode(hashlib.sha256(imports.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'none'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )

    def asset(name: str) -> str:
        return f"/static/{name}?v={files[name]}"

    # The whole element: one more blank in it, and the policy's hash is another.
    element = Markup('<script type="importmap">{}</script>').format(Markup(imports))  # noqa: S704 - our own file names
    app.jinja_env.globals.update(asset=asset, import_map=element)
    app.jinja_env.filters["island"] = json_island

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.endpoint == "static":
            known = request.args.get("v") == files.get(request.view_args["filename"] if request.view_args else "")
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if known else "no-cache"
        elif not response.cache_control.immutable:
            response.headers["Cache-Control"] = "no-store"
        return response
