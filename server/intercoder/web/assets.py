"""Static files with their content in their address, and the policy that lets nothing else run."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePath

from flask import Flask, Response, request
from markupsafe import Markup

from intercoder.errors import NotFound
from intercoder.paths import asset_dir
from intercoder.web.compressing import part_of_the_program
from intercoder.web.joining import bare, joined
from intercoder.web.kept import OWN

#: the style sheets of every page in the order in which they are joined; the first says the order of the layers
SHEETS = (
    "tokens",
    "base",
    "shell",
    "controls",
    "forms",
    "feedback",
    "dialogs",
    "cards",
    "tables",
    "coding",
    "tones",
    "reading",
    "ruler",
    "palette",
    "find",
    "units",
    "handles",
    "own-labels",
    "memos",
    "codebook-panel",
    "print",
)
#: those that the coding page does without: it is opened more often than all others, and shows nothing of what they are for
PAGE_SHEETS = (
    "codebook",
    "figures",
    "compare",
    "heatmap",
    "saturation",
    "matrix",
    "materials",
    "board",
    "paste",
    "report",
    "findings",
    "passages",
    "adjudication",
    "alignment",
    "theory",
)
#: what is joined to nothing: the start of the modules, what must run before the first paint, and workers
PLAIN_SCRIPTS = ("js/app.js", "js/boot.js", "js/coding/searching.js", "js/offline.js")
#: keeps pages for when the server does not answer: it may look at every request of the site
KEEPER = "js/offline.js"
#: what runs beside a page, by the policy of its own answer
WORKERS = frozenset({KEEPER, "js/coding/searching.js"})
#: the policy of all that is no page: opened by itself it loads and runs nothing, and nothing frames it
NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
KINDS: Mapping[str, str] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent: read once."""

    content: bytes
    kind: str

    @cached_property
    def digest(self) -> str:
        """The first characters of its content's SHA-256: what stands in its address."""
        return hashlib.sha256(self.content).hexdigest()[:12]


@cache
def static_files(folder: Path) -> Mapping[str, StaticFile]:
    """Return path → file for all that pages ask for: style sheets and modules joined, everything else as it lies there.

    Read once, however many applications a process makes: joining takes half of what one needs to be made.
    """
    made = {
        "css/all.css": _sheets(folder, SHEETS),
        "css/pages.css": _sheets(folder, PAGE_SHEETS),
        **joined(folder / "js"),
    }
    plain = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in {".css", ".js"})
    made |= {path.relative_to(folder).as_posix(): path.read_bytes() for path in plain}
    for name in PLAIN_SCRIPTS:
        made[name] = bare((folder / name).read_text("utf-8")).encode()
    return {name: StaticFile(content, _kind(name)) for name, content in made.items()}


def _sheets(folder: Path, names: Sequence[str]) -> bytes:
    return "".join(bare((folder / "css" / f"{name}.css").read_text("utf-8")) for name in names).encode()


def _kind(name: str) -> str:
    # Said here: what the machine's own table says of .js differs (on Windows it may be text/plain, which no browser runs).
    return KINDS.get(PurePath(name).suffix, "application/octet-stream")


def import_map(files: Mapping[str, StaticFile]) -> str:
    """Return the import map: the names of our joined modules → their addresses with the hash."""
    joined_to = [name for name in files if name.endswith(".js") and name not in PLAIN_SCRIPTS]
    imports = {f"ic/{name.removeprefix('js/')}": f"/static/{name}?v={files[name].digest}" for name in joined_to}
    return json.dumps({"imports": imports}, separators=(",", ":"))


def json_island(value: object) -> Markup:
    """Return a value, dataclasses and all, as JSON that is safe inside a script element of type application/json."""
    # Safe by the escapes above: nothing in it can end the element.
    from pydantic_core import to_json  # with the first page that says something to its script

    return Markup(to_json(value).decode().translate(_ESCAPES))  # noqa: S704


#: what only a window has
_OF_A_WINDOW = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
]


def init_app(app: Flask) -> None:
    """Serve static files, those with their hash in the address for ever, and send the security headers with everything."""
    files = static_files(asset_dir("static"))
    imports = import_map(files)
    digest = base64.b64encode(hashlib.sha256(imports.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )

    def asset(name: str) -> str:
        return f"/static/{name}?v={files[name].digest}"

    # The whole element: one more blank in it, and the policy's hash is another.
    element = Markup('<script type="importmap">{}</script>').format(Markup(imports))  # noqa: S704 - our own file names
    app.jinja_env.globals.update(asset=asset, import_map=element)
    app.jinja_env.filters["island"] = json_island

    def static(name: str) -> Response:
        file = files.get(name)
        if file is None:
            raise NotFound("not_found", "There is no such thing here, or it is not shared with you.")
        response = part_of_the_program(file.content, file.kind)
        response.set_etag(file.digest, weak="Accept-Encoding" in response.vary)  # the same file in three forms
        if name in WORKERS:
            response.headers["Content-Security-Policy"] = policy
        if name == KEEPER:
            response.headers["Service-Worker-Allowed"] = "/"
        known = request.args.get("v") == file.digest
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if known else "no-cache"
        response.make_conditional(request)
        return response

    app.add_url_rule("/static/<path:name>", "static", static)

    every = [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        *([("Strict-Transport-Security", "max-age=31536000")] if app.config["SESSION_COOKIE_SECURE"] else []),
    ]

    @app.after_request
    def headers(response: Response) -> Response:
        page = response.mimetype == "text/html"
        response.headers.setdefault("Content-Security-Policy", policy if page else NO_PAGE)
        response.headers.extend(every)  # no view says any of these
        if page:  # what only a window has; all that is small leaves without it
            response.headers.extend(_OF_A_WINDOW)
        told = response.headers.get("Cache-Control")
        # Read as a word of the header only where there is one: what may be kept is said by few.
        kept = told is not None and (told == OWN or response.cache_control.immutable)
        if not kept and request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response
