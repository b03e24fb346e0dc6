"""What became of the places of a round: how each was resolved, examples by a rule, and whose reading was taken."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.language import speaking
from intercoder.models import Role, RulingTag
from intercoder.policy import Permission
from intercoder.reports.after_ruling import example, leaning, paragraph, parts, rule_of_examples
from intercoder.services import account, adjudication, coders_against
from intercoder.services.account import Account, Asked
from intercoder.services.adjudication import RulingIn, Span
from intercoder.stats.agreement.rulings import Differed, Leaning, Outcome, Resolution, leanings, resolution
from services.comparing import allow, disagreements_of, give, rule
from services.test_picking import studied


def told_of(cast: Cast, round_id: UUID) -> Account:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return account.account(session, access)


def listed(cast: Cast, round_id: UUID, asked: Asked) -> list[UUID]:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        number, some = account.listed(session, access, asked)
    assert number == len(some)
    return [one.place for one in some]


def test_each_place_is_told_by_its_kind_and_how_it_was_resolved(cast: Cast, compared_round: UUID) -> None:
    first, second, third = disagreements_of(cast, compared_round)
    assert told_of(cast, compared_round).counts == {(d.kind, Resolution.UNDECIDED): 1 for d in (first, second, third)}
    ai = cast.people["ai"].id
    rule(cast, first, 1, [], "不是行动。")
    with cast.acting("ada", Permission.ADJUDICATE, "disagreement", second.id) as (session, access):
        codings = tuple(Span(code=cast.codes[code], start=second.start, end=second.end) for code in ("l2", "l3"))
        decision = RulingIn(codings=codings, reason="两个意思都在。", tag=RulingTag.BOTH_STAND)
        adjudication.rule(session, access, second.id, 1, decision)
    found = told_of(cast, compared_round)
    assert (found.total, found.rulers, found.by_rule, found.own) == (3, 1, 0, 0)
    assert {way: n for (_, way), n in found.counts.items()} == {
        # Of two coders one is no majority.
        Resolution.MINORITY: 1,
        Resolution.BOTH_STAND: 1,
        Resolution.UNDECIDED: 1,
    }
    assert found.tags == {None: 1, RulingTag.BOTH_STAND: 1}
    assert listed(cast, compared_round, Asked(resolution=Resolution.BOTH_STAND)) == [second.id]
    assert listed(cast, compared_round, Asked(kind=third.kind, resolution=Resolution.UNDECIDED)) == [third.id]
    # "Nothing stands" is the reading of who left the place uncoded.
    (behind,) = [one for one in found.leanings if one.taken]
    assert listed(cast, compared_round, Asked(coder=UUID(behind.coder))) == [first.id]
    assert listed(cast, compared_round, Asked(ruler=ai)) == []
    assert [one.place for one in found.examples[first.kind]] == [first.id]
    with speaking("en"):
        words = paragraph(found)
        assert "Coders differed at 3 places" in words
        assert "2 of these were decided by 1 adjudicator" in words
        assert "two meanings, both stand 1" in words
        told = example(found.examples[first.kind][0], lambda person: found.people[str(person)])
        assert "What stands: no code stands. 不是行动。" in told
        assert "nothing can be said" in leaning(behind)
    # A ruling that is made later is told at once.
    rule(cast, third, 1, [], "没有")
    assert told_of(cast, compared_round).counts[third.kind, Resolution.UNDECIDED] == 0


def test_examples_are_those_of_most_leverage_each_of_another_document(cast: Cast) -> None:
    round_id = studied(cast, 3)
    for d in disagreements_of(cast, round_id):
        rule(cast, d, 1, [], "没有")
    found = told_of(cast, round_id)
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        kept = {place.id: place for place in account.places(session, access)}
    for kind, some in found.examples.items():
        of_kind = [place for place in kept.values() if place.kind is kind]
        assert len(some) == min(3, len(of_kind))
        gains = [kept[one.place].leverage for one in some]
        assert gains == sorted(gains, key=lambda gain: -(gain if gain is not None else -(2**31)))
    assert rule_of_examples(found)


def test_own_work_is_counted_and_hidden_names_tell_nobody_apart(cast: Cast, compared_round: UUID) -> None:
    give(cast, "ai", Role.CODER, Role.ADJUDICATOR)
    allow(cast)
    first = disagreements_of(cast, compared_round)[0]
    rule(cast, first, 1, [], "自己的", by="ai")
    found = told_of(cast, compared_round)
    assert found.own == 1
    assert {one.own for one in found.leanings} == {1}
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        access.project.mask_seed = 5
    masked = told_of(cast, compared_round)
    assert masked.leanings == ()
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", compared_round)
        against = coders_against.against(session, access)
        titles = [part.title for part in parts(masked, against, str)]
    assert against.coders == ()
    assert len(titles) == 3


ONE, OTHER = frozenset({("trust", 0, 4)}), frozenset({("risk", 0, 4)})


@pytest.mark.sqlite
def test_a_leaning_is_held_against_chance() -> None:
    # Three coders, two of whom read alike: taking them two times of three is what chance would do.
    read = {"a": ONE, "b": ONE, "c": OTHER}
    said = [Differed(False, read, Outcome("x", ONE, False, False))] * 20
    said += [Differed(False, read, Outcome("x", OTHER, False, False))] * 10
    by = {(one.ruler, one.coder): one for one in leanings(said)}
    assert [by["x", coder].leans for coder in "abc"] == [0, 0, 0]
    assert by["x", "a"].by_chance == pytest.approx(2 / 3)
    always = {one.coder: one for one in leanings(said[20:] * 3) if one.ruler == "x"}
    assert [always[coder].leans for coder in "abc"] == [-1, -1, 1]
    assert [resolution(place) for place in (said[0], said[-1])] == [Resolution.MAJORITY, Resolution.MINORITY]
    nobody = Differed(False, read, Outcome("x", frozenset({("else", 0, 4)}), False, False))
    assert (resolution(nobody), leanings([nobody])) == (Resolution.NOBODY, ())
    wider = Outcome("x", frozenset({("trust", 0, 9)}), False, False)
    assert resolution(Differed(False, read, wider)) is Resolution.MAJORITY
    assert resolution(Differed(True, read, wider)) is Resolution.NOBODY
    assert all(isinstance(one, Leaning) and one.ruler == "x" for one in by.values())
    other = Differed(False, read, Outcome("y", ONE, False, False))
    assert [one.ruler for one in leanings([*said, other])] == [None] * 3 + ["x"] * 3 + ["y"] * 3
