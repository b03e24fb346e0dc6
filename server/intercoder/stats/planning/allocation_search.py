"""The search for a better allocation, move by move."""

from intercoder.stats.planning.allocation import Allocation, Chance

#: Exchanges are tried with so many partners of each document in one round of the search, drawn by chance.
PARTNERS = 8
#: Two rounds that find nothing better end the search, or so many: as many as 1,000 documents in all make, 8 to 60.
FEWEST_ROUNDS, MOST_ROUNDS, WORK = 8, 60, 1_000


def connect(allocation: Allocation) -> None:
    """Bring together the parts of coders who do not meet, by the changes that cost the least equality of meetings.

    With nothing barred, given or limited they become as few as there can be: where the documents are more than a chain
    of coders needs, one of them has a coder who meets the same people elsewhere too, and whose place joins two parts.
    O(documents x coders) changes are priced for each part that is too many.
    """
    a = allocation
    fewest = max(1, len(a.coders) - sum(len(held) - 1 for held in a.held if held))
    while len(parts := a.parts()) > fewest:
        part_of = {c: number for number, part in enumerate(parts) for c in part}
        changes = sorted(
            (a.cost(d, out, into), d, out, into)
            for d, held in enumerate(a.held)
            if len(held) > 1
            for out in held
            if out not in a.fixed[d]
            for into in a.coders
            if part_of[into] != part_of[out] and into not in a.barred[d]
        )
        if not any(a.join(d, out, into) for _, d, out, into in changes):
            return


def improve(allocation: Allocation, chance: Chance) -> None:
    """Move documents between coders while that makes the allocation better. O(documents x coders) in each round.

    Every round tries all other coders for every coder of every document, and for every document some exchanges with
    others: of one coder for one, and of all for all. What is fixed stays, what is barred is not tried.
    """
    a, n = allocation, len(allocation.sizes)
    idle = 0
    for _ in range(max(FEWEST_ROUNDS, min(MOST_ROUNDS, WORK // max(n, 1)))):
        better = 0
        for d in chance.shuffled(range(n)):
            for out in [c for c in a.held[d] if c not in a.fixed[d]]:
                better += a.replace(d, out)
        for d in chance.shuffled(range(n)):
            for _ in range(min(PARTNERS, n - 1)):
                e = chance.below(n)
                if e != d:
                    better += _exchanged(a, d, e, chance)
        idle = 0 if better else idle + 1
        if idle == 2:
            return


def _exchanged(a: Allocation, d: int, e: int, chance: Chance) -> int:
    if len(a.held[d]) == len(a.held[e]) and a.trade(d, e):
        return 1
    mine = [c for c in a.held[d] if c not in a.held[e] and c not in a.fixed[d] and c not in a.barred[e]]
    theirs = [c for c in a.held[e] if c not in a.held[d] and c not in a.fixed[e] and c not in a.barred[d]]
    if not mine or not theirs:
        return 0
    return int(a.exchange(d, mine[chance.below(len(mine))], e, theirs[chance.below(len(theirs))]))
