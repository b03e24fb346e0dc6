"""How it was ruled before: on the same codes and on passages alike, and what would stand here if it were followed."""

from collections.abc import Sequence

from cast import Cast
from intercoder.models import Disagreement, DisagreementKind, RulingTag, StandingCoding
from intercoder.policy import Permission
from intercoder.services import adjudication, precedents
from intercoder.services.adjudication import RulingIn, Span
from intercoder.services.precedents import Precedents
from services.comparing import disagreements_of
from services.rulings_history import merge
from services.settled import make_test, settled_study


def ruled(cast: Cast, d: Disagreement, codes: Sequence[str], reason: str, tag: RulingTag | None = None) -> None:
    with cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
        spans = tuple(Span(code=cast.codes[code], start=d.start, end=d.end) for code in codes)
        adjudication.rule(session, access, d.id, d.version, RulingIn(codings=spans, reason=reason, tag=tag))


def before(cast: Cast, d: Disagreement, person: str = "ada") -> Precedents:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.DISAGREEMENTS_VIEW, "disagreement", d.id)
        return precedents.precedents(session, access, d.id)


def swapped(cast: Cast) -> list[Disagreement]:
    """Return places of two rounds at which l2 stands against l3: one of each round, and another pair in the second."""
    first = cast.compared_round()
    second = cast.round(documents=("年报节选",))
    for person, codes in (("ai", ("l2", "l1")), ("bo", ("l3", "l3"))):
        for code, quote in zip(codes, ("平台接入商户增至三百家", "与两所高校签订合作协议"), strict=True):
            cast.code(person, second, "年报节选", code, quote)
        cast.submit(person, second, "年报节选")
    cast.close(second)
    (pair,) = (d for d in disagreements_of(cast, first) if d.kind is DisagreementKind.DIFFERENT_CODE)
    other, like = disagreements_of(cast, second)
    return [pair, like, other]


def test_a_place_is_held_against_rulings_on_the_same_codes_of_any_round(cast: Cast) -> None:
    pair, like, other = swapped(cast)
    assert before(cast, like) == Precedents([], [], [])
    ruled(cast, pair, ["l2"], "说的是信任。", RulingTag.DEFINITION)
    found = before(cast, like)
    (one,) = found.same
    l2 = cast.codes["l2"]
    assert (one.place, one.codes, one.reason, one.tag, one.by) == (
        *(pair.id, [l2], "说的是信任。", RulingTag.DEFINITION, "Ada"),
    )
    assert [(outcome.codes, outcome.times) for outcome in found.outcomes] == [([l2], 1)]
    # What would stand here: the code where its coder put it, not the span of the other place.
    assert one.here == [StandingCoding(l2, like.start, like.end)]
    assert before(cast, other).same == []
    # A place is no precedent of itself, and what was taken back is none.
    assert before(cast, pair).same == []
    with cast.acting("ada", Permission.ADJUDICATE, "disagreement", pair.id) as (session, access):
        adjudication.undo(session, access, pair.id, pair.version + 1)
    assert before(cast, like).same == []


def test_what_most_rulings_say_comes_first_and_no_code_is_an_outcome_too(cast: Cast) -> None:
    pair, like, _ = swapped(cast)
    ruled(cast, pair, [], "都不对。")
    ruled(cast, like, ["l2", "l3"], "两个意思。", RulingTag.BOTH_STAND)
    found = before(cast, pair)
    assert [(set(outcome.codes), outcome.times) for outcome in found.outcomes] == [
        ({cast.codes["l2"], cast.codes["l3"]}, 1)
    ]
    assert [len(outcome.codes) for outcome in before(cast, like).outcomes] == [0]


def test_passages_that_are_alike_are_found_whatever_their_codes(cast: Cast) -> None:
    third = cast.round(documents=("访谈一",))
    cast.code("ai", third, "访谈一", "c1", "没有信任什么都谈不了")
    cast.code("bo", third, "访谈一", "c2", "没有信任什么都谈不了")
    for person in ("ai", "bo"):
        cast.submit(person, third, "访谈一")
    cast.close(third)
    (here,) = disagreements_of(cast, third)
    pair, *_ = swapped(cast)
    ruled(cast, pair, ["l3"], "数据。")
    found = before(cast, here)
    assert found.same == []
    (near,) = found.similar
    assert (near.place, near.like) == (pair.id, 1)
    # A code that nobody used here would stand on the whole place.
    assert near.here == [StandingCoding(cast.codes["l3"], here.start, here.end)]


def test_who_takes_a_test_reads_none_of_its_answers_beside_another_round(cast: Cast) -> None:
    source = settled_study(cast, "已定甲", apart=True)
    other = cast.round(documents=("访谈一",))
    for person, code in (("ai", "c1"), ("bo", "l3")):
        cast.code(person, other, "访谈一", code, "没有信任什么都谈不了")
        cast.submit(person, other, "访谈一")
    cast.close(other)
    ((answer,), (here,)) = (disagreements_of(cast, round_id) for round_id in (source, other))
    ruled(cast, answer, ["c1"], "这是答案。")
    assert [one.reason for one in before(cast, here, "ai").same] == ["这是答案。"]
    make_test(cast, "已定甲")
    assert before(cast, here, "ai") == Precedents([], [], [])
    assert [one.reason for one in before(cast, here).same] == ["这是答案。"]


def test_a_ruling_counts_as_what_its_codes_count_as_in_the_round_that_is_looked_at(cast: Cast) -> None:
    pair, _, _ = swapped(cast)
    ruled(cast, pair, ["l2"], "说的是信任。")
    merge(cast, cast.codes["l1"], cast.codes["l2"])
    later = cast.round(documents=("访谈一",))
    for person, code in (("ai", "l1"), ("bo", "l3")):
        cast.code(person, later, "访谈一", code, "平台把数据开放给我们")
        cast.submit(person, later, "访谈一")
    cast.close(later)
    (here,) = disagreements_of(cast, later)
    found = before(cast, here)
    l1 = cast.codes["l1"]
    assert [(one.reason, one.codes, one.names) for one in found.same] == [("说的是信任。", [l1], ["旧机器接上网"])]
    assert [(outcome.codes, outcome.times) for outcome in found.outcomes] == [([l1], 1)]
    assert found.same[0].here == [StandingCoding(l1, here.start, here.end)]
