"""Open coding before its labels are aligned: where something was marked is compared, what was marked is not."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from cast import TEXTS, Cast
from intercoder import queue
from intercoder.clock import now
from intercoder.db import within
from intercoder.errors import Conflict
from intercoder.jobs.runner import run_next
from intercoder.models import Compared, CompareRound, JobKind, MakeReport, Role, Round, RoundState, Unit
from intercoder.policy import Permission
from intercoder.services import agreement, coding, jobs, marking, members, own_codes, rounds
from intercoder.services.coding import CodingWrite
from intercoder.services.marking import MarkedWhere, Waiting
from intercoder.services.own_codes import NewOwnCode
from services.comparing import disagreements_of

ONE, TWO = "访谈一", "Partner interview"


def mark(cast: Cast, round_id: UUID, person: str, document: str, *quotes: str) -> None:
    """Let a coder take words as labels."""
    for quote in quotes:
        with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
            label = own_codes.put_code(session, access, uuid4(), NewOwnCode(name=f"{person}: {quote}"))[0].id
            asking = access.asking(Permission.CODE)
        start = TEXTS[document].index(quote)
        write = CodingWrite(code=label, start=start, end=start + len(quote))
        with cast.database.transaction() as session:
            coding.put_coding(within(session), asking, cast.documents[document], uuid4(), write)


def closed(
    cast: Cast, marks: Sequence[tuple[str, str, Sequence[str]]], *, left_out: Sequence[tuple[str, str]] = ()
) -> UUID:
    """Let people mark documents and submit them, but for those left out; close the round."""
    people = tuple(dict.fromkeys(person for person, _, _ in marks))
    documents = tuple(dict.fromkeys(document for _, document, _ in marks))
    round_id = cast.round(policy="open", codebook=False, documents=documents, coders=people)
    for person, document, quotes in marks:
        mark(cast, round_id, person, document, *quotes)
    for person in people:
        cast.submit(person, round_id, *(d for d in documents if (person, d) not in left_out))
    cast.close(round_id, unfinished=bool(left_out))
    return round_id


def where(cast: Cast, round_id: UUID) -> MarkedWhere | None:
    with cast.database.reading() as session:
        return marking.marked_where(session, [round_id]).get(round_id)


def left(cast: Cast, round_id: UUID) -> Waiting | None:
    with cast.database.reading() as session:
        return marking.waiting(session, [round_id]).get(round_id)


MARKS = (
    ("ai", ONE, ("订单一下子掉了六成", "把旧机器都接上了网", "没有信任什么都谈不了")),
    ("bo", ONE, ("把旧机器都接上了网", "信任")),
    ("ai", TWO, ("Trust came before any contract",)),
    ("bo", TWO, ("Trust came before any contract", "They wrote to us first")),
)


def test_own_words_are_no_disagreements_and_only_where_they_stand_is_compared(cast: Cast) -> None:
    round_id = closed(cast, MARKS)
    assert disagreements_of(cast, round_id) == []
    with cast.database.reading() as session:
        assert agreement.reports(session, round_id) == []
        job = jobs.latest_of_round(session, cast.project, round_id, [JobKind.COMPARE])
        assert job is not None
        assert job.outcome == Compared(None, {"boundary": 0, "different_code": 0, "omission": 0, "unanimous": 0})
    found = where(cast, round_id)
    assert found is not None
    # 4 stretches of either coder; two have the same ends, three meet another one.
    assert found.mean.exact == pytest.approx(4 / 8)
    assert found.mean.overlap == pytest.approx(6 / 8)
    one, two = len("把旧机器都接上了网"), len("Trust came before any contract")
    lengths = sum(len(quote) for _, _, quotes in MARKS for quote in quotes)
    assert found.mean.characters == pytest.approx(2 * (one + two + len("信任")) / lengths)
    assert found.alpha.value is not None
    assert 0.3 < found.alpha.value < 0.9
    assert (found.alpha.documents, found.alpha.length, found.alpha.spans) == (2, len(TEXTS[ONE]) + len(TEXTS[TWO]), 8)
    assert found.alpha.interval_reason == "too_few_documents"
    assert [pair.f1.n for pair in found.pairs] == [8]
    assert [coder.name for coder in found.coders] == ["Ai", "Bo"]
    assert left(cast, round_id) == Waiting(8, 2)
    assert (found.labels, found.labelling, found.submitted, found.assignments) == (8, 2, 4, 4)


@pytest.mark.sqlite
def test_a_third_coder_makes_three_pairs_and_who_did_not_finish_is_left_out(cast: Cast) -> None:
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["ada"].id, [Role.CODER])
    marks = (*MARKS, ("ada", ONE, ("把旧机器都接上了网",)), ("ada", TWO, ("We shared our data",)))
    found = where(cast, closed(cast, marks, left_out=[("ada", TWO)]))
    assert found is not None
    assert [pair.f1.documents for pair in found.pairs] == [1, 1, 2]
    assert found.mean.n == 3
    assert found.alpha.spans == 9  # what Ada marked and did not submit counts nowhere
    assert (found.submitted, found.assignments) == (5, 6)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("quotes", "left_out", "reason"),
    [(("信任",), (("bo", ONE),), "no_pairable_values"), (("信任",), (), None)],
    ids=["one finished", "the same marked"],
)
def test_a_number_that_there_is_not_has_its_reason(
    cast: Cast, quotes: Sequence[str], left_out: Sequence[tuple[str, str]], reason: str | None
) -> None:
    found = where(cast, closed(cast, [("ai", ONE, quotes), ("bo", ONE, quotes)], left_out=left_out))
    assert found is not None
    value = None if reason else pytest.approx(1.0)
    assert (found.alpha.value, found.alpha.reason) == (value, reason)
    assert (found.mean.exact, found.mean.overlap, found.mean.reason) == (value, value, reason)


@pytest.mark.sqlite
def test_where_nobody_marked_anything_there_is_no_label_to_wait_for(cast: Cast) -> None:
    round_id = closed(cast, [("ai", ONE, ()), ("bo", ONE, ())])
    assert where(cast, round_id) is None
    with cast.database.reading() as session:
        (report,) = agreement.reports(session, round_id)
        assert (report.value, report.reason) == (None, "no_variation")


@pytest.mark.sqlite
def test_nothing_is_reported_or_settled_before_the_labels_are_aligned(cast: Cast) -> None:
    round_id = closed(cast, MARKS)
    with (
        pytest.raises(Conflict, match="own words until they are aligned"),
        cast.acting("lena", Permission.AGREEMENT_RUN, "round", round_id) as (session, access),
    ):
        agreement.start_report(session, access, MakeReport(Unit.SENTENCE))
    with (
        pytest.raises(Conflict, match="nothing to rule on"),
        cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access),
    ):
        rounds.settle_round(session, access)


def test_codes_are_compared_once_the_round_is_aligned_and_no_more_when_it_was_reopened(cast: Cast) -> None:
    round_id = closed(cast, MARKS)
    with cast.database.transaction() as session:
        session.get_one(Round, round_id).aligned_at = now()
        job = queue.enqueue(session, cast.project, cast.people["lena"].id, CompareRound(), round_id=round_id).id
    run_next(cast.database, job)
    assert len(disagreements_of(cast, round_id)) > 3
    assert left(cast, round_id) is None
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        assert len(agreement.reports(session, round_id)) == 1
        assert rounds.reopen_round(session, access).state is RoundState.OPEN
    assert where(cast, round_id) is None
    cast.close(round_id)
    assert disagreements_of(cast, round_id) == []
    assert left(cast, round_id) == Waiting(8, 2)
    assert where(cast, round_id) is not None
