"""Open coding without a shared codebook: which private codes of different coders may be the same.

Proposals with their evidence, never merged by themselves: a lead accepts some, and ``apply`` turns those into
common codes. Units serve as well as free spans: unit i of a document is the span from i to i + 1.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from intercoder.errors import WrongArgument
from intercoder.stats.open_coding.code_overlap import Evidence, Key, Overlaps, Use
from intercoder.stats.open_coding.names import normalised
from intercoder.stats.results import Json, Plain, plain

#: Weight of the overlap of the spans; the rest is that of the names.
OVERLAP_WEIGHT = 2 / 3
#: Below this score two codes are not proposed: equal names alone (1/3), or spans that share 45 %, are enough.
THRESHOLD = 0.3


@dataclass(frozen=True, slots=True)
class Proposal:
    """Codes that may be one (``same``: at most one of each coder) or one that covers the others (``broader``).

    ``score``: for ``same`` the mean over all pairs of members, matched or not; for ``broader`` the share of the
    narrower codes' text that lies within the first member. ``evidence``: for ``same`` every pair, for ``broader``
    the first with each other.
    """

    kind: Literal["same", "broader"]
    members: tuple[Key, ...]
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Alignment(Plain):
    """Proposals, best first; hints of one code that covers several of another coder; codes without a proposal.

    ``names`` and ``extents`` (characters covered) are those of every code.
    """

    coders: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    broader: tuple[Proposal, ...]
    unmatched: tuple[Key, ...]
    names: Mapping[Key, str]
    extents: Mapping[Key, int]
    weight: float
    threshold: float

    def to_json(self) -> dict[str, Json]:
        """Return plain dictionaries and lists; a code is [coder, code]."""
        return {
            "coders": plain(self.coders),
            "proposals": plain(self.proposals),
            "broader": plain(self.broader),
            "unmatched": plain(self.unmatched),
            "codes": [
                {"coder": key[0], "code": key[1], "name": name, "extent": self.extents[key]}
                for key, name in self.names.items()
            ],
            "weight": self.weight,
            "threshold": self.threshold,
        }


def align(
    uses: Iterable[Use],
    *,
    finished: Mapping[str, Collection[str]] | None = None,
    names: Mapping[Key, str] | None = None,
    weight: float = OVERLAP_WEIGHT,
    threshold: float = THRESHOLD,
) -> Alignment:
    """Return which private codes may be the same, by where they were used and how they are called.

    Parameters
    ----------
    uses
        of all coders, in any order; those on documents that are not finished by their coder are left out, their codes
        are not.
    finished
        document -> coders who finished it, in the order of the study; by default those who used a code in it.
    names
        of the codes that are called otherwise than their key.
    weight
        of the overlap in the score, 0..1; the names have the rest.
    threshold
        the least score of a proposal, in (0, 1].

    Returns
    -------
    Alignment. The order of the uses changes nothing; equal scores are settled by the names of coders and codes.

    Raises
    ------
    WrongArgument : an empty span, a weight or threshold outside its range.

    Notes
    -----
    score = weight x Jaccard of the covered characters + (1 - weight) x similarity of the names, within
    documents that both finished. For each pair of coders the one-to-one assignment with the greatest total
    score is found (Kuhn 1955, doi 10.1002/nav.3800020109; scipy's form of Jonker & Volgenant), counting only scores
    from the threshold on. With more coders the assigned pairs are taken from the best down, and two groups become one
    when no coder is in both and the mean score between them reaches the threshold, so that a chain of half-alike
    codes does not become one code.

    O(n log n + pairs of overlapping spans) for n uses, and for each pair of coders O(c^3) at worst for c codes;
    O(coders^2) for each assigned pair of codes.
    """
    if not 0.0 <= weight <= 1.0 or not 0.0 < threshold <= 1.0:
        raise WrongArgument("bad_weight", "The weight lies from 0 to 1, the threshold above 0 and at most at 1.")
    every = list(uses)
    for use in every:
        if use.end <= use.start:
            raise WrongArgument("empty_stretch", "The span {start}–{end} is empty.", start=use.start, end=use.end)
    if finished is None:
        order = sorted({use.document for use in every})
        coders_of = {document: set[str]() for document in order}
        for use in every:
            coders_of[use.document].add(use.coder)
        finished = coders_of
    keys = sorted({(use.coder, use.code) for use in every})
    called = {key: (names or {}).get(key, key[1]) for key in keys}
    table = Overlaps(keys, called, every, finished, weight)
    groups = _groups(table, threshold)
    proposals = [_same(table, group) for group in groups]
    broader = [_broader(table, *container) for container in table.containers()]
    matched = {i for group in groups for i in group}
    return Alignment(
        coders=tuple(table.positions),
        proposals=tuple(sorted(proposals, key=lambda proposal: (-proposal.score, proposal.members))),
        broader=tuple(sorted(broader, key=lambda proposal: (-proposal.score, proposal.members))),
        unmatched=tuple(key for i, key in enumerate(keys) if i not in matched),
        names=called,
        extents={key: int(extent) for key, extent in zip(keys, table.extent, strict=True)},
        weight=weight,
        threshold=threshold,
    )


def apply(alignment: Alignment, accepted: Collection[int] | None = None) -> dict[Key, str]:
    """Return the common code of every private code, after the lead accepted some of the proposals.

    Parameters
    ----------
    alignment
        what was proposed.
    accepted
        positions in ``alignment.proposals``; None for all of them.

    Returns
    -------
    Every code of every coder -> its common code. An accepted group takes the name most of its members have,
    else that of the member used on most text. Other codes keep their name; where two would then be called the
    same, each carries its coder. Different groups and codes never share a name.

    Raises
    ------
    WrongArgument : a position that is not among the proposals.

    Notes
    -----
    O(codes), and one step more for each name that is taken already.
    """
    chosen = range(len(alignment.proposals)) if accepted is None else sorted(set(accepted))
    if any(not 0 <= i < len(alignment.proposals) for i in chosen):
        raise WrongArgument("unknown_proposal", "Only proposals of this alignment can be accepted.")
    common: dict[Key, str] = {}
    taken: set[str] = set()
    for i in chosen:
        members = alignment.proposals[i].members
        label = _free(_label(alignment, members), taken)
        common |= dict.fromkeys(members, label)
    rest = [key for key in alignment.names if key not in common]
    times = Counter(alignment.names[key] for key in rest)
    plain = [key for key in rest if times[alignment.names[key]] == 1 and alignment.names[key] not in taken]
    taken |= {alignment.names[key] for key in plain}
    common |= {key: alignment.names[key] for key in plain}
    for key in rest:
        if key not in common:
            common[key] = _free(f"{alignment.names[key]} ({key[0]})", taken)
    return common


def _label(alignment: Alignment, members: Sequence[Key]) -> str:
    times = Counter(normalised(alignment.names[key]) for key in members)
    best = min(
        members,
        key=lambda key: (-times[normalised(alignment.names[key])], -alignment.extents[key], alignment.names[key]),
    )
    return alignment.names[best]


def _free(label: str, taken: set[str]) -> str:
    """Return the label, with a number when it is taken, and take it."""
    free, number = label, 2
    while free in taken:
        free, number = f"{label} {number}", number + 1
    taken.add(free)
    return free


def _same(table: Overlaps, group: Sequence[int]) -> Proposal:
    evidence = tuple(table.evidence(i, j) for i, j in combinations(sorted(group), 2))
    score = sum(pair.score for pair in evidence) / len(evidence)
    return Proposal("same", tuple(table.keys[i] for i in sorted(group)), score, evidence)


def _broader(table: Overlaps, wide: int, parts: Sequence[int], share: float) -> Proposal:
    members = tuple(table.keys[i] for i in (wide, *parts))
    return Proposal("broader", members, share, tuple(table.evidence(wide, i) for i in parts))


def _groups(table: Overlaps, threshold: float) -> list[list[int]]:
    """Return groups of at least two codes, at most one of each coder."""
    edges = []
    for (first, second), block in table.blocks.items():
        worth = np.where(block.score >= threshold, block.score, 0.0)
        for row, column in zip(*linear_sum_assignment(worth, maximize=True), strict=True):
            if worth[row, column] > 0.0:
                edges.append((-float(worth[row, column]), table.positions[first][row], table.positions[second][column]))
    group = {i: [i] for _, *pair in edges for i in pair}
    for _, i, j in sorted(edges):
        mine, theirs = group[i], group[j]
        if {table.keys[k][0] for k in mine} & {table.keys[k][0] for k in theirs}:
            continue
        between = [table.score(k, n) for k in mine for n in theirs]
        if sum(between) / len(between) < threshold:
            continue
        mine.extend(theirs)
        group |= dict.fromkeys(theirs, mine)
    distinct = {id(members): members for members in group.values() if len(members) > 1}
    return list(distinct.values())
