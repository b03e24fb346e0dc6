"""Rounds: designed while they are drafts, opened, closed, reopened and settled, each by its rule; and lists of them."""

import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, IntercoderError, InvalidInput, NotFound
from intercoder.models import (
    AssignmentState,
    CodebookPolicy,
    DisagreementState,
    Event,
    JobKind,
    Role,
    Round,
    RoundState,
    Unit,
)
from intercoder.policy import Permission
from intercoder.services import adjudication, assigned, assigning, jobs, members, rounds
from intercoder.services.assigning import Pair
from intercoder.services.paging import Asked
from intercoder.services.rounds import NewRound, RoundChange
from services.comparing import assignments_of, disagreements_of, rule
from waiting import PATIENCE, a_moment


def design(cast: Cast, **changes: Any) -> Round:
    """Make a draft, by default of one document for both coders."""
    given = {
        "name": "Pilot",
        "version_id": cast.version,
        "documents": (cast.documents["访谈一"],),
        "coders": (cast.people["ai"].id, cast.people["bo"].id),
        **changes,
    }
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        return rounds.create_round(session, access, NewRound(**given))


def move(cast: Cast, verb: Any, round_id: UUID, **options: Any) -> RoundState:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        moved: Round = verb(session, access, **options)
        return moved.state


def submissions(cast: Cast) -> int:
    with cast.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).where(Event.action == "assignment.submitted")) or 0


# --- preparing -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_a_round_takes_documents_versions_and_coders_of_its_project_only(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="not in this project"):
        design(cast, documents=(uuid4(),))
    for person in ("olga", "otto", "lena"):
        with pytest.raises(InvalidInput, match="not a coder"):
            design(cast, coders=(cast.people[person].id,))
    with pytest.raises(NotFound):
        design(cast, version_id=uuid4())


@pytest.mark.sqlite
def test_only_open_coding_begins_without_a_codebook(cast: Cast) -> None:
    for policy in ("frozen", "proposals"):
        with pytest.raises(InvalidInput, match="only open coding can begin without one"):
            design(cast, version_id=None, policy=policy)
    made = design(cast, version_id=None, policy="open")
    assert made.version_id is None
    with (
        pytest.raises(InvalidInput, match="only open coding"),
        cast.acting("lena", Permission.ROUND_MANAGE, "round", made.id) as (session, access),
    ):
        rounds.change_round(session, access, RoundChange(policy=CodebookPolicy.FROZEN))
    for change, pinned in (
        (RoundChange(version_id=cast.version), cast.version),
        (RoundChange(name="Pilot"), cast.version),
        (RoundChange(version_id=None), None),
    ):
        with cast.acting("lena", Permission.ROUND_MANAGE, "round", made.id) as (session, access):
            assert rounds.change_round(session, access, change).version_id == pinned


@pytest.mark.sqlite
def test_nobody_can_begin_before_something_is_given_out(cast: Cast) -> None:
    empty = design(cast, documents=()).id
    with pytest.raises(Conflict, match="at least one document and one coder"):
        move(cast, rounds.open_round, empty)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", empty) as (session, access):
        pair = Pair(document_id=cast.documents["年报节选"], coder_id=cast.people["ai"].id)
        assert len(assigning.add_assignments(session, access, assigning.given_pairs([pair, pair]))) == 1
        assert assigning.add_assignments(session, access, assigning.given_pairs([pair])) == [], "given out already"
    assert move(cast, rounds.open_round, empty) is RoundState.OPEN
    with pytest.raises(Conflict, match="opened before"):
        move(cast, rounds.open_round, empty)


@pytest.mark.sqlite
def test_what_coders_work_with_does_not_change_under_their_hands(cast: Cast) -> None:
    round_id = design(cast).id
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        again = RoundChange(unit=Unit.SENTENCE, documents=(cast.documents["年报节选"],), coders=(cast.people["ai"].id,))
        assert rounds.change_round(session, access, again).unit is Unit.SENTENCE
        assert [a.document_id for a in assignments_of(session, round_id)] == [cast.documents["年报节选"]]
        rounds.open_round(session, access)
        for change in (RoundChange(unit=Unit.SPAN), RoundChange(version_id=cast.version), RoundChange(coders=())):
            with pytest.raises(Conflict, match="can no longer be changed"):
                rounds.change_round(session, access, change)
        assert rounds.change_round(session, access, RoundChange(name="Main", live_figures=False)).name == "Main"


# --- the life of a round -------------------------------------------------------------------------


@pytest.mark.sqlite
def test_a_state_is_left_only_for_those_that_follow_it(cast: Cast, compared_round: UUID) -> None:
    draft, opened = design(cast).id, cast.round()
    verbs = {
        "open": rounds.open_round,
        "close": rounds.close_round,
        "reopen": rounds.reopen_round,
        "settle": rounds.settle_round,
    }
    allowed = {draft: {"open"}, opened: {"close"}, compared_round: {"reopen", "settle"}}
    for round_id, names in allowed.items():
        for name in verbs.keys() - names:
            with pytest.raises(Conflict, match=r"Only|opened before"):
                move(cast, verbs[name], round_id)


@pytest.mark.sqlite
def test_closing_names_how_many_documents_are_missing_and_leaves_them_out_only_when_told(cast: Cast) -> None:
    round_id = cast.round()
    cast.submit("ai", round_id, "访谈一")
    with pytest.raises(Conflict, match="not submitted yet") as refused:
        move(cast, rounds.close_round, round_id)
    assert refused.value.values["n"] == 3
    assert move(cast, rounds.close_round, round_id, unfinished=True) is RoundState.CLOSED
    with cast.database.reading() as session:
        compare = jobs.latest_of_round(session, cast.project, round_id, [JobKind.COMPARE])
    assert compare is not None, "closing has the layers compared"


@pytest.mark.sqlite
def test_a_lead_who_codes_is_not_told_by_closing_how_far_the_others_are(cast: Cast) -> None:
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["lena"].id, [Role.CODER])
    round_id = cast.round(documents=("访谈一",), coders=("lena", "bo"))
    with pytest.raises(Conflict) as refused:
        move(cast, rounds.close_round, round_id)
    assert refused.value.values["n"] == 1, "her own"
    cast.submit("lena", round_id, "访谈一")
    assert move(cast, rounds.close_round, round_id) is RoundState.CLOSED


def test_a_document_that_is_submitted_while_the_round_closes_does_not_slip_in_afterwards(cast: Cast) -> None:
    round_id = cast.round()
    cast.code("ai", round_id, "访谈一", "l1", "旧机器")
    refusals: list[IntercoderError] = []

    def submit() -> None:
        try:
            cast.submit("ai", round_id, "访谈一")
        except IntercoderError as error:
            refusals.append(error)

    late = threading.Thread(target=submit)
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", round_id)
        rounds.close_round(session, access, unfinished=True)
        late.start()
        a_moment(least=0.3, most=0.3)  # it begins, and waits for the lock that closing holds
        assert late.is_alive()
    late.join(PATIENCE)
    assert [r.code for r in refusals] == ["round_closed"]
    assert submissions(cast) == 0


def test_a_round_is_settled_when_nothing_waits_any_more(cast: Cast, compared_round: UUID) -> None:
    with pytest.raises(Conflict, match="3 disagreements"), cast.database.transaction() as session:
        rounds.settle_round(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round))
    for d in disagreements_of(cast, compared_round):
        with cast.database.transaction() as session:
            access = cast.access(session, "ada", Permission.ADJUDICATE, "disagreement", d.id)
            adjudication.set_state(session, access, d.id, d.version, DisagreementState.DEFERRED)
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round)
        assert rounds.settle_round(session, access).state == "settled"
    with pytest.raises(Conflict, match="settled"):
        rule(cast, disagreements_of(cast, compared_round)[0], 2, [], "too late")


@pytest.mark.sqlite
def test_a_document_goes_back_to_its_coder_while_the_round_is_open_and_when_it_was_submitted(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一",), coders=("ai",))
    with cast.database.reading() as session:
        (mine,) = assignments_of(session, round_id)

    def hand_back() -> AssignmentState:
        with cast.acting("lena", Permission.HAND_BACK, "assignment", mine.id) as (session, access):
            return assigning.hand_back(session, access, [mine.id], "第二页漏了")[0].state

    with pytest.raises(Conflict, match="has not been submitted"):
        hand_back()
    cast.submit("ai", round_id, "访谈一")
    assert hand_back() is AssignmentState.IN_PROGRESS
    cast.submit("ai", round_id, "访谈一")
    cast.close(round_id)
    with pytest.raises(Conflict, match="Reopen the round"):
        hand_back()


# --- lists ---------------------------------------------------------------------------------------


def test_rounds_come_a_part_at_a_time_latest_first(cast: Cast) -> None:
    for _ in range(7):
        cast.round(opened=False)
    with cast.database.reading() as session:
        first = rounds.page_of_rounds(session, cast.project, Asked(None, 3))
        second = rounds.page_of_rounds(session, cast.project, Asked(first.next, 3))
        last = rounds.page_of_rounds(session, cast.project, Asked(second.next, 3))
        assert [[r.number for r in page.rows] for page in (first, second, last)] == [[7, 6, 5], [4, 3, 2], [1]]
        assert (first.previous, last.next) == (None, None)


def test_the_latest_round_of_each_project_is_found_at_once(cast: Cast) -> None:
    cast.round(opened=False)
    latest = cast.round(opened=False)
    with cast.database.reading() as session:
        by_project = rounds.latest_rounds(session, [cast.project, cast.other_project])
        assert {project: r.id for project, r in by_project.items()} == {cast.project: latest}


def test_a_blind_coder_learns_of_own_documents_only_where_they_are_coded(cast: Cast, compared_round: UUID) -> None:
    first, second = cast.documents["访谈一"], cast.documents["年报节选"]
    with cast.database.transaction() as session:
        lead = cast.access(session, "lena", Permission.ROUND_MANAGE)
        ai, bo = cast.people["ai"].id, cast.people["bo"].id
        pairs = (Pair(document_id=first, coder_id=ai), Pair(document_id=second, coder_id=bo))
        made = rounds.create_round(session, lead, NewRound(name="Split", version_id=cast.version, pairs=pairs))
        rounds.open_round(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", made.id))
        opened = made.id

    def uses(person: str) -> dict[UUID, list[UUID]]:
        with cast.database.reading() as session:
            access = cast.access(session, person, Permission.ROUND_VIEW)
            by_document = assigned.visible_uses(session, access, [first, second])
            return {document: [r.id for r in used] for document, used in by_document.items()}

    assert uses("lena") == {first: [compared_round, opened], second: [opened]}
    assert uses("ai") == {first: [compared_round, opened]}
    assert uses("bo") == {first: [compared_round], second: [opened]}
