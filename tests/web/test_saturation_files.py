"""The board of saturation as files: its table, its words, its figure, and the matrix, of what is asked for or of every level."""

import csv
import html
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from lxml import etree

from cast import Cast, Client
from intercoder.cli import main
from web.leaving import fetched

pytestmark = pytest.mark.sqlite


@pytest.fixture
def study(cast: Cast) -> Cast:
    cast.two_documents()
    return cast


def taken(app: Flask, cast: Cast, name: str, query: str, person: str = "olga") -> Any:
    client = Client(app, cast.database, cast.people[person])
    return fetched(client, cast.database, f"projects/{cast.project}/exports/{name}?{query}")


def rows(answer: Any) -> list[dict[str, str]]:
    assert (answer.status_code, answer.mimetype) == (200, "text/csv"), answer.data[:500]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_the_table_is_what_the_api_says_level_by_level(app: Flask, study: Cast) -> None:
    every = rows(taken(app, study, "saturation", "format=csv&language=en"))
    assert [row["Level"] for row in every[::2]] == [
        "labels",
        "first-order concepts",
        "second-order themes",
        "aggregate constructs",
        "relations",
        "properties",
        "dimensions",
    ]
    client = Client(app, study.database, study.people["olga"])
    for level, name in (("label", "labels"), ("theme", "second-order themes")):
        answer: Any = client.call("GET", f"/api/v1/projects/{study.project}/saturation?level={level}").json
        seen = answer["result"]["discovery"]
        mine = [row for row in every if row["Level"] == name]
        assert [int(row["New"]) for row in mine] == seen["new"]
        assert [int(row["So far"]) for row in mine] == seen["cumulative"]
    one = rows(taken(app, study, "saturation", "format=csv&language=en&level=theme&unit=case"))
    assert {row["Level"] for row in one} == {"second-order themes"}
    assert taken(app, study, "saturation", "format=csv&level=theme&view=nobody").status_code == 422


def test_strata_leave_as_a_table_as_words_and_as_a_figure_and_say_what_the_api_says(app: Flask, study: Cast) -> None:
    for level, unit in (("label", "document"), ("label", "case"), ("concept", "document")):
        asked = f"level={level}&unit={unit}"
        every = rows(taken(app, study, "saturation-strata", f"format=csv&language=en&{asked}"))
        client = Client(app, study.database, study.people["olga"])
        for group, called in (("source", "Source type"), ("primary", "Primary or secondary"), ("coder", "Coder")):
            answer: Any = client.call(
                "GET", f"/api/v1/projects/{study.project}/saturation/checks?{asked}&group={group}"
            )
            seen = answer.json["strata"]
            mine = [row for row in every if row["Strata"] == called]
            assert [(int(row["How many"]), int(row["Known"])) for row in mine] == [
                (one["documents"], one["observed"]) for one in seen["strata"].values()
            ]
            assert mine
            assert {row["Counted"] for row in mine} == {{"document": "Documents", "case": "Cases"}[seen["unit"]]}
            common = "" if seen["coverage"] is None else str(seen["coverage"])
            assert {row["Compared at coverage"] for row in mine} == {common}
            assert set(seen["curves"]) <= set(seen["strata"])
    words = taken(app, study, "saturation-strata", "format=txt&language=zh&level=label").data.decode()
    assert "不等于理论饱和" in words
    assert "Ai" in words
    drawn = etree.fromstring(taken(app, study, "figure-strata", "format=svg&language=en&level=label").data)
    assert "Labels in strata, over coverage" in "".join(map(str, drawn.itertext()))
    lowest = min(
        float(part.get("transform", "").split(" ")[1].rstrip(")")) for part in drawn.findall(".//{*}g[@transform]")
    )
    title = next(float(part.get("y", "0")) for part in drawn.findall(".//{*}text"))
    assert lowest - 4 > title + 16, "the first comparison is called something below the title"
    assert taken(app, study, "figure-strata", "format=png&level=label").data[:4] == b"\x89PNG"


def test_the_words_and_the_figure_say_the_same(app: Flask, study: Cast) -> None:
    said = taken(app, study, "saturation", "format=txt&language=zh&level=label").data.decode()
    assert "访谈一：新增 3，累计 3" in said
    assert "不等于理论饱和" in said
    answer = taken(app, study, "figure-saturation", "format=svg&language=en&level=label")
    drawn = etree.fromstring(answer.data)
    text = "".join(map(str, drawn.itertext()))
    assert "Saturation of labels" in text
    assert "in the order in which they were finished" in text
    every = "".join(
        map(str, etree.fromstring(taken(app, study, "figure-saturation", "format=svg&language=en").data).itertext())
    )
    assert "Nothing to draw: relations, properties, dimensions." in every
    assert taken(app, study, "figure-saturation", "format=png&level=concept").data[:4] == b"\x89PNG"


def test_the_matrix_is_read_by_the_command_line(app: Flask, study: Cast, tmp_path: Path) -> None:
    answer = taken(app, study, "saturation-matrix", "format=csv&language=en&level=label")
    cells = [(row["Document"], row["Code"], row["First here"], row["Coders"]) for row in rows(answer)]
    assert cells == [
        ("访谈一", "平台把数据开放", "true", "1"),
        ("访谈一", "旧机器接上网", "true", "2"),
        ("访谈一", "没有信任什么都谈不了", "true", "1"),
        ("年报节选", "平台把数据开放", "false", "2"),
    ]
    (tmp_path / "matrix.csv").write_bytes(answer.data)
    told = CliRunner().invoke(main, ["saturation", str(tmp_path / "matrix.csv"), "--json"])
    (level,) = json.loads(told.output)["levels"].values()
    assert (level["documents"], level["observed"]) == (2, 3)


def test_the_paragraph_is_told_in_both_languages_and_says_what_the_page_says(app: Flask, study: Cast) -> None:
    client = Client(app, study.database, study.people["olga"])
    answer: Any = client.call("GET", f"/api/v1/projects/{study.project}/saturation/paragraph?level=label")
    told = {one["language"]: one["text"] for one in answer.json}
    assert told["en"].startswith("Level: labels.")
    assert "不等于理论饱和" in told["zh"]
    page = client.call("GET", f"/projects/{study.project}/saturation/paper?level=label").get_data(as_text=True)
    assert all(html.escape(text, quote=False)[:200] in page for text in told.values())
