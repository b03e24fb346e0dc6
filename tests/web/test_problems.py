"""Which type of refusal the web answers with which status."""

import inspect

import pytest
from flask import Flask

from cast import Cast, Client
from intercoder import errors
from intercoder.errors import IntercoderError
from intercoder.web.problems import STATUSES, HttpRefusal, status_of

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, IntercoderError)]


@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
def test_every_refusal_has_a_status_and_two_types_never_share_one_by_accident(kind: type[IntercoderError]) -> None:
    status = status_of(kind("some_code", "A sentence."))
    above = {STATUSES[other] for other in kind.__mro__[1:] if other in STATUSES}
    assert 400 <= status < 600
    assert [other for other, own in STATUSES.items() if own == status] in ([kind], [errors.InvalidInput])
    assert status not in above or kind is errors.WrongArgument


def test_what_flask_refused_keeps_its_own_status() -> None:
    assert status_of(HttpRefusal(415)) == 415
    assert status_of(errors.WrongArgument("bad", "A sentence.")) == 422


@pytest.mark.sqlite
@pytest.mark.parametrize("host", ["evil.example", "a b", "[::1", "localhost:99999", "..", "localhost.evil.example"])
def test_a_name_that_is_not_the_servers_is_refused_without_a_page(app: Flask, host: str) -> None:
    client = app.test_client()
    for path in ("/sign-in", "/nothing"):
        answer = client.get(path, headers={"Host": host})
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        assert "does not answer under this name" in answer.get_data(as_text=True)
        assert host not in answer.get_data(as_text=True)
    refused = client.get("/api/v1/me", headers={"Host": host})
    assert (refused.status_code, (refused.json or {}).get("code")) == (400, "untrusted_host")


@pytest.mark.sqlite
def test_a_page_of_a_project_that_breaks_is_answered_by_a_page(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_(*_: object) -> None:
        raise ValueError("a fault of this program")

    monkeypatch.setattr("intercoder.web.project.saturation.views_offered", break_)
    answer = Client(app, cast.database, cast.people["lena"]).call("GET", f"/projects/{cast.project}/saturation")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.get_data(as_text=True)
