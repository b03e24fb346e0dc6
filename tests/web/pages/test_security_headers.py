"""What every answer says to the browser about what may run in it, load into it and frame it."""

import re
from collections.abc import Callable

import pytest

from cast import Cast
from web.pages.conftest import Visitor

pytestmark = pytest.mark.sqlite


def policy(visitor: Visitor, path: str) -> dict[str, str]:
    """Return the content security policy of an answer that must be there, by directive."""
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    said = (each.strip().partition(" ") for each in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in said}


def addresses(page: str) -> set[str]:
    return set(re.findall(r"/static/[^\"'\s]+", page))


def test_a_page_runs_and_loads_what_is_its_own_alone(cast: Cast, visit: Callable[[str], Visitor]) -> None:
    lena = visit("lena")
    for path in ("/", f"/projects/{cast.project}", f"/projects/{cast.project}/codebook"):
        said = policy(lena, path)
        assert said["default-src"] == said["frame-ancestors"] == said["base-uri"] == "'none'"
        assert said["form-action"] == said["connect-src"] == said["style-src"] == "'self'"
        assert re.fullmatch(r"'self' 'sha256-[\w+/=]+'", said["script-src"])
        headers = lena.get(path).headers
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()"


def test_what_is_no_page_runs_and_loads_nothing(cast: Cast, visit: Callable[[str], Visitor]) -> None:
    lena = visit("lena")
    project = f"/api/v1/projects/{cast.project}"
    static = addresses(lena.get("/").get_data(as_text=True))
    assert static
    for path in (*static, project, f"{project}/members", "/api/v1/openapi.json", "/healthz"):
        said = policy(lena, path)
        assert set(said) == {"default-src", "base-uri", "form-action", "frame-ancestors"}, path
        assert set(said.values()) == {"'none'"}, path


@pytest.mark.parametrize("worker", ["offline.js", "coding/searching.js"])
def test_a_worker_does_what_pages_do(visitor: Visitor, worker: str) -> None:
    """It has the policy of its own answer: one that keeps pages asks for them."""
    assert policy(visitor, f"/static/js/{worker}")["connect-src"] == "'self'"
