"""Jobs as rows: claimed with a lease and a fence, taken over when a worker dies, done exactly once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import queue
from intercoder.clock import now
from intercoder.events import first_break
from intercoder.jobs.handlers import Work, do, work_of
from intercoder.jobs.runner import HEAVY, LIGHT, LocalExecutor, give_back, run_next
from intercoder.models import (
    Anchor,
    Compared,
    CompareRound,
    Document,
    Event,
    Imported,
    ImportFiles,
    Job,
    JobKind,
    MakeReport,
    ReportLevel,
    Revision,
    RevisionUnits,
    Role,
    SourceFile,
    Unit,
)
from intercoder.policy import Permission
from intercoder.services import agreement, ingest, jobs, members, rounds, storing
from intercoder.services.access import authorise
from intercoder.text.units import Units
from text.text_files import zipped
from waiting import until


def stage(cast: Cast, *files: tuple[str, bytes]) -> UUID:
    """Stage files and enqueue their import; return the job."""
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        staged = [ingest.stage_file(session, access, name, data).id for name, data in files]
        return ingest.start_import(session, access, staged).id


def job_of(cast: Cast, job_id: UUID) -> Job:
    with cast.database.reading() as session:
        return session.get_one(Job, job_id)


def titles(cast: Cast) -> list[str]:
    with cast.database.reading() as session:
        return sorted(session.scalars(sa.select(Document.title).where(Document.project_id == cast.project)))


def claimed(cast: Cast, job_id: UUID) -> Work:
    """Claim the job as a worker does and return what it holds."""
    with cast.database.transaction() as session:
        job = queue.claim(session, job_id)
        assert job is not None
        return work_of(cast.database, job)


def let_die(cast: Cast, job_id: UUID) -> None:
    """Let the lease of a worker run out, as when its machine is gone."""
    with cast.database.transaction() as session:
        session.get_one(Job, job_id).lease_until = now() - timedelta(seconds=1)


FILE = ("新访谈.txt", "王总：先有信任，再有合同。".encode())


def test_a_claimed_job_is_nobody_elses_while_its_lease_lasts(cast: Cast) -> None:
    job_id = stage(cast, FILE)
    claimed(cast, job_id)
    assert run_next(cast.database, job_id) is False
    assert run_next(cast.database) is False
    assert job_of(cast, job_id).state == "running"


def test_a_job_whose_worker_died_is_finished_once_by_another(cast: Cast) -> None:
    job_id = stage(cast, FILE)
    claimed(cast, job_id)
    let_die(cast, job_id)
    assert run_next(cast.database) is True
    assert run_next(cast.database) is False
    done = job_of(cast, job_id)
    assert (done.state, done.fence, done.attempts) == ("done", 2, 2)
    assert titles(cast).count("新访谈") == 1


def test_a_lease_of_a_clock_that_was_set_back_since_is_none(cast: Cast) -> None:
    job_id = stage(cast, FILE)
    late = claimed(cast, job_id)
    with cast.database.transaction() as session:
        session.get_one(Job, job_id).lease_until = now() + timedelta(hours=1)
    assert run_next(cast.database) is True
    with pytest.raises(queue.LostLease):
        do(late)
    assert titles(cast).count("新访谈") == 1


def test_a_worker_that_was_thought_dead_can_change_nothing_any_more(cast: Cast) -> None:
    job_id = stage(cast, FILE)
    late = claimed(cast, job_id)
    let_die(cast, job_id)
    taken = claimed(cast, job_id)
    before = titles(cast)
    with pytest.raises(queue.LostLease):
        do(late)
    with pytest.raises(queue.LostLease):
        late.progress(1)
    assert titles(cast) == before
    do(taken)
    with pytest.raises(queue.LostLease):  # and nothing after the end either
        do(late)
    assert titles(cast) == sorted([*before, "新访谈"])
    assert job_of(cast, job_id).state == "done"


def test_what_a_worker_did_before_it_died_is_not_done_again(cast: Cast) -> None:
    job_id = stage(cast, FILE, ("第二份.txt", "第二份资料。".encode()))
    first = claimed(cast, job_id)
    with cast.database.transaction() as session:  # one file is in, then the machine is gone
        first.held(session)
        assert isinstance(first.task, ImportFiles)
        file = ingest.get_file(session, cast.project, first.task.files[0])
        from intercoder.text.readers import read

        storing.store_document(
            session, first.access(session, Permission.MATERIALS_MANAGE), file, read(file.name, file.data)
        )
    let_die(cast, job_id)
    assert run_next(cast.database) is True
    outcome = job_of(cast, job_id).outcome
    assert isinstance(outcome, Imported)
    assert (outcome.imported, outcome.failed) == (2, 0)
    assert titles(cast).count("新访谈") == titles(cast).count("第二份") == 1


def test_a_job_that_kills_three_workers_fails_with_a_sentence(cast: Cast) -> None:
    job_id = stage(cast, FILE)
    for _ in range(queue.ATTEMPTS):
        claimed(cast, job_id)
        let_die(cast, job_id)
    assert run_next(cast.database) is False
    failed = job_of(cast, job_id)
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error.message == "The work was interrupted three times."
    assert failed.ended_at is not None
    assert "新访谈" not in titles(cast)


def test_a_job_that_is_given_back_by_servers_that_stop_is_begun_as_if_for_the_first_time(cast: Cast) -> None:
    job_id = stage(cast, FILE)
    for _ in range(queue.ATTEMPTS + 1):
        work = claimed(cast, job_id)
        give_back(work)
        assert (job_of(cast, job_id).state, job_of(cast, job_id).attempts) == ("queued", 0)
        with pytest.raises(queue.LostLease):
            do(work)
    assert run_next(cast.database, kinds=HEAVY) is False
    assert run_next(cast.database, kinds=LIGHT) is True
    assert titles(cast).count("新访谈") == 1


def test_a_failed_job_does_not_keep_the_next_one_waiting(cast: Cast, run_jobs: Callable[[], int]) -> None:
    broken = stage(cast, FILE)
    for _ in range(queue.ATTEMPTS):
        claimed(cast, broken)
        let_die(cast, broken)
    waiting = stage(cast, ("另一份.txt", "另一份资料。".encode()))
    run_jobs()
    run_jobs()
    assert job_of(cast, waiting).state == "done"


def test_a_waiting_job_that_is_cancelled_never_runs(cast: Cast) -> None:
    job_id = stage(cast, FILE)
    with cast.database.transaction() as session:
        queue.cancel(session.get_one(Job, job_id))
    assert run_next(cast.database) is False
    assert job_of(cast, job_id).state == "cancelled"
    assert "新访谈" not in titles(cast)


def test_a_running_job_that_is_cancelled_stops_before_its_next_file(cast: Cast) -> None:
    job_id = stage(cast, FILE, ("第二份.txt", "第二份资料。".encode()))
    work = claimed(cast, job_id)
    with cast.database.transaction() as session:
        queue.cancel(session.get_one(Job, job_id))
    assert job_of(cast, job_id).state == "running"
    with pytest.raises(queue.Cancelled):
        do(work)
    assert not {"新访谈", "第二份"} & set(titles(cast))
    let_die(cast, job_id)  # the worker goes; whoever takes the job over ends it as it was asked
    assert run_next(cast.database) is True
    assert job_of(cast, job_id).state == "cancelled"
    assert not {"新访谈", "第二份"} & set(titles(cast))


def test_texts_that_are_read_together_are_each_stored_refused_and_logged_by_itself(
    cast: Cast, run_jobs: Callable[[], int]
) -> None:
    texts = [(f"访谈 {n}.txt", f"受访者：第{n}次，先有信任。".encode()) for n in range(20)]
    same = ("again.md", texts[3][1])
    job_id = stage(cast, *texts[:10], same, ("empty.txt", b" \n"), *texts[10:], ("访谈 0.txt", "另一次谈话。".encode()))
    with cast.database.transaction() as session:
        wanted = session.get_one(Job, job_id).task
        assert isinstance(wanted, ImportFiles)
        session.delete(session.get_one(SourceFile, wanted.files[1]))  # discarded while the job waits
    assert run_jobs() == 1
    job = job_of(cast, job_id)
    assert isinstance(job.outcome, Imported)
    assert (job.state, job.done, job.outcome.imported, job.outcome.failed) == ("done", 23, 20, 2)
    refused = {file.name: file.error.code for file in job.outcome.files if file.error is not None}
    assert refused == {"again.md": "same_text", "empty.txt": "empty_text"}
    with cast.database.reading() as session:
        made = session.scalars(
            sa.select(Document).where(Document.project_id == cast.project).order_by(Document.position)
        ).all()
        new = [document for document in made if document.title.startswith("访谈 ")]
        logged = session.scalars(
            sa.select(Event.subject_id).where(Event.action == "document.imported").order_by(Event.seq)
        ).all()
        rows = session.scalars(sa.select(Event).where(Event.stream == cast.project).order_by(Event.seq)).all()
        assert first_break(rows) is None
        cut = session.execute(
            sa.select(Revision.text, RevisionUnits.unit, RevisionUnits.packed)
            .join(RevisionUnits)
            .where(Revision.document_id.in_([document.id for document in new]))
        ).all()
        anchored = session.scalar(sa.select(sa.func.count(sa.distinct(Anchor.revision_id))))
    assert [document.title for document in new] == [f"访谈 {n}" for n in range(20) if n != 1] + ["访谈 0 (2)"]
    assert list(logged)[-20:] == [document.id for document in new]
    assert len({document.position for document in made}) == len(made) == anchored
    assert len(cut) == 3 * 20
    # One line is no transcript: its turn is the paragraph.
    told = {Unit.TURN: Unit.PARAGRAPH}
    assert all(Units.unpacked(packed) == Units.of(text, told.get(unit, unit)) for text, unit, packed in cut)


def test_a_file_that_cannot_be_read_says_why_and_the_others_are_imported(
    cast: Cast, run_jobs: Callable[[], int]
) -> None:
    job_id = stage(cast, ("坏的.docx", zipped({"word/document.xml": "not a document at all"})), FILE)
    assert run_jobs() == 1
    job = job_of(cast, job_id)
    assert job.state == "done"
    assert isinstance(job.outcome, Imported)
    assert (job.outcome.imported, job.outcome.failed) == (1, 1)
    bad, good = job.outcome.files
    assert (bad.state, good.state, good.error) == ("failed", "imported", None)
    assert bad.error is not None
    assert bad.error.code
    assert bad.error.message.endswith(".")
    assert titles(cast).count("新访谈") == 1
    with cast.database.reading() as session:
        kept = session.scalars(sa.select(SourceFile).where(SourceFile.name == "坏的.docx")).one()
        assert kept.state == "failed"


def test_two_workers_that_reach_for_one_job_at_once_do_it_once(cast: Cast) -> None:
    for number in range(5):
        job_id = stage(cast, (f"同时{number}.txt", f"第{number}份资料。".encode()))
        gate = threading.Barrier(2)

        def reach(job_id: UUID, gate: threading.Barrier) -> bool:
            gate.wait()
            return run_next(cast.database, job_id)

        with ThreadPoolExecutor(2) as pool:
            ran = [pool.submit(reach, job_id, gate) for _ in range(2)]
        assert sorted(r.result() for r in ran) == [False, True]
        assert job_of(cast, job_id).fence == 1
        assert titles(cast).count(f"同时{number}") == 1
    with cast.database.reading() as session:
        imported = session.scalars(sa.select(Event.subject_id).where(Event.action == "document.imported")).all()
    assert len(imported) == len(set(imported)) == len(titles(cast))


def test_the_local_executor_runs_what_is_enqueued(cast: Cast) -> None:
    executor = LocalExecutor(cast.database)
    cast.database.hooks["wake"] = executor.wake
    executor.start()
    try:
        job_id = stage(cast, FILE)
        until(lambda: job_of(cast, job_id).state.ended, "the job did not end")
    finally:
        executor.stop()
    assert job_of(cast, job_id).state == "done"
    assert titles(cast).count("新访谈") == 1


def test_a_job_of_a_transaction_that_failed_does_not_exist(cast: Cast) -> None:
    woken: list[str] = []
    cast.database.hooks["wake"] = woken.append

    def fail() -> None:
        with cast.database.transaction() as session:
            queue.enqueue(session, cast.project, cast.people["lena"].id, ImportFiles(()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert woken == []
    with cast.database.reading() as session:
        assert queue.waiting(session) == []
    job_id = stage(cast, FILE)
    assert woken == [str(job_id)]


# --- whose right it is ---------------------------------------------------------------------------


def leave(cast: Cast, person: str) -> None:
    """Let another lead take a person out of the project."""
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["root"].id, [Role.LEAD])
        access = authorise(session, cast.people["root"], Permission.MEMBERS_MANAGE, "project", cast.project)
        gone = next(m for m in members.members(session, cast.project) if m.user_id == cast.people[person].id)
        members.remove_member(session, access, gone.id)


def test_a_job_of_somebody_who_has_left_fails_with_a_sentence_and_changes_nothing(cast: Cast) -> None:
    job_id, before = stage(cast, FILE), titles(cast)
    leave(cast, "lena")
    assert run_next(cast.database, job_id) is True
    job = job_of(cast, job_id)
    assert job.state == "failed"
    assert job.error is not None
    assert job.error.code == "right_lost"
    assert job.error.message.startswith("The person who started this may no longer do it")
    assert titles(cast) == before
    with cast.database.reading() as session:
        waiting = session.scalars(sa.select(SourceFile).where(SourceFile.name == FILE[0])).one()
        assert (waiting.state, waiting.error) == ("staged", None)


def test_an_adjudicator_who_becomes_a_coder_gets_no_report(cast: Cast, compared_round: UUID) -> None:
    with cast.database.transaction() as session:
        ada = cast.access(session, "ada", Permission.AGREEMENT_RUN, "round", compared_round)
        job_id = agreement.start_report(session, ada, MakeReport(Unit.PARAGRAPH, resamples=0)).id
        lead = cast.access(session, "lena", Permission.MEMBERS_MANAGE)
        member = next(m for m in members.members(session, cast.project) if m.user_id == ada.actor.id)
        members.set_roles(session, lead, member.id, members.MemberRoles(roles=(Role.CODER,)))
    assert run_next(cast.database, job_id) is True
    failed = job_of(cast, job_id)
    assert failed.error is not None
    assert (failed.state, failed.error.code) == ("failed", "right_lost")
    with cast.database.reading() as session:
        assert len(agreement.reports(session, compared_round)) == 1


def test_closing_a_round_has_it_compared_and_the_round_finds_the_job(cast: Cast) -> None:
    round_id, other = cast.coded_round(), cast.coded_round()
    with cast.database.transaction() as session:
        for each in (round_id, other):
            access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", each)
            rounds.close_round(session, access)
    with cast.database.reading() as session:
        by_round = jobs.latest_of_rounds(session, cast.project, jobs.COMPARING)
        assert set(by_round) == {round_id, other}
        assert [job.task for job in by_round.values()] == [CompareRound(), CompareRound()]
    while run_next(cast.database):
        pass
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.AGREEMENT_RUN, "round", round_id)
        wanted = MakeReport(Unit.PARAGRAPH, ReportLevel.CONCEPT, 5)
        later = agreement.start_report(session, access, wanted).id
        by_round = jobs.latest_of_rounds(session, cast.project, jobs.COMPARING)
        assert (by_round[round_id].id, by_round[round_id].task) == (later, wanted)
        assert isinstance(by_round[other].outcome, Compared)
        compared = jobs.latest_of_round(session, cast.project, round_id, [JobKind.COMPARE])
        assert compared is not None
        assert compared.id != later
