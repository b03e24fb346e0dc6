"""What codes count as, over the API: looked at before it is done, done, taken back; by those who may."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask

from cast import Cast, Client

pytestmark = pytest.mark.sqlite
Person = Callable[[str], Client]


@pytest.fixture
def person(app: Flask, cast: Cast) -> Person:
    return lambda name: Client(app, cast.database, cast.people[name])


def test_a_merge_is_looked_at_done_and_taken_back(cast: Cast, person: Person) -> None:
    cast.compared_round()
    lena = person("lena")
    body = {"codes": [str(cast.codes["l2"])], "into": str(cast.codes["l3"])}
    seen = lena.post(f"/api/v1/projects/{cast.project}/codes/merge/preview", body, 200)
    assert seen == {
        "passages": 1,
        "coders": 1,
        "documents": 1,
        "rounds": 1,
        "versions": 1,
        "rulings": 0,
        "disagreements": 1,
        "open_rounds": 0,
        "sentence": "merged “没有信任什么都谈不了” into “平台把数据开放”",
    }
    assert lena.get(f"/api/v1/projects/{cast.project}/mapping") == []
    act = lena.post(f"/api/v1/projects/{cast.project}/codes/merge", body)
    assert (act["number"], act["kind"], act["undone_by_id"]) == (1, "merged", None)
    undone = lena.post(f"/api/v1/projects/{cast.project}/mapping/{act['id']}/undo")
    assert [(a["number"], a["undone_by_id"]) for a in lena.get(f"/api/v1/projects/{cast.project}/mapping")] == [
        (2, None),
        (1, undone["id"]),
    ]


def test_only_leads_change_what_codes_count_as(cast: Cast, person: Person) -> None:
    body = {"codes": [str(cast.codes["l2"])], "into": str(cast.codes["l3"])}
    for name, status in (("ai", 403), ("ada", 403), ("olga", 403), ("otto", 404)):
        answer = person(name).call("POST", f"/api/v1/projects/{cast.project}/codes/merge", body)
        assert answer.status_code == status, name
        assert person(name).call("POST", f"/api/v1/codes/{cast.codes['l2']}/split", {"into": []}).status_code == status


def test_an_act_of_another_project_is_not_there(cast: Cast, person: Person) -> None:
    act = person("lena").post(
        f"/api/v1/projects/{cast.project}/codes/merge",
        {"codes": [str(cast.codes["l2"])], "into": str(cast.codes["l3"])},
    )
    otto = person("otto")
    for one in (act["id"], uuid4()):
        assert otto.call("POST", f"/api/v1/projects/{cast.other_project}/mapping/{one}/undo").status_code == 404


def test_a_round_is_compared_again_by_todays_codes(cast: Cast, person: Person, compared_round: UUID) -> None:
    lena = person("lena")
    refused = lena.call("POST", f"/api/v1/rounds/{compared_round}/comparison")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "compared_already")
    body = {"codes": [str(cast.codes["l2"])], "into": str(cast.codes["l3"])}
    lena.post(f"/api/v1/projects/{cast.project}/codes/merge", body)
    assert lena.post(f"/api/v1/rounds/{compared_round}/comparison", status=202)["kind"] == "compare"


def test_a_split_names_at_least_two_other_codes(cast: Cast, person: Person) -> None:
    lena = person("lena")
    for into in ([], [{"name": "一"}], [{"name": "一"}, {"code": str(cast.codes["l3"])}]):
        answer = lena.call("POST", f"/api/v1/codes/{cast.codes['l3']}/split", {"into": into})
        assert (answer.status_code, answer.get_json()["code"]) == (422, "split_targets"), into
    for target in ({}, {"name": "一", "code": str(cast.codes["l1"])}):
        answer = lena.call("POST", f"/api/v1/codes/{cast.codes['l3']}/split", {"into": [target, {"name": "二"}]})
        assert (answer.status_code, answer.get_json()["code"]) == (422, "which_code"), target
