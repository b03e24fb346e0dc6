"""What an answer tells by the time that it takes: the same questions in two worlds, one after the other, many times.

In one of the worlds Bo has coded, made codes and submitted; Ai asks both by turns, so that whatever else the machine does
meets both alike. The sign test asks how often one was slower; Mann and Whitney's, whether the times of one lie higher.
"""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from scipy.stats import binomtest, mannwhitneyu

from intercoder.db import Database
from intercoder.models import Assignment, Coding
from templates import Files, Templates
from torture.conftest import Figure
from web.two_worlds import SignIn, Worlds, blind_app, make_worlds, still_clock
from web.what_bo_does import EVERYTHING, KEYS, bo_acts

TURNS, FEW = 400, 60  # the planted leak is no small one
#: codings that Bo has besides: what reads more of them than it may takes longer
MORE = 10_000
#: a difference that is no accident, with so many addresses asked
SURE = 1e-6


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with still_clock():
        yield


@pytest.fixture
def worlds(tmp_path: Path) -> Worlds:
    return make_worlds(
        Templates(Files(), f"{tmp_path}/"), blind_app(tmp_path), [], roles="coder", policy="open", ai_key=KEYS[3]
    )


def code_much(path: Path, worlds: Worlds) -> None:
    """Give Bo many more codings in the open round, straight into the tables."""
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        wanted = sa.select(Assignment.id).where(
            Assignment.round_id == worlds.round, Assignment.coder_id == worlds.cast.people["bo"].id
        )
        assignment = session.scalars(wanted).first()
        row = session.scalars(sa.select(Coding).where(Coding.assignment_id == assignment)).first()
        assert row is not None
        kept = {c.key: getattr(row, c.key) for c in sa.inspect(Coding).mapper.column_attrs}
        session.execute(sa.insert(Coding), [kept | {"key": uuid4()} for _ in range(MORE)])
    database.dispose()


@pytest.mark.parametrize("planted", [False, True], ids=["as it is", "with a leak"])
def test_answers_take_as_long_whatever_bo_did(
    worlds: Worlds, planted: bool, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = bo_acts(worlds, EVERYTHING)
    code_much(other.path, worlds)
    if planted:
        count_everybodys(monkeypatch)
    pair = worlds.open(worlds.base), worlds.open(other.path)
    document = worlds.cast.documents["访谈一"]
    round_, project = worlds.round, worlds.cast.project
    paths = {
        "the desk": "/",
        "the coding page": f"/rounds/{round_}/documents/{document}/code",
        "what is to be coded": f"/api/v1/rounds/{round_}/documents/{document}/work",
        "the codings": f"/api/v1/rounds/{round_}/codings",
        "the log": f"/api/v1/projects/{project}/events",
        "the round": f"/rounds/{round_}",
    }
    sure, turns = [], FEW if planted else TURNS
    for name, path in paths.items():
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(turns + 20):
            order = (0, 1) if turn % 2 else (1, 0)
            for which in order:
                begun = time.perf_counter()
                assert pair[which].ask("GET", path, by=SignIn.COOKIE).status_code == 200
                if turn >= 20:  # the first ones compile
                    times[which].append(time.perf_counter() - begun)
        slower = sum(there > here for here, there in zip(*times, strict=True))
        sign = binomtest(slower, turns).pvalue
        whitney = mannwhitneyu(*times).pvalue
        here, there = (statistics.median(t) * 1000 for t in times)
        figure(
            f"{name}: ms without and with Bo, sign test, Mann-Whitney",
            f"{here:.2f} {there:.2f} {sign:.2g} {whitney:.2g}",
        )
        if min(sign, whitney) < SURE:
            sure.append(name)
    for world in pair:
        world.close()
    if planted:
        assert sure, "a leak by time was not seen"
    else:
        assert sure == []


def count_everybodys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plant a leak that no answer shows: own codings are picked out of everybody's, one by one."""
    from sqlalchemy.orm import Session

    from intercoder.services import own_documents

    own = own_documents.own_counts

    def slow(session: Session, assignment_ids: list[object]) -> object:
        everybodys = session.execute(sa.select(Coding.assignment_id, Coding.key)).all()
        sum(assignment in assignment_ids for assignment, _ in everybodys)
        return own(session, assignment_ids)  # type: ignore[arg-type]

    monkeypatch.setattr(own_documents, "own_counts", slow)
