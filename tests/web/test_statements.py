"""Every page and every GET of the API needs as many SQL statements in a big study as in a small one, and is as long."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from flask import Flask

from grown import Growing
from grown_ground import Size
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.web.app import create_app
from templates import Templates
from web.ceilings import CEILINGS, GROWS, LONGER
from web.reading import Answered, ask_everything, readable

PEOPLE = ("lena", "olga", "ai", "ada", "root")  # a lead, an observer, a coder, an adjudicator, who runs the instance
SMALL = Size(
    codings=400, codes=40, documents=4, rounds=5, reports=3, coders=4, length=4000, layer=60, others=2, compared=0.4
)
#: one more of everything, and so many more codings that no list of them stays unseen
BIG = Size(
    codings=1600, codes=60, documents=5, rounds=6, reports=4, coders=5, length=4000, layer=300, others=3, compared=0.4
)
#: what an answer may be longer by: a tenth of the shortest line for each coding more
ROOM = 6 * (BIG.codings - SMALL.codings)


@dataclass
class Study:
    """A study of one size and what each request needed in it: by endpoint, by person and state of the round."""

    app: Flask
    answers: dict[str, dict[str, Answered]] = field(default_factory=dict)

    def largest(self, endpoint: str) -> int:
        """Return the largest count of an endpoint."""
        return max(answer.sent.total() for answer in self.answers[endpoint].values())


#: one process has them all: each would make the two studies again
pytestmark = pytest.mark.xdist_group("statements")


@pytest.fixture(scope="module")
def studies(sqlite_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> list[Study]:
    """The small and the big study, asked."""
    made = []
    for size in (SMALL, BIG):
        folder = tmp_path_factory.mktemp("study")
        database = Database(sqlite_templates.copy("cast", str(folder / "study.sqlite3")))
        kept = sqlite_templates["cast"].cast
        assert kept is not None
        cast = kept.on(database)
        app = create_app(load_settings({"INTERCODER_DATA": str(folder), "DATABASE_URL": database.url}), database)
        app.testing = True
        study = Study(app)
        things = Growing(database, cast, size).grow()
        for answer in ask_everything(app, database, cast, things, PEOPLE):
            study.answers.setdefault(answer.endpoint, {})[f"{answer.who}, {answer.state} round"] = answer
        database.dispose()
        made.append(study)
    return made


def growth(studies: list[Study]) -> dict[str, str]:
    """Return the endpoints whose count grows, each with the statement that is repeated most."""
    small, big = studies
    grown = {}
    for endpoint, requests in big.answers.items():
        for who, answer in requests.items():
            sent, before = answer.sent, small.answers[endpoint][who].sent
            if sent.total() > before.total():
                statement, times = max((sent - before).items(), key=lambda item: item[1])
                grown[endpoint] = f"{before.total()} -> {sent.total()} for {who}; {times} more of: {statement[-300:]}"
    return grown


def lengthening(studies: list[Study]) -> dict[str, str]:
    """Return the endpoints whose answers are longer in the big study."""
    small, big = studies
    return {
        endpoint: f"{before.length} -> {answer.length} bytes for {who}"
        for endpoint, requests in big.answers.items()
        for who, answer in requests.items()
        if answer.length > (before := small.answers[endpoint][who]).length + ROOM
    }


def _others(all_of_them: Mapping[str, str], known: Mapping[str, str]) -> str:
    return "\n".join(f"{endpoint}: {why}" for endpoint, why in all_of_them.items() if endpoint not in known)


def test_no_route_needs_more_statements_in_a_bigger_study(studies: list[Study]) -> None:
    assert not _others(growth(studies), GROWS)


def test_no_answer_is_longer_in_a_bigger_study(studies: list[Study]) -> None:
    assert not _others(lengthening(studies), LONGER)


def test_the_lists_of_those_that_grow_only_shrink(studies: list[Study]) -> None:
    assert set(GROWS) - set(growth(studies)) == set(), "these do not grow any more: take them out"
    assert set(LONGER) - set(lengthening(studies)) == set(), "these are no longer any more: take them out"
    assert all(why.startswith("grows today: ") for why in GROWS.values())


def test_every_route_keeps_its_ceiling(studies: list[Study]) -> None:
    big = studies[-1]
    counts = {endpoint: big.largest(endpoint) for endpoint in big.answers}
    assert set(CEILINGS) | set(GROWS) == set(counts), "a ceiling for every route that can be read, and for no other"
    assert not set(CEILINGS) & set(GROWS)
    over = {e: (counts[e], "ceiling", ceiling) for e, ceiling in CEILINGS.items() if counts[e] > ceiling}
    assert over == {}


def test_everything_that_can_be_read_was_counted(studies: list[Study]) -> None:
    for study in studies:
        assert set(study.answers) == {rule.endpoint for rule in readable(study.app)}
