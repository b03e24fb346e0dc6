"""Open coding from nothing: the round has no codebook, and the API, the pages and what is certified say so."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask

from cast import Cast, Client, store
from intercoder.db import Database
from intercoder.policy import Permission
from intercoder.services import audit, projects
from web.pages.conftest import Visitor

pytestmark = pytest.mark.sqlite

Visit = Callable[[str], Visitor]


def test_a_study_without_a_codebook_can_design_an_open_round(cast: Cast, database: Database, visit: Visit) -> None:
    with database.transaction() as session:
        project = projects.create_project(session, cast.people["lena"], projects.NewProject(name="从零开始")).id
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE, "project", project)
        store(session, access, "访谈", "陈总：我们先把旧机器接上网。")
    page = visit("lena").read(f"/projects/{project}/rounds/new")
    assert "There is no published codebook version: the round can only be open coding" in page
    assert "Keep it as a draft" in page
    assert "or begin with open coding" in visit("lena").read(f"/projects/{project}")


def test_three_coders_code_in_a_round_that_began_without_a_codebook(
    app: Flask, cast: Cast, database: Database, visit: Visit, run_jobs: Callable[[], int]
) -> None:
    lena, ai, bo = (Client(app, database, cast.people[name]) for name in ("lena", "ai", "bo"))
    given = {
        "name": "开放编码",
        "policy": "open",
        "documents": [str(cast.documents["访谈一"])],
        "coders": [str(cast.people[name].id) for name in ("ai", "bo")],
    }
    refused = lena.call("POST", f"/api/v1/projects/{cast.project}/rounds", {**given, "policy": "frozen"})
    assert (refused.status_code, (refused.json or {}).get("code")) == (422, "no_codebook")
    made = lena.post(f"/api/v1/projects/{cast.project}/rounds", given)
    assert made["version_id"] is None
    round_id = made["id"]
    lena.post(f"/api/v1/rounds/{round_id}/open", status=200)
    work = f"/api/v1/rounds/{round_id}/documents/{cast.documents['访谈一']}"
    assert ai.get(f"{work}/work")["codes"] == []
    for coder, name in ((ai, "旧机器上网"), (bo, "接网")):
        label = str(uuid4())
        assert coder.call("PUT", f"/api/v1/rounds/{round_id}/codes/{label}", {"name": name}).status_code == 201
        write = {"code": label, "start": 15, "end": 24}
        assert coder.call("PUT", f"{work}/codings/{uuid4()}", write).status_code == 201
        assert [code["name"] for code in coder.get(f"{work}/work")["codes"]] == [name]
        coder.post(f"{work}/submit", status=200)
    assert "no codebook yet" in visit("ai").read(f"/rounds/{round_id}")
    lena.post(f"/api/v1/rounds/{round_id}/close", status=200)
    run_jobs()
    for path in (
        f"/rounds/{round_id}",
        f"/projects/{cast.project}/rounds",
        f"/projects/{cast.project}/agreement?all=1",
        f"/projects/{cast.project}",
        f"/rounds/{round_id}/certificate",
    ):
        assert "no codebook yet" in visit("lena").read(path), path
    assert lena.get(f"/api/v1/rounds/{round_id}/certificate")["codebook_version"] is None
    where = lena.get(f"/api/v1/rounds/{round_id}/marked")
    assert (where["where"]["mean"]["exact"], where["where"]["alpha"]["documents"]) == (1.0, 1)
    assert where["waiting"] == {"labels": 2, "coders": 2}
    assert "is not computed before the labels are aligned" in where["not_computed"]
    assert lena.get(f"/api/v1/rounds/{round_id}/agreement") == []
    started = lena.call("POST", f"/api/v1/rounds/{round_id}/agreement", {"unit": "sentence"})
    assert (started.status_code, (started.json or {})["code"]) == (409, "not_aligned")
    for path, said in (
        (f"/rounds/{round_id}", "Waiting for alignment: 2 labels of 2 coders."),
        (f"/rounds/{round_id}", "same ends 1.00, overlapping 1.00, by character 1.00"),
        (f"/projects/{cast.project}/agreement", "Where something was marked: |u-α 1.00"),
        (f"/projects/{cast.project}/agreement", "is not computed before the labels are aligned"),
        (f"/projects/{cast.project}", "2 labels to align"),
        (f"/projects/{cast.project}", "not aligned yet"),
        (f"/rounds/{round_id}/adjudication", "The labels are not aligned yet"),
    ):
        assert said in visit("lena").read(path), (path, said)
    chinese = visit("lena")
    with chinese.client.session_transaction() as kept:
        kept["language"] = "zh"
    assert "标签归并之前不计算" in chinese.read(f"/rounds/{round_id}")
    with database.reading() as session:
        assert all(not project.differences for project in audit.audit(session, ()))
