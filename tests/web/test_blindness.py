"""Non-interference: two worlds that differ only in what Bo does look the same to Ai until the round closes.

Every rule of the URL map is asked, with every method; whatever route is added later is in the test by itself
(``what_ai_sees``). Ai is once only a coder, once everything at once. That the test sees leaks is tested in
``test_planted_leaks``; what answers tell by the time that they take is measured by `make torture`.
"""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import Cast
from intercoder.db import Database
from templates import Templates
from web.addresses import readings
from web.other_worlds import answers, purposes, verdicts
from web.parts import Part
from web.two_worlds import SignIn, Worlds, blind_app, make_worlds, still_clock
from web.what_ai_sees import Ai
from web.what_bo_does import ACTS, EVERYTHING, KEYS, Other, bo_acts

#: Ai's roles and the round's policy: only a coder, and everything at once, with what each policy opens
WORLDS = (
    ("coder", "frozen"),
    ("coder", "open"),
    ("coder lead adjudicator observer", "proposals"),
    ("coder lead adjudicator observer", "open"),
)
#: what reads a whole address: models of signatures, whose names are asked, and the links of a list to its parts
WHOLE_ADDRESSES = {"web/api/endpoint.py:links", "web/api/endpoint.py:_query", "web/queries.py:read"}


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with still_clock():
        yield


@pytest.fixture(scope="module")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return blind_app(tmp_path_factory.mktemp("blind"))


@pytest.fixture(scope="module")
def idle() -> list[Database]:
    """Databases whose file nobody needs any more."""
    return []


@pytest.fixture(params=WORLDS, ids=lambda w: f"{'everything' if ' ' in w[0] else w[0]}-{w[1]}")
def worlds(
    request: pytest.FixtureRequest, sqlite_templates: Templates, shared_app: Flask, idle: list[Database]
) -> Worlds:
    roles, policy = request.param
    return make_worlds(sqlite_templates, shared_app, idle, roles=roles, policy=policy, ai_key=KEYS[3])


def test_nothing_that_bo_does_is_seen_by_ai(worlds: Worlds, request: pytest.FixtureRequest) -> None:
    ai = Ai(worlds, bo_acts(worlds, EVERYTHING))
    statuses = ai.look_everywhere(names="open" in request.node.callspec.id)
    ai.leave()
    assert ai.asked > 1000
    shallow = {endpoint for endpoint, answers in statuses.items() if answers <= {422, 428}}
    assert shallow == set(), "say in `bodies` what these take: nothing that was sent got further than its form"


@pytest.mark.parametrize("worlds", WORLDS[1::2], indirect=True, ids=["coder-open", "everything-open"])
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(names=st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=8), by=st.sampled_from(SignIn))
def test_no_sequence_of_acts_is_seen_by_ai(worlds: Worlds, names: list[str], by: SignIn) -> None:
    ai = Ai(worlds, bo_acts(worlds, [ACTS[n] for n in names]))
    ai.reads(by)
    ai.leave()


@pytest.mark.parametrize("worlds", WORLDS[:1], indirect=True, ids=["coder"])
def test_after_closing_ai_sees_what_bo_did(worlds: Worlds) -> None:
    """The other half: the test above would pass if nobody ever saw anything."""
    world = worlds.open(bo_acts(worlds, EVERYTHING).path)
    path = f"/api/v1/rounds/{worlds.round}/codings"
    bo = str(worlds.cast.people["bo"].id)
    assert bo not in {c["coder_id"] for c in world.ask("GET", path).json}
    cast = Cast(world.database, worlds.cast.people, worlds.cast.project)
    cast.documents = worlds.cast.documents
    cast.submit("ai", worlds.round, "访谈一", "年报节选")
    cast.close(worlds.round)
    assert bo in {c["coder_id"] for c in world.ask("GET", path).json}
    world.close()


@pytest.mark.parametrize(
    ("make", "roles"),
    [
        (answers, "coder"),
        (answers, "coder lead adjudicator observer"),
        (purposes, "coder"),
        (purposes, "coder adjudicator observer"),
    ],
    ids=["answers-coder", "answers-everything", "purposes-coder", "purposes-all but lead"],
)
def test_ai_learns_neither_the_answers_of_a_test_nor_what_a_round_is_for(
    sqlite_templates: Templates,
    shared_app: Flask,
    idle: list[Database],
    make: Callable[[Templates, Flask, list[Database], str], tuple[Worlds, Other]],
    roles: str,
) -> None:
    """A trainee before the test is handed in; and who codes again, before that round is closed."""
    ai = Ai(*make(sqlite_templates, shared_app, idle, roles))
    ai.reads(SignIn.COOKIE)
    ai.look(Part.FRESH_WRITES)
    ai.leave()


@pytest.mark.parametrize("roles", ["coder", "lead adjudicator observer"])
def test_nobody_learns_of_a_blind_ruling_before_the_other_is_there(
    sqlite_templates: Templates, shared_app: Flask, idle: list[Database], roles: str
) -> None:
    ai = Ai(*verdicts(sqlite_templates, shared_app, idle, roles))
    for by in SignIn:
        ai.reads(by)
    ai.leave()


def test_no_address_is_read_in_a_way_that_the_test_does_not_know() -> None:
    assert {where for name, where in readings() if not name} == WHOLE_ADDRESSES
