"""What a distribution of documents comes to: by document, coder, pair and stratum, and what could not be met."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from intercoder.errors import marked
from intercoder.stats.planning.allocation import Allocation
from intercoder.stats.planning.assignment_wishes import Wishes, round_half_up
from intercoder.stats.results import Plain

#: Why something is not as it was asked for: reason -> sentence with places for the values.
NOT_MET: Mapping[str, str] = MappingProxyType(
    {
        "more_than_coders": marked(
            "{wanted} coders were asked for on one document, and there are {coders}: it goes to all of them."
        ),
        "share_rounded": marked(
            "{percent} % of {documents} documents are {exact}: {taken} of them go to {more} coders."
        ),
        "share_not_reached": marked(
            "Only {taken} documents can go to {more} coders, not {wanted}: of the others too many coders are kept out."
        ),
        "too_few_allowed": marked("{document} goes to {taken} coders, not {wanted}: all others are kept out of it."),
        "given_to_more": marked(
            "{document} was given to {taken} coders before, and keeps them; {wanted} were asked for."
        ),
        "ceilings_too_low": marked(
            "The ceilings of all coders leave room for {room} characters, and {needed} are to be coded."
        ),
        "over_ceiling": marked("{coder} gets more than the own ceiling: {over} characters over {ceiling}."),
        "without_documents": marked("{coder} gets no document."),
        "meetings_unequal": marked(
            "Pairs of coders share from {least} to {most} documents; nothing more equal was found."
        ),
        "not_connected": marked(
            "The coders fall into {parts} groups that share no document, so that agreement of all with all cannot be computed."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class NotMet(Plain):
    """One thing that is not as it was asked for: a key of ``NOT_MET``, and what its sentence names (people and documents by id)."""

    reason: str
    values: Mapping[str, str | int | float]

    def __post_init__(self) -> None:
        if self.reason not in NOT_MET:
            raise ValueError(f"unknown reason: {self.reason}")

    def __str__(self) -> str:
        """Return the English sentence, with ids."""
        return NOT_MET[self.reason].format(**self.values)


@dataclass(frozen=True, slots=True)
class CodersOfDocument(Plain):
    """Who codes one document, in the order of the coders. ``wanted``: how many the design gives it."""

    document: str
    coders: tuple[str, ...]
    wanted: int


@dataclass(frozen=True, slots=True)
class CoderLoad(Plain):
    """What one coder has to do, in order. ``over``: characters over the ceiling, those given out elsewhere counted.

    ``of_ceiling``: the share of the ceiling that is used, above 1 where it is exceeded; None without one, or of 0.
    """

    coder: str
    documents: tuple[str, ...]
    characters: int
    already: int
    ceiling: int | None
    over: int
    of_ceiling: float | None


@dataclass(frozen=True, slots=True)
class PairMeetings(Plain):
    """How many documents, and characters, two coders both code."""

    coders: tuple[str, str]
    documents: int
    characters: int


@dataclass(frozen=True, slots=True)
class StratumSums(Plain):
    """One stratum: its documents, those with at least two coders, and those with more than ``Design.each``.

    ``more_exact``: its share of the latter, before rounding. ``least``..``most``: documents of it that a pair shares.
    """

    stratum: tuple[str, ...]
    documents: int
    characters: int
    several: int
    more: int
    more_exact: float
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Balance(Plain):
    """How equal it is: documents that a pair shares (``least``..``most``, ``mean``), characters of a coder, and the groups.

    ``lightest``, ``heaviest``: characters of a coder with those given out elsewhere. ``groups``: coders who share
    documents, directly or by way of others; one group where agreement of all with all can be computed.
    """

    least: int
    most: int
    mean: float
    lightest: int
    heaviest: int
    groups: tuple[tuple[str, ...], ...]

    @property
    def connected(self) -> bool:
        """Whether all coders hang together."""
        return len(self.groups) == 1


@dataclass(frozen=True, slots=True)
class AssignmentPlan(Plain):
    """Who codes what, with its sums; ``pairs`` of all coders, also of those who share nothing."""

    documents: tuple[CodersOfDocument, ...]
    coders: tuple[CoderLoad, ...]
    pairs: tuple[PairMeetings, ...]
    strata: tuple[StratumSums, ...]
    balance: Balance
    not_met: tuple[NotMet, ...]
    seed: int


def summed_up(
    asked: Wishes, allocation: Allocation, numbers: Sequence[int], orders: Sequence[Sequence[int]]
) -> AssignmentPlan:
    """Return the plan that an allocation is. O(documents x coders per document squared + strata x coders squared).

    ``numbers``: how many coders each document was to get; ``orders``: each coder's documents in order.
    """
    people = [coder.id for coder in asked.coders]
    shared = _characters_shared(allocation)
    pairs = tuple(
        PairMeetings((people[c], people[x]), allocation.meets[c][x], shared.get((c, x), 0))
        for c, x in combinations(allocation.coders, 2)
    )
    meetings = [pair.documents for pair in pairs] or [0]
    balance = Balance(
        min(meetings),
        max(meetings),
        sum(meetings) / len(meetings),
        min(allocation.loads),
        max(allocation.loads),
        tuple(tuple(people[c] for c in part) for part in allocation.parts()),
    )
    return AssignmentPlan(
        tuple(
            CodersOfDocument(document.id, tuple(people[c] for c in sorted(held)), number)
            for document, held, number in zip(asked.documents, allocation.held, numbers, strict=True)
        ),
        tuple(_load(asked, allocation, c, order) for c, order in enumerate(orders)),
        pairs,
        tuple(_stratum(asked, allocation, s) for s in range(len(asked.strata))),
        balance,
        tuple(_not_met(asked, allocation, balance)),
        asked.seed,
    )


def _characters_shared(allocation: Allocation) -> dict[tuple[int, int], int]:
    shared: dict[tuple[int, int], int] = {}
    for size, held in zip(allocation.sizes, allocation.held, strict=True):
        for pair in combinations(sorted(held), 2):
            shared[pair] = shared.get(pair, 0) + size
    return shared


def _load(asked: Wishes, allocation: Allocation, coder: int, order: Sequence[int]) -> CoderLoad:
    person, load = asked.coders[coder], allocation.loads[coder]
    return CoderLoad(
        person.id,
        tuple(asked.documents[d].id for d in order),
        load - person.already,
        person.already,
        person.ceiling,
        allocation.over(coder),
        load / person.ceiling if person.ceiling else None,
    )


def _stratum(asked: Wishes, allocation: Allocation, stratum: int) -> StratumSums:
    inside = [d for d, s in enumerate(asked.stratum_of) if s == stratum]
    coders = [len(allocation.held[d]) for d in inside]
    meetings = [allocation.within[stratum][c][x] for c, x in combinations(allocation.coders, 2)] or [0]
    return StratumSums(
        asked.strata[stratum],
        len(inside),
        sum(allocation.sizes[d] for d in inside),
        sum(number > 1 for number in coders),
        sum(number > asked.each for number in coders),
        float(asked.exact * len(inside)),
        min(meetings),
        max(meetings),
    )


def _not_met(asked: Wishes, allocation: Allocation, balance: Balance) -> Iterator[NotMet]:
    yield from _numbers_not_met(asked, allocation)
    yield from _ceilings_not_met(asked, allocation)
    for coder, load in zip(asked.coders, allocation.coders, strict=True):
        if asked.documents and not any(load in held for held in allocation.held):
            yield NotMet("without_documents", {"coder": coder.id})
    if balance.most - balance.least > 1:
        yield NotMet("meetings_unequal", {"least": balance.least, "most": balance.most})
    if not balance.connected and balance.most:
        yield NotMet("not_connected", {"parts": len(balance.groups)})


def _numbers_not_met(asked: Wishes, allocation: Allocation) -> Iterator[NotMet]:
    for wanted in sorted({asked.design.each, asked.design.more or asked.design.each}):
        if wanted > len(asked.coders):
            yield NotMet("more_than_coders", {"wanted": wanted, "coders": len(asked.coders)})
    exact = asked.exact * len(asked.documents)
    wanted = round_half_up(exact)
    values = {"more": asked.more, "taken": sum(len(held) >= asked.more for held in allocation.held)}
    if exact and values["taken"] < wanted:
        yield NotMet("share_not_reached", {**values, "wanted": wanted})
    elif exact != wanted:
        share = {"percent": float(asked.exact * 100), "documents": len(asked.documents), "exact": float(exact)}
        yield NotMet("share_rounded", {**values, **share})
    for d, held in enumerate(allocation.held):
        if len(held) < asked.each:
            values = {"taken": len(held), "wanted": asked.each}
            yield NotMet("too_few_allowed", {"document": asked.documents[d].id, **values})
        elif len(held) > asked.more or (len(held) > asked.each and not asked.exact):
            values = {"taken": len(held), "wanted": asked.more if asked.exact else asked.each}
            yield NotMet("given_to_more", {"document": asked.documents[d].id, **values})


def _ceilings_not_met(asked: Wishes, allocation: Allocation) -> Iterator[NotMet]:
    total = sum(allocation.sizes)
    room = sum(total if c.ceiling is None else max(0, min(total, c.ceiling - c.already)) for c in asked.coders)
    needed = sum(size * len(held) for size, held in zip(allocation.sizes, allocation.held, strict=True))
    if room < needed:
        yield NotMet("ceilings_too_low", {"room": room, "needed": needed})
    for c, coder in enumerate(asked.coders):
        over = allocation.over(c)
        if over and coder.ceiling is not None:
            yield NotMet("over_ceiling", {"coder": coder.id, "over": over, "ceiling": coder.ceiling})
