"""All that Ai can ask, and all that an answer tells: the same in two worlds, or Ai learns what Bo did.

Nothing here knows where a leak may be. Every rule of the URL map is asked, by token and by cookie, with Ai's own
identifiers, with those of what Bo made and of what only Bo used, with every query that a view's signature has and
every name that the source reads from an address; then Ai writes all that Ai may write, and everything is asked again.
"""

import base64
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.http import parse_cookie
from werkzeug.routing import Rule

from intercoder.models import Event
from intercoder.services.own_codes import own_code_id
from web.addresses import names_in_addresses, queries_of
from web.new_ids import NewIds
from web.parts import Part
from web.two_worlds import SignIn, Told, World, Worlds, at
from web.what_bo_does import CODES, KEYS, Other
from web.what_is_sent import bodies
from web.world import Ids

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: where a list goes on: identifiers lie in it, packed
CURSOR = re.compile(r"(?<=cursor=)[\w-]{8,}")
#: identifiers one after another, packed (web/coder/signs.py)
IDENTIFIERS = re.compile(r'(?<="ids":")[\w+/=]+|(?<="codes":")[\w+/=]+')
#: what is drawn by lot for every answer, in any world
SECRETS = re.compile(r'invitations/[\w-]{20,}|"ic_[\w-]+"|"token":"[^"]+"')
#: a form is signed for the browser's own secret; without a cookie that secret is new each time
FORM_SECRETS = re.compile(r'(name="csrf-token" content="|name="csrf_token" value="|"csrf":")[^"]*')
#: until when a cookie lasts: from the second of the answer on
EXPIRES = re.compile(r"(?<=Expires=)[^;]+")
#: when a file was made, while Ai asked, and the digest that its maker takes of all that with this
PRINTED = re.compile(
    r"D:\d{14}Z|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|\+00:00)|(?<=InstanceID>)[^<]+|(?<=DocumentID>)[^<]+|/ID ?\[.*?\]",
    re.DOTALL,
)
#: what is slow to make of what another address shows too: asked once in each way of coming in
SLOW = frozenset({"project.certificate_pdf"})
#: what ends or changes how Ai may go on: asked last, and in fresh worlds only
ENDING = {
    *("account.sign_in", "account.sign_out", "account.register", "account.setup", "account.invitation"),
    *("account.change_password", "account.end_sessions", "api.delete_token", "api.accept_invitation"),
    *("api.submit_document", "coder.submit", "api.close_round", "api.settle_round", "api.reopen_round"),
    *("api.publish_version", "api.remove_member", "api.change_member", "api.remove_document"),
}
#: what comes first in a coder's day; the rest follows by name
FIRST = ("api.put_coding", "api.change_coding", "api.put_own_code", "api.put_memo", "api.delete_coding")


@dataclass(frozen=True)
class Request:
    """Something that Ai asks."""

    method: str
    path: str
    endpoint: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


# --- what an answer tells ------------------------------------------------------------------------


@dataclass
class Eyes:
    """Reads answers: everything but what is drawn by lot; new identifiers by the order in which they appear."""

    known: frozenset[str]
    new: NewIds
    numbers: NewIds  #: of requests; each answer has one, so the first of them are looked at

    def seen(self, world: int, answer: Any, *, by: SignIn) -> tuple[int, list[tuple[str, str]], str]:
        """Return status, headers and body of an answer in one of the two worlds."""
        order: dict[str, str] = {}

        def name(match: re.Match[str]) -> str:
            text = match.group()
            if text in self.known:
                return text
            self.new.note(world, text)
            return order.setdefault(text, f"<new {len(order)}>")

        def blank(text: str) -> str:
            unpacked = IDENTIFIERS.sub(_spelled, CURSOR.sub(_unpacked, text))
            text = SECRETS.sub("<secret>", UUID_TEXT.sub(name, unpacked))
            return FORM_SECRETS.sub(r"\1<secret>", text) if by is SignIn.TOKEN else text

        def said(header: str, value: str) -> str:
            if header == "X-Request-Id":
                self.numbers.note(world, str(UUID(value)), most=60)
                return "<number>"
            return blank(EXPIRES.sub("<then>", _cookie(value, by)) if header == "Set-Cookie" else value)

        headers = [(k, said(k, v)) for k, v in answer.headers]
        return answer.status_code, sorted(headers), blank(_text(answer))


def _unpacked(cursor: re.Match[str]) -> str:
    """Return what a cursor holds, so that an identifier in it is read like any other; what is none as it stands."""
    packed = cursor.group()
    try:
        return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except ValueError:
        return packed


def _spelled(identifiers: re.Match[str]) -> str:
    """Return packed identifiers as they are written elsewhere, so that each is read like any other."""
    try:
        packed = base64.b64decode(identifiers.group())
        return " ".join(str(UUID(bytes=packed[at : at + 16])) for at in range(0, len(packed), 16))
    except ValueError:  # something else that is called so
        return identifiers.group()


def _text(answer: Any) -> str:
    """Return the body of an answer; of a file that is no text its bytes, one by one."""
    data: bytes = answer.get_data()
    if answer.mimetype == "application/pdf":
        return PRINTED.sub("<now>", data.decode("latin-1"))
    return data.decode("latin-1" if data.startswith(b"PK") else "utf-8")  # a spreadsheet is a package


def _cookie(header: str, by: SignIn) -> str:
    """Return what a Set-Cookie says, its payload read; of a browser without a cookie without the secret of its forms."""
    name, value = next(iter(parse_cookie(header.partition(";")[0]).items()))
    payload = value.lstrip(".").split(".")[0]
    try:
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        content = json.loads(zlib.decompress(raw) if value.startswith(".") else raw)
    except ValueError:
        return header
    rest = header.partition(";")[2]
    if name.endswith("-known"):  # by which a browser is known that signs in: its own name is drawn by lot
        return f"{name}={['<secret>', *content[1:]]};{rest}"
    lot = {"csrf_token", "_user_id"} & content.keys() if by is SignIn.TOKEN else ()  # those of a new session
    return f"{name}={content | dict.fromkeys(lot, '<secret>')};{rest}"


# --- what Ai asks --------------------------------------------------------------------------------


@dataclass
class Ai:
    """Ai before two worlds: asks the same in both, and is told the same."""

    worlds: Worlds
    other: Other
    asked: int = 0
    new: NewIds = field(default_factory=NewIds)
    numbers: NewIds = field(default_factory=NewIds)
    _second: int = 0
    _only: Collection[str] = ()

    def __post_init__(self) -> None:
        own, bo = self.worlds.ids.values, self.other.ids.values
        theirs = {str(v) for v in (*own.values(), *bo.values(), *KEYS, *CODES)}
        coders = [self.worlds.cast.people[name].id for name in ("ai", "bo")]
        theirs |= {str(own_code_id(coder, key)) for coder in coders for key in CODES}
        self._eyes = Eyes(self.worlds.known | theirs, self.new, self.numbers)
        self._pair = self._fresh()

    @property
    def app(self) -> Flask:
        """The application that serves both worlds."""
        return self.worlds.app

    def _fresh(self) -> tuple[World, World]:
        return self.worlds.open(self.worlds.base), self.worlds.open(self.other.path)

    def begin_again(self) -> None:
        """Take new copies of both worlds, in which Ai has done nothing yet."""
        self.leave()
        self.new.begin_again()
        self._second = 0
        self._pair = self._fresh()

    def leave(self) -> None:
        """Let go of both worlds."""
        for world in self._pair:
            world.close()

    def ask(self, request: Request, by: SignIn) -> int:
        """Ask in both worlds and return the status; ``Told`` when the answers differ in anything."""
        method, path = request.method, request.path
        self._second += method != "GET"  # what is written later is later
        answers = []
        for world in self._pair:
            at(60, self._second)
            answers.append(world.ask(method, path, request.body, by=by, **request.headers))
        here, there = (self._eyes.seen(n, answer, by=by) for n, answer in enumerate(answers))
        self.asked += 1
        if here != there:
            raise Told(
                f"{method} {path} by {by.value} ({request.endpoint}) tells Ai what Bo did: {_apart(here, there)}"
            )
        assert here[0] < 500, f"{method} {path} failed"
        return here[0]

    def sees(self, endpoint: str, path: str, by: SignIn) -> None:
        """Read an address."""
        self.ask(Request("GET", path, endpoint), by)

    def look_everywhere(self, *, names: bool = True) -> dict[str, set[int]]:
        """Ask all that Ai can, in any way; return the statuses of what Ai can write, by endpoint.

        ``names`` says whether the names of any address are asked at every address, and choices of a view two by two: they
        know nothing of a round's policy.
        """
        self.look(Part.READS)
        if names:
            self.look(Part.NAMES)
        statuses = self.look(Part.FRESH_WRITES)
        self.look(Part.DAY)
        self.begin_again()
        self.reads_queries(SignIn.COOKIE, pairs=names)
        self.reads(SignIn.TOKEN)
        if names:
            self.reads_names(SignIn.COOKIE)
        self.numbers.check()
        return statuses

    def look(self, part: Part, *, only: Collection[str] = ()) -> dict[str, set[int]]:
        """Ask what belongs to one part; return the statuses of what Ai can write, where it was written in fresh worlds.

        ``only`` names the endpoints that are asked, where not all are.
        """
        self._only = only
        match part:
            case Part.READS:
                self.reads(SignIn.COOKIE)
            case Part.NAMES:
                self.reads_names(SignIn.TOKEN)
            case Part.FRESH_WRITES:
                return self.writes_in_fresh_worlds(SignIn.TOKEN)
            case Part.DAY:
                self.writes_a_day(SignIn.COOKIE)
            case Part.QUERIES:
                self.reads_queries(SignIn.COOKIE)
        return {}

    # --- reading

    def reads(self, by: SignIn, *, leave_out: Collection[str] = ()) -> None:
        """Read every address, as it is."""
        for rule in self._rules("GET", leave_out):
            for path in self._paths(rule):
                self.sees(rule.endpoint, path, by)

    def reads_names(self, by: SignIn) -> None:
        """Read every address with every name that the source reads from any address."""
        value = self.other.person if by is SignIn.TOKEN else 1
        query = "&".join(f"{name}={value}" for name in sorted(names_in_addresses()))
        for rule in self._rules("GET", SLOW):
            for path in self._paths(rule):
                self.sees(rule.endpoint, f"{path}?{query}", by)

    def reads_queries(self, by: SignIn, *, pairs: bool = True) -> None:
        """Read every address with each value of each name that its view knows; with ``pairs`` any two of its choices too."""
        places = {**self.other.ids.values, "cursor": self._place_of_bo()}
        for rule in self._rules("GET"):
            queries = queries_of(self.app, rule.endpoint, places, ("Bo", "老板"), pairs=pairs)
            for path in self._paths(rule) if queries else ():
                for query in queries:
                    self.sees(rule.endpoint, f"{path}?{query}", by)

    def _place_of_bo(self) -> str:
        """Return a cursor at a row of Bo's in the log."""
        event = self.other.ids.values["event"]
        with self._pair[1].database.reading() as session:
            row = session.get(Event, event)
            place = json.dumps([0, row.at.isoformat() if row is not None else "", str(event)], separators=(",", ":"))
        return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")

    # --- writing

    def writes_in_fresh_worlds(self, by: SignIn) -> dict[str, set[int]]:
        """Write everything that can be tried, each in worlds in which Ai wrote nothing; return statuses by endpoint."""
        statuses: dict[str, set[int]] = {}
        for request in self._writes():
            status = self.ask(request, by)
            statuses.setdefault(request.endpoint, set()).add(status)
            if status < 400:  # a refusal changes nothing
                self.begin_again()
        return statuses

    def writes_a_day(self, by: SignIn) -> None:
        """Write everything one after another, read everything, submit, and read everything again."""
        self.begin_again()
        requests = [r for r in self._writes() if r.endpoint not in ENDING]
        for request in sorted(requests, key=lambda r: FIRST.index(r.endpoint) if r.endpoint in FIRST else len(FIRST)):
            self.ask(request, by)
        self.reads(by, leave_out=SLOW)
        for name in ("访谈一", "年报节选"):
            path = f"/api/v1/rounds/{self.worlds.round}/documents/{self.worlds.cast.documents[name]}/submit"
            self.ask(Request("POST", path, "api.submit_document"), by)
        self.reads(by, leave_out=SLOW)
        self.new.check()

    # --- addresses and bodies

    def _ids(self) -> list[Ids]:
        """Return identifiers for addresses: Ai's own, what Bo made, what only Bo used, and those of the closed round."""
        own, cast = self.worlds.ids.values, self.worlds.cast
        only_bo = own | {"code": cast.codes["c2"], "document": cast.documents["年报节选"]}
        return [
            self.worlds.ids,
            self.other.ids,
            Ids(only_bo),
            Ids(own | {"code": cast.codes["l2"], "key": KEYS[3]}),
            Ids(own | {"round": self.worlds.closed}),
            Ids(own | {"code": KEYS[3]}),  # an own label, once Ai has made it under that key
        ]

    def _rules(self, method: str, leave_out: Collection[str] = ()) -> list[Rule]:
        left_out = {"static", *leave_out}
        rules = [r for r in self.app.url_map.iter_rules() if method in (r.methods or ()) and r.endpoint not in left_out]
        return [r for r in rules if r.endpoint in self._only] if self._only else rules

    def _paths(self, rule: Rule) -> list[str]:
        return list(dict.fromkeys(ids.path(rule) for ids in self._ids()))

    def _writes(self) -> Iterator[Request]:
        for method in ("DELETE", "PATCH", "POST", "PUT"):
            for rule in self._rules(method):
                for path in self._paths(rule):
                    for body, headers in self._bodies(rule.endpoint):
                        yield Request(method, path, rule.endpoint, body, headers)

    def _bodies(self, endpoint: str) -> Iterator[tuple[Any, dict[str, str]]]:
        """Yield an empty body, and those that go as deep as the route can."""
        yield {}, {}
        for body in bodies(self.worlds).get(endpoint, ()):
            yield body, {"If_Match": "1"}
        if endpoint == "api.delete_coding":
            yield {}, {"If_Match": "1"}


def _apart(here: Sequence[Any], there: Sequence[Any]) -> str:
    """Return where two answers begin to differ."""
    for one, two in zip(here, there, strict=True):
        if one != two:
            a, b = str(one), str(two)
            at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            return f"…{a[max(at - 60, 0) : at + 60]}… or …{b[max(at - 60, 0) : at + 60]}…"
    return ""
