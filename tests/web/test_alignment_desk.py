"""The alignment desk: proposals that a job makes, placing, putting off, many at once, splitting off, two people at once."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask

from cast import Cast, Client
from services.test_alignment import openly_coded

pytestmark = pytest.mark.sqlite


@pytest.fixture
def lena(app: Flask, cast: Cast) -> Client:
    return Client(app, cast.database, cast.people["lena"])


def proposals(lena: Client, round_id: UUID) -> list[tuple[str, set[str]]]:
    rows = lena.get(f"/api/v1/rounds/{round_id}/alignment/proposals")
    return [(row["kind"], set(row["labels"])) for row in rows]


def test_labels_on_the_same_words_are_proposed_after_the_comparison(
    cast: Cast, lena: Client, run_jobs: Callable[[], int]
) -> None:
    round_id, labels = openly_coded(cast)
    run_jobs()
    named = {name: str(code) for name, code in labels.items()}
    assert proposals(lena, round_id) == [
        ("same", {named["旧机器联网"], named["机器接网"]}),
        ("same", {named["信任是前提"], named["先谈信任"]}),
    ]
    page = lena.call("GET", f"/rounds/{round_id}/alignment")
    assert page.status_code == 302
    shown = lena.call("GET", page.headers["Location"]).get_data(as_text=True)
    assert "先谈信任" in shown
    assert "把旧机器都接上了网" in shown
    assert "0 of 4 labels placed" in shown


@pytest.fixture
def desk(cast: Cast, lena: Client, run_jobs: Callable[[], int]) -> tuple[str, dict[str, str]]:
    """Return the address of a round with proposals in the API, and its labels by name."""
    round_id, labels = openly_coded(cast)
    run_jobs()
    return f"/api/v1/rounds/{round_id}", {name: str(code) for name, code in labels.items()}


def place(lena: Client, api: str, name: str, *labels: str, seen: int = 0) -> str:
    body = {"placements": [{"labels": labels, "at": {"name": name, "parent_name": "信任"}}], "seen": seen}
    return str(lena.post(f"{api}/labels", body)["id"])


def shown(lena: Client, api: str, **asked: str) -> str:
    """Return the desk as it is shown, after its redirection."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = lena.call("GET", f"{api.removeprefix('/api/v1')}/alignment?{query}")
    if answer.status_code == 302:
        answer = lena.call("GET", answer.headers["Location"])
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_placed_proposal_leaves_the_queue_and_comes_back_when_that_is_taken_back(
    cast: Cast, lena: Client, desk: tuple[str, dict[str, str]]
) -> None:
    api, labels = desk
    act = place(lena, api, "信任在先", labels["信任是前提"], labels["先谈信任"])
    assert "2 of 4 labels placed" in shown(lena, api)
    assert "→ <b" in shown(lena, api, show="placed")
    assert f'data-undo="{act}"' in shown(lena, api)
    assert "先谈信任" not in shown(lena, api)
    lena.post(f"/api/v1/projects/{cast.project}/mapping/{act}/undo")
    assert "先谈信任" in shown(lena, api)
    assert "0 of 4 labels placed" in shown(lena, api)


def test_whoever_was_slower_is_told_by_whom_and_where_a_label_was_placed(
    cast: Cast, lena: Client, desk: tuple[str, dict[str, str]]
) -> None:
    api, labels = desk
    act = place(lena, api, "信任在先", labels["信任是前提"], labels["先谈信任"])
    body = {"placements": [{"labels": [labels["先谈信任"]], "at": {"name": "别的"}}], "seen": 0}
    answer = lena.call("POST", f"{api}/labels", body)
    assert (answer.status_code, answer.get_json()["detail"]) == (
        412,
        "Lena placed “先谈信任” at “信任在先” in the meantime. Look at it again.",
    )
    lena.post(f"/api/v1/projects/{cast.project}/mapping/{act}/undo")
    assert "Lena took back where “先谈信任” was placed" in lena.call("POST", f"{api}/labels", body).get_json()["detail"]
    assert lena.call("POST", f"{api}/labels", {**body, "seen": 2}).status_code == 201


def test_a_proposal_that_is_put_off_stays_put_off_when_they_are_made_again(
    lena: Client, desk: tuple[str, dict[str, str]], run_jobs: Callable[[], int]
) -> None:
    api, _ = desk
    first = lena.get(f"{api}/alignment/proposals")[0]
    assert lena.call("PATCH", f"{api}/alignment/proposals/{first['id']}", {"later": True}).get_json()["later"]
    lena.post(f"{api}/alignment/proposals", status=202)
    run_jobs()
    assert [row["later"] for row in lena.get(f"{api}/alignment/proposals")] == [True, False]
    assert lena.get(f"{api}/alignment/proposals")[0]["id"] != first["id"]
    assert lena.call("PATCH", f"{api}/alignment/proposals/{uuid4()}", {"later": True}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "codes"),
    [({"certain": 0.3}, 2), ({"certain": 0.8}, 1), ({"identical": True, "certain": 0.3}, 2)],
)
def test_many_are_placed_as_one_act_after_a_look(
    cast: Cast, lena: Client, desk: tuple[str, dict[str, str]], asked: dict[str, object], codes: int
) -> None:
    api, _ = desk
    seen = lena.post(f"{api}/labels/bulk/preview", asked, 200)
    assert (seen["labels"], seen["codes"], seen["touches"]["passages"]) == (2 * codes, codes, 2 * codes)
    assert lena.get(f"{api}/alignment")["placed"] == 0
    act = lena.post(f"{api}/labels/bulk", asked)
    assert lena.get(f"{api}/alignment") == {
        "labels": 4,
        "placed": 2 * codes,
        "coders": 2,
        "codes": codes,
        "aligned_at": None,
        "agreement": None,
    }
    lena.post(f"/api/v1/projects/{cast.project}/mapping/{act['id']}/undo")
    assert lena.get(f"{api}/alignment")["placed"] == 0


def test_nothing_is_placed_where_nothing_fits(lena: Client, desk: tuple[str, dict[str, str]]) -> None:
    api, _ = desk
    for asked, status, code in (
        ({}, 422, "which_labels"),
        ({"identical": True}, 409, "nothing_fits"),
        ({"certain": 0.99}, 409, "nothing_fits"),
    ):
        answer = lena.call("POST", f"{api}/labels/bulk", asked)
        assert (answer.status_code, answer.get_json()["code"]) == (status, code), asked
