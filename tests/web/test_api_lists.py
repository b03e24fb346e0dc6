"""Long lists of the API: an answer's Link header leads through the whole list, forwards and back."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from cast import Cast, Client
from intercoder import events
from intercoder.db import Database
from intercoder.models import SettlingRule
from intercoder.policy import Permission
from intercoder.services import agreement

LINK = re.compile(r'<([^>]*)>; rel="(prev|next)"')


@pytest.fixture
def lists(cast: Cast) -> list[str]:
    """The addresses of lists with several rows each."""
    round_id = cast.compared_round()
    cast.round()
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.AGREEMENT_VIEW, "round", round_id)
        report = agreement.reports(session, access.round.id)[0].id
    return [
        f"/api/v1/projects/{cast.project}/rounds",
        f"/api/v1/projects/{cast.project}/documents",
        f"/api/v1/projects/{cast.project}/events",
        f"/api/v1/rounds/{round_id}/codings",
        f"/api/v1/rounds/{round_id}/documents/{cast.documents['访谈一']}/codings",
        f"/api/v1/rounds/{round_id}/disagreements",
        f"/api/v1/reports/{report}/segments",
        f"/api/v1/reports/{report}/segments?only=differ",
    ]


@pytest.fixture
def ask(app: Flask, database: Database, cast: Cast) -> Callable[[str], tuple[Any, dict[str, str]]]:
    """A function that returns the rows and the links of an address, as the lead sees them."""
    client = Client(app, database, cast.people["lena"])

    def get(path: str) -> tuple[Any, dict[str, str]]:
        answer = client.call("GET", path)
        assert answer.status_code == 200, (path, answer.get_data(as_text=True))
        return answer.json, {name: address for address, name in LINK.findall(answer.headers.get("Link", ""))}

    return get


def test_links_lead_through_a_whole_list_and_back(lists: list[str], ask: Callable[[str], Any]) -> None:
    for path in lists:
        whole, links = ask(path)
        assert links == {}, "what is short comes whole"
        assert len(whole) > 1, path
        beginning = f"{path}{'&' if '?' in path else '?'}limit=1"
        rows, links = ask(beginning)
        assert "prev" not in links
        while "next" in links:
            more, links = ask(links["next"])
            assert len(more) == 1
            rows += more
        assert rows == whole, path
        back = rows[-1:]
        while "prev" in links:
            more, links = ask(links["prev"])
            back = more + back
        assert back == whole, path


@pytest.mark.sqlite
def test_a_cursor_of_one_list_does_not_fit_another(
    lists: list[str], app: Flask, database: Database, cast: Cast
) -> None:
    client = Client(app, database, cast.people["lena"])
    link = client.call("GET", f"{lists[0]}?limit=1").headers["Link"]
    cursor = re.findall(r"cursor=([^&>]+)", link)[0]
    for path in lists[1:]:
        answer = client.call("GET", f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
        assert (answer.status_code, answer.json["code"]) == (422, "bad_cursor"), path  # type: ignore[index]


@pytest.mark.sqlite
@pytest.mark.parametrize("limit", ["0", "5001", "x"])
def test_a_limit_out_of_bounds_is_refused(
    lists: list[str], app: Flask, database: Database, cast: Cast, limit: str
) -> None:
    client = Client(app, database, cast.people["lena"])
    assert client.call("GET", f"{lists[0]}?limit={limit}").status_code == 422


@pytest.mark.sqlite
def test_of_disagreements_no_more_come_at_once_than_a_page_of_all_coders_may_have(
    lists: list[str], app: Flask, database: Database, cast: Cast
) -> None:
    client = Client(app, database, cast.people["lena"])
    (path,) = (address for address in lists if address.endswith("/disagreements"))
    answers = {limit: client.call("GET", f"{path}?limit={limit}").status_code for limit in (1, 100, 101, 500)}
    assert answers == {1: 200, 100: 200, 101: 422, 500: 422}


@pytest.mark.sqlite
def test_the_description_names_the_header(app: Flask) -> None:
    paths = app.test_client().get("/api/v1/openapi.json").json["paths"]  # type: ignore[index]
    operation = paths["/api/v1/projects/{project}/rounds"]["get"]
    assert "Link" in operation["responses"]["200"]["headers"]
    assert {p["name"] for p in operation["parameters"]} == {"project", "cursor", "limit"}
    assert "headers" not in paths["/api/v1/projects/{project}/members"]["get"]["responses"]["200"]


def test_a_row_of_the_log_with_thousands_of_members_is_told_in_part_unless_all_are_asked_for(
    cast: Cast, ask: Callable[[str], tuple[Any, dict[str, str]]]
) -> None:
    made = tuple(events.RuledPlace(uuid4(), uuid4(), ()) for _ in range(60))
    round_id = cast.compared_round()
    with cast.acting("ada", Permission.ADJUDICATE, "round", round_id) as (session, access):
        access.log(session, events.PlacesRuled(round_id, round_id, uuid4(), SettlingRule.UNION, made, "r"))
    address = f"/api/v1/projects/{cast.project}/events?limit=1"
    (row,), _ = ask(address)
    assert (len(row["detail"]["rulings"]), row["left_out"]) == (50, {"rulings": 10})
    (row,), _ = ask(f"{address}&whole=true")
    assert (len(row["detail"]["rulings"]), row["left_out"]) == (60, {})
