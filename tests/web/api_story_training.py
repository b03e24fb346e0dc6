"""Who is ready: a test of what is settled, an attempt that is scored, a gate that is set, taken away, set again and lifted."""

from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa

from intercoder.db import Database
from intercoder.models import Assignment
from web.api_study import Json, Study


def trainees_are_tested(study: Study) -> None:
    """Everything that can be done with tests and gates, once, by the API."""
    version = study.in_project("lena", "GET", "/versions")[0]["id"]
    _settled(study, version)
    settled = study.in_project("lena", "GET", "/tests/documents")
    member = next(m for m in study.in_project("lena", "GET", "/members") if m["user_id"] == study.ids["lena"])
    study.ask("lena", "PATCH", f"/members/{member['id']}", {"roles": ["lead", "coder"]})
    new: Json = {"name": "测试", "version_id": version, "coders": [study.ids["lena"]], "open": True}
    assert study.in_project("lena", "POST", "/tests", new, status=422) == "nothing_settled"
    drawn = {**new, "draw": {"documents": 1, "difficulty": "hard", "codes": list(settled[0]["codes"])}}
    test = study.in_project("lena", "POST", "/tests", drawn, status=201)
    assert isinstance(test["seed"], int)
    [document] = test["documents"]
    round_ = f"/rounds/{test['round_id']}"
    assert study.ask("lena", "GET", f"{round_}/scores") == []

    source = next(s["round_id"] for s in settled if s["document_id"] == document)
    assert study.ask("lena", "GET", f"/rounds/{source}/consensus", status=409) == "tested"
    study.ask("lena", "POST", f"{round_}/documents/{document}/submit", {"unseen": "no_code"})
    assert study.ask("lena", "GET", f"/rounds/{source}/consensus")
    [score] = study.ask("lena", "GET", f"{round_}/scores")
    assert (score["coder_id"], score["could_read"]) == (study.ids["lena"], True)
    assert score["score"]["misses"]
    assert all(miss["missing"] and not miss["extra"] for miss in score["misses"])

    body = {"name": "主轮", "version_id": version, "documents": [document], "coders": [study.ids["lena"]]}
    main = f"/rounds/{study.in_project('lena', 'POST', '/rounds', body, status=201)['id']}"
    assert study.ask("lena", "GET", f"{main}/gate") == {"rule": None, "coders": []}
    study.ask("lena", "PUT", f"{main}/gate", {"alpha": 0.8, "end": None})
    study.ask("lena", "DELETE", f"{main}/gate", status=204)
    gate = study.ask("lena", "PUT", f"{main}/gate", {"alpha": 0.8, "level": "concept"})
    assert gate["rule"] == {"alpha": 0.8, "end": 0.55, "codes": [], "level": "concept"}
    standing = next(c for c in gate["coders"] if c["coder_id"] == study.ids["lena"])
    assert (standing["passed"], standing["test_id"], standing["assigned"]) == (False, test["round_id"], True)
    assert study.ask("lena", "POST", f"{main}/open", status=409) == "gate"
    study.ask("lena", "POST", f"{main}/gate/lifts", {"coder_id": study.ids["lena"], "reason": "编制了编码本"})
    assert study.ask("lena", "POST", f"{main}/open")["state"] == "open"
    _coded_again(study, version)


def _coded_again(study: Study, version: str) -> None:
    """Draw what comes again; nothing was submitted so long ago that anything can."""
    can = study.in_project("lena", "GET", "/repeats")
    assert {row["coder_id"] for row in can} >= {study.ids["ai"], study.ids["bo"]}
    body: Json = {
        "name": "再看几份",
        "version_id": version,
        "coders": [study.ids["ai"], study.ids["bo"]],
        "percent": 50,
    }
    assert study.in_project("lena", "POST", "/repeats", {**body, "days": 1}, status=422)
    assert study.in_project("lena", "POST", "/repeats", body, status=409) == "nothing_to_repeat"
    days_pass(study.database, 3)
    made = study.in_project("lena", "POST", "/repeats", {**body, "seed": 7, "open": True}, status=201)
    again = f"/rounds/{made['round_id']}"
    assert (made["seed"], study.ask("lena", "GET", again)["purpose"]) == (7, "drift")
    assert study.ask("ai", "GET", again)["purpose"] is None
    given = study.ask("lena", "GET", f"{again}/assignments")
    assert len(given) == made["documents"]
    study.in_project("lena", "PATCH", "", {"coders_see_drift": True})
    assert study.in_project("ai", "GET", "/drift") == []


def days_pass(database: Database, days: int) -> None:
    """Let everything that was submitted have been so many days earlier."""
    with database.transaction() as session:
        for row in session.scalars(sa.select(Assignment).where(Assignment.submitted_at.is_not(None))):
            assert row.submitted_at is not None
            row.submitted_at -= timedelta(days=days)


def _settled(study: Study, version: str) -> None:
    """Let Ai and Bo agree on a document, whatever else is there."""
    document = study.in_project("lena", "GET", "/documents")[0]["id"]
    code = study.ask("lena", "GET", f"/versions/{version}")["codes"][0]["id"]
    body: Json = {"name": "先定下来", "version_id": version, "documents": [document], "open": True}
    body["coders"] = [study.ids["ai"], study.ids["bo"]]
    round_ = f"/rounds/{study.in_project('lena', 'POST', '/rounds', body, status=201)['id']}"
    for who in ("ai", "bo"):
        place = f"{round_}/documents/{document}"
        study.ask(who, "PUT", f"{place}/codings/{uuid4()}", {"code": code, "start": 0, "end": 5}, status=201)
        study.ask(who, "POST", f"{place}/submit", {})
    study.ask("lena", "POST", f"{round_}/close", {})
    study.run_jobs()
