"""Files that a worker makes: whose they are, how many there may be, how long they are there, and which state they read."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import clock
from intercoder.config import Quota, Quotas
from intercoder.errors import Conflict, Gone, NotFound
from intercoder.jobs.runner import run_next
from intercoder.models import Code, FilePart, Job, JobState, MadeFile, MakeFile
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import Choices, Form
from intercoder.reports.exports.registry import export_called
from intercoder.reports.exports.taking import taking
from intercoder.services import made_files, members, rounds


def start(cast: Cast, person: str = "lena", export: str = "archive", form: str = "zip") -> UUID:
    with cast.database.transaction() as session:
        access = cast.access(session, person, Permission.PROJECT_VIEW)
        return made_files.start(session, access, MakeFile(export, cast.project, form, "real", "zh")).id


def job(cast: Cast, identifier: UUID) -> Job:
    with cast.database.reading() as session:
        return session.get_one(Job, identifier)


def take(cast: Cast, identifier: UUID, person: str = "lena") -> bytes:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.PROJECT_VIEW)
        row = made_files.get(session, access, identifier)
        made = made_files.taken(session, access, row)
    data = b"".join(made_files.parts(cast.database, identifier))
    assert len(data) == made.size
    return data


def kept(cast: Cast) -> int:
    with cast.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(FilePart)) or 0


def test_a_file_is_of_who_started_it_and_goes_after_a_day_or_when_thrown_away(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.compared_round()
    monkeypatch.setattr(made_files, "PART", 1000)
    first = start(cast)
    with pytest.raises(Conflict, match="not made yet"):
        take(cast, first)
    assert start(cast) == first, "the same is not made twice at a time"
    assert run_next(cast.database)
    row = job(cast, first)
    assert isinstance(row.outcome, MadeFile)
    assert (row.state, row.outcome.name, row.done) == (JobState.DONE, "archive.zip", row.total)
    assert kept(cast) == -(-row.outcome.size // 1000) > 3
    with zipfile.ZipFile(io.BytesIO(take(cast, first))) as package:
        assert package.testzip() is None
    for other in ("ada", "bo", "olga"):
        with pytest.raises(NotFound):
            take(cast, first, other)
    second = start(cast)
    assert kept(cast) == 0, "the same file anew replaces the one before"
    assert run_next(cast.database)
    assert take(cast, second)
    days = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(made_files, "now", lambda: days)
    with pytest.raises(Gone):
        take(cast, second)
    start(cast, "bo", "codings", "xlsx")
    assert kept(cast) == 0, "what is old goes with the next file of anybody"


def test_at_most_some_are_made_at_a_time_and_they_take_at_most_so_much(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.compared_round()
    cast.database.hooks["quotas"] = replace(Quotas(), exports=Quota(1, 9))
    first = start(cast, "bo", "codings", "xlsx")
    with pytest.raises(Conflict, match="1 files of this project are being made"):
        start(cast)
    with cast.database.transaction() as session:
        access = cast.access(session, "bo", Permission.PROJECT_VIEW)
        made_files.throw_away(session, made_files.get(session, access, first, lock=True))
    assert job(cast, first).state is JobState.CANCELLED
    cast.database.hooks["quotas"] = replace(Quotas(), made=Quota(1, 1))
    monkeypatch.setattr("intercoder.services.quotas.MEGABYTE", 1000)
    second = start(cast)
    assert run_next(cast.database)
    failed = job(cast, second)
    assert (failed.state, failed.error and failed.error.code) == (JobState.FAILED, "over_quota")


def test_one_person_has_two_files_made_at_a_time_and_so_many_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.compared_round()
    start(cast, "bo", "codings", "xlsx")
    with cast.database.transaction() as session:
        access = cast.access(session, "bo", Permission.PROJECT_VIEW)
        for language in ("en", "de"):
            wanted = MakeFile("codings", cast.project, "xlsx", "letters", language)
            if language == "en":
                made_files.start(session, access, wanted)
                continue
            with pytest.raises(Conflict, match="2 files are being made for you"):
                made_files.start(session, access, wanted)
    start(cast, "lena", "codings", "xlsx")
    while run_next(cast.database):
        pass
    monkeypatch.setattr("intercoder.services.quotas.OWN_KEPT", 2)
    with pytest.raises(Conflict, match="2 files wait here for you"), cast.database.transaction() as session:
        access = cast.access(session, "bo", Permission.PROJECT_VIEW)
        made_files.start(session, access, MakeFile("codings", cast.project, "xlsx", "letters", "zh"))
    start(cast, "bo", "codings", "xlsx")  # the same anew takes no more room


def test_rights_are_asked_when_it_is_made_and_when_it_is_taken(cast: Cast, compared_round: UUID) -> None:
    early, late = start(cast, "bo", "codings", "xlsx"), start(cast)
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round)
        rounds.reopen_round(session, access)
    assert run_next(cast.database)
    assert run_next(cast.database)
    assert job(cast, early).state is JobState.DONE, "without the round that is open"
    error = job(cast, late).error
    assert error is not None
    assert error.code == "rounds_open", "an archive holds everybody's work"
    cast.close(compared_round, unfinished=True)
    third = start(cast, "bo", "codings", "xlsx")
    assert third != early
    assert run_next(cast.database)
    assert take(cast, third, "bo")
    with cast.database.transaction() as session:
        rounds.reopen_round(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round))
    with pytest.raises(Conflict, match="opened again"):
        take(cast, third, "bo")
    with cast.database.transaction() as session:
        lead = cast.access(session, "lena", Permission.MEMBERS_MANAGE)
        bo = next(m for m in members.members(session, cast.project) if m.user_id == cast.people["bo"].id)
        members.remove_member(session, lead, bo.id)
    fourth = queue_again(cast, third)
    assert run_next(cast.database)
    lost = job(cast, fourth).error
    assert lost is not None
    assert lost.code == "right_lost"


def queue_again(cast: Cast, identifier: UUID) -> UUID:
    from intercoder import queue

    with cast.database.transaction() as session:
        row = session.get_one(Job, identifier)
        return queue.enqueue(session, row.project_id, row.created_by, row.task).id


def test_a_file_that_is_stopped_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.compared_round()
    monkeypatch.setattr(made_files, "PART", 1000)
    wanted = start(cast)
    write = made_files.keep

    def stopped(session: sa.orm.Session, row: Job, position: int, data: bytes) -> None:
        write(session, row, position, data)
        if position == 2:
            made_files.throw_away(session, row)

    monkeypatch.setattr(made_files, "keep", stopped)
    assert run_next(cast.database)
    assert job(cast, wanted).state is JobState.CANCELLED
    start(cast)
    assert kept(cast) == 0


@pytest.mark.parametrize("export", ["archive", "codings"])
def test_what_others_write_meanwhile_is_in_no_part_of_a_file(cast: Cast, export: str) -> None:
    cast.compared_round()
    form = {"archive": Form.ZIP, "codings": Form.NDJSON}[export]

    def whole(told: Iterator[None] | None = None) -> bytes:
        def tell(_done: int, _total: int) -> None:
            if told is not None:
                next(told, None)

        lena = cast.people["lena"]
        with taking(cast.database, lena, export_called(export), cast.project, Choices(form), tell) as (file, _):
            return b"".join(file.parts)

    def others() -> Iterator[None]:
        with cast.database.transaction() as session:
            session.execute(sa.update(Code).where(Code.project_id == cast.project).values(name="改了", name_key="改了"))
        cast.compared_round()
        yield

    before = whole()
    assert whole(others()) == before
    after = whole()
    assert after != before
    if form is Form.NDJSON:
        names = [{json.loads(line)["code"] for line in text.splitlines()} for text in (before, after)]
        assert "改了" not in names[0]


def test_who_leads_may_see_nothing_of_files_of_others(cast: Cast) -> None:
    start(cast, "bo", "codings", "xlsx")
    with cast.database.reading() as session:
        assert made_files.mine(session, cast.access(session, "lena", Permission.PROJECT_VIEW)) == []
        assert len(made_files.mine(session, cast.access(session, "bo", Permission.PROJECT_VIEW))) == 1
