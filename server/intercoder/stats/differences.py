"""Where the submitted layers of the coders differ: places, each with a kind."""

import enum
import heapq
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from intercoder.errors import WrongArgument
from intercoder.stats.tree import CodeTree


class PlaceKind(enum.StrEnum):
    """What the coders' codings at one place are to one another."""

    UNANIMOUS = "unanimous"
    DIFFERENT_CODE = "different_code"
    BOUNDARY = "boundary"
    OMISSION = "omission"


class Kinship(enum.StrEnum):
    """How two different codes at one place are related in the codebook."""

    SIBLING = "sibling"
    ANCESTOR = "ancestor"
    OTHER = "other"


#: A place is at most this many times as long as the median of its codings.
LONGEST = 4


@dataclass(frozen=True, slots=True)
class Coding:
    """One coder applied one code to one span (half-open code point offsets)."""

    id: str
    coder: str
    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of text that at least one coder coded, with all codings that belong to it.

    ``kind``: ``unanimous`` (every coder has the same codes on the same spans), ``boundary`` (the same
    codes, other spans), ``omission`` (at least one coder has nothing here, the others agree on the
    codes), ``different_code`` (those who coded used different codes). ``detail`` is given for
    ``different_code`` when the code tree is known: the closest relation between a code that one coder
    used and another did not, and a code for which it is the other way round. ``sides``: the different
    sets of codes that those who judged it gave, none among them. ``judged``: how many coders judged it;
    ``behind``: how many of them stand behind the commonest reading, which is the set of codes, and where
    all have the same codes the codings with their boundaries.
    """

    start: int
    end: int
    codings: tuple[Coding, ...]
    kind: PlaceKind
    sides: frozenset[frozenset[str]]
    judged: int
    behind: int
    detail: Kinship | None = None


#: coder -> the stretches of the text, sorted and disjoint, that this coder did not judge
Missing = Mapping[str, Sequence[tuple[int, int]]]


def places(
    codings: Iterable[Coding],
    coders: Iterable[str],
    tree: CodeTree[str] | None = None,
    missing: Missing = MappingProxyType({}),
) -> list[Place]:
    """Return the places of one document, ordered by start and end; every coding is in exactly one.

    Two codings belong together when their intersection is at least half of the shorter one; a place is
    a connected component of that relation. Chains of codings, or one coding over a whole page, would
    make places nobody can decide on, so a component that is more than ``LONGEST`` (4) times as long as
    the median of its codings is taken apart:

    1. codings that alone are longer than that limit form places among themselves, apart from the short
       ones inside them;
    2. otherwise the component is cut between two midpoints, in its middle half, where the fewest
       codings cross; a coding goes to the side of its own midpoint. Codings with equal spans stay
       together.

    This is repeated, so that in the end no place is longer than 4 times the median of its codings.

    Parameters
    ----------
    codings
        the submitted codings of all coders on one revision of one document.
    coders
        everybody who finished the document, also those who coded nothing.
    tree
        of the codes; for ``Place.detail``.
    missing
        what a coder skipped or did not look at. Who left out a part of a place and coded nothing there is missing, as
        somebody who has not finished, so that the others alone make its kind; where only one of them is left, it stays
        an ``omission``: a judgement of one is neither agreement nor anything that could pass for it.

    Raises
    ------
    WrongArgument : an empty span, or a coding of somebody who is not among ``coders``.

    Notes
    -----
    O(n log n) for the components; a cut costs O(k log k) for a component of k codings.
    """
    everyone = frozenset(coders)
    ordered = sorted(codings, key=_order)
    for coding in ordered:
        if coding.end <= coding.start:
            raise WrongArgument("empty_span", "The coding {coding} has an empty span.", coding=coding.id)
        if coding.coder not in everyone:
            raise WrongArgument("unknown_coder", "{coder} is not among the coders.", coder=coding.coder)
    finished: list[Place] = []
    waiting = [ordered] if ordered else []
    while waiting:
        for component in _components(waiting.pop()):
            parts = _parts(component)
            if len(parts) == 1:
                finished.append(_place(component, _present(component, everyone, missing), tree))
            else:
                waiting.extend(parts)
    return sorted(finished, key=lambda place: (place.start, place.end, [_order(c) for c in place.codings]))


def _order(coding: Coding) -> tuple[int, int, str, str, str]:
    return (coding.start, coding.end, coding.code, coding.coder, coding.id)


def _components(ordered: Sequence[Coding]) -> list[list[Coding]]:
    """Return the connected components of codings, which are in order and stay so.

    For a before b (by start) the intersection is at least half of the shorter one exactly when
    end(a) >= middle(b) or middle(a) >= start(b). So a whole group joins b by its greatest end or its
    greatest middle, and two heaps find those groups; each join leaves one group less.
    """
    groups: dict[int, tuple[list[int], int, int]] = {}  # places of codings, 2 x greatest end, 2 x greatest middle
    by_end: list[tuple[int, int]] = []
    by_middle: list[tuple[int, int]] = []
    for number, coding in enumerate(ordered):
        middle = coding.start + coding.end
        members, end, reach = [number], 2 * coding.end, middle
        for heap, least in ((by_end, middle), (by_middle, 2 * coding.start)):
            while heap and (heap[0][1] not in groups or -heap[0][0] >= least):
                joined = groups.pop(heapq.heappop(heap)[1], None)
                if joined is not None:
                    small, large = sorted((members, joined[0]), key=len)
                    large.extend(small)
                    members, end, reach = large, max(end, joined[1]), max(reach, joined[2])
        groups[number] = (members, end, reach)
        heapq.heappush(by_end, (-end, number))
        heapq.heappush(by_middle, (-reach, number))
    return [[ordered[number] for number in sorted(members)] for members, _, _ in groups.values()]


def _parts(component: list[Coding]) -> list[list[Coding]]:
    """Return the component alone, or the two lists it is taken apart into (each sorted by start)."""
    lengths = sorted(c.end - c.start for c in component)
    limit = LONGEST * lengths[(len(lengths) - 1) // 2]
    if max(c.end for c in component) - component[0].start <= limit:
        return [component]
    if lengths[-1] > limit:
        return [
            [c for c in component if c.end - c.start > limit],
            [c for c in component if c.end - c.start <= limit],
        ]
    cut = _cut(component)
    return [
        [c for c in component if 2 * (c.start + c.end) < cut],
        [c for c in component if 2 * (c.start + c.end) >= cut],
    ]


def _cut(component: Sequence[Coding]) -> int:
    """Return 4 x the point strictly between two middles that the fewest codings cross, in the middle half.

    There are two different middles at least: with one only, no component is longer than its longest
    coding. Everything is multiplied by 4 so that middles, and points between them, are whole numbers.
    """
    middles = sorted(2 * (c.start + c.end) for c in component)
    starts = sorted(4 * c.start for c in component)
    ends = sorted(4 * c.end for c in component)
    n = len(middles)
    between = [i for i in range(1, n) if middles[i - 1] < middles[i]]
    central = [i for i in between if n <= 4 * i <= 3 * n] or between

    def cost(i: int) -> tuple[int, int, int]:
        cut = (middles[i - 1] + middles[i]) // 2
        crossing = bisect_left(starts, cut) - bisect_right(ends, cut)
        return (crossing, abs(2 * cut - starts[0] - ends[-1]), cut)

    return cost(min(central, key=cost))[2]


def _present(component: Sequence[Coding], everyone: frozenset[str], missing: Missing) -> frozenset[str]:
    """Return who judged the stretch of a component; everybody where that is one coder only."""
    if not missing:
        return everyone
    start, end = component[0].start, max(c.end for c in component)
    coded = {c.coder for c in component}
    away = {
        coder
        for coder, stretches in missing.items()
        if coder not in coded and any(begin < end and start < stop for begin, stop in stretches)
    }
    present = everyone - away
    return present if len(present) > 1 else everyone


def _place(component: list[Coding], coders: frozenset[str], tree: CodeTree[str] | None) -> Place:
    spans: dict[str, set[tuple[str, int, int]]] = {coder: set() for coder in coders}
    for c in component:
        spans[c.coder].add((c.code, c.start, c.end))
    start, end = component[0].start, max(c.end for c in component)
    codes = {coder: frozenset(code for code, _, _ in given) for coder, given in spans.items()}
    used = [given for given in codes.values() if given]
    kind: PlaceKind
    if any(given != used[0] for given in used):
        kind = PlaceKind.DIFFERENT_CODE
    elif len(used) < len(codes):
        kind = PlaceKind.OMISSION
    elif len({frozenset(given) for given in spans.values()}) == 1:
        kind = PlaceKind.UNANIMOUS
    else:
        kind = PlaceKind.BOUNDARY
    detail = _detail(used, tree) if kind is PlaceKind.DIFFERENT_CODE and tree is not None else None
    readings: Counter[object] = Counter(
        map(frozenset, spans.values()) if kind is PlaceKind.BOUNDARY else codes.values()
    )
    sides = frozenset(codes.values())
    return Place(start, end, tuple(component), kind, sides, len(codes), max(readings.values()), detail)


def alike(found: Iterable[Place]) -> dict[tuple[PlaceKind, frozenset[frozenset[str]]], int]:
    """Return the groups of places that are alike, those of a kind at which the same sets of codes stand against one another.

    Each with its rank: 1 for the group with most places; of groups of one size the first met.
    """
    counted = Counter((place.kind, place.sides) for place in found)
    return {group: rank for rank, (group, _) in enumerate(counted.most_common(), 1)}


def _detail(used: Iterable[frozenset[str]], tree: CodeTree[str]) -> Kinship:
    """Return the closest relation between codes that two coders did not share."""
    sets = sorted(set(used), key=sorted)
    pairs = {
        (mine, theirs)
        for i, own in enumerate(sets)
        for other in sets[i + 1 :]
        for mine in own - other
        for theirs in other - own
    }
    if any(b in tree.path(a) or a in tree.path(b) for a, b in pairs):
        return Kinship.ANCESTOR
    if any(tree.parents.get(a) is not None and tree.parents.get(a) == tree.parents.get(b) for a, b in pairs):
        return Kinship.SIBLING
    return Kinship.OTHER
