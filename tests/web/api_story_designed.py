"""A designed study by the API: a pilot, twelve documents for five coders, a gate failed and passed, somebody late, a leaver, drift.

The study is that of the browser's story of rounds. Each step is a function; they are told in their order.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import uuid4

from services.settled import RIGHT, sentence, text_of
from web.api_story_training import days_pass
from web.api_study import Json, Study

PILOT = ("试编甲", "试编乙")
DOCUMENTS = tuple(f"资料{n:02}" for n in range(1, 13))
CODERS = ("ai", "bo", "wei", "hui", "otto")
LATE = "rui"
#: of the main round: enough that each code stands several times
SOME = {place: code for place, code in RIGHT.items() if place < 20}
WRONG = dict.fromkeys(RIGHT, "l1")
#: a place on which the pilot's coders differ
APART = 1
GOAL: Json = {"target": 0.4, "power": 0.8, "intra": 0.05, "agreement": 0.85, "several_codes": False}


def a_study_is_prepared(study: Study) -> None:
    """People, documents of three cases, a codebook."""
    study.project = study.ask("lena", "POST", "/projects", {"name": "十二份资料", "language": "zh"}, status=201)["id"]
    for who, role in ((LATE, "coder"), ("ada", "adjudicator"), *((c, "coder") for c in CODERS)):
        given = {"email": f"{who}@study.example", "roles": [role]}
        invited = study.in_project("lena", "POST", "/invitations", given, status=201)
        secret = invited["link"].rsplit("/invitations/", 1)[1]
        study.ask(who, "POST", "/invitations/accept", {"token": secret}, status=201)
    for n, title in enumerate((*PILOT, *DOCUMENTS)):
        sent = study.clients["lena"].upload(
            f"/api/v1/projects/{study.project}/files",
            f"{title}.txt",
            text_of(title).encode(),
            case=f"案例{'甲乙丙'[n % 3]}",
        )
        assert sent.status_code == 201
    study.job(study.in_project("lena", "POST", "/imports", {}, status=202))
    study.documents = {d["title"]: d for d in study.in_project("lena", "GET", "/documents")}
    codes = [{"key": key, "name": f"标签{key}", "level": "label"} for key in ("l1", "l2", "l3")]
    made = study.in_project("lena", "POST", "/codes", {"codes": codes}, status=201)
    study.codes = {str(given["key"]): code["id"] for given, code in zip(codes, made, strict=True)}
    study.versions = [study.in_project("lena", "POST", "/versions", {}, status=201)["id"]]


def coded(study: Study, who: str, round_: str, title: str, codes: Iterable[tuple[int, str]]) -> None:
    """Let a coder code sentences of a document and submit it."""
    place = f"/rounds/{round_}/documents/{study.documents[title]['id']}"
    for at, code in codes:
        start = text_of(title).index(sentence(at))
        body = {"code": study.codes[code], "start": start, "end": start + len(sentence(at))}
        study.ask(who, "PUT", f"{place}/codings/{uuid4()}", body, status=201)
    assert study.ask(who, "POST", f"{place}/submit", {"unseen": "no_code"})["state"] == "submitted"


def _new(study: Study, name: str, titles: Iterable[str], coders: Iterable[str], **more: Json) -> Json:
    return {
        "name": name,
        "version_id": study.versions[0],
        "unit": "sentence",
        "documents": [study.documents[t]["id"] for t in titles],
        "coders": [study.ids[c] for c in coders],
        **more,
    }


def _close(study: Study, round_: str, **more: Json) -> None:
    assert study.ask("lena", "POST", f"/rounds/{round_}/close", more)["state"] == "closed"
    study.run_jobs()


def the_pilot_is_coded_and_settled(study: Study) -> str:
    """Ai and Bo code two documents; where they differ Ada rules."""
    body = _new(study, "试编码", PILOT, ("ai", "bo"), purpose="pilot", open=True)
    pilot: str = study.in_project("lena", "POST", "/rounds", body, status=201)["id"]
    for who, differs in (("ai", "l3"), ("bo", "l2")):
        for title in PILOT:
            coded(study, who, pilot, title, [*RIGHT.items(), (APART, differs)])
    _close(study, pilot)
    places = study.ask("ada", "GET", f"/rounds/{pilot}/disagreements")
    assert len(places) == len(PILOT)
    for place in places:
        ruling = {"codings": [], "reason": "没有编码"}
        address = f"/disagreements/{place['id']}/rulings"
        study.ask("ada", "POST", address, ruling, status=201, If_Match=f'"{place["version"]}"')
    return pilot


def the_main_round_is_planned(study: Study, pilot: str) -> str:
    """Two coders on a document, three on thirty percent of them; the planner says from the pilot what is enough."""
    design = {"each": 2, "more": 3, "percent": 30, "spread_by": ["case"], "order": "random", "seed": 20261129}
    asked = {"documents": [study.documents[t]["id"] for t in DOCUMENTS], "coders": [study.ids[c] for c in CODERS]}
    goal = {**GOAL, "like": pilot}
    enough = {**asked, "design": design, "unit": "sentence", "goal": goal, "simulations": 100}
    said = study.in_project("lena", "POST", "/rounds/enough", enough)
    assert (said["documents"], said["advice"][0]["role"], said["cautions"] != []) == (12, "headline", True)
    needs = {row["name"]: row["formula"] for row in said["codes"]}
    assert set(needs) >= {"标签l1", "标签l2"}
    plan = study.in_project("lena", "POST", "/rounds/plan", {**asked, "design": design})
    assert plan["connected"]
    assert len(plan["not_met"]) == 1, "thirty of a hundred of twelve are no whole number, and that is said"

    body = _new(study, "正式编码", DOCUMENTS, CODERS, design=design, goal=goal, due_on="2027-01-15")
    made = study.in_project("lena", "POST", "/rounds", body, status=201)
    assert (made["state"], made["purpose"]) == ("draft", "main")
    given = study.ask("lena", "GET", f"/rounds/{made['id']}/assignments")
    assert sorted((a["document_id"], a["coder_id"]) for a in given) == sorted(
        (d["document_id"], coder) for d in plan["documents"] for coder in d["coders"]
    ), "what is made is what was seen"
    assert sorted(Counter(a["document_id"] for a in given).values()) == [2] * 8 + [3] * 4
    loads = Counter(a["coder_id"] for a in given)
    assert max(loads.values()) - min(loads.values()) <= 2
    return str(made["id"])


def the_gate_is_failed_and_passed(study: Study, main: str) -> None:
    """Otto fails a test, and passes the next; for the others the lead lifts the gate with a reason."""
    rule = {"alpha": 0.7, "end": 0.55, "level": "label", "codes": [study.codes["l1"], study.codes["l2"]]}
    study.ask("lena", "PUT", f"/rounds/{main}/gate", rule)
    assert study.ask("lena", "POST", f"/rounds/{main}/open", status=409) == "gate"
    for who in ("ai", "bo", "wei", "hui"):
        lift = {"coder_id": study.ids[who], "reason": "参加过试编码"}
        study.ask("lena", "POST", f"/rounds/{main}/gate/lifts", lift)

    def tested(title: str, codes: dict[int, str]) -> Json:
        new = {
            "name": f"测试 {title}",
            "version_id": study.versions[0],
            "coders": [study.ids["otto"]],
            "documents": [study.documents[title]["id"]],
            "open": True,
        }
        test = study.in_project("lena", "POST", "/tests", new, status=201)["round_id"]
        coded(study, "otto", test, title, codes.items())
        standings = study.ask("lena", "GET", f"/rounds/{main}/gate")["coders"]
        return next(one for one in standings if one["coder_id"] == study.ids["otto"])

    failed = tested(PILOT[0], WRONG)
    assert (failed["passed"], failed["attempts"]) == (False, 1)
    assert study.ask("lena", "POST", f"/rounds/{main}/open", status=409) == "gate"
    passed = tested(PILOT[1], RIGHT)
    assert (passed["passed"], passed["attempts"]) == (True, 2)
    [own] = study.ask("otto", "GET", f"/rounds/{main}/gate")["coders"]
    assert own["passed"]
    [score] = study.ask("otto", "GET", f"/rounds/{passed['test_id']}/scores")
    interval = score["score"]["alpha"]["interval"]
    assert score["score"]["alpha"]["value"] == 1.0
    assert interval["low"] < interval["high"] == 1.0, "without a mistake there is an interval all the same"
    assert study.ask("lena", "POST", f"/rounds/{main}/open")["state"] == "open"


def work_comes_back(study: Study, main: str) -> None:
    """Ai submits a document, is handed it back with a reason, and submits it again."""
    own = next(a for a in _given(study, main) if a["coder_id"] == study.ids["ai"])
    title = _title(study, own["document_id"])
    coded(study, "ai", main, title, list(SOME.items())[:3])
    body = {"assignments": [own["id"]], "reason": "第三段没有编"}
    [back] = study.ask("lena", "POST", f"/rounds/{main}/assignments/hand-back", body)
    assert back["state"] == "in_progress"
    seen = next(a for a in study.ask("ai", "GET", f"/rounds/{main}/assignments") if a["id"] == own["id"])
    assert seen["handed_back_for"] == "第三段没有编"
    coded(study, "ai", main, title, list(SOME.items())[3:])


def somebody_comes_and_somebody_goes(study: Study, main: str) -> None:
    """Rui comes late and gets a share when the gate is lifted; Hui has begun something, and leaves."""
    address = f"/rounds/{main}/redistribution"
    late: Json = {"joins": study.ids[LATE], "seed": 3}
    before = _given(study, main)
    assert study.ask("lena", "POST", address, late, status=409) == "gate"
    assert _given(study, main) == before
    lift = {"coder_id": study.ids[LATE], "reason": "参加过培训"}
    study.ask("lena", "POST", f"/rounds/{main}/gate/lifts", lift)
    joined = study.ask("lena", "POST", address, late)
    assert {g["coder_id"] for g in joined["given"]} == {study.ids[LATE]}
    assert study.ask(LATE, "GET", f"/rounds/{main}/assignments")

    begun = next(a for a in _given(study, main) if a["coder_id"] == study.ids["hui"])
    place = f"/rounds/{main}/documents/{begun['document_id']}"
    start = text_of(_title(study, begun["document_id"])).index(sentence(0))
    body = {"code": study.codes["l1"], "start": start, "end": start + len(sentence(0))}
    study.ask("hui", "PUT", f"{place}/codings/{uuid4()}", body, status=201)
    leaver: Json = {"leaves": study.ids["hui"], "seed": 4}
    seen = study.ask("lena", "POST", f"{address}/plan", leaver)
    assert seen["begun"] == 1
    before = _given(study, main)
    done = study.ask("lena", "POST", address, {**leaver, "digest": seen["digest"]})
    assert done["given"] == seen["given"]
    after = _given(study, main)
    assert [a["document_id"] for a in after if a["coder_id"] == study.ids["hui"]] == [begun["document_id"]]
    several, wanted = (Counter(a["document_id"] for a in rows) for rows in (after, before))
    wanted[begun["document_id"]] += 1
    assert several == wanted, "as many coders as before, and one more where the leaver has begun"


def the_main_round_is_coded_and_closed(study: Study, main: str) -> None:
    """Everybody codes what is left; Hui's begun document stays unfinished. The report prints what was planned."""
    names = {id_: name for name, id_ in study.ids.items()}
    for row in _given(study, main):
        if row["state"] != "submitted" and row["coder_id"] != study.ids["hui"]:
            codes = {**SOME, 0: "l3"} if row["coder_id"] == study.ids["bo"] else SOME
            coded(study, names[row["coder_id"]], main, _title(study, row["document_id"]), codes.items())
    assert study.ask("lena", "POST", f"/rounds/{main}/close", {}, status=409) == "unsubmitted"
    _close(study, main, unfinished=True)
    [report] = study.ask("lena", "GET", f"/rounds/{main}/agreement")
    alpha = study.ask("lena", "GET", f"/reports/{report['id']}")["result"]["overall"]["alpha"]["value"]
    assert 0.8 < alpha < 1.0
    started = study.ask("lena", "POST", f"/reports/{report['id']}/exports/report", {"format": "json"}, status=202)
    study.run_jobs()
    planned = study.ask("lena", "GET", f"/exports/{started['id']}/file")["planned"]
    assert planned["goal"]["target"] == GOAL["target"]
    assert {code["name"] for code in planned["codes"]} >= {"标签l1", "标签l2"}
    assert planned["figures"][0]["role"] == "headline"


def drift_is_looked_for(study: Study, main: str) -> None:
    """Three days later some documents of Ai and Bo come again, unmarked; Bo codes otherwise than before."""
    days_pass(study.database, 3)
    body: Json = {
        "name": "再看几份",
        "version_id": study.versions[0],
        "coders": [study.ids["ai"], study.ids["bo"]],
        "percent": 50,
        "seed": 11,
        "open": True,
    }
    drawn = study.in_project("lena", "POST", "/repeats", body, status=201)
    again = drawn["round_id"]
    given = _given(study, again)
    earlier = {(a["document_id"], a["coder_id"]) for r in _rounds(study) if r != again for a in _given(study, r)}
    assert len(given) == drawn["documents"] >= 4
    assert {(a["document_id"], a["coder_id"]) for a in given} <= earlier, "own earlier documents"
    assert study.ask("ai", "GET", f"/rounds/{again}")["purpose"] is None, "not told before it is closed"
    assert study.in_project("ai", "GET", "/drift") == []
    for row in given:
        title = _title(study, row["document_id"])
        right = RIGHT if title in PILOT else SOME
        for who in ("ai", "bo"):
            if row["coder_id"] == study.ids[who]:
                codes = right if who == "ai" else dict.fromkeys(right, "l1")
                coded(study, who, again, title, codes.items())
    _close(study, again)
    assert study.ask("ai", "GET", f"/rounds/{again}")["purpose"] == "drift"
    found = {one["coder"]: one for one in study.in_project("lena", "GET", "/drift")}
    ai, bo = (found[study.ids[who]]["alpha"] for who in ("ai", "bo"))
    assert ai["value"] > 0.95
    assert bo["interval"]["high"] < ai["interval"]["low"], "whoever changed is told from whoever did not"
    assert ai["interval"]["low"] < ai["interval"]["high"]
    more = {one["code"]: one["direction"] for one in found[study.ids["bo"]]["by_code"]}
    assert (more[study.codes["l1"]], more[study.codes["l2"]]) == ("more", "less")
    study.in_project("lena", "PATCH", "", {"coders_see_drift": True})
    assert [one["coder"] for one in study.in_project("ai", "GET", "/drift")] == [study.ids["ai"]]
    study.ask("lena", "GET", f"/rounds/{main}/consensus")


def _rounds(study: Study) -> list[str]:
    return [r["id"] for r in study.in_project("lena", "GET", "/rounds")]


def _given(study: Study, round_: str) -> list[Json]:
    rows: list[Json] = study.ask("lena", "GET", f"/rounds/{round_}/assignments")
    return rows


def _title(study: Study, document: str) -> str:
    return next(title for title, known in study.documents.items() if known["id"] == document)
