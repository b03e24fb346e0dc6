"""Saturation as people judge it, by the API: a rule, a note, a declaration, the document that breaks it, and one taken back."""

from uuid import uuid4

from web.api_study import Json, Study


def saturation_is_judged(study: Study) -> None:
    """Let Lena judge, Ai code what nobody had, and Lena judge again."""
    rules = study.in_project("lena", "POST", "/saturation/rules", {"rule": "weller2018"}, status=201)
    assert (rules["number"], rules["rule"]["rule"]) == (1, "weller2018")
    assert study.in_project("lena", "POST", "/saturation/rules", {"rule": "weller2018"}, status=409) == "rule_saved"
    assert study.in_project("ai", "POST", "/saturation/rules", {"rule": "guest2020"}, status=403) == "forbidden"
    (shown,) = study.in_project("ai", "GET", "/saturation/rules?level=label")
    assert (shown["by"], shown["before_looking"], shown["by_document"]["met"]) == ("Lena", False, False)
    note = {"on": "2026-05-02", "text": "访谈提纲第二版"}
    study.in_project("lena", "POST", "/saturation/notes", note, status=201)
    assert (
        study.in_project("ai", "GET", "/saturation/notes")[0] | note
        == study.in_project("ai", "GET", "/saturation/notes")[0]
    )

    judged: Json = {"kind": "codes", "level": "label", "view": "union", "reason": "近两份无新标签"}
    assert (
        study.in_project("lena", "POST", "/saturation/declarations", judged | {"reason": " "}, status=422)
        == "no_reason"
    )
    made = study.in_project("lena", "POST", "/saturation/declarations", judged | {"despite": "只差边界"}, status=201)
    before = made["figures"]["codes"]
    assert len(made["codes"]) == before
    (stands,) = study.in_project("ai", "GET", "/saturation/declarations")
    assert (stands["by"], stands["withdrawn_at"], stands["added"], stands["codes_now"]) == ("Lena", None, 0, before)

    new = study.in_project("lena", "POST", "/codes", {"codes": [{"name": "无人见过的标签"}]}, status=201)[0]["id"]
    version = study.in_project("lena", "POST", "/versions", {}, status=201)["id"]
    document = study.in_project("lena", "GET", "/documents")[0]["id"]
    design: Json = {"name": "再看一份", "version_id": version, "documents": [document], "coders": [study.ids["ai"]]}
    round_ = f"/rounds/{study.in_project('lena', 'POST', '/rounds', design | {'open': True}, status=201)['id']}"
    place = f"{round_}/documents/{document}"
    study.ask("ai", "PUT", f"{place}/codings/{uuid4()}", {"code": new, "start": 0, "end": 4}, status=201)
    study.ask("ai", "POST", f"{place}/submit", {})
    (stands,) = study.in_project("ai", "GET", "/saturation/declarations")
    assert stands["withdrawn_at"] is None
    study.ask("lena", "POST", f"{round_}/close", {})
    study.run_jobs()
    (gone,) = study.in_project("ai", "GET", "/saturation/declarations")
    assert (gone["cause"], gone["coder"], gone["new_codes"], gone["document_id"]) == (
        "new_codes",
        "Ai",
        [new],
        document,
    )
    assert gone["codes"] == made["codes"]

    again = study.in_project("lena", "POST", "/saturation/declarations", judged | {"despite": "只差边界"}, status=201)
    assert (again["number"], again["figures"]["codes"]) == (2, before + 1)
    back = f"/saturation/declarations/{again['id']}/take-back"
    assert study.in_project("lena", "POST", back, {"reason": "换了提纲"})["cause"] == "by_hand"
    assert study.in_project("lena", "POST", back, {"reason": "换了提纲"}, status=409) == "withdrawn"
    assert [one["number"] for one in study.in_project("ai", "GET", "/saturation/declarations")] == [2, 1]
