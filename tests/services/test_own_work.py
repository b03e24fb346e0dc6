"""An adjudicator who coded the place: refused, unless the project allows it; then each such ruling is marked and counted."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import events
from intercoder.errors import Conflict
from intercoder.models import Disagreement, Event, Role
from intercoder.policy import Permission
from intercoder.services import assigning, cards, disagreements, neighbours
from intercoder.services.picking import SHOWN
from services.comparing import allow, disagreements_of, give, rule


def marks(cast: Cast, d: Disagreement) -> list[tuple[str, bool]]:
    """Return who ruled at a place, latest first, and whether the card marks it."""
    with cast.acting("olga", Permission.DISAGREEMENTS_VIEW, "disagreement", d.id) as (session, access):
        return [(made.name, made.by_coder) for made in cards.card(session, access, d.id).rulings]


def counted(cast: Cast, round_id: UUID) -> int:
    with cast.acting("olga", Permission.DISAGREEMENTS_VIEW, "round", round_id) as (session, access):
        return disagreements.summary(session, access).ruled_by_coders


def waiting_for(cast: Cast, person: str) -> dict[UUID, int]:
    """Return what the person's desk says is to be ruled on, by round."""
    with cast.database.reading() as session:
        waiting = disagreements.waiting_rounds(session, [cast.project], cast.people[person].id)
        return {r.id: sum(states.values()) for r, states in waiting.items()}


def test_who_coded_the_document_decides_nothing_there(cast: Cast, compared_round: UUID) -> None:
    give(cast, "ai", Role.ADJUDICATOR)
    d, *others = disagreements_of(cast, compared_round)
    with pytest.raises(Conflict, match="You coded this document") as refused:
        rule(cast, d, 1, [], "没有行动", by="ai")
    assert refused.value.code == "own_work"
    rule(cast, d, 1, [], "没有行动")  # somebody who coded nothing may
    with pytest.raises(Conflict), cast.acting("ai", Permission.ADJUDICATE, "disagreement", d.id):
        pass  # the door of taking back and putting off as well
    assert waiting_for(cast, "ai") == {}
    assert waiting_for(cast, "ada") == {compared_round: len(others) + 1}
    assert (marks(cast, d), counted(cast, compared_round)) == ([("Ada", False)], 0)


def test_who_coded_another_document_of_the_round_may(cast: Cast) -> None:
    give(cast, "olga", Role.CODER)
    round_id = cast.coded_round()
    pair = assigning.Pair(document_id=cast.documents["年报节选"], coder_id=cast.people["olga"].id)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        assigning.add_assignments(session, access, assigning.given_pairs([pair]))
    cast.code("olga", round_id, "年报节选", "l1", "研发投入")
    cast.submit("olga", round_id, "年报节选")
    cast.close(round_id)
    give(cast, "olga", Role.ADJUDICATOR)
    rule(cast, disagreements_of(cast, round_id)[0], 1, [], "没有行动", by="olga")
    assert counted(cast, round_id) == 0


def test_a_project_may_allow_it_and_then_it_is_marked_counted_and_told(cast: Cast, compared_round: UUID) -> None:
    give(cast, "ai", Role.ADJUDICATOR)
    allow(cast)
    d, other, _ = disagreements_of(cast, compared_round)
    assert waiting_for(cast, "ai") == waiting_for(cast, "ada")
    rule(cast, d, 1, [], "没有行动", by="ai")
    rule(cast, other, 1, [], "没有行动")
    assert (marks(cast, d), marks(cast, other)) == ([("Ai", True)], [("Ada", False)])
    assert counted(cast, compared_round) == 1
    allow(cast, False)
    assert counted(cast, compared_round) == 1  # what was ruled then stays marked
    with pytest.raises(Conflict):
        rule(cast, d, 2, [], "没有行动", by="ai")
    rule(cast, d, 2, [], "另一人再看一次")
    assert (marks(cast, d), counted(cast, compared_round)) == ([("Ada", False), ("Ai", True)], 0)
    told = [act for act in acts(cast) if isinstance(act, events.RulersChanged | events.DisagreementRuled)]
    assert [act.sentence().message for act in told] == [
        "allowed adjudicators to rule on documents that they coded",
        "ruled on a disagreement about a document that the person had coded",
        "ruled on a disagreement",
        "no longer allowed adjudicators to rule on documents that they coded",
        "ruled on a disagreement",
    ]


def acts(cast: Cast) -> list[events.Act | None]:
    with cast.database.reading() as session:
        rows = session.scalars(sa.select(Event).where(Event.stream == cast.project).order_by(Event.seq))
        return [events.read(row) for row in rows]


@pytest.mark.sqlite
def test_saying_again_what_holds_already_is_no_act(cast: Cast) -> None:
    before = len(acts(cast))
    allow(cast, False)
    assert len(acts(cast)) == before


@pytest.mark.sqlite
def test_the_queue_leads_an_adjudicator_who_codes_past_the_own_documents(cast: Cast, compared_round: UUID) -> None:
    give(cast, "ai", Role.ADJUDICATOR)
    places = disagreements_of(cast, compared_round)
    rule(cast, places[0], 1, [], "没有行动")
    with cast.acting("ai", Permission.DISAGREEMENTS_VIEW, "round", compared_round) as (session, access):
        assert neighbours.first_waiting(session, access, SHOWN) == places[0].id
        around = neighbours.neighbourhood(session, access, places[0], SHOWN, 5)
        assert (around.next_open, around.next) == (None, places[1].id)
    with cast.acting("bo", Permission.DISAGREEMENTS_VIEW, "round", compared_round) as (session, access):
        assert neighbours.first_waiting(session, access, SHOWN) == places[1].id
