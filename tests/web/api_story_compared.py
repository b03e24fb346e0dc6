"""The second half of the story of the API: what a study is asked once its round is closed.

The numbers are worked out by hand in the docstring of tests/web/test_api_story.py.
"""

from typing import Any

import pytest

from web.api_study import Json, Study


def the_round_closes_and_is_compared(study: Study) -> Json:
    round_ = f"/rounds/{study.round}"
    assert study.ask("lena", "POST", f"{round_}/close", {})["state"] == "closed"
    job = study.in_project("lena", "GET", "/jobs")[0]
    assert job["kind"] == "compare"
    done = study.job(job)
    assert done["state"] == "done"
    assert done["result"]["places"] == {"unanimous": 3, "different_code": 1, "boundary": 1, "omission": 1}
    assert len(study.ask("lena", "GET", f"{round_}/codings")) == 11
    assert [r["id"] for r in study.ask("ai", "GET", f"{round_}/agreement")] == [done["result"]["report"]]
    report = study.ask("lena", "GET", f"/reports/{done['result']['report']}")
    made_of = report["provenance"]
    assert [c["name"] for c in made_of["coders"]] == ["Ai", "Bo"]
    assert [d["title"] for d in made_of["documents"]] == ["访谈一", "参观"]
    assert (made_of["codebook_version"], made_of["unit"], made_of["submitted"]) == (2, "sentence", 4)
    return report


def confusions_come_as_many_as_are_asked_for(study: Study, report: Json) -> None:
    usual = report["result"]["confusions"]
    asked = {
        many: study.ask("lena", "GET", f"/reports/{report['id']}?confusions={many}")["result"]["confusions"]
        for many in (0, 1, 100_000)
    }
    assert usual
    assert asked == {0: [], 1: usual[:1], 100_000: usual}
    assert study.ask("lena", "GET", f"/reports/{report['id']}?confusions=-1", status=422)


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-12)


def numbers_are_right_and_open_their_evidence(study: Study, report: Json) -> None:
    result = report["result"]
    overall = result["overall"]
    assert overall["percent"]["value"] == near(14 / 16)
    # 1 − observed / expected disagreement = 1 − (2/16) / ((32·31 − 6·5 − 3·2 − 2·1 − 21·20) / (32·31))
    assert overall["alpha"]["value"] == near(410 / 534)
    # chance = (3·3 + 2·1 + 1·1 + 10·11) / 16², agreement = 224 / 256
    assert overall["kappa"]["value"] == near(102 / 134)
    assert (overall["alpha"]["n_units"], overall["alpha"]["n_values"], overall["alpha"]["n_missing"]) == (16, 32, 0)
    interval = overall["alpha"]["interval"]
    assert interval["low"] <= 410 / 534 <= interval["high"]
    assert interval["resamples"] == 1000
    reached = report["benchmark"]["alpha"]
    assert set(reached) == {"landis_koch", "altman", "fleiss"}
    assert all(part["probability"] >= 0.95 and part["low"] <= 410 / 534 for part in reached.values())
    assert report["benchmark"]["percent"] == {}

    by_code = {c["code"]: c for c in result["by_code"]}
    expected = {
        "l1": (1.0, 1.0, 1.0),
        # positives 2 and 1, one of them shared: alpha = 1 − (1/16)·992/(2·3·29), kappa = (240 − 212)/(256 − 212)
        "l2": (112 / 174, 28 / 44, 15 / 16),
        # one positive each, in different sentences: worse than chance
        "l3": (-4 / 120, -2 / 30, 14 / 16),
    }
    for key, (alpha, kappa, percent) in expected.items():
        estimates = by_code[study.codes[key]]["estimates"]
        assert [estimates[n]["value"] for n in ("alpha", "kappa", "percent")] == [
            near(alpha),
            near(kappa),
            near(percent),
        ]
    unused = by_code[study.codes["l4"]]
    assert unused["estimates"]["alpha"]["value"] is None
    assert unused["estimates"]["alpha"]["reason"] == "not_used"
    assert unused["positives"] == 0

    [pair] = result["by_pair"]
    assert set(pair["coders"]) == {study.ids["ai"], study.ids["bo"]}
    assert pair["estimates"]["alpha"]["value"] == near(410 / 534)
    [cell] = study.ask("bo", "GET", f"/reports/{report['id']}/cells?code={study.codes['l2']}")
    assert (cell["n"], cell["both"], cell["first"] + cell["second"]) == (16, 1, 1)
    by_document = {d["document"]: d["estimates"] for d in result["by_document"]}
    # twelve sentences: 1 − (2/12)·552/322
    interview = by_document[study.documents["访谈一"]["id"]]["alpha"]
    assert interview["value"] == near(5 / 7)
    assert interview["interval"] or interview["interval_reason"]
    tour = by_document[study.documents["参观"]["id"]]["alpha"]
    assert (tour["value"], tour["n_units"]) == (1.0, 4)
    # perfect agreement has an interval without width in however few units
    assert (tour["interval"]["low"], tour["interval"]["high"], tour["interval"]["degenerate"]) == (1.0, 1.0, True)

    def segments(**query: str) -> list[Json]:
        text = "&".join(f"{k}={v}" for k, v in query.items())
        segments: list[Json] = study.ask("bo", "GET", f"/reports/{report['id']}/segments?{text}")
        return segments

    first, second = segments(code=study.codes["l2"])
    l2 = segments(code=study.codes["l2"], order="text")
    # What brings most when it is settled comes first, unless the order of the texts is asked for.
    assert (first, second) == (l2[1], l2[0])
    assert len(l2) == by_code[study.codes["l2"]]["units_used"] == 2
    assert l2[1]["text"] == "我们才看得到客户的反馈。"
    assert l2[1]["codes"] == {study.ids["ai"]: ["旧机器接上网"], study.ids["bo"]: ["旧设备再用"]}
    assert [s["text"] for s in segments(code=study.codes["l2"], only="differ")] == [l2[1]["text"]]
    assert len(segments(coder=study.ids["ai"], other=study.ids["bo"], only="differ")) == 2
    assert [s["title"] for s in segments(document=study.documents["参观"]["id"])] == ["参观"]

    asked = {"unit": "sentence", "level": "concept", "resamples": 0}
    job = study.job(study.ask("ada", "POST", f"/rounds/{study.round}/agreement", asked, status=202))
    lifted = study.ask("ada", "GET", f"/reports/{job['result']['report']}")
    assert lifted["result"]["overall"]["percent"]["value"] == near(15 / 16)  # l2 and l3 are one concept
    assert lifted["result"]["overall"]["alpha"]["interval_reason"] == "not_requested"


def disagreements_become_rulings_and_consensus(study: Study) -> None:
    round_ = f"/rounds/{study.round}"
    places = study.ask("ada", "GET", f"{round_}/disagreements")
    assert [(d["kind"], d["detail"]) for d in places] == [
        ("boundary", None),
        ("omission", None),
        ("different_code", "sibling"),
    ]
    boundary, omission, different = (f"/disagreements/{d['id']}" for d in places)
    assert [d["id"] for d in study.ask("ada", "GET", f"{round_}/disagreements?kind=omission")] == [places[1]["id"]]
    card = study.ask("ada", "GET", different)
    assert (card["text"], card["rulings"], card["version"]) == ("看得到客户的反馈", [], 1)
    assert {s["coder"] for s in card["sides"]} == {study.ids["ai"], study.ids["bo"]}

    ours = study.span("访谈一", "l2", "我们把旧机器都接上了网")
    ruling = {"codings": [ours], "reason": "主语属于这一行动。"}
    far = {"codings": [study.span("访谈一", "l3", "没有信任什么都谈不了")], "reason": "连着说的。"}
    assert study.ask("ada", "POST", f"{boundary}/rulings", far, status=422, If_Match='"1"') == "beyond_place"
    assert study.ask("ada", "POST", f"{boundary}/rulings", {**ruling, "reason": " "}, status=422) == "no_reason"
    assert study.ask("ada", "POST", f"{boundary}/rulings", ruling, status=428) == "no_version"
    study.ask("lena", "POST", f"{boundary}/rulings", ruling, status=403, If_Match='"1"')
    made = study.ask("ada", "POST", f"{boundary}/rulings", ruling, status=201, If_Match='"1"')
    assert (made["adjudicator_id"], made["codings"], made["ended_at"]) == (study.ids["ada"], [ours], None)
    assert study.ask("ada", "POST", f"{boundary}/rulings", ruling, status=412, If_Match='"1"') == "stale_disagreement"

    nothing = {"codings": [], "reason": "只是处境，没有行动。"}
    study.ask("ada", "POST", f"{omission}/rulings", nothing, status=201, If_Match='"1"')
    assert study.ask("ada", "POST", f"{omission}/undo", {}, If_Match='"2"')["state"] == "open"
    trust = {"codings": [study.span("访谈一", "l3", "没有信任什么都谈不了")], "reason": "信任先于一切。"}
    study.ask("ada", "POST", f"{omission}/rulings", trust, status=201, If_Match='"3"')
    history = study.ask("ada", "GET", omission)["rulings"]
    assert [(r["reason"], r["ended_at"] is None) for r in history] == [
        ("信任先于一切。", True),
        ("只是处境，没有行动。", False),
    ]

    state = study.ask("ada", "PATCH", different, {"state": "discussion"}, If_Match='"1"')
    assert (state["state"], state["version"]) == ("discussion", 2)
    assert study.ask("lena", "POST", f"{round_}/settle", status=409) == "open_disagreements"
    feedback = {"codings": [study.span("访谈一", "l3", "看得到客户的反馈")], "reason": "是再用，不是联网。"}
    study.ask("ada", "POST", f"{different}/rulings", feedback, status=201, If_Match='"2"')

    layer = study.ask("bo", "GET", f"{round_}/consensus")
    ruled = sorted((c["code_id"], c["start"]) for c in layer if c["ruling_id"])
    spans = (ours, trust["codings"][0], feedback["codings"][0])
    assert ruled == sorted((c["code"], c["start"]) for c in spans)
    assert sorted(c["code_id"] for c in layer if not c["ruling_id"]) == [study.codes["l1"]] * 3
    assert len(study.ask("lena", "GET", f"{round_}/codings")) == 11  # the coders' own layers are as they were
    assert study.ask("lena", "POST", f"{round_}/settle")["state"] == "settled"
    assert study.ask("ada", "POST", f"{boundary}/undo", {}, status=409, If_Match='"2"') == "round_settled"


def saturation_moves_with_the_next_document(study: Study) -> None:
    def picture(level: str, who: str = "lena", **query: Any) -> Json:
        text = "&".join(f"{k}={v}" for k, v in {"level": level, **query}.items())
        return study.in_project(who, "GET", f"/saturation?{text}")

    before = {"label": [3, 0], "concept": [2, 0], "theme": [1, 0], "construct": [1, 0]}
    for level, new in before.items():
        seen = picture(level)
        assert [a["title"] for a in seen["arrivals"]] == ["访谈一", "参观"]
        assert seen["result"]["discovery"]["new"] == new, level
    # l1 in both documents, l2 and l3 in one: 3 + (1/2)·2²/(2·1)
    assert picture("label")["result"]["chao2"]["estimate"] == near(4.0)

    design = {
        "name": "第二轮",
        "version_id": study.versions[0],
        "documents": [study.documents["年报"]["id"]],
        "coders": [study.ids["ai"]],
    }
    study.round = study.in_project("lena", "POST", "/rounds", design, status=201)["id"]
    study.ask("lena", "POST", f"/rounds/{study.round}/open")
    study.put("ai", "年报", "l4", "与两所高校签订合作协议")
    assert len(picture("label")["arrivals"]) == 2  # coded, yet not submitted
    study.ask("ai", "POST", f"{study.place('年报')}/submit")
    for level, new in before.items():
        seen = picture(level)
        assert seen["result"]["discovery"]["new"] == [*new, 1], level
        assert seen["provenance"]["open_rounds"] == [2]
        assert len(picture(level, "ai")["arrivals"]) == 2  # codes in the open round: sees nothing of it
    for view in ("agree:2", "consensus"):
        # What one coder alone has done counts in neither, and a document counts from its last coder on:
        # the interview, which was handed back, comes after the tour.
        seen = picture("label", view=view)
        assert [a["title"] for a in seen["arrivals"]] == ["参观", "访谈一"]
        assert seen["result"]["discovery"]["new"] == [1, 2]
    label = picture("label", base=1, run=1, threshold=0.05)["result"]
    # Q1 = 3, Q2 = 1: 4 + (2/3)·3²/(2·1)
    assert (label["observed"], label["chao2"]["estimate"]) == (4, near(7.0))
    assert label["guest2020"]["runs"] == [
        {"run": [2, 2], "new_in_run": 0, "ratio": 0.0},
        {"run": [3, 3], "new_in_run": 1, "ratio": near(1 / 3)},
    ]
    assert label["guest2020"]["saturated_at"] == 2


def the_log_tells_it_all(study: Study) -> None:
    log = study.in_project("lena", "GET", "/events?limit=500")
    count = {action: sum(e["action"] == action for e in log) for action in {e["action"] for e in log}}
    assert count["member.joined"] == 3
    assert count["document.imported"] == 4
    assert count["codebook.published"] == 2
    assert (count["coding.created"], count["coding.changed"], count["coding.deleted"]) == (11, 2, 1)
    assert count["assignment.submitted"] == 6  # two documents, two coders, one handed back, one in the second round
    assert (count["disagreement.ruled"], count["disagreement.undone"], count["round.settled"]) == (4, 1, 1)
    assert log[-1]["action"] == "project.created"
    assert [e["at"] for e in log] == sorted((e["at"] for e in log), reverse=True)

    page = study.in_project("lena", "GET", "/events?limit=10")
    assert page == log[:10]
    assert study.in_project("lena", "GET", f"/events?limit=10&before={page[-1]['id']}") == log[10:20]
    newer = study.in_project("lena", "GET", f"/events?after={log[5]['id']}")
    assert newer == log[4::-1]


def roles_can_change(study: Study) -> None:
    members = {m["name"]: m["id"] for m in study.in_project("lena", "GET", "/members")}
    both = study.ask("lena", "PATCH", f"/members/{members['Ada']}", {"roles": ["observer", "adjudicator"]})
    assert both["roles"] == ["adjudicator", "observer"]
    assert study.ask("lena", "PATCH", f"/members/{members['Lena']}", {"roles": ["coder"]}, status=409) == "last_lead"
    study.ask("lena", "DELETE", f"/members/{members['Bo']}", status=204)
    study.in_project("bo", "GET", "", status=404)
    work = study.ask("lena", "GET", f"/rounds/{study.in_project('lena', 'GET', '/rounds')[-1]['id']}/codings")
    assert sum(c["coder_id"] == study.ids["bo"] for c in work) == 5  # what was coded stays
