"""A small study and the people in it, made through the services: what most tests start from.

Lena leads, Ai and Bo code, Ada adjudicates, Olga observes, Otto leads another project, Root administers.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, overload
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from intercoder.db import Database, within
from intercoder.models import CodebookPolicy, Document, JobKind, MaterialLanguage, Role, RoundPurpose, Unit
from intercoder.policy import Permission
from intercoder.services import (
    accounts,
    codebook,
    coding,
    ingest,
    jobs,
    members,
    projects,
    rounds,
    storing,
    tokens,
    versions,
)
from intercoder.services.access import Access, Asking, RoundAccess, RoundKind, authorise
from intercoder.services.accounts import Actor
from intercoder.services.credentials import Credential
from intercoder.text.readers import read

PASSWORD = "four quiet herons stand"

TEXTS = {
    "访谈一": (
        "访谈者：您当初为什么要改？\n"
        "陈总：订单一下子掉了六成。我们只能自己想办法，把旧机器都接上了网。😀后来𠮷野家也来找我们。\n"
        "陈总：没有信任什么都谈不了。平台把数据开放给我们，我们才看得到客户的真实反馈。"
    ),
    "年报节选": (
        "本年度公司与两所高校签订合作协议。研发投入同比增长百分之二十。\n"
        "公司参与起草行业标准一项。平台接入商户增至三百家。"
    ),
    "Partner interview": (
        "Interviewer: How did it begin?\n"
        "Ms. Wu: They wrote to us first. Trust came before any contract. We shared our data after a year."
    ),
}

CODES: Sequence[Mapping[str, Any]] = (
    {"key": "k1", "name": "资源行动", "level": "construct", "colour": 0},
    {"key": "k2", "name": "信任嵌入", "level": "construct", "colour": 2},
    {"key": "t1", "name": "就地取材", "level": "theme", "parent_key": "k1"},
    {"key": "t2", "name": "关系治理", "level": "theme", "parent_key": "k2"},
    {"key": "c1", "name": "旧物改用", "level": "concept", "parent_key": "t1", "definition": "把旧设备用于新用途。"},
    {"key": "c2", "name": "校企合作", "level": "concept", "parent_key": "t1"},
    {"key": "c3", "name": "信任先行", "level": "concept", "parent_key": "t2", "definition": "先有信任，再有合同。"},
    {"key": "c4", "name": "数据互信", "level": "concept", "parent_key": "t2"},
    {"key": "l1", "name": "旧机器接上网", "level": "label", "parent_key": "c1"},
    {"key": "l2", "name": "没有信任什么都谈不了", "level": "label", "parent_key": "c3"},
    {"key": "l3", "name": "平台把数据开放", "level": "label", "parent_key": "c4"},
)


@cache
def password_hash() -> str:
    """A hash of PASSWORD that costs little: tests of the cost itself make their own."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass
class Cast:
    """The people, the project and what is in it, by name."""

    database: Database
    people: dict[str, Actor] = field(default_factory=dict)
    project: UUID = field(default_factory=uuid4)
    other_project: UUID = field(default_factory=uuid4)
    documents: dict[str, UUID] = field(default_factory=dict)
    codes: dict[str, UUID] = field(default_factory=dict)
    version: UUID = field(default_factory=uuid4)
    rounds: dict[str, UUID] = field(default_factory=dict)  #: those that a template came with

    def on(self, database: Database) -> "Cast":
        """Return the same people and things in a copy of their database."""
        return replace(
            self,
            database=database,
            people=dict(self.people),
            documents=dict(self.documents),
            codes=dict(self.codes),
            rounds=dict(self.rounds),
        )

    @overload
    def access(
        self, session: Session, person: str, permission: Permission, kind: RoundKind, thing: UUID
    ) -> RoundAccess: ...
    @overload
    def access(
        self, session: Session, person: str, permission: Permission, kind: str = ..., thing: UUID | None = ...
    ) -> Access: ...
    def access(
        self, session: Session, person: str, permission: Permission, kind: str = "project", thing: UUID | None = None
    ) -> Access:
        """Open a door as this person."""
        return authorise(session, self.people[person], permission, kind, thing or self.project)

    @overload
    def acting(
        self, person: str, permission: Permission, kind: RoundKind, thing: UUID
    ) -> AbstractContextManager[tuple[Session, RoundAccess]]: ...
    @overload
    def acting(
        self, person: str, permission: Permission, kind: str = ..., thing: UUID | None = ...
    ) -> AbstractContextManager[tuple[Session, Access]]: ...
    def acting(
        self, person: str, permission: Permission, kind: str = "project", thing: UUID | None = None
    ) -> AbstractContextManager[tuple[Session, Any]]:
        """Give a transaction and the door that this person opens in it."""
        return self._acting(person, permission, kind, thing)

    @contextmanager
    def _acting(
        self, person: str, permission: Permission, kind: str, thing: UUID | None
    ) -> Iterator[tuple[Session, Access]]:
        with self.database.transaction() as session:
            yield session, self.access(session, person, permission, kind, thing)

    def round(
        self,
        *,
        documents: Sequence[str] = ("访谈一", "年报节选"),
        coders: Sequence[str] = ("ai", "bo"),
        unit: str = "span",
        policy: str = "frozen",
        opened: bool = True,
        codebook: bool = True,
        live_figures: bool = True,
        purpose: RoundPurpose = RoundPurpose.MAIN,
    ) -> UUID:
        """Make a round and open it."""
        with self.database.transaction() as session:
            access = self.access(session, "lena", Permission.ROUND_MANAGE)
            made = rounds.create_round(
                session,
                access,
                rounds.NewRound(
                    name=f"Round of {unit}",
                    version_id=self.version if codebook else None,
                    unit=Unit(unit),
                    policy=CodebookPolicy(policy),
                    documents=tuple(self.documents[d] for d in documents),
                    coders=tuple(self.people[c].id for c in coders),
                    live_figures=live_figures,
                    purpose=purpose,
                ),
            )
            if opened:
                rounds.open_round(session, self.access(session, "lena", Permission.ROUND_MANAGE, "round", made.id))
            return made.id

    def code(
        self, person: str, round_id: UUID, document: str, code: str, quote: str, *, key: UUID | None = None, **more: Any
    ) -> UUID:
        """Let a coder put a code on the first occurrence of a quote; return the coding's key."""
        start = TEXTS[document].index(quote)
        write = coding.CodingWrite(code=self.codes[code], start=start, end=start + len(quote), **more)
        key = key or uuid4()
        with self.database.transaction() as session:
            coding.put_coding(within(session), self.asking(person, round_id), self.documents[document], key, write)
        return key

    def asking(self, person: str, round_id: UUID) -> Asking:
        """Return this person before a round that writing one coding opens itself."""
        return Asking(Credential.of(self.people[person]), Permission.CODE, round_id)

    def submit(self, person: str, round_id: UUID, *documents: str) -> None:
        """Let a coder submit documents."""
        for document in documents:
            with self.database.transaction() as session:
                access = self.access(session, person, Permission.CODE, "round", round_id)
                coding.submit(session, access, self.documents[document])

    def close(self, round_id: UUID, *, unfinished: bool = False) -> None:
        """Close a round as the lead and compare the layers, as the page does."""
        from intercoder.jobs.runner import run_next

        with self.database.transaction() as session:
            access = self.access(session, "lena", Permission.ROUND_MANAGE, "round", round_id)
            rounds.close_round(session, access, unfinished=unfinished)
            job = jobs.latest_of_round(session, self.project, round_id, [JobKind.COMPARE])
            assert job is not None
        run_next(self.database, job.id)

    def coded_round(self, **design: Any) -> UUID:
        """A round that both coders have coded and submitted, with a disagreement of each kind; still open."""
        made = self.round(documents=("访谈一",), **design)
        self.code("ai", made, "访谈一", "l1", "把旧机器都接上了网")
        self.code("bo", made, "访谈一", "l1", "把旧机器都接上了网")
        self.code("ai", made, "访谈一", "l2", "没有信任什么都谈不了", memo="原话", doubt=True)
        self.code("bo", made, "访谈一", "l3", "没有信任什么都谈不了")
        self.code("ai", made, "访谈一", "l3", "平台把数据开放给我们")
        self.code("bo", made, "访谈一", "l3", "把数据开放给我们")
        self.code("bo", made, "访谈一", "c1", "订单一下子掉了六成")
        self.submit("ai", made, "访谈一")
        self.submit("bo", made, "访谈一")
        return made

    def compared_round(self, **design: Any) -> UUID:
        """The same, closed and compared."""
        made = self.coded_round(**design)
        self.close(made)
        return made

    def two_documents(self) -> UUID:
        """A compared round in which both coders have coded several sentences of two documents."""
        made = self.round(documents=("访谈一", "年报节选"))
        for coder in ("ai", "bo"):
            self.code(coder, made, "访谈一", "l1", "把旧机器都接上了网")
            self.code(coder, made, "访谈一", "l2" if coder == "ai" else "l3", "没有信任什么都谈不了")
            self.code(coder, made, "年报节选", "l3", "平台接入商户增至三百家")
            self.code(coder, made, "年报节选", "c2", "与两所高校签订合作协议")
            self.submit(coder, made, "访谈一", "年报节选")
        self.close(made)
        return made


def make_cast(database: Database, codes: Sequence[Mapping[str, Any]] = CODES) -> Cast:
    """Fill an empty database with the small study; its codebook is published, or empty where there are no codes."""
    made = Cast(database)
    with database.transaction() as session:
        for name in ("lena", "ai", "bo", "ada", "olga", "otto", "root"):
            user = accounts.create_user(
                session, f"{name}@study.example", name.capitalize(), password_hash(), is_admin=name == "root"
            )
            made.people[name] = accounts.actor_of(user)
        made.project = projects.create_project(
            session, made.people["lena"], projects.NewProject(name="九案例：数字化转型中的资源行动")
        ).id
        for name, role in (("ai", "coder"), ("bo", "coder"), ("ada", "adjudicator"), ("olga", "observer")):
            members.add_member(session, made.project, made.people[name].id, [Role(role)])
        made.other_project = projects.create_project(
            session,
            made.people["otto"],
            projects.NewProject(name="Another study", language=MaterialLanguage.EN),
        ).id
        access = made.access(session, "lena", Permission.MATERIALS_MANAGE)
        for title, text in TEXTS.items():
            made.documents[title] = store(session, access, title, text).id
        if codes:
            created = codebook.create_codes(session, access, [codebook.NewCode.model_validate(c) for c in codes])
            made.codes = {given["key"]: code.id for given, code in zip(codes, created, strict=True)}
            made.version = versions.publish(session, access, "first").id
    return made


def store(session: Session, access: Access, title: str, text: str, case: str = "案例一") -> Document:
    """Import a text as a document."""
    file = ingest.stage_file(session, access, f"{title}.txt", text.encode(), ingest.FileDetails(case=case))
    return storing.store_document(session, access, file, read(file.name, text.encode()))


class Client:
    """A person at the API, with a token."""

    def __init__(self, app: Flask, database: Database, actor: Actor | None) -> None:
        self._client: FlaskClient = app.test_client()
        self._headers: dict[str, str] = {}
        if actor is not None:
            with database.transaction() as session:
                _, secret = tokens.create_token(session, actor.id, tokens.NewToken(name="tests"))
            self._headers["Authorization"] = f"Bearer {secret}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send a request with a JSON body."""
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        return self._client.open(path, method=method, json=body, headers={**self._headers, **named})

    def choose(self, language: str) -> None:
        """Choose a language in this browser."""
        with self._client.session_transaction() as kept:
            kept["language"] = language

    def upload(self, path: str, name: str, data: bytes, **fields: str) -> TestResponse:
        """Send a file as a form."""
        import io

        return self.form(path, file=(io.BytesIO(data), name), **fields)

    def form(self, path: str, **fields: Any) -> TestResponse:
        """Send a form; a file is its content and its name, several are a list of them."""
        return self._client.post(path, data=fields, headers=self._headers, content_type="multipart/form-data")

    def get(self, path: str, **headers: str) -> Any:
        """Return the JSON of a GET that must succeed."""
        answer = self.call("GET", path, **headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.get_data(as_text=True))
        return answer.json

    def post(self, path: str, body: Any = None, status: int = 201, **headers: str) -> Any:
        """Return the JSON of a POST that must succeed."""
        answer = self.call("POST", path, body if body is not None else {}, **headers)
        assert answer.status_code == status, (path, answer.status_code, answer.get_data(as_text=True))
        return answer.json


class SignedIn(Client):
    """A person at the API with a browser: a cookie, and the token that its pages carry against forged requests."""

    def __init__(self, app: Flask, database: Database, actor: Actor, agent: str = "tests") -> None:
        super().__init__(app, database, None)
        with database.transaction() as session:
            secret = accounts.open_session(session, actor, agent)
        with self._client.session_transaction() as kept:
            kept["_user_id"] = secret
        page = self._client.get("/account").get_data(as_text=True)
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token is not None
        self._headers["X-CSRFToken"] = html.unescape(token[1])
