"""What the test of blindness asks behind a question mark: any two choices of a view meet, and nothing is asked twice."""

from itertools import combinations, product

import pytest
from flask import Flask

from web.addresses import any_two, queries_of

CHOICES = {"format": ["csv", "xlsx", "svg"], "language": ["en", "zh"], "level": ["label", "theme"]}


def test_any_two_choices_meet_and_what_each_asks_alone_is_not_asked_again() -> None:
    alone = [{name: value} for name, values in CHOICES.items() for value in values]
    together = list(any_two(CHOICES))
    met = {
        frozenset(pair)
        for query in (*alone, *together)
        for pair in combinations(((name, query.get(name)) for name in CHOICES), 2)
    }
    for one, other in combinations(CHOICES, 2):
        for values in product([*CHOICES[one], None], [*CHOICES[other], None]):
            assert frozenset(zip((one, other), values, strict=True)) in met
    assert not [query for query in together if len(query) < 2]


@pytest.mark.sqlite
def test_no_view_is_asked_the_same_twice(app: Flask) -> None:
    places = dict.fromkeys(("event", "code", "document"), "0") | {"event": "1", "code": "2"}
    for endpoint in app.view_functions:
        asked = queries_of(app, endpoint, places, ("Bo", "老板"))
        assert len(asked) == len(set(asked)), endpoint
        assert "" not in asked, endpoint  # which is the address without a question mark
