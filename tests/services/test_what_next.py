"""What a compared round says about the next one: definitions, training, ends of passages, long units."""

from uuid import UUID

import pytest

from cast import TEXTS, Cast
from intercoder.errors import Conflict
from intercoder.language import speaking
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.reports.what_next import what_next as sentences_of
from intercoder.services import rounds, what_next
from intercoder.services.what_next import LongUnits, WeakCode, WeakCoder, WhatNext
from services.comparing import give


def found(cast: Cast, round_id: UUID) -> WhatNext | None:
    with cast.acting("lena", Permission.AGREEMENT_VIEW, "round", round_id) as (session, access):
        return what_next.what_next(session, access)


def test_codes_below_the_target_and_who_lowers_alpha_are_named_from_the_report(cast: Cast) -> None:
    give(cast, "olga", Role.CODER)
    made = cast.round(documents=("访谈一", "年报节选"), coders=("ai", "bo", "olga"), unit="sentence")
    sentences = [s + "。" for s in TEXTS["访谈一"].split("。") if s.strip()]
    # Ai and Bo give each sentence the same code; Olga gives the other one.
    for n, sentence in enumerate(sentences[:8]):
        words = sentence.strip()
        for coder in ("ai", "bo"):
            cast.code(coder, made, "访谈一", "l1" if n % 2 else "l2", words)
        cast.code("olga", made, "访谈一", "l2" if n % 2 else "l1", words)
    for coder in ("ai", "bo", "olga"):
        cast.submit(coder, made, "访谈一", "年报节选")
    cast.close(made)
    told = found(cast, made)
    assert told is not None
    assert [coder.name for coder in told.coders] == ["Olga"]
    assert told.coders[0].rises > 0.5
    assert told.target == what_next.USUAL_TARGET
    assert {code.name for code in told.codes} == {code.instead for code in told.codes}, "each stands for the other"
    assert all(code.alpha < told.target for code in told.codes)
    assert told.mean is not None
    assert told.could_be is not None
    assert told.mean < told.could_be <= 1.0
    with speaking("en"):
        said = list(sentences_of(told))
    assert said[0].startswith(f"Define {len(told.codes)} codes anew, as their α is below 0.667: ")
    assert any(sentence.startswith("Train Olga, or look at what Olga does otherwise") for sentence in said)


@pytest.mark.sqlite
def test_without_a_report_nothing_is_said_and_before_it_closes_nobody_may_ask(cast: Cast) -> None:
    made = cast.round(documents=("访谈一",))
    with pytest.raises(Conflict):
        found(cast, made)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        rounds.close_round(session, access, unfinished=True)
    assert found(cast, made) is None, "the comparison has not been made"


@pytest.mark.sqlite
def test_each_thing_has_its_sentence_and_nothing_to_do_says_so(compared_round: UUID) -> None:
    nothing = WhatNext(compared_round, 0.667, (), 0, (), 0, 0.9, None, None, None)
    much = WhatNext(
        compared_round,
        0.7,
        (WeakCode("信任", 0.4, 12, None, 0), WeakCode("依附", 0.5, 9, "信任", 3)),
        2,
        (WeakCoder("Bo", 0.12),),
        4,
        0.6,
        0.75,
        0.4,
        LongUnits(312.4, 140.2),
    )
    with speaking("en"):
        assert list(sentences_of(nothing)) == [
            "No code that was used often enough stays below 0.667, and nobody lowers α markedly."
        ]
        said = list(sentences_of(much))
        assert len(said) == 5
        assert "“信任” (0.40), “依附” (0.50; 3 times “信任” instead) and 2 others" in said[0]
        assert "it would be 0.75, which is the most to be had" in said[0]
        assert "+0.120" in said[1]
        assert "40\u202f%" in said[2]
        assert "312 characters on average, all have 140" in said[3]
    with speaking("zh"):
        assert all("α" in s or "编码" in s or "分歧" in s for s in sentences_of(much))
