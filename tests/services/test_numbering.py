"""Numbers of codes: by level, given when a code becomes one of the project, and never twice."""

from uuid import uuid4

import pytest

from cast import Cast
from intercoder.models import Code, CodeCount, Level
from intercoder.policy import Permission
from intercoder.services import proposals
from intercoder.services.codebook import CodeChange, NewCode
from intercoder.services.numbering import give_numbers
from intercoder.services.own_codes import NewOwnCode, put_code
from intercoder.services.proposals import Decision, Verdict
from services.lead_codes import change, create, entry, retire

pytestmark = pytest.mark.sqlite


def test_numbers_count_by_level_and_none_comes_twice(cast: Cast) -> None:
    assert [entry(cast, cast.codes[key]).numbered for key in ("k1", "k2", "t1", "c4", "l3")] == [
        *("AAA1", "AAA2", "AA1", "A4", "a3")
    ]
    first, second = create(cast, NewCode(name="一"), NewCode(name="二"))
    assert (first.number, second.number) == (4, 5)
    retire(cast, second.id)
    (third,) = create(cast, NewCode(name="三"))
    assert third.number == 6
    raised = change(cast, third.id, CodeChange(level=Level.CONCEPT))
    assert raised.number == 5
    (fourth,) = create(cast, NewCode(name="四"))
    assert fourth.number == 7


def test_a_proposal_gets_its_number_when_it_is_accepted(cast: Cast) -> None:
    round_id = cast.round(policy="proposals")
    with cast.acting("ai", Permission.CODE, "round", round_id) as (session, access):
        made, _ = put_code(session, access, uuid4(), NewOwnCode(name="先签小单"))
        assert made.number == 0
    with cast.acting("lena", Permission.PROPOSALS_DECIDE, "round", round_id) as (session, access):
        assert proposals.decide(session, access, Decision(code=made.id, verdict=Verdict.ACCEPT)).number == 4


def test_codes_of_several_levels_are_numbered_in_the_order_given(cast: Cast) -> None:
    with cast.database.transaction() as session:
        codes = [session.get_one(Code, cast.codes[key]) for key in ("l2", "c1", "l1")]
        give_numbers(session, cast.project, codes)
        assert [code.number for code in codes] == [4, 5, 5]
        assert session.get_one(CodeCount, (cast.project, Level.LABEL)).made == 5
