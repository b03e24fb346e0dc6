"""Many who sign in at once, on a real server: some are told to come later, and whoever codes goes on."""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import pytest

from reliability.doors import Door
from reliability.serving import Person, Server, Study, prepare_study
from templates import Templates

#: more than the lane of the sign-ins takes: four at work, forty in its queue
CROWD = 70


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_templates: Templates) -> Iterator[tuple[Server, Study]]:
    data = tmp_path_factory.mktemp("sign-ins") / "data"
    data.mkdir()
    database = sqlite_templates.migrated(data / "intercoder.sqlite3")
    study = prepare_study(database, coders=1)
    database.dispose()
    with Server(data) as server:
        yield server.start(), study


def test_a_crowd_at_the_door_is_told_to_come_later_and_coding_goes_on(running: tuple[Server, Study]) -> None:
    server, study = running
    door, answers = Door(server.port), list[tuple[int, http.client.HTTPMessage, str]]()
    asking = ({"Accept": "application/json"}, {"Accept-Language": "en"}, {"Accept-Language": "zh-CN"})

    def knock(number: int) -> None:
        answers.append(door.knock(f"nobody{number}@study.example", **asking[number % 3]))

    crowd = [threading.Thread(target=knock, args=(number,)) for number in range(CROWD)]
    coder = Person(server.port, next(iter(study.tokens.values())))
    for one in crowd:
        one.start()
    written = 0
    while any(one.is_alive() for one in crowd) and written < 30:
        body = {"code": str(study.codes[0]), "start": written, "end": written + 3, "memo": "", "doubt": False}
        assert coder.send("PUT", f"{study.path}/codings/{uuid4()}", body)[0] == 201
        written += 1
    coder.close()
    for one in crowd:
        one.join()
    statuses = Counter(status for status, _, _ in answers)
    assert statuses.keys() == {401, 503}, statuses
    assert sum(statuses.values()) == CROWD
    assert statuses[401] > 20, "who waits in the lane holds no thread, so more wait than there are threads"
    refused = [(headers, text) for status, headers, text in answers if status == 503]
    assert {headers["Retry-After"] for headers, _ in refused} == {"5"}
    said = Counter(
        json.loads(text)["code"]
        if headers["Content-Type"].startswith("application/problem+json")
        else next(sentence for sentence in ("try again in 5 seconds", "此刻登录的人太多") if sentence in text)
        for headers, text in refused
    )
    assert len(said) == 3, said
    assert written > 0
    assert door.knock("nobody@study.example")[0] == 401, "the door is open again"
