"""How far two adjudicators agree who ruled blind on the same places, and what became of where they do not."""

from uuid import UUID

from cast import Cast
from intercoder.language import speaking
from intercoder.models import DrawnFrom, TwiceState
from intercoder.policy import Permission
from intercoder.reports.rulers import paragraph
from intercoder.services import between_rulers
from intercoder.services.between_rulers import BetweenRulers, both_at
from services.comparing import disagreements_of, rule
from services.test_blind_rulings import draw, say, whole


def between(cast: Cast, round_id: UUID) -> BetweenRulers:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return between_rulers.between_rulers(session, access)


def said_to(cast: Cast, by: str, place: UUID) -> list[str]:
    with cast.database.reading() as session:
        access = cast.access(session, by, Permission.DISAGREEMENTS_VIEW, "disagreement", place)
        (d,) = [d for d in disagreements_of(cast, access.round.id) if d.id == place]
        return [one.by for one in both_at(session, access, d)]


def test_how_two_agree_and_who_decides_where_they_do_not(cast: Cast, compared_round: UUID) -> None:
    assert (between(cast, compared_round).figures, paragraph(between(cast, compared_round))) == (None, "")
    first, _, _ = disagreements_of(cast, compared_round)
    rule(cast, first, 1, whole(cast, first, "l3"), "数据")
    draw(cast, compared_round, DrawnFrom.RULED)
    draw(cast, compared_round, seed=9)
    first, second, third = disagreements_of(cast, compared_round)
    say(cast, "ada", second, whole(cast, second, "l2"))
    # Own words alone, before both are there.
    assert [said_to(cast, who, second.id) for who in ("ada", "olga", "lena")] == [["Ada"], [], []]
    assert between(cast, compared_round).figures is None
    say(cast, "olga", first, whole(cast, first, "l3"))
    say(cast, "olga", second, [])
    say(cast, "ada", third, whole(cast, third, "l3"))
    say(cast, "olga", third, whole(cast, third, "l2"))
    rule(cast, second, second.version + 1, [], "谈过了", by="olga")
    found = between(cast, compared_round)
    figures = found.figures
    assert figures is not None
    assert (figures.places, figures.same.value, figures.few_units) == (3, 1 / 3, True)
    assert (found.known, found.differed, found.third, found.talk) == (1, 2, 0, 1)
    assert [(one.decided, one.by_third) for one in found.apart] == [(None, False), ("Olga", False)]
    assert {found.names[c.code]: (c.both, c.one, c.neither) for c in figures.by_code} == {
        "没有信任什么都谈不了": (0, 2, 1),
        "平台把数据开放": (1, 1, 1),
    }
    assert [draw_.states[TwiceState.DIFFERED] for draw_ in found.draws] == [2, 0]
    assert said_to(cast, "lena", second.id) == ["Ada", "Olga"]
    with speaking("en"):
        words = paragraph(found)
    assert "3 places where coders differed, drawn at random (seed 7, 9)" in words
    assert "at 33.3\u202f% [" in words, words
    assert "first ruling had been made before" in words
