"""A small page server for the coding surface: renders the coding page as the product does, keeps operations in memory, and can misbehave."""

import base64
import hashlib
import html
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from intercoder.web import browser_words
from waiting import a_moment

STATIC = Path(__file__).resolve().parents[3] / "static"
IMPORT_MAP = '{"imports":{"ic/":"/static/js/"}}'
MAP_HASH = base64.b64encode(hashlib.sha256(IMPORT_MAP.encode()).digest()).decode()
CSP = (
    f"default-src 'none'; script-src 'self' 'sha256-{MAP_HASH}'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self' blob:; frame-src 'none'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SHEETS = "".join(
    f'<link rel="stylesheet" href="/static/css/{name}.css">'
    for name in ["tokens", *sorted({file.stem for file in (STATIC / "css").glob("*.css")} - {"tokens"})]
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".html": "text/html"}
API = "/api/v1/rounds/r1/"
CODINGS = API + "documents/d1/codings/"
CODES = API + "codes/"

JSON = dict[str, Any]

TREE: list[tuple[str, str, str, str | None, int]] = [
    ("k1", "关系构建", "construct", None, 2),
    ("k2", "信任机制", "theme", "k1", 2),
    ("c1", "信任先行", "concept", "k2", 2),
    ("c2", "数据互信", "concept", "k2", 2),
    ("k3", "生态嵌入", "theme", "k1", 3),
    ("c3", "平台接入", "concept", "k3", 3),
    ("k4", "价值创造", "construct", None, 4),
    ("c4", "用户真实反馈", "concept", "k4", 4),
    ("c5", "Bricolage", "concept", "k4", 0),
]
INITIALS = {"c1": "xrxx", "c2": "sjhx", "c3": "ptjr", "c4": "yhzsfk"}

PARAGRAPHS: list[tuple[str, str]] = [
    ("访谈者", "组织结构也跟着变了，以前是金字塔，现在是小团队。"),
    (
        "陈总",
        "我觉得最关键的是信任，没有信任什么都谈不了。平台把数据都开放给我们了，这样我们就能看到终端消费者的真实反馈。",
    ),
    ("李工", "𠮷野家的👩‍👩‍👧‍👦全家都来帮忙😀。老师傅用土办法修好了𡈽路，我们就把这个经验写成了手册。"),
    ("Ms. Wu", "Trust comes first; contracts come later. We pivoted twice within six months."),
    ("陈总", "疫情之后订单一下子掉了六成，我们开始做直播，从零开始学。"),
    ("李工", "café déjà vu naïve 🇨🇳🇬🇧 end。"),
]


def code(id_: str, name: str, level: str, parent: str | None, colour: int) -> JSON:
    """Return one code as the page data carry it."""
    return {
        "id": id_,
        "name": name,
        "level": level,
        "parent": parent,
        "colour": colour,
        "definition": f"Definition of {name}.",
        "search": INITIALS.get(id_, ""),
        "state": "active",
    }


@dataclass
class World:
    """What the server knows, and how it is to misbehave next."""

    paragraphs: list[tuple[str, str]] = field(default_factory=lambda: list(PARAGRAPHS))
    codes: list[JSON] = field(default_factory=lambda: [code(*row) for row in TREE])
    codings: dict[str, JSON] = field(default_factory=dict)
    labels: dict[str, JSON] = field(default_factory=dict)
    unit: str = "span"
    units: list[tuple[int, int]] = field(default_factory=list)
    in_vivo: str = "create"
    readonly: bool = False
    recent: list[str] = field(default_factory=lambda: ["c3", "c1"])
    me: str = "user-a"
    token: str = "token-1"
    signed_in: bool = True
    faults: list[str] = field(default_factory=list)
    requests: list[JSON] = field(default_factory=list)
    submitted: int = 0
    jobs: list[JSON] = field(default_factory=list)
    events: list[JSON] = field(default_factory=list)
    stream: bool = True
    may_read_log: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def text(self) -> str:
        """The canonical text."""
        return "\n".join(text for _, text in self.paragraphs)

    def live(self) -> dict[str, JSON]:
        """Return the codings that are not deleted."""
        return {key: value for key, value in self.codings.items() if not value["deleted"]}

    def quotes(self) -> list[tuple[str, str]]:
        """Return (code name, quoted text) of all stored codings, in reading order."""
        names = {item["id"]: item["name"] for item in [*self.codes, *self.labels.values()]}
        found = sorted(self.live().values(), key=lambda item: (item["start"], item["end"]))
        return [(names[item["code"]], self.text[item["start"] : item["end"]]) for item in found]

    def writes(self, method: str | None = None) -> list[JSON]:
        """Return the API writes received so far."""
        return [item for item in self.requests if method is None or item["method"] == method]

    def page_data(self) -> JSON:
        """Return the JSON of #page-data."""
        shown = [
            {key: item[key] for key in ("id", "code", "start", "end", "memo", "doubt", "version")}
            for item in self.live().values()
        ]
        return {
            "me": self.me,
            "round": "r1",
            "document": "d1",
            "title": "案例三 云杉农机",
            "unit": self.unit,
            "units": self.units,
            "in_vivo": self.in_vivo,
            "readonly": self.readonly,
            "codes": [*self.codes, *self.labels.values()],
            "codings": shown,
            "recent": self.recent,
            "urls": {"codings": CODINGS, "codes": CODES, "submit": "/submit", "sign_in": "/sign-in"},
        }


def embed(id_: str, value: JSON) -> str:
    """Return a JSON data block that cannot end its script element early."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="{id_}">{text}</script>'


def head(world: World, lang: str, title: str) -> str:
    """Return the page's start up to <body>."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="csrf-token" content="{world.token}"><title>{title}</title><script src="/static/js/theme-boot.js"></script>'
        f'<link rel="icon" href="data:,">{SHEETS}'
        f'<script type="importmap">{IMPORT_MAP}</script>'
        f'<script type="module" src="/words/{lang[:2]}.js"></script><script type="module" src="/static/js/app.js"></script></head>'
    )


def coding_page(world: World, lang: str) -> str:
    """Return the coding page."""
    zh = lang.startswith("zh")
    rows: list[str] = []
    at = 0
    for k, (speaker, text) in enumerate(world.paragraphs):
        rows.append(
            f'<section class="turn"><h3 class="spk">{html.escape(speaker)}<span class="tc">{k // 60:02d}:{k % 60:02d}</span></h3>'
            f'<p class="blk" data-cp="{at}" data-n="{len(text)}">{html.escape(text)}</p><div class="strip"></div></section>'
        )
        at += len(text) + 1
    names = ["概览", "编码", "一致性"] if zh else ["Overview", "Coding", "Agreement"]
    tabs = "".join(
        f'<a href="#main"{" aria-current=page" if k == 1 else ""}>{name}</a>' for k, name in enumerate(names)
    )
    documents = "".join(
        f'<li><a href="#main"{" aria-current=true" if k == 3 else ""}>{"案例" if zh else "Case"} {k}<span>{k * 11}%</span></a></li>'
        for k in range(1, 8)
    )
    caps = (
        ["资料", "最近编码", "本资料", "需要处理", "按键"]
        if zh
        else ["Documents", "Recent codes", "This document", "Needs attention", "Keys"]
    )
    stats = (
        ("codings", "片段" if zh else "Codings"),
        ("codes", "编码" if zh else "Codes"),
        ("doubts", "存疑" if zh else "Doubts"),
    )
    counted = "".join(f'<dt>{label}</dt><dd data-stat="{name}"></dd>' for name, label in stats)
    return head(world, lang, "Coding") + (
        f'<body data-controller="dialog"><a class="skip" href="#main">Skip</a><header class="bar"><a class="brand" href="#main">Intercoder</a>'
        f'<span class="proj">九案例：数字化转型中的资源行动</span><nav class="tabs" aria-label="Project">{tabs}</nav><div class="who">'
        f'<span id="sync" class="sync" role="status"></span><label class="vh" for="th">Theme</label>'
        f'<select id="th" class="in" data-controller="theme"><option value="auto">Auto</option><option value="light">Light</option>'
        f'<option value="dark">Dark</option></select><form id="submit-form" method="post" action="/submit">'
        f'<button class="btn pri sm" name="hand" value="in">{"提交" if zh else "Submit"}</button></form></div></header>'
        f'<main id="main" class="full"><h1 class="vh">Coding</h1><div class="codegrid"><aside aria-label="{caps[0]}"><h2 class="cap">{caps[0]}</h2>'
        f'<ul class="dlist">{documents}</ul></aside><div class="doc rd" tabindex="0" role="region" aria-label="Document" data-controller="coding" '
        f'lang="zh-Hans">{"".join(rows)}</div><aside aria-label="Panel"><h2 class="cap">{caps[1]}</h2><ul id="recent"></ul>'
        f'<h2 class="cap sp">{caps[2]}</h2><dl id="stats" class="dl">{counted}</dl><section data-attention hidden><h2 class="cap sp">{caps[3]}</h2>'
        f'<ul id="attention"></ul></section><p class="sp"><button type="button" class="btn sm" data-keys>{caps[4]} <kbd>?</kbd></button></p>'
        f"</aside></div></main>{embed('page-data', world.page_data())}</body></html>"
    )


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    world: World
    pages: dict[str, str]

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def answer(
        self, status: int, body: str | bytes | JSON | None = None, kind: str = "text/html", **headers: str
    ) -> None:
        """Send one answer; a dict goes out as JSON (a problem document from 400 on)."""
        if isinstance(body, dict):
            kind = "application/problem+json" if status >= 400 else "application/json"
            body = json.dumps(body, ensure_ascii=False)
        data = body if isinstance(body, bytes) else (body or "").encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("Cache-Control", "no-store")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def problem(self, status: int, code_: str, detail: str, **more: object) -> None:
        """Send a problem document."""
        self.answer(
            status, {"type": "about:blank", "title": code_, "status": status, "code": code_, "detail": detail, **more}
        )

    def do_GET(self) -> None:
        """Pages, files, jobs and events."""
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        lang = query.get("lang", ["en"])[0]
        if url.path.startswith("/static/"):
            file = (STATIC / url.path.removeprefix("/static/")).resolve()
            if file.is_file() and STATIC in file.parents:
                self.answer(200, file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))
            else:
                self.answer(404, "")
        elif url.path.startswith("/words/"):
            self.answer(200, browser_words.module(url.path[7:9]), "text/javascript")
        elif url.path == "/coding" and self.world.signed_in:
            self.answer(200, coding_page(self.world, lang))
        elif url.path == "/coding":
            self.answer(302, "", Location="/sign-in")
        elif url.path.startswith("/api/v1/jobs/"):
            with self.world.lock:
                state = self.world.jobs.pop(0) if len(self.world.jobs) > 1 else self.world.jobs[0]
            self.answer(200, state)
        elif url.path == "/events":
            self.events()
        elif url.path.startswith("/api/v1/projects/"):
            if self.world.may_read_log:
                self.answer(200, json.dumps(self.world.events[-1:]), "application/json")
            else:
                self.problem(403, "forbidden", "The log is not shown to coders.")
        elif url.path in self.pages:
            body = self.pages[url.path].replace("{n}", str(len(self.world.events)))
            self.answer(200, head(self.world, lang, "Harness") + body + "</html>")
        else:
            self.answer(200, head(self.world, lang, "Other") + f"<body><h1>{html.escape(url.path)}</h1></body></html>")

    def events(self) -> None:
        """Stream events, or refuse as a proxy would."""
        if not self.world.stream:
            self.answer(503, {"title": "unavailable", "status": 503})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        sent = 0
        try:
            while self.world.stream:
                for item in self.world.events[sent:]:
                    self.wfile.write(f"event: change\ndata: {json.dumps({'topics': [item['topic']]})}\n\n".encode())
                    sent += 1
                self.wfile.write(b": still here\n\n")
                self.wfile.flush()
                a_moment(most=0.1)
        except OSError:
            return

    def do_POST(self) -> None:
        """Forms: submit, upload, anything else."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/submit":
            self.world.submitted += 1
            self.answer(200, f"<!doctype html><title>Submitted</title><h1>Submitted {html.escape(body.decode())}</h1>")
        elif self.path == "/upload":
            self.upload(body)
        elif self.path.endswith("/cancel"):
            self.world.jobs[:] = [{"state": "cancelled", "done": 1, "total": 10, "error": None}]
            self.answer(200, {})
        else:
            self.answer(200, f"<!doctype html><title>Posted</title><h1>Posted {html.escape(body.decode())}</h1>")

    def upload(self, body: bytes) -> None:
        """Accept a file; one with 'bad' in its name is refused."""
        found = re.search(rb'filename="([^"]*)"', body)
        name = found.group(1).decode() if found else ""
        if self.headers.get("X-CSRFToken") != self.world.token:
            self.problem(400, "csrf", "The CSRF token is missing.")
        elif "bad" in name:
            self.problem(422, "unreadable", f"{name} cannot be read: it is not a document.")
        else:
            self.answer(201, {"message": f"{name} was imported.", "level": "good"})

    def do_PUT(self) -> None:
        """Create a coding or a label."""
        self.write("PUT")

    def do_PATCH(self) -> None:
        """Change or bring back a coding."""
        self.write("PATCH")

    def do_DELETE(self) -> None:
        """Delete a coding."""
        self.write("DELETE")

    def write(self, method: str) -> None:
        """One API write: misbehave first if told so, then store."""
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        world = self.world
        with world.lock:
            match = (self.headers.get("If-Match") or "").strip('"') or None
            world.requests.append(
                {
                    "method": method,
                    "path": self.path,
                    "body": body,
                    "match": match,
                    "key": self.headers.get("Idempotency-Key"),
                }
            )
            fault = world.faults.pop(0) if world.faults else "none"
            if fault == "cut-before":
                self.close_connection = True
                return
            if fault.isdigit():
                headers = {"Retry_After": "0"} if fault == "503" else {}
                self.answer(
                    int(fault),
                    {
                        "type": "about:blank",
                        "title": "No",
                        "status": int(fault),
                        "detail": f"Refused for the test ({fault}).",
                    },
                    **headers,
                )
                return
            if not world.signed_in:
                self.problem(401, "not_signed_in", "Please sign in.")
                return
            if self.headers.get("X-CSRFToken") != world.token:
                self.problem(400, "csrf", "The CSRF token has expired.")
                return
            status, answer = self.store(method, body, match)
            if fault == "cut-after":
                self.close_connection = True
                return
        self.answer(status, answer)

    def store(self, method: str, body: JSON | None, match: str | None) -> tuple[int, JSON]:
        """Apply one write to the memory; returns status and answer."""
        world = self.world
        id_ = self.path.rsplit("/", 1)[1]
        if self.path.startswith(CODES):
            assert body is not None
            known = world.labels.get(id_)
            fresh = {
                "id": id_,
                "definition": "",
                "search": "",
                "state": "active" if world.in_vivo == "create" else "proposed",
                **body,
            }
            if known and known != fresh:
                return 409, {"status": 409, "detail": "This key was used for another label."}
            world.labels[id_] = fresh
            return (200 if known else 201), {"id": id_}
        stored = world.codings.get(id_)
        if method == "PUT":
            assert body is not None
            if body["code"] not in {item["id"] for item in [*world.codes, *world.labels.values()]}:
                return 422, {"status": 422, "detail": "There is no such code."}
            if stored is None:
                world.codings[id_] = {"id": id_, "version": 1, "deleted": False, "first": body, **body}
                return 201, {"id": id_, "version": 1}
            if stored["first"] != body:
                return 409, {"status": 409, "detail": "This key was used for another coding."}
            return 200, {"id": id_, "version": stored["version"]}
        if stored is None:
            return 404, {"status": 404, "detail": "There is no such coding."}
        if match is None:
            return 428, {"status": 428, "detail": "If-Match is missing."}
        if int(match) != stored["version"]:
            return 412, {"status": 412, "detail": "It was changed elsewhere.", "version": stored["version"]}
        if method == "DELETE":
            stored["deleted"] = True
        else:
            stored.update(body or {})
        stored["version"] += 1
        return 200, {"id": id_, "version": stored["version"]}


class Harness:
    """A running server and its world."""

    def __init__(self, world: World, pages: dict[str, str] | None = None) -> None:
        handler = type("BoundHandler", (Handler,), {"world": world, "pages": pages or {}})
        self.world = world
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        """Stop answering."""
        self.world.stream = False
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
