"""What stands behind the question mark of a page's address: read, or refused with a sentence."""

import inspect
import typing
from collections.abc import Callable

import pytest
from flask import Flask, url_for

from cast import Cast
from web.pages.conftest import Visitor, words

pytestmark = pytest.mark.sqlite

LOG_GROUPS = "all, people, materials, codebook, rounds, codings, comparison, theory"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("log?group=gossip", f"group must be one of: {LOG_GROUPS}."),
        ("materials?order=weight", "order must be one of: study, title, length, newest."),
        ("codebook?code=the-first", "The address of this page is damaged: code is not an identifier."),
        ("saturation?base=none", "base must be a number from 1 to 100."),
        ("saturation?percent=nan", "percent must be a number from 0 to 100."),
        ("saturation?percent=100.5", "percent must be a number from 0 to 100."),
        (f"saturation?view={'x' * 51}", "view has at most 50 characters."),
        ("theory/matrices?down=perhaps", "The address of this page is damaged: down cannot be read."),
    ],
)
def test_a_damaged_address_is_refused_with_one_sentence(
    cast: Cast, visit: Callable[[str], Visitor], address: str, sentence: str
) -> None:
    answer = visit("lena").get(f"/projects/{cast.project}/{address}")
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_nothing_behind_the_question_mark_of_any_page_is_a_fault_of_the_server(
    app: Flask, cast: Cast, visit: Callable[[str], Visitor]
) -> None:
    lena, asked = visit("lena"), 0
    for rule in app.url_map.iter_rules():
        view = inspect.unwrap(app.view_functions[rule.endpoint])
        query = typing.get_type_hints(view).get("query") if rule.arguments == {"project"} else None
        if "GET" not in (rule.methods or ()) or rule.rule.startswith("/api/") or query is None:
            continue
        with app.test_request_context():
            address = url_for(rule.endpoint, project=cast.project)
        for field in query.model_fields:
            for value in ("x" * 3000, "-1e400", "\u0000"):
                asked += 1
                answer = lena.get(address, query_string={field: value})
                assert answer.status_code < 500, (rule.endpoint, field, value[:10])
    assert asked > 200


def test_the_sentence_is_in_the_language_of_the_page(cast: Cast, visit: Callable[[str], Visitor]) -> None:
    lena = visit("lena")
    with lena.client.session_transaction() as kept:
        kept["language"] = "zh"
    assert "order 必须是" in words(lena.get(f"/projects/{cast.project}/materials?order=weight"))


def test_what_is_empty_or_unknown_is_not_asked(cast: Cast, visit: Callable[[str], Visitor]) -> None:
    lena, materials = visit("lena"), f"/projects/{cast.project}/materials"
    assert lena.read(f"{materials}?order=&fbclid=x") == lena.read(materials)


def test_nobody_learns_from_a_damaged_address_that_something_is_there(
    cast: Cast, visit: Callable[[str], Visitor]
) -> None:
    assert visit("otto").get(f"/projects/{cast.project}/log?group=gossip").status_code == 404
