"""A copy of a round: documents, coders and design of the earlier one, a new seed, and what a blind lead gets of it."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.models import CodingOrder, Member, Role, RoundPurpose
from intercoder.policy import Permission
from intercoder.services import round_copies, rounds
from intercoder.services.round_plans import DesignIn
from intercoder.services.rounds import NewRound
from services.comparing import give

pytestmark = pytest.mark.sqlite


def copied(cast: Cast, round_id: UUID) -> NewRound:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", round_id)
        return round_copies.copied(session, access)


def test_a_copy_has_documents_coders_design_and_purpose_and_no_seed_and_makes_a_round(cast: Cast) -> None:
    documents = tuple(cast.documents[title] for title in ("访谈一", "年报节选"))
    ai, bo, olga = (cast.people[name].id for name in ("ai", "bo", "olga"))
    give(cast, "olga", Role.CODER)
    design = DesignIn(each=2, percent=50, order=CodingOrder.RANDOM, seed=4, ceilings={ai: 9000, olga: 800})
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        new = NewRound(
            name="预编码",
            version_id=cast.version,
            purpose=RoundPurpose.PILOT,
            documents=documents,
            coders=(ai, bo, olga),
            design=design,
            open=True,
        )
        made = rounds.create_round(session, access, new).id
    again = copied(cast, made)
    assert again.design is not None
    assert again.design.seed is None
    assert (again.design.several, again.design.order) == (3, CodingOrder.RANDOM), "one more than the rest by default"
    assert (set(again.documents), set(again.coders)) == (set(documents), {ai, bo, olga})
    assert (again.purpose, again.name, again.due_on, again.open) == (RoundPurpose.PILOT, "预编码", None, False)
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        assert rounds.create_round(session, access, again).design is not None

    # Who is no coder any longer is left out, with the own ceiling.
    with cast.database.transaction() as session:
        member = session.scalars(sa.select(Member).where(Member.project_id == cast.project, Member.user_id == olga))
        member.one().roles = (Role.OBSERVER,)
    later = copied(cast, made)
    assert later.design is not None
    assert (set(later.coders), set(later.design.ceilings)) == ({ai, bo}, {ai})


def test_a_round_given_out_by_hand_has_the_design_of_most_documents_and_a_lead_who_codes_in_it_gets_own_ones(
    cast: Cast,
) -> None:
    made = cast.round(documents=("访谈一", "年报节选"))
    by_hand = copied(cast, made)
    assert by_hand.design == DesignIn(each=2)
    give(cast, "lena", Role.LEAD, Role.CODER)
    mine = cast.round(documents=("访谈一",), coders=("ai", "lena"))
    assert copied(cast, mine).coders == (cast.people["lena"].id,)
