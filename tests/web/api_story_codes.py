"""What becomes of codes: open coding from nothing, labels placed, codes merged and split, all of it taken back."""

from uuid import uuid4

from web.api_study import Json, Study


def codes_become_others(study: Study) -> None:
    """Everything that can be done to what codes count as, once, in a study that has been told to its end."""
    moved_and_taken_back(study)
    merged_and_taken_back(study)
    split_put_and_taken_back(study)
    proposed_and_joined(study)
    openly_coded_and_aligned(study)


def moved_and_taken_back(study: Study) -> None:
    body = {"codes": [study.codes["l2"], study.codes["l3"]], "parent": None}
    act = study.in_project("lena", "POST", "/codes/move", body, status=201)
    study.in_project("lena", "POST", f"/mapping/{act['id']}/undo", status=201)
    assert study.ask("lena", "GET", f"/codes/{study.codes['l1']}/passages?group=coder")[0]["text"]


def merged_and_taken_back(study: Study) -> None:
    body = {"codes": [study.codes["l2"]], "into": study.codes["l3"]}
    act = study.in_project("lena", "POST", "/codes/merge", body, status=201)
    compared = study.in_project("lena", "GET", "/rounds")[-1]
    assert compared["number"] == 1
    assert study.job(study.ask("lena", "POST", f"/rounds/{compared['id']}/comparison", status=202))["state"] == "done"
    study.in_project("lena", "POST", f"/mapping/{act['id']}/undo", status=201)
    assert study.in_project("lena", "POST", f"/mapping/{act['id']}/undo", status=409) == "undone_already"


def split_put_and_taken_back(study: Study) -> None:
    code = study.codes["l1"]
    round_id = study.in_project("lena", "GET", "/rounds")[-1]["id"]
    passage = next(c for c in study.ask("lena", "GET", f"/rounds/{round_id}/codings") if c["code"] == code)
    body = {"into": [{"name": "自己凑钱"}, {"name": "自己动手"}]}
    assert study.ask("lena", "POST", f"/codes/{code}/split/preview", body)["passages"] > 0
    split = study.ask("lena", "POST", f"/codes/{code}/split", body, status=201)
    parts = [c["id"] for c in study.in_project("lena", "GET", "/codebook") if c["name"] == "自己动手"]
    put = {"passages": [{"coder": passage["coder_id"], "key": passage["id"], "at": parts[0]}]}
    put_at = study.ask("lena", "POST", f"/codes/{code}/passages", put, status=201)
    for act in (put_at, split):
        study.in_project("lena", "POST", f"/mapping/{act['id']}/undo", status=201)


def proposed_and_joined(study: Study) -> None:
    """Ai proposes a label for a passage, uses it at once, and reads what became of it."""
    design = {
        "name": "提议",
        "unit": "span",
        "policy": "proposals",
        "version_id": study.in_project("lena", "GET", "/versions")[0]["id"],
        "documents": [study.documents["年报"]["id"]],
        "coders": [study.ids["ai"]],
    }
    study.round = study.in_project("lena", "POST", "/rounds", design, status=201)["id"]
    round_ = f"/rounds/{study.round}"
    study.ask("lena", "POST", f"{round_}/open")
    notes_on_a_code(study, "ai")
    notes_on_a_code(study, "lena")
    quote = "研发投入同比增长"
    start = study.texts["年报"].index(quote)
    passage = {"document": study.documents["年报"]["id"], "start": start, "end": start + len(quote)}
    proposed = {"name": "加大研发", "reason": "不是签协议。", "passage": passage}
    code = study.ask("ai", "PUT", f"{round_}/codes/{uuid4()}", proposed, status=201)["id"]
    study.codes["加大研发"] = code
    study.put("ai", "年报", "加大研发", quote)
    (seen,) = study.ask("lena", "GET", f"{round_}/proposals")
    assert (seen["text"], seen["reason"]) == (quote, "不是签协议。")
    joined = {"code": code, "verdict": "join", "into": study.codes["l3"], "answer": "同“旧设备再用”。"}
    study.ask("lena", "POST", f"{round_}/proposals", {"decisions": [joined]})
    (own,) = study.ask("ai", "GET", f"{round_}/own-proposals")
    assert (own["state"], own["into"], own["answer"]) == ("merged", "旧设备再用", "同“旧设备再用”。")
    study.ask("lena", "POST", f"{round_}/close", {"unfinished": True})
    study.run_jobs()


def notes_on_a_code(study: Study, who: str) -> None:
    """Somebody writes a memo on a code, changes it, and takes it away."""
    code = study.codes["l3"]
    memo = study.ask(who, "POST", f"/codes/{code}/memos", {"text": "“再用”要有旧物。"}, status=201)
    changed = {"text": "“再用”须有旧物，接入不算。", "kind": "methodological"}
    study.ask(who, "PATCH", f"/memos/{memo['id']}", changed, If_Match='"1"')
    assert study.ask(who, "PATCH", f"/memos/{memo['id']}", {"text": "又"}, status=412, If_Match='"1"') == "stale_memo"
    listed = study.ask(who, "GET", f"/codes/{code}/memos")
    assert [(m["text"], [e["text"] for e in m["earlier"]]) for m in listed if m["own"]] == [
        ("“再用”须有旧物，接入不算。", ["“再用”要有旧物。"])
    ]
    other = study.in_project(who, "POST", "/memos", {"text": "先记下来。"}, status=201)
    study.ask(who, "POST", f"/memos/{other['id']}/links", {"memo": memo["id"]}, status=204)
    study.ask(who, "DELETE", f"/memos/{other['id']}", status=204)
    study.ask(who, "DELETE", f"/memos/{memo['id']}", status=204)


def openly_coded_and_aligned(study: Study) -> Json:
    """Ai codes openly without a codebook; the lead places the labels, takes it back, places them again, ends the alignment."""
    design = {
        "name": "开放编码",
        "unit": "span",
        "policy": "open",
        "documents": [study.documents["年报"]["id"]],
        "coders": [study.ids["ai"]],
    }
    study.round = study.in_project("lena", "POST", "/rounds", design, status=201)["id"]
    study.ask("lena", "POST", f"/rounds/{study.round}/open")
    place = study.place("年报")
    labels = []
    for name, quote in (("签协议", "与两所高校签订合作协议"), ("投研发", "研发投入同比增长")):
        key = str(uuid4())
        labels.append(study.ask("ai", "PUT", f"/rounds/{study.round}/codes/{key}", {"name": name}, status=201)["id"])
        study.codes[name] = labels[-1]
        study.put("ai", "年报", name, quote)
    renamed = {"name": "与高校签协议了"}
    study.ask("ai", "PATCH", f"/rounds/{study.round}/own-codes/{labels[0]}", renamed, If_Match='"1"')
    empty = {"start": 0, "kind": "no_code"}
    assert study.ask("ai", "PUT", f"{place}/empty-units", empty) == empty
    assert study.ask("ai", "PUT", f"{place}/empty-units", {"start": 1, "kind": "skipped"}, status=422) == "no_unit_here"
    assert study.ask("ai", "GET", f"{place}/work")["empty_units"] == [empty]
    assert study.ask("ai", "PUT", f"{place}/active-minutes", {"minutes": [2**31 - 2, 2**31 - 1]}) == {"minutes": 2}
    study.ask("ai", "POST", f"{place}/submit")
    study.ask("lena", "POST", f"/rounds/{study.round}/close", {})
    study.run_jobs()
    assert study.ask("lena", "POST", f"/rounds/{study.round}/alignment", {}, status=409) == "labels_waiting"
    at = {"name": "借力", "parent": study.codes["c1"]}
    act = study.ask(
        "lena",
        "POST",
        f"/rounds/{study.round}/labels",
        {"placements": [{"labels": labels, "at": at}]},
        status=201,
    )
    undone = study.in_project("lena", "POST", f"/mapping/{act['id']}/undo", status=201)
    study.in_project("lena", "POST", f"/mapping/{undone['id']}/undo", status=201)
    far = study.ask("lena", "GET", f"/rounds/{study.round}/alignment")
    assert (far["labels"], far["placed"], far["coders"], far["codes"]) == (2, 2, 1, 1)
    study.ask("lena", "POST", f"/rounds/{study.round}/alignment", {}, status=202)
    study.run_jobs()
    assert study.ask("lena", "POST", f"/rounds/{study.round}/alignment", {}, status=409) == "aligned_already"
    merged = {"codes": [study.codes["l2"]], "into": study.codes["l3"]}
    study.in_project("lena", "POST", "/codes/merge", merged, status=201)
    return study.ask("lena", "POST", f"/rounds/{study.round}/comparison", status=202)
