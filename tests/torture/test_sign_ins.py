"""Forty sign-ins at once: what a coder's write takes meanwhile, and what memory the server takes. Prints the figures.

python -m pytest -s -n 0 tests/torture/test_sign_ins.py
"""

import statistics
import threading
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

from intercoder import schema
from intercoder.db import Database
from reliability.doors import Door
from reliability.serving import Person, Server, Study, prepare_study
from torture.conftest import Figure
from waiting import a_moment, until

SIGN_INS = 40
#: a coder writes about so often
EVERY = 0.1


def memory(server: Server) -> float:
    """Return the MiB that the processes of the server hold."""
    kib = 0
    for pid in server.pids():
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                kib += int(line.split()[1])
    return kib / 1024


def write(coder: Person, study: Study) -> float:
    """Return how many milliseconds a coding took until it was acknowledged."""
    body = {"code": str(study.codes[0]), "start": 0, "end": 3, "memo": "", "doubt": False}
    begun = time.perf_counter()
    assert coder.send("PUT", f"{study.path}/codings/{uuid4()}", body)[0] == 201
    return (time.perf_counter() - begun) * 1000


def test_forty_sign_ins_at_once(tmp_path: Path, figure: Figure) -> None:
    data = tmp_path / "data"
    data.mkdir()
    database = Database(f"sqlite:///{data / 'intercoder.sqlite3'}")
    schema.upgrade(database)
    study = prepare_study(database, coders=1)
    database.dispose()
    with Server(data) as server:
        server.start()
        coder, door = Person(server.port, next(iter(study.tokens.values()))), Door(server.port)
        door.knock("first@study.example")
        usual = []
        for _ in range(60):
            usual.append(write(coder, study))
            a_moment(least=EVERY, most=EVERY)
        before = memory(server)
        statuses: Counter[int] = Counter()
        crowd = [
            threading.Thread(target=lambda n=n: statuses.update([door.knock(f"nobody{n}@study.example")[0]]))
            for n in range(SIGN_INS)
        ]
        begun = time.perf_counter()
        for one in crowd:
            one.start()
        meanwhile, most = [], before
        while any(one.is_alive() for one in crowd):
            meanwhile.append(write(coder, study))
            most = max(most, memory(server))
            a_moment(least=EVERY, most=EVERY)
        took = time.perf_counter() - begun
        coder.close()
        until(lambda: not any(one.is_alive() for one in crowd), "somebody stands at the door for ever")
    figure("a coder's write alone, median ms", statistics.median(usual))
    figure("the same during the sign-ins, median ms", statistics.median(meanwhile))
    figure("the same, longest ms", max(meanwhile))
    figure("writes during the sign-ins", len(meanwhile))
    figure("seconds that the sign-ins took", took)
    figure("their answers", dict(statuses))
    figure("memory before, MiB", before)
    figure("memory at most, MiB", most)
    assert most < before + 200
    assert statistics.median(meanwhile) < 2 * statistics.median(usual)
