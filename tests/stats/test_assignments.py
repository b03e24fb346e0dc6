"""Who codes what: numbers of coders, pairs that meet equally often, loads, ceilings, what is fixed and what is barred."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil, floor
from random import Random
from typing import Any

import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.planning.assignment_sums import NOT_MET, AssignmentPlan, NotMet
from intercoder.stats.planning.assignment_wishes import Coder, Design, Document, Order, Pair
from intercoder.stats.planning.assignments import plan_assignments
from intercoder.stats.planning.block_designs import balanced_blocks

#: What one seed gives; where these change, plans that are kept with their seed can no longer be made again.
KEPT = ["BDE", "ABC", "CD", "BD", "BC", "CE", "AE", "AD"]
KEPT_ORDERS = ["176", "0341", "2415", "7032", "650"]
ORDERS: tuple[Order, ...] = ("given", "random", "least_coded")


@dataclass(frozen=True)
class Wizard:
    """One filled-in wizard."""

    documents: list[Document]
    coders: list[Coder]
    design: Design
    given: list[Pair]
    barred: list[Pair]
    order: Order
    coded: dict[str, int]
    seed: int

    def plan(self, **other: Any) -> AssignmentPlan:
        """Return its plan; some of the answers can be others."""
        answers = {name: getattr(self, name) for name in ("given", "barred", "order", "coded", "seed")} | other
        return plan_assignments(self.documents, self.coders, self.design, **answers)


def _documents(random: Random, number: int, strata: int = 4) -> list[Document]:
    return [
        Document(f"d{n}", random.randint(300, 9000), (f"case {random.randrange(strata)}", random.choice("ab")))
        for n in range(number)
    ]


@cache
def _wizard(seed: int) -> Wizard:
    """Return a wizard of chance; a third is plain, a third has fixed and barred pairs, a third ceilings."""
    random = Random(seed)
    documents = _documents(random, random.randint(1, 40), random.randint(1, 5))
    people = [f"c{n}" for n in range(random.randint(2, 10))]
    each = random.randint(1, min(4, len(people)))
    more = random.randint(each + 1, each + 2) if each < len(people) and random.random() < 0.6 else None
    design = Design(each, more, random.choice([0.1, 0.2, 0.25, 0.3, 0.5, 1.0]) if more else 0.0)
    ceilings: list[int | None] = [None] * len(people)
    pairs: list[Pair] = []
    if seed % 3 == 1:
        pairs = random.sample(
            [(d.id, c) for d in documents for c in people], random.randint(0, len(documents) * len(people) // 4)
        )
    if seed % 3 == 2:
        fair = sum(d.characters for d in documents) * (each + design.share) / len(people)
        ceilings = [random.choice([None, round(fair * random.uniform(0.6, 1.8))]) for _ in people]
    return Wizard(
        documents,
        [Coder(c, ceiling, random.choice([0, 0, 2500])) for c, ceiling in zip(people, ceilings, strict=True)],
        design,
        pairs[::2],
        pairs[1::2],
        ORDERS[seed % 3],
        {d.id: random.randrange(3) for d in documents},
        seed,
    )


def _equal(number: int, coders: int, each: int, seed: int = 1, **other: Any) -> AssignmentPlan:
    documents = _documents(Random(seed), number)
    return plan_assignments(documents, [Coder(f"c{n}") for n in range(coders)], Design(each), seed=seed, **other)


def _reasons(plan: AssignmentPlan) -> set[str]:
    return {unmet.reason for unmet in plan.not_met}


@pytest.mark.parametrize("seed", range(0, 200, 10))
def test_every_sum_of_200_wizards_is_that_of_the_pairs_and_every_wish_is_met_or_named(seed: int) -> None:
    for number in range(seed, seed + 10):
        wizard = _wizard(number)
        plan = wizard.plan()
        _numbers_are_met_or_named(wizard, plan)
        _sums_are_right(wizard, plan)
        held = {(row.document, coder) for row in plan.documents for coder in row.coders}
        assert held >= set(wizard.given)
        assert not held & set(wizard.barred)
        assert plan.balance.most - plan.balance.least <= 1 or "meetings_unequal" in _reasons(plan)
        assert all(unmet.reason in NOT_MET and str(unmet) for unmet in plan.not_met)
        assert json.loads(json.dumps(plan.to_json()))["seed"] == number


def _numbers_are_met_or_named(wizard: Wizard, plan: AssignmentPlan) -> None:
    people, design = len(wizard.coders), wizard.design
    each, more = min(design.each, people), min(design.more or design.each, people)
    given, barred = Counter(d for d, _ in wizard.given), Counter(d for d, _ in wizard.barred)
    for row in plan.documents:
        assert len(row.coders) == len(set(row.coders)) == row.wanted
        assert row.wanted == min(max(each, given[row.document]), people - barred[row.document]) or row.wanted == more
    exact = Fraction(str(design.share)) * len(plan.documents) if more > each else Fraction(0)
    wanted = floor(exact + Fraction(1, 2))
    named = [unmet.values for unmet in plan.not_met if unmet.reason == "share_not_reached"]
    if exact and not wizard.given and not wizard.barred:
        assert sum(len(row.coders) == more for row in plan.documents) == wanted
        for stratum in plan.strata:
            assert floor(stratum.more_exact) <= stratum.more <= ceil(stratum.more_exact)
    assert all(int(values["taken"]) < wanted for values in named)
    assert ("share_rounded" in _reasons(plan)) == (exact != wanted and not named)
    assert ("more_than_coders" in _reasons(plan)) == ((design.more or design.each) > people)


def _sums_are_right(wizard: Wizard, plan: AssignmentPlan) -> None:
    sizes = {document.id: document.characters for document in wizard.documents}
    held = {row.document: set(row.coders) for row in plan.documents}
    for coder, load in zip(wizard.coders, plan.coders, strict=True):
        assert Counter(load.documents) == Counter(d for d, coders in held.items() if coder.id in coders)
        assert load.characters == sum(sizes[d] for d in load.documents)
        over = 0 if coder.ceiling is None else max(0, load.characters + coder.already - coder.ceiling)
        assert load.over == over
        assert (over > 0) == any(u.reason == "over_ceiling" and u.values["coder"] == coder.id for u in plan.not_met)
    for pair in plan.pairs:
        together = [d for d, coders in held.items() if coders >= set(pair.coders)]
        assert (pair.documents, pair.characters) == (len(together), sum(sizes[d] for d in together))
    assert len(plan.pairs) == len(wizard.coders) * (len(wizard.coders) - 1) // 2
    assert sum(stratum.documents for stratum in plan.strata) == len(plan.documents)
    assert sum(stratum.several for stratum in plan.strata) == sum(len(row.coders) > 1 for row in plan.documents)
    left = {coder.id for coder in wizard.coders}
    for group in plan.balance.groups:
        left -= set(group)
        assert not any(pair.documents for pair in plan.pairs if len(set(pair.coders) & set(group)) == 1)
    assert not left


@pytest.mark.parametrize(
    ("coders", "each"), [(4, 2), (5, 2), (6, 3), (7, 3), (9, 3), (13, 4), (8, 4), (10, 3), (11, 5), (5, 3)]
)
def test_where_a_balanced_design_exists_every_pair_meets_exactly_as_often(coders: int, each: int) -> None:
    blocks = balanced_blocks(coders, each)
    assert blocks is not None
    for times in (1, 2):
        plan = _equal(times * len(blocks), coders, each, seed=times)
        meetings = times * len(blocks) * each * (each - 1) // (coders * (coders - 1))
        assert {pair.documents for pair in plan.pairs} == {meetings}
        assert plan.not_met == ()


@pytest.mark.parametrize("coders", range(3, 13))
def test_otherwise_pairs_differ_by_at_most_1_or_with_three_coders_of_a_document_by_2(coders: int) -> None:
    for number in (5, 11, 37):
        two = _equal(number, coders, 2)
        assert two.balance.most - two.balance.least <= 1
        assert len(two.balance.groups) == max(1, coders - number)
        three = _equal(number, coders, 3)
        assert three.balance.most - three.balance.least <= 2
        assert len(three.balance.groups) == max(1, coders - 2 * number)
        mixed = plan_assignments(
            _documents(Random(number), number), [Coder(f"c{n}") for n in range(coders)], Design(2, 3, 0.3), seed=number
        )
        assert mixed.balance.most - mixed.balance.least <= 1


@pytest.mark.parametrize("seed", range(4))
def test_a_few_double_coded_documents_tie_all_coders_together(seed: int) -> None:
    """Five documents with two coders are just enough for a chain of six, and any circle would break it."""
    people = [Coder(f"c{n}") for n in range(6)]
    plan = plan_assignments(_documents(Random(seed), 25), people, Design(1, 2, 0.2), seed=seed)
    assert plan.balance.connected
    assert plan.balance.most == 1
    fewer = plan_assignments(_documents(Random(seed), 20), people, Design(1, 2, 0.2), seed=seed)
    assert len(fewer.balance.groups) == 2
    assert "not_connected" in _reasons(fewer)


@pytest.mark.parametrize("each", [1, 2, 3])
@pytest.mark.parametrize("coders", [4, 7, 12])
def test_loads_differ_by_less_than_the_longest_document_where_documents_are_many(coders: int, each: int) -> None:
    documents = _documents(Random(each), 9 * coders)
    already = [Coder(f"c{n}", already=700 * n) for n in range(coders)]
    for people in (already, [Coder(coder.id) for coder in already]):
        plan = plan_assignments(documents, people, Design(each), seed=3)
        assert plan.balance.heaviest - plan.balance.lightest < max(d.characters for d in documents)
        assert plan.balance.heaviest == max(load.characters + load.already for load in plan.coders)


def test_each_coder_and_each_pair_gets_its_part_of_every_stratum() -> None:
    documents = [Document(f"d{n}", 1000 + n, (f"case {n % 4}",)) for n in range(48)]
    single = plan_assignments(documents, [Coder(c) for c in "ABCD"], Design(1), seed=5)
    for load in single.coders:
        cases = Counter(documents[int(d[1:])].stratum for d in load.documents)
        assert set(cases.values()) == {3}
    double = plan_assignments(documents, [Coder(c) for c in "ABCD"], Design(2), seed=5)
    assert {(stratum.least, stratum.most) for stratum in double.strata} == {(2, 2)}


def _limits(random: Random, documents: Sequence[Document], coders: int, most: int) -> list[Coder]:
    """Return ceilings of chance that meet the bound by nothing: all could code ``most`` coders' worth, a document short."""
    longest, total = max(d.characters for d in documents), sum(d.characters for d in documents)
    shares = [random.uniform(0.1, 1.0) for _ in range(coders)]
    scale = 1.0
    while sum(min(int(share * scale), total) for share in shares) < most * total:
        scale = scale * 1.01 + 1.0
    return [Coder(f"c{n}", int(share * scale) + longest) for n, share in enumerate(shares)]


@pytest.mark.parametrize("seed", range(24))
def test_ceilings_are_kept_where_there_is_room_for_a_document_more_each(seed: int) -> None:
    random = Random(seed)
    documents = _documents(random, random.randint(4, 40))
    design = [Design(1), Design(2), Design(3), Design(1, 2, 0.4), Design(2, 4, 0.3)][seed % 5]
    coders = _limits(random, documents, random.randint(4, 9), design.more or design.each)
    plan = plan_assignments(documents, coders, design, seed=seed)
    assert all(load.over == 0 for load in plan.coders)
    assert not _reasons(plan) & {"over_ceiling", "ceilings_too_low"}


@pytest.mark.parametrize("seed", [33, 66, 69, 111])
def test_where_the_search_ends_above_a_ceiling_a_second_one_starts_along_the_documents(seed: int) -> None:
    random = Random(seed)
    documents = _documents(random, 20)
    total, each, scale = sum(document.characters for document in documents), 1 + seed % 3, 1.0
    shares = [random.uniform(0.2, 1.0) for _ in range(6)]
    while sum(min(share * scale, total) for share in shares) < each * total * 1.02:
        scale = scale * 1.01 + 1
    people = [Coder(f"c{n}", round(share * scale)) for n, share in enumerate(shares)]
    assert not any(load.over for load in plan_assignments(documents, people, Design(each), seed=seed).coders)


def test_ceilings_that_cannot_be_kept_are_named_with_what_is_too_much() -> None:
    documents = [Document(f"d{n}", 1000) for n in range(10)]
    plan = plan_assignments(documents, [Coder("A", 4000), Coder("B", 4000, 1000), Coder("C")], Design(2), seed=2)
    assert NotMet("ceilings_too_low", {"room": 17_000, "needed": 20_000}) in plan.not_met
    over = {u.values["coder"]: u.values["over"] for u in plan.not_met if u.reason == "over_ceiling"}
    assert sum(int(o) for o in over.values()) == 3000
    assert {load.coder: load.of_ceiling for load in plan.coders}["C"] is None
    (a, *_) = plan.coders
    assert a.of_ceiling == (a.characters / 4000)
    assert "A gets more than the own ceiling" in " ".join(map(str, plan.not_met))


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    for seed in range(2, 40, 6):
        wizard = _wizard(seed)
        again = wizard.plan(
            given=set(wizard.given),
            barred=frozenset(wizard.barred),
            coded=dict(reversed(wizard.coded.items())),
        )
        assert again == wizard.plan()
    pages = [_equal(30, 6, 2, seed) for seed in (1, 1, 2)]
    assert pages[0] == pages[1]
    assert {row.coders for row in pages[0].documents} == {row.coders for row in pages[2].documents}
    assert pages[0].documents != pages[2].documents


def test_a_plan_is_the_same_on_every_machine_and_with_every_python() -> None:
    documents = [Document(f"d{n}", 1000 + 37 * n, ("one" if n % 2 else "two",)) for n in range(8)]
    people = [Coder(c) for c in "ABCDE"]
    plan = plan_assignments(documents, people, Design(2, 3, 0.25), order="random", seed=20261128)
    assert ["".join(row.coders) for row in plan.documents] == KEPT
    assert ["".join(d[1:] for d in load.documents) for load in plan.coders] == KEPT_ORDERS


def test_orders_are_as_given_by_chance_or_what_was_coded_least_before_the_rest() -> None:
    coded = {f"d{n}": n % 3 for n in range(30)}
    orders = {}
    for order in ORDERS:
        plan = _equal(30, 5, 3, order=order, coded=coded)
        orders[order] = [load.documents for load in plan.coders]
        assert all(len(set(own)) == len(own) for own in orders[order])
    numbers = [[int(d[1:]) for d in own] for own in orders["given"]]
    assert numbers == [sorted(own) for own in numbers]
    assert orders["random"] != orders["given"]
    for given, least in zip(orders["given"], orders["least_coded"], strict=True):
        assert set(given) == set(least)
        counts = [coded[d] for d in least]
        assert counts == sorted(counts)
    assert any(own != tuple(sorted(own, key=lambda d: (coded[d], int(d[1:])))) for own in orders["least_coded"])


def test_a_late_coder_gets_a_share_while_all_that_was_given_stays() -> None:
    first = _equal(24, 4, 2)
    given = [(row.document, coder) for row in first.documents[:16] for coder in row.coders]
    second = _equal(24, 5, 2, given=given)
    held = {(row.document, coder) for row in second.documents for coder in row.coders}
    assert held >= set(given)
    assert all(len(row.coders) == 2 for row in second.documents)
    late = second.coders[4]
    assert len(late.documents) >= 6
    assert second.balance.connected


def test_what_a_leaver_has_not_handed_in_is_given_on_and_what_is_handed_in_stays() -> None:
    first = _equal(24, 5, 2)
    leaver = first.coders[0]
    handed_in = set(leaver.documents[:3])
    given = [(row.document, c) for row in first.documents for c in row.coders if c != "c0" or row.document in handed_in]
    barred = [(row.document, "c0") for row in first.documents if row.document not in handed_in]
    second = _equal(24, 5, 2, given=given, barred=barred)
    held = {(row.document, coder) for row in second.documents for coder in row.coders}
    assert held >= set(given)
    assert set(second.coders[0].documents) == handed_in
    assert all(len(row.coders) == 2 for row in second.documents)
    more = [
        len(new.documents) - len(old.documents) for old, new in zip(first.coders[1:], second.coders[1:], strict=True)
    ]
    assert sum(more) == len(leaver.documents) - 3
    assert max(more) - min(more) <= 2


def test_what_cannot_be_had_is_named() -> None:
    documents = [Document("d0", 10), Document("d1", 20), Document("d2", 30)]
    people = [Coder(c) for c in "ABC"]
    plan = plan_assignments(documents, people, Design(4), seed=1)
    assert plan.not_met == (NotMet("more_than_coders", {"wanted": 4, "coders": 3}),)
    plan = plan_assignments(documents, people, Design(2), barred=[("d0", "A"), ("d0", "B")], seed=1)
    assert NotMet("too_few_allowed", {"document": "d0", "taken": 1, "wanted": 2}) in plan.not_met
    plan = plan_assignments(documents, people, Design(1), given=[("d1", "A"), ("d1", "C")], seed=1)
    assert NotMet("given_to_more", {"document": "d1", "taken": 2, "wanted": 1}) in plan.not_met
    barred = [(d.id, c) for d in documents for c in "AB"]
    plan = plan_assignments(documents, people, Design(1, 2, 0.5), barred=barred, seed=1)
    assert NotMet("share_not_reached", {"taken": 0, "wanted": 2, "more": 2}) in plan.not_met
    assert NotMet("without_documents", {"coder": "A"}) in plan.not_met
    plan = plan_assignments(documents, people, Design(1, 2, 0.5), given=[("d2", "A"), ("d2", "B")], seed=1)
    assert plan.documents[2].coders == ("A", "B")
    shared = {"taken": 2, "more": 2, "percent": 50.0, "documents": 3, "exact": 1.5}
    assert plan.not_met[0] == NotMet("share_rounded", shared)
    kept_apart = [(d.id, c) for d, c in zip(documents, ["AB", "AB", "CD"], strict=True) for c in c]
    plan = plan_assignments(documents, [Coder(c) for c in "ABCD"], Design(2), given=kept_apart, seed=1)
    assert plan.not_met[-1] == NotMet("not_connected", {"parts": 2})
    assert plan.balance.groups == (("A", "B"), ("C", "D"))
    with pytest.raises(ValueError, match="unknown reason"):
        NotMet("whatever", {})


def test_nothing_to_give_out_and_one_coder_are_plans_too() -> None:
    assert plan_assignments([], [Coder("A"), Coder("B")], Design(2, 3, 0.3), seed=1).documents == ()
    alone = plan_assignments([Document("d0", 10)], [Coder("A")], Design(1), seed=1)
    assert alone.pairs == ()
    assert (alone.balance.connected, alone.not_met) == (True, ())


D, C = [Document("d", 5)], [Coder("A"), Coder("B")]


@pytest.mark.parametrize(
    ("documents", "coders", "design", "other", "code"),
    [
        (D, [], Design(1), {}, "no_coders"),
        (D * 2, C, Design(1), {}, "listed_twice"),
        (D, [*C, Coder("A")], Design(1), {}, "listed_twice"),
        ([Document("d", -5)], C, Design(1), {}, "negative_characters"),
        (D, [Coder("A", -1)], Design(1), {}, "negative_characters"),
        (D, C, Design(1), {"seed": -1}, "negative_characters"),
        (D, C, Design(1), {"coded": {"d": -1}}, "negative_characters"),
        (D, C, Design(0), {}, "bad_design"),
        (D, C, Design(1, 2, 1.5), {}, "bad_design"),
        (D, C, Design(2, 2, 0.5), {}, "bad_more"),
        (D, C, Design(1, None, 0.5), {}, "bad_more"),
        (D, C, Design(1), {"order": "alphabetical"}, "bad_order"),
        (D, C, Design(1), {"given": [("d", "Z")]}, "unknown_pair"),
        (D, C, Design(1), {"barred": [("x", "A")]}, "unknown_pair"),
        (D, C, Design(1), {"given": [("d", "A")], "barred": [("d", "A")]}, "given_and_barred"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(
    documents: Any, coders: Any, design: Design, other: dict[str, Any], code: str
) -> None:
    with pytest.raises(WrongArgument) as refused:
        plan_assignments(documents, coders, design, **({"seed": 1} | other))
    assert refused.value.code == code
