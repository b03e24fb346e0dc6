"""The small study and a bigger one: more of everything that pages list, made through the API."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import Flask

from cast import Cast, Client, password_hash, store
from intercoder.jobs.runner import run_next
from intercoder.policy import Permission
from intercoder.services import accounts
from web.world import Ids, own_ids

SENTENCES = "我们把旧机器接上了网。没有信任什么都谈不了。平台把数据开放给我们。订单一下子掉了六成。"
LENGTH = 11  # of the shortest of them: what a coding covers


class Grower:
    """Fills a project: ``more`` is how many there are of each thing beyond the first."""

    def __init__(self, app: Flask, cast: Cast, more: int) -> None:
        self._app, self._cast, self._more = app, cast, more
        self._api = f"/api/v1/projects/{cast.project}"
        self._clients = {name: Client(app, cast.database, person) for name, person in cast.people.items()}
        self._coders = ["ai", "bo"]
        self._documents = ["访谈一"]
        self._version = str(cast.version)
        self._codes = [str(code) for code in cast.codes.values()]

    def grow(self) -> dict[str, Ids]:
        """Make everything; return the things that requests are about, with the open and with the compared round."""
        for number in range(self._more):
            self._one_more_of_each(number)
        self._publish()
        rounds = [self._rounds(self._documents[:1], self._coders[:2]) for _ in range(self._more)]
        closed, opened = self._rounds(self._documents, self._coders)
        for round_id, _ in (*rounds, (closed, opened)):
            self._close(round_id)
        for level in ("concept", "theme", "construct")[: self._more]:
            self._lena("POST", f"/api/v1/rounds/{closed}/agreement", {"level": level, "resamples": 0}, 202)
            self._run_jobs()
        ids = own_ids(self._cast, UUID(closed), UUID(opened))
        return {"open": ids, "compared": Ids({**ids.values, "round": UUID(closed)})}

    def _lena(self, method: str, path: str, body: Any, status: int = 201) -> Any:
        return self._ask("lena", method, path, body, status)

    def _ask(self, who: str, method: str, path: str, body: Any, status: int = 201) -> Any:
        answer = self._clients[who].call(method, path, body)
        assert answer.status_code == status, (who, method, path, answer.get_data(as_text=True))
        return answer.json

    def _run_jobs(self) -> None:
        while run_next(self._cast.database):
            pass

    def _one_more_of_each(self, number: int) -> None:
        cast = self._cast
        title, name = f"文件{number}", f"coder{number}"
        with cast.database.transaction() as session:
            lead = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
            cast.documents[title] = store(
                session, lead, title, f"{SENTENCES * 2}第{number}份。", f"案例{number + 2}"
            ).id
            user = accounts.create_user(session, f"{name}@study.example", name, password_hash())
            cast.people[name] = accounts.actor_of(user)
        self._clients[name] = Client(self._app, cast.database, cast.people[name])
        link = self._lena("POST", f"{self._api}/invitations", {"email": f"{name}@study.example", "roles": ["coder"]})[
            "link"
        ]
        self._ask(name, "POST", "/api/v1/invitations/accept", {"token": link.rsplit("/", 1)[1]})
        self._coders.append(name)
        self._documents.append(title)
        concept = {"key": "c", "name": f"概念{number}", "level": "concept", "parent_id": str(cast.codes["t1"])}
        label = {"key": "l", "name": f"标签{number}", "level": "label", "parent_key": "c"}
        made = self._lena("POST", f"{self._api}/codes", {"codes": [concept, label]})
        self._codes += [code["id"] for code in made]
        self._publish()
        self._lena("POST", f"{self._api}/invitations", {"email": f"guest{number}@study.example", "roles": ["observer"]})
        answer = self._clients["lena"].upload(f"{self._api}/files", f"等待{number}.txt", "等待导入。".encode())
        assert answer.status_code == 201
        for who in ("lena", "ai", "ada", "olga"):
            self._ask(who, "POST", "/api/v1/projects", {"name": f"Project {number} of {who}"})
            with self._cast.database.transaction() as session:
                accounts.create_token(session, self._cast.people[who].id, accounts.NewToken(name=f"token {number}"))

    def _publish(self) -> None:
        self._lena("POST", f"{self._api}/codes", {"codes": [{"name": f"标签{uuid4().hex}", "level": "label"}]})
        self._version = self._lena("POST", f"{self._api}/versions", {"note": "more"})["id"]

    def _rounds(self, documents: Sequence[str], coders: Sequence[str]) -> tuple[str, str]:
        """Make a round that is to be compared, and one that stays open, with proposals in it."""
        closed = self._round("frozen", documents, coders)
        opened = self._round("proposals", documents, coders)
        for place, coder in enumerate(coders):
            for document in documents:
                self._code(coder, closed, document, place)
                self._ask(coder, "POST", f"{self._place(closed, document)}/submit", {}, 200)
                self._code(coder, opened, document, place)
            self._ask(coder, "PUT", f"/api/v1/rounds/{opened}/codes/{uuid4()}", {"name": f"提议{coder}"})
        return closed, opened

    def _round(self, policy: str, documents: Sequence[str], coders: Sequence[str]) -> str:
        body = {
            "name": policy,
            "version_id": self._version,
            "policy": policy,
            "documents": [str(self._cast.documents[d]) for d in documents],
            "coders": [str(self._cast.people[c].id) for c in coders],
        }
        made = str(self._lena("POST", f"{self._api}/rounds", body)["id"])
        self._lena("POST", f"/api/v1/rounds/{made}/open", {}, 200)
        return made

    def _place(self, round_id: str, document: str) -> str:
        return f"/api/v1/rounds/{round_id}/documents/{self._cast.documents[document]}"

    def _code(self, coder: str, round_id: str, document: str, place: int) -> None:
        """Code some spans: the first as everybody does, the others each coder with another code."""
        for number in range(1 + self._more):
            code = self._codes[0 if number == 0 else (number + place) % len(self._codes)]
            span = {"start": number * LENGTH, "end": (number + 1) * LENGTH - 1}
            self._ask(coder, "PUT", f"{self._place(round_id, document)}/codings/{uuid4()}", {"code": code, **span})

    def _close(self, round_id: str) -> None:
        self._lena("POST", f"/api/v1/rounds/{round_id}/close", {}, 200)
        self._run_jobs()
        waiting = self._clients["ada"].get(f"/api/v1/rounds/{round_id}/disagreements")[: 1 + self._more]
        for disagreement in waiting[1:]:
            path = f"/api/v1/disagreements/{disagreement['id']}/rulings"
            answer = self._clients["ada"].call("POST", path, {"codings": [], "reason": "没有行动"}, If_Match="1")
            assert answer.status_code == 201, answer.get_data(as_text=True)
