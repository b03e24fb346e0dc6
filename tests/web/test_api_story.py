"""A whole study through the API, with tokens only: from the project to saturation, on both databases.

The numbers are worked out by hand. Sixteen sentences, two coders; the value of a sentence is its set of
labels. Both used l1 on three sentences and l2 on one, and left ten uncoded; one sentence has l2 against
l3, one has l3 against nothing. So 14 of 16 agree, and the 32 values are 6 × l1, 3 × l2, 2 × l3, 21 × ∅.
"""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask

from intercoder.db import Database
from text.text_files import zipped
from web.api_story_compared import (
    confusions_come_as_many_as_are_asked_for,
    disagreements_become_rulings_and_consensus,
    numbers_are_right_and_open_their_evidence,
    roles_can_change,
    saturation_moves_with_the_next_document,
    the_log_tells_it_all,
    the_round_closes_and_is_compared,
)
from web.api_study import CODES, INTERVIEW, PRESS, REPORT, TOUR, Json, Study, word_file


@pytest.fixture
def study(app: Flask, database: Database, run_jobs: Callable[[], int]) -> Study:
    return Study(app, database, run_jobs)


def test_a_study_from_its_project_to_saturation(study: Study) -> None:
    people_come_together(study)
    materials_come_in(study)
    the_codebook_grows(study)
    two_coders_work_blind(study)
    nobody_sees_the_others_before_the_round_closes(study)
    report = the_round_closes_and_is_compared(study)
    numbers_are_right_and_open_their_evidence(study, report)
    confusions_come_as_many_as_are_asked_for(study, report)
    disagreements_become_rulings_and_consensus(study)
    saturation_moves_with_the_next_document(study)
    the_log_tells_it_all(study)
    roles_can_change(study)


def people_come_together(study: Study) -> None:
    assert study.ask("lena", "GET", "/me")["email"] == "lena@study.example"
    assert study.ask("lena", "POST", "/tokens", {"name": "spare", "days": 1}, status=403) == "browser_only"
    spare = study.browser.post("/api/v1/tokens", {"name": "spare", "days": 1})
    assert spare["token"].startswith("ic_")
    listed = study.ask("lena", "GET", "/tokens")
    assert [(t["name"], t["used_at"] is not None) for t in listed] == [("spare", False), ("tests", True)]
    assert "token" not in listed[0]
    study.ask("lena", "DELETE", f"/tokens/{spare['id']}", status=204)
    assert [t["name"] for t in study.ask("lena", "GET", "/tokens")] == ["tests"]

    made = study.ask("lena", "POST", "/projects", {"name": "九案例：资源行动", "language": "zh"}, status=201)
    study.project = made["id"]
    assert study.ask("lena", "GET", "/projects") == [{**made, "roles": ["lead"]}]
    changed = study.in_project("lena", "PATCH", "", {"description": "程序化扎根"})
    assert (changed["name"], changed["description"]) == (made["name"], "程序化扎根")

    for who, role in (("ai", "coder"), ("bo", "coder"), ("ada", "adjudicator")):
        study.in_project(who, "GET", "", status=404)
        given = {"email": f"{who}@study.example", "roles": [role]}
        invitation = study.in_project("lena", "POST", "/invitations", given, status=201)
        assert invitation["mailed"] is False
        secret = invitation["link"].rsplit("/invitations/", 1)[1]
        assert [i["id"] for i in study.in_project("lena", "GET", "/invitations")] == [invitation["id"]]
        member = study.ask(who, "POST", "/invitations/accept", {"token": secret}, status=201)
        assert (member["user_id"], member["roles"]) == (study.ids[who], [role])
        for late in (who, "otto"):
            used = study.ask(late, "POST", "/invitations/accept", {"token": secret}, status=410)
            assert used == "invitation_used"
        assert study.in_project(who, "GET", "")["roles"] == [role]
    assert study.in_project("lena", "GET", "/invitations") == []
    study.in_project("otto", "GET", "", status=404)
    roles = {m["name"]: m["roles"] for m in study.in_project("ai", "GET", "/members")}
    assert roles == {"Lena": ["lead"], "Ai": ["coder"], "Bo": ["coder"], "Ada": ["adjudicator"]}


def materials_come_in(study: Study) -> None:
    case = study.in_project("lena", "POST", "/cases", {"name": "案例一", "attributes": {"行业": "机床"}}, status=201)
    files: dict[str, Json] = {}
    for name, data, fields in (
        ("访谈一.txt", INTERVIEW.encode(), {"case": "案例一"}),
        ("年报.txt", REPORT.encode("gb18030"), {"case": "案例二", "source_type": "report"}),
        ("参观.docx", word_file(TOUR), {"case": "案例一", "source_type": "observation"}),
        ("老厂新生.html", PRESS.encode(), {"title": "媒体报道", "source_type": "media"}),
        ("坏文件.docx", zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "not a document at all"}), {}),
    ):
        answer = study.clients["lena"].upload(f"/api/v1/projects/{study.project}/files", name, data, **fields)
        assert (answer.status_code, answer.mimetype) == (201, "application/json"), answer.get_data(as_text=True)
        files[name] = answer.json
    nonsense = study.clients["lena"].upload(
        f"/api/v1/projects/{study.project}/files", "假.docx", b"not a Word file at all"
    )
    assert (nonsense.status_code, (nonsense.json or {}).get("code")) == (422, "broken_file")
    interview, report = files["访谈一.txt"], files["年报.txt"]
    assert (interview["encoding"], interview["encoding_sure"]) == ("utf-8", True)
    assert (interview["primary"], report["primary"]) == (True, False)
    assert files["参观.docx"]["preview"] is None
    assert files["参观.docx"]["encodings"] == []

    assert report["encoding_sure"] is False
    assert {"gb18030", "big5", "utf-8"} <= set(report["encodings"])
    wrong = study.ask("lena", "PATCH", f"/files/{report['id']}", {"encoding": "big5"})
    assert wrong["preview"] != REPORT
    assert study.ask("lena", "PATCH", f"/files/{report['id']}", {"encoding": "utf-8"}, status=422) == "wrong_encoding"
    right = study.ask("lena", "PATCH", f"/files/{report['id']}", {"encoding": "GBK", "attributes": {"年份": "2024"}})
    assert (right["encoding"], right["encoding_sure"], right["preview"]) == ("gb18030", True, REPORT)

    assert len(study.in_project("lena", "GET", "/files")) == 5
    job = study.job(study.in_project("lena", "POST", "/imports", {}, status=202))
    assert (job["state"], job["done"], job["total"]) == ("done", 5, 5)
    assert (job["result"]["imported"], job["result"]["failed"]) == (4, 1)
    broken = next(f for f in job["result"]["files"] if f["state"] == "failed")
    assert broken["name"] == "坏文件.docx"
    assert "word/document.xml" in broken["error"]["detail"]
    waiting = study.in_project("lena", "GET", "/files")
    assert [(f["name"], f["error"]) for f in waiting] == [("坏文件.docx", broken["error"])]
    study.ask("lena", "DELETE", f"/files/{waiting[0]['id']}", status=204)
    assert study.in_project("lena", "POST", "/imports", {}, status=422) == "nothing_to_import"

    study.documents = {d["title"]: d for d in study.in_project("lena", "GET", "/documents")}
    assert list(study.documents) == ["访谈一", "年报", "参观", "媒体报道"]
    assert study.documents["年报"]["attributes"] == {"年份": "2024"}
    assert study.documents["访谈一"]["case_id"] == case["id"]
    for title, document in study.documents.items():
        revisions = study.ask("lena", "GET", f"/documents/{document['id']}/revisions")
        assert [r["number"] for r in revisions] == [1]
        text = study.ask("lena", "GET", f"/revisions/{revisions[0]['id']}")
        assert len(text["text"]) == text["length"] == document["length"]
        study.texts[title] = text["text"]
    assert study.texts["访谈一"] == INTERVIEW
    assert study.texts["年报"] == REPORT
    assert study.texts["参观"].split() == list(TOUR)
    assert "旧机床" in study.texts["媒体报道"]

    changed = study.ask(
        "lena",
        "PATCH",
        f"/documents/{study.documents['媒体报道']['id']}",
        {"case": "案例二", "attributes": {"版面": "3"}},
    )
    assert (changed["case"], changed["attributes"], changed["title"]) == ("案例二", {"版面": "3"}, "媒体报道")
    cases = {c["name"]: c for c in study.in_project("lena", "GET", "/cases")}
    assert list(cases) == ["案例一", "案例二"]
    renamed = study.ask("lena", "PATCH", f"/cases/{cases['案例二']['id']}", {"attributes": {"行业": "软件"}})
    assert renamed == {"id": cases["案例二"]["id"], "name": "案例二", "attributes": {"行业": "软件"}}
    assert study.ask("lena", "DELETE", f"/cases/{case['id']}", status=409) == "case_in_use"
    study.in_project("ai", "GET", "/documents", status=403)


def the_codebook_grows(study: Study) -> None:
    made = study.in_project("lena", "POST", "/codes", {"codes": CODES}, status=201)
    study.codes = {given["key"]: code["id"] for given, code in zip(CODES, made, strict=True)}
    parents = {code["id"]: code["parent_id"] for code in made}
    for given in CODES:
        above = study.codes.get(str(given.get("parent_key")))
        assert parents[study.codes[str(given["key"])]] == above
    twice = {"codes": [{"name": "新的"}, {"name": "自己想办法"}]}
    assert study.in_project("lena", "POST", "/codes", twice, status=409) == "name_taken"
    assert len(study.in_project("ai", "GET", "/codebook")) == len(CODES)  # all or none
    study.in_project("ai", "POST", "/codes", twice, status=403)

    first = study.in_project("lena", "POST", "/versions", {"note": "开放编码之后"}, status=201)
    assert first["number"] == 1
    assert study.in_project("lena", "POST", "/versions", {}, status=409) == "nothing_changed"
    c3 = f"/codes/{study.codes['c3']}"
    changed = study.ask("lena", "PATCH", c3, {"definition": "与高校有正式协议。"}, If_Match='"1"')
    assert (changed["revision"], changed["name"]) == (2, "校企合作")
    assert study.ask("lena", "PATCH", c3, {"name": "别的"}, status=412, If_Match='"1"') == "stale_code"
    draft = study.in_project("lena", "GET", "/codebook/changes")
    extra = study.in_project("lena", "POST", "/codes", {"codes": [{"name": "多余"}]}, status=201)[0]
    assert study.ask("lena", "DELETE", f"/codes/{extra['id']}")["state"] == "retired"
    assert study.in_project("lena", "GET", "/codebook/changes") == draft
    second = study.in_project("lena", "POST", "/versions", {"note": "定义"}, status=201)
    assert study.ask("ai", "GET", f"/versions/{second['id']}/changes") == draft
    assert draft == [
        {
            "code_id": study.codes["c3"],
            "kind": "changed",
            "name": "校企合作",
            "level": "concept",
            "fields": {"definition": ["", "与高校有正式协议。"]},
            "rulings": [],
        }
    ]
    study.versions = [v["id"] for v in study.in_project("lena", "GET", "/versions")]
    assert study.versions == [second["id"], first["id"]]
    of_first = study.ask("lena", "GET", f"/versions/{first['id']}")["codes"]
    assert next(c for c in of_first if c["id"] == study.codes["c3"])["definition"] == ""
    assert of_first[0]["level"] == "construct"


def two_coders_work_blind(study: Study) -> None:
    design = {
        "name": "第一轮",
        "version_id": study.versions[0],
        "unit": "span",
        "documents": [study.documents[d]["id"] for d in ("访谈一", "参观")],
        "coders": [study.ids["ai"], study.ids["bo"]],
    }
    made = study.in_project("lena", "POST", "/rounds", design, status=201)
    assert (made["number"], made["state"], made["policy"]) == (1, "draft", "frozen")
    study.round = made["id"]
    early = f"{study.place('访谈一')}/codings/{uuid4()}"
    assert study.ask("ai", "PUT", early, study.span("访谈一", "l1", "自己想办法"), status=409) == "round_draft"
    assert study.ask("lena", "POST", f"/rounds/{study.round}/open")["state"] == "open"
    assert study.ask("lena", "POST", f"/rounds/{study.round}/open", status=409) == "round_open"

    work = study.ask("ai", "GET", f"{study.place('访谈一')}/work")
    assert (work["text"], work["unit"], work["codings"]) == (INTERVIEW, "span", [])
    assert {c["id"] for c in work["codes"]} == set(study.codes.values())
    assert work["assignment"]["state"] == "assigned"

    first, _ = study.put("ai", "访谈一", "l1", "订单一下子掉了六成", codebook=study.versions[0])
    again = study.ask("ai", "PUT", first, study.span("访谈一", "l1", "订单一下子掉了六成"))  # 200, not 201
    assert again["version"] == 1
    other = study.span("访谈一", "l2", "订单一下子掉了六成")
    assert study.ask("ai", "PUT", first, other, status=409) == "same_key"
    study.put("ai", "访谈一", "l1", "自己想办法")
    study.put("ai", "访谈一", "l2", "我们把旧机器都接上了网", memo="原话", doubt=True)
    edited, _ = study.put("ai", "访谈一", "l1", "看得到客户的反馈")
    assert study.ask("ai", "PATCH", edited, {"code": study.codes["l2"]}, status=428) == "no_version"
    changed = study.ask("ai", "PATCH", edited, {"code": study.codes["l2"]}, If_Match='"1"')
    assert (changed["code"], changed["version"]) == (study.codes["l2"], 2)
    assert study.ask("ai", "PATCH", edited, {"memo": "旧的"}, status=412, If_Match='"1"') == "stale_coding"
    restored, _ = study.put("ai", "访谈一", "l3", "没有信任什么都谈不了")
    assert study.ask("ai", "DELETE", restored, If_Match='"1"')["deleted"] is True
    assert len(study.ask("ai", "GET", f"{study.place('访谈一')}/codings")) == 4
    back = study.ask("ai", "PATCH", restored, {"deleted": False}, If_Match='"2"')
    assert (back["deleted"], back["version"]) == (False, 3)
    study.put("ai", "参观", "l1", "自己想办法")
    assert study.ask("ai", "PUT", f"{study.place('参观')}/memo", {"memo": "现场很吵"})["state"] == "in_progress"

    study.put("bo", "访谈一", "l1", "订单一下子掉了六成")
    study.put("bo", "访谈一", "l1", "自己想办法")
    study.put("bo", "访谈一", "l2", "把旧机器都接上了网")
    study.put("bo", "访谈一", "l3", "看得到客户的反馈")
    study.put("bo", "参观", "l1", "自己想办法")
    for who in ("ai", "bo"):
        for document in ("访谈一", "参观"):
            assert study.ask(who, "POST", f"{study.place(document)}/submit")["state"] == "submitted"
    assert study.ask("ai", "PATCH", edited, {"memo": "太晚"}, status=409, If_Match='"2"') == "submitted"


def nobody_sees_the_others_before_the_round_closes(study: Study) -> None:
    round_ = f"/rounds/{study.round}"
    for who, own in (("lena", 0), ("ada", 0), ("ai", 6), ("bo", 5)):
        seen = study.ask(who, "GET", f"{round_}/codings")
        assert len(seen) == own
        assert {c["coder_id"] for c in seen} <= {study.ids[who]}
        for path in ("agreement", "disagreements", "consensus"):
            assert study.ask(who, "GET", f"{round_}/{path}", status=409) == "round_open"
    study.ask("lena", "GET", f"{study.place('访谈一')}/work", status=404)
    assert {a["coder_id"] for a in study.ask("ai", "GET", f"{round_}/assignments")} == {study.ids["ai"]}
    progress = study.ask("lena", "GET", f"{round_}/assignments")
    assert [a["state"] for a in progress] == ["submitted"] * 4
    assert not any(e["subject_kind"] == "coding" for e in study.in_project("lena", "GET", "/events?limit=500"))
    handed = next(a for a in progress if a["coder_id"] == study.ids["bo"])
    back = study.ask("lena", "POST", f"/assignments/{handed['id']}/hand-back", {"reason": "请再看一遍"})
    assert (back["state"], back["submitted_at"]) == ("in_progress", None)
    assert study.ask("lena", "POST", f"{round_}/close", {}, status=409) == "unsubmitted"
    document = next(d for d, known in study.documents.items() if known["id"] == handed["document_id"])
    study.ask("bo", "POST", f"{study.place(document)}/submit")
