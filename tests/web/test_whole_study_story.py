"""A whole study by the API alone: open coding, alignment, axial and selective coding, tables 1 to 5, both figures, memos, views, the pack's parts.

What is printed is held against what was put in: four passages that three coders marked, three concepts, one theme, one
construct; a property with its dimension, a condition between concepts; one force, one mode, one outcome.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from lxml import etree

from cast import Cast
from web.test_open_coding_story import CONCEPTS, WORDS, Team, open_coding_is_aligned

pytestmark = pytest.mark.sqlite


class Theory:
    """What the lead asks of the theory."""

    def __init__(self, team: Team, codes: dict[str, str]) -> None:
        self.team, self.codes = team, codes
        self.project = f"/projects/{team.cast.project}"

    def make(self, path: str, body: object) -> Any:
        """Make something, which is answered with what was made."""
        return self.team.post("lena", path, body)

    def get(self, path: str) -> Any:
        """Read something of the project."""
        return self.team.clients["lena"].get(f"/api/v1{self.project}{path}")

    def passage(self, concept: str, n: int = 0) -> dict[str, str]:
        """Return what names a passage of a concept."""
        rows = self.team.clients["lena"].get(f"/api/v1/codes/{self.codes[concept]}/passages")
        return {"coder": rows[n]["coder_id"], "key": rows[n]["key"]}

    def table(self, name: str) -> list[list[Any]]:
        """Return the rows of a table."""
        rows: list[list[Any]] = self.get(f"/theory/table?table={name}")["rows"]
        return rows

    def figure(self, name: str) -> str:
        """Return the words that stand in a figure."""
        answer = self.team.clients["lena"].call("GET", f"/api/v1{self.project}/exports/{name}?format=svg")
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
        root = etree.fromstring(answer.get_data())
        return " ".join("".join(map(str, node.itertext())) for node in root.iter("{*}text"))


def axial_coding(theory: Theory) -> None:
    """A concept has a property on whose dimension its passage lies; one makes another possible; each concept has its star."""
    made = theory.make(f"/codes/{theory.codes['关系信任']}/properties", {"name": "先后", "low": "后有", "high": "先有"})
    theory.make(f"/properties/{made['id']}/passages", {**theory.passage("关系信任"), "at": 90})
    ends = {"first": {"code": theory.codes["危机感知"]}, "second": {"code": theory.codes["旧物改造"]}}
    condition = theory.make(
        f"{theory.project}/relations", {**ends, "sort": "conditions", "words": "丢了订单才动旧机器。"}
    )
    theory.make(f"/relations/{condition['id']}/evidence", theory.passage("旧物改造"))
    for concept in sorted(set(CONCEPTS.values())):
        theory.make(f"/codes/{theory.codes[concept]}/quotations", theory.passage(concept))
    memo = {"about": "relation", "of": condition["id"], "title": "为什么", "text": "没有危机就没有拼凑。"}
    theory.make(f"{theory.project}/memos", memo)


def materials_are_described(theory: Theory) -> None:
    """Attributes are typed, then pasted as a block: what it would change is read first, what is no number is refused."""
    lena, sheet = theory.team.clients["lena"], f"/api/v1{theory.project}/sheet"
    typed = {
        "source_types": {"现场访谈": "primary"},
        "case_attributes": {"员工": "number"},
        "document_attributes": {"受访者": "text"},
        "citation": "{受访者}，第{paragraph}段",
    }
    assert lena.call("PATCH", f"/api/v1{theory.project}", typed).status_code == 200
    (case, *_) = theory.get("/cases")
    seen = lena.post(f"{sheet}/preview", {"of": "cases", "text": f"案例\t员工\n{case['name']}\t很多"}, 200)
    assert [(cell["result"], cell["before"]) for cell in seen["cells"]] == [("refused", "")]
    cells = [{"line": case["id"], "attribute": "员工", "before": "", "after": "140"}]
    assert lena.call("PATCH", sheet, {"of": "cases", "cells": cells}).status_code == 200
    # Somebody wrote the cell since it was seen empty.
    assert lena.call("PATCH", sheet, {"of": "cases", "cells": [{**cells[0], "after": "150"}]}).status_code == 412
    document = str(theory.team.cast.documents["访谈一"])
    cells = [
        {"line": document, "attribute": "受访者", "before": "", "after": "F01"},
        {"line": document, "attribute": None, "before": "", "after": "现场访谈"},
    ]
    assert lena.call("PATCH", sheet, {"of": "documents", "cells": cells}).status_code == 200


def concepts_are_compared(theory: Theory) -> None:
    """A passage is split off its concept as a new one, as was said before it was done, and taken back; a view keeps a question."""
    lena, code = theory.team.clients["lena"], theory.codes["关系信任"]
    asked = f"/theory/passages?basis=coders&code={code}"
    before = theory.get(asked)["passages"]
    moved = next(one for one in before if one["text"] == "平台把数据开放给我们")
    place = {"revision": moved["revision_id"], "start": moved["start"], "end": moved["end"]}
    body = {"passages": [place], "at": {"name": "开放互信"}}
    said = lena.post(f"/api/v1/codes/{code}/parting/preview", body, 200)["sentences"]
    assert said == ["1 label moves: 数据开放."]
    assert theory.get(asked)["passages"] == before
    acts = theory.make(f"/codes/{code}/parting", body)
    assert [one["text"] for one in theory.get(asked)["passages"]] == ["没有信任什么都谈不了"]
    for act in reversed(acts):
        theory.make(f"{theory.project}/mapping/{act['id']}/undo", None)
    assert theory.get(asked)["passages"] == before
    near = {"code": code, "beside": theory.codes["旧物改造"], "sequence": "after", "agreement": "agreed"}
    view = theory.make(f"{theory.project}/views", {"name": "改造之后说到的信任", **near})
    seen = theory.get(f"/theory/passages?view={view['id']}")["passages"]
    assert {one["text"] for one in seen} <= {one["text"] for one in before}
    whole, narrow = (theory.get(f"/theory/matrix?level=concept{of}") for of in ("", f"&view={view['id']}"))
    totals = [sum(row["total"]["passages"] for row in table["rows"]) for table in (whole, narrow)]
    assert totals[1] == len(seen) < totals[0]
    file = lena.call("GET", f"/api/v1{theory.project}/exports/codings?format=csv&saved_view={view['id']}")
    assert file.status_code == 200


def selective_coding(theory: Theory) -> None:
    """A force drives the construct, which leads to an outcome; each with a passage for it, one with one against it."""
    force = theory.make(
        f"{theory.project}/elements", {"kind": "force", "code": theory.codes["危机感知"], "name": "订单流失"}
    )
    mode = theory.make(f"{theory.project}/elements", {"kind": "mode", "code": theory.codes["韧性重构"]})
    outcome = theory.make(f"{theory.project}/elements", {"kind": "outcome", "name": "活下来"})
    ends = {"first": {"element": force["id"]}, "second": {"element": mode["id"]}}
    drives = theory.make(f"{theory.project}/relations", {**ends, "sort": "causes", "words": "订单少了，才去重构。"})
    ends = {"first": {"element": mode["id"]}, "second": {"element": outcome["id"]}}
    leads = theory.make(f"{theory.project}/relations", {**ends, "sort": "leads_to", "words": "重构之后活了下来。"})
    theory.make(f"/relations/{drives['id']}/evidence", theory.passage("危机感知"))
    theory.make(f"/relations/{leads['id']}/evidence", theory.passage("关系信任"))
    theory.make(f"/relations/{leads['id']}/evidence", {**theory.passage("旧物改造"), "stance": "against"})


def test_a_whole_study_runs_by_the_api_and_its_tables_and_figures_print_what_was_put_in(
    app: Flask, cast: Cast, run_jobs: Callable[[], int]
) -> None:
    team = Team(app, cast, run_jobs)
    _, _, codes = open_coding_is_aligned(team)
    theory = Theory(team, codes)
    materials_are_described(theory)
    axial_coding(theory)
    concepts_are_compared(theory)
    selective_coding(theory)

    said = {name: " ".join(str(value) for row in theory.table(name) for value in row) for name in TABLES}
    # Passages, each of which three coders marked, in the one document that was coded.
    assert next((row[0], row[-1]) for row in theory.table("sources")) == ("现场访谈", 4)
    for quote, words in WORDS.items():
        assert words[0] in said["open_coding"]
        assert quote in said["open_coding"]
        assert CONCEPTS[words[0]] in said["axial_coding"]
    assert "求生" in said["axial_coding"]
    for structure in ("订单流失 → 韧性重构", "订单少了，才去重构。", "危机感知 ⇢ 旧物改造", "1 / 1"):
        assert structure in said["selective_coding"], structure
    for quote in ("订单一下子掉了六成", "把旧机器都接上了网"):
        assert quote in said["evidence"]
    assert "F01，第" in said["evidence"]
    assert "现场访谈" in said["sources"]
    assert "140" in said["cases"]
    for figure in ("figure-structure", "figure-structure-coloured"):
        drawn = theory.figure(figure)
        for name in (*set(CONCEPTS.values()), "求生", "韧性重构"):
            assert name in drawn
    model = theory.figure("figure-model")
    for name in ("订单流失", "韧性重构", "活下来", "1 (1) | 1"):
        assert name in model
    (one,) = theory.get("/categories")["code_properties"]
    assert [(p["at"], p["words"]) for p in one["passages"]] == [(90, "没有信任什么都谈不了")]
    assert [memo["title"] for memo in theory.get("/memos?about=relation")] == ["为什么"]


#: tables 1 to 5 of the paper, and that of its sources
TABLES = ("cases", "sources", "open_coding", "axial_coding", "selective_coding", "evidence")
