"""What is sent compressed and what is not, and static files: joined, compressed once, kept for ever."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from flask import Flask, Response, request

from cast import Cast
from intercoder.paths import asset_dir
from intercoder.web import compressing
from intercoder.web.assets import PAGE_SHEETS, SHEETS
from intercoder.web.joining import joined
from web.pages.conftest import Visitor

pytestmark = pytest.mark.sqlite
TAKES = {"Accept-Encoding": "gzip"}
UNPACKED: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress}
LONG = "企业在资源约束下把旧设备接上了网 <p class='x'> and again, and again. " * 60


def answering(*, kind: str, content: str = LONG, status: int = 200, encoding: str | None = None) -> Flask:
    """Return an application with one answer."""
    app = Flask("answers")
    compressing.init_app(app)

    @app.get("/")
    def answer() -> Response:
        response = Response(content, status, mimetype=kind)
        if encoding is not None:
            response.content_encoding = encoding
        return response

    return app


@pytest.mark.parametrize(
    "kind", ["text/html", "application/json", "text/csv", "application/problem+json", "image/svg+xml"]
)
@pytest.mark.parametrize(
    ("takes", "packing"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br, gzip;q=0.5", "br"),
        ("br", "br"),
        ("*", "br"),
    ],
)
def test_what_shrinks_is_sent_small_to_whoever_takes_that(kind: str, takes: str, packing: str) -> None:
    answer = answering(kind=kind).test_client().get("/", headers={"Accept-Encoding": takes})
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == (packing, "Accept-Encoding")
    assert len(answer.data) == int(answer.headers["Content-Length"]) < len(LONG.encode()) / 4
    assert UNPACKED[packing](answer.data).decode() == LONG


@pytest.mark.parametrize(
    ("app", "headers"),
    [
        (answering(kind="text/html"), {}),
        (answering(kind="text/html"), {"Accept-Encoding": "gzip;q=0, identity"}),
        (answering(kind="text/html"), {**TAKES, "Sec-Fetch-Site": "cross-site"}),
        (answering(kind="text/html"), {"Accept-Encoding": "br", "Sec-Fetch-Site": "cross-site"}),
        (answering(kind="text/html"), {"Accept-Encoding": "zstd, deflate"}),
        (answering(kind="text/html", content="short " * 9), TAKES),
        (answering(kind="text/event-stream"), TAKES),
        (answering(kind="application/pdf"), TAKES),
        (answering(kind="application/vnd.openxmlformats-officedocument.wordprocessingml.document"), TAKES),
        (answering(kind="text/csv", status=206), TAKES),
        (answering(kind="text/csv", encoding="zstd"), TAKES),
    ],
)
def test_what_gains_nothing_or_could_tell_something_stays_as_it_is(app: Flask, headers: dict[str, str]) -> None:
    answer = app.test_client().get("/", headers=headers)
    assert answer.headers.get("Content-Encoding") in {None, "zstd"}
    assert answer.data in {LONG.encode(), b"short " * 9}


def test_a_stream_is_packed_piece_by_piece_and_closed() -> None:
    app, held, closed = Flask("stream"), [0], []
    compressing.init_app(app)

    @app.get("/rows")
    def rows() -> Response:
        def made() -> Iterator[bytes]:
            try:
                for number in range(20_000):
                    held[0] += 1
                    yield f'{{"row": {number}}}\n'.encode()
            finally:
                closed.append(True)

        return Response(made(), mimetype="application/x-ndjson")

    unpacked = app.test_client().get("/rows", headers={"Accept-Encoding": "br"})
    assert unpacked.content_encoding is None, "no stream leaves as Brotli"
    assert unpacked.data.startswith(b'{"row": 0}\n')
    held[0] = 0
    closed.clear()
    answer = app.test_client().get("/rows", headers={"Accept-Encoding": "br, gzip"}, buffered=False)
    pieces = answer.iter_encoded()
    first = next(pieces)
    assert held[0] < 10_000, "the whole stream was made before its first piece left"
    whole = gzip.decompress(first + b"".join(pieces))
    assert whole.count(b"\n") == 20_000
    answer.close()
    assert closed == [True]


def test_a_version_of_a_resource_is_recognised_compressed_or_not() -> None:
    app = Flask("versions")
    compressing.init_app(app)

    @app.get("/")
    def version() -> Response:
        response = Response(LONG, mimetype="application/json")
        response.set_etag("7")
        response.make_conditional(request)
        return response

    client = app.test_client()
    packed, plain = client.get("/", headers=TAKES), client.get("/")
    assert (packed.headers["ETag"], plain.headers["ETag"]) == ('W/"7"', '"7"')
    for etag in (packed.headers["ETag"], plain.headers["ETag"]):
        again = client.get("/", headers={**TAKES, "If-None-Match": etag})
        assert (again.status_code, again.data, again.headers.get("Content-Encoding")) == (304, b"", None)


def test_pages_and_the_api_are_compressed(cast: Cast, visit: Callable[[str], Visitor]) -> None:
    lena = visit("lena")
    for path in (f"/projects/{cast.project}", f"/projects/{cast.project}/codebook", "/api/v1/openapi.json"):
        answer = lena.get(path, headers=TAKES)
        assert answer.headers["Content-Encoding"] == "gzip", path
        assert "Accept-Encoding" in answer.headers["Vary"]


# --- static files --------------------------------------------------------------------------------


def named(page: str) -> set[str]:
    """Return the addresses of static files that a page names."""
    return set(re.findall(r"/static/[^\"'\s]+", page))


def test_every_style_sheet_is_joined_once() -> None:
    sheets = sorted(sheet.stem for sheet in (asset_dir("static") / "css").glob("*.css"))
    assert sheets == sorted([*SHEETS, *PAGE_SHEETS])


def test_every_static_file_of_a_page_is_kept_for_ever_and_sent_small(visitor: Visitor) -> None:
    addresses = named(visitor.get("/sign-in").get_data(as_text=True))
    assert {address.partition("?")[0] for address in addresses} >= {"/static/css/all.css", "/static/js/parts.js"}
    for address in addresses:
        answer = visitor.get(address, headers=TAKES)
        plain = visitor.get(address)
        assert answer.status_code == plain.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        assert answer.mimetype in {"text/css", "text/javascript", "image/svg+xml"}
        if len(plain.data) >= compressing.LEAST:
            assert gzip.decompress(answer.data) == plain.data
            assert len(answer.data) < len(plain.data) * 0.6
        for known in (answer.headers["ETag"], plain.headers["ETag"]):
            assert visitor.get(address, headers={**TAKES, "If-None-Match": known}).status_code == 304
        older = visitor.get(address.partition("?")[0] + "?v=older")
        assert older.headers["Cache-Control"] == "no-cache", "who comes with yesterday's page must not keep it for ever"


@pytest.mark.parametrize("packing", ["gzip", "br"])
def test_a_static_file_is_packed_once(packing: str, visitor: Visitor) -> None:
    made = [visitor.get("/static/css/all.css", headers={"Accept-Encoding": packing}).data for _ in range(2)]
    assert made[0] == made[1]
    assert UNPACKED[packing](made[0]) == visitor.get("/static/css/all.css").data


@pytest.mark.parametrize(
    "path", ["css/tokens.css", "js/coding/model.js", "../pyproject.toml", "%2e%2e/x", "js/", "none.css"]
)
def test_what_no_page_names_is_not_there(path: str, visitor: Visitor) -> None:
    assert visitor.get(f"/static/{path}").status_code == 404


def written(folder: Path, **modules: str) -> Path:
    """Write modules, and what they are joined to."""
    for name in ("coding", "board", "controllers"):
        (folder / name).mkdir(parents=True)
    (folder / "parts.js").write_text("export const parts = {};\n", encoding="utf-8")
    for name, text in modules.items():
        (folder / f"{name.replace('__', '/')}.js").write_text(text, encoding="utf-8")
    return folder


def test_modules_are_joined_in_the_order_of_their_imports(tmp_path: Path) -> None:
    made = joined(
        written(
            tmp_path,
            a='import { b, c } from "ic/z.js"; // why\nexport const a = b + c;\n',
            z="export const b = 1;\nexport function c() {}\nexport default async function z() {}\n",
            coding__k='import { a } from "ic/a.js";\nexport class K {}\n',
        )
    )
    parts, coding = made["js/parts.js"].decode(), made["js/coding.js"].decode()
    assert parts.index('parts["z.js"]') < parts.index('parts["a.js"]')
    assert 'const { b, c } = parts["z.js"]; // why' in parts
    assert "return { b, c, default: z };" in parts
    assert 'import { load, parts } from "ic/parts.js";' in coding
    assert "return { K };" in coding


def test_modules_of_one_page_are_a_file_of_its_own_with_the_controllers_that_import_them(tmp_path: Path) -> None:
    made = joined(
        written(
            tmp_path,
            a="export const a = 1;\n",
            board__k='import { a } from "ic/a.js";\nexport const k = a;\n',
            controllers__board='import { k } from "ic/board/k.js";\nexport default function board() { k(); }\n',
            board__l='import { k } from "ic/board/k.js";\nexport const l = k;\n',
            controllers__typing='import { load } from "ic/parts.js";\nexport default function typing() { load("board/l.js"); }\n',
            controllers__menu="export default function menu() {}\n",
        )
    )
    assert set(made) == {"js/parts.js", "js/board.js", "js/board-later.js", "js/some.js"}
    assert 'parts["controllers/board.js"]' in made["js/board.js"].decode()
    # What no controller imports comes later, after what is there at once; what only some pages name, with those.
    assert made["js/board-later.js"].startswith(b'import { load, parts } from "ic/parts.js";\nimport "ic/board.js";\n')
    assert b'parts["board/l.js"]' in made["js/board-later.js"]
    assert b'parts["controllers/typing.js"]' in made["js/some.js"]
    parts = made["js/parts.js"].decode()
    assert 'parts["controllers/menu.js"]' in parts
    assert "import {" not in parts
    homes = json.loads(parts.partition("Object.assign(homes, ")[2].partition(");")[0])
    assert homes["board/k.js"] == homes["controllers/board.js"] == "ic/board.js"
    assert (homes["board/l.js"], homes["controllers/typing.js"]) == ("ic/board-later.js", "ic/some.js")


def test_comments_and_indents_stay_in_the_sources(tmp_path: Path) -> None:
    text = "/** Says\n * why. */\nexport const a = [\n  // one\n  `b`, // what\n\n  '/* c */',\n];\n"
    made = joined(written(tmp_path, a=text))["js/parts.js"].decode()
    assert "const a = [\n`b`, // what\n'/* c */',\n];\n" in made


@pytest.mark.parametrize("module", ["lib__x", "controllers__x", "coding__x"])
def test_what_a_page_has_alone_is_imported_by_no_module_of_another_page(tmp_path: Path, module: str) -> None:
    (tmp_path / "lib").mkdir()
    imports = 'import { k } from "ic/board/k.js";\n' + (
        'import { c } from "ic/coding/c.js";\n' if module == "controllers__x" else ""
    )
    given = {"board__k": "export const k = 1;\n", "coding__c": "export const c = 1;\n", module: imports}
    with pytest.raises(RuntimeError, match="another page has alone"):
        joined(written(tmp_path, **given))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('import * as z from "ic/z.js";\n', "a.js, line 1"),
        ('\nimport { b as c } from "ic/z.js";\n', "a.js, line 2"),
        ('import { b } from "./z.js";\n', "a.js, line 1"),
        ("export let count = 0;\n", "a.js, line 1"),
        ("const x = 1;\nexport { x };\n", "a.js, line 2"),
        ("export default class {}\n", "a.js, line 1"),
        ("export const b = `one\n  two`;\n", "a.js: a text in backticks"),
        ('import { b } from "ic/nowhere.js";\n', "no module nowhere.js"),
        ('import { a } from "ic/a.js";\nexport const b = 1;\n', "circle"),
    ],
)
def test_a_module_that_cannot_be_joined_is_named_when_the_server_starts(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        joined(written(tmp_path, a=text, z="export const b = 1;\n"))
