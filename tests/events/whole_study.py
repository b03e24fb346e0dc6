"""A small study through the API in which everything happens that the log can tell: each action once at least."""

from typing import Any
from uuid import uuid4

from web.api_study import CODES, INTERVIEW, REPORT, Json, Study


def everything_happens(study: Study) -> None:
    """Let the study run from its start to its last ruling, with every detour."""
    _people(study)
    _materials(study)
    _codebook(study)
    _a_frozen_round(study)
    _rulings(study)
    _rounds_with_own_codes(study)
    _the_end(study)


def _people(study: Study) -> None:
    study.project = study.ask("lena", "POST", "/projects", {"name": "九案例：资源行动"}, status=201)["id"]
    study.in_project("lena", "PATCH", "", {"description": "程序化扎根 “𠮷”"})
    study.in_project("lena", "PATCH", "", {"coders_may_rule": True})
    for who, roles in (("ai", ["coder"]), ("bo", ["coder"]), ("ada", ["adjudicator", "observer"]), ("otto", ["lead"])):
        given = {"email": f"{who}@study.example", "roles": roles}
        invited = study.in_project("lena", "POST", "/invitations", given, status=201)
        secret = invited["link"].rsplit("/invitations/", 1)[1]
        study.ask(who, "POST", "/invitations/accept", {"token": secret}, status=201)
    late = {"email": "nobody@study.example", "roles": ["observer"]}
    unused = study.in_project("lena", "POST", "/invitations", late, status=201)
    study.ask("lena", "DELETE", f"/invitations/{unused['id']}", status=204)


def _upload(study: Study, name: str, data: bytes, **fields: str) -> Json:
    answer = study.clients["lena"].upload(f"/api/v1/projects/{study.project}/files", name, data, **fields)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.json


def _materials(study: Study) -> None:
    spare = study.in_project("lena", "POST", "/cases", {"name": "空案例"}, status=201)
    study.ask("lena", "PATCH", f"/cases/{spare['id']}", {"name": "另一案例"})
    study.ask("lena", "DELETE", f"/cases/{spare['id']}", status=204)
    _upload(study, "访谈一.txt", INTERVIEW.encode(), case="案例一")
    report = _upload(study, "年报.txt", REPORT.encode("gb18030"), source_type="report")
    study.ask("lena", "PATCH", f"/files/{report['id']}", {"encoding": "gb18030"})
    _upload(study, "多余.txt", "没有人要读的话。".encode())
    thrown = _upload(study, "扔掉.txt", "扔掉的话。".encode())
    study.ask("lena", "DELETE", f"/files/{thrown['id']}", status=204)
    study.job(study.in_project("lena", "POST", "/imports", {}, status=202))
    study.documents = {d["title"]: d for d in study.in_project("lena", "GET", "/documents")}
    study.texts = {"访谈一": INTERVIEW, "年报": REPORT}
    study.ask("lena", "PATCH", f"/documents/{study.documents['年报']['id']}", {"case": "案例二"})
    study.ask("lena", "DELETE", f"/documents/{study.documents['多余']['id']}", status=204)


def _codebook(study: Study) -> None:
    made = study.in_project("lena", "POST", "/codes", {"codes": CODES}, status=201)
    study.codes = {given["key"]: code["id"] for given, code in zip(CODES, made, strict=True)}
    moved = {"name": "与高校签了协议", "parent_id": None, "definition": "有正式协议。", "colour": 5, "position": 40}
    study.ask("lena", "PATCH", f"/codes/{study.codes['l4']}", moved)
    study.ask("lena", "PATCH", f"/codes/{study.codes['l4']}", {"parent_id": study.codes["c3"], "near_miss": "口头约定"})
    texts = {"include": "甲", "exclude": "乙", "example": "丙"}
    study.ask("lena", "PATCH", f"/codes/{study.codes['c3']}", texts)
    [extra] = study.in_project("lena", "POST", "/codes", {"codes": [{"name": "多余"}]}, status=201)
    study.ask("lena", "PATCH", f"/codes/{extra['id']}", {"level": "theme"})
    study.ask("lena", "DELETE", f"/codes/{extra['id']}")
    study.versions = [study.in_project("lena", "POST", "/versions", {"note": "第一版"}, status=201)["id"]]
    study.in_project("lena", "POST", "/codebook/paste", {"text": "资源行动 | Resourcing\n  因陋就简"}, status=201)


def _round(study: Study, policy: str, *documents: str, **more: Any) -> None:
    design = {
        "name": f"Round “{policy}”",
        "version_id": study.versions[0],
        "policy": policy,
        "documents": [study.documents[d]["id"] for d in documents],
        "coders": [study.ids["ai"], study.ids["bo"]],
    }
    study.round = study.in_project("lena", "POST", "/rounds", {**design, **more}, status=201)["id"]


def _a_frozen_round(study: Study) -> None:
    _round(study, "frozen", "访谈一")
    study.ask("lena", "PATCH", f"/rounds/{study.round}", {"name": "第一轮", "unit": "span"})
    study.ask("lena", "POST", f"/rounds/{study.round}/open")
    more = [{"document_id": study.documents["年报"]["id"], "coder_id": study.ids[who]} for who in ("ai", "bo")]
    study.ask("lena", "POST", f"/rounds/{study.round}/assignments", {"pairs": more}, status=201)

    changed, _ = study.put("ai", "访谈一", "l1", "自己想办法", memo="原话", doubt=True)
    everything = {"code": study.codes["l2"], "start": 3, "end": 9, "memo": "别的", "doubt": False}
    study.ask("ai", "PATCH", changed, everything, If_Match='"1"')
    study.ask("ai", "PATCH", changed, {"memo": "只是备忘"}, If_Match='"2"')
    study.ask("ai", "DELETE", changed, If_Match='"3"')
    study.ask("ai", "PATCH", changed, {"deleted": False}, If_Match='"4"')
    study.ask("ai", "PUT", f"{study.place('访谈一')}/memo", {"memo": "现场很吵"})
    study.put("ai", "访谈一", "l2", "看得到客户的反馈")
    study.put("ai", "访谈一", "l3", "没有信任什么都谈不了")
    study.put("ai", "访谈一", "l1", "把旧机器都接上了网")
    study.put("bo", "访谈一", "l3", "看得到客户的反馈")
    study.put("bo", "访谈一", "l1", "我们把旧机器都接上了网")
    for who in ("ai", "bo"):
        for document in ("访谈一", "年报"):
            study.ask(who, "POST", f"{study.place(document)}/submit")
    given = study.ask("lena", "GET", f"/rounds/{study.round}/assignments")
    handed = next(
        a for a in given if (a["coder_id"], a["document_id"]) == (study.ids["bo"], study.documents["年报"]["id"])
    )
    study.ask("lena", "POST", f"/assignments/{handed['id']}/hand-back", {"reason": " 请再看一遍 "})
    study.put("bo", "年报", "l4", "签订合作协议")
    study.ask("bo", "POST", f"{study.place('年报')}/submit")
    study.ask("lena", "POST", f"/rounds/{study.round}/close", {})
    assert study.run_jobs() == 1
    asked = {"unit": "paragraph", "level": "concept", "resamples": 0}
    study.job(study.ask("lena", "POST", f"/rounds/{study.round}/agreement", asked, status=202))


def _rulings(study: Study) -> None:
    round_ = f"/rounds/{study.round}"
    first, second, *others = study.ask("ada", "GET", f"{round_}/disagreements")
    place = f"/disagreements/{first['id']}"
    here = {"code": study.codes["l1"], "start": first["start"], "end": first["end"]}
    ours = {"codings": [here], "reason": "主语属于这一行动。"}
    study.ask("ada", "POST", f"{place}/rulings", ours, status=201, If_Match='"1"')
    study.ask("ada", "POST", f"{place}/undo", {}, If_Match='"2"')
    study.ask("ada", "POST", f"{place}/rulings", {"codings": [], "reason": "只是处境。"}, status=201, If_Match='"3"')
    for number, state in enumerate(("discussion", "open", "deferred"), 1):
        study.ask("ada", "PATCH", f"/disagreements/{second['id']}", {"state": state}, If_Match=f'"{number}"')
    for other in others:
        study.ask("ada", "PATCH", f"/disagreements/{other['id']}", {"state": "deferred"}, If_Match='"1"')
    study.ask("lena", "POST", f"{round_}/settle")
    study.ask("lena", "POST", f"{round_}/reopen")
    study.ask("lena", "POST", f"{round_}/close", {})
    assert study.run_jobs() == 1


def _rounds_with_own_codes(study: Study) -> None:
    _round(study, "proposals", "年报", live_figures=False)
    study.ask("lena", "POST", f"/rounds/{study.round}/open")
    for name, verb, above in (
        ("参与起草标准", "accept", {"parent_id": study.codes["c3"]}),
        ("研发", "decline", {"answer": "太宽。"}),
    ):
        made = study.ask("ai", "PUT", f"/rounds/{study.round}/codes/{uuid4()}", {"name": name}, status=201)
        study.ask("lena", "POST", f"/rounds/{study.round}/codes/{made['id']}/{verb}", above)
    _round(study, "open", "年报", unit="sentence")
    study.ask("lena", "POST", f"/rounds/{study.round}/open")
    own = {"name": "两所高校", "parent": study.codes["c3"]}
    study.ask("bo", "PUT", f"/rounds/{study.round}/codes/{uuid4()}", own, status=201)


def _the_end(study: Study) -> None:
    members = {m["name"]: m["id"] for m in study.in_project("lena", "GET", "/members")}
    study.ask("lena", "PATCH", f"/members/{members['Bo']}", {"roles": ["observer", "coder"]})
    study.ask("lena", "DELETE", f"/members/{members['Otto']}", status=204)
