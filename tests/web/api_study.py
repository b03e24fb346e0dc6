"""The people and the materials of the study that the API's story tells, and how they speak to the API."""

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import docx
from flask import Flask

from cast import Client, SignedIn, password_hash
from intercoder.db import Database
from intercoder.services import accounts

Json = Any
INTERVIEW = (
    "访谈者：您当初为什么要改？\n"
    "陈总：订单一下子掉了六成。我们只能自己想办法。我们把旧机器都接上了网。😀后来同行也来看我们。没有信任什么都谈不了。\n"
    "访谈者：平台呢？\n"
    "陈总：平台把数据开放给我们。我们才看得到客户的反馈。\n"
    "陈总：第一年很难。第二年就好了。现在有人来学。"
)
TOUR = ("王总：我们自己想办法把仓库腾出来。", "当时没有钱。", "邻厂借了叉车。", "半年后订单回来了。")
REPORT = "本年度公司与两所高校签订合作协议。研发投入同比增长百分之二十。"
PRESS = "<!doctype html><html><body><h1>老厂新生</h1><p>记者走进车间，旧机床旁立着平板电脑。</p></body></html>"
CODES: list[dict[str, Any]] = [
    {"key": "l1", "name": "自己想办法", "level": "label", "parent_key": "c1"},
    {"key": "l2", "name": "旧机器接上网", "level": "label", "parent_key": "c2"},
    {"key": "l3", "name": "旧设备再用", "level": "label", "parent_key": "c2"},
    {"key": "l4", "name": "与高校签协议", "level": "label", "parent_key": "c3"},
    {"key": "c1", "name": "自力更生", "level": "concept", "parent_key": "t1", "definition": "不等外援。"},
    {"key": "c2", "name": "旧物改用", "level": "concept", "parent_key": "t1"},
    {"key": "c3", "name": "校企合作", "level": "concept", "parent_key": "t2"},
    {"key": "t1", "name": "就地取材", "level": "theme", "parent_key": "k1"},
    {"key": "t2", "name": "借力外部", "level": "theme", "parent_key": "k2"},
    {"key": "k1", "name": "资源行动", "level": "construct", "colour": 0},
    {"key": "k2", "name": "关系嵌入", "level": "construct", "colour": 2},
]


class Study:
    """The people at the API, the project, and what it holds, by name."""

    def __init__(self, app: Flask, database: Database, run_jobs: Callable[[], int], *more: str) -> None:
        names = ("lena", "ai", "bo", "ada", "otto", *more)
        with database.transaction() as session:
            people = {
                n: accounts.actor_of(
                    accounts.create_user(session, f"{n}@study.example", n.capitalize(), password_hash())
                )
                for n in names
            }
        self.clients = {n: Client(app, database, people[n]) for n in names}
        self.browser = SignedIn(app, database, people["lena"])
        self.ids = {n: str(people[n].id) for n in names}
        self.database = database
        self.run_jobs = run_jobs
        self.project = ""
        self.codes: dict[str, str] = {}
        self.documents: dict[str, Json] = {}
        self.texts: dict[str, str] = {}
        self.versions: list[str] = []
        self.round = ""

    def ask(self, who: str, method: str, path: str, body: Json = None, *, status: int = 200, **headers: str) -> Json:
        """Return the JSON of an answer, which must have this status."""
        answer = self.clients[who].call(method, f"/api/v1{path}", body, **headers)
        assert answer.status_code == status, (who, method, path, answer.status_code, answer.get_data(as_text=True))
        if status >= 400:
            assert answer.mimetype == "application/problem+json"
            return answer.json["code"] if answer.json else None
        return answer.json

    def in_project(self, who: str, method: str, path: str, body: Json = None, **more: Any) -> Json:
        """The same below the project."""
        return self.ask(who, method, f"/projects/{self.project}{path}", body, **more)

    def job(self, answer: Json) -> Json:
        """Run a job that was just started and return it as it ended."""
        assert (answer["state"], answer["error"]) == ("queued", None)
        assert self.run_jobs() == 1
        return self.ask("lena", "GET", f"/jobs/{answer['id']}")

    def place(self, document: str) -> str:
        """Return where a coder's work on a document lies."""
        return f"/rounds/{self.round}/documents/{self.documents[document]['id']}"

    def span(self, document: str, code: str, quote: str) -> Json:
        """Return the body of a coding: a code on the only place of a quote."""
        assert self.texts[document].count(quote) == 1
        start = self.texts[document].index(quote)
        return {"code": self.codes[code], "start": start, "end": start + len(quote)}

    def put(self, who: str, document: str, code: str, quote: str, **more: Any) -> tuple[str, Json]:
        """Let a coder make a coding; return its address and what was answered."""
        key = str(uuid4())
        path = f"{self.place(document)}/codings/{key}"
        made = self.ask(who, "PUT", path, {**self.span(document, code, quote), **more}, status=201)
        assert (made["id"], made["coder_id"], made["version"]) == (key, self.ids[who], 1)
        return path, made


def word_file(paragraphs: tuple[str, ...]) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
