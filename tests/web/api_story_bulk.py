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
    (place,) = study.ask("ada", "GET", f"{round_}/disagreements")
    assert (place["coders"], place["letters"], {side["coder"] for side in place["sides"]}) == ([], ["A", "B"], {None})
    assert study.ask("ada", "GET", f"/disagreements/{place['id']}/precedents")["same"] == []
    study.in_project("lena", "PATCH", "", {"masked_names": False})
    (place,) = study.ask("ada", "GET", f"{round_}/disagreements?order=leverage&certainty=even")
    assert set(place["coders"]) == {study.ids["ai"], study.ids["bo"]}
