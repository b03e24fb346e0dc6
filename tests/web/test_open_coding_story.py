"""From nothing to a codebook over the API: three coders code openly, the lead aligns, builds four levels, publishes, goes on.

Worked out by hand: each coder marks the same four passages. 甲, 乙, 丙 call them by words of their own; the lead makes four
labels of the twelve, two concepts, one theme, one construct. In the second round two coders use the published labels.
"""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask

from cast import TEXTS, Cast, Client
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import members

pytestmark = pytest.mark.sqlite

DOCUMENT = "访谈一"
#: passage → what each of the three calls it
WORDS = {
    "订单一下子掉了六成": ("订单骤降", "订单掉了六成", "生意一落千丈"),
    "把旧机器都接上了网": ("旧机联网", "旧机器联网", "给旧机器装网"),
    "没有信任什么都谈不了": ("信任先行", "先有信任", "无信任不谈"),
    "平台把数据开放给我们": ("数据开放", "平台开放数据", "开放数据"),
}
CONCEPTS = {"订单骤降": "危机感知", "旧机联网": "旧物改造", "信任先行": "关系信任", "数据开放": "关系信任"}


class Team:
    """The lead and three coders of a project without a codebook, at the API."""

    def __init__(self, app: Flask, cast: Cast, run_jobs: Callable[[], int]) -> None:
        self.cast, self.run_jobs = cast, run_jobs
        with cast.database.transaction() as session:
            members.add_member(session, cast.project, cast.people["ada"].id, [Role.CODER])
            access = cast.access(session, "lena", Permission.CODEBOOK_VIEW)
            assert access.may(Permission.CODEBOOK_EDIT)
        self.clients = {who: Client(app, cast.database, cast.people[who]) for who in ("lena", "ai", "bo", "ada")}
        self.coders = ("ai", "bo", "ada")

    def post(self, who: str, path: str, body: object = None, status: int = 201) -> object:
        return self.clients[who].post(f"/api/v1{path}", body, status)

    def open_round(self, coders: tuple[str, ...], **design: object) -> str:
        """Prepare and open a round on the one document."""
        people = self.cast.people
        body = {"unit": "span", "documents": [str(self.cast.documents[DOCUMENT])], **design}
        body["coders"] = [str(people[who].id) for who in coders]
        made = self.clients["lena"].post(f"/api/v1/projects/{self.cast.project}/rounds", body)
        self.post("lena", f"/rounds/{made['id']}/open", status=200)
        return str(made["id"])

    def code(self, who: str, round_id: str, code: str, quote: str) -> None:
        """Put a code on the only place of a quote."""
        start = TEXTS[DOCUMENT].index(quote)
        place = f"/api/v1/rounds/{round_id}/documents/{self.cast.documents[DOCUMENT]}/codings/{uuid4()}"
        body = {"code": code, "start": start, "end": start + len(quote)}
        assert self.clients[who].call("PUT", place, body).status_code == 201

    def label(self, who: str, round_id: str, name: str) -> str:
        """Make an own label."""
        answer = self.clients[who].call("PUT", f"/api/v1/rounds/{round_id}/codes/{uuid4()}", {"name": name})
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.get_json()["id"])

    def submit(self, who: str, round_id: str) -> None:
        self.post(who, f"/rounds/{round_id}/documents/{self.cast.documents[DOCUMENT]}/submit", status=200)

    def close(self, round_id: str) -> None:
        self.post("lena", f"/rounds/{round_id}/close", {}, 200)
        self.run_jobs()

    def saturation(self, level: str) -> dict[str, set[str]]:
        """Return which documents hold which codes at a level, by title and name."""
        seen = self.clients["lena"].get(f"/api/v1/projects/{self.cast.project}/saturation?level={level}")
        return {a["title"]: {seen["names"][code] for code in a["codes"]} for a in seen["arrivals"]}

    def alphas(self, round_id: str, level: str) -> float | None:
        """Have a report made at a level, and return its alpha over everything."""
        job = self.post("lena", f"/rounds/{round_id}/agreement", {"level": level, "resamples": 0}, 202)
        self.run_jobs()
        assert isinstance(job, dict)
        report = self.clients["lena"].get(f"/api/v1/jobs/{job['id']}")["result"]["report"]
        value: float | None = self.clients["lena"].get(f"/api/v1/reports/{report}")["result"]["overall"]["alpha"][
            "value"
        ]
        return value


def open_coding_is_aligned(team: Team) -> tuple[str, dict[str, str], dict[str, str]]:
    """Three coders code openly, the lead places their labels below concepts, one theme and one construct.

    Return the round, the coders' labels and the codes of the codebook, by name.
    """
    first = team.open_round(team.coders, name="开放编码", policy="open")
    labels: dict[str, str] = {}
    for place, who in enumerate(team.coders):
        for quote, words in WORDS.items():
            labels[words[place]] = team.label(who, first, words[place])
            team.code(who, first, labels[words[place]], quote)
        team.submit(who, first)
    team.close(first)
    assert team.clients["lena"].get(f"/api/v1/rounds/{first}/agreement") == []
    assert team.clients["lena"].get(f"/api/v1/rounds/{first}/disagreements") == []

    placements = [
        {"labels": [labels[word] for word in words], "at": {"name": words[0], "parent_name": CONCEPTS[words[0]]}}
        for words in WORDS.values()
    ]
    seen = team.post("lena", f"/rounds/{first}/labels/preview", {"placements": placements}, 200)
    assert isinstance(seen, dict)
    assert (seen["passages"], seen["coders"]) == (12, 3)
    team.post("lena", f"/rounds/{first}/labels", {"placements": placements})
    far = team.clients["lena"].get(f"/api/v1/rounds/{first}/alignment")
    assert (far["labels"], far["placed"], far["coders"], far["codes"]) == (12, 12, 3, 4)

    project = f"/projects/{team.cast.project}"
    draft = {c["name"]: c["id"] for c in team.clients["lena"].get(f"/api/v1{project}/codebook")}
    above = {
        "codes": [
            {"name": "求生", "level": "theme", "key": "t"},
            {"name": "韧性重构", "level": "construct", "key": "k"},
        ]
    }
    above["codes"][0]["parent_key"] = "k"
    made = team.post("lena", f"{project}/codes", above)
    assert isinstance(made, list)
    for name in sorted(set(CONCEPTS.values())):
        moved = team.clients["lena"].call("PATCH", f"/api/v1/codes/{draft[name]}", {"parent_id": made[0]["id"]})
        assert moved.status_code == 200
    team.post("lena", f"/rounds/{first}/alignment", {}, 202)
    team.run_jobs()
    return first, labels, draft | {code["name"]: code["id"] for code in made}


def test_own_words_become_a_codebook_and_the_first_round_counts_with_the_second(
    app: Flask, cast: Cast, run_jobs: Callable[[], int]
) -> None:
    team = Team(app, cast, run_jobs)
    first, labels, draft = open_coding_is_aligned(team)
    # All three mean the same by their own words: nothing is left to rule on.
    assert team.clients["lena"].get(f"/api/v1/rounds/{first}/disagreements") == []
    assert [team.alphas(first, level) for level in ("label", "concept", "construct")] == [1.0, 1.0, 1.0]

    versions = team.clients["lena"].get(f"/api/v1/projects/{cast.project}/versions")
    if versions[0]["number"] == 1:
        team.post("lena", f"/projects/{cast.project}/versions", {"note": "从自己的话到编码本"})
        versions = team.clients["lena"].get(f"/api/v1/projects/{cast.project}/versions")
    second = team.open_round(("ai", "bo"), name="正式编码", version_id=versions[0]["id"], policy="frozen")
    for who, quotes in (("ai", list(WORDS)), ("bo", list(WORDS)[:3])):
        for quote in quotes:
            team.code(who, second, draft[WORDS[quote][0]], quote)
        team.submit(who, second)
    team.close(second)
    assert team.saturation("concept") == {DOCUMENT: {"危机感知", "旧物改造", "关系信任"}}
    assert team.saturation("label") == {DOCUMENT: set(CONCEPTS)}
    assert team.saturation("construct") == {DOCUMENT: {"韧性重构"}}
    words = team.clients["lena"].get(f"/api/v1/rounds/{first}/codings?limit=100")
    assert {c["code"] for c in words} == set(labels.values())  # nothing of what was coded has changed
    assert UUID(draft["信任先行"]) not in {UUID(c["code"]) for c in words}
