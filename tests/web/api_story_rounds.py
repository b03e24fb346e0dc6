"""How documents go to coders: planned with a seed, measured against a goal, opened as planned, taken back, passed on, given a day, handed back."""

from web.api_study import Json, Study


def documents_given_out(study: Study) -> None:
    """Everything that can be done with what is given out, once, by the API."""
    said = {"training": "三周试编码", "languages": "中文、英文", "readers": "team"}
    study.in_project("ai", "PUT", "/coder-sheet", said)
    study.in_project("bo", "PUT", "/coder-sheet", {"hours": "40", "readers": "leads"})
    assert [sheet["training"] for sheet in study.in_project("bo", "GET", "/coder-sheets")] == ["三周试编码", ""]
    assert len(study.in_project("ai", "GET", "/coder-sheets")) == 1
    assert len(study.in_project("lena", "GET", "/coder-sheets")) == 2
    assert study.in_project("ai", "PUT", "/ceiling", {"characters": 1}) == {"characters": 1}
    assert study.in_project("ai", "GET", "/ceiling") == {"characters": 1}
    assert {row["name"] for row in study.in_project("lena", "GET", "/progress?by=coder")} >= {"Ai", "Bo"}
    documents = [d["id"] for d in study.in_project("lena", "GET", "/documents")]
    asked: Json = {
        "documents": documents,
        "coders": [study.ids["ai"], study.ids["bo"]],
        "design": {"each": 1, "more": 2, "percent": 50, "spread_by": ["source_type"], "order": "random"},
    }
    plan = study.in_project("lena", "POST", "/rounds/plan", asked)
    assert sum(len(d["coders"]) for d in plan["documents"]) == len(documents) + (len(documents) + 1) // 2
    assert {c["coder_id"]: c["own_ceiling"] for c in plan["coders"]} == {study.ids["ai"]: 1, study.ids["bo"]: None}
    assert study.in_project("ai", "PUT", "/ceiling", {"characters": None}) == {"characters": None}
    plan = study.in_project("lena", "POST", "/rounds/plan", asked)
    assert study.in_project("lena", "POST", "/rounds/plan", asked)["seed"] != plan["seed"]
    seeded = {**asked, "design": {**asked["design"], "seed": plan["seed"]}}
    assert study.in_project("lena", "POST", "/rounds/plan", seeded) == plan
    goal: Json = {"agreement": 0.9, "target": 0.6, "prevalences": [0.4, 0.02], "wants_kappa": True}
    enough = study.in_project("lena", "POST", "/rounds/enough", {**seeded, "unit": "sentence", "goal": goal})
    assert enough["documents"] == (len(documents) + 1) // 2
    assert [row["prevalence"] for row in enough["codes"]] == [0.02, 0.4]
    assert enough["advice"][0]["role"] == "headline"
    compared = next(r for r in study.in_project("lena", "GET", "/rounds") if r["state"] in ("closed", "settled"))
    like = {**goal, "like": compared["id"], "agreement": None}
    as_there = study.in_project("lena", "POST", "/rounds/enough", {**seeded, "unit": "sentence", "goal": like})
    assert as_there["answer"] != enough["answer"]
    rounds_before = len(study.in_project("lena", "GET", "/rounds"))

    version = study.in_project("lena", "GET", "/versions")[0]["id"]
    new = {**seeded, "name": "预编码", "purpose": "pilot", "version_id": version, "due_on": "2026-12-24", "open": True}
    new["goal"] = goal
    made = study.in_project("lena", "POST", "/rounds", new, status=201)
    assert (made["state"], made["purpose"]) == ("open", "pilot")
    assert len(study.in_project("lena", "GET", "/rounds")) == rounds_before + 1
    round_ = f"/rounds/{made['id']}/assignments"
    given = study.ask("lena", "GET", round_)
    assert sorted((a["document_id"], a["coder_id"]) for a in given) == sorted(
        (d["document_id"], coder) for d in plan["documents"] for coder in d["coders"]
    )
    assert {a["due_on"] for a in given} == {"2026-12-24"}

    single = next(d for d in plan["documents"] if len(d["coders"]) == 1)
    [its] = [a for a in given if a["document_id"] == single["document_id"]]
    other = next(c for c in asked["coders"] if c != its["coder_id"])
    [passed] = study.ask("lena", "POST", f"{round_}/pass-on", {"assignments": [its["id"]], "coder_id": other})
    assert (passed["coder_id"], passed["due_on"]) == (other, "2026-12-24")
    assert study.ask("lena", "POST", f"{round_}/due", {"assignments": [passed["id"]], "due_on": None})["changed"] == 1
    who = next(name for name, id_ in study.ids.items() if id_ == other)
    address = f"/rounds/{made['id']}/documents/{single['document_id']}/submit"
    study.ask(who, "POST", address, {})
    body = {"assignments": [passed["id"]], "reason": "第二页漏了"}
    [back] = study.ask("lena", "POST", f"{round_}/hand-back", body)
    assert (back["state"], back["handed_back_for"]) == ("in_progress", "第二页漏了")
    assert study.ask("lena", "POST", f"{round_}/withdraw", {"assignments": [passed["id"]]}, status=409) == "begun"
    theirs = [a["id"] for a in study.ask("lena", "GET", round_) if a["state"] == "assigned"]
    assert study.ask("lena", "POST", f"{round_}/withdraw", {"assignments": theirs})["changed"] == len(theirs)
    # Somebody who came later gets chosen documents at once.
    free = next(d for d in documents if d != single["document_id"])
    again = {"pairs": [{"document_id": free, "coder_id": study.ids["ai"]}], "due_on": "2027-01-05"}
    assert study.ask("lena", "POST", round_, again, status=201)[0]["due_on"] == "2027-01-05"
    # Who leaves keeps what was begun; the rest is seen, then given to others, as it was seen.
    address = f"/rounds/{made['id']}/redistribution"
    leaver = {"leaves": study.ids["ai"]}
    seen = study.ask("lena", "POST", f"{address}/plan", leaver)
    done = study.ask("lena", "POST", address, {**leaver, "seed": seen["seed"], "digest": seen["digest"]})
    assert (done["given"], done["taken"]) == (seen["given"], seen["taken"])
    like = study.ask("lena", "GET", f"/rounds/{made['id']}/copy")
    assert (like["purpose"], like["design"]["seed"]) == ("pilot", None)
