"""Saturation as people judge it, by the API: a rule, a note, a declaration, the document that breaks it, one taken back, a hold-out test."""

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

    _is_held_out(study)


def _is_held_out(study: Study) -> None:
    """Let Lena put a new document aside, look at it, open it, have it coded last, and read what it brought."""
    there = study.in_project("lena", "POST", "/saturation/reserves", {"unit": "document", "reason": "r"}, status=409)
    assert there == "nothing_to_reserve", "everything was given out"
    for n in (1, 2):
        text = f"第{n}份没有人读过的资料。".encode()
        study.clients["lena"].upload(f"/api/v1/projects/{study.project}/files", f"留出{n}.txt", text)
    study.job(study.in_project("lena", "POST", "/imports", {}, status=202))
    new = [one["id"] for one in study.in_project("lena", "GET", "/documents") if one["title"].startswith("留出")]
    wanted: Json = {"unit": "document", "chosen": new[:1], "reason": "另一地区"}
    assert study.in_project("ai", "POST", "/saturation/reserves", wanted, status=403) == "forbidden"
    made = study.in_project("lena", "POST", "/saturation/reserves", wanted, status=201)
    assert (made["number"], made["state"], made["seed"], made["offered"]) == (1, "hidden", None, 2)
    (seen,) = study.in_project("ai", "GET", "/saturation/reserves")
    assert (seen["members"], seen["documents"], seen["by"]) == (None, None, "Lena")
    version = study.in_project("lena", "GET", "/versions")[0]["id"]
    design: Json = {"name": "最后一轮", "version_id": version, "documents": new[:1], "coders": [study.ids["ai"]]}
    assert study.in_project("lena", "POST", "/rounds", design, status=409) == "held_out_given"
    revision = study.ask("lena", "GET", f"/documents/{new[0]}/revisions")[0]["id"]
    assert study.ask("lena", "GET", f"/revisions/{revision}", status=409) == "held_out"
    place = f"/saturation/reserves/{made['id']}"
    look: Json = {"document_id": new[0], "reason": "核对录音"}
    study.in_project("lena", "POST", f"{place}/looks", look, status=204)
    assert study.ask("lena", "GET", f"/revisions/{revision}")["text"].startswith("第1份")
    before = study.in_project("ai", "GET", "/saturation/hold-out")
    assert before == {"reserve": made["id"], "verdict": None}
    assert study.in_project("lena", "POST", f"{place}/open", {})["state"] == "opened"
    assert study.in_project("lena", "POST", f"{place}/open", {}, status=409) == "reserve_ended"
    (seen,) = study.in_project("ai", "GET", "/saturation/reserves")
    assert (seen["documents"], [one["reason"] for one in seen["looks"]]) == (new[:1], ["核对录音"])
    round_ = f"/rounds/{study.in_project('lena', 'POST', '/rounds', design | {'open': True}, status=201)['id']}"
    study.ask("ai", "POST", f"{round_}/documents/{new[0]}/submit", {})
    study.ask("lena", "POST", f"{round_}/close", {})
    study.run_jobs()
    found = study.in_project("ai", "GET", "/saturation/hold-out?view=union")["verdict"]
    assert (found["missing"], found["reserved"], found["passed"], found["strict"]) == (0, 1, True, True)
    assert found["tests"]["label"]["codes_in_reserved"] == 0
    assert found["tests"]["relations"] is None


def materials_suffice_by_information_power(study: Study) -> None:
    """Let Lena say that the method rejects saturation, which is then nowhere, and judge by information power; and take that back."""
    saturation = "/saturation?level=label"
    said: Json = {
        name: {"power": "high", "words": f"说明{n}"}
        for n, name in enumerate(("aim", "specificity", "theory", "dialogue", "analysis"))
    } | {"suffices": True, "reason": "样本专门，对话深入"}
    assert study.in_project("lena", "POST", "/information-power", said, status=409) == "by_saturation"
    assert study.in_project("lena", "PATCH", "", {"information_power": True})["information_power"] is True
    for path in (saturation, "/saturation/declarations", "/saturation/reserves", "/exports/saturation"):
        assert study.in_project("lena", "GET", path, status=409) == "no_saturation"
    assert study.in_project("lena", "POST", "/saturation/rules", {"rule": "weller2018"}, status=409) == "no_saturation"
    assert study.in_project("ai", "POST", "/information-power", said, status=403) == "forbidden"
    assert study.in_project("lena", "POST", "/information-power", said | {"reason": " "}, status=422) == "no_reason"
    made = study.in_project("lena", "POST", "/information-power", said, status=201)
    assert (made["number"], made["aim"]) == (1, {"power": "high", "words": "说明0"})
    less = said | {"suffices": False, "aim": {"power": "low"}}
    study.in_project("lena", "POST", "/information-power", less, status=201)
    shown = study.in_project("ai", "GET", "/information-power")
    assert [(one["number"], one["suffices"], one["by"]) for one in shown] == [(2, False, "Lena"), (1, True, "Lena")]
    study.in_project("lena", "PATCH", "", {"information_power": False})
    assert study.in_project("ai", "GET", saturation)["level"] == "label"
    assert len(study.in_project("ai", "GET", "/information-power")) == 2, "what was judged stays"
