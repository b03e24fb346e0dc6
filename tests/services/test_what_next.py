"""What a compared round says about the next one: definitions, training, ends of passages, long units."""

from dataclasses import replace
from uuid import UUID

import pytest

from cast import TEXTS, Cast
from intercoder.errors import Conflict
from intercoder.language import speaking
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.reports.what_next import what_next as sentences_of
from intercoder.services import rounds, what_next
from intercoder.services.what_next import LongUnits, WeakCode, WhatNext
from intercoder.stats.agreement.results import Remedy, RemedyKind
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
    assert told.remedies is not None
    trained = [remedy for remedy in told.remedies if remedy.kind is RemedyKind.TRAIN]
    assert [told.names[remedy.coder or ""] for remedy in trained] == ["Olga"]
    assert trained[0].gain > 0.5
    parted = next(remedy for remedy in told.remedies if remedy.kind is RemedyKind.PART)
    assert {told.names[code] for code in parted.codes} == {code.name for code in told.codes}
    assert told.target == what_next.USUAL_TARGET
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
    nothing = WhatNext(compared_round, 0.667, (), 0, (), {}, 0, 0.9, None, None)
    much = WhatNext(
        compared_round,
        0.7,
        (WeakCode("信任", 0.4, 12), WeakCode("依附", 0.5, 9)),
        2,
        (
            Remedy(RemedyKind.PART, 3, 0.8, 0.2, ("k1", "k2")),
            Remedy(RemedyKind.TRAIN, 7, 0.72, 0.12, coder="p1"),
            Remedy(RemedyKind.BOUNDARY, 5, 0.65, 0.05),
        ),
        {"k1": "信任", "k2": "依附", "p1": "Bo"},
        4,
        0.6,
        0.75,
        LongUnits(312.4, 140.2),
    )
    with speaking("en"):
        assert list(sentences_of(nothing)) == [
            "No code that was used often enough stays below 0.667, and nothing would raise α markedly."
        ]
        said = list(sentences_of(much))
        assert len(said) == 6
        assert "“信任” (0.40), “依附” (0.50) and 2 others" in said[0]
        assert "it would be 0.75, which is the most to be had" in said[0]
        assert said[1] == "Part “信任” from “依附”: +0.200 (3 places · if nobody mixed them up · α 0.60 → 0.80)."
        assert said[2].startswith("Train Bo, or look at what Bo does otherwise: +0.120 (")
        assert said[3].startswith("Agree on where a passage begins and ends: +0.050 (")
        assert "312 characters on average, all have 140" in said[4]
        assert next(iter(sentences_of(replace(much, codes=(), more_codes=0, remedies=None)))) == said[4]
    with speaking("zh"):
        assert all("α" in s or "编码" in s or "分歧" in s for s in sentences_of(much))
