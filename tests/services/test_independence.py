"""Independence is computed: what could have been seen before a layer was as it is, from the log and the rules."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.models import Assignment, Member, ReportSection, Role, Round
from intercoder.policy import Permission
from intercoder.services import agreement, assigning, coding, members, provenance, results
from intercoder.services.independence import Exposure, exposures
from services.comparing import coded, give, hand_back, reopen

pytestmark = pytest.mark.sqlite


def seen(cast: Cast, round_id: UUID) -> dict[str, tuple[str, int] | None]:
    """Return for each coder of 访谈一 in a round what could have been seen, with the number of the round."""
    names = {person.id: name for name, person in cast.people.items()}
    with cast.database.reading() as session:
        layers = exposures(session, cast.project, [round_id])
    return {
        names[coder]: (shown.exposure.value, shown.round) if shown else None
        for (_, document, coder), shown in layers.items()
        if document == cast.documents["访谈一"]
    }


def test_blind_work_is_independent_and_stays_so_after_the_round_is_closed(cast: Cast, compared_round: UUID) -> None:
    assert seen(cast, compared_round) == {"ai": None, "bo": None}


def test_a_layer_that_is_changed_after_its_round_was_closed_is_not(cast: Cast, compared_round: UUID) -> None:
    reopen(cast, compared_round)
    hand_back(cast, compared_round, "bo")
    assert seen(cast, compared_round) == {"ai": None, "bo": None}  # nothing in it has changed so far
    cast.code("bo", compared_round, "访谈一", "l2", "后来𠮷野家")
    cast.submit("bo", compared_round, "访谈一")
    assert seen(cast, compared_round) == {"ai": None, "bo": ("reopened", 1)}


def test_submitting_again_without_a_change_or_with_a_memo_alone_takes_nothing_away(
    cast: Cast, compared_round: UUID
) -> None:
    reopen(cast, compared_round)
    hand_back(cast, compared_round, "bo")
    with cast.acting("bo", Permission.CODE, "round", compared_round) as (session, access):
        coding.set_memo(session, access, cast.documents["访谈一"], coding.DocumentMemo(memo="Read again."))
    cast.submit("bo", compared_round, "访谈一")
    assert seen(cast, compared_round) == {"ai": None, "bo": None}


def test_the_same_document_in_a_later_round_is_not_blind_any_more(cast: Cast, compared_round: UUID) -> None:
    later = cast.round(documents=("访谈一", "年报节选"))
    coded(cast, later, "ai", "bo")
    for person in ("ai", "bo"):
        cast.submit(person, later, "年报节选")
    assert seen(cast, later) == {"ai": ("earlier_round", 1), "bo": ("earlier_round", 1)}
    with cast.database.reading() as session:
        other = cast.documents["年报节选"]
        assert [s for (_, d, _), s in exposures(session, cast.project, [later]).items() if d == other] == [None, None]


def test_what_was_submitted_before_the_other_round_closed_is_independent(cast: Cast) -> None:
    first = cast.coded_round()
    second = cast.round(documents=("访谈一",))
    coded(cast, second, "ai")
    cast.close(first)
    coded(cast, second, "bo")
    assert seen(cast, second) == {"ai": None, "bo": ("earlier_round", 1)}


def test_an_own_earlier_layer_shows_nothing_of_others(cast: Cast) -> None:
    alone = cast.round(documents=("访谈一",), coders=("ai",))
    coded(cast, alone, "ai")
    cast.close(alone)
    both = cast.round(documents=("访谈一",))
    coded(cast, both, "ai", "bo")
    assert seen(cast, both) == {"ai": None, "bo": ("earlier_round", 1)}


def test_who_comes_after_the_close_could_see_from_that_day_on(cast: Cast, compared_round: UUID) -> None:
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["otto"].id, [Role.CODER])
    later = cast.round(documents=("访谈一",), coders=("otto",))
    coded(cast, later, "otto")
    with cast.database.reading() as session:
        (shown,) = exposures(session, cast.project, [later]).values()
        closed = session.get_one(Round, compared_round).closed_at
    assert shown is not None
    assert closed is not None
    assert (shown.exposure, shown.round) == (Exposure.EARLIER_ROUND, 1)
    assert shown.at > closed


def test_a_lead_who_gets_a_document_of_a_running_round_could_see_its_figures(cast: Cast) -> None:
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["lena"].id, [Role.CODER])
    running = cast.round(documents=("访谈一",))
    coded(cast, running, "ai")
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", running) as (session, access):
        assigning.add_assignments(
            session,
            access,
            assigning.given_pairs(
                [assigning.Pair(document_id=cast.documents["访谈一"], coder_id=cast.people["lena"].id)]
            ),
        )
    coded(cast, running, "lena", "bo")
    assert seen(cast, running) == {"ai": None, "bo": None, "lena": ("led", 1)}
    from_the_start = cast.round(documents=("年报节选",), coders=("lena", "ai"))
    with cast.database.reading() as session:
        assert exposures(session, cast.project, [from_the_start]) == {}  # nothing submitted yet


@pytest.mark.parametrize(("live_figures", "could_see"), [(True, ("led", 1)), (False, None)])
def test_who_led_a_running_round_and_then_became_a_coder_could_see_its_figures(
    cast: Cast, live_figures: bool, could_see: tuple[str, int] | None
) -> None:
    running = cast.round(documents=("访谈一",), live_figures=live_figures)
    coded(cast, running, "ai")
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["ada"].id, [Role.LEAD])  # a project keeps a lead
        lena = session.scalars(
            sa.select(Member.id).where(Member.project_id == cast.project, Member.user_id == cast.people["lena"].id)
        ).one()
        access = cast.access(session, "lena", Permission.MEMBERS_MANAGE)
        members.set_roles(session, access, lena, members.MemberRoles(roles=(Role.CODER,)))
    with cast.acting("ada", Permission.ROUND_MANAGE, "round", running) as (session, access):
        pair = assigning.Pair(document_id=cast.documents["访谈一"], coder_id=cast.people["lena"].id)
        assigning.add_assignments(session, access, assigning.given_pairs([pair]))
    coded(cast, running, "lena", "bo")
    assert seen(cast, running) == {"ai": None, "bo": None, "lena": could_see}


@pytest.mark.parametrize(("live_figures", "could_see"), [(True, ("led", 1)), (False, None)])
def test_a_lead_sees_the_figures_of_a_round_of_others_while_coding_the_same_document_in_another(
    cast: Cast, live_figures: bool, could_see: tuple[str, int] | None
) -> None:
    give(cast, "lena", Role.CODER)
    running = cast.round(documents=("访谈一",), live_figures=live_figures)
    own = cast.round(documents=("访谈一",), coders=("lena", "bo"))
    coded(cast, running, "ai")
    coded(cast, own, "lena", "bo")
    assert seen(cast, own) == {"lena": could_see, "bo": None}


def test_what_is_submitted_before_there_is_any_figure_is_independent(cast: Cast) -> None:
    give(cast, "lena", Role.CODER)
    running = cast.round(documents=("访谈一",))
    own = cast.round(documents=("访谈一",), coders=("lena", "bo"))
    coded(cast, own, "lena")
    coded(cast, running, "ai")
    assert seen(cast, own) == {"lena": None}


def test_whoever_codes_in_a_round_from_its_start_is_blind_for_further_documents_of_it_too(cast: Cast) -> None:
    give(cast, "lena", Role.CODER)
    running = cast.round(documents=("年报节选",), coders=("lena",))
    pairs = [(cast.documents["访谈一"], cast.people[person].id) for person in ("ai", "lena")]
    for document, coder in pairs:
        with cast.acting("lena", Permission.ROUND_MANAGE, "round", running) as (session, access):
            assigning.add_assignments(
                session, access, assigning.given_pairs([assigning.Pair(document_id=document, coder_id=coder)])
            )
        if coder == cast.people["ai"].id:
            coded(cast, running, "ai")
    coded(cast, running, "lena")
    assert seen(cast, running) == {"ai": None, "lena": None}


@pytest.mark.parametrize(
    ("changed_after", "could_see"),
    [((), None), ((1,), ("reopened", 1)), ((2,), ("reopened", 1)), ((1, 2), ("reopened", 1))],
)
def test_a_layer_is_as_it_is_since_the_first_submission_after_its_last_change(
    cast: Cast, changed_after: tuple[int, ...], could_see: tuple[str, int] | None
) -> None:
    made = cast.coded_round()
    for time in (1, 2, 3):
        cast.close(made)
        reopen(cast, made)
        hand_back(cast, made, "bo")
        if time in changed_after:
            cast.code("bo", made, "访谈一", "l2", ("后来𠮷野家", "没有信任")[time - 1])
        cast.submit("bo", made, "访谈一")
    assert seen(cast, made) == {"ai": None, "bo": could_see}


def test_what_is_sent_to_the_database_does_not_grow_with_the_layers(cast: Cast, compared_round: UUID) -> None:
    lengths: list[int] = []

    def keep(_connection: Any, _cursor: Any, _statement: str, parameters: Any, *_: Any) -> None:
        lengths.append(len(parameters))

    def sent() -> list[int]:
        lengths.clear()
        sa.event.listen(cast.database.engine, "before_cursor_execute", keep)
        assert seen(cast, compared_round)
        sa.event.remove(cast.database.engine, "before_cursor_execute", keep)
        return lengths.copy()

    before = sent()
    later = cast.round(documents=("访谈一", "年报节选", "Partner interview"))
    coded(cast, later, "ai", "bo")
    for person in ("ai", "bo"):
        cast.submit(person, later, "年报节选", "Partner interview")
    assert sent() == before


def test_a_report_has_the_headline_of_the_independent_layers_beside_that_of_all(cast: Cast) -> None:
    more: dict[str, Any] = {"documents": ("访谈一", "年报节选")}
    made = cast.round(**more)
    for person, quote in (("ai", "把旧机器都接上了网"), ("bo", "订单一下子掉了六成")):
        cast.code(person, made, "访谈一", "l1", quote)
        cast.code(person, made, "年报节选", "l3", "签订合作协议" if person == "ai" else "研发投入")
        cast.submit(person, made, "访谈一", "年报节选")
    cast.close(made)
    made_of, summary = opened(cast, made)
    assert made_of.independence == provenance.Independence(4, ())
    assert summary.independent is None
    reopen(cast, made)
    with cast.database.reading() as session:
        assignment = session.scalars(
            sa.select(Assignment.id).where(
                Assignment.round_id == made,
                Assignment.coder_id == cast.people["bo"].id,
                Assignment.document_id == cast.documents["访谈一"],
            )
        ).one()
    with cast.acting("lena", Permission.HAND_BACK, "assignment", assignment) as (session, access):
        assigning.hand_back(session, access, [assignment], "Look again.")
    cast.code("bo", made, "访谈一", "l1", "把旧机器都接上了网")
    cast.submit("bo", made, "访谈一")
    cast.close(made)
    made_of, summary = opened(cast, made)
    told = made_of.independence
    assert told is not None
    assert (told.independent, [(d.coder, d.exposure) for d in told.dependent]) == (
        3,
        [(str(cast.people["bo"].id), Exposure.REOPENED)],
    )
    assert summary.independent is not None
    assert summary.independent["alpha"].n_pairable < summary.overall["alpha"].n_pairable
    assert summary.independent["alpha"].value != summary.overall["alpha"].value


def opened(cast: Cast, round_id: UUID) -> tuple[provenance.Provenance, results.Summary]:
    with cast.database.reading() as session:
        report = agreement.reports(session, round_id)[0]
        contents = results.open_report(session, report, ReportSection.SUMMARY)
        return contents.provenance, contents.summary
