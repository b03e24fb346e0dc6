"""The queue narrowed and ordered by the database is what going through all places gives."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from uuid import UUID

import pytest

from cast import TEXTS, Cast
from intercoder.models import Disagreement, DisagreementKind, Role
from intercoder.policy import Permission
from intercoder.services import disagreements, neighbours, queue_filters
from intercoder.services.disagreements import SideCoding
from intercoder.services.paging import Asked, Page, every
from intercoder.services.picking import Certainty, Fitting, QueueOrder
from services.comparing import compare_again, disagreements_of, give

CODERS = ("ai", "bo", "olga")
CODES = ("l1", "l2", "l3")


def studied(cast: Cast, seed: int, codes: Sequence[str] = CODES) -> UUID:
    """Let three people code two texts at random, sentence by sentence, with doubts and memos, and compare them."""
    give(cast, "olga", Role.CODER)
    made = cast.round(coders=CODERS)
    drawn = Random(seed)
    for title in ("访谈一", "年报节选"):
        sentences = [s for s in TEXTS[title].replace("\n", "").split("。") if len(s) > 6 and s in TEXTS[title]]
        for person in CODERS:
            for sentence in sentences:
                for code in drawn.sample(codes, drawn.choice([0, 1, 1, 1, 2])):
                    cut = drawn.choice([0, 0, 1])
                    memo, doubt = drawn.choice(["", "", "原话"]), drawn.random() < 0.3
                    cast.code(person, made, title, code, sentence[cut:], memo=memo, doubt=doubt)
            cast.submit(person, made, title)
    cast.close(made)
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_each_filter_finds_what_the_sides_say(cast: Cast, seed: int) -> None:
    round_id = studied(cast, seed)
    a, b = cast.codes["l1"], cast.codes["l2"]
    ai, bo, olga = (cast.people[name].id for name in CODERS)
    document = cast.documents["年报节选"]
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        everything = disagreements.disagreements(session, access).rows
        sides = disagreements.sides_of(session, everything)
        case = everything[0].document.case_id

        def fits(fitting: Fitting) -> list[UUID]:
            return [d.id for d in disagreements.disagreements(session, access, fitting).rows]

        def expected(test: Callable[[Disagreement, Sequence[SideCoding]], bool]) -> list[UUID]:
            return [d.id for d in everything if test(d, sides[d.id])]

        def having(here: Sequence[SideCoding], coder: UUID) -> set[UUID]:
            return {side.code for side in here if side.coder == coder}

        def reading(here: Sequence[SideCoding], coder: UUID) -> set[tuple[UUID, int, int]]:
            return {(side.code, side.start, side.end) for side in here if side.coder == coder}

        def behind(d: Disagreement, here: Sequence[SideCoding]) -> int:
            told = reading if d.kind is DisagreementKind.BOUNDARY else having
            return max(Counter(frozenset(told(here, coder)) for coder in (ai, bo, olga)).values())

        found = [
            (Fitting(code=a), expected(lambda _, s: any(x.code == a for x in s))),
            (
                Fitting(code=a, against=b),
                expected(
                    lambda _, s: (
                        any(a in (h := having(s, c)) and b not in h for c in (ai, bo, olga))
                        and any(b in (h := having(s, c)) and a not in h for c in (ai, bo, olga))
                    )
                ),
            ),
            (Fitting(coder=bo), expected(lambda _, s: any(x.coder == bo for x in s))),
            (Fitting(coder=ai, other=olga), expected(lambda _, s: reading(s, ai) != reading(s, olga))),
            (Fitting(document=document), expected(lambda d, _: d.document_id == document)),
            (Fitting(case=case), expected(lambda d, _: d.document.case_id == case)),
            (Fitting(doubt=True), expected(lambda _, s: any(x.doubt for x in s))),
            (Fitting(doubt=False), expected(lambda _, s: not any(x.doubt for x in s))),
            (Fitting(certainty=Certainty.EVEN), expected(lambda d, s: behind(d, s) == 1)),
            (Fitting(certainty=Certainty.ALL_BUT_ONE), expected(lambda d, s: behind(d, s) == 2)),
            (Fitting(certainty=Certainty.MAJORITY), []),
            (Fitting(alike=1), expected(lambda d, _: d.alike == 1)),
        ]
        for fitting, wanted in found:
            assert fits(fitting) == wanted, fitting
        assert all(wanted for fitting, wanted in found if fitting.certainty is not Certainty.MAJORITY)
        memos = {d.id: d.memos for d in everything}
        assert set(fits(Fitting(memo=True))) == {d for d, many in memos.items() if many}
        assert 0 < sum(map(bool, memos.values())) < len(memos)


def alike(d: Disagreement, sides: Sequence[SideCoding], coders: Sequence[UUID]) -> object:
    return d.kind, frozenset(frozenset(s.code for s in sides if s.coder == c) for c in coders)


def test_places_are_alike_where_the_same_codes_stand_against_one_another(cast: Cast) -> None:
    round_id = studied(cast, 3, CODES[:2])
    coders = [cast.people[name].id for name in CODERS]
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        everything = disagreements.disagreements(session, access).rows
        sides = disagreements.sides_of(session, everything)
        groups = Counter(alike(d, sides[d.id], coders) for d in everything)
        rank = {alike(d, sides[d.id], coders): d.alike for d in everything}
        assert sorted(rank.values(), key=lambda r: r or 0) == list(range(1, len(groups) + 1))
        assert all(rank[alike(d, sides[d.id], coders)] == d.alike for d in everything)
        sizes = [groups[group] for group in sorted(rank, key=lambda g: rank[g] or 0)]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > 1
        first = next(d for d in everything if d.alike == 1)
        assert queue_filters.alike_to(session, first).total == sizes[0]


@pytest.mark.parametrize("order", QueueOrder)
def test_an_order_holds_through_pages_and_neighbours(cast: Cast, order: QueueOrder) -> None:
    round_id = studied(cast, 4)
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        queue = disagreements.disagreements(session, access, order=order).rows
        keys = [order.at(d) for d in queue]
        if order is QueueOrder.LEVERAGE:
            keys = [(-int(str(first)), *rest) for first, *rest in keys]
        assert keys == sorted(keys)
        assert len(keys) > 5

        def part(asked: Asked) -> Page[Disagreement]:
            return disagreements.disagreements(session, access, asked=Asked(asked.cursor, 2), order=order)

        assert [d.id for d in every(part)] == [d.id for d in queue]
        for at, here in enumerate(queue):
            near = neighbours.neighbourhood(session, access, here, Fitting(), 1, order)
            assert (near.place, near.total) == (at + 1, len(queue))
            assert near.previous == (queue[at - 1].id if at else None)
            assert near.next == (queue[at + 1].id if at + 1 < len(queue) else None)
        assert neighbours.first_waiting(session, access, Fitting(), order) == queue[0].id


def test_what_tells_a_place_apart_follows_the_layers_when_they_are_compared_again(
    cast: Cast, compared_round: UUID
) -> None:
    before = [(d.judged, d.behind, d.doubts, d.memos) for d in disagreements_of(cast, compared_round)]
    assert before == [(2, 1, 0, 0), (2, 1, 1, 1), (2, 1, 0, 0)]
    with cast.database.transaction() as session:
        for d in session.query(Disagreement):
            d.judged = d.behind = d.alike = None
            d.doubts = d.memos = 7
    compare_again(cast, compared_round)
    assert [(d.judged, d.behind, d.doubts, d.memos) for d in disagreements_of(cast, compared_round)] == before
    assert [d.alike for d in disagreements_of(cast, compared_round)] == [1, 2, 3]
