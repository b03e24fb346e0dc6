"""A declaration of saturation stands until something later contradicts it: then that act withdraws it."""

from collections.abc import Sequence
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import events
from intercoder.errors import Conflict
from intercoder.models import (
    DrawnFrom,
    Event,
    Level,
    Role,
    SamplingUnit,
    SaturationDeclaration,
    Stopping,
    StoppingRule,
    WithdrawalCause,
)
from intercoder.policy import Permission
from intercoder.services import blind_rulings, declared, judgements, remapping, saturation, taking_back
from intercoder.services.adjudication import Span
from intercoder.services.arriving import Asked
from intercoder.services.blind_rulings import NewDraw
from intercoder.services.declared import DeclareIn, RuleIn, TakeBackIn
from intercoder.services.holding import judged
from intercoder.services.remapping import MergeIn
from intercoder.stats.saturation.stopping import Met
from intercoder.stats.saturation.study.counts import Arrived
from services.comparing import disagreements_of, give, hand_back, reopen, rule

EVERY_ONE = frozenset({"a", "b"})


def met(rule: Stopping, codes: Sequence[frozenset[str]], meaning: Sequence[int] | None = None) -> Met:
    return judged(rule, Arrived.of(codes), lambda: meaning)


def declare(cast: Cast, **other: object) -> UUID:
    given = {
        "kind": "codes",
        "level": "label",
        "view": "union",
        "reason": "两轮没有新标签",
        "despite": "小分歧",
        **other,
    }
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        return declared.declare(session, access, DeclareIn.model_validate(given)).id


def stands(cast: Cast, declaration: UUID) -> SaturationDeclaration:
    with cast.database.reading() as session:
        return session.get_one(SaturationDeclaration, declaration)


def another(cast: Cast, code: str, *, coders: tuple[str, ...] = ("ai",)) -> UUID:
    """Code another document with a code, and compare it."""
    made = cast.round(documents=("年报节选",), coders=coders)
    for coder in coders:
        cast.code(coder, made, "年报节选", code, "与两所高校签订合作协议")
        cast.submit(coder, made, "年报节选")
    return made


def test_a_new_code_in_a_later_document_withdraws_it_when_its_round_is_compared(
    cast: Cast, compared_round: UUID
) -> None:
    mine = declare(cast, view="union", level="concept")
    known = another(cast, "l1")
    cast.close(known)
    assert stands(cast, mine).withdrawn_at is None, "a document without news changes nothing"
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.SATURATION_VIEW)
        (shown,) = judgements.declarations(session, access)
    assert (shown.added, shown.codes_now) == (1, shown.row.figures.codes)
    news = another(cast, "c2", coders=("bo",))
    assert stands(cast, mine).withdrawn_at is None, "an open round is nobody's evidence yet"
    cast.close(news)
    gone = stands(cast, mine)
    assert (gone.cause, gone.new_codes) == (WithdrawalCause.NEW_CODES, (cast.codes["c2"],))
    assert (gone.document_id, gone.coder_id) == (cast.documents["年报节选"], cast.people["bo"].id)
    with cast.database.reading() as session:
        row = session.scalars(sa.select(Event).where(Event.action == "saturation.withdrawn")).one()
        assert row.round_id == news
        act = events.read(row)
        assert isinstance(act, events.SaturationWithdrawn)
        assert (act.number, act.document, act.coder) == (1, gone.document_id, gone.coder_id)
        access = cast.access(session, "olga", Permission.SATURATION_VIEW)
        (shown,) = judgements.declarations(session, access)
    assert (shown.document, shown.coder, shown.came) == ("年报节选", "Bo", ((cast.codes["c2"], "校企合作"),))


def test_it_never_comes_back_and_may_be_declared_again(cast: Cast, compared_round: UUID) -> None:
    mine = declare(cast, level="concept")
    news = another(cast, "c2")
    cast.close(news)
    assert stands(cast, mine).cause is WithdrawalCause.NEW_CODES
    reopen(cast, news)
    hand_back(cast, news, "ai", "年报节选")
    assert stands(cast, mine).withdrawn_at is not None, "the document is gone, and the declaration with it"
    again = declare(cast, level="concept")
    assert stands(cast, again).number == 2
    assert stands(cast, again).codes == stands(cast, mine).codes


def test_codes_that_are_merged_stand_as_one_and_a_merge_that_is_undone_brings_nothing_new(
    cast: Cast, compared_round: UUID
) -> None:
    mine = declare(cast)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        act = remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"]))
    assert stands(cast, mine).withdrawn_at is None
    merged = declare(cast)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        taking_back.undo(session, access, act.id)
    assert stands(cast, mine).withdrawn_at is None
    assert stands(cast, merged).cause is WithdrawalCause.NEW_CODES, "the part was not among what was declared"
    assert stands(cast, merged).new_codes == (cast.codes["l3"],)


def test_a_ruling_that_lets_a_new_code_stand_withdraws_what_was_said_of_the_consensus(
    cast: Cast, compared_round: UUID
) -> None:
    mine = declare(cast, view="consensus", level="concept")
    beside = declare(cast, view="union", level="concept")
    assert cast.codes["c2"] not in stands(cast, mine).codes
    place = disagreements_of(cast, compared_round)[0]
    rule(cast, place, place.version, [Span(code=cast.codes["c2"], start=place.start, end=place.end)], "it says so")
    gone = stands(cast, mine)
    assert (gone.cause, gone.new_codes) == (WithdrawalCause.NEW_CODES, (cast.codes["c2"],))
    assert (gone.coder_id, gone.withdrawn_by) == (None, cast.people["ada"].id), "no coder: a ruling brought it"
    assert gone.document_id == place.document_id
    assert stands(cast, beside).withdrawn_at is None, "no coder applied it"


def test_a_check_of_rulings_is_no_news(cast: Cast, compared_round: UUID) -> None:
    for place in disagreements_of(cast, compared_round):
        rule(cast, place, place.version, [], "not meant")
    mine = declare(cast, view="consensus")
    give(cast, "olga", Role.ADJUDICATOR)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        drawn = blind_rulings.draw(session, access, NewDraw(drawn_from=DrawnFrom.RULED, share=100, seed=1)).id
    assert stands(cast, mine).withdrawn_at is None, "while the rulings sleep what two coders saw is nobody's finding"
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        blind_rulings.end_draw(session, access, drawn)
    assert stands(cast, mine).withdrawn_at is None


def test_a_declaration_that_rests_on_a_rule_falls_with_it(cast: Cast, compared_round: UUID) -> None:
    for _ in range(2):
        cast.close(another(cast, "l1"))
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        strict = declared.save_rule(session, access, RuleIn(rule=StoppingRule.GUEST2020, base=1, run=1)).id
    mine = declare(cast, level="label", rule_id=strict)
    assert stands(cast, mine).rule == Stopping(StoppingRule.GUEST2020, base=1, run=1)
    reopen(cast, compared_round)
    hand_back(cast, compared_round, "ai")
    hand_back(cast, compared_round, "bo")
    assert stands(cast, mine).cause is WithdrawalCause.RULE_NOT_MET, "one document is left: the rule needs two"


def test_rules_are_judged_at_the_latest_document() -> None:
    guest = Stopping(StoppingRule.GUEST2020, base=2, run=1, threshold=0.0)
    assert met(guest, [EVERY_ONE, EVERY_ONE, EVERY_ONE]).met
    late = met(guest, [EVERY_ONE, EVERY_ONE, EVERY_ONE, frozenset({"c"})])
    assert (late.met, late.reason) == (False, "not_met")
    francis = Stopping(StoppingRule.FRANCIS2010, initial=2, stop=2)
    assert met(francis, [EVERY_ONE] * 3).reason == "not_enough_documents"
    assert met(francis, [EVERY_ONE] * 4).met
    weller = Stopping(StoppingRule.WELLER2018)
    assert met(weller, [EVERY_ONE] * 4).reason == "not_enough_documents"
    assert met(weller, [EVERY_ONE] * 5).met
    assert not met(weller, [frozenset({str(i), str(-i)}) for i in range(1, 7)]).met
    assert met(guest, [frozenset[str]()] * 6).reason == "no_codes", "where nothing was found silence is no news"


def test_who_takes_it_back_says_why(cast: Cast, compared_round: UUID) -> None:
    mine = declare(cast)
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        declared.take_back(session, access, mine, TakeBackIn(reason="another guide"))
    assert stands(cast, mine).cause is WithdrawalCause.BY_HAND
    with (
        cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access),
        pytest.raises(Conflict, match="no longer stands"),
    ):
        declared.take_back(session, access, mine, TakeBackIn(reason="again"))


def test_meaning_is_quiet_only_when_nothing_new_is_said_of_any_code() -> None:
    rule = Stopping(StoppingRule.HENNINK2017, stop=2)
    codes = [EVERY_ONE] * 4
    assert met(rule, codes, [3, 2]).met
    assert met(rule, codes, [3, 1]).reason == "not_met"
    assert not met(rule, [*codes, frozenset({"c"})], [3, 2, 2]).met
    assert met(rule, codes).reason == "no_level_below"


def test_news_has_to_end_in_other_orders_too() -> None:
    rule = Stopping(StoppingRule.CONSTANTINOU2017, stop=2)
    assert met(rule, [EVERY_ONE] * 6).met
    once = [EVERY_ONE, *[frozenset({"a"})] * 5]
    assert met(rule, once).reason == "not_met", "reversed it comes last"
    assert met(rule, [EVERY_ONE] * 3).reason == "not_enough_documents"


def test_what_is_new_of_a_concept_is_counted_by_documents_that_hold_it(cast: Cast) -> None:
    cast.two_documents()
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.SATURATION_VIEW)
        count = saturation.picture(session, access, Asked()).count
        # c1 and c3 once; c4 by the same label in the first and in the second; c2 without a label below it
        assert sorted(count.since_news(Asked()) or []) == [0, 0, 0, 1]
        assert count.since_news(Asked(level=Level.LABEL)) is None
    for kind in ("hennink2017", "constantinou2017"):
        with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
            declared.save_rule(session, access, RuleIn.model_validate({"rule": kind, "stop": 1}))
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.SATURATION_VIEW)
        shown = judgements.rules(session, access, Asked())
        assert [rule.met[SamplingUnit.DOCUMENT].reason for rule in shown] == ["not_met", "not_enough_documents"]
