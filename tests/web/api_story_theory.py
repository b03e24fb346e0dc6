"""A theory by the API: elements, relations with evidence, typical quotations."""

from web.api_study import Json, Study


def theory_is_built(study: Study) -> None:
    """Let Lena make a model of what was coded, star a quotation, and take both back."""
    codes = study.in_project("lena", "GET", "/codebook")
    concepts = [code["id"] for code in codes if code["level"] != "label" and code["state"] == "active"]
    passages = {code: study.ask("lena", "GET", f"/codes/{code}/passages") for code in concepts}
    code, found = next((code, found) for code, found in passages.items() if found)
    passage = {"coder": found[0]["coder_id"], "key": found[0]["key"]}

    assert study.in_project("ai", "POST", "/elements", {"kind": "force", "name": "x"}, status=403) == "forbidden"
    force = study.in_project("lena", "POST", "/elements", {"kind": "force", "name": "订单流失"}, status=201)
    mode = study.in_project("lena", "POST", "/elements", {"kind": "mode", "code": code}, status=201)
    changed: Json = {"words": "一下子掉了六成", "grouped": "三种驱动力", "kind": "context"}
    assert study.ask("lena", "PATCH", f"/elements/{force['id']}", changed, If_Match='"1"')["revision"] == 2
    for body in ({"code": concepts[-1], "name": "订单"}, {"code": None}):
        study.ask("lena", "PATCH", f"/elements/{force['id']}", body)
    place: Json = {"places": [{"element": mode["id"], "x": 320, "y": 64}, {"element": force["id"], "x": 16, "y": 16}]}
    study.in_project("lena", "POST", "/arrangement", place, status=204)
    study.in_project("lena", "POST", "/arrangement", {"places": [{"element": force["id"]}]}, status=204)

    own = study.in_project("lena", "POST", "/relation-types", {"name": "催化", "stroke": "dotted"}, status=201)
    ends: Json = {"first": {"element": force["id"]}, "second": {"element": mode["id"]}, "sort": "causes"}
    relation = study.in_project("lena", "POST", "/relations", ends, status=201)
    assert study.in_project("lena", "POST", "/relations", ends, status=409) == "related"
    told: Json = {"sort": "own", "own": own["id"], "sign": "negative", "directed": False, "words": "越少越要自己想"}
    study.ask("lena", "PATCH", f"/relations/{relation['id']}", told)
    made = study.ask("lena", "POST", f"/relations/{relation['id']}/evidence", passage, status=201)
    at = f"/relations/{relation['id']}/evidence/{made['id']}"
    assert study.ask("lena", "PATCH", at, {"stance": "against", "note": "反例"})["stance"] == "against"
    whole = study.ask("ai", "GET", f"/relations/{relation['id']}")
    assert [(e["words"], e["holds"]) for e in whole["evidence"]] == [(found[0]["text"], "holds")]
    assert (whole["supports"]["passages"], whole["opposes"]["passages"], whole["own_name"]) == (0, 1, "催化")
    model = study.in_project("ai", "GET", "/model")
    assert [(e["name"], e["x"]) for e in model["elements"]] == [
        ("订单", None),
        (mode["name"] or _name(codes, code), 320),
    ]
    assert [r["first"]["name"] for r in model["relations"]] == ["订单"]

    star = study.ask("lena", "POST", f"/codes/{code}/quotations", passage, status=201)
    cut = {"start": star["start"] + 1, "end": star["start"] + 2}
    kept = study.ask("lena", "PATCH", f"/quotations/{star['id']}", {"cuts": [cut]}, If_Match='"1"')
    assert (kept["cuts"], kept["revision"]) == ([cut], 2)
    (read,) = study.ask("ai", "GET", f"/codes/{code}/quotations")
    words = found[0]["text"]
    assert (read["words"], read["shown"], read["holds"]) == (words, f"{words[0]}……{words[2:]}", "holds")
    order = study.ask("lena", "PUT", f"/codes/{code}/quotations/order", {"quotations": [star["id"]]})
    assert study.in_project("ai", "GET", "/typical-quotations") == order

    view = study.in_project("lena", "POST", "/views", {"name": "一个概念", "code": code}, status=201)
    assert study.in_project("lena", "POST", "/views", {"name": "一个概念"}, status=409) == "view_there"
    seen = study.in_project("ai", "GET", f"/theory/passages?basis=coders&view={view['id']}")["passages"]
    assert any(found[0]["text"] in one["text"] for one in seen)
    study.ask("lena", "DELETE", f"/views/{view['id']}", status=204)
    _memos_are_written(study, code, relation["id"], passage, found[0]["text"])
    _category_is_worked_on(study, code, passage, found[0]["text"])
    study.ask("lena", "DELETE", f"/quotations/{star['id']}", status=204)
    study.ask("lena", "DELETE", at, status=204)
    for removed in (True, False):
        assert study.ask("lena", "PATCH", f"/relations/{relation['id']}", {"removed": removed})["removed"] is removed
        assert study.ask("lena", "PATCH", f"/elements/{mode['id']}", {"removed": removed})["removed"] is removed
    assert study.in_project("ai", "GET", "/typical-quotations") == []
    assert len(study.in_project("ai", "GET", "/relations")) == 1


def _category_is_worked_on(study: Study, code: str, passage: Json, words: str) -> None:
    """Let Lena give a code a property with a dimension, place a case on it, note a negative case, and take all of it back."""
    case = study.in_project("lena", "POST", "/cases", {"name": "另一家"}, status=201)["id"]
    given: Json = {"name": "主动程度", "low": "被动", "high": "主动"}
    assert study.ask("ai", "POST", f"/codes/{code}/properties", given, status=403) == "forbidden"
    half = {"name": "频率", "low": "少"}
    assert study.ask("lena", "POST", f"/codes/{code}/properties", half, status=422) == "half_a_dimension"
    made = study.ask("lena", "POST", f"/codes/{code}/properties", given, status=201)
    at = f"/properties/{made['id']}"
    assert study.ask("lena", "POST", f"/codes/{code}/properties", given, status=409) == "property_there"
    assert study.ask("lena", "PATCH", at, {"words": "谁先动手"}, If_Match='"1"')["revision"] == 2
    shown = study.ask("lena", "POST", f"{at}/passages", {**passage, "at": 80}, status=201)
    assert study.ask("lena", "POST", f"{at}/passages", {**passage, "at": 70}, status=201)["id"] == shown["id"]
    study.ask("lena", "PUT", f"{at}/cases/{case}", {"at": 10, "words": "等别人先做"}, status=204)
    negative = study.ask(
        "lena", "POST", f"/codes/{code}/negative-cases", {"case": case, "words": "从未有过"}, status=201
    )
    against = f"/negative-cases/{negative['id']}"
    study.ask("lena", "PATCH", against, {"words": "从来没有"})
    assert study.ask("lena", "POST", f"{against}/passages", {**passage, "at": 1}, status=422) == "no_dimension_here"
    study.ask("lena", "POST", f"{against}/passages", passage, status=201)
    read = study.in_project("ai", "GET", "/categories")
    (one,), (other,) = read["code_properties"], read["negative_cases"]
    assert (one["name"], one["low"], one["high"], one["words"]) == ("主动程度", "被动", "主动", "谁先动手")
    assert [(p["words"], p["at"], p["holds"]) for p in one["passages"]] == [(words, 70, "holds")]
    assert one["places"] == [{"case_id": case, "at": 10, "words": "等别人先做"}]
    assert ([p["words"] for p in other["passages"]], other["words"]) == ([words], "从来没有")
    study.ask("lena", "PUT", f"{at}/cases/{case}", {"at": None}, status=204)
    study.ask("lena", "DELETE", f"/category-passages/{shown['id']}", status=204)
    study.ask("lena", "DELETE", against, status=204)
    for removed in (True, False, True):
        assert study.ask("lena", "PATCH", at, {"removed": removed})["removed"] is removed
    assert study.in_project("ai", "GET", "/categories") == {"code_properties": [], "negative_cases": []}


def _memos_are_written(study: Study, code: str, relation: str, passage: Json, words: str) -> None:
    """Let Lena write memos on several things, tie them, and take what she tied away; of Ada's own one nobody reads."""
    on: Json = {"about": "relation", "of": relation, "title": "为什么是倒逼", "text": "订单少了才会想别的办法。"}
    first = study.in_project("lena", "POST", "/memos", on, status=201)
    reflexive: Json = {
        "about": "passage",
        "passage": passage,
        "kind": "reflexive",
        "text": "我自己开过厂。",
        "readers": "leads",
    }
    second = study.in_project("lena", "POST", "/memos", reflexive, status=201)
    own = study.in_project("ada", "POST", "/memos", {"text": "只给自己看。", "readers": "own"}, status=201)
    wrong = {"about": "case", "text": "哪一家？"}
    assert study.in_project("lena", "POST", "/memos", wrong, status=422) == "which_thing"
    study.ask("lena", "POST", f"/memos/{first['id']}/links", {"memo": second["id"]}, status=204)
    there = {"memo": first["id"]}
    assert study.ask("lena", "POST", f"/memos/{second['id']}/links", there, status=409) == "tied"
    tied = study.ask("lena", "POST", f"/memos/{first['id']}/passages", passage, status=201)
    found = study.in_project("lena", "GET", f"/memos?of={relation}&words=订单")
    (one,) = found
    assert (one["title"], one["memos"], [p["words"] for p in one["passages"]]) == (on["title"], [second["id"]], [words])
    assert "→" in one["on"]
    read = {person: {memo["id"] for memo in study.in_project(person, "GET", "/memos")} for person in ("ada", "lena")}
    # Lena codes in an open round: what she writes meanwhile is hers alone.
    assert {first["id"], second["id"], own["id"]} & read["ada"] == {own["id"]}
    assert {first["id"], second["id"], own["id"]} & read["lena"] == {first["id"], second["id"]}
    assert [m["id"] for m in study.in_project("lena", "GET", "/memos?kind=reflexive")] == [second["id"]]
    study.ask("lena", "DELETE", f"/memos/{first['id']}/passages/{tied['id']}", status=204)
    (last,) = study.in_project("lena", "GET", "/memos?kind=reflexive")[0]["passages"]
    at = f"/memos/{second['id']}/passages/{last['id']}"
    assert study.ask("lena", "DELETE", at, status=409) == "last_passage"
    study.ask("lena", "DELETE", f"/memos/{second['id']}/links/{first['id']}", status=204)
    study.ask("lena", "PATCH", f"/memos/{first['id']}", {"text": "订单少了，才去想别的办法。"})
    (one,) = study.in_project("lena", "GET", f"/memos?of={relation}")
    assert (one["title"], one["earlier"][0]["text"], one["memos"]) == (on["title"], on["text"], [])
    study.ask("lena", "DELETE", f"/memos/{first['id']}", status=204)


def _name(codes: Json, code: str) -> str:
    return str(next(one["name"] for one in codes if one["id"] == code))
