"""Who codes what: documents given out so that every pair of coders meets equally often, and everybody has as much to do."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from intercoder.stats.planning.allocation import Allocation, Chance
from intercoder.stats.planning.allocation_search import connect, improve
from intercoder.stats.planning.assignment_sums import AssignmentPlan, summed_up
from intercoder.stats.planning.assignment_wishes import (
    Coder,
    Design,
    Document,
    Order,
    Pair,
    Wishes,
    numbers_of_coders,
    wishes,
)
from intercoder.stats.planning.block_designs import balanced_blocks


def plan_assignments(
    documents: Sequence[Document],
    coders: Sequence[Coder],
    design: Design,
    *,
    given: Iterable[Pair] = (),
    barred: Iterable[Pair] = (),
    order: Order = "given",
    coded: Mapping[str, int] = MappingProxyType({}),
    seed: int,
) -> AssignmentPlan:
    """Return who codes which document in which order, with the sums by coder, pair and stratum.

    Parameters
    ----------
    documents, coders
        in an order of the caller's; with the same seed another order is another plan.
    design
        how many coders a document gets, and which share gets more.
    given, barred
        pairs of document and coder that are kept, and those that must not be, in any order.
    order, coded
        in which a coder meets the own documents. ``least_coded``: by ``coded``, how often each document has been coded
        so far (0 where it is not named); what is equal, by chance.
    seed
        of all that is left to chance. The same seed gives the same plan on every machine and with every Python.

    Returns
    -------
    AssignmentPlan. What could not be had as it was asked for is in ``not_met``.

    Raises
    ------
    WrongArgument : see ``wishes``.

    Notes
    -----
    In this order, what comes first before what comes after: every document gets its number of different coders; nobody
    has more than the own ceiling; the coders hang together (any two share documents, directly or by way of others,
    without which alpha over all of them says nothing of some pairs); all pairs share equally many documents; so they do
    within each stratum, and each coder has equally many of it; all have equally many characters, those given
    out elsewhere counted.

    Where a balanced incomplete block design is known (``balanced_blocks``) and documents are a multiple of its blocks,
    every pair meets exactly lambda times. Otherwise pairs of a design of two coders per document differ by at most 1,
    where nothing is given, barred or limited; what more coders per document reach is found by search (measured in
    ``benchmarks/assignments.py``).

    Ceilings are kept for certain, where nothing is given or barred, when there is room for all documents at the largest
    number of coders m though every coder is kept the largest document L short of the own ceiling: the sum of min(ceiling
    - already - L, T) is at least m T, where T is all characters (the wrap-around rule of McNaughton 1959). Below that it
    is tried. O(documents x coders x coders per document) in each of at most 8 rounds of the search, up to 60 for fewer than
    125 documents.

    References
    ----------
    Cochran & Cox 1957, Experimental Designs, 2nd ed., Wiley, ch. 11. McNaughton 1959, Scheduling with deadlines
    and loss functions, Management Science 6(1): 1-12.

    Examples
    --------
    >>> plan = plan_assignments(
    ...     [Document(f"d{n}", 1000) for n in range(7)], [Coder(c) for c in "ABCDEFG"], Design(3), seed=1
    ... )
    >>> plan.balance.least, plan.balance.most, {coder.characters for coder in plan.coders}
    (1, 1, {3000})
    """
    asked = wishes(documents, coders, design, given, barred, order, coded, seed)
    chance = Chance(seed)
    numbers = numbers_of_coders(asked, chance)
    allocation = _empty(asked)
    _start(allocation, numbers, chance)
    _search(allocation, chance)
    if allocation.excess() and not any(asked.given) and not any(asked.barred):
        other = _empty(asked)
        _wrap_around(other, numbers, chance)
        _search(other, chance)
        allocation = min(allocation, other, key=Allocation.excess)
    return summed_up(asked, allocation, numbers, _orders(asked, allocation, chance))


def _empty(asked: Wishes) -> Allocation:
    allocation = Allocation(
        [document.characters for document in asked.documents],
        asked.stratum_of,
        [coder.already for coder in asked.coders],
        [coder.ceiling for coder in asked.coders],
        asked.given,
        asked.barred,
    )
    for d, kept in enumerate(asked.given):
        for c in sorted(kept):
            allocation.give(d, c)
    return allocation


def _start(allocation: Allocation, numbers: Sequence[int], chance: Chance) -> None:
    """Give out whole block designs where documents are free, and the rest one by one, most coders first."""
    for number in sorted(set(numbers), reverse=True):
        documents = chance.shuffled([d for d, wanted in enumerate(numbers) if wanted == number])
        free = [d for d in documents if not allocation.fixed[d] and not allocation.barred[d]]
        if number > 1:
            _give_blocks(allocation, free, number, chance)
        for d in documents:
            allocation.fill(d, number, chance)


def _give_blocks(allocation: Allocation, documents: Sequence[int], number: int, chance: Chance) -> None:
    blocks = balanced_blocks(len(allocation.coders), number)
    if blocks is None:
        return
    whole = len(documents) - len(documents) % len(blocks)
    for first in range(0, len(documents), len(blocks)):
        names = chance.shuffled(allocation.coders)
        left = chance.shuffled([tuple(names[c] for c in block) for block in blocks])
        for d in documents[first : first + len(blocks)]:
            block = left[0] if first < whole else min(left, key=lambda block: _met(allocation, block))
            left.remove(block)
            for c in block:
                allocation.give(d, c)


def _met(allocation: Allocation, block: Sequence[int]) -> tuple[int, int]:
    """Return how often these coders have met one another, and how much they have."""
    meetings = sum(allocation.meets[c][x] for c in block for x in block)
    return meetings, sum(allocation.loads[c] for c in block)


def _wrap_around(allocation: Allocation, numbers: Sequence[int], chance: Chance) -> None:
    """Fill one coder after the other along the documents, round after round, each short of the ceiling by one document."""
    a, n = allocation, len(numbers)
    row, most, longest, total = chance.shuffled(range(n)), max(numbers), max(a.sizes), sum(a.sizes)
    place = 0
    for c in chance.shuffled(a.coders):
        ceiling = a.ceilings[c]
        room = total if ceiling is None else min(total, ceiling - a.loads[c] - longest)
        end = a.loads[c] + room
        for _ in range(n):
            if place == most * n or a.loads[c] >= end:
                break
            a.give(row[place % n], c)
            place += 1
    for d, number in enumerate(numbers):
        while len(a.held[d]) > number:
            a.take(d, max(a.held[d], key=lambda c: (a.over(c), a.loads[c], c)))
        a.fill(d, number, chance)


def _search(allocation: Allocation, chance: Chance) -> None:
    connect(allocation)
    improve(allocation, chance)


def _orders(asked: Wishes, allocation: Allocation, chance: Chance) -> list[list[int]]:
    """Return for each coder the own documents in the order in which they are to be coded."""
    orders = []
    for c in allocation.coders:
        own = [d for d, held in enumerate(allocation.held) if c in held]
        if asked.order != "given":
            own = chance.shuffled(own)
        if asked.order == "least_coded":
            own.sort(key=lambda d: asked.coded[d])
        orders.append(own)
    return orders
