"""Rules that settle many places at once: what would stand at a place, or that the rule says nothing there."""

import enum
from collections import Counter
from collections.abc import Iterable, Sequence

from intercoder.errors import WrongArgument
from intercoder.stats.differences import Coding
from intercoder.stats.tree import CodeTree


class SettlingRule(enum.StrEnum):
    """What stands where coders differ."""

    #: they agree on the codes, not on the boundaries: all that the codings of a code cover
    UNION = "union"
    #: what they all cover
    INTERSECTION = "intersection"
    #: the longest of them
    LONGEST = "longest"
    #: the span that more than half of the coders chose
    MAJORITY_SPAN = "majority_span"
    #: the codes that so many coders at least have
    MAJORITY = "majority"
    #: of codes of which one stands above the other: the lower, the higher
    CHILD = "child"
    PARENT = "parent"
    #: what one coder has
    ONE_CODER = "one_coder"
    #: the codes that a ruling let stand at a place like this
    AS_RULED = "as_ruled"

    @property
    def of_boundaries(self) -> bool:
        """Whether it is for places where coders agree on the codes."""
        return self in {self.UNION, self.INTERSECTION, self.LONGEST, self.MAJORITY_SPAN}


#: code, start, end
Stands = tuple[str, int, int]


def settled(
    rule: SettlingRule,
    codings: Sequence[Coding],
    coders: Iterable[str],
    tree: CodeTree[str],
    *,
    least: int = 2,
    coder: str = "",
    codes: frozenset[str] = frozenset(),
) -> frozenset[Stands] | None:
    """Return the codings that stand at a place by a rule; None where the rule says nothing there.

    Every coding lies within the place. Where several spans of a code come into question the one that most coders chose
    is taken, of these the longest, of these the first.

    Parameters
    ----------
    rule
        what stands.
    codings
        of all coders at the place.
    coders
        everybody who judged it, with or without a coding; not those who skipped it.
    tree
        of the codes.
    least
        how many coders must have a code by ``MAJORITY``; always more than half of ``coders``, so that nothing stands which as
        many rejected.
    coder
        whose codings stand by ``ONE_CODER``; none of them is "nothing stands here".
    codes
        what stands by ``AS_RULED``, where all of them were used at the place; none is "nothing stands here".

    Raises
    ------
    WrongArgument : no codings, or ``least`` below two.
    """
    everybody = frozenset(coders)
    if not codings or least < 2:
        raise WrongArgument("nothing_to_settle", "A place has codings, and a majority at least two coders.")
    if rule is SettlingRule.ONE_CODER:
        own = frozenset((c.code, c.start, c.end) for c in codings if c.coder == coder)
        return own if coder in everybody else None
    if rule is SettlingRule.AS_RULED:
        used = {coding.code for coding in codings}
        return frozenset(usual(codings, code) for code in codes) if codes <= used else None
    if rule is SettlingRule.MAJORITY:
        return _by_majority(codings, everybody, least)
    if rule in {SettlingRule.CHILD, SettlingRule.PARENT}:
        return _in_line(codings, everybody, tree, lowest=rule is SettlingRule.CHILD)
    return _by_boundaries(rule, codings, everybody)


def _coders_of(codings: Sequence[Coding]) -> dict[str, set[str]]:
    having: dict[str, set[str]] = {}
    for coding in codings:
        having.setdefault(coding.code, set()).add(coding.coder)
    return having


def _by_majority(codings: Sequence[Coding], everybody: frozenset[str], least: int) -> frozenset[Stands] | None:
    enough = {
        code
        for code, having in _coders_of(codings).items()
        if len(having) >= least and 2 * len(having) > len(everybody)
    }
    return frozenset(usual(codings, code) for code in enough) or None


def _in_line(
    codings: Sequence[Coding], everybody: frozenset[str], tree: CodeTree[str], *, lowest: bool
) -> frozenset[Stands] | None:
    """Return the lowest or highest code, where all codes stand above one another and everybody has one."""
    codes = {coding.code for coding in codings}
    low = max(codes, key=lambda code: (len(tree.path(code)), code))
    if len(codes) < 2 or not codes <= set(tree.path(low)) or {c.coder for c in codings} != everybody:
        return None
    kept = low if lowest else min(codes, key=lambda code: (len(tree.path(code)), code))
    return frozenset({usual(codings, kept)})


def _by_boundaries(
    rule: SettlingRule, codings: Sequence[Coding], everybody: frozenset[str]
) -> frozenset[Stands] | None:
    if any(having != everybody for having in _coders_of(codings).values()):
        return None
    stands: set[Stands] = set()
    for code in {coding.code for coding in codings}:
        spans = [(c.start, c.end) for c in codings if c.code == code]
        if len(spans) > len(everybody):
            return None  # somebody has it twice: whose boundaries belong together, nobody can say
        if rule is SettlingRule.UNION:
            start, end = min(s for s, _ in spans), max(e for _, e in spans)
        elif rule is SettlingRule.INTERSECTION:
            start, end = max(s for s, _ in spans), min(e for _, e in spans)
        elif rule is SettlingRule.LONGEST:
            start, end = min(spans, key=lambda span: (span[0] - span[1], span[0]))
        else:
            (start, end), many = Counter(spans).most_common(1)[0]
            if 2 * many <= len(everybody):
                return None
        if start >= end:
            return None
        stands.add((code, start, end))
    return frozenset(stands)


def usual(codings: Sequence[Coding], code: str) -> Stands:
    """Return a code with the span that most of the codings of it have, of several the longest, of these the first."""
    spans = Counter((c.start, c.end) for c in codings if c.code == code)
    start, end = min(spans, key=lambda span: (-spans[span], span[0] - span[1], span[0]))
    return code, start, end
