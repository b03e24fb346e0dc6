"""Ruling on many places by a rule, by the API: looked at, done, and taken back."""

from uuid import uuid4

from web.api_study import Json, Study


def places_are_ruled_by_a_rule(study: Study) -> None:
    """Let Ai and Bo draw a boundary differently, and Ada rule by a rule."""
    version = study.in_project("lena", "GET", "/versions")[0]["id"]
    document = study.in_project("lena", "GET", "/documents")[0]["id"]
    code = study.ask("lena", "GET", f"/versions/{version}")["codes"][0]["id"]
    body: Json = {"name": "划界", "version_id": version, "documents": [document], "open": True}
    body["coders"] = [study.ids["ai"], study.ids["bo"]]
    round_ = f"/rounds/{study.in_project('lena', 'POST', '/rounds', body, status=201)['id']}"
    for who, end in (("ai", 6), ("bo", 8)):
        place = f"{round_}/documents/{document}"
        study.ask(who, "PUT", f"{place}/codings/{uuid4()}", {"code": code, "start": 0, "end": end}, status=201)
        if who == "ai":  # alone: a place that is no rule for boundaries' business
            study.ask(who, "PUT", f"{place}/codings/{uuid4()}", {"code": code, "start": 12, "end": 16}, status=201)
        study.ask(who, "POST", f"{place}/submit", {})
    study.ask("lena", "POST", f"{round_}/close", {})
    study.run_jobs()
    many, union = f"{round_}/bulk-rulings", {"rule": "union"}
    study.ask("lena", "POST", f"{many}/preview", union, status=403)
    shown = study.ask("ada", "POST", f"{many}/preview", union)
    assert (shown["places"], shown["added"], shown["silent"]) == (1, 1, 0)
    [example] = shown["examples"]
    [stands] = example["stands"]
    assert stands["code_id"] == code
    assert len(stands["words"]) == 8
    told = {**union, "reason": "取并集", "tag": "boundary_rule"}
    assert study.ask("ada", "POST", many, {**told, "seen": "x"}, status=412) == "stale_preview"
    made = study.ask("ada", "POST", many, {**told, "seen": shown["seen"]}, status=201)
    assert (made["rulings"], made["hold"], made["by"]) == (1, 1, "Ada")
    assert [c["end"] for c in study.ask("bo", "GET", f"{round_}/consensus")] == [8]
    back = study.ask("ada", "POST", f"{many}/{made['id']}/undo", {})
    assert (back["hold"], back["undone"] is not None) == (0, True)
    assert study.ask("bo", "GET", many) == [back]
    assert study.ask("bo", "GET", f"{round_}/consensus") == []
    study.in_project("lena", "PATCH", "", {"masked_names": True})
    place, _ = study.ask("ada", "GET", f"{round_}/disagreements")
    assert (place["coders"], place["letters"], {side["coder"] for side in place["sides"]}) == ([], ["A", "B"], {None})
    assert study.ask("ada", "GET", f"/disagreements/{place['id']}/precedents")["same"] == []
    study.in_project("lena", "PATCH", "", {"masked_names": False})
    found = study.ask("ada", "GET", f"{round_}/disagreements?order=leverage&certainty=even")
    place, other = sorted(found, key=lambda d: d["start"])
    assert set(place["coders"]) == {study.ids["ai"], study.ids["bo"]}
    two_rule_blind(study, round_, code, place["id"], other["id"])
    a_room_votes(study, round_, code, other["id"])
    they_talk(study, f"/disagreements/{other['id']}")
    rulings_teach(study, f"/disagreements/{place['id']}", code)


def two_rule_blind(study: Study, round_: str, code: str, place: str, other: str) -> None:
    """Let Ada and Lena rule on a place, blind to one another, and Ada alone on another."""
    members = study.in_project("lena", "GET", "/members")
    roles = f"/members/{next(one['id'] for one in members if one['user_id'] == study.ids['lena'])}"
    study.ask("lena", "PATCH", roles, {"roles": ["lead", "adjudicator"]})
    drawn: Json = {"drawn_from": "open", "share": 100, "seed": 4}
    study.ask("ada", "POST", f"{round_}/draws", drawn, status=403)
    made = study.ask("lena", "POST", f"{round_}/draws", drawn, status=201)
    assert (made["seed"], made["ended_at"]) == (4, None)
    says, at = f"/disagreements/{place}/blind-rulings", f"/disagreements/{place}"
    version = study.ask("ada", "GET", at)["version"]
    body: Json = {"codings": [{"code": code, "start": 0, "end": 8}], "reason": "整句"}
    first = study.ask("ada", "POST", says, body, status=201, If_Match=f'"{version}"')
    assert first == {"disagreement_id": place, "state": "waits"}
    assert study.ask("lena", "GET", at)["version"] == version
    body = {"codings": [{"code": code, "start": 0, "end": 6}], "reason": "前半句", "tag": "boundary_rule"}
    second = study.ask("lena", "POST", says, body, status=201, If_Match=f'"{version}"')
    assert second["state"] == "differed"
    found = study.ask("ada", "GET", f"{round_}/two-adjudicators")
    assert (found["figures"]["places"], found["figures"]["codes"]["value"], found["figures"]["same"]["value"]) == (
        1,
        1,
        0,
    )
    assert [said["by"] for said in found["apart"][0]["said"]] == ["Ada", "Lena"]
    ruled = study.ask("ada", "POST", f"{at}/rulings", body, status=201, If_Match=f'"{version + 1}"')
    assert study.ask("lena", "GET", f"{round_}/two-adjudicators")["talk"] == 1
    study.ask("ada", "POST", f"{at}/undo", {}, If_Match=f'"{version + 2}"')
    assert ruled["force"] == "in_force"
    lone = f"/disagreements/{other}"
    nothing: Json = {"codings": [], "reason": "这里没有"}
    version = study.ask("ada", "GET", lone)["version"]
    study.ask("ada", "POST", f"{lone}/blind-rulings", nothing, status=201, If_Match=f'"{version}"')
    assert study.ask("lena", "POST", f"{round_}/draws/{made['id']}/end", {})["ended_at"] is not None
    assert [said["reason"] for said in study.ask("lena", "GET", lone)["rulings"]] == ["这里没有"]
    study.ask("lena", "PATCH", roles, {"roles": ["lead"]})


def rulings_teach(study: Study, where: str, code: str) -> None:
    """Let Ada put before Lena what a ruling teaches, with it and after it."""
    lesson: Json = {"code": code, "rule": "include", "text": "说到对象", "quote": "example"}
    told: Json = {"codings": [{"code": code, "start": 0, "end": 6}], "reason": "对象", "lessons": [lesson]}
    seen = _version(study, where)
    ruling = study.ask("ada", "POST", f"{where}/rulings", told, status=201, If_Match=seen)["id"]
    study.ask("ai", "POST", f"/rulings/{ruling}/lessons", lesson, status=403)
    study.ask("ada", "POST", f"/rulings/{ruling}/lessons", {**lesson, "rule": None, "text": ""}, status=201)
    first, second = study.in_project("lena", "GET", "/lessons?state=waiting")
    study.ask("ada", "POST", f"/lessons/{first['id']}/decision", {"verdict": "accept"}, status=403)
    assert study.ask("lena", "POST", f"/lessons/{first['id']}/decision", {"verdict": "accept"})["state"] == "accepted"
    refused: Json = {"verdict": "decline", "answer": "重复"}
    assert study.ask("lena", "POST", f"/lessons/{second['id']}/decision", refused)["answer"] == "重复"
    (change,) = [c for c in study.in_project("ai", "GET", "/codebook/changes") if c["code_id"] == code]
    assert change["rulings"] == [ruling]


def a_room_votes(study: Study, round_: str, code: str, place: str) -> None:
    """Let Ada open a norming room, Ai and Bo vote in it twice, and talk."""
    study.ask("ada", "POST", f"/disagreements/{place}/undo", {}, If_Match=_version(study, f"/disagreements/{place}"))
    body: Json = {"name": "会商", "places": [place], "guests": [study.ids["ai"], study.ids["bo"]]}
    study.ask("ai", "POST", f"{round_}/norming", body, status=403)
    room = f"/norming/{study.ask('ada', 'POST', f'{round_}/norming', body, status=201)['id']}"
    states: Json = iter(("revealed", "voting_again", "revealed_again", "closed"))

    def move(who: str) -> None:
        study.ask(who, "POST", f"{room}/state", {"state": next(states)}, If_Match=_version(study, room))

    study.ask("ai", "PUT", f"{room}/vote", {"place": place, "codes": [code], "reason": "看到对象"})
    study.ask("bo", "PUT", f"{room}/vote", {"place": place, "codes": []})
    study.ask("lena", "PUT", f"{room}/vote", {"place": place, "codes": []}, status=403)
    assert [t["cast"] for t in study.ask("lena", "GET", room)["places"]] == [[]]
    assert study.ask("ada", "POST", f"{room}/words", {"place": place, "text": "t"}, status=409) == "not_talking"
    move("ada")
    seen = study.ask("lena", "GET", room)
    assert [(c["voter"]["name"], len(c["codes"])) for c in seen["places"][0]["cast"]] != []
    assert [(f["turn"], f["n_pairable"], f["coders"]) for f in seen["figures"]] == [(1, 1, 2)]
    word = study.ask("bo", "POST", f"{room}/words", {"place": place, "text": "没有对象。"}, status=201)
    assert (word["by"], word["text"]) == ("Bo", "没有对象。")
    move("ada")
    for who in ("ai", "bo"):
        study.ask(who, "PUT", f"{room}/vote", {"place": place, "codes": []})
    move("lena")
    written = study.ask("ada", "PUT", f"{room}/minutes", {"minutes": "没有对象不编。"}, If_Match=_version(study, room))
    assert written["minutes"] == "没有对象不编。"
    move("ada")
    assert [r["state"] for r in study.ask("bo", "GET", f"{round_}/norming")] == ["closed"]


def _version(study: Study, path: str) -> str:
    """Return what If-Match says of a thing that nobody has changed meanwhile."""
    return f'"{study.ask("ada", "GET", path)["version"]}"'


def they_talk(study: Study, place: str) -> None:
    """Let Ai ask about a place, Ada answer and resolve that, and Lena hide rulings from coders and show them again."""
    thread = study.ask("ai", "POST", f"{place}/comments", {"text": "这里算吗？@Ada"}, status=201)
    said = study.ask("ada", "POST", f"{place}/comments", {"text": "不算。", "thread": thread["id"]}, status=201)
    assert [(c["by"], c["text"]) for c in said["comments"]] == [("Ai", "这里算吗？@Ada"), ("Ada", "不算。")]
    moved = study.ask("ada", "PATCH", f"{place}/threads/{thread['id']}", {"state": "resolved"})
    assert (moved["state"], moved["kind"]) == ("resolved", "talk")
    assert study.ask("bo", "GET", f"{place}/threads") == [moved]
    contest: Json = {"text": "不对。", "contests": True}
    assert study.ask("ai", "POST", f"{place}/comments", contest, status=403) == "not_to_contest"
    for shown in (False, True):
        told = study.in_project("lena", "PATCH", "", {"coders_see_rulings": shown})
        assert told["coders_see_rulings"] is shown
